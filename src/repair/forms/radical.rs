//! Radicals that stand for ordinary characters: U+2F08 for 人, U+2ED3 for 长.
//!
//! PDF files name glyphs, and where a font uses one glyph for both a radical and the character
//! that it is, extraction often picks the radical's code point. Kangxi radicals (U+2F00 to U+2FD5)
//! have their character as compatibility decomposition (UnicodeData.txt, Unicode 16). Of the
//! CJK Radicals Supplement only those that are a whole modern character are changed, by the
//! table `seeds/tables/radicals.tsv`; the others are parts or old forms.
//!
//! A run of radicals is changed where it touches a Han character, for in running text a radical
//! stands alone only when it is meant. Meant as well: three and more in code order (a chart), one
//! beside its own character (a table), any near words about radicals. What it gets wrong:
//! a damaged line of nothing but radicals stays.

use std::sync::OnceLock;

use unicode_normalization::char::decompose_compatible;

use super::super::plan::{Edit, Pass};
use super::super::rules::{self, Rule, RuleSet};
use super::super::topic::{self, Topic};
use crate::rows::rows;

/// The character is beyond doubt; that it was meant follows from the text around it.
const CERTAINTY: f32 = 0.999;
/// From how many radicals in code order a run is a chart.
const CHART_MIN_CHARS: usize = 3;

fn is_radical(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FD5}')
}

/// The character that a radical is, and the rule that says so.
fn unified(c: char) -> Option<(&'static Rule, char)> {
    if c >= '\u{2F00}' {
        let mut unified = None;
        decompose_compatible(c, |c| unified = Some(c));
        return unified
            .filter(|&unified| unified != c)
            .map(|unified| (rules::RADICAL_KANGXI, unified));
    }
    supplement()
        .iter()
        .find(|(radical, _)| *radical == c)
        .map(|&(_, unified)| (rules::RADICAL_SUPPLEMENT, unified))
}

fn supplement() -> &'static [(char, char)] {
    static TABLE: OnceLock<Vec<(char, char)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        rows!("../../../seeds/tables/radicals.tsv")
            .filter_map(|line| {
                let mut fields = line.split('\t');
                let radical = u32::from_str_radix(fields.next()?, 16).ok()?;
                Some((char::from_u32(radical)?, fields.next()?.chars().next()?))
            })
            .collect()
    })
}

/// Finds the radicals to put right.
pub(in super::super) fn find(text: &str, rules: &RuleSet) -> Pass {
    let mut edits = Vec::new();
    let mut rest_start = 0;
    while let Some(found) = text[rest_start..].find(is_radical) {
        let start = rest_start + found;
        let run = &text[start..];
        let run = &run[..run.find(|c| !is_radical(c)).unwrap_or(run.len())];
        rest_start = start + run.len();
        let before = text[..start].chars().next_back();
        let after = text[rest_start..].chars().next();
        if !before.is_some_and(topic::is_han) && !after.is_some_and(topic::is_han) {
            continue;
        }
        if is_chart(run) || stands_beside_itself(run, before, after) {
            continue;
        }
        for (at, c) in run.char_indices() {
            if let Some((rule, unified)) = unified(c).filter(|(rule, _)| rules.contains(rule)) {
                let span = start + at..start + at + c.len_utf8();
                edits.push(Edit::new(text, span, rule, unified, CERTAINTY));
            }
        }
    }
    if !edits.is_empty() {
        let subject = Topic::of(text, topic::RADICALS);
        edits.retain(|edit| !subject.is_near(&edit.span, topic::REACH_BYTES));
    }
    Pass { edits }
}

/// Whether the run holds three radicals in code order, as charts do.
fn is_chart(run: &str) -> bool {
    let mut in_order_chars = 0;
    let mut last = '\0';
    run.chars().any(|c| {
        in_order_chars = if c > last { in_order_chars + 1 } else { 1 };
        last = c;
        in_order_chars >= CHART_MIN_CHARS
    })
}

/// Whether the character before or after the run is the one that the radical is.
fn stands_beside_itself(run: &str, before: Option<char>, after: Option<char>) -> bool {
    let is = |radical: Option<char>, neighbour: Option<char>| {
        let unified = radical.and_then(unified).map(|(_, unified)| unified);
        unified.is_some() && unified == neighbour
    };
    is(run.chars().next(), before) || is(run.chars().next_back(), after)
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    fn repaired(text: &str) -> String {
        apply_pass(&find(text, &RuleSet::default()), text).unwrap()
    }

    #[test]
    fn the_table_is_sorted_and_each_line_is_read() {
        let lines = rows!("../../../seeds/tables/radicals.tsv").count();
        assert_eq!(supplement().len(), lines);
        assert!(supplement().is_sorted_by_key(|(radical, _)| *radical));
        assert!(supplement().iter().all(|&(radical, unified)| {
            matches!(radical, '\u{2E80}'..='\u{2EF3}') && topic::is_han(unified)
        }));
    }

    #[test]
    fn every_kangxi_radical_has_its_character() {
        for c in '\u{2F00}'..='\u{2FD5}' {
            assert!(unified(c).is_some_and(|(_, unified)| topic::is_han(unified)));
        }
    }

    #[test]
    fn radicals_in_words_become_characters() {
        assert_eq!(repaired("\u{2F08}\u{2F2F}智能"), "人工智能");
        // The standard has 戶 for U+2F3E; conversion makes it 户.
        assert_eq!(repaired("\u{2ED3}期\u{2F64}\u{2F3E}"), "长期用戶");
        assert_eq!(repaired("在\u{2ED4}口"), "在门口");
    }

    #[test]
    fn radicals_that_are_meant_stay() {
        for text in [
            "\u{2F08}",
            "\u{2F00} \u{2F01} \u{2F02}",
            "列\u{2F00}\u{2F01}\u{2F02}",
            "\u{2F08}人",
            "部首\u{2F08}在左边",
            "\u{2EC0}字头", // a part, not a character
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
