//! What short bytes cost at least in UTF-8, without reading them.
//!
//! Text in other encodings is seldom valid, and what is malformed is dear: to count what surely
//! is, many bytes at a time, is mostly enough.

use crate::detect::hypotheses::MULTI_BYTE;
use crate::detect::screen::{Bound, MALFORMED_STEPS, MOST_BYTES, UTF8, place};
use crate::model::{BIT, Cost, ascii_cost, of_steps};

/// How many malformed sequences there are at least in UTF-8, without a walk: what begins a
/// character and is not followed by the rest of one, and what is such a rest beyond those that
/// the others may take.
fn surely_malformed(bytes: &[u8]) -> i64 {
    const LANES: usize = 16;
    // Behind the last byte stand rests, since it may be cut off: they do not count.
    let mut padded = [0x80; MOST_BYTES + LANES];
    let length = bytes.len().min(MOST_BYTES);
    padded[..length].copy_from_slice(&bytes[..length]);
    let blocks = padded.as_chunks::<LANES>().0.iter();
    let blocks = blocks.zip(padded[1..].as_chunks::<LANES>().0);
    let (mut bare, mut rests, mut taken) = ([0_u8; LANES], [0_u8; LANES], [0_u8; LANES]);
    for (block, behind) in blocks.take(length.div_ceil(LANES)) {
        for lane in 0..LANES {
            let (byte, next) = (block[lane], behind[lane]);
            let is_rest = |byte: u8| u8::from(byte & 0xC0 == 0x80);
            let is_followed = is_rest(next);
            let may_take = u8::from(byte >= 0xC0) + u8::from(byte >= 0xE0) + u8::from(byte >= 0xF0);
            bare[lane] += u8::from(byte >= 0xC0) & (is_followed ^ 1);
            rests[lane] += is_rest(byte);
            taken[lane] += may_take & is_followed.wrapping_neg();
        }
    }
    let sum = |lanes: [u8; LANES]| lanes.into_iter().map(u32::from).sum::<u32>();
    let padding = u32::try_from(length.next_multiple_of(LANES) - length).unwrap_or_default();
    let left = sum(rests).saturating_sub(padding + sum(taken));
    (sum(bare) + left).into()
}

/// What bytes cost at least in UTF-8, prior included: what is malformed, and ASCII. What costs
/// more than `limit` may cost still more.
pub(super) fn utf8_bound(bytes: &[u8], limit: Cost) -> Bound {
    let is_rest = |byte: u8| matches!(byte, 0x80..=0xBF);
    let prior = MULTI_BYTE[UTF8].prior_bits * BIT;
    let surely = prior + of_steps(surely_malformed(bytes) * i64::from(MALFORMED_STEPS));
    let mut bound = Bound {
        cost: prior,
        malformed_at: None,
    };
    let mut rest = bytes;
    while let Some((&lead, behind)) = rest.split_first() {
        rest = behind;
        if lead.is_ascii() {
            bound.cost += ascii_cost(lead);
            continue;
        }
        let trails = match lead {
            0xC2..=0xDF => 1,
            0xE0..=0xEF => 2,
            0xF0..=0xF4 => 3,
            _ => 0,
        };
        let fitting = behind.iter().take(trails);
        let fitting = fitting.take_while(|&&byte| is_rest(byte)).count();
        // The last may be cut off.
        if trails > 0 && (fitting == trails || fitting == behind.len()) {
            rest = &behind[fitting..];
        } else {
            bound.cost += of_steps(MALFORMED_STEPS.into());
            if bound.malformed_at.is_none() {
                bound.malformed_at = Some(place(bytes.len() - behind.len() - 1));
                if surely > limit {
                    bound.cost = surely;
                }
            }
            if bound.cost > limit {
                break;
            }
        }
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_surely_malformed_is_no_more_than_what_a_walk_finds() {
        let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
        let mut found = 0;
        for length in (1..=MOST_BYTES).cycle().take(20_000) {
            let next = |_| {
                seed ^= seed << 13;
                seed ^= seed >> 7;
                seed ^= seed << 17;
                // Mostly past ASCII, with long characters among them.
                let [byte, kind, ..] = seed.to_le_bytes();
                match kind % 4 {
                    0 => byte,
                    1 => byte | 0xC0,
                    _ => byte & 0x3F | 0x80,
                }
            };
            let bytes: Vec<u8> = (0..length).map(next).collect();
            let walked = utf8_bound(&bytes, Cost::MAX).cost;
            let ascii = bytes.iter().filter(|byte| byte.is_ascii());
            let ascii: Cost = ascii.map(|&byte| ascii_cost(byte)).sum();
            let surely = of_steps(surely_malformed(&bytes) * i64::from(MALFORMED_STEPS));
            assert!(surely + ascii <= walked, "{bytes:X?}");
            found += surely_malformed(&bytes);
            // The place of the first is the same, however soon the walk ends.
            let at = |limit| utf8_bound(&bytes, limit).malformed_at;
            assert_eq!(at(0), at(Cost::MAX), "{bytes:X?}");
        }
        assert!(found > 100_000, "{found}");
    }
}
