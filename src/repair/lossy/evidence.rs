//! What a damaged text tells of the program that lost its bytes: what that kept, what it dropped without a
//! mark, and whether its marks stand for more than a byte.

use super::choices::UNASSIGNED;
use super::decoder::{Codes, Decoder, Program};
use super::utf8::{Partial, Push, Seen};
use crate::model::{BIT, Cost};

/// What a text shows that its decoder did not lose, or not together, so that no mark in it stands for that.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kept {
    /// The pairs of GBK that are for private use, which are nearly all that any program loses.
    pub(super) private_use: bool,
    /// The byte 80, which is €. What reads that reads those pairs, too, though other programs may
    /// have written `?` for them later on.
    pub(super) byte_80: bool,
    /// The ASCII character behind a byte that was lost; where it was not kept, `?` stands for both.
    /// That is seen where one stands for the last byte of a character and another one begins behind it:
    /// a byte alone is only in front of that for those that read no private use, or not the byte 80.
    pub(super) takes_ascii: bool,
    /// Who lost the rest, where that is told: in Python's texts no mark stands for a pair.
    pub(super) program: Option<Program>,
}

/// Of how many characters one is the byte 80 in UTF-8 that was read as GBK by browsers and Windows;
/// the pair A2 E3 is € as well, to all that know GB 18030, but is ten times as rare.
const CHARS_PER_EURO: usize = 100;

impl Kept {
    /// What a damaged text shows.
    pub(super) fn of(text: &str, decoder: Decoder) -> Kept {
        if decoder != Decoder::Gbk {
            return Kept::default();
        }
        let bytes = text.as_bytes();
        let chars = bytes.iter().filter(|&&byte| byte >= 0xC0).count();
        let euros = memchr::memmem::find_iter(bytes, "€".as_bytes()).count();
        // U+E000 is EE 80 80, U+F8FF EF A3 BF.
        let is_private_use =
            |at: usize| matches!(bytes.get(at..at + 2), Some([0xEE, _] | [0xEF, 0x80..=0xA3]));
        let private_use = memchr::memchr2_iter(0xEE, 0xEF, bytes).any(is_private_use);
        let byte_80 = euros > 0 && euros * CHARS_PER_EURO >= chars;
        Kept {
            private_use,
            byte_80,
            takes_ascii: takes_ascii(text, decoder, private_use && byte_80),
            program: None,
        }
    }
}

/// Whether a `?` stands for the last byte of a character and what was behind it: before another
/// character where all pairs and the byte 80 were read, or before half a line end where all others are
/// whole.
fn takes_ascii(text: &str, decoder: Decoder, reads_all: bool) -> bool {
    let has_whole_ends = has_whole_ends(text);
    if !reads_all && !has_whole_ends {
        return false;
    }
    let mut open = Partial::default();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '?' && open.missing() == 1 {
            let next = chars.peek();
            let codes = next.map(|&next| decoder.codes(next));
            // Before other leads some bytes are none's.
            let begins = matches!(codes.as_ref().map(Codes::as_slice), Some(&[code])
                if matches!(code.to_be_bytes()[0], 0xE4..=0xE9));
            if begins && reads_all || has_whole_ends && next == Some(&'\n') {
                return true;
            }
        }
        open = behind(open, decoder, c);
    }
    false
}

/// What is open behind a character.
fn behind(open: Partial, decoder: Decoder, c: char) -> Partial {
    let codes = decoder.codes(c);
    let bytes = match codes.as_slice() {
        &[code] if !c.is_ascii() => code.to_be_bytes(),
        _ => return Partial::default(),
    };
    bytes.into_iter().fold(open, |open, byte| {
        let push = match open.push(byte, Seen::Intact) {
            // What is behind something lost may begin in the middle of a character.
            Push::Invalid => Partial::default().push(byte, Seen::Intact),
            push => push,
        };
        match push {
            Push::More(more) => more,
            Push::Char(..) | Push::Invalid => Partial::default(),
        }
    })
}

/// Whether lines end in two characters, but for those behind a question mark.
fn has_whole_ends(text: &str) -> bool {
    let mut lines = text.split('\n').rev().skip(1);
    text.contains("\r\n") && lines.all(|line| line.ends_with(['\r', '?']))
}

/// In how many characters of UTF-8 read as GBK private use is to be expected: the chance of none in
/// so many is 1 in 50.
const PRIVATE_USE_EXPECTED_CHARS: usize = 50;

/// What a text tells of bytes that were dropped without a trace; of windows-1252, of the bytes 80
/// to 9F that it has characters for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dropped {
    /// Those characters stand in it, so only the unassigned ones can have left no trace.
    Unassigned,
    /// None of them does: it may have been read as ISO-8859-1, whose controls are all dropped.
    Controls,
    /// Only what pairs of bytes are read as private use, since all else left a mark.
    PrivateUse,
    /// What was lost left a mark, so nothing was dropped where anything else explains the text.
    Marked,
}

impl Dropped {
    /// The five that no character stands for are dropped most often, controls of ISO-8859-1
    /// last.
    pub(super) fn rarity(self, byte: u8) -> Cost {
        match (byte, self) {
            (0xA0 | 0xAD, _) => BIT,
            _ if UNASSIGNED.contains(&byte) => 0,
            (_, Dropped::Controls) => 5 * BIT,
            (_, Dropped::Unassigned | Dropped::PrivateUse | Dropped::Marked) => 14 * BIT,
        }
    }

    /// What a text tells of the bytes that were dropped: windows-1252 has characters past U+00FF; pairs
    /// have U+FFFD, or as many question marks behind what is not ASCII as a program leaves that writes
    /// them: a fifth of all ASCII there, where half of what stands before ASCII is lost.
    pub(super) fn of(text: &str, decoder: Decoder) -> Dropped {
        if decoder.has_pairs() {
            let bytes = text.as_bytes();
            if memchr::memmem::find(bytes, "\u{FFFD}".as_bytes()).is_some() {
                return Dropped::Marked;
            }
            if memchr::memchr(b'?', bytes).is_none() {
                return Dropped::Controls;
            }
            let behind = |bytes: &&[u8]| matches!(**bytes, [0x80..=0xFF, 0..=0x7F]);
            let (mut marks, mut all) = (0, 0);
            for two in bytes.windows(2).filter(behind) {
                marks += usize::from(two[1] == b'?');
                all += 1;
            }
            return if marks == 0 || marks * 5 < all {
                Dropped::Controls
            } else if drops_private_use(text, decoder) {
                Dropped::PrivateUse
            } else {
                Dropped::Marked
            };
        }
        let shows = |c: char| c > '\u{FF}' && !decoder.codes(c).as_slice().is_empty();
        if decoder == Decoder::Windows1252 && text.chars().any(shows) {
            Dropped::Unassigned
        } else {
            Dropped::Controls
        }
    }
}

/// Whether what a program reads as private use was dropped, beside the marks: with € for the byte 80
/// it was one that has such characters, and of a hundred characters seven are.
fn drops_private_use(text: &str, decoder: Decoder) -> bool {
    let is_private = |c| matches!(c, '\u{E000}'..='\u{F8FF}');
    decoder == Decoder::Gbk
        && text.contains('€')
        && !text.contains(is_private)
        && text.chars().filter(|c| !c.is_ascii()).count() >= PRIVATE_USE_EXPECTED_CHARS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_mark_tells_that_it_stands_for_more() {
        let takes = |text: &str| Kept::of(text, Decoder::Gbk).takes_ascii;
        // 文本 and a line end, of which half is left, among whole ones.
        assert!(takes("# 鏂囨湰a鏂囨湰涓?\nb\r\nc\r\n"));
        assert!(!takes("# 鏂囨湰a鏂囨湰涓?\nb\nc\r\n"));
        // Another character begins behind it, in a text with private use and the byte 80, and in others.
        assert!(takes("涓?鏂囨湰\u{E15F}€"));
        assert!(!takes("涓?鏂囨湰\u{E15F}"));
        assert!(!takes("涓?鏂囨湰€"));
        // A question that was asked.
        assert!(!takes("鏂囨湰涓枃?鏂囨湰\u{E15F}€"));
    }
}
