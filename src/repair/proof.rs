//! What proves that a run was mojibake: the characters that come out, and those that went in.
//!
//! "Common" is GB2312's first level for Simplified and Big5's for Traditional text. A text is
//! measured by the one that fits it better, because mojibake is spread over both and fits
//! neither: characters read from UTF-8 bytes fall anywhere in GBK's rows. What it gets wrong:
//! documents of rare characters (classical botany, lists of variants) do not look like a result.

use super::routes::{Route, is_common_simplified, is_common_traditional};
use super::topic;

/// From how many characters of Chinese a proof is long.
pub(super) const LONG_PROOF_CHARS: usize = 4;

/// From how many letters on pairs of bytes are not UTF-8 by chance: each of three bytes is so once in
/// 160 times.
const CHANCE_LETTERS: usize = 6;

/// Whether what came out of a run is worth changing it: how many characters of Chinese prove it.
pub(super) fn judge(
    route: Route,
    before: &str,
    after: &str,
    proven_document: bool,
) -> Option<usize> {
    let drawn_chars = drawn_chars(after);
    if drawn_chars > 0 {
        return Some(drawn_chars);
    }
    let seen = Census::of(after);
    let letters = seen.han_chars + seen.kana_or_hangul_chars;
    if seen.bad_chars > 0 || seen.cjk_chars() < 2 || letters == 0 {
        return None;
    }
    let right = match route {
        // Latin letters with symbols between them are nothing else; half is enough.
        Route::Windows1252 => (seen.common_han_chars() + seen.kana_or_hangul_chars) * 2 >= letters,
        // Hangul and Latin letters come out of Japanese by chance.
        Route::Gbk => {
            seen.han_chars >= 2
                && seen.is_common(letters)
                && seen.other_chars * 4 <= seen.cjk_chars()
                && is_mostly_uncommon(before, seen.cjk_chars(), proven_document)
        }
    };
    right.then(|| seen.cjk_chars())
}

/// Whether so many of the characters are uncommon that the text is neither Simplified nor
/// Traditional: half, or a quarter if the proof on the other side is long or the document's.
pub(super) fn is_mostly_uncommon(text: &str, proof_chars: usize, proven_document: bool) -> bool {
    let (mut chars, mut simplified, mut traditional) = (0, 0, 0);
    for c in text.chars() {
        chars += 1;
        simplified += usize::from(is_common_simplified(c));
        traditional += usize::from(is_common_traditional(c));
    }
    let common_chars = simplified.max(traditional);
    if proven_document || proof_chars >= LONG_PROOF_CHARS {
        common_chars * 4 <= chars * 3
    } else {
        common_chars * 2 <= chars
    }
}

/// Counts of characters by what they say about a result.
#[derive(Default)]
pub(super) struct Census {
    pub(super) han_chars: usize,
    pub(super) simplified_chars: usize,
    pub(super) traditional_chars: usize,
    pub(super) kana_or_hangul_chars: usize,
    pub(super) kana_chars: usize,
    pub(super) cjk_punctuation_chars: usize,
    /// Beyond ASCII, and neither Chinese nor bad.
    pub(super) other_chars: usize,
    /// What no text holds: controls, private use, noncharacters, U+FFFD.
    pub(super) bad_chars: usize,
}

impl Census {
    pub(super) fn of(text: &str) -> Census {
        let mut seen = Census::default();
        for c in text.chars() {
            match c {
                '\t' | '\n' | '\r' => {}
                '\0'..='\x1F' | '\x7F'..='\u{9F}' => seen.bad_chars += 1,
                ' '..='\x7E' => {}
                _ if topic::is_han(c) => {
                    seen.han_chars += 1;
                    seen.simplified_chars += usize::from(is_common_simplified(c));
                    seen.traditional_chars += usize::from(is_common_traditional(c));
                }
                _ if topic::is_kana_or_hangul(c) => {
                    seen.kana_or_hangul_chars += 1;
                    seen.kana_chars += usize::from(matches!(c, '\u{3041}'..='\u{30FA}'));
                }
                _ if is_cjk_punctuation(c) => seen.cjk_punctuation_chars += 1,
                '\u{E000}'..='\u{F8FF}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{FFF0}'..='\u{FFFF}'
                | '\u{E0000}'..='\u{10FFFF}' => seen.bad_chars += 1,
                _ => seen.other_chars += 1,
            }
        }
        seen
    }

    /// Han that is common in the variant that the text is rather in.
    pub(super) fn common_han_chars(&self) -> usize {
        self.simplified_chars.max(self.traditional_chars)
    }

    /// Whether so many of these letters are common that they are what was written: names and
    /// technical words bring up to a fifth of uncommon ones, a short text about a person two fifths;
    /// mojibake of mojibake has more than half.
    pub(super) fn is_common(&self, letters: usize) -> bool {
        let common = self.common_han_chars() + self.kana_chars;
        match letters {
            0..CHANCE_LETTERS => common * 5 >= letters * 4,
            _ => common * 5 >= letters * 3,
        }
    }

    pub(super) fn cjk_chars(&self) -> usize {
        self.han_chars + self.kana_or_hangul_chars + self.cjk_punctuation_chars
    }
}

/// Punctuation of Chinese, full-width forms included.
pub(super) fn is_cjk_punctuation(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF01}'..='\u{FF65}' | '\u{FFE0}'..='\u{FFE6}'
        | '“' | '”' | '‘' | '’' | '—' | '…' | '·')
}

/// How many parts of a drawing are one: nothing else is their bytes.
const DRAWN_CHARS: usize = 2;

/// Of how many lines and blocks a text is a drawing; none where it holds anything else past ASCII.
pub(super) fn drawn_chars(text: &str) -> usize {
    let mut drawn = 0;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        if !matches!(c, '\u{2500}'..='\u{259F}') {
            return 0;
        }
        drawn += 1;
    }
    if drawn < DRAWN_CHARS { 0 } else { drawn }
}

/// Punctuation of windows-1252 that stands beside words in good text.
pub(super) fn is_typographic(c: char) -> bool {
    matches!(
        c,
        '“' | '”'
            | '‘'
            | '’'
            | '„'
            | '‚'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '–'
            | '—'
            | '…'
            | '•'
            | '·'
            | '\u{A0}' // no-break space
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_has_to_be_chinese_and_what_went_in_not() {
        let proof = |before: &str, after: &str| judge(Route::Gbk, before, after, false);
        assert_eq!(proof("浣犲ソ", "你好"), Some(2));
        assert_eq!(proof("濡れた葦", "妤줿Ȕ"), None);
        assert_eq!(proof("什么是", "你好"), None);
        assert_eq!(proof("浣犲ソ", "你\u{85}"), None);
        assert_eq!(proof("鏍囧噯", "标准"), None);
        assert_eq!(judge(Route::Gbk, "鏍囧噯", "标准", true), Some(2));
        assert_eq!(proof("鈹溾攢鈹€", "├──"), Some(3));
        assert_eq!(proof("鈹\u{FFFD}", "─"), None);
    }

    #[test]
    fn a_text_is_measured_by_the_variant_that_fits_it() {
        for text in ["简单的汉字标准", "簡單的漢字標準"] {
            assert_eq!(Census::of(text).common_han_chars(), 7);
        }
    }
}
