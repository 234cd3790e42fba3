//! Compatibility ideographs that stand for ordinary characters: U+F90A for 金.
//!
//! They exist so that Korean, Japanese and Taiwanese sets convert there and back; in Chinese
//! text they come from PDF files, fonts and input methods, look the same and match nothing. Their
//! canonical decomposition (UnicodeData.txt) says what they are. Twelve of the block are
//! unified ideographs in spite of their place and have none: U+FA0E 0F 11 13 14 1F 21 23 24
//! 27 28 29.
//!
//! In Korean they carry a second reading and in Japanese a form that names insist on, so the
//! line must hold no kana or hangul and must show that it is Chinese, by a word or character
//! that only Chinese uses. A Chinese manual that lists Korean numerals on a line of their own is
//! why the neighbouring lines do not count. Before a variation selector all stay.
//! What it gets wrong: a short Chinese line without any such character stays as it is.

use unicode_normalization::char::decompose_canonical;

use super::super::plan::{Edit, Pass};
use super::super::rules;
use super::super::topic;
use crate::data::{self, HanClass};

/// The standard says what the character is; that it is no Japanese or Korean follows from
/// its neighbours.
const CERTAINTY: f32 = 0.99;

/// Words of Chinese grammar and daily life that neither Japanese nor Korean text writes so.
const CHINESE_WORDS: &[&str] = &[
    "这", "這", "们", "們", "吗", "嗎", "呢", "吧", "么", "麼", "你", "她", "它", "哪", "很",
    "没有", "沒有", "说", "說", "谁", "为", "从", "对于", "时间", "问题", "让", "还", "过", "进",
    "给", "怎", "什", "的是", "不是", "了一", "在一", "我们", "可以", "因为", "都是", "就是",
    "只有", "已经", "已經", "和你", "个", "個人",
];

fn is_compatibility(c: char) -> bool {
    matches!(c, '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}')
}

/// The character that a compatibility ideograph is; none for the twelve.
fn unified(c: char) -> Option<char> {
    let mut unified = None;
    decompose_canonical(c, |c| unified = Some(c));
    unified.filter(|&unified| unified != c)
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Finds the compatibility ideographs to put right.
pub(in super::super) fn find(text: &str) -> Pass {
    let mut edits = Vec::new();
    let mut line = 0..0;
    let mut line_is_chinese = false;
    // They begin with one of two bytes, which begin no other character of running text but
    // full-width punctuation.
    let begun = memchr::memchr2_iter(0xEF, 0xF0, text.as_bytes());
    let places = begun.filter_map(|at| Some((at, text.get(at..)?.chars().next()?)));
    for (at, c) in places.filter(|&(_, c)| is_compatibility(c)) {
        if at >= line.end {
            line = topic::line_around(text, at);
            line_is_chinese = is_chinese(&text[line.clone()]);
        }
        let end = at + c.len_utf8();
        let selected = text[end..].starts_with(is_variation_selector);
        if let Some(unified) = unified(c).filter(|_| line_is_chinese && !selected) {
            edits.push(Edit::new(
                text,
                at..end,
                rules::COMPATIBILITY_IDEOGRAPH,
                unified,
                CERTAINTY,
            ));
        }
    }
    if edits.is_empty() || topic::is_japanese_or_korean(text) {
        return Pass::default();
    }
    Pass { edits }
}

/// Whether a line shows that it is Chinese, and nothing that it is not.
fn is_chinese(line: &str) -> bool {
    let is_simplified = |c| data::han_class(c) == HanClass::SimplifiedOnly && !is_shinjitai(c);
    !line.contains(topic::is_kana_or_hangul)
        && (CHINESE_WORDS.iter().any(|word| line.contains(word)) || line.contains(is_simplified))
}

/// Simplified forms that Japanese adopted too.
fn is_shinjitai(c: char) -> bool {
    "国学会来当点声体区医双号尽属战担数断旧昼条枢欧残毁湿灯炉独献画痴盗礼窃粮糸缘缔联胆虫蚕装触誉践辞迟随隐静党麦黄万与乱乔争亚产仅价伝佛余".contains(c)
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    fn repaired(text: &str) -> String {
        apply_pass(&find(text), text).unwrap()
    }

    #[test]
    fn they_become_what_they_are_in_chinese() {
        assert_eq!(repaired("這是\u{F90A}融"), "這是金融");
        assert_eq!(repaired("你\u{2F804}"), "你你");
    }

    #[test]
    fn other_languages_and_selectors_stay() {
        for text in [
            "\u{F90A}融",
            "\u{F90A}です。你",
            "김\u{F90A} 這",
            "這是\u{F90A}\u{FE00}融",
            "これはテスト\n這是\u{F90A}融",
        ] {
            assert_eq!(repaired(text), text);
        }
    }

    #[test]
    fn the_twelve_unified_ideographs_stay() {
        let twelve = "\u{FA0E}\u{FA0F}\u{FA11}\u{FA13}\u{FA14}\u{FA1F}\u{FA21}\u{FA23}\u{FA24}\u{FA27}\u{FA28}\u{FA29}";
        let text = format!("這是{twelve}");
        assert_eq!(repaired(&text), text);
    }
}
