//! Full-width letters and digits, and half-width katakana: forms of old East Asian terminals.
//!
//! `ＡＢＣ１２３` is ABC123 written in the cells of Han characters. Runs of two and more become
//! half-width, and a single one that touches ASCII letters or digits; a lone one between Han is often set so
//! on purpose (Ａ级, vertical text) and stays. Full-width punctuation is what Chinese writes and
//! never changes. In lines with kana or hangul, and in texts that are Japanese or Korean as a whole, no letter
//! changes, for these set them on purpose.
//! Half-width katakana become full-width with their sound marks, the five half-width
//! marks of punctuation beside Han or kana too. What it gets wrong: faces (＾ω＾, ﾟДﾟ) are left by
//! asking for two katakana in a row; those that hold such are changed.

use unicode_normalization::UnicodeNormalization;

use super::super::plan::{Edit, Pass};
use super::super::rules::RuleSet;
use super::super::{form_rules, topic};
use crate::data::{self, HanClass};

/// It is the same letter; that the width was not meant is a matter of style.
const CERTAINTY: f32 = 0.95;

fn is_wide(c: char) -> bool {
    matches!(c, '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}')
}

fn is_narrow_kana(c: char) -> bool {
    matches!(c, '\u{FF66}'..='\u{FF9F}')
}

fn is_narrow(c: char) -> bool {
    matches!(c, '\u{FF61}'..='\u{FF65}') || is_narrow_kana(c)
}

/// Finds the characters of the wrong width.
pub(in super::super) fn find(text: &str, rules: &RuleSet) -> Pass {
    let letters = rules.contains(form_rules::WIDTH_LETTERS);
    let kana = rules.contains(form_rules::WIDTH_KANA);
    let mut edits = Vec::new();
    let mut is_foreign = None;
    let mut end = 0;
    while let Some(found) = text[end..].find(|c| is_wide(c) || is_narrow(c)) {
        let start = end + found;
        let of_run = if text[start..].starts_with(is_wide) {
            is_wide
        } else {
            is_narrow
        };
        let run = &text[start..];
        let run = &run[..run.find(|c| !of_run(c)).unwrap_or(run.len())];
        end = start + run.len();
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        if run.starts_with(is_wide) {
            let is_ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            let is_long = run.chars().nth(1).is_some();
            let line = &text[topic::near(text, start)];
            if letters
                && (is_long || is_ascii(before) || is_ascii(after))
                && !line.contains(is_japanese_or_korean)
                && !is_numeral_name(before, run, after)
                && !*is_foreign.get_or_insert_with(|| has_japanese_forms(text))
            {
                let half: String = run.chars().filter_map(half_width).collect();
                edits.push(Edit::new(
                    text,
                    start..end,
                    form_rules::WIDTH_LETTERS,
                    half,
                    CERTAINTY,
                ));
            }
        } else if kana {
            let is_cjk =
                |c: Option<char>| c.is_some_and(|c| topic::is_han(c) || is_japanese_or_korean(c));
            let word = run
                .chars()
                .filter(|&c| is_narrow_kana(c) && !matches!(c, '\u{FF9E}' | '\u{FF9F}'))
                .count()
                >= 2;
            let mark = run.chars().all(|c| !is_narrow_kana(c)) && (is_cjk(before) || is_cjk(after));
            if word || mark {
                // Each of these has one full-width form, and a sound mark joins the kana before it.
                let full: String = run.nfkc().collect();
                edits.push(Edit::new(
                    text,
                    start..end,
                    form_rules::WIDTH_KANA,
                    full,
                    CERTAINTY,
                ));
            }
        }
    }
    Pass { edits }
}

/// Whether the run is part of a number in Chinese numerals: 一九九０, 二ＯＯ八.
fn is_numeral_name(before: Option<char>, run: &str, after: Option<char>) -> bool {
    let is_numeral = |c: Option<char>| c.is_some_and(|c| "一二三四五六七八九十〇零".contains(c));
    run.chars().all(|c| matches!(c, '０'..='９' | 'Ｏ' | 'ｏ'))
        && (is_numeral(before) || is_numeral(after))
}

fn half_width(c: char) -> Option<char> {
    char::from_u32(u32::from(c) - 0xFEE0)
}

/// Whether a text is Japanese or Korean by its letters, or holds characters that only Japanese
/// writes and none that only Simplified Chinese does. Time O(n).
fn has_japanese_forms(text: &str) -> bool {
    let count = |class| {
        text.chars()
            .filter(|&c| data::han_class(c) == class)
            .count()
    };
    topic::is_japanese_or_korean(text)
        || count(HanClass::JapaneseOnly) > count(HanClass::SimplifiedOnly)
}

/// Kana of any width, and hangul.
fn is_japanese_or_korean(c: char) -> bool {
    topic::is_kana_or_hangul(c) && c != 'の'
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    fn repaired(text: &str) -> String {
        apply_pass(&find(text, &RuleSet::parse("tidy").unwrap()), text).unwrap()
    }

    #[test]
    fn widths_are_put_right() {
        for (text, expect) in [
            ("ＡＢＣ１２３，好", "ABC123，好"),
            ("２００８年", "2008年"),
            ("iPhone６", "iPhone6"),
            ("ｶﾞｷﾞｱ｡", "ガギア。"),
            ("設定｡", "設定。"),
        ] {
            assert_eq!(repaired(text), expect);
        }
    }

    #[test]
    fn what_is_set_so_on_purpose_stays() {
        for text in [
            "Ａ级",
            "，。！？（）：；",
            "プレステ２２",
            "3ＤＶ 보기",
            "（＾ω＾）",
            "ﾟДﾟ",
            "二００八年",
            "これは資料です。\nＮＨＫ総合",
            "東京都渋谷区　図書館２階　売店ＡＢ",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
