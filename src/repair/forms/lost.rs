//! What no rule can bring back, listed so that nobody takes the text for whole.
//!
//! U+FFFD stands for bytes that some decoder could not read, and becomes 锟斤拷 where it is read as
//! something else (`replaced.rs`); question marks in a row are text written in an encoding that lacked
//! it. None is changed. People write ???? in earnest, so question marks count only as a word of their
//! own in a line without Han.

use super::super::Loss;
use super::super::rules::{self, RuleSet};
use super::super::signs::Signs;
use super::super::topic;
use super::replaced;

/// Lists what is lost in a text that shows these signs. Time O(n).
pub(in super::super) fn find(text: &str, signs: Signs, rules: &RuleSet) -> Vec<Loss> {
    let mut lost = Vec::new();
    if signs.replacement && rules.contains(rules::LOST_REPLACEMENT) {
        push_runs(text, '\u{FFFD}', 1, |span| {
            lost.push(Loss {
                span,
                rule: rules::LOST_REPLACEMENT,
                why: "bytes that an earlier program could not decode",
            });
        });
    }
    replaced::find(text, signs, rules, &mut lost);
    if signs.question_marks && rules.contains(rules::LOST_QUESTION_MARKS) {
        let mut line = 0..0;
        let mut line_is_bare = false;
        push_runs(text, '?', 4, |span| {
            if span.start >= line.end {
                line = topic::line_around(text, span.start);
                line_is_bare = !text[line.clone()].chars().any(topic::is_han);
            }
            let before = text[..span.start].chars().next_back();
            if line_is_bare && before.is_none_or(|c| c.is_whitespace() || "\"'>=([".contains(c)) {
                lost.push(Loss {
                    span,
                    rule: rules::LOST_QUESTION_MARKS,
                    why: "text that was written in an encoding that lacked it",
                });
            }
        });
    }
    lost
}

/// Calls back with every run of a character that is long enough.
fn push_runs(text: &str, c: char, min_chars: usize, mut push: impl FnMut(crate::Span)) {
    let mut buffer = [0; 4];
    let finder = memchr::memmem::Finder::new(c.encode_utf8(&mut buffer));
    let mut end = 0;
    while let Some(found) = finder.find(&text.as_bytes()[end..]) {
        let start = end + found;
        let run = &text[start..];
        end = start + run.find(|next| next != c).unwrap_or(run.len());
        if end - start >= min_chars * c.len_utf8() {
            push(start..end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::signs::Look;
    use super::*;

    fn listed(text: &str) -> Vec<&str> {
        find(text, Look::at(text, false).signs, &RuleSet::default())
            .iter()
            .map(|loss| &text[loss.span.clone()])
            .collect()
    }

    #[test]
    fn losses_are_listed() {
        assert_eq!(
            listed("a\u{FFFD}\u{FFFD}b\u{FFFD}"),
            ["\u{FFFD}\u{FFFD}", "\u{FFFD}"]
        );
        assert_eq!(listed("公司锟斤拷锟斤拷地址"), ["锟斤拷", "锟斤拷"]);
        assert_eq!(listed("title=????? 2"), ["?????"]);
    }

    #[test]
    fn earnest_marks_and_jokes_are_not() {
        for text in [
            "真的????",
            "what????",
            "a ?? b",
            "手持两把“锟斤拷”",
            "乱码如锟斤拷",
            "曹锟",
        ] {
            assert!(listed(text).is_empty(), "{text}");
        }
    }
}
