//! Characters that look or sound like the right one: 蕞 for 最, and 扞 left for 捍.
//!
//! 蕞 is put for 最 by sellers, because advertising law bans superlatives and filters know 最;
//! 扞卫 is what a careless Traditional-to-Simplified table made of 捍衛. Both wrong characters are
//! real ones, so each is changed only before characters that the table
//! `seeds/tables/lookalikes.tsv` lists, never where the text speaks about spelling, and 蕞 never
//! in 绵蕞 (a ritual, in histories). What it gets wrong: 蕞 before a word that the table lacks
//! stays, and so does 扞卫 as the headword of a word list. Classical 扞卫, a legitimate variant of 捍卫, becomes 捍卫; the meaning is the same.

use std::sync::OnceLock;

use super::super::plan::{Edit, Pass};
use super::super::rules::{self, Rule, RuleSet};
use super::super::topic::{self, Topic};
use crate::rows::rows;

/// The following character decides; it is listed only where the wrong one makes no word with it.
const CERTAINTY: f32 = 0.99;

/// One line of the table.
struct Row {
    rule: &'static Rule,
    wrong: char,
    right: &'static str,
    /// Characters that may follow.
    followers: &'static str,
    /// Characters that may not stand before.
    never_after: &'static str,
}

fn table() -> &'static [Row] {
    static TABLE: OnceLock<Vec<Row>> = OnceLock::new();
    TABLE.get_or_init(|| {
        rows!("../../../seeds/tables/lookalikes.tsv")
            .filter_map(|line| {
                let mut fields = line.split('\t');
                Some(Row {
                    rule: rules::rule_named(fields.next()?)?,
                    wrong: fields.next()?.chars().next()?,
                    right: fields.next()?,
                    followers: fields.next()?,
                    never_after: fields.next()?,
                })
            })
            .collect()
    })
}

/// Finds the characters to put right.
pub(in super::super) fn find(text: &str, rules: &RuleSet) -> Pass {
    let mut edits: Vec<Edit> = Vec::new();
    for row in table().iter().filter(|row| rules.contains(row.rule)) {
        for (at, wrong) in text.match_indices(row.wrong) {
            let before = text[..at].chars().next_back();
            let after = &text[at + wrong.len()..];
            if after.starts_with(|next| row.followers.contains(next))
                && !before.is_some_and(|before| row.never_after.contains(before))
                && !(row.rule == rules::MISCONVERSION_HAN_WEI && is_headword(before, after))
            {
                let span = at..at + wrong.len();
                edits.push(Edit::new(text, span, row.rule, row.right, CERTAINTY));
            }
        }
    }
    crate::order::sort_by_key(&mut edits, |edit| edit.span.start);
    if !edits.is_empty() {
        let subject = Topic::of(text, topic::SPELLING);
        edits.retain(|edit| !subject.is_near(&edit.span, topic::REACH_BYTES / 3));
    }
    Pass { edits }
}

/// Whether a word of two characters, the second of which `after` begins with, is all that stands
/// in the first column of its line: word lists have 扞卫 as a variant in its own right.
fn is_headword(before: Option<char>, after: &str) -> bool {
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c == ',');
    ends(after.chars().nth(1)) && before.is_none_or(|c| c == '\n')
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    fn repaired(text: &str) -> String {
        apply_pass(&find(text, &RuleSet::default()), text).unwrap()
    }

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = rows!("../../../seeds/tables/lookalikes.tsv");
        assert_eq!(table().len(), lines.count());
        for row in table() {
            let mut followers: Vec<char> = row.followers.chars().collect();
            followers.sort_unstable();
            followers.dedup();
            assert_eq!(followers.len(), row.followers.chars().count(), "twice");
            assert!(!"尔爾芮格".chars().any(|c| row.followers.contains(c)));
        }
    }

    #[test]
    fn superlatives_come_back_and_words_stay() {
        assert_eq!(repaired("全网蕞低价，蕞后三天"), "全网最低价，最后三天");
        assert_eq!(repaired("坚决扞卫主权，扞衛"), "坚决捍卫主权，捍衛");
        for text in [
            "蕞尔小国",
            "扞格不入",
            "绵蕞大礼",
            "席林斯蕞树",
            "扞",
            "蕞",
            "扞卫 3 v",
        ] {
            assert_eq!(repaired(text), text);
        }
    }

    #[test]
    fn a_text_about_the_spelling_stays() {
        let text = "为躲避广告法，商家把“最好”换成蕞好。";
        assert_eq!(repaired(text), text);
    }
}
