//! A block of text: where in it characters of three bytes begin, found for 64 bytes at once.
//!
//! Of each byte two questions are asked, whether it is the lead byte of a character of three bytes
//! and whether it is ASCII, and the answers are bits of two words. From there on ASCII costs
//! nothing: the next character is the next bit, whatever stands between, and no branch has to
//! foresee where Han characters and ASCII take turns. That is dear in real text, in which runs of
//! Han characters end after seven on the average.

use std::num::NonZeroU64;

use wide::i8x16;

use super::output::WINDOW_BYTES;

/// Bytes that are looked at together, so that their classes fit into a word.
pub(super) const BLOCK_BYTES: usize = 64;
/// What a pass needs in front of it: a block, and a window behind its last byte.
pub(super) const AHEAD_BYTES: usize = BLOCK_BYTES + WINDOW_BYTES;
/// As much behind a text lets a pass go to its end.
pub(super) const PADDING_BYTES: usize = AHEAD_BYTES - 1;

/// Where in a block of text characters of three bytes begin: found once, and used again where a
/// pass goes on in it.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Where the block begins in the text.
    start: usize,
    /// A bit for each character of three bytes, and behind them one where a pass must stop.
    places: u64,
    /// How many bytes of the block a pass may go over.
    passable: usize,
}

impl Places {
    /// The places from one on, of which the block is given; `ascii` is where something may begin
    /// beside. The last place is where to stop.
    #[inline(always)]
    pub(super) fn at(
        &mut self,
        at: usize,
        block: &[u8; AHEAD_BYTES],
        ascii: Option<&AsciiSet>,
    ) -> Option<NonZeroU64> {
        let done = at.wrapping_sub(self.start);
        if done < self.passable {
            return NonZeroU64::new(self.places >> done);
        }
        let classes = Classes::of(block);
        let stops = classes.stops(block, ascii);
        let stop = stops & stops.wrapping_neg();
        *self = Places {
            start: at,
            places: classes.three & (stop - 1) | stop,
            passable: stop.trailing_zeros() as usize,
        };
        NonZeroU64::new(self.places)
    }
}

/// Classes of the bytes of a block, a bit for each.
struct Classes {
    /// Lead bytes of characters of three bytes.
    three: u64,
    /// What is not ASCII.
    high: u64,
}

/// The lead bytes of characters of three bytes, a bit for each byte of a block.
#[inline(always)]
pub(super) fn threes(block: &[u8; AHEAD_BYTES]) -> u64 {
    lanes(block, |lane| (lane & splat(0xF0)).simd_eq(splat(0xE0)))
}

impl Classes {
    #[inline(always)]
    fn of(block: &[u8; AHEAD_BYTES]) -> Classes {
        Classes {
            three: threes(block),
            high: lanes(block, |lane| lane),
        }
    }

    /// Where a pass must stop; the lowest bit counts. At what is not of its kind, at ASCII beside
    /// which something may begin, and at the character of three bytes before either.
    #[inline(always)]
    fn stops(&self, block: &[u8; AHEAD_BYTES], ascii: Option<&AsciiSet>) -> u64 {
        // What follows one of the last three is not in the block, and if none of them is a
        // character of three bytes, there is a boundary before the last.
        let mut stops = self.three & 7 << (BLOCK_BYTES - 3) | 1 << (BLOCK_BYTES - 1);
        let others = self.high & !(self.three | self.three << 1 | self.three << 2);
        if others != 0 {
            stops |= self.with_before(others & others.wrapping_neg());
        }
        if let Some(ascii) = ascii {
            stops |= self.beside_ascii(block, ascii);
        }
        stops
    }

    /// A place, and where the character of three bytes before it begins.
    #[inline(always)]
    fn with_before(&self, place: u64) -> u64 {
        place | place >> 3 & self.three
    }

    /// The first place in front of which or behind which something may begin in ASCII.
    #[inline(always)]
    fn beside_ascii(&self, block: &[u8; AHEAD_BYTES], ascii: &AsciiSet) -> u64 {
        let sides = !self.high & (self.high >> 1 | self.high << 1);
        let mut sides = sides & lanes(block, |lane| (lane & ascii.mask).simd_eq(ascii.value));
        while sides != 0 {
            let place = sides & sides.wrapping_neg();
            if ascii.has(block[place.trailing_zeros() as usize % BLOCK_BYTES]) {
                return self.with_before(place);
            }
            sides ^= place;
        }
        0
    }
}

/// The highest bit of each byte of what is made of a block, sixteen bytes at a time.
#[inline(always)]
fn lanes(block: &[u8; AHEAD_BYTES], of: impl Fn(i8x16) -> i8x16) -> u64 {
    let lanes = block[..BLOCK_BYTES].as_chunks::<16>().0.iter().enumerate();
    lanes.fold(0, |bits, (place, lane)| {
        let lane = of(i8x16::new(lane.map(u8::cast_signed)));
        bits | u64::from(lane.to_bitmask()) << (place * 16)
    })
}

#[inline(always)]
fn splat(byte: u8) -> i8x16 {
    i8x16::splat(byte.cast_signed())
}

/// ASCII characters beside which something may begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct AsciiSet {
    bits: [u64; 2],
    /// What all of them have in common: `value` under `mask`.
    mask: i8x16,
    value: i8x16,
}

impl AsciiSet {
    /// `None` if there are none.
    pub(super) fn new(bits: [u64; 2]) -> Option<AsciiSet> {
        let mut left = u128::from(bits[1]) << 64 | u128::from(bits[0]);
        let mut all = std::iter::from_fn(|| {
            let byte = left.trailing_zeros();
            left &= left.checked_sub(1)?;
            u8::try_from(byte).ok()
        });
        let first = all.next()?;
        let mask = all.fold(0xFF, |mask, byte| mask & !(byte ^ first));
        Some(AsciiSet {
            bits,
            mask: splat(mask),
            value: splat(first & mask),
        })
    }

    #[inline(always)]
    fn has(&self, byte: u8) -> bool {
        let half = usize::from(byte & 64 != 0);
        self.bits[half] >> (byte & 63) & 1 != 0
    }
}

/// The eight bytes at a place.
#[inline(always)]
pub(super) fn window(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The eight bytes at the first of some places of a block.
#[inline(always)]
pub(super) fn window_in(block: &[u8; AHEAD_BYTES], places: NonZeroU64) -> u64 {
    window(block, places.trailing_zeros() as usize).unwrap_or(0)
}

/// Four bytes at a place of a block.
#[inline(always)]
pub(super) fn half_in(block: &[u8; AHEAD_BYTES], at: usize) -> u32 {
    let bytes = block.get(at..).and_then(<[u8]>::first_chunk);
    bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the characters of three bytes of a block begin, and behind them where to stop, one
    /// character at a time.
    fn one_by_one(block: &[u8; AHEAD_BYTES], capitals: &[u8]) -> u64 {
        let mut places = 0;
        let mut at = 0;
        loop {
            let next = match block[at] {
                0xE0..0xF0 if at < BLOCK_BYTES - 3 => at + 3,
                0..0x80 if at < BLOCK_BYTES - 1 => at + 1,
                _ => return places | 1 << at,
            };
            let begins = |byte: u8, neighbour: u8| capitals.contains(&byte) && neighbour >= 0x80;
            if next > at + 1 {
                let goes_on = match block[next] {
                    0xE0..0xF0 => true,
                    byte => byte < 0x80 && !capitals.contains(&byte),
                };
                if !goes_on {
                    return places | 1 << at;
                }
                places |= 1 << at;
            } else if begins(block[at], block[next]) || at > 0 && begins(block[at], block[at - 1]) {
                return places | 1 << at;
            }
            at = next;
        }
    }

    #[test]
    fn places_are_those_of_the_characters() {
        let pieces = ["中", "，", "a", "B", "L", "é", "😀", "\n", "中文字", "    "];
        let mut state = 7u64;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize % below
        };
        for round in 0..20_000 {
            // Texts of one kind reach the end of a block, others stop early.
            let kinds = [2, 4, 7, 10][round % 4];
            let capitals: &[u8] = if round % 3 == 0 { b"BL" } else { b"" };
            let bits = capitals
                .iter()
                .fold(0, |bits, byte| bits | 1 << (byte & 63));
            let ascii = AsciiSet::new([0, bits]);
            let mut text = String::new();
            while text.len() < 4 * AHEAD_BYTES {
                text += pieces[(kinds + next(kinds)) % pieces.len()];
            }
            let mut known = Places::default();
            let mut start = 0;
            for _ in 0..3 {
                let block = text.as_bytes()[start..].first_chunk().unwrap();
                let places = known.at(start, block, ascii.as_ref()).unwrap().get();
                let expect = one_by_one(block, capitals);
                if known.start == start {
                    assert_eq!(places, expect, "{text}, {start}");
                }
                // The stop is the last place; what is found again is the rest of it.
                let stop = 63 - places.leading_zeros() as usize;
                let inside = places & !(1 << stop);
                start += match inside.trailing_zeros() as usize {
                    at if at < 64 => at + 3,
                    _ => stop.max(1),
                };
                start = text.ceil_char_boundary(start);
            }
        }
    }
}
