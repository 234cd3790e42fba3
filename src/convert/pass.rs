//! The inner loop of conversion: characters that become what they become alone, and the pairs
//! that a table settles.
//!
//! A pair at which something may begin is looked up in a table of what two characters become
//! (`data/scan.rs` makes it). It answers where it is certain that a match may begin here, that
//! is where the pair with the character before cannot stand inside a match, and that no longer
//! phrase begins with the two. Everything else is left to `scanner`.

use super::output::{BUFFER_BYTES, Writer};
use super::scanner::Scanner;
use crate::data::compile::PAGE_CHARS;
use crate::data::{PAIR_SHIELD, SCAN_BLOCKS, SPECIAL, pair_place, pair_slot, third_bit};

/// A hashed set of pairs.
#[derive(Debug, Clone, Copy)]
pub(super) struct PairSet {
    words: &'static [[u8; 8]],
    word_bits: u32,
}

impl PairSet {
    pub(super) fn new(words: &'static [[u8; 8]]) -> PairSet {
        PairSet {
            words,
            word_bits: words.len().max(2).trailing_zeros(),
        }
    }

    #[inline(always)]
    pub(super) fn has(&self, left: u32, right: u32) -> bool {
        let (word, mask) = pair_place(left, right, self.word_bits);
        self.words
            .get(word)
            .is_none_or(|word| u64::from_le_bytes(*word) & mask == mask)
    }
}

impl Scanner {
    /// What a character of the basic plane becomes; 0: itself.
    #[inline(always)]
    pub(super) fn entry(&self, code: u32) -> u32 {
        let code = code as usize;
        let page = self.index[code / PAGE_CHARS % SCAN_BLOCKS];
        match self.pages.get(usize::from(u16::from_le_bytes(page))) {
            Some(page) => u32::from_le_bytes(page[code % PAGE_CHARS]),
            None => SPECIAL,
        }
    }

    /// The inner loop: passes over ASCII and over characters of three bytes that change alone,
    /// and, if `WRITE`, writes what they become. It stops at anything else, at the end of the
    /// buffer, a few bytes before the end of the text, and, if not `WRITE`, at a character that
    /// changes.
    #[inline(always)]
    pub(super) fn pass<const WRITE: bool>(
        &self,
        bytes: &[u8],
        floor: usize,
        from: usize,
        writer: &mut Writer<'_>,
    ) -> usize {
        let Some(last) = bytes.len().checked_sub(8) else {
            return from;
        };
        // Local copies: the loop lives in registers.
        let (begin, ascii) = (self.begin, self.ascii);
        let (mut at, mut filled, mut replaced_chars) = (from, writer.filled, 0);
        let buffer = &mut writer.buffer;
        while at <= last && filled <= BUFFER_BYTES - 8 {
            let here = four(bytes, at);
            if here & 0x80 == 0 {
                let window = [here, four(bytes, at + 4)];
                let word = u64::from(window[1]) << 32 | u64::from(window[0]);
                let high = word & 0x8080_8080_8080_8080;
                if !WRITE && high == 0 {
                    // A long run: all but its end, which has to be looked at with what follows.
                    let run = ascii_bytes(&bytes[at..]);
                    if run >= 64 {
                        at += run - 8;
                        continue;
                    }
                }
                let passed = if high == 0 {
                    8
                } else {
                    high.trailing_zeros() as usize / 8
                };
                // The run of ASCII may also end exactly where the window does.
                if ascii >> bytes[at + passed - 1] & 1 != 0
                    && (high != 0 || bytes.get(at + passed).is_some_and(|next| *next >= 0x80))
                {
                    break;
                }
                if WRITE {
                    buffer[filled..filled + 8].copy_from_slice(&word.to_le_bytes());
                    filled += passed;
                }
                at += passed;
                continue;
            }
            if here & 0xF0 != 0xE0 {
                break;
            }
            let code = three(here);
            let entry = self.entry(code);
            let next = four(bytes, at + 3);
            if next & 0xF0 == 0xE0 {
                let next = three(next);
                if begin.has(code, next) {
                    if !WRITE {
                        break;
                    }
                    match self.pair(bytes, at, floor, code, next) {
                        Some(Pair::None) => {}
                        Some(Pair::Shield) if entry & SPECIAL == 0 => {
                            let next_entry = self.entry(next);
                            if next_entry & SPECIAL != 0 {
                                break;
                            }
                            let word = if entry == 0 { here } else { entry };
                            buffer[filled..filled + 4].copy_from_slice(&word.to_le_bytes());
                            let word = if next_entry == 0 {
                                four(bytes, at + 3)
                            } else {
                                next_entry
                            };
                            buffer[filled + 3..filled + 7].copy_from_slice(&word.to_le_bytes());
                            replaced_chars += u64::from(entry != 0) + u64::from(next_entry != 0);
                            filled += 6;
                            at += 6;
                            continue;
                        }
                        Some(Pair::Value { text, length }) => {
                            buffer[filled..filled + 8].copy_from_slice(&text);
                            filled += length;
                            replaced_chars += 2;
                            at += 6;
                            continue;
                        }
                        _ => break,
                    }
                }
            } else if next & 0x80 != 0 || ascii >> (next & 0x7F) & 1 != 0 {
                break;
            }
            if entry & SPECIAL != 0 || (!WRITE && entry != 0) {
                break;
            }
            if WRITE {
                let word = if entry == 0 { here } else { entry };
                buffer[filled..filled + 4].copy_from_slice(&word.to_le_bytes());
                filled += 3;
                replaced_chars += u64::from(entry != 0);
            }
            at += 3;
        }
        writer.filled = filled;
        writer.replaced_chars += replaced_chars;
        at
    }

    /// Settles a pair at which something may begin, if its table can: where it is certain that
    /// a match may begin there and that none but of these two characters does.
    #[inline(always)]
    fn pair(&self, bytes: &[u8], at: usize, floor: usize, code: u32, next: u32) -> Option<Pair> {
        let key = code << 16 | next;
        let mut place = pair_slot(code, next, self.pairs.len());
        let slot = loop {
            let slot = self.pairs.get(place)?;
            let found = u32::from_le_bytes([slot[0], slot[1], slot[2], slot[3]]);
            if found == key {
                break slot;
            }
            if found == 0 {
                return None;
            }
            place = (place + 1) & (self.pairs.len() - 1);
        };
        // A pair may not stand inside another match with what is before it.
        if at > floor {
            let before = match bytes[at - 1] {
                ascii @ 0..0x80 => u32::from(ascii),
                _ if at >= floor + 3 && bytes[at - 3] & 0xF0 == 0xE0 => {
                    three(u32::from_le_bytes([
                        bytes[at - 3],
                        bytes[at - 2],
                        bytes[at - 1],
                        0,
                    ]))
                }
                _ => return None,
            };
            if self.interior.has(before, code) {
                return None;
            }
        }
        let third = match *bytes.get(at + 6..)?.first_chunk::<4>()? {
            [a, b, c, _] if a & 0xF0 == 0xE0 => three(u32::from_le_bytes([a, b, c, 0])),
            [ascii @ 0..0x80, ..] => u32::from(ascii),
            _ => return None,
        };
        if u32::from_le_bytes([slot[4], slot[5], slot[6], slot[7]]) & third_bit(third) != 0 {
            return None;
        }
        let [.., a, b, c, d, e, f, g, length] = *slot;
        Some(match length {
            0 => Pair::None,
            PAIR_SHIELD => Pair::Shield,
            length => Pair::Value {
                text: [a, b, c, d, e, f, g, 0],
                length: usize::from(length),
            },
        })
    }
}

/// What a pair of characters becomes.
pub(super) enum Pair {
    /// Its first character becomes what it becomes alone; nothing begins there.
    None,
    /// Both become what they become alone, and nothing begins at the second.
    Shield,
    /// This, with its length in bytes.
    Value { text: [u8; 8], length: usize },
}

/// Four bytes as a little-endian number.
#[inline(always)]
fn four(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(word)
}

/// The scalar value of a character of three bytes, the lowest three of a number.
#[inline(always)]
pub(crate) fn three(bytes: u32) -> u32 {
    (bytes & 0x0F) << 12 | (bytes >> 2 & 0xFC0) | (bytes >> 16 & 0x3F)
}

/// How many bytes of ASCII stand in front.
#[inline]
pub(crate) fn ascii_bytes(bytes: &[u8]) -> usize {
    // Compilers turn the sum over a chunk into a few wide instructions.
    let is_ascii = |chunk: &&[u8; 64]| chunk.iter().fold(0, |bits, byte| bits | byte) < 0x80;
    let done = bytes
        .as_chunks::<64>()
        .0
        .iter()
        .take_while(is_ascii)
        .count()
        * 64;
    let mut done = done;
    for chunk in bytes[done..].as_chunks::<8>().0 {
        let high = u64::from_le_bytes(*chunk) & 0x8080_8080_8080_8080;
        if high != 0 {
            return done + high.trailing_zeros() as usize / 8;
        }
        done += 8;
    }
    done + bytes[done..]
        .iter()
        .take_while(|byte| byte.is_ascii())
        .count()
}
