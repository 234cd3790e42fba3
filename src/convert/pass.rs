//! The inner loop of conversion: characters that become what they become alone.
//!
//! A window of eight bytes slides over the text. Where it begins with two characters of three
//! bytes, which in Chinese is nearly everywhere, its first six bytes are the key under which
//! the set of pairs is asked whether anything may begin here; if nothing may, and the page of
//! the character knows what it becomes, three bytes are written. ASCII is copied as it stands.
//! Everything else is left to `scanner`.

use super::output::{BUFFER_ROOM, SHORT_ROOM, WINDOW_BYTES, Writer};
use super::scanner::Scanner;
use crate::data::compile::PAGE_CHARS;
use crate::data::{Hints, SCAN_BLOCKS, SPECIAL, hint, hint_slot, pair_key, pair_place, utf8_word};

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

/// What is known of single characters of three bytes, for the two scripts.
///
/// A character that has no hint of its own may be anything: the sets of pairs and the pages
/// decide.
#[derive(Debug, Clone, Copy)]
pub(super) struct CharHints {
    hints: Hints,
    /// Few characters begin anything, so that asking about a character settles nearly all
    /// pairs. Otherwise half of a text begins something, and asking about the pair first does.
    few_begin: bool,
}

impl CharHints {
    pub(super) fn new((hints, few_begin): (Hints, bool)) -> CharHints {
        CharHints { hints, few_begin }
    }

    /// The hint of a character, given by its three bytes, the lowest of a number.
    #[inline(always)]
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the higher bytes are those of the next character"
    )]
    fn of(self, word: u64) -> u8 {
        let hint = self.hints.get(hint_slot(word as u32));
        hint.copied().unwrap_or(u8::MAX)
    }

    /// Whether something may begin at the first of two characters, each of three bytes.
    #[inline(always)]
    fn may_begin(self, word: u64) -> bool {
        begins(self.of(word), self.of(word >> 24))
    }
}

/// Whether the hints of two neighbours say that something may begin.
#[inline(always)]
fn begins(left: u8, right: u8) -> bool {
    left & !hint::CHANGES & right << hint::LEFT_SHIFT != 0
}

/// How to ask whether something may begin at the first of two characters of three bytes.
trait AskPair {
    /// What is known of a single character: it is asked once where the character is the right
    /// one, and used again where it is the left one.
    type Of: Copy;
    fn of(&self, word: u64) -> Self::Of;
    fn may_begin(&self, word: u64, left: Self::Of, right: Self::Of) -> bool;
}

/// By characters, then by the pair.
struct CharFirst {
    hints: CharHints,
    begin: PairSet,
}

impl AskPair for CharFirst {
    type Of = u8;

    #[inline(always)]
    fn of(&self, word: u64) -> u8 {
        self.hints.of(word)
    }

    #[inline(always)]
    fn may_begin(&self, word: u64, left: u8, right: u8) -> bool {
        begins(left, right) && self.begin.has_key(word & PAIR_MASK)
    }
}

/// By the pair, then by characters.
struct PairFirst {
    hints: CharHints,
    begin: PairSet,
}

impl AskPair for PairFirst {
    type Of = ();

    #[inline(always)]
    fn of(&self, _: u64) {}

    #[inline(always)]
    fn may_begin(&self, word: u64, (): (), (): ()) -> bool {
        self.begin.has_key(word & PAIR_MASK) && self.hints.may_begin(word)
    }
}

impl AskPair for PairSet {
    type Of = ();

    #[inline(always)]
    fn of(&self, _: u64) {}

    #[inline(always)]
    fn may_begin(&self, word: u64, (): (), (): ()) -> bool {
        self.has_key(word & PAIR_MASK)
    }
}

/// What a run of the inner loop did.
struct Passed {
    bytes: usize,
    replaced_chars: u64,
    /// It stopped where something may begin with two characters of three bytes.
    begins: bool,
}

/// What is the matter with the first of two characters of three bytes.
enum Ask {
    Nothing,
    /// It changes alone.
    Changes,
    /// Something may begin with the two.
    Begins,
}

/// Where in a window the lead bytes of two characters of three bytes stand, and what they are.
const TWO_MASK: u32 = 0xF000_00F0;
const TWO: u32 = 0xE000_00E0;
/// One in front of ASCII.
const BEFORE_ASCII_MASK: u64 = 0x8000_00F0;
const BEFORE_ASCII: u64 = 0xE0;
/// The highest bit of every byte.
const HIGH: u64 = 0x8080_8080_8080_8080;
/// Two characters of three bytes.
pub(super) const PAIR_MASK: u64 = 0xFFFF_FFFF_FFFF;
/// One of them.
const CHAR_MASK: u64 = 0xFF_FFFF;

/// The eight bytes at a place.
#[inline(always)]
pub(super) fn window(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Puts a window at a place, which must be one for it: the mask is there for the compiler.
#[inline(always)]
fn put<const ROOM: usize>(room: &mut [u8; ROOM], at: usize, word: u64) {
    let at = at & (ROOM - WINDOW_BYTES - 1);
    if let Some(there) = room.get_mut(at..at + WINDOW_BYTES) {
        there.copy_from_slice(&word.to_le_bytes());
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

    /// Whether a character of three bytes may change alone.
    #[inline(always)]
    fn may_change(&self, word: u64) -> bool {
        let hints = self.hints;
        hints.is_none_or(|hints| hints.of(word) & hint::CHANGES != 0)
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
        match self.hints {
            Some(hints) if hints.few_begin => {
                self.pass_asking(bytes, from, writer, CharFirst { hints, begin })
            }
            Some(hints) => self.pass_asking(bytes, from, writer, PairFirst { hints, begin }),
            None => self.pass_asking(bytes, from, writer, begin),
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
    fn pass_into<const ROOM: usize>(
        &self,
        source: &[u8],
        room: &mut [u8; ROOM],
        filled: usize,
        ask: impl AskPair,
    ) -> Passed {
        // What is written is as long as what is read, so one count serves for both.
        let both = source.len().min((ROOM - 1).saturating_sub(filled));
        let mut rest = &source[..both];
        let end = filled + both;
        let mut replaced_chars = 0;
        let mut begins = false;
        'windows: while let Some(mut word) = window(rest, 0) {
            if is_two(word) {
                let mut left = ask.of(word);
                loop {
                    let right = ask.of(word >> 24);
                    if ask.may_begin(word, left, right) {
                        begins = true;
                        break 'windows;
                    }
                    let entry = self.entry(word);
                    if entry & SPECIAL != 0 {
                        break 'windows;
                    }
                    let new = if entry == 0 { word } else { u64::from(entry) };
                    replaced_chars += u64::from(entry != 0);
                    put(room, end - rest.len(), new);
                    rest = &rest[3..];
                    match window(rest, 0) {
                        Some(next) => word = next,
                        None => break 'windows,
                    }
                    if !is_two(word) {
                        break;
                    }
                    left = right;
                }
            }
            if word & 0x80 == 0 {
                let high = word & HIGH;
                let passed = (high.trailing_zeros() / 8) as usize;
                // The run of ASCII may also end exactly where the window does, and the room.
                let behind = both - rest.len() + WINDOW_BYTES;
                if self.ascii_begins(word >> (passed * 8 - 8) & 0x7F)
                    && (high != 0 || source.get(behind).is_some_and(|next| *next >= 0x80))
                {
                    break;
                }
                put(room, end - rest.len(), word);
                rest = &rest[passed..];
                continue;
            }
            // A character in front of ASCII, and that.
            if word & BEFORE_ASCII_MASK != BEFORE_ASCII || self.ascii_begins(word >> 24) {
                break;
            }
            let entry = self.entry(word);
            if entry & SPECIAL != 0 {
                break;
            }
            let changed = u64::from(entry) | word & !CHAR_MASK;
            let new = if entry == 0 { word } else { changed };
            replaced_chars += u64::from(entry != 0);
            put(room, end - rest.len(), new);
            rest = &rest[4..];
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

    #[inline]
    fn pass_over_windows(&self, bytes: &[u8], from: usize) -> (usize, bool) {
        let begin = self.begin;
        let changes = |word| self.entry(word) != 0;
        match self.hints {
            Some(hints) if hints.few_begin => self.pass_over_asking(bytes, from, |word| {
                let (left, right) = (hints.of(word), hints.of(word >> 24));
                // One test for the two questions.
                if left & (right << hint::LEFT_SHIFT | hint::CHANGES) == 0 {
                    Ask::Nothing
                } else if left & hint::CHANGES != 0 && changes(word) {
                    Ask::Changes
                } else if begins(left, right) && begin.has_key(word & PAIR_MASK) {
                    Ask::Begins
                } else {
                    Ask::Nothing
                }
            }),
            Some(hints) => self.pass_over_asking(bytes, from, |word| {
                let may_change = hints.of(word) & hint::CHANGES != 0;
                let may_begin = begin.has_key(word & PAIR_MASK);
                if !(may_change | may_begin) {
                    Ask::Nothing
                } else if may_change && changes(word) {
                    Ask::Changes
                } else if may_begin && hints.may_begin(word) {
                    Ask::Begins
                } else {
                    Ask::Nothing
                }
            }),
            None => self.pass_over_asking(bytes, from, |word| {
                if changes(word) {
                    Ask::Changes
                } else if begin.has_key(word & PAIR_MASK) {
                    Ask::Begins
                } else {
                    Ask::Nothing
                }
            }),
        }
    }

    #[inline(always)]
    fn pass_over_asking(
        &self,
        bytes: &[u8],
        from: usize,
        ask: impl Fn(u64) -> Ask,
    ) -> (usize, bool) {
        let mut rest = bytes.get(from..).unwrap_or_default();
        let rest_bytes = rest.len();
        let mut begins = false;
        while let Some((window, _)) = rest.split_first_chunk::<8>() {
            let word = u64::from_le_bytes(*window);
            if is_two(word) {
                match ask(word) {
                    Ask::Nothing => rest = &rest[3..],
                    Ask::Changes => break,
                    Ask::Begins => {
                        begins = true;
                        break;
                    }
                }
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
                // A character in front of ASCII, and that.
                if word & BEFORE_ASCII_MASK != BEFORE_ASCII
                    || self.ascii_begins(word >> 24)
                    || (self.may_change(word) && self.entry(word) != 0)
                {
                    break;
                }
                rest = &rest[4..];
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
