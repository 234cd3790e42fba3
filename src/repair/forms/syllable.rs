//! Reads one toned syllable of pinyin, composed or decomposed.
//!
//! The syllable has to be one that pinyin can write: initials and finals after the scheme of
//! ISO 7098:2015, and exactly one tone mark. Combinations that Mandarin happens to lack
//! (`fiǎng`) pass; what matters is that English in parentheses does not.

use unicode_normalization::UnicodeNormalization;

/// Letters of the longest syllable, `zhuāng`.
const SYLLABLE_MAX_CHARS: usize = 6;
/// Bytes of a decomposed syllable at the most: two marks over one letter, two bytes each.
const SYLLABLE_MAX_BYTES: usize = SYLLABLE_MAX_CHARS + 4;

/// A syllable found at the start of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Syllable {
    /// With its tone mark, composed.
    pub(super) composed: String,
    /// Bytes in the text.
    pub(super) bytes: usize,
}

/// The toned syllable that a text begins with and that a character other than a letter ends.
pub(super) fn read(text: &str) -> Option<Syllable> {
    let bytes = text
        .char_indices()
        .find(|&(at, c)| at > SYLLABLE_MAX_BYTES || !is_letter_or_mark(c))
        .map_or(text.len(), |(at, _)| at);
    if !(2..=SYLLABLE_MAX_BYTES).contains(&bytes) {
        return None;
    }
    let composed: String = text[..bytes].nfc().collect();
    let mut tones = 0;
    let plain: String = composed
        .chars()
        .map(|c| match without_tone(c) {
            Some(plain) => {
                tones += 1;
                plain
            }
            None => c,
        })
        .collect();
    (tones == 1 && is_syllable(&plain)).then_some(Syllable { composed, bytes })
}

fn is_letter_or_mark(c: char) -> bool {
    c.is_ascii_lowercase()
        || c == 'ü'
        || without_tone(c).is_some()
        || matches!(
            c,
            '\u{300}' // grave
                | '\u{301}' // acute
                | '\u{304}' // macron
                | '\u{308}' // diaeresis
                | '\u{30C}' // caron
        )
}

/// The letter under a tone mark.
fn without_tone(c: char) -> Option<char> {
    Some(match c {
        'ā' | 'á' | 'ǎ' | 'à' => 'a',
        'ē' | 'é' | 'ě' | 'è' => 'e',
        'ī' | 'í' | 'ǐ' | 'ì' => 'i',
        'ō' | 'ó' | 'ǒ' | 'ò' => 'o',
        'ū' | 'ú' | 'ǔ' | 'ù' => 'u',
        'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' => 'ü',
        'ń' | 'ň' | 'ǹ' => 'n',
        'ḿ' => 'm',
        _ => return None,
    })
}

fn is_syllable(plain: &str) -> bool {
    const FINALS: &[&str] = &[
        "a", "ai", "an", "ang", "ao", "e", "ei", "en", "eng", "er", "i", "ia", "ian", "iang",
        "iao", "ie", "in", "ing", "iong", "iu", "o", "ong", "ou", "u", "ua", "uai", "uan", "uang",
        "ue", "ui", "un", "uo", "ü", "üan", "üe", "ün",
    ];
    let rest = ["zh", "ch", "sh"]
        .iter()
        .find_map(|initial| plain.strip_prefix(initial))
        .or_else(|| plain.strip_prefix(|c| "bpmfdtnlgkhjqxrzcsyw".contains(c)))
        .unwrap_or(plain);
    FINALS.contains(&rest) || matches!(plain, "m" | "n" | "ng" | "hm" | "hng")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_are_read_in_both_forms() {
        for (text, composed) in [
            ("dāng)", "dāng"),
            ("da\u{304}ng)", "dāng"),
            ("lu\u{308}\u{30C} )", "lǚ"),
            ("zhuàng", "zhuàng"),
            ("è", "è"),
            ("ér）", "ér"),
        ] {
            let syllable = read(text).unwrap();
            assert_eq!(syllable.composed, composed);
            assert!(text.starts_with(&text[..syllable.bytes]));
        }
    }

    #[test]
    fn what_is_no_toned_syllable_is_not() {
        for text in [
            "",
            "dang)",
            "list)",
            "zhōngguó)",
            "café)",
            "Dāng)",
            "dāng1)",
            "à la)",
            "résumé)",
            "xyā)",
            "\u{304})",
        ] {
            let read = read(text).filter(|syllable| text[syllable.bytes..].starts_with(')'));
            assert_eq!(read, None, "{text}");
        }
    }
}
