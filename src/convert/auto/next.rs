//! The next character that says something, found at the speed of memory.

use crate::Span;
use crate::convert::block::{AHEAD_BYTES, BLOCK_BYTES, half_in, threes};
use crate::convert::pass::ascii_bytes;
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
/// Of a block of 64 bytes all characters are asked about, and then whether there was one.
pub(super) fn next_in(text: &str, stretch: Span, set: CharSet) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = stretch.start;
    while let Some(block) = block_at(bytes, at, stretch.end) {
        let mut places = threes(block);
        if stretch.end - at < BLOCK_BYTES {
            places &= (1 << (stretch.end - at)) - 1;
        }
        let is_in_set = |places: u64| {
            let place = places.trailing_zeros() as usize % BLOCK_BYTES;
            data::has_char(set, half_in(block, place))
        };
        let (mut rest, mut any) = (places, false);
        while rest != 0 {
            any |= is_in_set(rest);
            rest &= rest - 1;
        }
        if any {
            while !is_in_set(places) {
                places &= places - 1;
            }
            return Some(at + places.trailing_zeros() as usize);
        }
        at += BLOCK_BYTES;
    }
    // The block may have ended inside of a character.
    let start = text.ceil_char_boundary(at);
    let found = text[start..].char_indices().find(|&(offset, c)| {
        start + offset >= stretch.end || c.len_utf8() == 3 && data::has_char(set, utf8_word(c))
    });
    let found = found.map(|(offset, _)| start + offset);
    found.filter(|&found| found < stretch.end)
}

/// The block that begins at a place before `end`, if it has all its bytes.
#[inline(always)]
fn block_at(bytes: &[u8], at: usize, end: usize) -> Option<&[u8; AHEAD_BYTES]> {
    if at < end {
        bytes.get(at..)?.first_chunk()
    } else {
        None
    }
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

    /// The same of a text of several blocks, in which a character stands at each place of a block.
    #[test]
    fn the_next_one_is_found_across_blocks() {
        let set = data::chars_with(class::TRADITIONAL);
        for ascii in 0..70 {
            let text = "字".repeat(40) + &"a".repeat(ascii) + "們é們" + &"𠮷a字".repeat(20) + "們";
            let places: Vec<usize> = text.match_indices('們').map(|(at, _)| at).collect();
            let starts = (0..text.len()).filter(|&at| text.is_char_boundary(at));
            for (start, end) in
                starts.flat_map(|at| [at + 3, at + 64, text.len()].map(|end| (at, end)))
            {
                let expect = places.iter().copied().find(|at| (start..end).contains(at));
                assert_eq!(
                    next_in(&text, start..end, set),
                    expect,
                    "{ascii} {start}..{end}"
                );
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
