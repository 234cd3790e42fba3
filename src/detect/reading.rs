//! What bytes say in one encoding, and what that costs in each language.
//!
//! Decoding to text would cost more than judging it: a reading is only what the model
//! looks at, a 16-bit symbol for each character (which the reader keeps), and what does not fit.

use crate::detect::hypotheses::Writing;
use crate::model::{BIT, Cost, Language, Row, of_steps};

/// 12 nats: one malformed sequence in the best reading, as measured on damaged files.
pub(super) const MALFORMED_COST: Cost = 12 * BIT * 1443 / 1000;

/// What bytes say in one encoding.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    /// Where its symbols are: one for each character; ASCII is one sign each for letters,
    /// digits, space and rest.
    pub(super) symbols: std::ops::Range<usize>,
    /// What the characters cost alone in each language, in steps; of the last few in lanes of
    /// 16 bits.
    alone: [u32; 8],
    pub(super) recent: Lanes,
    recent_chars: u32,
    /// Characters past ASCII.
    pub(super) chars: u32,
    /// What the ASCII costs.
    pub(super) ascii_cost: Cost,
    /// Malformed sequences.
    pub(super) malformed: u32,
    /// Bytes that were passed over behind them.
    pub(super) skipped_bytes: u32,
    /// The place of the first.
    pub(super) malformed_at: Option<usize>,
    /// Bytes of a last character that is cut off.
    pub(super) cut_bytes: usize,
    /// Characters of UTF-16 and UTF-32 that small numbers, as of arrays, look like:
    /// controls in one order of bytes, U+0100 and its like in the other.
    pub(super) numbers: u32,
    /// Whether it cost too much to be read to the end.
    pub(super) given_up: bool,
}

/// So many sums of a byte fit 16 bits.
const CHARS_PER_LANE: u32 = 256;

/// Sums in lanes of 16 bits, those of even places and those of odd ones: numbers of 64 bits, as
/// no compiler fails to add them at once.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lanes([u64; 2]);

impl Lanes {
    #[inline(always)]
    pub(super) fn add(&mut self, row: Row) {
        const EVEN: u64 = 0x00FF_00FF_00FF_00FF;
        let row = u64::from_le_bytes(row);
        let Lanes([even, odd]) = self;
        *even += row & EVEN;
        *odd += row >> 8 & EVEN;
    }

    /// The sum of a place.
    #[inline(always)]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the higher lanes are cut off"
    )]
    fn of(self, place: usize) -> u32 {
        u32::from((self.0[place % 2] >> (16 * (place / 2 % 4))) as u16)
    }
}

/// Adds bytes to lanes of 16 bits, all of them at once.
#[inline]
pub(super) fn add_to<const N: usize>(sums: &mut [u16; N], bytes: &[u8; N]) {
    for (sum, &byte) in sums.iter_mut().zip(bytes) {
        *sum += u16::from(byte);
    }
}

/// Half-width katakana are rare, and come in words: after the first, one of sixty, of
/// which half are frequent.
pub(super) const HALF_WIDTH_RUN_STEPS: u8 = 44;

/// Whether a symbol is half-width katakana.
pub(super) fn is_half_width(symbol: u16) -> bool {
    matches!(symbol, 0xFF61..=0xFF9F)
}

/// A number of bytes, to be multiplied by a cost.
pub(super) fn as_cost(bytes: usize) -> Cost {
    Cost::try_from(bytes).unwrap_or(Cost::MAX >> 32)
}

/// A reading is given up, if at all, every so many characters.
pub(super) const CHARS_PER_CHECK: u32 = 4;

impl Reading {
    /// An empty reading, whose symbols will stand behind so many others.
    pub(super) fn beginning_at(symbols: usize) -> Reading {
        Reading {
            symbols: symbols..symbols,
            ..Reading::default()
        }
    }

    /// A reading that was given up where everything had fitted.
    pub(super) fn given_up() -> Reading {
        Reading {
            given_up: true,
            ..Reading::default()
        }
    }

    /// A reading of characters of two bytes that cost so many steps alone.
    pub(super) fn of_sums(chars: usize, steps: impl Iterator<Item = (Language, u16)>) -> Reading {
        let mut reading = Reading {
            chars: u32::try_from(chars).unwrap_or(u32::MAX),
            ..Reading::default()
        };
        for (language, steps) in steps {
            reading.alone[language as usize] = steps.into();
        }
        reading
    }
    /// Counts a character.
    pub(super) fn add(&mut self, row: Row) {
        self.recent.add(row);
        self.has_added(1);
    }

    /// Counts what was added to the lanes, which are emptied before they overflow.
    pub(super) fn has_added(&mut self, chars: u32) {
        self.chars += chars;
        self.recent_chars += chars;
        if self.recent_chars > CHARS_PER_LANE - CHARS_PER_CHECK {
            self.empty_lanes();
        }
    }

    pub(super) fn empty_lanes(&mut self) {
        self.recent_chars = 0;
        let recent = std::mem::take(&mut self.recent);
        for (language, sum) in self.alone.iter_mut().enumerate() {
            *sum += recent.of(language);
        }
    }

    /// Whether the first `done` bytes cost too much, if each may cost its share: a part that
    /// costs far more will not be made up for.
    pub(super) fn is_too_dear(&self, writings: &[Writing], share: Cost, done: usize) -> bool {
        let limit = share * as_cost(done) + 24 * BIT - self.beside();
        let is_too_dear = |&(language, bits): &Writing| {
            let language = language as usize;
            let steps = self.alone[language] + self.recent.of(language);
            of_steps(steps.into()) + bits * BIT > limit
        };
        writings.iter().all(is_too_dear)
    }

    /// What costs the same in all languages so far: ASCII and malformed sequences.
    pub(super) fn beside(&self) -> Cost {
        self.ascii_cost
            + Cost::from(self.malformed) * MALFORMED_COST
            + Cost::from(self.skipped_bytes) * 8 * BIT
    }

    /// Whether it is not known of which characters it is.
    pub(super) fn has_no_symbols(&self) -> bool {
        self.symbols.is_empty() && self.chars > 0
    }

    /// Whether it reads as text mostly does: 12 bits for each character.
    pub(super) fn is_usual(&self, writings: &[Writing]) -> bool {
        self.malformed == 0
            && !self.given_up
            && self.alone(writings) <= 12 * BIT * Cost::from(self.chars)
    }

    /// What the characters cost alone in the cheapest of some languages with its prior.
    pub(super) fn alone(&self, writings: &[Writing]) -> Cost {
        let costs = writings
            .iter()
            .map(|&(language, bits)| self.alone_in(language) + bits * BIT);
        costs.min().unwrap_or(Cost::MAX / 8)
    }

    /// What the characters cost alone in a language, when all are read.
    pub(super) fn alone_in(&self, language: Language) -> Cost {
        of_steps(self.alone[language as usize].into())
    }

    pub(super) fn is_malformed(&mut self, at: usize) {
        self.malformed += 1;
        self.malformed_at = self.malformed_at.or(Some(at));
    }
}
