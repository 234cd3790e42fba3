//! What wrong decoders make of the bytes of UTF-8, and what they lose of them.
//!
//! For GBK, Shift_JIS and EUC-KR the tables are asked from `encoding_rs` (`table.rs`): to which
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

mod table;

use std::sync::OnceLock;

use super::super::forms::private_use::big5_bytes;
use super::super::routes::windows_1252_byte;
use table::{Table, has, opens_utf_8};

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
        let table = self.table();
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
        let table = self.table();
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
        has(&self.table().is_code, pair)
    }

    /// Whether a byte is a code alone.
    pub(super) fn is_single(self, byte: u8) -> bool {
        byte.is_ascii() || self.table().is_single[usize::from(byte)]
    }

    /// Whether a byte takes one beyond ASCII with it, be it into U+FFFD.
    pub(super) fn is_lead(self, byte: u8) -> bool {
        self.table().is_lead[usize::from(byte)]
    }

    /// Whether it loses both bytes of a pair together.
    pub(super) fn loses_pair(self, pair: [u8; 2]) -> bool {
        self.has_pairs() && has(&self.table().lost_pairs, pair)
    }

    /// Of the bytes 80 to BF those that it loses together with one in front, a bit each.
    pub(super) fn lost_continuations(self, first: u8) -> u64 {
        let row = usize::from(first) * 4;
        self.table().lost_pairs[row + 2]
    }

    /// Whether it loses this byte alone before what follows.
    pub(super) fn loses_alone(self, byte: u8, next: Next) -> bool {
        if self == Decoder::Windows1252 {
            return matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D);
        }
        let table = self.table();
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

    /// The table of its codes, built once.
    fn table(self) -> &'static Table {
        static GBK: OnceLock<Table> = OnceLock::new();
        static SHIFT_JIS: OnceLock<Table> = OnceLock::new();
        static EUC_KR: OnceLock<Table> = OnceLock::new();
        static BIG5: OnceLock<Table> = OnceLock::new();
        match self {
            Decoder::Gbk | Decoder::Windows1252 => {
                GBK.get_or_init(|| Table::build(encoding_rs::GBK))
            }
            Decoder::ShiftJis => SHIFT_JIS.get_or_init(|| Table::build(encoding_rs::SHIFT_JIS)),
            Decoder::EucKr => EUC_KR.get_or_init(|| Table::build(encoding_rs::EUC_KR)),
            Decoder::Big5 => BIG5.get_or_init(|| Table::build(encoding_rs::BIG5)),
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

/// The code of those that occur in UTF-8 that Windows reads as private use in code page 950; and the
/// byte 80, which it reads as a control.
fn private_big5_code(c: char) -> Option<u16> {
    if c == '\u{80}' {
        return Some(0x80);
    }
    let bytes = big5_bytes(c).filter(|[lead, _]| (0x81..=0xA0).contains(lead));
    bytes.map(u16::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::forms::private_use::{WRITTEN_FOR_SHIFT_JIS, written_for_gbk};
    use crate::repair::reread::big5_unicode_extras;

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

    #[test]
    fn first_bytes_are_known_and_leads_told_from_others() {
        for (decoder, c, first) in [
            (Decoder::Gbk, 'a', Some(b'a')),
            (Decoder::Gbk, '中', Some(0xD6)),
            (Decoder::Big5, '中', Some(0xA4)),
            (Decoder::ShiftJis, 'ｱ', Some(0xB1)),
            (Decoder::EucKr, '\u{FFFD}', None),
        ] {
            assert_eq!(decoder.first_byte(c), first, "{decoder:?} {c:?}");
        }
        for (decoder, lead, single, neither) in [
            (Decoder::Gbk, 0xFE, 0x80, 0xFF),
            (Decoder::Big5, 0xFE, b'a', 0xFF),
            (Decoder::ShiftJis, 0xFC, 0xB1, 0xFD),
            (Decoder::EucKr, 0xFE, b'a', 0xFF),
        ] {
            assert!(
                decoder.is_lead(lead) && !decoder.is_single(lead),
                "{decoder:?}"
            );
            assert!(
                !decoder.is_lead(single) && decoder.is_single(single),
                "{decoder:?}"
            );
            assert!(
                !decoder.is_lead(neither) && !decoder.is_single(neither),
                "{decoder:?}"
            );
            assert!(
                decoder.loses_alone(neither, Next::Byte(b'a')),
                "{decoder:?}"
            );
        }
    }
}
