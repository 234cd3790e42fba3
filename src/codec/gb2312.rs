//! GB 2312, the character set, for the encodings that switch to it.
//!
//! Its 7,445 characters are those of GBK's rows that GB 2312 fills, and are decoded and
//! encoded as such. Two of them have had two readings: A1A4 and A1AA are `·` (U+00B7) and
//! `—` (U+2014) here, as in the Encoding Standard and in every GBK decoder; the tables of
//! glibc and Python have `・` (U+30FB) and `―` (U+2015), which are written but not read.

use crate::codec::stream::Draft;

/// Whether a code, row and column from 0x21, holds a character (GB 2312-80, section 3).
pub(crate) fn holds(row: u8, column: u8) -> bool {
    let last = match row {
        0x21 | 0x23 | 0x30..=0x56 | 0x58..=0x77 => 0x7E,
        0x22 => return matches!(column, 0x31..=0x62 | 0x65..=0x6E | 0x71..=0x7C),
        0x24 => 0x73,
        0x25 => 0x76,
        0x26 => return matches!(column, 0x21..=0x38 | 0x41..=0x58),
        0x27 => return matches!(column, 0x21..=0x41 | 0x51..=0x71),
        0x28 => return matches!(column, 0x21..=0x3A | 0x45..=0x69),
        0x29 => return matches!(column, 0x24..=0x6F),
        0x57 => 0x79,
        _ => return false,
    };
    (0x21..=last).contains(&column)
}

/// Codes that wait to be decoded together, which is many times faster than one by one.
#[derive(Debug, Default)]
pub(super) struct Run {
    bytes: Vec<u8>,
}

impl Run {
    /// Takes a code that [`holds`] a character.
    pub(super) fn push(&mut self, row: u8, column: u8) {
        self.bytes.extend([row | 0x80, column | 0x80]);
    }

    /// Writes the characters of the codes taken.
    pub(super) fn flush(&mut self, draft: &mut Draft<'_>) {
        if !self.bytes.is_empty() {
            let (text, _) = encoding_rs::GBK.decode_without_bom_handling(&self.bytes);
            draft.text.push_str(&text);
            self.bytes.clear();
        }
    }
}

/// The code of a character, row and column from 0x21.
pub(super) fn encode(encoder: &mut encoding_rs::Encoder, c: char) -> Option<[u8; 2]> {
    let c = match c {
        '・' => '·',
        '―' => '—',
        c => c,
    };
    let mut code = [0; 4];
    match super::encode::one(encoder, c, &mut code) {
        Some(2) if code[0] > 0xA0 && code[1] > 0xA0 => {
            let [row, column] = [code[0] & 0x7F, code[1] & 0x7F];
            holds(row, column).then_some([row, column])
        }
        _ => None,
    }
}
