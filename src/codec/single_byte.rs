//! Single-byte encodings that the Encoding Standard lacks: ISO-8859-1 as ISO has it, and
//! the code pages 437 and 850 of the IBM PC. Every byte is a character.

use crate::codec::stream::{Draft, Part};

/// The characters of bytes 0x80 and above; all are in the basic plane.
pub(super) type High = &'static [u16; 128];

/// ISO-8859-1: every byte is the code point of the same number.
pub(super) static LATIN_1: [u16; 128] = {
    let mut table = [0x80; 128];
    let mut at = 1;
    while at < 128 {
        table[at] = table[at - 1] + 1;
        at += 1;
    }
    table
};

/// Decodes all of a part.
pub(super) fn decode(high: High, part: Part<'_>, draft: &mut Draft<'_>) -> usize {
    let bytes = part.bytes;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            at += draft.take_ascii(&bytes[at..]);
            continue;
        }
        let code = u32::from(high[usize::from(byte & 0x7F)]);
        draft.text.extend(char::from_u32(code));
        at += 1;
    }
    at
}

/// Writes a character, if the encoding has it.
pub(super) fn encode(high: High, c: char, bytes: &mut Vec<u8>) -> bool {
    let byte = match u8::try_from(c) {
        Ok(byte @ 0..=0x7F) => Some(byte),
        _ => u16::try_from(u32::from(c))
            .ok()
            .and_then(|code| high.iter().position(|&other| other == code))
            .and_then(|at| u8::try_from(at | 0x80).ok()),
    };
    bytes.extend(byte);
    byte.is_some()
}
