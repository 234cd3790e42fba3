//! Bytes to symbols of the model, in each multi-byte encoding, straight from tables.
//!
//! Decoding to text would cost more than judging it: a reading is only what the model
//! looks at, a 16-bit symbol for each character, and what does not fit. A malformed
//! sequence does not end a reading. Behind it there may be half a character, so that the
//! next few characters are read from each of the next three bytes, and the cheapest
//! reading goes on.

use crate::detect::hypotheses::Writing;
use crate::detect::rules::{BIG5, EUC_JP, EUC_KR, EUC_TW, GBK, Rules, SHIFT_JIS, Step, Utf8};
use crate::encoding::Encoding;
use crate::model::{
    BIT, Cost, Language, Model, Row, ascii_cost, ascii_steps, of_steps, symbol_of_unit,
};

/// 12 nats: one malformed sequence in the best reading, as measured on damaged files.
pub(super) const MALFORMED_COST: Cost = 12 * BIT * 1443 / 1000;

/// What bytes say in one encoding.
#[derive(Debug, Clone, Default)]
pub(super) struct Reading {
    /// Where its symbols are: one for each character; ASCII is one sign each for letters,
    /// digits, space and rest.
    symbols: std::ops::Range<usize>,
    /// What the characters cost alone in each language, in steps; of the last few in lanes of
    /// 16 bits.
    alone: [u32; 8],
    recent: Lanes,
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
struct Lanes([u64; 2]);

impl Lanes {
    #[inline(always)]
    fn add(&mut self, row: Row) {
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

/// What readings of the same bytes share: the model, room for symbols, and what a reading
/// may cost.
#[derive(Debug)]
pub(super) struct Reader {
    model: &'static Model,
    pub(super) symbols: Vec<u16>,
    /// Readings that cost more are given up; without what the prior adds.
    pub(super) limit: Cost,
    /// Whether the next character is searched for behind malformed sequences.
    pub(super) searches: bool,
}

impl Reader {
    /// A reader that has read nothing.
    pub(super) fn new(model: &'static Model, bytes: usize) -> Reader {
        Reader {
            model,
            symbols: Vec::with_capacity(2 * bytes + 64),
            limit: Cost::MAX / 8,
            searches: false,
        }
    }

    /// What each of `length` bytes may cost.
    pub(super) fn share(&self, length: usize) -> Cost {
        self.limit / as_cost(length.max(1))
    }

    /// Forgets what was read.
    pub(super) fn clear(&mut self) {
        self.symbols.clear();
    }

    /// The symbols of a reading.
    pub(super) fn symbols(&self, reading: &Reading) -> &[u16] {
        self.symbols
            .get(reading.symbols.clone())
            .unwrap_or_default()
    }
}

/// A number of bytes, to be multiplied by a cost.
pub(super) fn as_cost(bytes: usize) -> Cost {
    Cost::try_from(bytes).unwrap_or(Cost::MAX >> 32)
}

/// Bytes that decide where a reading goes on behind a malformed sequence.
const LOOK_AHEAD_BYTES: usize = 14;

/// Malformed sequences behind which is searched for the next character, and one more for
/// each so many symbols: text that is damaged more often is no text of this encoding.
const SEARCHES: u32 = 2;
const SYMBOLS_PER_SEARCH: u32 = 16;

/// A reading is given up, if at all, every so many characters.
pub(super) const CHARS_PER_CHECK: u32 = 4;

impl Reader {
    /// Reads bytes in an encoding, until they cost more than the limit in each of the
    /// languages; `None` for encodings that are not read from tables. Time O(n).
    pub(super) fn read(
        &mut self,
        bytes: &[u8],
        encoding: Encoding,
        writings: &[Writing],
    ) -> Option<Reading> {
        let mut reading = Reading::default();
        let is_read = self.read_into(&mut reading, bytes, encoding, writings);
        is_read.then_some(reading)
    }

    /// The same into an empty reading, which is large enough for the copy to be noticed.
    pub(super) fn read_into(
        &mut self,
        reading: &mut Reading,
        bytes: &[u8],
        encoding: Encoding,
        writings: &[Writing],
    ) -> bool {
        match encoding {
            Encoding::Utf8 => self.read_by(reading, bytes, &Utf8, writings),
            Encoding::Gbk => self.read_by(reading, bytes, &GBK, writings),
            Encoding::Big5 => self.read_by(reading, bytes, &BIG5, writings),
            Encoding::ShiftJis => self.read_by(reading, bytes, &SHIFT_JIS, writings),
            Encoding::EucJp => self.read_by(reading, bytes, &EUC_JP, writings),
            Encoding::EucKr => self.read_by(reading, bytes, &EUC_KR, writings),
            Encoding::EucTw => self.read_by(reading, bytes, &EUC_TW, writings),
            _ => return false,
        }
        true
    }

    fn read_by<R: Rules>(
        &mut self,
        reading: &mut Reading,
        bytes: &[u8],
        rules: &R,
        writings: &[Writing],
    ) {
        reading.symbols = self.symbols.len()..self.symbols.len();
        let share = self.share(bytes.len());
        let mut at = 0;
        let mut next_check = CHARS_PER_CHECK;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii() {
                self.symbols.push(symbol_of_unit(u16::from(byte)));
                reading.ascii_cost += ascii_cost(byte);
                at += 1;
                continue;
            }
            let behind = self.pairs(reading, bytes, at, rules, next_check);
            if behind > at {
                at = behind;
            } else {
                match rules.step(&bytes[at..]) {
                    Step::Symbol(symbol, length) => {
                        self.push(reading, symbol);
                        at += length;
                    }
                    Step::Cut => {
                        reading.cut_bytes = bytes.len() - at;
                        break;
                    }
                    Step::Malformed => {
                        reading.is_malformed(at);
                        let searches = SEARCHES + reading.chars / SYMBOLS_PER_SEARCH;
                        let skip = if self.searches && reading.malformed <= searches {
                            let cost = |&skip: &u8| {
                                let rest =
                                    bytes.get(at + 1 + usize::from(skip)..).unwrap_or_default();
                                look_ahead(rest, rules, self.model) + 64 * i64::from(skip)
                            };
                            (0..3_u8).min_by_key(cost).unwrap_or(0)
                        } else {
                            0
                        };
                        reading.skipped_bytes += u32::from(skip);
                        at += 1 + usize::from(skip);
                    }
                }
            }
            if reading.chars + reading.malformed >= next_check {
                next_check += CHARS_PER_CHECK;
                if (reading.malformed > 0 || !R::HOLDS_ALPHABETS)
                    && reading.is_too_dear(writings, share, at.min(bytes.len()))
                {
                    reading.given_up = true;
                    break;
                }
            }
        }
        self.end(reading);
    }

    /// Reads characters of two bytes, until something else comes or there is something to be
    /// checked; where that is.
    #[inline]
    fn pairs<R: Rules>(
        &mut self,
        reading: &mut Reading,
        bytes: &[u8],
        mut at: usize,
        rules: &R,
        next_check: u32,
    ) -> usize {
        let mut units = [0; CHARS_PER_CHECK as usize];
        let mut count = 0;
        let mut recent = reading.recent;
        let rows = self.model.rows();
        let most = next_check - reading.chars - reading.malformed;
        while count < most {
            let Some(&[lead, trail]) = bytes.get(at..).and_then(<[u8]>::first_chunk) else {
                break;
            };
            let unit = rules.pair(lead, trail);
            if lead.is_ascii() || unit == 0 {
                break;
            }
            units[count as usize % units.len()] = unit;
            let row = rows.get(usize::from(unit)).copied();
            recent.add(row.unwrap_or_default());
            count += 1;
            at += 2;
        }
        // All of them are one store.
        match count {
            CHARS_PER_CHECK => self.symbols.extend_from_slice(&units),
            _ => self
                .symbols
                .extend_from_slice(&units[..count as usize % units.len()]),
        }
        reading.recent = recent;
        reading.has_added(count);
        at
    }

    pub(super) fn begin(&self) -> Reading {
        Reading {
            symbols: self.symbols.len()..self.symbols.len(),
            ..Reading::default()
        }
    }

    /// The symbols of a reading that was given up are not needed.
    pub(super) fn end(&mut self, reading: &mut Reading) {
        reading.empty_lanes();
        if reading.given_up {
            self.symbols.truncate(reading.symbols.start);
        }
        reading.symbols.end = self.symbols.len();
    }

    pub(super) fn push(&mut self, reading: &mut Reading, symbol: u16) {
        let is_run = is_half_width(symbol)
            && self.symbols.len() > reading.symbols.start
            && self
                .symbols
                .last()
                .is_some_and(|&before| is_half_width(before));
        if is_run {
            self.symbols.push(symbol);
            reading.add([HALF_WIDTH_RUN_STEPS; 8]);
        } else {
            self.symbols.push(symbol);
            reading.add(self.model.row(symbol));
        }
    }
}

impl Reading {
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
    fn add(&mut self, row: Row) {
        self.recent.add(row);
        self.has_added(1);
    }

    /// Counts what was added to the lanes, which are emptied before they overflow.
    fn has_added(&mut self, chars: u32) {
        self.chars += chars;
        self.recent_chars += chars;
        if self.recent_chars > CHARS_PER_LANE - CHARS_PER_CHECK {
            self.empty_lanes();
        }
    }

    fn empty_lanes(&mut self) {
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

/// What the bytes of the next characters cost at least, in steps; what is no character
/// costs as much as a malformed sequence.
fn look_ahead(bytes: &[u8], rules: &impl Rules, model: &Model) -> i64 {
    let bytes = &bytes[..bytes.len().min(LOOK_AHEAD_BYTES)];
    let mut at = 0;
    let mut steps = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            steps += i64::from(ascii_steps(byte));
            at += 1;
            continue;
        }
        match rules.step(&bytes[at..]) {
            Step::Symbol(symbol, length) => {
                let row = model.row(symbol);
                steps += i64::from(row.into_iter().min().unwrap_or(0));
                at += length;
            }
            Step::Malformed => {
                steps += 140;
                at += 1;
            }
            Step::Cut => {
                steps += 64;
                break;
            }
        }
    }
    // What the skipped bytes leave to be read is less by them, which they have paid for.
    steps
}
