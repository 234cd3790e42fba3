//! `quotation-marks`: the quotation marks of the target variant.
//!
//! **What it reads.** Lines of running Chinese text. The quotation marks of both standards are
//! read together, as pairs that stand in each other; `’` between Latin letters or digits is an
//! apostrophe and no mark.
//!
//! **What it changes.** Simplified text quotes with “” and inside with ‘’ (GB/T 15834-2011,
//! 4.8), Traditional text with 「」 and inside with 『』 (the Ministry of Education's Revised
//! Handbook of Punctuation, 2008; Hong Kong's schools do the same). Each pair that is of the
//! other standard becomes the outer or the inner one by how deep it stands. ﹁﹂ and ﹃﹄, forms
//! for vertical lines, count as 「」 and 『』.
//!
//! **What it leaves.** A line in which any mark has no partner, or pairs cross, or a mark of
//! the right standard would no longer stand at its right depth; pairs without a Han character
//! in them or beside them; straight quotation marks, which do not say which end they are.
//! Quotations of several paragraphs are left for the same reason: no line proves them.
//!
//! **What looks like it and is meant.** 「」 in Simplified text that marks names of buttons or
//! imitates Taiwan's or Japanese typesetting; “” in Traditional text that was set in
//! horizontal lines by choice, as in some Hong Kong newspapers. The rule is opt-in for them.

use super::prose::{Line, is_han, lines};
use crate::convert::Variant;
use crate::repair::{Edit, Pass, QUOTATION_MARKS, RuleSet};

/// Pairs are proven by their partner; what is left is whether the style was chosen.
const CERTAINTY: f32 = 0.98;

/// Opening and closing mark, outer and inner, of a standard.
type Marks = [(char, char); 2];
const CURLY: Marks = [('“', '”'), ('‘', '’')];
const CORNER: Marks = [('「', '」'), ('『', '』')];
/// U+FE41 to U+FE44.
const VERTICAL: Marks = [('﹁', '﹂'), ('﹃', '﹄')];

/// Every opening mark with its partner.
const PAIRS: [(char, char); 6] = [
    CURLY[0],
    CURLY[1],
    CORNER[0],
    CORNER[1],
    VERTICAL[0],
    VERTICAL[1],
];

/// Finds the marks to change.
pub(super) fn find(text: &str, variant: Variant, rules: &RuleSet) -> Pass {
    let mut edits = Vec::new();
    if rules.contains(QUOTATION_MARKS) {
        let right = match variant {
            Variant::Hans => CURLY,
            Variant::Hant | Variant::HantTw | Variant::HantHk => CORNER,
        };
        for line in lines(text) {
            in_line(text, &line, right, &mut edits);
        }
    }
    Pass { edits }
}

/// A mark of a line and the place of its partner.
struct Quotation {
    open: usize,
    close: usize,
    pair: (char, char),
    depth: usize,
}

fn in_line(text: &str, line: &Line<'_>, right: Marks, edits: &mut Vec<Edit>) {
    if !line.text.contains(|c| is_wrong(c, right)) {
        return;
    }
    let Some(quotations) = quotations(line) else {
        return;
    };
    let mut changes = Vec::new();
    for quotation in &quotations {
        let wanted = right[quotation.depth % right.len()];
        if quotation.pair == wanted {
            continue;
        }
        if !is_wrong(quotation.pair.0, right) {
            return;
        }
        if !is_chinese(line.text, quotation) {
            // Its depth counts for what stands in it, so nothing in the line is sure.
            return;
        }
        changes.push((quotation.open, wanted.0));
        changes.push((quotation.close, wanted.1));
    }
    crate::order::sort_by_key(&mut changes, |change| *change);
    for (at, mark) in changes {
        let start = line.start + at;
        let bytes = text[start..].chars().next().map_or(0, char::len_utf8);
        let span = start..start + bytes;
        edits.push(Edit::new(text, span, QUOTATION_MARKS, mark, CERTAINTY));
    }
}

/// Whether the mark opens or closes a pair of the other standard.
fn is_wrong(c: char, right: Marks) -> bool {
    let is_mark = PAIRS.iter().any(|&(open, close)| c == open || c == close);
    is_mark && !right.iter().any(|&(open, close)| c == open || c == close)
}

/// All pairs of a line in order of their opening; `None` where one is not proven.
fn quotations(line: &Line<'_>) -> Option<Vec<Quotation>> {
    let mut found: Vec<Quotation> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut before = None;
    for (at, c) in line.text.char_indices() {
        let after = line.text[at + c.len_utf8()..].chars().next();
        let apostrophe = c == '’' && is_latin(before) && is_latin(after);
        before = Some(c);
        if apostrophe || line.is_protected(at) {
            continue;
        }
        if let Some(&pair) = PAIRS.iter().find(|(begin, _)| *begin == c) {
            let depth = open.len();
            open.push(found.len());
            found.push(Quotation {
                open: at,
                close: at,
                pair,
                depth,
            });
        } else if PAIRS.iter().any(|(_, end)| *end == c) {
            let last = &mut found[open.pop()?];
            if last.pair.1 != c {
                return None;
            }
            last.close = at;
        }
    }
    open.is_empty().then_some(found)
}

fn is_latin(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() && c < '\u{2E80}')
}

/// Whether a Han character stands in the quotation, or one or a Chinese mark beside it.
fn is_chinese(line: &str, quotation: &Quotation) -> bool {
    let inside = &line[quotation.open..quotation.close];
    let beside = |c: char| is_han(c) || "，。！？；：、（）《》—…".contains(c);
    let after = line[quotation.close..].chars().nth(1);
    let is_empty = inside.chars().nth(1).is_none();
    !is_empty
        && (inside.contains(is_han)
            || line[..quotation.open].ends_with(beside)
            || after.is_some_and(beside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, variant: Variant) -> String {
        let mut plan = crate::repair::Plan::default();
        plan.push(find(text, variant, &RuleSet::parse("tidy").unwrap()));
        plan.apply(text).unwrap().into_owned()
    }

    #[test]
    fn pairs_become_those_of_the_variant_by_depth() {
        let rows = [
            ("他說：「我聽見『走』字。」", "他說：“我聽見‘走’字。”"),
            ("「甲」和「乙」", "“甲”和“乙”"),
            ("﹁甲﹃乙﹄﹂", "“甲‘乙’”"),
            ("“请按「确定」按钮”", "“请按‘确定’按钮”"),
            ("『甲「乙」』", "“甲‘乙’”"),
            ("「甲『乙「丙」』」", "“甲‘乙“丙”’”"),
            ("他用「Hello」打招呼", "他用“Hello”打招呼"),
        ];
        for (text, expect) in rows {
            assert_eq!(found(text, Variant::Hans), expect);
        }
        let rows = [
            ("他說：“我聽見‘走’字。”", "他說：「我聽見『走』字。」"),
            ("他讀‘詩’，不讀‘史’", "他讀「詩」，不讀「史」"),
            ("“It’s 好”，他說", "「It’s 好」，他說"),
            ("﹁甲﹂和“乙”", "「甲」和「乙」"),
        ];
        for (text, expect) in rows {
            for variant in [Variant::Hant, Variant::HantTw, Variant::HantHk] {
                assert_eq!(found(text, variant), expect);
            }
        }
    }

    #[test]
    fn what_is_not_proven_stays() {
        for text in [
            "「甲",
            "甲」",
            "「甲『乙」丙』",
            "「甲“乙”」",
            "「」是引号",
            "“甲”",
            "用`「甲」`表示",
            "let 甲 = 「乙」",
            "“甲‘乙’”",
        ] {
            assert_eq!(found(text, Variant::Hans), text);
        }
        for text in [
            "他說‘甲",
            "students’ 的書",
            "5’10”高的人",
            "“甲「乙」”",
            "“ok” 甲",
        ] {
            assert_eq!(found(text, Variant::HantTw), text);
        }
    }
}
