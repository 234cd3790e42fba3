//! Wrong decodings that can be taken back, and the character tables that this needs.
//!
//! A route is a pair (encode with the wrong encoding, decode as UTF-8). Each keeps every byte:
//! a character that the wrong decoder cannot have written ends the attempt. The mappings are
//! those of the WHATWG Encoding Standard, as browsers and `encoding_rs` have them:
//!
//! * windows-1252 with the five unassigned bytes as C1 controls, or ISO-8859-1, in which all
//!   of 0x80 to 0x9F are; a text may hold both where two programs touched it.
//! * GBK, which the standard decodes as gb18030: byte 0x80 alone is €, user-defined areas are
//!   U+E000 and on. Only one- and two-byte codes are taken back. € is also A2 E3; which of
//!   the two it was, the bytes around it decide. U+3000 is both A1 A1 and A3 A0, each of them
//!   possible inside a character, so it can never be taken back and ends the attempt.
//!
//! The tables are asked from `encoding_rs` once, when the first text needs them (about 1 ms):
//! its encoders search linearly, and our GBK has to be the exact reverse of its decoder, which
//! its encoder is not (it prefers 2022 code points).

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use super::forms::private_use::written_for_gbk;
use super::rules::{self, Rule};
use crate::codec::decode_codes;

/// A wrong decoding of UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    /// Read as windows-1252 or ISO-8859-1.
    Windows1252,
    /// Read as GBK.
    Gbk,
}

impl Route {
    /// All of them, in the order tried: the first proves itself in fewer characters.
    pub(super) const ALL: [Route; 2] = [Route::Windows1252, Route::Gbk];

    /// The rule that takes this route.
    pub(super) fn rule(self) -> &'static Rule {
        match self {
            Route::Windows1252 => rules::UTF_8_AS_WINDOWS_1252,
            Route::Gbk => rules::UTF_8_AS_GBK,
        }
    }

    /// Whether this character can have come from the wrong decoder, ASCII apart.
    pub(super) fn has(self, c: char) -> bool {
        match self {
            Route::Windows1252 => windows_1252_byte(c).is_some(),
            Route::Gbk => c == '€' || gbk_bytes(c).is_some(),
        }
    }

    /// Appends the bytes that the wrong decoder read; `false` where it cannot have.
    pub(super) fn encode_into(self, text: &str, bytes: &mut Vec<u8>) -> bool {
        match self {
            Route::Windows1252 => text.chars().all(|c| {
                let byte = u8::try_from(c).ok().filter(u8::is_ascii);
                let byte = byte.or_else(|| windows_1252_byte(c));
                bytes.extend(byte);
                byte.is_some()
            }),
            Route::Gbk => encode_gbk_into(text, bytes),
        }
    }

    /// What the route takes the whole of a text back to.
    pub(super) fn undo(self, text: &str) -> Option<String> {
        let mut bytes = Vec::with_capacity(text.len());
        if !self.encode_into(text, &mut bytes) {
            return None;
        }
        String::from_utf8(bytes).ok()
    }

    /// Whether the first line of a text is UTF-8 by this route. Reads no further than to what is
    /// none, so that to ask at many places of a long line takes no more than to read it.
    pub(super) fn reads_first_line(self, text: &str) -> bool {
        const STEP_CHARS: usize = 64;
        let mut bytes = Vec::new();
        let mut rest = text;
        loop {
            // What € was depends on what stands on both sides of it.
            let mut before = ' ';
            let cut = rest.char_indices().enumerate().find(|&(number, (_, c))| {
                let is_end = before == '\n' || number >= STEP_CHARS && before != '€' && c != '€';
                before = c;
                is_end
            });
            let (step, behind) = rest.split_at(cut.map_or(rest.len(), |(_, (at, _))| at));
            if !self.encode_into(step, &mut bytes) {
                return false;
            }
            match std::str::from_utf8(&bytes) {
                Ok(_) => bytes.clear(),
                Err(error) if error.error_len().is_some() => return false,
                Err(error) => drop(bytes.drain(..error.valid_up_to())),
            }
            if behind.is_empty() || step.ends_with('\n') {
                return bytes.is_empty();
            }
            rest = behind;
        }
    }

    /// The route as a plan prints it.
    pub(super) fn describe(self, text: &str) -> &'static str {
        match self {
            Route::Gbk => "encode gbk | decode utf-8",
            Route::Windows1252 => {
                // C1 controls that windows-1252 has other characters for.
                let latin_1 = |c| {
                    matches!(c, '\u{80}'..='\u{9F}')
                        && !matches!(c, '\u{81}' | '\u{8D}' | '\u{8F}' | '\u{90}' | '\u{9D}')
                };
                match (text.contains(latin_1), text.contains(|c| c > '\u{FF}')) {
                    (false, _) => "encode windows-1252 | decode utf-8",
                    (true, false) => "encode iso-8859-1 | decode utf-8",
                    (true, true) => "encode windows-1252+iso-8859-1 | decode utf-8",
                }
            }
        }
    }
}

/// The byte of windows-1252 or ISO-8859-1 for a character beyond ASCII.
pub(super) fn windows_1252_byte(c: char) -> Option<u8> {
    match c {
        '\u{80}'..='\u{FF}' => u8::try_from(c).ok(),
        '€' => Some(0x80),
        '‚' => Some(0x82),
        'ƒ' => Some(0x83),
        '„' => Some(0x84),
        '…' => Some(0x85),
        '†' => Some(0x86),
        '‡' => Some(0x87),
        'ˆ' => Some(0x88),
        '‰' => Some(0x89),
        'Š' => Some(0x8A),
        '‹' => Some(0x8B),
        'Œ' => Some(0x8C),
        'Ž' => Some(0x8E),
        '‘' => Some(0x91),
        '’' => Some(0x92),
        '“' => Some(0x93),
        '”' => Some(0x94),
        '•' => Some(0x95),
        '–' => Some(0x96),
        '—' => Some(0x97),
        '˜' => Some(0x98),
        '™' => Some(0x99),
        'š' => Some(0x9A),
        '›' => Some(0x9B),
        'œ' => Some(0x9C),
        'ž' => Some(0x9E),
        'Ÿ' => Some(0x9F),
        _ => None,
    }
}

/// How many bytes are still to come in the UTF-8 sequence that these bytes end in.
fn open_bytes(bytes: &[u8]) -> usize {
    let tail_bytes = bytes
        .iter()
        .rev()
        .take(3)
        .take_while(|byte| matches!(byte, 0x80..=0xBF))
        .count();
    let lead = bytes
        .len()
        .checked_sub(tail_bytes + 1)
        .map_or(0, |at| bytes[at]);
    let wanted_bytes = match lead {
        0xC2..=0xDF => 1,
        0xE0..=0xEF => 2,
        0xF0..=0xF4 => 3,
        _ => 0,
    };
    usize::saturating_sub(wanted_bytes, tail_bytes)
}

fn encode_gbk_into(text: &str, bytes: &mut Vec<u8>) -> bool {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\0'..='\x7F' => bytes.extend(u8::try_from(c).ok()),
            '€' => {
                // 0x80 continues a sequence; A2 E3 ends one and opens the next, which then
                // goes on with a continuation byte.
                let next_continues = chars.peek().is_some_and(|&next| {
                    next == '€' || gbk_bytes(next).is_some_and(|[lead, _]| lead <= 0xBF)
                });
                if open_bytes(bytes) == 1 && next_continues {
                    bytes.extend([0xA2, 0xE3]);
                } else {
                    bytes.push(0x80);
                }
            }
            _ => match gbk_bytes(c) {
                Some(pair) => bytes.extend(pair),
                None => return false,
            },
        }
    }
    true
}

/// The two bytes that GBK decodes to this character: none for ASCII, €, U+3000 and all that
/// the decoder never writes.
pub(super) fn gbk_bytes(c: char) -> Option<[u8; 2]> {
    let at = u16::try_from(u32::from(c)).ok()?;
    match Tables::get().gbk[usize::from(at)] {
        0 => None,
        pair => Some(pair.to_be_bytes()),
    }
}

/// Whether the character is of GB2312's first level: the 3,755 that Simplified text is made of.
pub(super) fn is_common_simplified(c: char) -> bool {
    matches!(gbk_bytes(c), Some([0xB0..=0xD7, 0xA1..=0xFE]))
}

/// Whether the character is of Big5's first level: the 5,401 that Traditional text is made of.
pub(super) fn is_common_traditional(c: char) -> bool {
    u16::try_from(u32::from(c))
        .is_ok_and(|at| Tables::get().big5_level_1[usize::from(at >> 6)] >> (at & 63) & 1 == 1)
}

/// Whether a run that begins with this character may be UTF-8 read as GBK: its bytes open
/// a sequence of three or four and go on as they must.
pub(super) fn opens_gbk_run(c: char) -> bool {
    let Ok(at) = u16::try_from(u32::from(c)) else {
        return false;
    };
    Tables::get().opens_run[usize::from(at >> 6)] >> (at & 63) & 1 == 1
}

struct Tables {
    /// By code point: the GBK bytes, big-endian; 0 where there are none.
    gbk: Vec<u16>,
    /// One bit a code point: Big5 level 1.
    big5_level_1: Vec<u64>,
    /// One bit a code point: [`opens_gbk_run`].
    opens_run: Vec<u64>,
}

impl Tables {
    fn get() -> &'static Tables {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        TABLES.get_or_init(Tables::build)
    }

    fn build() -> Tables {
        let mut tables = Tables {
            gbk: vec![0; 0x1_0000],
            big5_level_1: vec![0; 0x400],
            opens_run: vec![0; 0x400],
        };
        let two = |lead: u16, trails: RangeInclusive<u16>| trails.map(move |t| lead << 8 | t);
        let trails = [0x40..=0x7E, 0x80..=0xFE];
        let pairs = (0x81..=0xFE).flat_map(|lead| trails.clone().map(|trails| two(lead, trails)));
        decode_codes(encoding_rs::GBK, pairs.flatten(), |code, text| {
            // Where two codes decode alike the first is kept; none of them is Han.
            let Some(c) = only_char(text).filter(|c| !matches!(c, 0x20AC | 0x3000)) else {
                return;
            };
            let first = &mut tables.gbk[usize::from(c)];
            if *first == 0 {
                *first = code;
                if matches!(code.to_be_bytes(), [0xE2..=0xF4, 0x80..=0xBF]) {
                    tables.opens_run[usize::from(c >> 6)] |= 1 << (c & 63);
                }
            }
        });
        for (c, code) in written_for_gbk() {
            if let Some(slot @ 0) = tables.gbk.get_mut(c as usize) {
                *slot = code;
            }
        }
        // Level 1 of Big5 is A440 to C67E.
        let trails = [0x40..=0x7E, 0xA1..=0xFE];
        let pairs = (0xA4..=0xC6).flat_map(|lead| trails.clone().map(|trails| two(lead, trails)));
        let level = pairs.flatten().filter(|&code| code <= 0xC67E);
        decode_codes(encoding_rs::BIG5, level, |_, text| {
            if let Some(c) = only_char(text) {
                tables.big5_level_1[usize::from(c >> 6)] |= 1 << (c & 63);
            }
        });
        tables
    }
}

/// The character that a text is, if it is one of the basic plane.
fn only_char(text: &str) -> Option<u16> {
    let mut chars = text.chars();
    let c = chars.next().filter(|&c| c != char::REPLACEMENT_CHARACTER)?;
    let c = u16::try_from(u32::from(c)).ok()?;
    chars.next().is_none().then_some(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decoder_gives_back_every_character_that_is_taken_back() {
        let mut known_chars = 0;
        for c in '\u{80}'..='\u{FFFF}' {
            for (route, decoder) in [
                (Route::Gbk, encoding_rs::GBK),
                (Route::Gbk, encoding_rs::GB18030),
            ] {
                let mut bytes = Vec::new();
                if !route.has(c) {
                    continue;
                }
                assert!(route.encode_into(c.encode_utf8(&mut [0; 4]), &mut bytes));
                let (text, _, malformed) = decoder.decode(&bytes);
                // What decoders wrote once, they do not today.
                let is_old = || written_for_gbk().any(|(old, _)| old == c);
                let is_same = text.chars().eq([c]) || is_old();
                assert!(!malformed && is_same, "{c:?} {bytes:X?}");
                known_chars += 1;
            }
        }
        // 126 rows of 190, without €, both U+3000, and what the decoder has twice.
        assert!(known_chars / 2 > 23_900, "{known_chars}");
    }

    #[test]
    fn windows_1252_is_what_encoding_rs_decodes() {
        for byte in 0x80..=0xFF {
            let bytes = [byte];
            let (text, _, _) = encoding_rs::WINDOWS_1252.decode(&bytes);
            assert_eq!(windows_1252_byte(text.chars().next().unwrap()), Some(byte));
        }
    }

    #[test]
    fn the_euro_sign_is_the_byte_that_its_neighbours_allow() {
        for text in ["一二三", "碢。", "开关和“引号”", "㢣、是"] {
            let (wrong, _, malformed) = encoding_rs::GBK.decode(text.as_bytes());
            if !malformed {
                assert_eq!(Route::Gbk.undo(&wrong).as_deref(), Some(text), "{wrong}");
            }
        }
    }

    #[test]
    fn only_ideographs_open_a_run() {
        let mut all = ('\0'..='\u{FFFF}').filter(|&c| opens_gbk_run(c));
        assert!(all.all(|c| matches!(c, '\u{4E00}'..='\u{9FFF}')));
    }

    #[test]
    fn common_characters_are_those_of_running_text() {
        assert!("的一是中国学发".chars().all(is_common_simplified));
        assert!("的一是中國學發".chars().all(is_common_traditional));
        assert!(!"A。あ€\u{E15F}".chars().any(is_common_simplified));
    }
}
