//! Where in a text there are characters of which script, by blocks.
//!
//! Who counts all characters of a text ([`super::tally`]) knows at every sum which kinds are among the
//! last few hundred. That is kept, and who looks for characters of a kind later passes over the
//! blocks that have none: of Simplified text with a quotation, or of a page with a word in kana,
//! nearly all.

use super::counts::Class;
use crate::Span;
use crate::data::class;

/// How many blocks a text has at most. They are a part of the value: clean text takes no memory.
const BLOCKS: usize = 256;
/// The length of a block of a short text: more than a sum is of, so that hardly ever more than two
/// have its mark. Those of longer texts are a power of two times as long.
const BLOCK_BYTES_MIN: usize = 1 << 10;

/// The kinds of characters in each block of a text.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    /// The [`class`] of the characters that begin in each block, and perhaps of some beside it.
    blocks: [u8; BLOCKS],
    block_bytes: usize,
    /// How many bytes stand before the text.
    before: usize,
}

impl Marks {
    /// No marks yet, of a text of so many bytes.
    pub(crate) fn of_length(text_bytes: usize) -> Marks {
        let block_bytes = text_bytes.div_ceil(BLOCKS).next_power_of_two();
        Marks {
            blocks: [0; BLOCKS],
            block_bytes: block_bytes.max(BLOCK_BYTES_MIN),
            before: 0,
        }
    }

    /// The marks of what stands behind so many bytes of the text.
    pub(crate) fn behind(self, bytes: usize) -> Marks {
        Marks {
            before: self.before + bytes,
            ..self
        }
    }

    /// Takes a sum of counters ([`super::counter`]) of the characters in a span.
    pub(crate) fn add(&mut self, span: Span, lanes: u64) {
        let classes = classes_of(lanes);
        let blocks = span.start / self.block_bytes..span.end.div_ceil(self.block_bytes);
        for block in self.blocks.get_mut(blocks).unwrap_or_default() {
            *block |= classes;
        }
    }

    /// The first stretch from a place on in which there may be characters of some classes. It may
    /// begin and end inside of a character.
    pub(crate) fn next(&self, from: usize, classes: u8) -> Option<Span> {
        let from = self.before + from;
        let first = from / self.block_bytes;
        let rest = self.blocks.get(first..)?;
        let skipped = rest.iter().position(|block| block & classes != 0)?;
        let marked = rest[skipped..].iter();
        let blocks = marked.take_while(|&block| block & classes != 0).count();
        let start = first + skipped;
        let stretch = from.max(start * self.block_bytes)..(start + blocks) * self.block_bytes;
        Some(stretch.start - self.before..stretch.end - self.before)
    }
}

/// What of [`class`] has been counted in a sum of counters.
fn classes_of(lanes: u64) -> u8 {
    [
        (Class::Shared, class::HAN),
        (Class::Simplified, class::SIMPLIFIED),
        (Class::Traditional, class::TRADITIONAL),
        (Class::Merged, class::MERGED),
        (Class::JapaneseOnly, class::JAPANESE),
        (Class::Kana, class::KANA),
        (Class::Hangul, class::HANGUL),
    ]
    .into_iter()
    .filter(|&(of, _)| lanes >> (of as u32 * u8::BITS) & 0xFF != 0)
    .fold(0, |classes, (_, class)| classes | class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{counter, tally::LANE_MAX};

    /// The marks of a text, from sums of so many characters.
    fn marks(text: &str, chars_each: usize) -> Marks {
        let mut marks = Marks::of_length(text.len());
        let (mut start, mut lanes, mut chars) = (0, 0, 0);
        for (at, c) in text.char_indices() {
            lanes += 1 << (u32::from(counter(c)) * u8::BITS);
            chars += 1;
            let end = at + c.len_utf8();
            if chars == chars_each || end == text.len() {
                marks.add(start..end, std::mem::take(&mut lanes));
                (start, chars) = (end, 0);
            }
        }
        marks
    }

    #[test]
    fn no_character_is_outside_of_what_is_marked() {
        let filler = "这是简体中文，".repeat(300);
        let text = [
            "語",
            &filler,
            "漢かな",
            &filler,
            &filler,
            "濛",
            &filler,
            "국",
        ]
        .concat();
        for chars_each in [1, 7, 100, LANE_MAX] {
            let marks = marks(&text, chars_each);
            for (c, class) in [
                ('語', class::TRADITIONAL),
                ('漢', class::TRADITIONAL),
                ('か', class::KANA),
                ('濛', class::MERGED),
                ('국', class::HANGUL),
                ('这', class::SIMPLIFIED),
            ] {
                let place = text.find(c).unwrap_or(0);
                let (mut from, mut passed) = (0, 0);
                loop {
                    let stretch = marks.next(from, class).unwrap();
                    if stretch.contains(&place) {
                        break;
                    }
                    passed += stretch.len();
                    from = stretch.end;
                }
                assert!(passed <= 2 * BLOCK_BYTES_MIN, "{c}: {passed}");
            }
            assert_eq!(marks.next(0, class::JAPANESE), None);
            let all = marks.next(0, class::TRADITIONAL | class::MERGED);
            let last = marks.clone().behind(5000).next(0, class::HANGUL);
            let last = last.map(|stretch| stretch.start + 5000..stretch.end + 5000);
            assert_eq!(all.map(|stretch| stretch.start), Some(0));
            assert_eq!(last, marks.next(5000, class::HANGUL));
        }
    }

    #[test]
    fn blocks_of_long_texts_are_longer() {
        let text = "这".repeat(BLOCKS * BLOCK_BYTES_MIN) + "語";
        let marks = marks(&text, LANE_MAX);
        let marked = marks.next(0, class::TRADITIONAL).unwrap();
        assert!(marked.contains(&text.find('語').unwrap()));
        assert!(marked.len() <= 2 * marks.block_bytes);
        assert_eq!(marks.next(marked.end, u8::MAX), None);
    }
}
