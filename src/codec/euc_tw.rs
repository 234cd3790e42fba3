//! EUC-TW: CNS 11643 in bytes of 0xA1 and above.
//!
//! Two bytes are a character of plane 1. Four bytes are one of any plane: 0x8E, then
//! 0xA1 to 0xB0 for planes 1 to 16, then row and column. Plane 1 is written in two bytes
//! and read in both forms, as the GNU C library does.
//!
//! A sequence that breaks off is malformed up to the byte that breaks it, which is read
//! again; one that is complete but means nothing is malformed as a whole. So a byte that
//! was put in or lost costs the characters that it touches, and no more.

use crate::codec::stream::{Draft, Part};
use crate::data::cns::Cns;

/// Introduces a character of any plane: single shift 2.
const SHIFT: u8 = 0x8E;

/// Decodes a part up to a sequence that its end leaves open.
pub(super) fn decode(part: Part<'_>, draft: &mut Draft<'_>) -> usize {
    let cns = Cns::new();
    let bytes = part.bytes;
    // Two bytes are mostly three of UTF-8.
    draft.text.reserve(bytes.len() + bytes.len() / 2);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii() {
            at += draft.take_ascii(&bytes[at..]);
            continue;
        }
        let rest = &bytes[at..];
        let whole_bytes = match byte {
            SHIFT => 4,
            0xA1..=0xFE => 2,
            _ => 1,
        };
        let fits = |&(place, &byte): &(usize, &u8)| match (whole_bytes, place) {
            (4, 1) => (0xA1..=0xB0).contains(&byte),
            _ => (0xA1..=0xFE).contains(&byte),
        };
        // Of the common case nothing but the look-up is left.
        let length = match *rest {
            [lead, trail, ..]
                if whole_bytes == 2 && lead > 0xA0 && (0xA1..0xFF).contains(&trail) =>
            {
                2
            }
            _ => {
                1 + rest
                    .iter()
                    .enumerate()
                    .take(whole_bytes)
                    .skip(1)
                    .take_while(fits)
                    .count()
            }
        };
        if length < whole_bytes && length == rest.len() && !part.is_last {
            return at;
        }
        let c = match rest[..length] {
            [row, column] if whole_bytes == 2 => decode_code(cns, 1, row, column),
            [_, plane, row, column] => decode_code(cns, plane - 0xA0, row, column),
            _ => None,
        };
        match c {
            Some(c) => draft.text.push(c),
            None => draft.replace(part.span(at, at + length)),
        }
        at += length;
    }
    at
}

fn decode_code(cns: Cns, plane: u8, row: u8, column: u8) -> Option<char> {
    let index = |byte: u8| usize::from(byte.wrapping_sub(0xA1));
    cns.decode(plane, index(row), index(column))
}

/// Writes a character, if the encoding has it.
pub(super) fn encode(cns: Cns, c: char, bytes: &mut Vec<u8>) -> bool {
    if let Ok(byte @ 0..=0x7F) = u8::try_from(c) {
        bytes.push(byte);
        return true;
    }
    let Some(code) = cns.encode(c) else {
        return false;
    };
    if code.plane > 1 {
        bytes.extend([SHIFT, 0xA0 + code.plane]);
    }
    bytes.extend([0xA0 + code.row, 0xA0 + code.column]);
    true
}
