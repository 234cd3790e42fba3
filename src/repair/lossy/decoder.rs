//! What wrong decoders make of the bytes of UTF-8, and what they lose of them.
//!
//! For GBK, Shift_JIS and EUC-KR the tables are asked from `encoding_rs`: to which
//! characters a code decodes, and which codes come out as U+FFFD, both bytes or the first of them
//! alone. A loss is therefore narrow: not any byte can have stood there. GBK has the losses of
//! other programs too, that of the Encoding Standard loses nearly nothing itself:
//!
//! * codes that decode to private-use characters (AA A1 and on, A1 40 to A7 A0): Python's decoder
//!   loses the first byte and goes on with the second, Java's and others lose both, and what
//!   removes private-use characters from text removes them without a trace;
//! * the byte 80, which is € in a browser, is no code in Python and Java;
//! * a first byte before ASCII: Windows takes the ASCII character with it.
//!
//! What Shift_JIS has no character for, Windows writes as ・, with the ASCII character behind it.
//! Python's own `shift_jis` has no more than JIS X 0208: it loses the byte 80, which is a control
//! in browsers, and of the additions of NEC and IBM the first byte, going on with the second.
//!
//! Big5 loses every pair whose second byte is 80 to A0, which is half of those that begin a
//! character of UTF-8: too much for the lattice of the others, so that `gaps/` reads it. Browsers
//! lose both bytes, Python the first; Windows reads pairs whose first byte is 81 to A0 as private use.
//!
//! windows-1252 loses what has no character (81, 8D, 8F, 90, 9D), ISO-8859-1 all C1 controls, and
//! both the no-break space and the soft hyphen, which editors drop, or trim, or write as a space.

use std::sync::OnceLock;

use encoding_rs::Encoding;

use super::super::forms::private_use::{
    WRITTEN_FOR_SHIFT_JIS, big5_bytes, is_private_use, written_for_gbk,
};
use super::super::reread::big5_unicode_extras;
use super::super::routes::windows_1252_byte;
use crate::codec::decode_codes;

/// A wrong decoder of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Decoder {
    Windows1252,
    Gbk,
    ShiftJis,
    EucKr,
    Big5,
}

impl Decoder {
    /// How many there are.
    pub(super) const COUNT: usize = 5;

    /// Its name in a route.
    pub(super) fn name(self) -> &'static str {
        match self {
            Decoder::Windows1252 => "windows-1252",
            Decoder::Gbk => "gbk",
            Decoder::ShiftJis => "shift_jis",
            Decoder::EucKr => "euc-kr",
            Decoder::Big5 => "big5",
        }
    }

    /// Whether its codes are pairs of bytes.
    pub(super) fn has_pairs(self) -> bool {
        self != Decoder::Windows1252
    }

    /// Whether a passage may open with a character: the bytes of one of its codes open a character
    /// of UTF-8 and go on.
    pub(super) fn opens(self, c: char) -> bool {
        if self == Decoder::Windows1252 {
            return matches!(c, '\u{C2}'..='\u{F4}');
        }
        let table = Table::of(self);
        match u16::try_from(u32::from(c)) {
            Ok(at) => table.opens[usize::from(at >> 6)] >> (at & 63) & 1 == 1,
            Err(_) => table.astral_code(c).is_some_and(opens_utf_8),
        }
    }

    /// The codes beyond ASCII that it decodes to this character.
    pub(super) fn codes(self, c: char) -> Codes {
        let mut codes = Codes::default();
        if self == Decoder::Windows1252 {
            codes.add(windows_1252_byte(c).map_or(0, u16::from));
            return codes;
        }
        if self == Decoder::Gbk {
            match c {
                '€' => {
                    codes.add(0x80);
                    codes.add(0xA2E3);
                    return codes;
                }
                '\u{3000}' => {
                    codes.add(0xA1A1);
                    codes.add(0xA3A0);
                    return codes;
                }
                _ => {}
            }
        }
        if self == Decoder::Big5
            && let Some(code) = private_big5_code(c)
        {
            codes.add(code);
            return codes;
        }
        let table = Table::of(self);
        if let Ok(at) = u16::try_from(u32::from(c)) {
            codes.add(table.first[usize::from(at)]);
            if codes.len > 0 {
                let from = table.more.partition_point(|&(more, _)| more < at);
                for &(_, code) in table.more[from..]
                    .iter()
                    .take_while(|&&(more, _)| more == at)
                {
                    codes.add(code);
                }
            }
        } else {
            codes.add(table.astral_code(c).unwrap_or_default());
        }
        codes
    }

    /// The first byte of a character, if it has but one code.
    pub(super) fn first_byte(self, c: char) -> Option<u8> {
        match (u8::try_from(c), self.codes(c).as_slice()) {
            (Ok(byte @ 0..=0x7F), _) => Some(byte),
            (_, &[code]) => Some(lead_of(code)),
            _ => None,
        }
    }

    /// Whether two bytes are a code.
    pub(super) fn is_code(self, pair: [u8; 2]) -> bool {
        has(&Table::of(self).is_code, pair)
    }

    /// Whether a byte is a code alone.
    pub(super) fn is_single(self, byte: u8) -> bool {
        byte.is_ascii() || Table::of(self).is_single[usize::from(byte)]
    }

    /// Whether a byte takes one beyond ASCII with it, be it into U+FFFD.
    pub(super) fn is_lead(self, byte: u8) -> bool {
        Table::of(self).is_lead[usize::from(byte)]
    }

    /// Whether it loses both bytes of a pair together.
    pub(super) fn loses_pair(self, pair: [u8; 2]) -> bool {
        self.has_pairs() && has(&Table::of(self).lost_pairs, pair)
    }

    /// Of the bytes 80 to BF those that it loses together with one in front, a bit each.
    pub(super) fn lost_continuations(self, first: u8) -> u64 {
        let row = usize::from(first) * 4;
        Table::of(self).lost_pairs[row + 2]
    }

    /// Whether it loses this byte alone before what follows.
    pub(super) fn loses_alone(self, byte: u8, next: Next) -> bool {
        if self == Decoder::Windows1252 {
            return matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
        }
        let table = Table::of(self);
        if table.lost_alone[usize::from(byte)] {
            return true;
        }
        match next {
            Next::End | Next::Unknown => true,
            Next::Byte(next) if self == Decoder::Gbk => {
                matches!(next, 0..=0x3F | 0x7F) || has(&table.lost_pairs, [byte, next])
            }
            // Browsers lose both bytes of a pair, Python the first.
            Next::Byte(next) if next.is_ascii() => has(&table.lost_first, [byte, next]),
            Next::Byte(next) => {
                let pair = [byte, next];
                has(&table.lost_pairs, pair) || has(&table.lost_first, pair)
            }
        }
    }
}

/// A kind of program, by how it loses bytes that are no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Program {
    /// Both bytes of a pair together, with one mark for them.
    Browser,
    /// Each byte by itself, with a mark for each.
    Python,
}

impl Program {
    pub(super) const ALL: [Program; 2] = [Program::Browser, Program::Python];

    pub(super) fn other(self) -> Program {
        match self {
            Program::Browser => Program::Python,
            Program::Python => Program::Browser,
        }
    }
}

/// What follows a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Next {
    /// Nothing.
    End,
    /// A code that begins with this byte.
    Byte(u8),
    /// More than one code is possible.
    Unknown,
}

/// Up to three codes of a character.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Codes {
    codes: [u16; 3],
    len: usize,
}

impl Codes {
    fn add(&mut self, code: u16) {
        if code != 0
            && let Some(slot) = self.codes.get_mut(self.len)
        {
            *slot = code;
            self.len += 1;
        }
    }

    /// The codes; below 0x100 they are one byte.
    pub(super) fn as_slice(&self) -> &[u16] {
        &self.codes[..self.len]
    }
}

/// The first byte of a code.
pub(super) fn lead_of(code: u16) -> u8 {
    let [high, low] = code.to_be_bytes();
    if high == 0 { low } else { high }
}

fn has(bits: &[u64], [first, second]: [u8; 2]) -> bool {
    let at = usize::from(first) << 8 | usize::from(second);
    bits[at >> 6] >> (at & 63) & 1 == 1
}

fn set(bits: &mut [u64], [first, second]: [u8; 2]) {
    let at = usize::from(first) << 8 | usize::from(second);
    bits[at >> 6] |= 1 << (at & 63);
}

/// The code of those that occur in UTF-8 that Windows reads as private use in code page 950; and the
/// byte 80, which it reads as a control.
fn private_big5_code(c: char) -> Option<u16> {
    if c == '\u{80}' {
        return Some(0x80);
    }
    let bytes = big5_bytes(c).filter(|[lead, _]| (0x81..=0xA0).contains(lead));
    bytes.map(u16::from_be_bytes)
}

struct Table {
    /// By code point: the first code, 0 where there is none.
    first: Vec<u16>,
    /// The other codes of characters that have several, sorted.
    more: Vec<(u16, u16)>,
    /// Characters past the basic plane and their codes, sorted: Big5 has the ideographs of Hong Kong
    /// there.
    astral: Vec<(char, u16)>,
    /// One bit a code point: [`Decoder::opens`].
    opens: Vec<u64>,
    /// One bit for each pair that is lost whole.
    lost_pairs: Vec<u64>,
    /// One bit for each pair of which only the second byte is kept.
    lost_first: Vec<u64>,
    /// Bytes that begin no code and are none.
    lost_alone: [bool; 256],
    /// One bit for each pair that is a code.
    is_code: Vec<u64>,
    /// Bytes that are a code alone.
    is_single: [bool; 256],
    /// Bytes that take a byte beyond ASCII with them, be it into U+FFFD.
    is_lead: [bool; 256],
}

/// What browsers read as € as well as the byte 80, and Windows as private use.
const PRIVATE_EURO: [u8; 2] = [0xA2, 0xE3];

impl Table {
    fn of(decoder: Decoder) -> &'static Table {
        static GBK: OnceLock<Table> = OnceLock::new();
        static SHIFT_JIS: OnceLock<Table> = OnceLock::new();
        static EUC_KR: OnceLock<Table> = OnceLock::new();
        static BIG5: OnceLock<Table> = OnceLock::new();
        match decoder {
            Decoder::Gbk | Decoder::Windows1252 => {
                GBK.get_or_init(|| Table::build(encoding_rs::GBK))
            }
            Decoder::ShiftJis => SHIFT_JIS.get_or_init(|| Table::build(encoding_rs::SHIFT_JIS)),
            Decoder::EucKr => EUC_KR.get_or_init(|| Table::build(encoding_rs::EUC_KR)),
            Decoder::Big5 => BIG5.get_or_init(|| Table::build(encoding_rs::BIG5)),
        }
    }

    fn build(encoding: &'static Encoding) -> Table {
        let is_gbk = encoding == encoding_rs::GBK;
        let mut table = Table {
            first: vec![0; 0x1_0000],
            more: Vec::new(),
            astral: Vec::new(),
            opens: vec![0; 0x400],
            lost_pairs: vec![0; 0x400],
            lost_first: vec![0; 0x400],
            lost_alone: [false; 256],
            is_code: vec![0; 0x400],
            is_single: [false; 256],
            is_lead: [false; 256],
        };
        for lead in 0x80..=0xFF_u8 {
            if let Some(c) = only_char(encoding, &[lead]) {
                table.insert(c, u16::from(lead));
                table.is_single[usize::from(lead)] = true;
                // The kana of half width are one byte, but 80 is a code to browsers only.
                table.lost_alone[usize::from(lead)] = is_gbk || lead == 0x80;
                continue;
            }
            // What begins a code takes some byte behind it along, be it into U+FFFD.
            let begins =
                (0x80..=0xFE).any(|trail| encoding.decode(&[lead, trail]).0.chars().count() == 1);
            table.lost_alone[usize::from(lead)] = !begins;
            table.is_lead[usize::from(lead)] = begins;
            if !begins {
                continue;
            }
            let mut note = |code: u16, text: &str| table.note(encoding, code.to_be_bytes(), text);
            let lead = u16::from(lead) << 8;
            for code in lead..lead | 0x40 {
                note(
                    code,
                    &encoding.decode_without_bom_handling(&code.to_be_bytes()).0,
                );
            }
            decode_codes(encoding, lead | 0x40..=lead | 0xFF, note);
        }
        if is_gbk {
            for (c, code) in written_for_gbk() {
                if let Ok(at) = u16::try_from(u32::from(c)) {
                    table.insert(at, code);
                }
            }
            set(&mut table.lost_pairs, PRIVATE_EURO);
        }
        if encoding == encoding_rs::BIG5 {
            for (c, code) in big5_unicode_extras() {
                if let Ok(c) = u16::try_from(u32::from(c)) {
                    table.insert(c, code);
                }
            }
        }
        if encoding == encoding_rs::SHIFT_JIS {
            for (c, byte) in WRITTEN_FOR_SHIFT_JIS {
                if let Ok(c) = u16::try_from(u32::from(c)) {
                    table.insert(c, byte.into());
                }
            }
        }
        crate::order::sort_by_key(&mut table.more, |row| *row);
        crate::order::sort_by_key(&mut table.astral, |row| *row);
        table
    }

    /// The code of a character past the basic plane.
    fn astral_code(&self, c: char) -> Option<u16> {
        let at = self.astral.binary_search_by_key(&c, |&(c, _)| c).ok()?;
        Some(self.astral[at].1)
    }

    /// Notes what a pair of bytes decodes to.
    fn note(&mut self, encoding: &'static Encoding, pair: [u8; 2], text: &str) {
        let mut chars = text.chars();
        // Of GBK the users' own codes are none to Python; where they are, they are seen.
        let is_none = |c| c == char::REPLACEMENT_CHARACTER || is_private_use(c);
        if !text.contains(is_none) {
            set(&mut self.is_code, pair);
        }
        match (chars.next(), chars.next()) {
            (Some('\u{FFFD}'), None) => set(&mut self.lost_pairs, pair),
            (Some('\u{FFFD}'), Some(_)) => set(&mut self.lost_first, pair),
            (Some(c), None) => {
                let code = u16::from_be_bytes(pair);
                match u16::try_from(u32::from(c)) {
                    Ok(at) => self.insert(at, code),
                    Err(_) => self.astral.push((c, code)),
                }
                let is_shift_jis = encoding == encoding_rs::SHIFT_JIS;
                if is_shift_jis && matches!(pair[0], 0x87 | 0xED | 0xEE | 0xFA..=0xFC) {
                    set(&mut self.lost_first, pair);
                }
                if encoding == encoding_rs::GBK && is_private_use(c) {
                    set(&mut self.lost_pairs, pair);
                }
            }
            _ => {}
        }
    }

    fn insert(&mut self, c: u16, code: u16) {
        if opens_utf_8(code) {
            self.opens[usize::from(c >> 6)] |= 1 << (c & 63);
        }
        let first = &mut self.first[usize::from(c)];
        if *first == 0 {
            *first = code;
        } else {
            self.more.push((c, code));
        }
    }
}

/// Whether the bytes of a code open a character of UTF-8 and go on.
fn opens_utf_8(code: u16) -> bool {
    matches!(
        code.to_be_bytes(),
        [0, 0xC2..=0xF4] | [0xC2..=0xF4, 0x80..=0xBF]
    )
}

/// What bytes decode to, if it is one character of the basic plane.
fn only_char(encoding: &'static Encoding, bytes: &[u8]) -> Option<u16> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut chars = text.chars();
    let c = chars.next().filter(|_| chars.clone().next().is_none())?;
    u16::try_from(u32::from(c)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_decode_to_their_character() {
        for (decoder, encoding) in [
            (Decoder::Gbk, encoding_rs::GBK),
            (Decoder::ShiftJis, encoding_rs::SHIFT_JIS),
            (Decoder::EucKr, encoding_rs::EUC_KR),
            (Decoder::Big5, encoding_rs::BIG5),
            (Decoder::Windows1252, encoding_rs::WINDOWS_1252),
        ] {
            let mut seen = 0;
            for c in '\u{A0}'..='\u{FFFC}' {
                for &code in decoder.codes(c).as_slice() {
                    let bytes = code.to_be_bytes();
                    let bytes = if code < 0x100 { &bytes[1..] } else { &bytes };
                    let (text, _, _) = encoding.decode(bytes);
                    // What decoders wrote once, they do not today.
                    let is_old = || written_for_gbk().any(|row| row == (c, code));
                    let is_not_of_browsers = private_big5_code(c) == Some(code)
                        || big5_unicode_extras().any(|row| row == (c, code))
                        || WRITTEN_FOR_SHIFT_JIS.iter().any(|row| row.0 == c);
                    assert!(
                        text.chars().eq([c]) || is_old() || is_not_of_browsers,
                        "{decoder:?} {c:?} {code:X}"
                    );
                    seen += 1;
                }
            }
            assert!(seen > 90, "{decoder:?} {seen}");
        }
    }

    #[test]
    fn losses_are_those_of_the_decoder() {
        // EUC-KR has nothing at E4 80, and the byte 80 is no code.
        assert!(Decoder::EucKr.loses_pair([0xE4, 0x80]));
        assert!(Decoder::EucKr.loses_alone(0x80, Next::Byte(0xE4)));
        assert!(!Decoder::EucKr.loses_alone(0xB0, Next::Byte(0xA1)));
        assert!(Decoder::ShiftJis.loses_alone(0xA0, Next::Byte(0xE4)));
        assert!(Decoder::Gbk.loses_pair([0xAD, 0xE6]));
        assert!(!Decoder::Gbk.loses_pair([0xE4, 0xB8]));
        assert!(Decoder::Gbk.loses_alone(0xBD, Next::Byte(b'"')));
        assert!(!Decoder::Gbk.loses_alone(0xBD, Next::Byte(b'a')));
        assert!(Decoder::Gbk.loses_alone(0x80, Next::Byte(b'a')));
    }
}
