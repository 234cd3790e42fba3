//! The characters of each multi-byte encoding, as symbols of the model, straight from tables.

use std::sync::OnceLock;

use crate::codec::decode;
use crate::encoding::Encoding;
use crate::model::symbol;

/// One step of a reading.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// A character and its length in bytes.
    Symbol(u16, usize),
    /// Not the beginning of any character.
    Malformed,
    /// The beginning of a character that the bytes end in.
    Cut,
}

/// How the bytes of one encoding are read.
pub(super) trait Rules {
    /// Whether what fits may be of any script, so that a price in Han languages says little.
    const HOLDS_ALPHABETS: bool = false;

    /// Reads at a byte of 0x80 and above. `bytes` is not empty.
    fn step(&self, bytes: &[u8]) -> Step;

    /// The character of two bytes, as nearly all are; 0 where only `step` knows, as of a lead
    /// byte that is met for the first time. Never half-width katakana.
    fn pair(&self, _lead: u8, _trail: u8) -> u16 {
        0
    }
}

/// Rows by lead byte, each made when it is first asked for: short strings have few lead bytes.
pub(super) struct Leads<T> {
    rows: [OnceLock<Box<[T; 256]>>; 128],
}

impl<T> Leads<T> {
    pub(super) const fn new() -> Leads<T> {
        Leads {
            rows: [const { OnceLock::new() }; 128],
        }
    }

    /// The row of a lead byte of 0x80 and above.
    pub(super) fn row(&self, lead: u8, make: impl FnOnce() -> Box<[T; 256]>) -> &[T; 256] {
        self.rows[usize::from(lead & 0x7F)].get_or_init(make)
    }

    /// The same if it was made.
    #[inline]
    pub(super) fn made(&self, lead: u8) -> Option<&[T; 256]> {
        self.rows[usize::from(lead & 0x7F)].get().map(|row| &**row)
    }
}

/// The trail bytes of pairs.
const TRAILS: std::ops::RangeInclusive<u8> = 0x40..=0xFE;

/// The characters of two bytes, by lead and trail; 0 where there is none.
struct Pairs {
    encoding: Encoding,
    /// Lead bytes below are not those of pairs.
    first_lead: u8,
    units: Leads<u16>,
}

impl Pairs {
    const fn of(encoding: Encoding, first_lead: u8) -> Pairs {
        Pairs {
            encoding,
            first_lead,
            units: Leads::new(),
        }
    }

    /// The character, if the row of the lead byte was made; without a call, since it is asked
    /// in the innermost loop.
    fn known(&self, lead: u8, trail: u8) -> u16 {
        let row = self.units.made(lead);
        row.map_or(0, |row| row[usize::from(trail)])
    }

    /// Reads a row out of the decoder: every pair in a line of its own.
    #[cold]
    fn units_of(&self, lead: u8) -> Box<[u16; 256]> {
        let mut units = Box::new([0; 256]);
        if lead < self.first_lead || lead == u8::MAX {
            return units;
        }
        let mut bytes = Vec::with_capacity(256 * 3);
        for trail in TRAILS {
            bytes.extend([lead, trail, b'\n']);
        }
        let decoded = decoded(&bytes, self.encoding);
        for (trail, line) in TRAILS.zip(decoded.split(|&unit| unit == u16::from(b'\n'))) {
            let mut chars = char::decode_utf16(line.iter().copied()).map_while(Result::ok);
            // Four of Big5's are a letter and its accent.
            let (first, second) = (chars.next(), chars.next());
            let is_one = second.is_none_or(|mark| matches!(mark, '\u{304}' | '\u{30C}'));
            if let (Some(c), true) = (first, is_one)
                && c != char::REPLACEMENT_CHARACTER
                && !c.is_ascii()
            {
                units[usize::from(trail)] = symbol(c);
            }
        }
        units
    }

    #[inline]
    fn step(&self, lead: u8, trail: Option<&u8>) -> Step {
        let Some(&trail) = trail else {
            return Step::Cut;
        };
        match self.units.row(lead, || self.units_of(lead))[usize::from(trail)] {
            0 => Step::Malformed,
            unit => Step::Symbol(unit, 2),
        }
    }
}

/// Text as units of UTF-16. The Standard's decoders are asked without the account that the
/// codec keeps of what is malformed.
fn decoded(bytes: &[u8], encoding: Encoding) -> Vec<u16> {
    let Some(standard) = encoding.standard() else {
        return decode(bytes, encoding).text.encode_utf16().collect();
    };
    let mut decoder = standard.new_decoder_without_bom_handling();
    let most_units = decoder.max_utf16_buffer_length(bytes.len());
    let mut units = vec![0; most_units.unwrap_or_default()];
    let (.., written, _) = decoder.decode_to_utf16(bytes, &mut units, true);
    units.truncate(written);
    units
}

/// A longer sequence, decoded by the codec: they are rare.
#[cold]
fn long(bytes: &[u8], length: usize, encoding: Encoding) -> Step {
    let Some(sequence) = bytes.get(..length) else {
        return Step::Cut;
    };
    let decoded = decode(sequence, encoding);
    let mut chars = decoded.text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) if decoded.malformed.is_empty() => Step::Symbol(symbol(c), length),
        _ => Step::Malformed,
    }
}

pub(super) struct Gbk(Pairs);

impl Rules for Gbk {
    #[inline]
    fn step(&self, bytes: &[u8]) -> Step {
        match (bytes[0], bytes.get(1)) {
            (0x80 | 0xFF, _) => Step::Malformed,
            (_, Some(0x30..=0x39)) => match (bytes.get(2), bytes.get(3)) {
                (Some(0x81..=0xFE), Some(0x30..=0x39)) => long(bytes, 4, Encoding::Gb18030),
                (None, _) | (Some(0x81..=0xFE), None) => Step::Cut,
                _ => Step::Malformed,
            },
            (lead, trail) => self.0.step(lead, trail),
        }
    }

    fn pair(&self, lead: u8, trail: u8) -> u16 {
        self.0.known(lead, trail)
    }
}

pub(super) struct Big5(Pairs);

impl Rules for Big5 {
    #[inline]
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            lead @ 0x81..=0xFE => self.0.step(lead, bytes.get(1)),
            _ => Step::Malformed,
        }
    }

    fn pair(&self, lead: u8, trail: u8) -> u16 {
        self.0.known(lead, trail)
    }
}

pub(super) struct ShiftJis(Pairs);

impl Rules for ShiftJis {
    #[inline]
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            kana @ 0xA1..=0xDF => Step::Symbol(0xFF61 + u16::from(kana - 0xA1), 1),
            lead @ (0x81..=0x9F | 0xE0..=0xFC) => self.0.step(lead, bytes.get(1)),
            _ => Step::Malformed,
        }
    }

    fn pair(&self, lead: u8, trail: u8) -> u16 {
        self.0.known(lead, trail)
    }
}

pub(super) struct EucJp(Pairs);

impl Rules for EucJp {
    #[inline]
    fn step(&self, bytes: &[u8]) -> Step {
        match (bytes[0], bytes.get(1)) {
            (0x8E | 0x8F, None) => Step::Cut,
            (0x8E, Some(&kana @ 0xA1..=0xDF)) => Step::Symbol(0xFF61 + u16::from(kana - 0xA1), 2),
            (0x8F, Some(0xA1..=0xFE)) => long(bytes, 3, Encoding::EucJp),
            (lead @ 0xA1..=0xFE, trail) => self.0.step(lead, trail),
            _ => Step::Malformed,
        }
    }

    fn pair(&self, lead: u8, trail: u8) -> u16 {
        self.0.known(lead, trail)
    }
}

pub(super) struct EucKr(Pairs);

impl Rules for EucKr {
    #[inline]
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            lead @ 0x81..=0xFE => self.0.step(lead, bytes.get(1)),
            _ => Step::Malformed,
        }
    }

    fn pair(&self, lead: u8, trail: u8) -> u16 {
        self.0.known(lead, trail)
    }
}

pub(super) struct EucTw(Pairs);

impl Rules for EucTw {
    #[inline]
    fn step(&self, bytes: &[u8]) -> Step {
        match (bytes[0], bytes.get(1)) {
            (0x8E, None) => Step::Cut,
            (0x8E, Some(0xA1..=0xB0)) => long(bytes, 4, Encoding::EucTw),
            (lead @ 0xA1..=0xFE, trail) => self.0.step(lead, trail),
            _ => Step::Malformed,
        }
    }

    fn pair(&self, lead: u8, trail: u8) -> u16 {
        self.0.known(lead, trail)
    }
}

pub(super) struct Utf8;

impl Rules for Utf8 {
    const HOLDS_ALPHABETS: bool = true;

    #[inline]
    fn step(&self, bytes: &[u8]) -> Step {
        let length = match bytes[0] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return Step::Malformed,
        };
        let sequence = &bytes[..bytes.len().min(length)];
        match std::str::from_utf8(sequence) {
            Ok(text) => match text.chars().next() {
                Some(c) => Step::Symbol(symbol(c), length),
                None => Step::Malformed,
            },
            Err(error) if error.error_len().is_none() => Step::Cut,
            Err(_) => Step::Malformed,
        }
    }
}

pub(super) static GBK: Gbk = Gbk(Pairs::of(Encoding::Gb18030, 0x81));
pub(super) static BIG5: Big5 = Big5(Pairs::of(Encoding::Big5, 0x81));
pub(super) static SHIFT_JIS: ShiftJis = ShiftJis(Pairs::of(Encoding::ShiftJis, 0x81));
pub(super) static EUC_JP: EucJp = EucJp(Pairs::of(Encoding::EucJp, 0xA1));
pub(super) static EUC_KR: EucKr = EucKr(Pairs::of(Encoding::EucKr, 0x81));
pub(super) static EUC_TW: EucTw = EucTw(Pairs::of(Encoding::EucTw, 0xA1));

/// Reads at a byte of 0x80 and above; `None` for encodings that are not read from tables.
pub(super) fn step(bytes: &[u8], encoding: Encoding) -> Option<Step> {
    Some(match encoding {
        Encoding::Utf8 => Utf8.step(bytes),
        Encoding::Gbk => GBK.step(bytes),
        Encoding::Big5 => BIG5.step(bytes),
        Encoding::ShiftJis => SHIFT_JIS.step(bytes),
        Encoding::EucJp => EUC_JP.step(bytes),
        Encoding::EucKr => EUC_KR.step(bytes),
        Encoding::EucTw => EUC_TW.step(bytes),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::reading::is_half_width;

    #[test]
    fn rows_hold_what_the_codec_reads() {
        fn of_encoding(rules: &impl Rules, encoding: Encoding) {
            for lead in 0x80..=u8::MAX {
                for trail in 0..=u8::MAX {
                    let bytes = [lead, trail];
                    let step = rules.step(&bytes);
                    let unit = rules.pair(lead, trail);
                    let decoded = decode(&bytes, encoding);
                    let mut chars = decoded.text.chars();
                    let first = chars.next().map_or(0, symbol);
                    let is_one = chars
                        .next()
                        .is_none_or(|mark| "\u{304}\u{30C}".contains(mark));
                    let is_pair = is_one && decoded.malformed.is_empty() && !is_half_width(first);
                    let expect = if is_pair { first } else { 0 };
                    assert_eq!(unit, expect, "{encoding} {bytes:X?}");
                    if unit > 0 {
                        assert!(matches!(step, Step::Symbol(symbol, 2) if symbol == unit));
                    }
                }
            }
        }
        of_encoding(&GBK, Encoding::Gb18030);
        of_encoding(&BIG5, Encoding::Big5);
        of_encoding(&SHIFT_JIS, Encoding::ShiftJis);
        of_encoding(&EUC_JP, Encoding::EucJp);
        of_encoding(&EUC_KR, Encoding::EucKr);
        of_encoding(&EUC_TW, Encoding::EucTw);
    }
}
