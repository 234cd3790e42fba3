//! Letters whose accents stand apart: e + U+0301 for é.
//!
//! File names from some systems, and input methods of pinyin and Vietnamese, write the accent as a
//! character of its own; the two look alike and compare as different. Where Unicode has one
//! character for both (normalisation form C), it is put in their place. Never NFKC, which destroys
//! ①㎡½, and never NFC for the rest of the text, which replaces compatibility ideographs.
//!
//! Only Latin, Greek and Cyrillic letters with the marks U+0300 to U+036F are composed; hangul, kana
//! and Indic text stay. A mark without a letter, or one that makes no character with its letter,
//! stays. What it gets wrong: text that lists decomposed forms on purpose.

use unicode_normalization::UnicodeNormalization;

use super::super::form_rules;
use super::super::plan::{Edit, Pass};

/// Both forms are the same text by the standard.
const CERTAINTY: f32 = 0.99;

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// Finds the letters to compose.
pub(in super::super) fn find(text: &str) -> Pass {
    let mut edits = Vec::new();
    let mut end = 0;
    while let Some(found) = text[end..].find(is_mark) {
        let mark = end + found;
        let marks = &text[mark..];
        end = mark + marks.find(|c| !is_mark(c)).unwrap_or(marks.len());
        let Some(base) = text[..mark].chars().next_back() else {
            continue;
        };
        let is_letter =
            base.is_alphabetic() && (base < '\u{530}' || matches!(base, '\u{1E00}'..='\u{1FFF}'));
        if !is_letter {
            continue;
        }
        let span = mark - base.len_utf8()..end;
        let composed: String = text[span.clone()].nfc().collect();
        if composed.chars().count() < text[span.clone()].chars().count() {
            edits.push(Edit::new(
                text,
                span,
                form_rules::COMPOSED,
                composed,
                CERTAINTY,
            ));
        }
    }
    Pass { edits }
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    #[test]
    fn letters_and_their_marks_become_one() {
        for (text, expect) in [
            ("cafe\u{301}", "café"),
            ("lu\u{308}\u{30C}", "lǚ"),
            ("Vie\u{323}\u{302}t", "Việt"),
            ("\u{301}", "\u{301}"),
            ("x\u{301}", "x\u{301}"),
            ("か\u{3099}", "か\u{3099}"),
            ("①㎡½\u{F90A}", "①㎡½\u{F90A}"),
        ] {
            assert_eq!(apply_pass(&find(text), text).unwrap(), expect);
        }
    }
}
