//! What an encoding of pairs decodes and what it loses, asked of `encoding_rs` once; and what other
//! programs wrote for its codes.

use encoding_rs::Encoding;

use crate::codec::decode_codes;
use crate::repair::forms::private_use::{WRITTEN_FOR_SHIFT_JIS, is_private_use, written_for_gbk};
use crate::repair::reread::big5_unicode_extras;

/// What an encoding of pairs decodes and loses.
pub(super) struct Table {
    /// By code point: the first code, 0 where there is none.
    pub(super) first: Vec<u16>,
    /// The other codes of characters that have several, sorted.
    pub(super) more: Vec<(u16, u16)>,
    /// Characters past the basic plane and their codes, sorted: Big5 has the ideographs of Hong Kong
    /// there.
    pub(super) astral: Vec<(char, u16)>,
    /// One bit a code point: [`opens_utf_8`].
    pub(super) opens: Vec<u64>,
    /// One bit for each pair that is lost whole.
    pub(super) lost_pairs: Vec<u64>,
    /// One bit for each pair of which only the second byte is kept.
    pub(super) lost_first: Vec<u64>,
    /// Bytes that begin no code and are none.
    pub(super) lost_alone: [bool; 256],
    /// One bit for each pair that is a code.
    pub(super) is_code: Vec<u64>,
    /// Bytes that are a code alone.
    pub(super) is_single: [bool; 256],
    /// Bytes that take a byte beyond ASCII with them, be it into U+FFFD.
    pub(super) is_lead: [bool; 256],
}

/// What browsers read as € as well as the byte 80, and Windows as private use.
const PRIVATE_EURO: [u8; 2] = [0xA2, 0xE3];

impl Table {
    /// Asks an encoding.
    pub(super) fn build(encoding: &'static Encoding) -> Table {
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
    pub(super) fn astral_code(&self, c: char) -> Option<u16> {
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
pub(super) fn opens_utf_8(code: u16) -> bool {
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

pub(super) fn has(bits: &[u64], [first, second]: [u8; 2]) -> bool {
    let at = usize::from(first) << 8 | usize::from(second);
    bits[at >> 6] >> (at & 63) & 1 == 1
}

fn set(bits: &mut [u64], [first, second]: [u8; 2]) {
    let at = usize::from(first) << 8 | usize::from(second);
    bits[at >> 6] |= 1 << (at & 63);
}
