//! UTF-32, which the Encoding Standard left out.
//!
//! A unit is four bytes; one that is a surrogate or lies past U+10FFFF is malformed on
//! its own, and so are one to three bytes left over at the end. Reading resumes at the
//! next unit, never in between: text whose bytes slipped is malformed to its end.

use super::Draft;

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Decodes, writing U+FFFD for each malformed unit and listing its place from `base_bytes` on.
pub(super) fn decode(bytes: &[u8], order: Order, base_bytes: usize, draft: &mut Draft) {
    draft.text.reserve(bytes.len() / 4 * 3);
    let (units, rest) = bytes.as_chunks::<4>();
    for (index, unit) in units.iter().enumerate() {
        let value = match order {
            Order::Little => u32::from_le_bytes(*unit),
            Order::Big => u32::from_be_bytes(*unit),
        };
        match char::from_u32(value) {
            Some(c) => draft.text.push(c),
            None => {
                let start = base_bytes + index * 4;
                draft.replace(start..start + 4);
            }
        }
    }
    if !rest.is_empty() {
        let end = base_bytes + bytes.len();
        draft.replace(end - rest.len()..end);
    }
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
