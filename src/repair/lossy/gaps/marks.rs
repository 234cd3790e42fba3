//! Which lines have gaps, and what stands for one.
//!
//! Decided from the characters of a line alone: U+FFFD, a question mark beside what is not ASCII,
//! characters that have two codes in Shift_JIS. What it gets wrong: where U+FFFD and such question
//! marks stand in one line, the question marks are taken for what they are.

use super::misreading::Misreading;
use crate::repair::lossy::decoder::Decoder;
use crate::repair::proof::is_mostly_uncommon;
use crate::repair::reread::Right;

/// What stands for a loss in a line: U+FFFD, or the question mark, which Windows writes and which
/// becomes of U+FFFD in an encoding that lacks it.
pub(super) fn mark_of(line: &str) -> char {
    if line.contains(char::REPLACEMENT_CHARACTER) {
        char::REPLACEMENT_CHARACTER
    } else {
        '?'
    }
}

/// Whether something is lost in a text, or has several codes in Shift_JIS, of which the exact search
/// knows one.
pub(super) fn has_gap(text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER) || has_two_codes(text) || has_asked(text)
}

fn has_two_codes(text: &str) -> bool {
    // Beside half-width kana only, as all of such text has them: the table is dear to make.
    let has_two_codes = |c: char| c > '\u{2200}' && Decoder::ShiftJis.codes(c).as_slice().len() > 1;
    text.contains(['\u{F8F0}', '\u{F8F1}', '\u{F8F2}', '\u{F8F3}'])
        || text.contains(|c| matches!(c, '\u{FF61}'..='\u{FF9F}'))
            && text.chars().any(has_two_codes)
}

/// Whether a question mark may stand for a loss: in front of what is not ASCII, or behind a
/// character that opens like UTF-8 read as Big5.
fn has_asked(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_so = |at| {
        let before = text[..at].chars().next_back();
        before.is_some_and(|c| !c.is_ascii()) || bytes.get(at + 1).is_some_and(|b| !b.is_ascii())
    };
    memchr::memchr_iter(b'?', bytes).any(is_so) && is_mostly_uncommon(text, 0, false)
}

/// Whether a line with such marks may be of a way: only UTF-8 read as Big5 has question marks, and
/// where nothing is marked characters of two codes are in doubt.
pub(super) fn may_be(text: &str, misreading: Misreading) -> bool {
    mark_of(text) != '?'
        || misreading.decoder == Decoder::ShiftJis && has_two_codes(text)
        || misreading == Misreading::of(Decoder::Big5, Right::Utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_two_codes_are_gaps() {
        assert!(has_gap("ﾎ昤") && has_gap("\u{F8F1}") && has_gap("a\u{FFFD}"));
        assert!(!has_gap("今天日本語ﾎﾒ"));
    }
}
