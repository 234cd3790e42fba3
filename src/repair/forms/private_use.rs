//! Private use characters that once stood for what Unicode lacked: U+E863 for 䶮.
//!
//! Two standards prescribed private use code points until Unicode took their characters in.
//! GBK and GB 18030-2000 did for 106 positions (`seeds/tables/private-use.tsv`). Hong Kong's
//! supplementary set did for all of its characters, by the formula of Big5's user-defined areas: FA40
//! to FEFE is U+E000 and on, 8E40 to A0FE U+E311, 8140 to 8DFE U+EEB8, C6A1 to C8FE U+F6B1; what
//! stands there now the Encoding Standard's Big5 says, and `encoding_rs` knows.
//!
//! The same code points are also icons of web fonts, characters of private fonts and other sets'.
//! So every private use character of the text has to be of the set, and stand between Han
//! characters or punctuation (ḿ and ǹ also between letters); the text has to be in Simplified
//! characters for the one, Cantonese in Traditional characters for the other. What it gets
//! wrong: Traditional text in written Chinese from Hong Kong stays, for Taiwan used the same code points for others.

use std::sync::OnceLock;

use super::super::plan::{Edit, Pass};
use super::super::proof::is_cjk_punctuation;
use super::super::rules::RuleSet;
use super::super::{form_rules, topic};
use crate::Span;
use crate::data::{self, HanClass};
use crate::rows::rows;

/// The standards say what the character is; that the text follows them, its neighbours.
const CERTAINTY: f32 = 0.99;
/// How many characters of Cantonese make a text Cantonese.
const CANTONESE_MIN_CHARS: usize = 3;

pub(in crate::repair) fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}')
}

/// The rows of the table of GBK: private use code point, code, code point today.
fn gbk_rows() -> impl Iterator<Item = (char, u16, char)> {
    let lines = rows!("../../../seeds/tables/private-use.tsv");
    lines.filter_map(|line| {
        let mut numbers = line.split('\t').map(|field| u32::from_str_radix(field, 16));
        let mut number = || numbers.next()?.ok();
        let (private, code, today) = (number()?, number()?, number()?);
        let code = u16::try_from(code).ok()?;
        Some((char::from_u32(private)?, code, char::from_u32(today)?))
    })
}

/// Private use code points that decoders of GBK write, or wrote until 2023, for codes that have
/// other characters today: 自 of Big5 is A6 DB, which was U+E78F in every browser.
pub(in crate::repair) fn written_for_gbk() -> impl Iterator<Item = (char, u16)> {
    gbk_rows().map(|(private, code, _)| (private, code))
}

/// What Windows and Python write for the four bytes that begin nothing in Shift_JIS; browsers write
/// U+FFFD.
pub(in crate::repair) const WRITTEN_FOR_SHIFT_JIS: [(char, u8); 5] = [
    ('\u{A0}', 0xA0),
    ('\u{F8F0}', 0xA0),
    ('\u{F8F1}', 0xFD),
    ('\u{F8F2}', 0xFE),
    ('\u{F8F3}', 0xFF),
];

/// The table of GBK, sorted.
fn gbk_table() -> &'static [(char, char)] {
    static TABLE: OnceLock<Vec<(char, char)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = gbk_rows();
        rows.map(|(private, _, today)| (private, today)).collect()
    })
}

fn of_gbk(c: char) -> Option<char> {
    let table = gbk_table();
    let at = table
        .binary_search_by_key(&c, |&(private, _)| private)
        .ok()?;
    Some(table[at].1)
}

/// The two bytes of Big5 whose user-defined character this is.
pub(in crate::repair) fn big5_bytes(c: char) -> Option<[u8; 2]> {
    const TRAILS: u32 = 157;
    let code = u32::from(c);
    let (first_lead, first_trail, from) = match code {
        0xE000..=0xE310 => (0xFA, 0, 0xE000),
        0xE311..=0xEEB7 => (0x8E, 0, 0xE311),
        0xEEB8..=0xF6B0 => (0x81, 0, 0xEEB8),
        // C6A1 is the 64th of its row.
        0xF6B1..=0xF848 => (0xC6, 63, 0xF6B1),
        _ => return None,
    };
    let at = code - from + first_trail;
    let trail = at % TRAILS;
    // 40 to 7E, then A1 to FE.
    let trail = if trail < 63 {
        0x40 + trail
    } else {
        0xA1 + trail - 63
    };
    let lead = first_lead + at / TRAILS;
    Some([u8::try_from(lead).ok()?, u8::try_from(trail).ok()?])
}

/// What stands today where Hong Kong's set had this private use character; Han only.
fn of_hkscs(c: char) -> Option<char> {
    let bytes = big5_bytes(c)?;
    let text = encoding_rs::BIG5.decode_without_bom_handling_and_without_replacement(&bytes)?;
    let mut chars = text.chars();
    let today = chars.next().filter(|&c| topic::is_han(c))?;
    chars.next().is_none().then_some(today)
}

/// The private use characters of a text, and where they stand.
fn private_use(text: &str) -> Vec<(usize, char)> {
    // They begin with one of two bytes; of what begins with these, full-width punctuation alone is
    // frequent.
    memchr::memchr2_iter(0xEE, 0xEF, text.as_bytes())
        .filter_map(|at| Some((at, text.get(at..)?.chars().next()?)))
        .filter(|&(_, c)| is_private_use(c))
        .collect()
}

/// Finds the private use characters to replace.
pub(in super::super) fn find(text: &str, rules: &RuleSet) -> Pass {
    type Of = fn(char) -> Option<char>;
    let found = private_use(text);
    let all = |of: Of| found.iter().all(|&(_, c)| of(c).is_some());
    let sets = [
        (form_rules::PRIVATE_USE_GBK, of_gbk as Of),
        (form_rules::PRIVATE_USE_HKSCS, of_hkscs),
    ];
    let has_place = |of: Of| {
        let mut found = found.iter();
        found.any(|&(at, c)| place(text, at, c, of).is_some())
    };
    // What the variant of the text is, costs more to know.
    if !sets.iter().any(|&(_, of)| all(of) && has_place(of)) {
        return Pass::default();
    }
    let census = Census::of(text);
    let Some(&(rule, of)) = sets.iter().find(|(rule, of)| {
        let fits = if *rule == form_rules::PRIVATE_USE_GBK {
            census.is_simplified()
        } else {
            census.is_cantonese()
        };
        fits && rules.contains(rule) && all(*of)
    }) else {
        return Pass::default();
    };
    let edits = found.iter().filter_map(|&(at, c)| {
        let (span, today) = place(text, at, c, of)?;
        Some(Edit::new(text, span, rule, today, CERTAINTY))
    });
    Pass {
        edits: edits.collect(),
    }
}

/// What a private use character at a place is today, if it can stand there.
fn place(text: &str, at: usize, c: char, of: fn(char) -> Option<char>) -> Option<(Span, char)> {
    let span = at..at + c.len_utf8();
    let before = text[..span.start].chars().next_back();
    let after = text[span.end..].chars().next();
    let today = of(c).filter(|&today| fits(today, before, after))?;
    Some((span, today))
}

/// Whether a character can stand between its neighbours.
fn fits(c: char, before: Option<char>, after: Option<char>) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && c < '\u{250}');
    if matches!(c, 'ḿ' | 'ǹ') && (is_letter(before) || is_letter(after)) {
        return true;
    }
    let is_han = |c: Option<char>| c.is_some_and(|c| topic::is_han(c) || is_private_use(c));
    let is_edge =
        |c: Option<char>| c.is_none_or(|c| is_cjk_punctuation(c) || matches!(c, '\n' | '\r'));
    (is_han(before) && (is_han(after) || is_edge(after))) || (is_edge(before) && is_han(after))
}

/// Whether hardly anything but Cantonese has a character.
fn is_cantonese(c: char) -> bool {
    matches!(
        c,
        '嘅' | '咗'
            | '唔'
            | '喺'
            | '啲'
            | '咁'
            | '嘢'
            | '佢'
            | '哋'
            | '冇'
            | '諗'
            | '攞'
            | '睇'
            | '嚟'
            | '畀'
            | '瞓'
            | '嗰'
            | '乜'
    )
}

/// What the characters of a text say about its variant.
#[derive(Default)]
struct Census {
    simplified_chars: usize,
    traditional_chars: usize,
    cantonese_chars: usize,
    foreign_chars: usize,
}

impl Census {
    fn of(text: &str) -> Census {
        let mut seen = Census::default();
        for c in text.chars() {
            match data::han_class(c) {
                HanClass::SimplifiedOnly => seen.simplified_chars += 1,
                HanClass::TraditionalOnly => seen.traditional_chars += 1,
                _ => {}
            }
            // Most of them are of the set themselves.
            let c = if is_private_use(c) {
                of_hkscs(c).unwrap_or(c)
            } else {
                c
            };
            seen.cantonese_chars += usize::from(is_cantonese(c));
            if topic::is_kana_or_hangul(c) {
                // Then nothing else matters.
                seen.foreign_chars += 1;
                break;
            }
        }
        seen
    }

    fn is_simplified(&self) -> bool {
        self.simplified_chars > 0
            && self.simplified_chars > self.traditional_chars * 4
            && self.foreign_chars == 0
    }

    fn is_cantonese(&self) -> bool {
        self.cantonese_chars >= CANTONESE_MIN_CHARS
            && self.traditional_chars > self.simplified_chars * 4
            && self.foreign_chars == 0
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    fn repaired(text: &str) -> String {
        apply_pass(&find(text, &RuleSet::default()), text).unwrap()
    }

    #[test]
    fn the_table_is_sorted_and_is_what_gb18030_has_today() {
        let table = gbk_table();
        assert_eq!(table.len(), 106);
        assert!(table.is_sorted_by_key(|&(private, _)| private));
        let lines = rows!("../../../seeds/tables/private-use.tsv");
        let mut as_private = 0;
        for (line, &(private, today)) in lines.zip(table) {
            let code = line.split('\t').nth(1).unwrap();
            let bytes = u16::from_str_radix(code, 16).unwrap().to_be_bytes();
            let (text, _, malformed) = encoding_rs::GB18030.decode(&bytes);
            assert!(!malformed, "{line}");
            // The Encoding Standard keeps some of 2000's private use code points.
            as_private += usize::from(text == private.to_string());
            assert!(
                text == today.to_string() || text == private.to_string(),
                "{line}"
            );
        }
        assert!(as_private <= 24, "{as_private}");
    }

    #[test]
    fn the_areas_of_big5_follow_each_other() {
        for (c, bytes) in [
            ('\u{E000}', [0xFA, 0x40]),
            ('\u{E310}', [0xFE, 0xFE]),
            ('\u{E311}', [0x8E, 0x40]),
            ('\u{EEB7}', [0xA0, 0xFE]),
            ('\u{EEB8}', [0x81, 0x40]),
            ('\u{F6B0}', [0x8D, 0xFE]),
            ('\u{F6B1}', [0xC6, 0xA1]),
            ('\u{F848}', [0xC8, 0xFE]),
        ] {
            assert_eq!(big5_bytes(c), Some(bytes), "{c:?}");
        }
    }

    #[test]
    fn characters_come_back_where_the_text_is_of_the_standard() {
        assert_eq!(repaired("歌手刘\u{E863}说"), "歌手刘䶮说");
        let (text, _, _) = encoding_rs::BIG5.decode(b"\x8F\xEF\xFB\xEF");
        let private: String = text
            .chars()
            .map(|c| {
                ('\u{E000}'..='\u{F848}')
                    .find(|&private| of_hkscs(private) == Some(c))
                    .unwrap()
            })
            .collect();
        assert_eq!(
            repaired(&format!("佢哋唔會見到{private}嘅")),
            format!("佢哋唔會見到{text}嘅")
        );
    }

    #[test]
    fn icons_and_other_sets_stay() {
        for text in [
            "首页\u{E838} 收藏说明",
            "关于\u{F015}刘\u{E863}说",
            "歌手劉\u{E863}說",
            "多情白\u{E1E5}春无奈，说",
            "\u{E863}",
            "刘\u{E863}です说",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
