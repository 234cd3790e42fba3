//! Hashed sets of pairs of neighbours: two bits of one word say that a pair may be in a set.
//!
//! What such a set says no to is certain, so that a pass can go on; a wrong yes costs time.

use crate::data::{pair_key, pair_place, utf8_word};

/// A hashed set of pairs.
#[derive(Debug, Clone, Copy)]
pub(super) struct PairSet {
    pub(super) words: &'static [[u8; 8]],
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
        self.words
            .get(word)
            .is_none_or(|word| has_both(u64::from_le_bytes(*word), first, second))
    }
}

/// Whether a word has two bits. So it takes fewer instructions than to look at each.
#[inline(always)]
fn has_both(word: u64, first: u64, second: u64) -> bool {
    let both = 1 << first | 1 << second;
    word & both == both
}

/// A hashed set of pairs, in either form.
pub(super) trait Pairs: Copy {
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
pub(super) struct SizedSet<const WORDS: usize>(pub(super) &'static [[u8; 8]; WORDS]);

impl<const WORDS: usize> Pairs for SizedSet<WORDS> {
    #[inline(always)]
    fn has_pair(self, key: u64) -> bool {
        const { assert!(WORDS.is_power_of_two()) };
        let (word, first, second) = pair_place(key, WORDS.trailing_zeros());
        has_both(u64::from_le_bytes(self.0[word % WORDS]), first, second)
    }
}
