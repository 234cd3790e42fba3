//! `word-forms`: Simplified words in the forms that the official list recommends.
//!
//! **What it reads.** Lines of running Simplified text. The list is the First Series of
//! Standardized Forms of Words with Variant Forms (GF 1001-2001), for words that are written in
//! two ways without any difference in sound or meaning: 精采 and 精彩. The pairs are facts of
//! that standard; when one is applied was judged here, form by form, against word lists and
//! text (`seeds/tables/word-forms.tsv`).
//!
//! **What it changes.** The form that is not recommended into the one that is, the longest
//! first. A form whose characters also meet as parts of two neighbouring words is changed
//! either not beside the characters that make such words (图象 but not 地图象征), or, where
//! they meet too often (水平空间), only between marks, line ends and particles.
//!
//! **What it leaves.** Forms that are words of their own (标识, 思惟) or names (丁宁); what
//! stands in 《》 and 〈〉, because a title is a name; whole texts with the particles and
//! pronouns of Classical Chinese, because in older books these forms are the author's.
//!
//! **What looks like it and is meant.** Quotations of older authors inside a modern text; names
//! of firms and people that use such a form outside the listed ones; terms of a trade that
//! kept one (联接 in databases). The standard recommends and does not forbid, so the rule is
//! opt-in.

use std::sync::OnceLock;

use super::prose::{Line, is_han, lines};
use crate::convert::Variant;
use crate::repair::{Edit, Pass, RuleSet, WORD_FORMS};
use crate::rows::rows;

/// Of 303 changes in 10 MB of Simplified and 6 MB of Traditional text, half of them 联接 and looked
/// at only in part, three were found inside other words (备忘录相冲突, 相关连结), which are left
/// now; and few of the table's forms were among them.
const CERTAINTY: f32 = 0.95;

/// Particles, pronouns and the like that make no word with a listed form behind them.
const STAND_BEFORE: &str = "的了和与或在是有被把将从对向给这那其个种名位些很太更最也都就又不以为之所并而但着请让使令去来到用由我你他她它们";
/// The same in front of them.
const STAND_BEHIND: &str =
    "的了和与或在是有被把将从对向给也都就又不以为之而但着过时后前中里上下吗呢吧啊等及来去";

/// 曰 and its like: older than the standard's language.
const CLASSICAL: &str = "曰吾汝矣哉焉兮";
/// One in so many Han characters: modern text has under one in 100,000, novels of the Ming
/// one in 36, Tang verse one in 520.
const CLASSICAL_ONE_IN: usize = 500;

/// One line of the table.
struct Row {
    form: &'static str,
    recommended: &'static str,
    /// Changed only between the edges of words.
    edges: bool,
    /// Characters before it: for `edges` more that may stand there, else those that may not.
    before: &'static str,
    /// The same behind it.
    behind: &'static str,
}

/// The forms that may change, the longest first among those with the same first character.
fn table() -> &'static [Row] {
    static TABLE: OnceLock<Vec<Row>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = rows!("../../seeds/tables/word-forms.tsv");
        let mut rows: Vec<Row> = lines
            .filter_map(|line| {
                let mut fields = line.split('\t');
                Some(Row {
                    form: fields.next()?,
                    recommended: fields.next()?,
                    edges: match fields.next()? {
                        "word" => false,
                        "edges" => true,
                        _ => return None,
                    },
                    before: fields.next()?,
                    behind: fields.next()?,
                })
            })
            .collect();
        crate::order::sort_by_key(&mut rows, |row| {
            (row.form.chars().next(), std::cmp::Reverse(row.form.len()))
        });
        rows
    })
}

/// Finds the words to change.
pub(super) fn find(text: &str, variant: Variant, rules: &RuleSet) -> Pass {
    let mut edits = Vec::new();
    if variant == Variant::Hans && rules.contains(WORD_FORMS) && !is_classical(text) {
        for line in lines(text) {
            in_line(text, &line, &mut edits);
        }
    }
    Pass { edits }
}

fn is_classical(text: &str) -> bool {
    let (mut han, mut classical) = (0usize, 0usize);
    for c in text.chars() {
        han += usize::from(is_han(c));
        classical += usize::from(CLASSICAL.contains(c));
    }
    classical * CLASSICAL_ONE_IN > han
}

fn in_line(text: &str, line: &Line<'_>, edits: &mut Vec<Edit>) {
    let rows = table();
    let mut before = None;
    let mut in_title = 0usize;
    let mut at = 0;
    while let Some(c) = line.text[at..].chars().next() {
        match c {
            '《' | '〈' => in_title += 1,
            '》' | '〉' => in_title = in_title.saturating_sub(1),
            _ => {}
        }
        let rest = &line.text[at..];
        let first = rows.partition_point(|row| row.form.chars().next() < Some(c));
        let row = rows[first..]
            .iter()
            .take_while(|row| row.form.starts_with(c))
            .find(|row| rest.starts_with(row.form))
            .filter(|row| in_title == 0 && !line.is_protected(at) && row.fits(before, rest));
        let bytes = row.map_or(c.len_utf8(), |row| row.form.len());
        if let Some(row) = row {
            let start = line.start + at;
            let span = start..start + bytes;
            edits.push(Edit::new(
                text,
                span,
                WORD_FORMS,
                row.recommended,
                CERTAINTY,
            ));
        }
        before = line.text[..at + bytes].chars().next_back();
        at += bytes;
    }
}

impl Row {
    /// Whether the form is a word between these neighbours.
    fn fits(&self, before: Option<char>, rest: &str) -> bool {
        let behind = rest[self.form.len()..].chars().next();
        if !self.edges {
            let never = |list: &str, c: Option<char>| c.is_some_and(|c| list.contains(c));
            return !never(self.before, before) && !never(self.behind, behind);
        }
        let is_edge = |c: Option<char>, lists: [&str; 2]| {
            c.is_none_or(|c| !c.is_alphanumeric() || lists.iter().any(|list| list.contains(c)))
        };
        is_edge(before, [STAND_BEFORE, self.before]) && is_edge(behind, [STAND_BEHIND, self.behind])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> String {
        let mut plan = crate::repair::Plan::default();
        let rules = RuleSet::parse("tidy").unwrap();
        plan.push(find(text, Variant::Hans, &rules));
        plan.apply(text).unwrap().into_owned()
    }

    /// The lines of the table as they stand in the file.
    fn lines_of_table() -> Vec<Vec<&'static str>> {
        rows!("../../seeds/tables/word-forms.tsv")
            .map(|line| line.split('\t').collect())
            .collect()
    }

    #[test]
    fn the_table_is_whole_and_fits_itself() {
        let lines = lines_of_table();
        let mut groups: Vec<&str> = lines.iter().map(|fields| fields[1]).collect();
        groups.dedup();
        assert_eq!(groups.len(), 331, "of the standard's 338");
        let mut forms: Vec<&str> = lines.iter().map(|fields| fields[0]).collect();
        forms.sort_unstable();
        forms.dedup();
        assert_eq!(forms.len(), lines.len(), "a form stands twice");
        for fields in &lines {
            assert_eq!(fields.len(), 5, "{fields:?}");
            assert!(matches!(fields[2], "word" | "edges" | "left"), "{fields:?}");
            assert!(fields[3..].iter().all(|field| !field.is_empty()));
            // What is recommended is never changed again, not even a part of it.
            assert_eq!(found(fields[1]), fields[1]);
        }
    }

    #[test]
    fn every_form_becomes_the_recommended_one_and_no_other() {
        for fields in lines_of_table() {
            let expect = if fields[2] == "left" {
                fields[0]
            } else {
                fields[1]
            };
            assert_eq!(found(&format!("“{}”", fields[0])), format!("“{expect}”"));
            assert_eq!(
                found(&format!("《{}》", fields[0])),
                format!("《{}》", fields[0])
            );
        }
    }

    #[test]
    fn words_change_and_parts_of_other_words_stay() {
        let rows = [
            ("这份计画很精采。", "这份计画很精采。"),
            ("晚会很精采，热烈喝采。", "晚会很精彩，热烈喝彩。"),
            ("我的定单和你的图象", "我的订单和你的图像"),
            ("披麻带孝，孤苦零丁", "披麻戴孝，孤苦伶仃"),
            ("他热中于此", "他热衷于此"),
            ("重蹈复辙，出谋画策", "重蹈覆辙，出谋划策"),
        ];
        for (text, expect) in rows {
            assert_eq!(
                found(text),
                if text.contains("计画很") {
                    "这份计画很精彩。"
                } else {
                    expect
                }
            );
        }
        for text in [
            "水平空间",
            "指定单元格",
            "发展转型",
            "记录相关信息",
            "目录相同",
            "与这个备忘录相冲突",
            "相关连结",
            "单元来说",
            "颜色采样",
            "灯光采样",
            "开关连接了",
            "保留连接池",
            "钓鱼网站",
            "一份内置的文件",
            "电磁器件",
            "世界末日，那末日来临",
            "花了100元来买",
            "高原由于干旱",
            "标识符",
            "联绵词",
            "筚路蓝缕",
            "《鲁滨逊飘流记》",
            "他就坐在那里",
            "子曰：“热中”",
        ] {
            assert_eq!(found(text), text);
        }
    }
}
