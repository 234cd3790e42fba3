//! US-ASCII: every byte of 0x80 and above is malformed on its own.

use crate::codec::stream::{Draft, Part};

/// Controls that separate fields and records (of Hive, and those of ASCII, as in MARC 21), or begin
/// and end bold and colours on IRC. A text may be full of them.
pub(crate) const SEPARATORS: [u8; 7] = [1, 2, 3, 0x1C, 0x1D, 0x1E, 0x1F];

/// Decodes all of a part.
pub(super) fn decode(part: Part<'_>, draft: &mut Draft<'_>) -> usize {
    let mut at = 0;
    while at < part.bytes.len() {
        at += draft.take_ascii(&part.bytes[at..]);
        if at < part.bytes.len() {
            draft.replace(part.span(at, at + 1));
            at += 1;
        }
    }
    at
}

/// Writes a character, if it is one.
pub(super) fn encode(c: char, bytes: &mut Vec<u8>) -> bool {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => {
            bytes.push(byte);
            true
        }
        _ => false,
    }
}
