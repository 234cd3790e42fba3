//! One reading of the bytes, and its price: the characters in the cheapest of the languages
//! that the encoding is used for, and what speaks against the reading whatever the language.

use crate::detect::hypotheses::{Hypothesis, Writing};
use crate::detect::reader::Reader;
use crate::detect::reading::{Reading, is_half_width};
use crate::detect::score::Scored;
use crate::encoding::Encoding;
use crate::model::{BIT, Cost, Language, Model, UNWRITTEN, model, of_steps};

/// A character cut off at the first or last byte: 6 bits for the chance, and what is left
/// of the character is no better than random.
pub(super) fn cut_cost(bytes: usize) -> Cost {
    if bytes == 0 {
        return 0;
    }
    6 * BIT + Cost::try_from(bytes).unwrap_or(Cost::MAX / BIT) * 8 * BIT
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
            if repeats && before == symbol && symbol != UNWRITTEN {
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
pub(super) struct Candidate {
    pub(super) hypothesis: &'static Hypothesis,
    /// What may be written in it.
    pub(super) writings: &'static [Writing],
    pub(super) reading: Reading,
    /// What it costs whatever the language.
    pub(super) fixed: Cost,
    /// What its characters cost alone in the cheapest language.
    pub(super) alone: Cost,
    /// Bytes at the start that are left out.
    pub(super) head_bytes: usize,
}

impl Candidate {
    /// A candidate that is read from behind the rest of a character, or from the start.
    pub(super) fn unread(
        hypothesis: &'static Hypothesis,
        writings: &'static [Writing],
        head_bytes: usize,
    ) -> Candidate {
        Candidate {
            hypothesis,
            writings,
            reading: Reading::default(),
            fixed: 0,
            alone: 0,
            head_bytes,
        }
    }

    /// Reads a sample, and says whether there are tables to read it from. `extra`: what the
    /// caller's prior adds.
    pub(super) fn read(&mut self, bytes: &[u8], extra: Cost, reader: &mut Reader) -> bool {
        let Some(bytes) = bytes.get(self.head_bytes..) else {
            return false;
        };
        let encoding = self.hypothesis.encoding;
        let reading = &mut self.reading;
        if !reader.read_into(reading, bytes, encoding, self.writings) {
            return false;
        }
        self.alone = reading.alone(self.writings);
        self.fixed = self.hypothesis.prior_bits * BIT
            + extra
            + reading.beside()
            + cut_cost(reading.cut_bytes)
            + cut_cost(self.head_bytes)
            + lonely(reader.symbols(reading), encoding)
            + if reading.chars == 0 {
                NO_CHARACTER_COST
            } else {
                0
            };
        true
    }

    /// The same from what a reading of the start is known to be.
    pub(super) fn take(&mut self, reading: Reading, extra: Cost) {
        self.reading = reading;
        self.alone = self.reading.alone(self.writings);
        self.fixed = self.hypothesis.prior_bits * BIT + extra;
    }

    /// Reads what was only known, for its symbols.
    pub(super) fn read_symbols(&mut self, bytes: &[u8], reader: &mut Reader) {
        if self.reading.has_no_symbols() {
            reader.limit = Cost::MAX / 8;
            self.reading = Reading::default();
            let encoding = self.hypothesis.encoding;
            reader.read_into(&mut self.reading, bytes, encoding, self.writings);
        }
    }

    /// The cheapest language by characters alone.
    pub(super) fn estimate(&self) -> Cost {
        self.fixed + self.alone
    }

    /// Whether it reads as text mostly does: 12 bits for each character.
    pub(super) fn is_usual(&self) -> bool {
        self.reading.is_usual(self.writings)
    }

    /// The cheapest language, with its pairs where that is asked.
    pub(super) fn scored(&self, reader: &Reader, by_pairs: bool) -> Scored {
        let repeats = self.hypothesis.encoding.extends_ascii();
        let estimate = self.alone;
        let symbols = reader.symbols(&self.reading);
        let of_language = |&(language, bits): &Writing| {
            let alone = self.reading.alone_in(language);
            // A language far off the cheapest does not come closer by its pairs.
            let is_open = alone + bits * BIT <= estimate + 24 * BIT;
            let gain = if by_pairs && is_open {
                gained(symbols, language, repeats, model())
            } else {
                0
            };
            (alone - gain, alone, alone - gain + bits * BIT)
        };
        let mut cheapest = (0, 0, Cost::MAX);
        for writing in self.writings {
            let cost = of_language(writing);
            if cost.2 < cheapest.2 {
                cheapest = cost;
            }
        }
        let (text_cost, alone_cost, cost) = cheapest;
        Scored {
            encoding: Some(self.hypothesis.encoding),
            cost: self.fixed + cost,
            text_cost,
            alone_cost,
            chars: self.reading.chars.into(),
            malformed_at: self.reading.malformed_at.map(|at| at + self.head_bytes),
            single_byte: false,
        }
    }
}

/// Single Han characters between letters, and between spaces; in Korean, words of one
/// syllable are usual.
pub(super) fn lonely(symbols: &[u16], encoding: Encoding) -> Cost {
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
