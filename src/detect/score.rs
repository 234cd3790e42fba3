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

use crate::detect::sample::Sample;
use crate::encoding::Encoding;
use crate::model::{BIT, Cost, Language, alphabet_cost, ascii_cost};

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

/// A character that stands beside itself: 谢谢, 天天, ……, in all of these languages.
const REPEATED_COST: Cost = 6 * BIT;

/// A byte of 0x80 and above, or a control, among random bytes; more than 8 bits so that
/// a list of rare characters is still text.
const RANDOM_BYTE_COST: Cost = 19 * BIT / 2;

/// What a text may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    Language(Language),
    Alphabet,
}

const HANS: Writing = Writing::Language(Language::Hans);
const HANT: Writing = Writing::Language(Language::Hant);
const JAPANESE: Writing = Writing::Language(Language::Japanese);
const KOREAN: Writing = Writing::Language(Language::Korean);

/// Unicode holds all; Chinese is what this library is asked about.
const ANY: &[(Writing, Cost)] = &[
    (HANS, 0),
    (HANT, 0),
    (JAPANESE, 3),
    (KOREAN, 4),
    (Writing::Alphabet, 5),
];

/// A candidate: its prior, and the writings it is used for with theirs, in bits.
struct Hypothesis {
    encoding: Encoding,
    prior_bits: Cost,
    writings: &'static [(Writing, Cost)],
}

const fn hypothesis(
    encoding: Encoding,
    prior_bits: Cost,
    writings: &'static [(Writing, Cost)],
) -> Hypothesis {
    Hypothesis {
        encoding,
        prior_bits,
        writings,
    }
}

/// Alphabets have one writing.
const LETTERS: &[(Writing, Cost)] = &[(Writing::Alphabet, 0)];

/// UTF-16 and UTF-32 without a mark are rare, and any bytes of even number are UTF-16.
const WIDE: &[Hypothesis] = &[
    hypothesis(Encoding::Utf16Le, 10, ANY),
    hypothesis(Encoding::Utf16Be, 11, ANY),
    hypothesis(Encoding::Utf32Le, 12, ANY),
    hypothesis(Encoding::Utf32Be, 12, ANY),
];

/// What the prior of UTF-16 gains where only binary is left beside it.
const NO_TEXT_BONUS: Cost = 4 * BIT;

/// The extensions of ASCII. Traditional text in GBK is an eighth of GBK. The bits of the
/// others say how much rarer they are where Chinese is expected: from 1 in 16 for Korean,
/// 1 in 32 for western European text, to 1 in 2000 for scripts with which Chinese is seldom mixed.
const EXTENSIONS: &[Hypothesis] = &[
    hypothesis(Encoding::Utf8, 0, ANY),
    hypothesis(Encoding::Gbk, 1, &[(HANS, 0), (HANT, 3)]),
    hypothesis(Encoding::Big5, 2, &[(HANT, 0)]),
    hypothesis(Encoding::ShiftJis, 6, &[(JAPANESE, 0)]),
    hypothesis(Encoding::EucJp, 7, &[(JAPANESE, 0)]),
    hypothesis(Encoding::EucKr, 4, &[(KOREAN, 0)]),
    hypothesis(Encoding::Windows1252, 5, LETTERS),
    hypothesis(Encoding::Windows1251, 8, LETTERS),
    hypothesis(Encoding::Windows1250, 8, LETTERS),
    hypothesis(Encoding::Windows1253, 10, LETTERS),
    hypothesis(Encoding::Windows1254, 9, LETTERS),
    hypothesis(Encoding::Windows1255, 11, LETTERS),
    hypothesis(Encoding::Windows1256, 11, LETTERS),
    hypothesis(Encoding::Windows1257, 9, LETTERS),
    hypothesis(Encoding::Windows1258, 10, LETTERS),
    hypothesis(Encoding::Windows874, 9, LETTERS),
    hypothesis(Encoding::Koi8U, 9, LETTERS),
    hypothesis(Encoding::Ibm866, 10, LETTERS),
    hypothesis(Encoding::Iso8859_2, 9, LETTERS),
    hypothesis(Encoding::Iso8859_5, 11, LETTERS),
    hypothesis(Encoding::MacCyrillic, 12, LETTERS),
    hypothesis(Encoding::Macintosh, 11, LETTERS),
];

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
        priced.cost += extra * BIT;
        if no_text {
            priced.cost -= NO_TEXT_BONUS;
        }
        scored.push(priced);
    }
    sort(&mut scored);
    scored
}

/// Plain ASCII as a hypothesis of its own, for bytes that are nothing else.
pub(super) fn plain_ascii() -> Scored {
    Scored {
        encoding: Some(Encoding::UsAscii),
        cost: 0,
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

    fn price(&self, hypothesis: &Hypothesis) -> Scored {
        let (text_cost, writing_cost) = hypothesis
            .writings
            .iter()
            .map(|&(writing, bits)| {
                let cost = writing_cost(&self.text, writing);
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

fn writing_cost(text: &str, writing: Writing) -> Cost {
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
                sum += if c == before {
                    cost.min(REPEATED_COST)
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

/// How much of a difference in cost is believed: neighbours are not independent, so the
/// sum of their costs exaggerates.
const TEMPER: (Cost, Cost) = (3, 5);

/// The probability of each, in the order given; they sum to one. Only multiplications of
/// constants, so that every machine finds the same.
pub(super) fn probabilities(scored: &[Scored]) -> Vec<f64> {
    let best = scored.iter().map(|scored| scored.cost).min().unwrap_or(0);
    let weights: Vec<f64> = scored
        .iter()
        .map(|scored| half_to_the((scored.cost - best) * TEMPER.0 / TEMPER.1))
        .collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// Two to the minus cost.
fn half_to_the(cost: Cost) -> f64 {
    if cost >= 64 * BIT {
        return 0.0;
    }
    let mut weight = 1.0;
    // 2^(-1/1024), squared for each higher bit of the cost.
    let mut factor = 0.9993233275026507_f64;
    let mut rest = cost;
    while rest > 0 {
        if rest & 1 == 1 {
            weight *= factor;
        }
        factor *= factor;
        rest >>= 1;
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_halve_per_bit() {
        for (bits, expect) in [(0, 1.0), (1, 0.5), (3, 0.125), (10, 1.0 / 1024.0)] {
            let weight = half_to_the(bits * BIT);
            assert!((weight - expect).abs() < 1e-9, "{bits}: {weight}");
        }
    }
}
