//! Letters and spaces that are what they look like, although Chinese could be read from them.
//!
//! What the model of an alphabet does not know costs much: letters in the order of a list, a filling
//! of spaces, a language that no text of training is in. Each of them says itself in another way that it is
//! no Chinese.

use super::step::{Step, Wrong};
use super::weigh;
use crate::repair::topic;

/// How many letters are a list of them.
const LIST_LETTERS: usize = 6;
/// How many no-break spaces are there to fill: two are 适, read as Mac Roman.
const FILLING_CHARS: usize = 4;
/// How many Cyrillic letters in one case are Cyrillic: of those that Chinese is read as, one in three is
/// in the half of a table that one case is.
const ONE_CASE_LETTERS: usize = 6;
/// At how many places Han and words of small letters touch at least.
const SEAMS: usize = 3;

/// Whether it is so. Asked of what would be accepted else, so it need not stand where that is decided.
#[inline(never)]
pub(super) fn are_meant(before: &str, after: &str, chain: &[Step]) -> bool {
    let is_else = chain.iter().any(|step| step.wrong == Wrong::Utf8Else);
    is_one_sign(before)
        || is_list(before)
        || is_filled(before)
        || is_in_one_case(before)
        || is_else && is_spelt(after)
}

/// Whether there is only one character past ASCII, once or more often: €€€€.
fn is_one_sign(text: &str) -> bool {
    let mut signs = text.chars().filter(|c| !c.is_ascii());
    let first = signs.next();
    signs.all(|c| Some(c) == first)
}

/// Whether most letters past ASCII are capitals, each with its small letter behind it: ÀàÈèÌì.
fn is_list(text: &str) -> bool {
    let (mut letters, mut paired) = (0, 0);
    let mut capital = ' ';
    for c in text.chars().filter(|c| !c.is_ascii()) {
        letters += 1;
        paired += if c != capital && c == weigh::small(capital) {
            2
        } else {
            0
        };
        capital = c;
    }
    letters >= LIST_LETTERS && paired * 4 >= letters * 3
}

/// Whether no-break spaces fill a place, in a row or between others.
fn is_filled(text: &str) -> bool {
    let spaces = text.chars().filter(|&c| c == '\u{A0}').count();
    spaces >= FILLING_CHARS && spaces * 2 >= text.chars().filter(|c| !c.is_ascii()).count()
}

/// Whether letters past ASCII are Cyrillic ones in one case, with letters of ASCII that look like them or
/// with one sign: зeлeнo, ДВД±РВ.
fn is_in_one_case(text: &str) -> bool {
    let (mut small, mut capital, mut cyrillic, mut signs) = (0, 0, 0, 0);
    for c in text.chars() {
        match c {
            '\u{400}'..='\u{52F}' => cyrillic += 1,
            'a' | 'c' | 'e' | 'i' | 'j' | 'o' | 'p' | 's' | 'x' | 'y' => {}
            'A' | 'B' | 'C' | 'E' | 'H' | 'I' | 'J' | 'K' | 'M' | 'O' | 'P' | 'S' | 'T' | 'X' => {}
            _ => {
                signs += usize::from(!c.is_ascii());
                continue;
            }
        }
        if c.is_uppercase() {
            capital += 1;
        } else {
            small += 1;
        }
    }
    let letters = small + capital;
    let in_one_case = small == 0 || capital == 0;
    // What is Cyrillic alone the model knows.
    let is_mixed = cyrillic < letters && signs < 2 || signs == 1;
    in_one_case && is_mixed && letters >= ONE_CASE_LETTERS && cyrillic * 2 >= letters
}

/// Whether Han stand in words of small letters, which they do in Chinese once in a while: õõʹnnʼja is
/// Skolt Sámi.
fn is_spelt(after: &str) -> bool {
    let (mut han, mut touching, mut seams) = (0, 0, 0);
    let mut before = [Kind::Other; 2];
    for c in after.chars() {
        let kind = match c {
            'a'..='z' => Kind::Small,
            _ if topic::is_han(c) => Kind::Han,
            _ => Kind::Other,
        };
        han += usize::from(kind == Kind::Han);
        // A letter alone is a variable.
        match (before, kind) {
            ([Kind::Han, Kind::Small], Kind::Small) => seams += 1,
            ([Kind::Small, Kind::Small], Kind::Han) => {
                (seams, touching) = (seams + 1, touching + 1)
            }
            ([_, Kind::Small], Kind::Han) | ([_, Kind::Han], Kind::Small) => touching += 1,
            _ => {}
        }
        before = [before[1], kind];
    }
    seams >= SEAMS && touching * 4 >= han * 3
}

/// What stands in such a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Han,
    Small,
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_fillings_and_words_are_meant() {
        assert!(is_list("AaÀàÈèÌìÒòÙù") && is_list("ÄäÖöÜüß"));
        assert!(!is_list("Àà") && !is_list("Àà©±²¡") && !is_list("½ñÌìÌìÆøºÜºÃ"));
        assert!(is_filled("“\u{A0}\u{A0}\u{A0}\u{A0}test”") && !is_filled("\u{A0}\u{A0}±"));
        assert!(is_one_sign("fir€st €€€€") && !is_one_sign("€st ¤¤"));
        assert!(is_in_one_case("ДВД±РВ ДЛ") && is_in_one_case("зeлeнo"));
        assert!(is_in_one_case("изерiзiн]") && !is_in_one_case("аНФНЙ·З"));
        assert!(is_spelt("貂mte使mes 貂使nn始") && is_spelt("使d 貂使nn始ja o膽膽 n貂"));
        assert!(!is_spelt("使用jar包的main方法"));
        assert!(!is_spelt("将a赋给b，再将c赋给d"));
    }
}
