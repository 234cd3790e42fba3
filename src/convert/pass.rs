//! The inner loop of conversion: characters that become what they become alone.
//!
//! Of each character of three bytes one look-up gives the entry: what its bytes differ in from
//! those that it becomes, and, where few characters begin anything, in which pairs it may stand.
//! Then the set of pairs is asked, with the six bytes of the character and the next one for a
//! key, and where it says that something may begin, which is seldom, a third character. If
//! nothing may, three bytes are written over the block, which is copied as it stands: so ASCII costs
//! nothing more (`block.rs`). What was met before is written as well (`rewrite.rs`); everything else is
//! left to `scanner`.
//!
//! The loop takes some 35 instructions a character, and they are what it costs. So entries are
//! differences, that nothing has to be chosen; large sets are of sizes that the compiler knows, and
//! whatever a page number says is an entry, that no bound has to be asked for (8 % of the time);
//! places are never zero, and the last one is where to stop (10 %).
//!
//! Which is asked first, character or pair, is a matter of how many characters begin something: where
//! they are 719 (any Traditional text to Simplified), asking characters first takes 14 % fewer
//! instructions and 7 % less time; where they are 1,031 (`tw2sp`), 7 % fewer and 6 % more time,
//! for nobody foresees which pair has to be asked about as well.
//!
//! A window of eight bytes at a time instead of blocks, as rival: `t2s` and text that stays 30 to
//! 70 % slower, `s2t` and `tw2sp` 15 %, `s2twp` 4 %, the less the more often a pass stops. Tried and
//! slower: a page index without gaps (10 % fewer misses in the nearest cache, three instructions
//! more: `t2s` 14 %); the search for a block's places as a function of its own (15 %). Not
//! promising: left characters of `s2t` in groups, as in `t2s`; with three groups one pair in six of
//! Traditional text needs the second question, with 24 one in 16.

use std::mem::replace;
use std::num::NonZeroU64;

use super::block::{AHEAD_BYTES, PADDING_BYTES, Places, half_in, window_in};
use super::pairs::{PairSet, Pairs, SizedSet};
use super::scanner::Scanner;
use crate::data::compile::PAGE_CHARS;
use crate::data::{PAGE_STEP, SPECIAL, Scan, entry, index_slot, triple_key};

/// How to ask about a character of three bytes.
trait Ask: Copy {
    /// Whether the entry of the next one is asked for.
    const OF_NEXT: bool;
    /// Whether its entry has one of `stops`, or something may begin with it and the next one. Of
    /// that the entry is given, too, and the six bytes of both; if it is not one of three bytes, the
    /// answer may be yes.
    fn asks(self, entries: (u32, u32), stops: u32, pair: u64) -> bool;
}

/// By characters, then by the pair.
#[derive(Clone, Copy)]
struct CharFirst(PairSet);

impl Ask for CharFirst {
    const OF_NEXT: bool = true;

    #[inline(always)]
    fn asks(self, (left, right): (u32, u32), stops: u32, pair: u64) -> bool {
        // One test for all questions: what is special is the left one of any.
        left & (right << entry::LEFT_SHIFT & entry::LEFTS | stops) != 0
            && (left & stops != 0 || self.0.has_key(pair))
    }
}

/// Words of the sets of pairs of configurations that read Simplified text,
const S2_WORDS: usize = 1 << 12;
/// and of `tw2sp`.
const TW2SP_WORDS: usize = 1 << 10;

/// By the pair alone.
#[derive(Clone, Copy)]
struct PairFirst<P>(P);

impl<P: Pairs> Ask for PairFirst<P> {
    const OF_NEXT: bool = false;

    #[inline(always)]
    fn asks(self, (left, _): (u32, u32), stops: u32, pair: u64) -> bool {
        // Both are seldom true: one branch.
        (left & stops != 0) | self.0.has_pair(pair)
    }
}

/// What to do with text that is passed over.
pub(super) trait Target {
    /// What an entry says where a pass must stop.
    const STOPS: u32;
    /// Whether what is passed over is written.
    const WRITES: bool;
    /// Room for a block; `None`: there is none left.
    fn room(&mut self) -> Option<&mut [u8; AHEAD_BYTES]>;
    /// Goes on behind what was written there.
    fn advance(&mut self, bytes: usize, replaced_chars: u64);
    /// Settles a place where something may begin from memory, and says where to go on; `None`: the
    /// pass stops there.
    fn recall(&mut self, scanner: &Scanner, at: usize) -> Option<usize>;
}

/// Nothing is written: every change is a stop. The room is not touched.
struct Nowhere([u8; AHEAD_BYTES]);

impl Target for Nowhere {
    const STOPS: u32 = SPECIAL | entry::CHANGE;
    const WRITES: bool = false;

    #[inline(always)]
    fn room(&mut self) -> Option<&mut [u8; AHEAD_BYTES]> {
        Some(&mut self.0)
    }

    #[inline(always)]
    fn advance(&mut self, _: usize, _: u64) {}

    #[inline(always)]
    fn recall(&mut self, _: &Scanner, _: usize) -> Option<usize> {
        None
    }
}

/// What a pass did.
pub(super) struct Passed {
    /// Where it stopped.
    pub(super) at: usize,
    /// It stopped where something may begin with two characters of three bytes.
    pub(super) begins: bool,
}

/// Where in a window the lead bytes of two characters of three bytes stand, and what they are.
const TWO_MASK: u32 = 0xF000_00F0;
const TWO: u32 = 0xE000_00E0;

/// Whether a window begins with two characters of three bytes.
#[inline(always)]
pub(super) fn is_two(word: u64) -> bool {
    low(word) & TWO_MASK == TWO
}

/// The first four bytes of a window.
#[inline(always)]
#[allow(
    clippy::cast_possible_truncation,
    reason = "the higher bytes are those behind"
)]
fn low(word: u64) -> u32 {
    word as u32
}

/// Whether a character of three bytes stands in front.
#[inline(always)]
fn is_three(word: u32) -> bool {
    word & 0xF0 == 0xE0
}

impl Scanner {
    /// The entry of a character of the basic plane, given by its three bytes, the lowest of a
    /// number.
    #[inline(always)]
    fn entry(&self, word: u32) -> u32 {
        let page = u16::from_le_bytes(self.index[index_slot(word)]);
        let place = (word >> 16) as usize % PAGE_CHARS;
        u32::from_le_bytes(Scan::ENTRIES[usize::from(page) * PAGE_STEP + place])
    }

    /// What such a character becomes alone: 0 for itself, or [`SPECIAL`].
    #[inline]
    pub(super) fn becomes(&self, word: u32) -> u32 {
        let entry = self.entry(word);
        if entry & SPECIAL != 0 {
            SPECIAL
        } else if entry & entry::CHANGE == 0 {
            0
        } else {
            (word ^ entry) & entry::CHANGE
        }
    }

    /// Whether something may begin with two characters of three bytes, of which the set of pairs says
    /// so, and the one behind them, of which four bytes are given.
    #[inline(never)]
    fn goes_on(&self, pair: u64, third: u32) -> bool {
        let third = match third {
            _ if self.heads.has_key(pair) => return true,
            _ if third & 0x80 == 0 => third & 0x7F,
            _ if is_three(third) => third & entry::CHANGE,
            _ => return true,
        };
        self.heads.has_key(triple_key(pair, third))
    }

    /// Passes over ASCII and over characters of three bytes that stay. True: it stopped in front of
    /// two characters of three bytes at which something may begin.
    #[inline(never)]
    pub(super) fn pass_over(&self, bytes: &[u8], from: usize, known: &mut Places) -> (usize, bool) {
        let nowhere = &mut Nowhere([0; AHEAD_BYTES]);
        let passed = self.pass_asking(bytes, from, known, nowhere);
        let tail = Tail::new(bytes, passed.at);
        match tail.filter(|_| !passed.begins) {
            Some(tail) => {
                let known = &mut Places::default();
                let in_tail = self.pass_asking(tail.padded(), 0, known, nowhere);
                (passed.at + in_tail.at.min(tail.bytes), in_tail.begins)
            }
            None => (passed.at, passed.begins),
        }
    }

    #[inline(always)]
    pub(super) fn pass_asking<T: Target>(
        &self,
        bytes: &[u8],
        from: usize,
        known: &mut Places,
        target: &mut T,
    ) -> Passed {
        if self.few_begin {
            self.pass_blocks(bytes, from, known, target, CharFirst(self.begin))
        } else if let Ok(words) = self.begin.words.try_into() {
            let ask = PairFirst(SizedSet::<S2_WORDS>(words));
            self.pass_blocks(bytes, from, known, target, ask)
        } else if let Ok(words) = self.begin.words.try_into() {
            let ask = PairFirst(SizedSet::<TW2SP_WORDS>(words));
            self.pass_blocks(bytes, from, known, target, ask)
        } else {
            self.pass_blocks(bytes, from, known, target, PairFirst(self.begin))
        }
    }

    /// The loop itself: a function of its own, so that what it needs stays in registers.
    #[inline(never)]
    fn pass_blocks<T: Target, A: Ask>(
        &self,
        text: &[u8],
        from: usize,
        known: &mut Places,
        target: &mut T,
        ask: A,
    ) -> Passed {
        let mut start = from;
        'blocks: while let Some(block) = text.get(start..).and_then(<[u8]>::first_chunk) {
            let Some(mut places) = known.at(start, block, self.ascii.as_ref()) else {
                break;
            };
            let Some(room) = target.room() else { break };
            if T::WRITES {
                *room = *block;
            }
            let mut replaced_chars = 0;
            let entry_at = |places| self.entry(low(window_in(block, places)));
            let mut next_entry = if A::OF_NEXT { entry_at(places) } else { 0 };
            // The last place is where to stop.
            while let Some(next) = NonZeroU64::new(places.get() & (places.get() - 1)) {
                let at = places.trailing_zeros() as usize;
                let pair = window_in(block, places);
                places = next;
                let entry = if A::OF_NEXT {
                    replace(&mut next_entry, entry_at(next))
                } else {
                    self.entry(low(pair))
                };
                if ask.asks((entry, next_entry), T::STOPS, pair) {
                    let stops = entry & T::STOPS != 0;
                    if stops || is_two(pair) && self.goes_on(pair, half_in(block, at + 6)) {
                        target.advance(at, replaced_chars);
                        start += at;
                        if !stops && let Some(next) = target.recall(self, start) {
                            start = next;
                            continue 'blocks;
                        }
                        return Passed {
                            at: start,
                            begins: !stops,
                        };
                    }
                }
                if T::WRITES {
                    let change = entry & entry::CHANGE;
                    if let Some(there) = room[at..].first_chunk_mut() {
                        *there = (low(pair) ^ change).to_le_bytes();
                    }
                    replaced_chars += u64::from(change != 0);
                }
            }
            let passed = places.trailing_zeros() as usize;
            if passed == 0 {
                break;
            }
            target.advance(passed, replaced_chars);
            start += passed;
            if !T::WRITES && block.is_ascii() {
                // All but the last of a long run: what follows is asked about there.
                let run = ascii_bytes(text.get(start..).unwrap_or_default());
                start += run.saturating_sub(1);
            }
        }
        Passed {
            at: start,
            begins: false,
        }
    }
}

/// The last bytes of a text, with NUL behind them that a pass goes to their end.
pub(super) struct Tail {
    padded: [u8; AHEAD_BYTES + PADDING_BYTES],
    pub(super) bytes: usize,
}

impl Tail {
    /// `None`: there is no text left, or more than that.
    #[inline(always)]
    pub(super) fn new(text: &[u8], at: usize) -> Option<Tail> {
        let rest = text.get(at..)?;
        let bytes = rest.len();
        if bytes == 0 || bytes >= AHEAD_BYTES {
            return None;
        }
        let mut padded = [0; AHEAD_BYTES + PADDING_BYTES];
        padded[..bytes].copy_from_slice(rest);
        Some(Tail { padded, bytes })
    }

    #[inline(always)]
    pub(super) fn padded(&self) -> &[u8] {
        &self.padded[..self.bytes + PADDING_BYTES]
    }
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

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(feature = "wording")]
    fn a_key_that_begins_in_ascii_is_seen_where_the_room_ends() {
        let converter = crate::Converter::new(crate::Config::S2twp);
        for chars in 1350..1375 {
            for ascii in 0..24 {
                let head = "头".repeat(chars) + &"x".repeat(ascii) + " ";
                let text = format!("{head}SQL注入，的\n");
                let expect = head.replace('头', "頭") + "SQL隱碼攻擊，的\n";
                assert_eq!(converter.convert(&text), expect, "{chars} {ascii}");
            }
        }
    }
}
