//! The inner loop of conversion: characters that become what they become alone.
//!
//! A window of eight bytes slides over the text. Where it begins with two characters of three
//! bytes, which in Chinese is nearly everywhere, its first six bytes are the key under which
//! the set of pairs is asked whether anything may begin here; if nothing may, and the page of
//! the character knows what it becomes, three bytes are written. ASCII is copied as it stands.
//! Everything else is left to `scanner`.

use super::output::Writer;
use super::scanner::Scanner;
use crate::data::compile::PAGE_CHARS;
use crate::data::{CharSet, SCAN_BLOCKS, SPECIAL, pair_key, pair_place, utf8_word};

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

    /// Whether two characters may be in the set.
    #[inline]
    pub(super) fn has(&self, left: char, right: char) -> bool {
        self.has_key(pair_key(utf8_word(left), utf8_word(right)))
    }

    /// The same by [`pair_key`].
    #[inline(always)]
    pub(super) fn has_key(&self, key: u64) -> bool {
        let (word, first, second) = pair_place(key, self.word_bits);
        self.words.get(word).is_none_or(|word| {
            let word = u64::from_le_bytes(*word);
            word >> first & word >> second & 1 != 0
        })
    }
}

/// Where in a window the lead bytes of two characters of three bytes stand, and what they are.
const TWO_MASK: u64 = 0xF000_00F0;
const TWO: u64 = 0xE000_00E0;
/// One in front of ASCII.
const BEFORE_ASCII_MASK: u64 = 0x8000_00F0;
const BEFORE_ASCII: u64 = 0xE0;
/// The highest bit of every byte.
const HIGH: u64 = 0x8080_8080_8080_8080;
/// Two characters of three bytes.
const PAIR_MASK: u64 = 0xFFFF_FFFF_FFFF;

/// A character of three bytes: where its block is, and its bit in a word for the block.
#[inline(always)]
fn block_and_bit(word: u64) -> (usize, u64) {
    let block = (word & 0x0F) << 6 | (word >> 8 & 0x3F);
    (
        usize::try_from(block).unwrap_or(0) % SCAN_BLOCKS,
        word >> 16 & 0x3F,
    )
}

impl Scanner {
    /// What a character of the basic plane becomes; 0: itself. The character is given by its
    /// three bytes, the lowest of a number.
    #[inline(always)]
    pub(super) fn entry(&self, word: u64) -> u32 {
        let (block, bit) = block_and_bit(word);
        let place = usize::try_from(bit).unwrap_or(0);
        match self
            .pages
            .get(usize::from(u16::from_le_bytes(self.index[block])))
        {
            Some(page) => u32::from_le_bytes(page[place % PAGE_CHARS]),
            None => SPECIAL,
        }
    }

    /// Whether something may begin with an ASCII character in front of another one.
    #[inline(always)]
    fn ascii_begins(&self, byte: u64) -> bool {
        let half = usize::from(byte & 64 != 0);
        self.ascii[half] >> (byte & 63) & 1 != 0
    }

    /// Passes over ASCII and over characters of three bytes that change alone, and writes what
    /// they become. It stops at anything else, and at the end of the buffer. True: it stopped in
    /// front of two characters of three bytes at which something may begin.
    #[inline]
    pub(super) fn pass(&self, bytes: &[u8], from: usize, writer: &mut Writer<'_>) -> (usize, bool) {
        let (at, begins) = self.pass_windows(bytes, from, writer);
        match Tail::new(bytes, at) {
            Some(tail) => self.pass_tail(&tail, at, writer),
            None => (at, begins),
        }
    }

    #[inline(never)]
    fn pass_tail(&self, tail: &Tail, at: usize, writer: &mut Writer<'_>) -> (usize, bool) {
        let (passed, begins) = self.pass_windows(tail.padded(), 0, writer);
        let real = passed.min(tail.bytes);
        // What is behind the text was taken for ASCII, and copied.
        writer.filled = writer.filled.saturating_sub(passed - real);
        (at + real, begins)
    }

    #[inline(always)]
    fn pass_windows(&self, bytes: &[u8], from: usize, writer: &mut Writer<'_>) -> (usize, bool) {
        let begin = self.begin;
        let mut rest = bytes.get(from..).unwrap_or_default();
        let mut out = writer.buffer.get_mut(writer.filled..).unwrap_or_default();
        let (rest_bytes, room) = (rest.len(), out.len());
        let mut replaced_chars = 0;
        let mut begins = false;
        while let Some((window, _)) = rest.split_first_chunk::<8>()
            && let Some((target, _)) = out.split_first_chunk_mut::<8>()
        {
            let word = u64::from_le_bytes(*window);
            if word & TWO_MASK != TWO {
                if word & 0x80 == 0 {
                    let high = word & HIGH;
                    let passed = (high.trailing_zeros() / 8) as usize;
                    // The run of ASCII may also end exactly where the window does.
                    if self.ascii_begins(word >> (passed * 8 - 8) & 0x7F)
                        && (high != 0 || rest.get(8).is_some_and(|next| *next >= 0x80))
                    {
                        break;
                    }
                    *target = word.to_le_bytes();
                    rest = &rest[passed..];
                    out = &mut out[passed..];
                    continue;
                }
                // A character in front of ASCII.
                if word & BEFORE_ASCII_MASK != BEFORE_ASCII || self.ascii_begins(word >> 24) {
                    break;
                }
            } else if begin.has_key(word & PAIR_MASK) {
                begins = true;
                break;
            }
            let entry = self.entry(word);
            if entry & SPECIAL != 0 {
                break;
            }
            let new = if entry == 0 { word } else { u64::from(entry) };
            *target = new.to_le_bytes();
            replaced_chars += u64::from(entry != 0);
            rest = &rest[3..];
            out = &mut out[3..];
        }
        let (passed, filled) = (rest_bytes - rest.len(), room - out.len());
        writer.filled += filled;
        writer.replaced_chars += replaced_chars;
        (from + passed, begins)
    }

    /// Passes over ASCII and over characters of three bytes that stay. True: as for
    /// [`Scanner::pass`].
    #[inline(never)]
    pub(super) fn pass_over(&self, bytes: &[u8], from: usize) -> (usize, bool) {
        let (at, begins) = self.pass_over_windows(bytes, from);
        match Tail::new(bytes, at) {
            Some(tail) => {
                let (passed, begins) = self.pass_over_windows(tail.padded(), 0);
                (at + passed.min(tail.bytes), begins)
            }
            None => (at, begins),
        }
    }

    #[inline]
    fn pass_over_windows(&self, bytes: &[u8], from: usize) -> (usize, bool) {
        match self.begins {
            Some(begins) => {
                self.pass_over_asking(bytes, from, |block, bit| has(begins, block, bit))
            }
            None => self.pass_over_asking(bytes, from, |_, _| true),
        }
    }

    #[inline(always)]
    fn pass_over_asking(
        &self,
        bytes: &[u8],
        from: usize,
        may_begin: impl Fn(usize, u64) -> bool,
    ) -> (usize, bool) {
        let (begin, changes) = (self.begin, self.changes);
        let mut rest = bytes.get(from..).unwrap_or_default();
        let rest_bytes = rest.len();
        let mut begins = false;
        while let Some((window, _)) = rest.split_first_chunk::<8>() {
            let word = u64::from_le_bytes(*window);
            if word & TWO_MASK == TWO {
                let (block, bit) = block_and_bit(word);
                if has(changes, block, bit) && self.entry(word) != 0 {
                    break;
                }
                if may_begin(block, bit) && begin.has_key(word & PAIR_MASK) {
                    begins = true;
                    break;
                }
                rest = &rest[3..];
            } else if word & 0x80 == 0 {
                let high = word & HIGH;
                let (passed, last) = if high == 0 {
                    let run = ascii_bytes(rest);
                    (run, rest[..run].last().map_or(0, |byte| u64::from(*byte)))
                } else {
                    let passed = (high.trailing_zeros() / 8) as usize;
                    (passed, word >> (passed * 8 - 8) & 0x7F)
                };
                if self.ascii_begins(last) && rest.len() > passed {
                    break;
                }
                rest = &rest[passed..];
            } else {
                // A character in front of ASCII.
                if word & BEFORE_ASCII_MASK != BEFORE_ASCII
                    || self.ascii_begins(word >> 24)
                    || self.entry(word) != 0
                {
                    break;
                }
                rest = &rest[3..];
            }
        }
        (from + (rest_bytes - rest.len()), begins)
    }
}

/// The last bytes of a text, fewer than a window, with something behind them that ends every
/// run and begins nothing: NUL.
struct Tail {
    padded: [u8; 14],
    bytes: usize,
}

impl Tail {
    /// `None`: there is no text left, or more than that.
    #[inline(always)]
    fn new(text: &[u8], at: usize) -> Option<Tail> {
        let rest = text.get(at..)?;
        let bytes = rest.len();
        let mut padded = [0; 14];
        if bytes == 0 || bytes >= 8 {
            return None;
        }
        padded[..bytes].copy_from_slice(rest);
        Some(Tail { padded, bytes })
    }

    /// As long as a window begins in the text.
    #[inline(always)]
    fn padded(&self) -> &[u8] {
        &self.padded[..self.bytes + 7]
    }
}

/// Whether a set holds a character.
#[inline(always)]
fn has(set: CharSet, block: usize, bit: u64) -> bool {
    u64::from_le_bytes(set[block]) >> bit & 1 != 0
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
