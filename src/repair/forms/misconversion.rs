//! Words that a conversion by single characters left wrong: 皇後 for 皇后, 乾部 for 幹部.
//!
//! One Simplified character often stands for several Traditional ones, and a converter without
//! words takes the first of them; the way back loses 著 to 着 (臭名昭着). The wrong characters are
//! real, so words are listed (`seeds/tables/misconversions.tsv`), each with the right form of both
//! variants; the variant of the line decides, then that of the text, then Traditional.
//!
//! Legitimate look-alikes are two words that meet: 始皇 + 後來, 餅乾 + 部分, 這裡 + 程式, 關 + 係 + 統一.
//! The table lists the characters around them. Frequency lists (a word and a number on a line) and
//! texts about spelling stay. What it gets wrong: two words that meet otherwise than the table knows, which
//! millions of clean lines did not hold; and words that the table lacks stay wrong.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::super::class::Classes;
use super::super::form_rules;
use super::super::plan::{Edit, Pass};
use super::super::rules::{self, Level, Rule, RuleSet};
use super::super::topic::{self, Topic};
use crate::data::{self, HanClass};
use crate::rows::rows;

/// The word is listed as one that nobody writes; that it is one word follows from its neighbours.
const CERTAINTY: f32 = 0.99;

/// No word of the table is longer, what must not follow it included.
const WORD_CHARS_MAX: usize = 8;

/// One line of the table.
struct Row {
    rule: &'static Rule,
    wrong: &'static str,
    traditional: &'static str,
    simplified: &'static str,
    never_after: &'static str,
    never_before: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    rows!("../../../seeds/tables/misconversions.tsv").filter_map(|line| {
        let mut fields = line.split('\t');
        Some(Row {
            rule: rules::rule_named(fields.next()?)?,
            wrong: fields.next()?,
            traditional: fields.next()?,
            simplified: fields.next()?,
            never_after: fields.next()?,
            never_before: fields.next()?,
        })
    })
}

/// The wrong words, and from which level on they are put right.
pub(in super::super) fn words() -> impl Iterator<Item = (&'static str, Level)> {
    rows().map(|row| (row.wrong, row.rule.level))
}

/// The rows by the first two characters of their words, longer words first.
fn table() -> &'static HashMap<[char; 2], Vec<Row>> {
    static TABLE: OnceLock<HashMap<[char; 2], Vec<Row>>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table: HashMap<[char; 2], Vec<Row>> = HashMap::new();
        for row in rows() {
            let mut chars = row.wrong.chars();
            if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                table.entry([first, second]).or_default().push(row);
            }
        }
        for rows in table.values_mut() {
            crate::order::sort_by_key(rows, |row| std::cmp::Reverse(row.wrong.len()));
        }
        table
    })
}

/// The row whose word stands at a place, among those of these rules.
fn row_at(text: &str, at: usize, is_on: impl Fn(&Rule) -> bool) -> Option<&'static Row> {
    let mut chars = text[at..].chars();
    let rows = table().get(&[chars.next()?, chars.next()?])?;
    let last = text[..at].chars().next_back().unwrap_or('\0');
    rows.iter().find(|row| {
        let rest = text[at..].strip_prefix(row.wrong);
        is_on(row.rule)
            && !row.never_after.contains(last)
            && rest.is_some_and(|rest| !rest.starts_with(|c| row.never_before.contains(c)))
    })
}

/// The level of the word that stands at a place.
pub(in super::super) fn level_at(text: &str, at: usize) -> Option<Level> {
    row_at(text, at, |_| true).map(|row| row.rule.level)
}

/// Finds the words to put right; `places` are where they may begin, where that is known.
pub(in super::super) fn find(text: &str, places: Option<&[usize]>, rules: &RuleSet) -> Pass {
    match places {
        Some(places) => find_at(text, places.iter().copied(), rules),
        None => {
            let classes = Classes::get(rules.contains(form_rules::MISCONVERSION_REGIONAL));
            find_at(text, classes.pair_places(text), rules)
        }
    }
}

fn find_at(text: &str, places: impl Iterator<Item = usize>, rules: &RuleSet) -> Pass {
    let mut edits = Vec::new();
    // What stands around a place holds for the rest of it.
    let (mut place, mut foreign, mut traditional) = (0..0, false, true);
    let (mut done, mut of_text) = (0, None);
    for at in places {
        if at < done {
            continue;
        }
        let Some(row) = row_at(text, at, |rule| rules.contains(rule)) else {
            continue;
        };
        done = at + row.wrong.len();
        if at >= place.end {
            place = topic::near(text, at);
            let line = &text[place.clone()];
            foreign = is_foreign(line);
            traditional = match balance(line) {
                0 => *of_text.get_or_insert_with(|| balance(text)) >= 0,
                balance => balance > 0,
            };
        }
        if foreign || is_frequency_entry(text, at) {
            continue;
        }
        let right = if traditional {
            row.traditional
        } else {
            row.simplified
        };
        if !breaks_a_word(right, &text[done..], |rule| rules.contains(rule)) {
            edits.push(Edit::new(text, at..done, row.rule, right, CERTAINTY));
        }
    }
    if !edits.is_empty() {
        let subject = Topic::of(text, topic::SPELLING);
        edits.retain(|edit| {
            !subject.is_near(&edit.span, topic::REACH_BYTES) && !topic::is_quoted(text, &edit.span)
        });
    }
    Pass { edits }
}

/// Whether the right form would make a wrong word of its last character and what stands behind:
/// 乾 of 軀 + 乾隆 belongs to the second word.
fn breaks_a_word(right: &str, behind: &str, is_on: impl Fn(&Rule) -> bool) -> bool {
    let last = right.char_indices().next_back().map_or(0, |(at, _)| at);
    let behind: String = behind.chars().take(WORD_CHARS_MAX).collect();
    row_at(&[right, &behind].concat(), last, is_on).is_some()
}

/// Whether the line is a word and a number, as lists for segmenters are.
fn is_frequency_entry(text: &str, at: usize) -> bool {
    let line = &text[topic::near(text, at)];
    let word = line.trim_start_matches(topic::is_han);
    let number = word.trim_start_matches([' ', '\t']);
    number.len() < word.len() && number.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether the line is Japanese or Korean, which write some of these words so.
fn is_foreign(line: &str) -> bool {
    line.contains(|c| topic::is_kana_or_hangul(c) || data::han_class(c) == HanClass::JapaneseOnly)
}

/// By how much Traditional characters outnumber Simplified ones, wrong words apart. Looks at
/// 4,096 characters.
fn balance(text: &str) -> i32 {
    let mut balance = 0;
    let mut done = 0;
    let mut chars = text.char_indices().take(4096).peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map_or('\0', |&(_, next)| next);
        if let Some(rows) = table().get(&[c, next])
            && let Some(row) = rows.iter().find(|row| text[at..].starts_with(row.wrong))
        {
            done = done.max(at + row.wrong.len());
        }
        balance += match data::han_class(c) {
            _ if at < done => 0,
            HanClass::TraditionalOnly => 1,
            HanClass::SimplifiedOnly => -1,
            _ => 0,
        };
    }
    balance
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::super::super::signs::Look;
    use super::*;

    fn repaired(text: &str) -> String {
        let rules = RuleSet::parse("tidy").unwrap();
        let pass = find(text, None, &rules);
        let look = Look::at(text, true);
        assert_eq!(find(text, look.words.all(), &rules), pass, "{text}");
        apply_pass(&pass, text).unwrap()
    }

    #[test]
    fn every_line_of_the_table_is_read_and_repairs_itself() {
        let lines = rows!("../../../seeds/tables/misconversions.tsv");
        assert_eq!(rows().count(), lines.count());
        for row in rows() {
            let (first, right) = (repaired(row.wrong), [row.traditional, row.simplified]);
            assert!(right.contains(&first.as_str()), "{} {first}", row.wrong);
            assert_eq!(repaired(row.traditional), row.traditional);
            assert_eq!(repaired(row.simplified), row.simplified);
            for c in row.never_before.chars().filter(|&c| c != '-') {
                let two_words = format!("{}{c}", row.wrong);
                assert_eq!(repaired(&two_words), two_words);
            }
        }
    }

    #[test]
    fn the_variant_decides_the_form() {
        assert_eq!(repaired("這些乾部的製度"), "這些幹部的制度");
        assert_eq!(repaired("这些乾部的製度"), "这些干部的制度");
    }

    #[test]
    fn two_words_that_meet_stay() {
        for text in [
            "秦始皇後來統一了六國",
            "餅乾部分已經吃完",
            "這裡程式碼很多",
            "關係統計",
            "互相乾杯",
            "白髮現在很多",
            "乾部 12 n",
            "有人把「幹部」寫成乾部",
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
