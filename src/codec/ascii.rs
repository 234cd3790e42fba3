//! US-ASCII: every byte of 0x80 and above is malformed on its own.

use crate::codec::stream::{Draft, Part};

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
