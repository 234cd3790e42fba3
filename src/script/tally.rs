//! Characters counted by class, eight counters in one word.
//!
//! Counters in memory would wait for each other, for most characters of a text are of one class.
//! So whoever goes over a text adds up the [`counter`] of each character in a register, and hands
//! the sums over before one of them can be full.

use std::sync::LazyLock;

use super::counts::{Class, ScriptCounts, class_of};

/// How many classes there are: a power of two, so that no number needs a check, and a byte of a
/// word for each.
pub(super) const CLASSES: usize = 8;

/// How many characters can be added up in one word.
pub(crate) const LANE_MAX: usize = u8::MAX as usize;

/// Where kana and Han begin that nearly all Chinese and Japanese is written in; they end
/// at U+9FFF.
const CJK_START: u16 = 0x3000;

/// The classes of those characters side by side, so that counting is a look-up each. Made
/// once from the table, in less time than it takes to read 100 KiB of text.
static CJK: LazyLock<Box<[Class]>> =
    LazyLock::new(|| ('\u{3000}'..='\u{9FFF}').map(class_of).collect());

/// The number of the counter of a character, below eight: the byte of a word that is its lane.
pub(crate) fn counter(c: char) -> u8 {
    class_of(c) as u8
}

/// How many characters of each class a text has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(super) chars: [u64; CLASSES],
}

impl Tally {
    /// Counts the characters of a text. Time O(n), no memory.
    pub(crate) fn of(text: &str) -> Tally {
        let bytes = text.as_bytes();
        let mut tally = Tally::default();
        let mut at = 0;
        while let Some(&lead) = bytes.get(at) {
            match lead {
                0..=0x7F => at += encoding_rs::Encoding::ascii_valid_up_to(&bytes[at..]),
                // Two bytes end at U+07FF, and nothing there is counted.
                0x80..=0xDF => at += 2,
                0xE0..=0xEF => at += 3 * tally.add_run(&bytes[at..]),
                0xF0..=0xFF => {
                    tally.add_char(text[at..].chars().next().unwrap_or_default());
                    at += 4;
                }
            }
        }
        tally
    }

    /// Adds at most [`LANE_MAX`] characters, each 1 in its lane ([`counter`]).
    #[inline(always)]
    pub(crate) fn add(&mut self, lanes: u64) {
        for (count, lane) in self.chars.iter_mut().zip(lanes.to_le_bytes()) {
            *count += u64::from(lane);
        }
    }

    /// Adds a character.
    pub(crate) fn add_char(&mut self, c: char) {
        self.chars[class_of(c) as usize % CLASSES] += 1;
    }

    /// Counts the characters of three bytes at the beginning of a text, at most [`LANE_MAX`];
    /// says how many there were.
    fn add_run(&mut self, bytes: &[u8]) -> usize {
        let cjk = &**CJK;
        let mut lanes = 0_u64;
        let mut run = 0;
        for &[lead, middle, last] in bytes.as_chunks().0.iter().take(LANE_MAX) {
            if lead >> 4 != 0xE {
                break;
            }
            // The first four bits of the lead byte leave the sixteen.
            let code =
                u16::from(lead) << 12 | u16::from(middle & 0x3F) << 6 | u16::from(last & 0x3F);
            let class = match cjk.get(usize::from(code.wrapping_sub(CJK_START))) {
                Some(&class) => class,
                // Punctuation.
                None if matches!(code, 0x2000..0x2E80 | 0xFF00..0xFF66) => Class::Other,
                None => class_of(char::from_u32(code.into()).unwrap_or_default()),
            };
            lanes += 1 << (class as u32 * u8::BITS);
            run += 1;
        }
        self.add(lanes);
        run
    }

    /// The characters of what stands behind a beginning of the text.
    pub(crate) fn behind(&self, beginning: &str) -> Tally {
        let mut rest = *self;
        let before = Tally::of(beginning);
        for (chars, before) in rest.chars.iter_mut().zip(before.chars) {
            // What is nothing of all that is not always counted.
            *chars = chars.saturating_sub(before);
        }
        rest
    }

    /// The counts of a text of which this is the tally, and the weights of so large a sample.
    pub(crate) fn counts(&self, text: &str, sample_bytes: usize) -> ScriptCounts {
        ScriptCounts::of_tally(self, text, sample_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_counted_by_its_class() {
        let all = ('\0'..=char::MAX).collect::<String>();
        let mut naive = Tally::default();
        all.chars()
            .for_each(|c| naive.chars[class_of(c) as usize] += 1);
        // Of what is nothing of all that, it is enough to pass over it.
        assert_eq!(Tally::of(&all).chars[1..], naive.chars[1..]);
        assert!(naive.chars[Class::Simplified as usize] > 2000);
        assert!(naive.chars[Class::JapaneseOnly as usize] > 100);
    }

    #[test]
    fn what_is_behind_a_beginning_is_the_rest() {
        let (one, two) = ("中文漢字abc", "汉字かな");
        let all = Tally::of(&[one, two].concat());
        assert_eq!(all.behind(one), Tally::of(two));
    }
}
