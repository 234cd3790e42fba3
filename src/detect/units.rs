//! Units of UTF-16 and UTF-32 as symbols of the model.

use crate::detect::hypotheses::Writing;
use crate::detect::reader::Reader;
use crate::detect::reading::Reading;
use crate::model::{ASTRAL, ascii_cost, symbol, symbol_of_unit};

impl Reader {
    /// Reads units of UTF-16; a last odd byte is cut off. Time O(n).
    pub(super) fn read_utf16(
        &mut self,
        bytes: &[u8],
        is_little: bool,
        writings: &[Writing],
    ) -> Reading {
        let (units, rest) = bytes.as_chunks::<2>();
        let mut reading = self.begin();
        reading.cut_bytes = rest.len();
        let unit = |bytes: &[u8; 2]| match is_little {
            true => u16::from_le_bytes(*bytes),
            false => u16::from_be_bytes(*bytes),
        };
        let share = self.share(bytes.len());
        let mut units = units.iter().map(unit).enumerate().peekable();
        while let Some((index, unit)) = units.next() {
            match unit {
                0xD800..=0xDBFF if units.peek().is_some_and(|&(_, low)| low & 0xFC00 == 0xDC00) => {
                    let low = units.next().map_or(0, |(_, low)| low);
                    let pair = char::decode_utf16([unit, low]).next();
                    let symbol = pair.and_then(Result::ok).map_or(ASTRAL, symbol);
                    self.push(&mut reading, symbol);
                }
                0xD800..=0xDBFF if units.peek().is_none() => reading.cut_bytes += 2,
                0xD800..=0xDFFF => reading.is_malformed(index * 2),
                _ => self.push_unit(&mut reading, unit),
            }
            if index % 4 == 3 && reading.is_too_dear(writings, share, 2 * index) {
                reading.given_up = true;
                break;
            }
        }
        self.end(&mut reading);
        reading
    }

    /// Reads units of UTF-32; up to three last bytes are cut off. Time O(n).
    pub(super) fn read_utf32(&mut self, bytes: &[u8], is_little: bool) -> Reading {
        let (units, rest) = bytes.as_chunks::<4>();
        let mut reading = self.begin();
        reading.cut_bytes = rest.len();
        for (index, unit) in units.iter().enumerate() {
            let value = match is_little {
                true => u32::from_le_bytes(*unit),
                false => u32::from_be_bytes(*unit),
            };
            match (char::from_u32(value), u16::try_from(value)) {
                (Some(_), Ok(unit)) => self.push_unit(&mut reading, unit),
                (Some(c), Err(_)) if value < 0x4_0000 => self.push(&mut reading, symbol(c)),
                _ => reading.is_malformed(index * 4),
            }
        }
        self.end(&mut reading);
        reading
    }

    fn push_unit(&mut self, reading: &mut Reading, unit: u16) {
        reading.numbers += u32::from(match unit {
            0..=8 | 0xE..=0x1A | 0x1C..=0x1F => true,
            _ => unit < 0x3000 && unit.is_multiple_of(0x100),
        });
        match u8::try_from(unit) {
            Ok(byte @ 0..0x80) => {
                reading.ascii_cost += ascii_cost(byte);
                self.symbols.push(symbol_of_unit(unit));
            }
            _ => self.push(reading, unit),
        }
    }
}
