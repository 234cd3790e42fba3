//! What bytes probably are: every candidate encoding is decoded and its text priced.
//!
//! A hypothesis is an encoding together with what may be written in it. Its cost is the
//! bits of its prior, of the decoded characters in the cheapest of its languages (see
//! `model`), and of its malformed sequences: an illegal byte is an accident worth 12
//! nats, not a disqualification, and a character cut off at either end of the input is
//! worth less, because files and samples are cut all the time. All hypotheses pay for
//! the same bytes, so costs compare; the probability of each is two to the minus cost,
//! normalised. "None of these" takes part as random bytes.
//!
//! What it gets wrong: priors are judgement, for a user who mostly meets Chinese. Costs
//! of neighbouring characters are added as if they were independent, which they are not;
//! a constant tempers the sum.

use encoding_rs::DecoderResult;

use crate::detect::hypotheses::{ANY, EXTENSIONS, Hypothesis, LETTERS, WIDE, Writing};
use crate::detect::sample::Sample;
use crate::encoding::Encoding;
use crate::model::{BIT, Cost, alphabet_cost, ascii_cost};

/// 12 nats: one malformed sequence in the best reading, as measured on damaged files.
const MALFORMED_COST: Cost = 12 * BIT * 1443 / 1000;

/// A character cut off at the first or last byte: 4 bits for the chance, and what is left
/// of the character is no better than random.
fn cut_cost(bytes: usize) -> Cost {
    if bytes == 0 {
        return 0;
    }
    4 * BIT + Cost::try_from(bytes).unwrap_or(Cost::MAX / BIT) * 8 * BIT
}

/// What a malformed sequence costs: one of UTF-16 or UTF-32 is two or four bytes of what
/// would otherwise be text, and no better than as many random bytes.
fn malformed_cost(encoding: Encoding) -> Cost {
    match encoding {
        Encoding::Utf16Le | Encoding::Utf16Be => 2 * MALFORMED_COST,
        Encoding::Utf32Le | Encoding::Utf32Be => 4 * MALFORMED_COST,
        _ => MALFORMED_COST,
    }
}

/// A Han character with a letter of ASCII at its side: usual in technical prose.
const LETTER_BESIDE_COST: Cost = BIT;

/// A single Han character with letters on both sides: hardly ever, but what a Polish or
/// French word looks like when its accented letter takes the next as its trail byte.
const INSIDE_WORD_COST: Cost = 8 * BIT;

/// A character that stands beside itself: 谢谢, 天天, ……, in all of these languages. Not so
/// in UTF-16, where a line of `========` would be one rare character repeated.
const REPEATED_COST: Cost = 6 * BIT;

/// Half-width katakana are rare, and come in words: after the first, one of sixty, of
/// which half are frequent.
const HALF_WIDTH_RUN_COST: Cost = 11 * BIT / 2;

/// A byte of 0x80 and above, or a control, among random bytes; more than 8 bits so that
/// a list of rare characters is still text.
const RANDOM_BYTE_COST: Cost = 19 * BIT / 2;

/// What the prior of UTF-16 gains where only binary is left beside it.
const NO_TEXT_BONUS: Cost = 4 * BIT;

/// What a hypothesis costs on some bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored {
    /// The encoding; `None` is random bytes.
    pub(super) encoding: Option<Encoding>,
    /// In total, prior included.
    pub(super) cost: Cost,
    /// Of the characters of 0x80 and above alone.
    pub(super) text_cost: Cost,
    /// Characters past ASCII.
    pub(super) chars: u64,
    /// The first malformed sequence, in the input.
    pub(super) malformed_at: Option<usize>,
    /// Whether it is an alphabet's.
    pub(super) single_byte: bool,
}

/// What the caller knows: what may be answered, and what is likely.
pub(super) trait Prior {
    /// Bits to add to the cost of an encoding; `None` where it may not be answered.
    fn extra_bits(&self, encoding: Encoding) -> Option<Cost>;
}

/// Prices every extension of ASCII on a sample, the cheapest first.
pub(super) fn extensions(
    sample: &Sample,
    prior: &impl Prior,
    only: Option<&[Encoding]>,
) -> Vec<Scored> {
    let mut scored: Vec<Scored> = EXTENSIONS
        .iter()
        .filter(|hypothesis| only.is_none_or(|only| only.contains(&hypothesis.encoding)))
        .filter_map(|hypothesis| {
            let extra = prior.extra_bits(hypothesis.encoding)?;
            let standard = hypothesis.encoding.standard()?;
            let head = cut_head(&sample.bytes, hypothesis.encoding);
            let whole = price(&sample.bytes, standard, hypothesis);
            let best = if whole.malformed_at.is_some() && head > 0 {
                let mut rest = price(&sample.bytes[head..], standard, hypothesis);
                rest.cost += cut_cost(head);
                rest.malformed_at = rest.malformed_at.map(|at| at + head);
                if rest.cost < whole.cost { rest } else { whole }
            } else if head > 0 && sample.bytes.len() <= 256 {
                // Short enough to try both ways though nothing is malformed.
                let mut rest = price(&sample.bytes[head..], standard, hypothesis);
                rest.cost += cut_cost(head);
                if rest.cost < whole.cost { rest } else { whole }
            } else {
                whole
            };
            Some(Scored {
                cost: best.cost + extra * BIT,
                malformed_at: best.malformed_at.map(|at| sample.origin(at)),
                ..best
            })
        })
        .collect();
    scored.push(random(&sample.bytes));
    sort(&mut scored);
    scored
}

/// Prices UTF-16 and UTF-32 on the first bytes of an input, beside `rivals` that were
/// priced on the sample of the same bytes; the cheapest first. `no_text`: the bytes have
/// controls that no extension of ASCII has, which leaves these and random bytes.
pub(super) fn wide(
    bytes: &[u8],
    sample: &Sample,
    prior: &impl Prior,
    no_text: bool,
    rivals: &[Scored],
) -> Vec<Scored> {
    // The rivals did not pay for the ASCII that the sample left out, and paid for line
    // feeds that it put in.
    let ascii = |bytes: &[u8]| -> Cost {
        let ascii = bytes.iter().filter(|byte| byte.is_ascii());
        ascii.map(|&byte| ascii_cost(byte)).sum()
    };
    let outside = ascii(bytes) - ascii(&sample.bytes);
    let mut scored: Vec<Scored> = if no_text {
        vec![random(bytes)]
    } else {
        let with_outside = |rival: &Scored| Scored {
            cost: rival.cost + outside,
            ..*rival
        };
        rivals.iter().map(with_outside).collect()
    };
    let has_nul = memchr::memchr(0, bytes).is_some();
    for hypothesis in WIDE {
        let Some(extra) = prior.extra_bits(hypothesis.encoding) else {
            continue;
        };
        let text = match (hypothesis.encoding, hypothesis.encoding.standard()) {
            (_, Some(standard)) => Reading::of(bytes, standard),
            // Every unit of UTF-32 has a byte of zero at its upper end.
            (encoding, None) if has_nul => Reading::of_utf32(bytes, encoding),
            _ => continue,
        };
        let mut priced = text.price(hypothesis);
        priced.cost += extra * BIT + text.numbers() * malformed_cost(hypothesis.encoding);
        if no_text {
            priced.cost -= NO_TEXT_BONUS;
        }
        scored.push(priced);
    }
    sort(&mut scored);
    scored
}

/// Plain ASCII as a hypothesis of its own, for bytes that are nothing else. 12 bits of
/// prior speak for it: every odd word of ASCII is some Han characters of UTF-16, and
/// documents of a few characters in UTF-16 without a mark hardly exist.
pub(super) fn plain_ascii() -> Scored {
    Scored {
        encoding: Some(Encoding::UsAscii),
        cost: -12 * BIT,
        text_cost: 0,
        chars: 0,
        malformed_at: None,
        single_byte: false,
    }
}

/// Random bytes, for which 10 bits of prior speak against.
fn random(bytes: &[u8]) -> Scored {
    let cost_of = |byte: u8| match byte {
        b' '..=b'~' | b'\t' | b'\n' | b'\r' => ascii_cost(byte),
        _ => RANDOM_BYTE_COST,
    };
    Scored {
        encoding: None,
        cost: 10 * BIT + bytes.iter().map(|&byte| cost_of(byte)).sum::<Cost>(),
        text_cost: 0,
        chars: 0,
        malformed_at: None,
        single_byte: false,
    }
}

/// The cheapest first; equal costs keep the order of the tables above.
fn sort(scored: &mut [Scored]) {
    scored.sort_by_key(|scored| scored.cost);
}

/// How many bytes at the start may be the rest of a character that was cut off.
fn cut_head(bytes: &[u8], encoding: Encoding) -> usize {
    match encoding {
        Encoding::Utf8 => {
            let is_rest = |byte: &&u8| (0x80..0xC0).contains(*byte);
            bytes.iter().take(3).take_while(is_rest).count()
        }
        Encoding::Gbk | Encoding::Big5 | Encoding::ShiftJis | Encoding::EucJp | Encoding::EucKr => {
            usize::from(bytes.first().is_some_and(|&byte| byte >= 0x80))
        }
        _ => 0,
    }
}

fn price(
    bytes: &[u8],
    standard: &'static encoding_rs::Encoding,
    hypothesis: &Hypothesis,
) -> Scored {
    Reading::of(bytes, standard).price(hypothesis)
}

/// Bytes read in one encoding.
struct Reading {
    text: String,
    malformed: u32,
    malformed_at: Option<usize>,
    /// Bytes of a last character that is cut off.
    cut_bytes: usize,
}

impl Reading {
    fn of(bytes: &[u8], standard: &'static encoding_rs::Encoding) -> Reading {
        let mut reading = Reading {
            text: String::with_capacity(bytes.len() * 3 + 16),
            malformed: 0,
            malformed_at: None,
            cut_bytes: 0,
        };
        let mut decoder = standard.new_decoder_without_bom_handling();
        let mut read = 0;
        // Once to the end of the bytes, once more to learn whether a character is open.
        let mut last = false;
        loop {
            let (result, read_now) = decoder.decode_to_string_without_replacement(
                &bytes[read..],
                &mut reading.text,
                last,
            );
            read += read_now;
            match result {
                DecoderResult::InputEmpty if last => return reading,
                DecoderResult::InputEmpty => last = true,
                DecoderResult::OutputFull => {
                    reading.text.reserve((bytes.len() - read) * 3 + 16);
                }
                DecoderResult::Malformed(length, _) if last => {
                    reading.cut_bytes = usize::from(length);
                }
                DecoderResult::Malformed(length, consumed_after) => {
                    let behind = usize::from(length) + usize::from(consumed_after);
                    reading.malformed += 1;
                    reading.malformed_at = reading.malformed_at.or(Some(read - behind));
                }
            }
        }
    }

    fn of_utf32(bytes: &[u8], encoding: Encoding) -> Reading {
        let (units, rest) = bytes.as_chunks::<4>();
        let mut reading = Reading {
            text: String::with_capacity(units.len()),
            malformed: 0,
            malformed_at: None,
            cut_bytes: rest.len(),
        };
        for (index, unit) in units.iter().enumerate() {
            let value = match encoding {
                Encoding::Utf32Le => u32::from_le_bytes(*unit),
                _ => u32::from_be_bytes(*unit),
            };
            match char::from_u32(value) {
                Some(c) => reading.text.push(c),
                None => {
                    reading.malformed += 1;
                    reading.malformed_at = reading.malformed_at.or(Some(index * 4));
                }
            }
        }
        reading
    }

    /// Characters that small numbers, as of arrays, look like in UTF-16 and UTF-32:
    /// controls in one order of bytes, U+0100 and its like in the other.
    fn numbers(&self) -> Cost {
        let is_number = |&c: &char| match c {
            '\0'..='\u{8}' | '\u{E}'..='\u{1A}' | '\u{1C}'..='\u{1F}' => true,
            _ => c < '\u{3000}' && u32::from(c) % 0x100 == 0,
        };
        let count = self.text.chars().filter(is_number).count();
        Cost::try_from(count).unwrap_or(Cost::MAX / BIT / BIT)
    }

    fn price(&self, hypothesis: &Hypothesis) -> Scored {
        let repeats = hypothesis.encoding.extends_ascii();
        let (text_cost, writing_cost) = hypothesis
            .writings
            .iter()
            .map(|&(writing, bits)| {
                let cost = writing_cost(&self.text, writing, repeats);
                (
                    cost,
                    cost + bits * BIT + self.foreign_cost(hypothesis, writing),
                )
            })
            .min_by_key(|&(_, total)| total)
            .unwrap_or((0, 0));
        let malformed_cost = Cost::from(self.malformed) * malformed_cost(hypothesis.encoding);
        let ascii = self.text.bytes().filter(u8::is_ascii);
        let ascii_cost: Cost = ascii.map(ascii_cost).sum();
        let chars = self.text.chars().filter(|c| !c.is_ascii()).count();
        Scored {
            encoding: Some(hypothesis.encoding),
            cost: hypothesis.prior_bits * BIT
                + writing_cost
                + malformed_cost
                + cut_cost(self.cut_bytes),
            text_cost: text_cost - ascii_cost,
            chars: u64::try_from(chars).unwrap_or(u64::MAX),
            malformed_at: self.malformed_at,
            single_byte: hypothesis.writings == LETTERS,
        }
    }

    /// In a Unicode encoding, an alphabet that is not Latin costs 7 bits more: 谢谢 in GBK
    /// is лл in UTF-8, and a word of two letters is likelier to be Chinese here.
    fn foreign_cost(&self, hypothesis: &Hypothesis, writing: Writing) -> Cost {
        let unicode = hypothesis.writings == ANY && writing == Writing::Alphabet;
        let foreign = |c: char| ('\u{370}'..'\u{1E00}').contains(&c);
        if unicode && self.text.chars().any(foreign) {
            7 * BIT
        } else {
            0
        }
    }
}

fn writing_cost(text: &str, writing: Writing, repeats: bool) -> Cost {
    let mut before = ' ';
    let mut sum = 0;
    match writing {
        Writing::Alphabet => {
            for c in text.chars() {
                sum += alphabet_cost(before, c);
                before = c;
            }
        }
        Writing::Language(language) => {
            let costs = language.costs();
            let mut two_before = ' ';
            for c in text.chars() {
                let cost = costs.of(c);
                let repeated = repeats && c == before;
                sum += if repeated {
                    cost.min(REPEATED_COST)
                } else if is_half_width(c) && is_half_width(before) {
                    cost.min(HALF_WIDTH_RUN_COST)
                } else {
                    cost
                };
                let letter_beside = (before.is_ascii_alphabetic() && c >= '\u{3400}')
                    || (c.is_ascii_alphabetic() && before >= '\u{3400}');
                if letter_beside {
                    sum += LETTER_BESIDE_COST;
                }
                let letters_around = two_before.is_ascii_alphabetic() && c.is_ascii_alphabetic();
                if letters_around && before >= '\u{3400}' {
                    sum += INSIDE_WORD_COST;
                }
                (two_before, before) = (before, c);
            }
        }
    }
    sum
}

fn is_half_width(c: char) -> bool {
    matches!(c, '\u{FF61}'..='\u{FF9F}')
}
