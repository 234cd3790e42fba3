//! What bytes probably are: every candidate encoding is read and its text priced.
//!
//! A hypothesis is an encoding together with what may be written in it. Its cost is the
//! bits of its prior, of the characters in the cheapest of its languages (see `model`), and
//! of its malformed sequences: an illegal byte is an accident worth 12 nats, not a
//! disqualification, and a character cut off at either end of the input is worth less,
//! because files and samples are cut all the time. All hypotheses pay for the same bytes,
//! so costs compare; the probability of each is two to the minus cost, normalised. "None
//! of these" takes part as random bytes.
//!
//! Characters are first priced alone, which is a look-up each. Pairs are looked up only for
//! what that leaves in question, and single bytes are given up when they cost more than the
//! best.
//!
//! What it gets wrong: priors are judgement, for a user who mostly meets Chinese.

use crate::detect::hypotheses::{
    ANY, Hypothesis, LETTERS_IN_UNICODE, MULTI_BYTE, SINGLE_BYTE, WIDE,
};
use crate::detect::letters::{code_cost, spelling, text_cost};
use crate::detect::reading::{MALFORMED_COST, Reader, Reading, is_half_width};
use crate::detect::sample::Sample;
use crate::encoding::Encoding;
use crate::model::{Alphabet, BIT, Cost, Language, Model, ascii_cost, model, of_steps};

/// A character cut off at the first or last byte: 6 bits for the chance, and what is left
/// of the character is no better than random.
fn cut_cost(bytes: usize) -> Cost {
    if bytes == 0 {
        return 0;
    }
    6 * BIT + Cost::try_from(bytes).unwrap_or(Cost::MAX / BIT) * 8 * BIT
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

/// A single Han character with letters on both sides: hardly ever, but what a Polish or
/// French word looks like when its accented letter takes the next as its trail byte.
const INSIDE_WORD_COST: Cost = 8 * BIT;

/// A single Han character with spaces on both sides, or a space and a letter: seldom in
/// Chinese and Japanese, but what `è` in UTF-8 looks like between Italian words.
const LONELY_COST: Cost = 5 * BIT;

/// A single Han character with a letter on one side, and nothing on the other: usual enough
/// (`Windows版`), but also what `Öffnen` begins with.
const AT_WORD_COST: Cost = 3 * BIT;

/// A reading in which nothing past ASCII is a character is hardly a reading.
const NO_CHARACTER_COST: Cost = 16 * BIT;

/// A character that stands beside itself: 谢谢, 天天, ……, in all of these languages. Not so
/// in UTF-16, where a line of `========` would be one rare character repeated.
const REPEATED_COST: Cost = 6 * BIT;

/// A byte of 0x80 and above, or a control, among random bytes; more than 8 bits so that
/// a list of rare characters is still text.
const RANDOM_BYTE_COST: Cost = 19 * BIT / 2;

/// What the prior of UTF-16 gains where only binary is left beside it.
const NO_TEXT_BONUS: Cost = 4 * BIT;

/// Readings that cost so much more than the best when priced alone are not priced by
/// pairs: what all pairs gain together is less.
fn open_margin(chars: usize) -> Cost {
    16 * BIT + 2 * BIT * Cost::try_from(chars).unwrap_or(Cost::MAX / BIT / 8)
}

/// Up to here, pairs are looked up even where characters alone leave nothing in question:
/// the probability of a few characters should say how usual they are.
const SHORT_BYTES: usize = 12;

/// A hypothesis that costs so much more than the best does not change the answer.
const GIVE_UP_COST: Cost = 32 * BIT;

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

impl Scored {
    /// Whether so many characters are so usual that no other kind of encoding looks like it:
    /// letters read as Han cost 13 bits and more each.
    pub(super) fn is_settled(&self) -> bool {
        !self.single_byte
            && self.chars >= 12
            && self.malformed_at.is_none()
            // Half-width katakana are single bytes.
            && !matches!(self.encoding, None | Some(Encoding::ShiftJis))
            && u64::try_from(self.text_cost).is_ok_and(|cost| cost <= 11776 * self.chars)
    }
}

/// What the caller knows: what may be answered, and what is likely.
pub(super) trait Prior {
    /// Bits to add to the cost of an encoding; `None` where it may not be answered.
    fn extra_bits(&self, encoding: Encoding) -> Option<Cost>;
}

/// What a language gains by the pairs of a reading, and by characters repeated.
fn gained(symbols: &[u16], language: Language, repeats: bool, model: &Model) -> Cost {
    let mut gain = 0;
    let mut before: Option<u16> = None;
    for &symbol in symbols {
        if let (Some(before), true) = (before, symbol >= 0x80) {
            if is_half_width(before) && is_half_width(symbol) {
                // Priced as a run when it was read.
                continue;
            }
            let mut of_pair = model.gain(language, before, symbol);
            if repeats && before == symbol {
                let alone = of_steps(model.row(symbol)[language as usize].into());
                of_pair = of_pair.max(alone - REPEATED_COST);
            }
            gain += of_pair;
        }
        before = Some(symbol);
    }
    gain
}

/// A candidate in the making.
struct Candidate {
    hypothesis: &'static Hypothesis,
    reading: Reading,
    /// What it costs whatever the language.
    fixed: Cost,
    /// Bytes at the start that are left out.
    head_bytes: usize,
}

impl Candidate {
    /// The cheapest language by characters alone.
    fn estimate(&self) -> Cost {
        self.fixed + self.reading.alone(self.hypothesis.writings)
    }

    /// Whether it reads as text mostly does: 12 bits for each character.
    fn is_usual(&self) -> bool {
        let reading = &self.reading;
        reading.malformed == 0
            && !reading.given_up
            && reading.alone(self.hypothesis.writings) <= 12 * BIT * Cost::from(reading.chars)
    }

    /// The cheapest language, with its pairs where that is asked.
    fn scored(&self, reader: &Reader, by_pairs: bool) -> Scored {
        let repeats = self.hypothesis.encoding.extends_ascii();
        let estimate = self.reading.alone(self.hypothesis.writings);
        let symbols = reader.symbols(&self.reading);
        let (text_cost, cost) = self
            .hypothesis
            .writings
            .iter()
            .map(|&(language, bits)| {
                let alone = self.reading.alone_in(language);
                // A language far off the cheapest does not come closer by its pairs.
                let is_open = alone + bits * BIT <= estimate + 24 * BIT;
                let gain = if by_pairs && is_open {
                    gained(symbols, language, repeats, model())
                } else {
                    0
                };
                (alone - gain, alone - gain + bits * BIT)
            })
            .min_by_key(|&(_, total)| total)
            .unwrap_or_default();
        Scored {
            encoding: Some(self.hypothesis.encoding),
            cost: self.fixed + cost,
            text_cost,
            chars: self.reading.chars.into(),
            malformed_at: self.reading.malformed_at.map(|at| at + self.head_bytes),
            single_byte: false,
        }
    }
}

/// Single Han characters between letters, and between spaces; in Korean, words of one
/// syllable are usual.
fn lonely(symbols: &[u16], encoding: Encoding) -> Cost {
    const LETTER: u16 = 0x61;
    const SPACE: u16 = 0x20;
    // Where all is Han, nothing is lonely.
    if symbols.iter().all(|&symbol| symbol >= 0x3000) {
        return 0;
    }
    let mut cost = 0;
    let mut before = None;
    let mut symbols = symbols.iter().copied().peekable();
    while let Some(symbol) = symbols.next() {
        let after = symbols.peek().copied();
        if symbol >= 0x3400 {
            cost += match (before, after) {
                (Some(LETTER), Some(LETTER)) => INSIDE_WORD_COST,
                (Some(LETTER), None) | (None, Some(LETTER)) => AT_WORD_COST,
                (Some(SPACE), Some(SPACE)) if encoding == Encoding::EucKr => 0,
                (Some(LETTER | SPACE), Some(LETTER | SPACE)) => LONELY_COST,
                _ => 0,
            };
        }
        before = Some(symbol);
    }
    cost
}

/// Reads a sample in one encoding, from the start or from behind the rest of a character.
/// `extra`: what the caller's prior adds.
fn candidate(
    bytes: &[u8],
    hypothesis: &'static Hypothesis,
    head_bytes: usize,
    extra: Cost,
    reader: &mut Reader,
) -> Option<Candidate> {
    let bytes = bytes.get(head_bytes..)?;
    let reading = reader.read(bytes, hypothesis.encoding, hypothesis.writings)?;
    let fixed = hypothesis.prior_bits * BIT + extra + reading.cost(&[(Language::Hans, 0)])
        - reading.alone_in(Language::Hans)
        + cut_cost(reading.cut_bytes)
        + cut_cost(head_bytes)
        + lonely(reader.symbols(&reading), hypothesis.encoding)
        + if reading.chars == 0 {
            NO_CHARACTER_COST
        } else {
            0
        };
    Some(Candidate {
        hypothesis,
        reading,
        fixed,
        head_bytes,
    })
}

/// Whether bytes read as UTF-16 of either order as text mostly does.
fn is_usual_utf16(bytes: &[u8]) -> bool {
    let units = Cost::try_from(bytes.len() / 2).unwrap_or(Cost::MAX / BIT / 64);
    let mut reader = Reader::new(model(), bytes.len());
    reader.limit = 12 * BIT * units;
    bytes.len().is_multiple_of(2)
        && [true, false].into_iter().any(|is_little| {
            let reading = reader.read_utf16(bytes, is_little, ANY);
            !reading.given_up
                && reading.malformed == 0
                && reading.chars > 1
                && reading.alone(ANY) <= 12 * BIT * Cost::from(reading.chars)
        })
}

/// How a sample is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pass {
    Plain,
    Searching,
    BehindHead,
}

/// Prices every extension of ASCII on a sample, the cheapest first. `whole`: the bytes of
/// the sample and what lies between, which may be UTF-16: then nothing is searched for.
pub(super) fn extensions(
    sample: &Sample,
    prior: &impl Prior,
    only: Option<&[Encoding]>,
    whole: Option<&[u8]>,
) -> Vec<Scored> {
    let bytes = &*sample.bytes;
    let mut reader = Reader::new(model(), bytes.len());
    let is_asked = |hypothesis: &&'static Hypothesis| {
        only.is_none_or(|only| only.contains(&hypothesis.encoding))
    };
    let mut candidates: Vec<Candidate> = Vec::with_capacity(2 * MULTI_BYTE.len());
    let mut best_alone = Cost::MAX / 8;
    // From the start; then, if nothing reads as text mostly does, with a search behind what is
    // malformed, and from behind what may be the rest of a character.
    for pass in [Pass::Plain, Pass::Searching, Pass::BehindHead] {
        if pass != Pass::Plain
            && (candidates.iter().any(Candidate::is_usual) || whole.is_some_and(is_usual_utf16))
        {
            break;
        }
        reader.searches = pass != Pass::Plain;
        for hypothesis in MULTI_BYTE.iter().filter(is_asked) {
            let Some(extra) = prior.extra_bits(hypothesis.encoding) else {
                continue;
            };
            let head = match pass {
                Pass::BehindHead => cut_head(bytes, hypothesis.encoding),
                _ => 0,
            };
            let same = |other: &&mut Candidate| other.hypothesis.encoding == hypothesis.encoding;
            let earlier = candidates.iter_mut().find(same);
            let is_needed = match pass {
                Pass::Plain => true,
                Pass::Searching => earlier.is_some_and(|earlier| earlier.reading.malformed > 0),
                Pass::BehindHead => head > 0,
            };
            if !is_needed {
                continue;
            }
            reader.limit = best_alone + open_margin(bytes.len() / 2);
            if let Some(candidate) = candidate(bytes, hypothesis, head, extra * BIT, &mut reader) {
                let estimate = candidate.estimate();
                if !candidate.reading.given_up {
                    best_alone = best_alone.min(estimate);
                }
                match candidates.iter_mut().find(same) {
                    Some(other) if candidate.reading.given_up && !other.reading.given_up => {}
                    Some(other) if other.reading.given_up || estimate < other.estimate() => {
                        *other = candidate;
                    }
                    Some(_) => {}
                    None => candidates.push(candidate),
                }
            }
        }
    }
    let mut scored: Vec<Scored> = Vec::with_capacity(candidates.len() + 8);
    let is_open = |candidate: &Candidate| {
        let chars = usize::try_from(candidate.reading.chars).unwrap_or(usize::MAX);
        !candidate.reading.given_up && candidate.estimate() <= best_alone + open_margin(chars)
    };
    // One that stands alone by far needs no closer look.
    let by_pairs = candidates
        .iter()
        .filter(|candidate| is_open(candidate))
        .count()
        > 1
        || bytes.len() <= 2 * SHORT_BYTES;
    for candidate in &candidates {
        if candidate.reading.given_up && candidate.reading.malformed == 0 {
            continue;
        }
        let mut priced = candidate.scored(&reader, by_pairs && is_open(candidate));
        if candidate.reading.given_up {
            priced.cost = priced.cost.max(best_alone + GIVE_UP_COST + GIVE_UP_COST);
        }
        if candidate.hypothesis.encoding == Encoding::Utf8 && candidate.reading.malformed == 0 {
            let lonely = lonely(reader.symbols(&candidate.reading), Encoding::Utf8);
            priced = with_letters(priced, candidate, lonely, bytes);
        }
        scored.push(priced);
    }
    scored.push(random(bytes));
    let best = scored.iter().map(|scored| scored.cost).min().unwrap_or(0);
    let is_settled = scored.iter().any(Scored::is_settled);
    for hypothesis in SINGLE_BYTE.iter().filter(is_asked) {
        if is_settled {
            break;
        }
        let Some(extra) = prior.extra_bits(hypothesis.encoding) else {
            continue;
        };
        let fixed = (hypothesis.prior_bits + extra) * BIT;
        let limit = best + GIVE_UP_COST - fixed;
        if let Some(spelling) = spelling(bytes, hypothesis.encoding, limit) {
            scored.push(Scored {
                encoding: Some(hypothesis.encoding),
                cost: fixed + spelling.cost + Cost::from(spelling.malformed) * MALFORMED_COST,
                text_cost: spelling.text_cost,
                chars: spelling.chars,
                malformed_at: spelling.malformed_at,
                single_byte: true,
            });
        }
    }
    for scored in &mut scored {
        scored.malformed_at = scored.malformed_at.map(|at| sample.origin(at));
    }
    sort(&mut scored);
    scored
}

/// A reading in Unicode may be of an alphabet, too.
fn with_letters(priced: Scored, candidate: &Candidate, lonely: Cost, bytes: &[u8]) -> Scored {
    let bytes = &bytes[candidate.head_bytes..];
    let text = String::from_utf8_lossy(bytes);
    let fixed = candidate.fixed - candidate.reading.ascii_cost - lonely;
    letters_in_unicode(priced, fixed, &text)
}

fn letters_in_unicode(priced: Scored, fixed: Cost, text: &str) -> Scored {
    let (cost, past_ascii, alphabet) = text_cost(text);
    // 谢谢 in GBK is лл in UTF-8, and a word of two letters is likelier to be Chinese here.
    let foreign = match alphabet {
        Alphabet::West | Alphabet::East | Alphabet::Vietnamese => 0,
        _ => 7,
    };
    let cost = fixed + (LETTERS_IN_UNICODE + foreign) * BIT + cost;
    if cost < priced.cost {
        Scored {
            cost,
            text_cost: past_ascii,
            ..priced
        }
    } else {
        priced
    }
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
    let outside = if sample.bytes.is_empty() {
        code_cost(bytes)
    } else {
        ascii(bytes) - ascii(&sample.bytes)
    };
    let mut scored: Vec<Scored> = if no_text {
        vec![random(bytes)]
    } else {
        let with_outside = |rival: &Scored| Scored {
            cost: rival.cost + outside,
            ..*rival
        };
        rivals.iter().map(with_outside).collect()
    };
    let best = scored.iter().map(|scored| scored.cost).min().unwrap_or(0);
    let mut reader = Reader::new(model(), bytes.len());
    reader.limit = best + open_margin(bytes.len() / 2);
    let has_nul = memchr::memchr(0, bytes).is_some();
    for hypothesis in WIDE {
        let Some(extra) = prior.extra_bits(hypothesis.encoding) else {
            continue;
        };
        let encoding = hypothesis.encoding;
        let reading = match encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => {
                // Alphabets are priced by their letters, whatever they cost alone.
                if has_nul {
                    reader.limit = Cost::MAX / 8;
                }
                let is_little = encoding == Encoding::Utf16Le;
                reader.read_utf16(bytes, is_little, hypothesis.writings)
            }
            // Every unit of UTF-32 has a byte of zero at its upper end.
            _ if has_nul => reader.read_utf32(bytes, encoding == Encoding::Utf32Le),
            _ => continue,
        };
        if reading.given_up {
            continue;
        }
        let bonus = if no_text { NO_TEXT_BONUS } else { 0 };
        let fixed = (hypothesis.prior_bits + extra) * BIT - bonus
            + reading.ascii_cost
            + Cost::from(reading.malformed + reading.numbers) * malformed_cost(encoding)
            + cut_cost(reading.cut_bytes);
        let candidate = Candidate {
            hypothesis,
            reading,
            fixed,
            head_bytes: 0,
        };
        let symbols = reader.symbols(&candidate.reading);
        let is_open = candidate.estimate() <= best + open_margin(symbols.len());
        let mut priced = candidate.scored(&reader, is_open);
        let letters = symbols.iter().filter(|&&symbol| symbol < 0x2000).count();
        if (is_open || has_nul) && letters * 2 > symbols.len() {
            let text = crate::codec::decode(bytes, encoding).text;
            let fixed = candidate.fixed - candidate.reading.ascii_cost;
            priced = letters_in_unicode(priced, fixed, &text);
        }
        scored.push(priced);
    }
    sort(&mut scored);
    scored
}

/// Plain ASCII as a hypothesis of its own, for bytes that are nothing else. 8 bits of
/// prior speak for it: every odd word of ASCII is some Han characters of UTF-16, and
/// documents of a few characters in UTF-16 without a mark hardly exist.
pub(super) fn plain_ascii() -> Scored {
    Scored {
        encoding: Some(Encoding::UsAscii),
        cost: -8 * BIT,
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
        _ => usize::from(bytes.first().is_some_and(|&byte| byte >= 0x80)),
    }
}
