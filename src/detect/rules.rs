//! The characters of each multi-byte encoding, as symbols of the model, straight from tables.

use std::sync::LazyLock;

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
}

/// The characters of two bytes, by lead and trail; 0 where there is none.
struct Pairs {
    units: Box<[u16]>,
}

impl Pairs {
    /// Reads the table out of the decoder: every pair in a line of its own.
    fn of(encoding: Encoding) -> Pairs {
        let mut bytes = Vec::with_capacity(128 * 192 * 3);
        for lead in 0x80..=0xFE_u8 {
            for trail in 0x40..=0xFE_u8 {
                bytes.extend([lead, trail, b'\n']);
            }
        }
        let mut units = vec![0; 128 * 256].into_boxed_slice();
        let decoded = decode(&bytes, encoding);
        let mut lines = decoded.text.split('\n');
        for lead in 0x80..=0xFE_u8 {
            for trail in 0x40..=0xFE_u8 {
                let mut chars = lines.next().unwrap_or_default().chars();
                // Four of Big5's are a letter and its accent.
                let (first, second) = (chars.next(), chars.next());
                let is_one = second.is_none_or(|mark| matches!(mark, '\u{304}' | '\u{30C}'));
                if let (Some(c), true) = (first, is_one)
                    && c != char::REPLACEMENT_CHARACTER
                    && !c.is_ascii()
                {
                    units[Pairs::at(lead, trail)] = symbol(c);
                }
            }
        }
        Pairs { units }
    }

    fn at(lead: u8, trail: u8) -> usize {
        usize::from(lead & 0x7F) << 8 | usize::from(trail)
    }

    fn step(&self, lead: u8, trail: Option<&u8>) -> Step {
        let Some(&trail) = trail else {
            return Step::Cut;
        };
        match self.units.get(Pairs::at(lead, trail)) {
            Some(0) | None => Step::Malformed,
            Some(&unit) => Step::Symbol(unit, 2),
        }
    }
}

/// A longer sequence, decoded by the codec: they are rare.
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
}

pub(super) struct Big5(Pairs);

impl Rules for Big5 {
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            lead @ 0x81..=0xFE => self.0.step(lead, bytes.get(1)),
            _ => Step::Malformed,
        }
    }
}

pub(super) struct ShiftJis(Pairs);

impl Rules for ShiftJis {
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            kana @ 0xA1..=0xDF => Step::Symbol(0xFF61 + u16::from(kana - 0xA1), 1),
            lead @ (0x81..=0x9F | 0xE0..=0xFC) => self.0.step(lead, bytes.get(1)),
            _ => Step::Malformed,
        }
    }
}

pub(super) struct EucJp(Pairs);

impl Rules for EucJp {
    fn step(&self, bytes: &[u8]) -> Step {
        match (bytes[0], bytes.get(1)) {
            (0x8E | 0x8F, None) => Step::Cut,
            (0x8E, Some(&kana @ 0xA1..=0xDF)) => Step::Symbol(0xFF61 + u16::from(kana - 0xA1), 2),
            (0x8F, Some(0xA1..=0xFE)) => long(bytes, 3, Encoding::EucJp),
            (lead @ 0xA1..=0xFE, trail) => self.0.step(lead, trail),
            _ => Step::Malformed,
        }
    }
}

pub(super) struct EucKr(Pairs);

impl Rules for EucKr {
    fn step(&self, bytes: &[u8]) -> Step {
        match bytes[0] {
            lead @ 0x81..=0xFE => self.0.step(lead, bytes.get(1)),
            _ => Step::Malformed,
        }
    }
}

pub(super) struct EucTw(Pairs);

impl Rules for EucTw {
    fn step(&self, bytes: &[u8]) -> Step {
        match (bytes[0], bytes.get(1)) {
            (0x8E, None) => Step::Cut,
            (0x8E, Some(0xA1..=0xB0)) => long(bytes, 4, Encoding::EucTw),
            (lead @ 0xA1..=0xFE, trail) => self.0.step(lead, trail),
            _ => Step::Malformed,
        }
    }
}

pub(super) struct Utf8;

impl Rules for Utf8 {
    const HOLDS_ALPHABETS: bool = true;

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

pub(super) static GBK: LazyLock<Gbk> = LazyLock::new(|| Gbk(Pairs::of(Encoding::Gb18030)));
pub(super) static BIG5: LazyLock<Big5> = LazyLock::new(|| Big5(Pairs::of(Encoding::Big5)));
pub(super) static SHIFT_JIS: LazyLock<ShiftJis> =
    LazyLock::new(|| ShiftJis(Pairs::of(Encoding::ShiftJis)));
pub(super) static EUC_JP: LazyLock<EucJp> = LazyLock::new(|| EucJp(Pairs::of(Encoding::EucJp)));
pub(super) static EUC_KR: LazyLock<EucKr> = LazyLock::new(|| EucKr(Pairs::of(Encoding::EucKr)));
pub(super) static EUC_TW: LazyLock<EucTw> = LazyLock::new(|| EucTw(Pairs::of(Encoding::EucTw)));

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
