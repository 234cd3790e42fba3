//! The next character that says something, found at the speed of memory.

use crate::Span;
use crate::convert::block::window;
use crate::convert::output::WINDOW_BYTES;
use crate::convert::pass::{HIGH, ascii_bytes};
use crate::data::{self, CharSet, utf8_word};
use crate::script::Marks;

/// The first character from a place on that has one of the flags; all that have have three bytes.
/// What has no mark is passed over.
pub(super) fn next_of(text: &str, from: usize, flags: u8, marks: Option<&Marks>) -> Option<usize> {
    if flags == 0 {
        return None;
    }
    let set = data::chars_with(flags);
    let Some(marks) = marks else {
        return next_in(text, from..text.len(), set);
    };
    let mut from = from;
    while let Some(stretch) = marks.next(from, flags) {
        let start = text.ceil_char_boundary(stretch.start);
        let found = next_in(text, start..stretch.end.min(text.len()), set);
        if found.is_some() {
            return found;
        }
        from = stretch.end;
    }
    None
}

/// The first character that begins in a stretch and is in a set.
///
/// A window of eight bytes at a time: characters of three bytes as long as one follows another, the
/// last one together with ASCII behind it.
pub(super) fn next_in(text: &str, stretch: Span, set: CharSet) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut rest = bytes.get(stretch.start..)?;
    // So much is left behind the stretch.
    let behind = bytes.len().saturating_sub(stretch.end);
    let window_least = WINDOW_BYTES.max(behind + 1);
    'windows: while rest.len() > behind {
        let Some(word) = window(rest, 0) else {
            let place = bytes.len() - rest.len();
            // The stretch may end inside of the last character that begins in it.
            let mut chars = text[place..].char_indices();
            let found = chars.find(|&(at, c)| {
                if place + at >= stretch.end {
                    return false;
                }
                let [first, second, third, fourth] = utf8_word(c).to_le_bytes();
                first >= 0xE0 && fourth == 0 && data::has_char(set, [first, second, third])
            });
            return found.map(|(at, _)| place + at);
        };
        if word & 0x80 == 0 {
            let passed = match word & HIGH {
                0 => ascii_bytes(rest),
                high => (high.trailing_zeros() / 8) as usize,
            };
            rest = &rest[passed..];
            continue;
        }
        if word & 0xF0 != 0xE0 {
            let c_bytes = if word & 0x20 == 0 { 2 } else { 4 };
            rest = rest.get(c_bytes..).unwrap_or_default();
            continue;
        }
        while let Some(&[first, second, third, next, ..]) = rest.first_chunk::<WINDOW_BYTES>() {
            if data::has_char(set, [first, second, third]) {
                return Some(bytes.len() - rest.len());
            }
            if next & 0xF0 != 0xE0 {
                rest = &rest[if next < 0x80 { 4 } else { 3 }..];
                continue 'windows;
            }
            rest = &rest[3..];
            if rest.len() < window_least {
                continue 'windows;
            }
        }
    }
    None
}

/// How many bytes of ASCII stand in front, the first four of them in a word.
#[inline(always)]
pub(super) fn ascii_run(word: u32, rest: &[u8]) -> usize {
    match word & 0x8080_8080 {
        0 => ascii_bytes(rest),
        high => (high.trailing_zeros() / 8) as usize,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::class;

    /// However a stretch lies to the characters at its ends, and however near the end of the text.
    #[test]
    fn the_next_one_begins_in_its_stretch() {
        let set = data::chars_with(class::TRADITIONAL);
        for text in [
            "a們é𠮷字們",
            "們們們們們",
            "字ab們",
            "字字字們é",
            "abc們",
            "é們𠮷",
            "",
        ] {
            for start in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                for end in start..=text.len() + 2 {
                    let expect = text.match_indices('們').map(|(at, _)| at);
                    let expect = expect.filter(|at| (start..end).contains(at)).min();
                    let found = next_in(text, start..end, set);
                    assert_eq!(found, expect, "{text} {start}..{end}");
                }
            }
        }
    }

    #[test]
    fn the_first_of_some_characters_is_found() {
        let text = "a中Ä漢😀abcdefgh語ij국";
        let place = |c: char| text.find(c);
        for (flags, expect) in [
            (class::SIGNS, place('漢')),
            (class::HANGUL, place('국')),
            (class::HANGUL | class::TRADITIONAL, place('漢')),
            (class::KANA, None),
            (0, None),
        ] {
            assert_eq!(next_of(text, 0, flags, None), expect, "{flags:b}");
        }
        let behind = text.find('漢').map_or(0, |at| at + 3);
        assert_eq!(next_of(text, behind, class::SIGNS, None), place('語'));
        assert_eq!(next_of(text, text.len(), class::SIGNS, None), None);
    }
}
