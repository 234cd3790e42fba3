//! Bytes to symbols of the model, in each multi-byte encoding, straight from tables.
//!
//! A malformed sequence does not end a reading. Behind it there may be half a character, so
//! that the next few characters are read from each of the next three bytes, and the cheapest
//! reading goes on.

use crate::detect::hypotheses::Writing;
use crate::detect::reading::{
    CHARS_PER_CHECK, HALF_WIDTH_RUN_STEPS, Reading, as_cost, is_half_width,
};
use crate::detect::rules::{BIG5, EUC_JP, EUC_KR, EUC_TW, GBK, Rules, SHIFT_JIS, Step, Utf8};
use crate::encoding::Encoding;
use crate::model::{Cost, Model, ascii_cost, ascii_steps, symbol_of_unit};

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

/// Bytes that decide where a reading goes on behind a malformed sequence.
const LOOK_AHEAD_BYTES: usize = 14;

/// Malformed sequences behind which is searched for the next character, and one more for
/// each so many symbols: text that is damaged more often is no text of this encoding.
const SEARCHES: u32 = 2;
const SYMBOLS_PER_SEARCH: u32 = 16;

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
        Reading::beginning_at(self.symbols.len())
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
