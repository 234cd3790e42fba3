//! UTF-32, which the Encoding Standard left out.
//!
//! A unit is four bytes; one that is a surrogate or lies past U+10FFFF is malformed on
//! its own, and so are one to three bytes left over at the end. Reading resumes at the
//! next unit, never in between: text whose bytes slipped is malformed to its end.

use crate::codec::stream::{Draft, Part};

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Decodes the whole units of a part.
pub(super) fn decode(part: Part<'_>, order: Order, draft: &mut Draft<'_>) -> usize {
    draft.text.reserve(part.bytes.len() / 4 * 3);
    let (units, rest) = part.bytes.as_chunks::<4>();
    for (index, unit) in units.iter().enumerate() {
        let value = match order {
            Order::Little => u32::from_le_bytes(*unit),
            Order::Big => u32::from_be_bytes(*unit),
        };
        match char::from_u32(value) {
            Some(c) => draft.text.push(c),
            None => draft.replace(part.span(index * 4, index * 4 + 4)),
        }
    }
    let whole_bytes = part.bytes.len() - rest.len();
    if rest.is_empty() || !part.is_last {
        return whole_bytes;
    }
    draft.replace(part.span(whole_bytes, part.bytes.len()));
    part.bytes.len()
}

/// Encodes; every character has a unit.
pub(super) fn encode(text: &str, order: Order) -> Vec<u8> {
    text.chars()
        .flat_map(|c| match order {
            Order::Little => u32::from(c).to_le_bytes(),
            Order::Big => u32::from(c).to_be_bytes(),
        })
        .collect()
}
