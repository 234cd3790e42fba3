//! Latin ligatures that stand for their letters: U+FB01 for fi.
//!
//! PDF files name glyphs, and fonts draw f and i as one. Searches then miss the word. Seven are encoded,
//! U+FB00 to U+FB06; all of them are presentation forms and no language needs them. One without a
//! letter beside it is an example of itself and stays, and so do lists of them. The letters æ, œ and ß
//! are letters. What it gets wrong: nothing known.

use super::super::form_rules;
use super::super::plan::{Edit, Pass};

/// The standard says which letters they are; they may still be meant as examples.
const CERTAINTY: f32 = 0.99;

fn letters(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{FB00}' => "ff",
        '\u{FB01}' => "fi",
        '\u{FB02}' => "fl",
        '\u{FB03}' => "ffi",
        '\u{FB04}' => "ffl",
        // Long s and t: nobody has typed the long s on purpose in a word with modern letters.
        '\u{FB05}' | '\u{FB06}' => "st",
        _ => return None,
    })
}

/// Finds the ligatures to take apart.
pub(in super::super) fn find(text: &str) -> Pass {
    let mut edits = Vec::new();
    for (at, c) in text.char_indices() {
        let Some(letters) = letters(c) else { continue };
        let end = at + c.len_utf8();
        let before = text[..at].chars().next_back();
        let after = text[end..].chars().next();
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && c < '\u{250}');
        if is_letter(before) || is_letter(after) {
            edits.push(Edit::new(
                text,
                at..end,
                form_rules::LIGATURE,
                letters,
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
    fn ligatures_in_words_are_taken_apart() {
        for (text, expect) in [
            ("\u{FB01}le o\u{FB03}ce \u{FB02}ow", "file office flow"),
            ("\u{FB01} \u{FB02}", "\u{FB01} \u{FB02}"),
            ("æ œ ß Œuvre", "æ œ ß Œuvre"),
        ] {
            assert_eq!(apply_pass(&find(text), text).unwrap(), expect);
        }
    }
}
