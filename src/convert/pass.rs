//! The inner loop of conversion: characters that become what they become alone.
//!
//! Of each character of three bytes one look-up gives the entry: what its bytes differ in from
//! those that it becomes, and, where few characters begin anything, in which pairs it may stand.
//! Then the set of pairs is asked, with the six bytes of the character and the next one for a
//! key, and where it says that something may begin, which is seldom, a third character. If
//! nothing may, three bytes are written. ASCII is copied as it stands. Everything else is left to
//! `scanner`.
//!
//! The loop takes some 45 instructions a character, and they are what it costs: the same text
//! of 64 characters over and over, all of it in the nearest cache, is passed over only 7 % faster
//! than real text without ASCII. So entries are differences, that nothing has to be chosen; pages
//! and large sets are of sizes that the compiler knows; an entry is looked up once, and hints
//! that stand in it cost no look-up of their own.
//!
//! Which is asked first, character or pair, is a matter of how many characters begin something: where
//! they are 719 (any Traditional text to Simplified), asking characters first takes 14 % fewer
//! instructions and 7 % less time; where they are 1,031 (`tw2sp`), 7 % fewer and 6 % more time,
//! for nobody foresees which pair has to be asked about as well.
//!
//! Tried and slower where nothing changes (`s2t`): two characters a step, by 3 to 7 %, since runs
//! of Han characters end after seven on the average, and each end is a branch that nobody
//! foresees. Not promising: left characters of `s2t` in groups, as in `t2s`; with three groups one
//! pair in six of Traditional text needs the second question, with 24 one in 16.

use super::output::{BUFFER_ROOM, ROOM_BEHIND, SHORT_ROOM, WINDOW_BYTES, Writer};
use super::scanner::Scanner;
use crate::data::compile::PAGE_CHARS;
use crate::data::{
    PAGE_STEP, SPECIAL, Scan, entry, index_slot, pair_key, pair_place, triple_key, utf8_word,
};

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

    /// The same by [`pair_key`], or by a window that begins with the two, each of three bytes.
    #[inline(always)]
    pub(super) fn has_key(&self, key: u64) -> bool {
        let (word, first, second) = pair_place(key, self.word_bits);
        self.words.get(word).is_none_or(|word| {
            let word = u64::from_le_bytes(*word);
            word >> first & word >> second & 1 != 0
        })
    }
}

/// How to ask about the first of two characters of three bytes.
trait AskPair: Copy {
    /// What is known of one of the two. It is asked where the character is the right one, and
    /// used again where it is the left one.
    type Of: Copy;
    fn of(self, scanner: &Scanner, char: u32) -> Self::Of;
    /// The entry of a character of which that is known.
    fn entry(self, scanner: &Scanner, char: u32, of: Self::Of) -> u32;
    /// Whether something may begin; if that is said, also where the first is special.
    const SEES_SPECIAL: bool;
    fn may_begin(self, left: Self::Of, right: Self::Of, pair: impl Fn() -> u64) -> bool;
    /// Whether something may begin, or the first is not what it becomes alone.
    fn may_change(
        self,
        scanner: &Scanner,
        char: u32,
        both: (Self::Of, Self::Of),
        pair: impl Fn() -> u64,
    ) -> bool;
}

/// By characters, then by the pair.
#[derive(Clone, Copy)]
struct CharFirst(PairSet);

impl CharFirst {
    /// `or` are bits of the left one that say yes by themselves.
    #[inline(always)]
    fn asks(self, left: u32, right: u32, or: u32, pair: impl Fn() -> u64) -> bool {
        // One test for all questions: what is special is the left one of any.
        left & (right << entry::LEFT_SHIFT & entry::LEFTS | or) != 0
            && (left & (SPECIAL | or) != 0 || self.0.has_key(pair()))
    }
}

impl AskPair for CharFirst {
    type Of = u32;
    const SEES_SPECIAL: bool = true;

    #[inline(always)]
    fn of(self, scanner: &Scanner, char: u32) -> u32 {
        scanner.entry(char)
    }

    #[inline(always)]
    fn entry(self, _: &Scanner, _: u32, of: u32) -> u32 {
        of
    }

    #[inline(always)]
    fn may_begin(self, left: u32, right: u32, pair: impl Fn() -> u64) -> bool {
        self.asks(left, right, 0, pair)
    }

    #[inline(always)]
    fn may_change(
        self,
        _: &Scanner,
        _: u32,
        (left, right): (u32, u32),
        pair: impl Fn() -> u64,
    ) -> bool {
        self.asks(left, right, entry::CHANGE, pair)
    }
}

/// A hashed set of pairs, in either form.
trait Pairs: Copy {
    fn has_pair(self, key: u64) -> bool;
}

impl Pairs for PairSet {
    #[inline(always)]
    fn has_pair(self, key: u64) -> bool {
        self.has_key(key)
    }
}

/// A set of pairs of a size that is known when the loop is compiled.
#[derive(Clone, Copy)]
struct SizedSet<const WORDS: usize>(&'static [[u8; 8]; WORDS]);

impl<const WORDS: usize> Pairs for SizedSet<WORDS> {
    #[inline(always)]
    fn has_pair(self, key: u64) -> bool {
        const { assert!(WORDS.is_power_of_two()) };
        let (word, first, second) = pair_place(key, WORDS.trailing_zeros());
        let word = u64::from_le_bytes(self.0[word % WORDS]);
        word >> first & word >> second & 1 != 0
    }
}

/// Words of the sets of pairs of configurations that read Simplified text,
const S2_WORDS: usize = 1 << 12;
/// and of `tw2sp`.
const TW2SP_WORDS: usize = 1 << 10;

/// By the pair alone.
#[derive(Clone, Copy)]
struct PairFirst<P>(P);

impl<P: Pairs> AskPair for PairFirst<P> {
    type Of = ();
    const SEES_SPECIAL: bool = false;

    #[inline(always)]
    fn of(self, _: &Scanner, _: u32) {}

    #[inline(always)]
    fn entry(self, scanner: &Scanner, char: u32, (): ()) -> u32 {
        scanner.entry(char)
    }

    #[inline(always)]
    fn may_begin(self, (): (), (): (), pair: impl Fn() -> u64) -> bool {
        self.0.has_pair(pair())
    }

    #[inline(always)]
    fn may_change(self, scanner: &Scanner, char: u32, _: ((), ()), pair: impl Fn() -> u64) -> bool {
        // Both are seldom true: one branch.
        self.0.has_pair(pair()) | (scanner.entry(char) & STOPS != 0)
    }
}

/// What a character has that is not only itself.
const STOPS: u32 = SPECIAL | entry::CHANGE;

/// What a run of the inner loop did.
struct Passed {
    bytes: usize,
    replaced_chars: u64,
    /// It stopped where something may begin with two characters of three bytes.
    begins: bool,
}

/// Where in a window the lead bytes of two characters of three bytes stand, and what they are.
const TWO_MASK: u32 = 0xF000_00F0;
const TWO: u32 = 0xE000_00E0;
/// The highest bit of every byte.
pub(super) const HIGH: u64 = 0x8080_8080_8080_8080;

/// The eight bytes at a place.
#[inline(always)]
pub(super) fn window(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Puts a window at a place, which must be one for it: the mask is there for the compiler.
#[inline(always)]
fn put<const ROOM: usize, const N: usize>(room: &mut [u8; ROOM], at: usize, bytes: [u8; N]) {
    const { assert!(N <= WINDOW_BYTES && WINDOW_BYTES <= ROOM_BEHIND) };
    let at = at & (ROOM - ROOM_BEHIND - 1);
    if let Some(there) = room.get_mut(at..at + N) {
        there.copy_from_slice(&bytes);
    }
}

/// Whether a window begins with two characters of three bytes.
#[inline(always)]
#[allow(
    clippy::cast_possible_truncation,
    reason = "their lead bytes are in the lower half"
)]
pub(super) fn is_two(word: u64) -> bool {
    (word as u32) & TWO_MASK == TWO
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

/// Four bytes at a place.
#[inline(always)]
fn half(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
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
        let entry = Scan::ENTRIES.get(usize::from(page) * PAGE_STEP + place);
        entry.map_or(SPECIAL | entry::ANY, |entry| u32::from_le_bytes(*entry))
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

    /// Whether something may begin with an ASCII character in front of another one.
    #[inline(always)]
    fn ascii_begins(&self, byte: u32) -> bool {
        let half = usize::from(byte & 64 != 0);
        self.ascii[half] >> (byte & 63) & 1 != 0
    }

    /// Whether a third character may follow two in front of a text of which the set of pairs says
    /// that something may begin there; or the first is special.
    #[inline(never)]
    fn goes_on(&self, rest: &[u8]) -> bool {
        let (Some(pair), Some(third)) = (window(rest, 0), half(rest, 6)) else {
            return true;
        };
        let third = match third {
            _ if self.heads.has_key(pair) => return true,
            _ if third & 0x80 == 0 => third & 0x7F,
            _ if is_three(third) => third & entry::CHANGE,
            _ => return true,
        };
        self.heads.has_key(triple_key(pair, third)) || self.entry(low(pair)) & SPECIAL != 0
    }

    /// Passes over ASCII and over characters of three bytes that change alone, and writes what
    /// they become. It stops at anything else, and at the end of the buffer. True: it stopped in
    /// front of two characters of three bytes at which something may begin.
    ///
    /// The text ends at `end`; if there is something behind it, that is NUL, and enough of it
    /// that a window begins everywhere in the text.
    #[inline]
    pub(super) fn pass(
        &self,
        bytes: &[u8],
        (from, end): (usize, usize),
        writer: &mut Writer<'_>,
    ) -> (usize, bool) {
        let (at, begins) = self.pass_windows(bytes, from, writer);
        if end < bytes.len() {
            // What is behind the text was taken for ASCII, and copied.
            let over = at.saturating_sub(end);
            writer.filled = writer.filled.saturating_sub(over);
            return (at - over, begins);
        }
        match Tail::new(bytes, at) {
            Some(tail) => self.pass_tail(&tail, at, writer),
            None => (at, begins),
        }
    }

    #[inline(never)]
    fn pass_tail(&self, tail: &Tail, at: usize, writer: &mut Writer<'_>) -> (usize, bool) {
        let (passed, begins) = self.pass(tail.padded(), (0, tail.bytes), writer);
        (at + passed, begins)
    }

    #[inline(always)]
    fn pass_windows(&self, bytes: &[u8], from: usize, writer: &mut Writer<'_>) -> (usize, bool) {
        if self.few_begin {
            self.pass_asking(bytes, from, writer, CharFirst(self.begin))
        } else if let Ok(words) = self.begin.words.try_into() {
            self.pass_asking(bytes, from, writer, PairFirst(SizedSet::<S2_WORDS>(words)))
        } else if let Ok(words) = self.begin.words.try_into() {
            self.pass_asking(
                bytes,
                from,
                writer,
                PairFirst(SizedSet::<TW2SP_WORDS>(words)),
            )
        } else {
            self.pass_asking(bytes, from, writer, PairFirst(self.begin))
        }
    }

    #[inline(always)]
    fn pass_asking(
        &self,
        bytes: &[u8],
        from: usize,
        writer: &mut Writer<'_>,
        ask: impl AskPair,
    ) -> (usize, bool) {
        let source = bytes.get(from..).unwrap_or_default();
        let filled = writer.filled;
        let done = if let Some(room) = writer.buffer.first_chunk_mut::<BUFFER_ROOM>() {
            self.pass_into(source, room, filled, ask)
        } else if let Some(room) = writer.buffer.first_chunk_mut::<SHORT_ROOM>() {
            self.pass_into(source, room, filled, ask)
        } else {
            return (from, false);
        };
        writer.filled += done.bytes;
        writer.replaced_chars += done.replaced_chars;
        (from + done.bytes, done.begins)
    }

    /// The loop itself: a function of its own, so that what it needs stays in registers.
    #[inline(never)]
    fn pass_into<const ROOM: usize, A: AskPair>(
        &self,
        source: &[u8],
        room: &mut [u8; ROOM],
        filled: usize,
        ask: A,
    ) -> Passed {
        // What is written is as long as what is read, so one count serves for both.
        let room_bytes = ROOM - ROOM_BEHIND + WINDOW_BYTES - 1;
        let both = source.len().min(room_bytes.saturating_sub(filled));
        let mut rest = &source[..both];
        let end = filled + both;
        let mut replaced_chars = 0;
        let mut begins = false;
        'windows: while let Some(word) = window(rest, 0) {
            if word & 0x80 == 0 {
                let high = word & HIGH;
                let passed = (high.trailing_zeros() / 8) as usize;
                // The run of ASCII may also end exactly where the window does, and the room.
                let behind = both - rest.len() + WINDOW_BYTES;
                if self.ascii_begins(low(word >> (passed * 8 - 8)) & 0x7F)
                    && (high != 0 || source.get(behind).is_some_and(|next| *next >= 0x80))
                {
                    break;
                }
                put(room, end - rest.len(), word.to_le_bytes());
                rest = &rest[passed..];
                continue;
            }
            let mut char = low(word);
            if !is_three(char) {
                break;
            }
            let mut of = ask.of(self, char);
            // In front of the rest stands `char`, in a window.
            while let Some(next) = half(rest, 3) {
                if is_three(next) {
                    let of_next = ask.of(self, next);
                    let pair = || window(rest, 0).unwrap_or(0);
                    if ask.may_begin(of, of_next, pair) && self.goes_on(rest) {
                        begins = self.entry(char) & SPECIAL == 0;
                        break 'windows;
                    }
                    let entry = ask.entry(self, char, of);
                    if !A::SEES_SPECIAL && entry & SPECIAL != 0 {
                        break 'windows;
                    }
                    let change = entry & entry::CHANGE;
                    put(room, end - rest.len(), (char ^ change).to_le_bytes());
                    replaced_chars += u64::from(change != 0);
                    rest = &rest[3..];
                    if rest.len() < WINDOW_BYTES {
                        break 'windows;
                    }
                    (char, of) = (next, of_next);
                    continue;
                }
                // A character in front of ASCII, and that.
                let entry = ask.entry(self, char, of);
                if next & 0x80 != 0 || entry & SPECIAL != 0 || self.ascii_begins(next & 0x7F) {
                    break 'windows;
                }
                let change = entry & entry::CHANGE;
                put(room, end - rest.len(), (char ^ change).to_le_bytes());
                replaced_chars += u64::from(change != 0);
                rest = &rest[4..];
                break;
            }
        }
        Passed {
            bytes: both - rest.len(),
            replaced_chars,
            begins,
        }
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

    #[inline(always)]
    fn pass_over_windows(&self, bytes: &[u8], from: usize) -> (usize, bool) {
        if self.few_begin {
            self.pass_over_asking(bytes, from, CharFirst(self.begin))
        } else if let Ok(words) = self.begin.words.try_into() {
            self.pass_over_asking(bytes, from, PairFirst(SizedSet::<S2_WORDS>(words)))
        } else {
            self.pass_over_asking(bytes, from, PairFirst(self.begin))
        }
    }

    #[inline(never)]
    fn pass_over_asking(&self, bytes: &[u8], from: usize, ask: impl AskPair) -> (usize, bool) {
        let mut rest = bytes.get(from..).unwrap_or_default();
        let rest_bytes = rest.len();
        let mut begins = false;
        'windows: while let Some(word) = window(rest, 0) {
            if word & 0x80 == 0 {
                let high = word & HIGH;
                let (passed, last) = if high == 0 {
                    let run = ascii_bytes(rest);
                    (run, rest[..run].last().map_or(0, |byte| u32::from(*byte)))
                } else {
                    let passed = (high.trailing_zeros() / 8) as usize;
                    (passed, low(word >> (passed * 8 - 8)) & 0x7F)
                };
                if self.ascii_begins(last) && rest.len() > passed {
                    break;
                }
                rest = &rest[passed..];
                continue;
            }
            let mut char = low(word);
            if !is_three(char) {
                break;
            }
            let mut of = ask.of(self, char);
            while let Some(next) = half(rest, 3) {
                if is_three(next) {
                    let of_next = ask.of(self, next);
                    let pair = || window(rest, 0).unwrap_or(0);
                    if ask.may_change(self, char, (of, of_next), pair) {
                        let changes = self.entry(char) & STOPS != 0;
                        if changes || self.goes_on(rest) {
                            begins = !changes;
                            break 'windows;
                        }
                    }
                    rest = &rest[3..];
                    if rest.len() < WINDOW_BYTES {
                        break 'windows;
                    }
                    (char, of) = (next, of_next);
                    continue;
                }
                // A character in front of ASCII, and that.
                if next & 0x80 != 0
                    || ask.entry(self, char, of) & STOPS != 0
                    || self.ascii_begins(next & 0x7F)
                {
                    break 'windows;
                }
                rest = &rest[4..];
                break;
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
