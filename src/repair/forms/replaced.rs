//! Replacement characters that were read as something else: 锟斤拷 and 嚙踝蕭, listed.
//!
//! U+FFFD is EF BF BD in UTF-8, and two of them read as GBK are 锟斤拷, as Big5 嚙踝蕭. Nothing can be
//! brought back. Where one stands beside bytes that were kept, other characters come of it (锟窖撅拷,
//! 嚙稽嚙緘): they are listed as well, in a run that has the two beside each other or, as 嚙 is written
//! next to nowhere but in 嚙齒, three of them in Big5. Whoever has the original finds it by what is
//! left, so conversion leaves it.
//!
//! 锟斤拷 is also a joke about encodings: where it is quoted, or near words about encodings, it is not
//! listed.

use encoding_rs::{BIG5, GBK};

use super::super::Loss;
use super::super::rules::{self, RuleSet};
use super::super::signs::Signs;
use super::super::topic::{self, Topic};
use crate::Span;

/// U+FFFD in UTF-8.
const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// An encoding in which it was read.
struct Reading {
    encoding: &'static encoding_rs::Encoding,
    /// Its first two bytes, and two of it beside each other.
    first: char,
    two: &'static str,
    /// How many of it in a run are enough without two beside each other.
    scattered: usize,
    why: &'static str,
}

const READINGS: [Reading; 2] = [
    Reading {
        encoding: GBK,
        first: '锟',
        two: "锟斤拷",
        // 锟 is a name, and what may stand behind it are common characters.
        scattered: usize::MAX,
        why: "replacement characters that were read as GBK",
    },
    Reading {
        encoding: BIG5,
        first: '嚙',
        two: "嚙踝蕭",
        scattered: 3,
        why: "replacement characters that were read as Big5",
    },
];

/// Lists them in a text that shows these signs. Time O(n).
pub(super) fn find(text: &str, signs: Signs, rules: &RuleSet, lost: &mut Vec<Loss>) {
    if !signs.replaced || !rules.contains(rules::LOST_KUN_JIN_KAO) {
        return;
    }
    let mut subject = None;
    for reading in READINGS {
        for span in reading.spans(text) {
            let subject = subject.get_or_insert_with(|| Topic::of(text, topic::ENCODINGS));
            if !topic::is_quoted(text, &span) && !subject.is_near(&span, topic::REACH_BYTES) {
                lost.push(Loss {
                    span,
                    rule: rules::LOST_KUN_JIN_KAO,
                    why: reading.why,
                });
            }
        }
    }
}

impl Reading {
    /// Where they are, in order.
    fn spans(&self, text: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut end = 0;
        while let Some(found) = text[end..].find(self.first) {
            let found = end + found;
            let goes_on = |c: &char| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER;
            let before = text[end..found].chars().rev().take_while(goes_on);
            let start = found - before.map(char::len_utf8).sum::<usize>();
            let behind = text[found..].chars().take_while(goes_on);
            end = found + behind.map(char::len_utf8).sum::<usize>();
            self.spans_of_run(text, start..end, &mut spans);
        }
        spans
    }

    /// The same in characters of two bytes beside each other.
    fn spans_of_run(&self, text: &str, run: Span, spans: &mut Vec<Span>) {
        let run_text = &text[run.clone()];
        let (bytes, _, _) = self.encoding.encode(run_text);
        // A character that is none of the encoding parts bytes from characters.
        let fits = bytes.len() == run_text.chars().count() * 2;
        let count = bytes
            .windows(3)
            .filter(|&three| three == REPLACEMENT)
            .count();
        let is_enough = fits && count >= self.scattered;
        if !is_enough && !run_text.contains(self.two) {
            return;
        }
        if !fits {
            let twos = run_text.match_indices(self.two);
            spans.extend(twos.map(|(at, two)| run.start + at..run.start + at + two.len()));
            return;
        }
        // Each begins in one character and ends in the next.
        let mut rest = &*bytes;
        for (at, c) in run_text.char_indices() {
            let is_one = rest.starts_with(REPLACEMENT) || rest[1..].starts_with(REPLACEMENT);
            rest = &rest[2..];
            if !is_one {
                continue;
            }
            let (start, next) = (run.start + at, run.start + at + c.len_utf8());
            let end = next + text[next..].chars().next().map_or(0, char::len_utf8);
            match spans.last_mut() {
                // Two beside each other share a character.
                Some(last) if last.end > start => last.end = end,
                _ => spans.push(start..end),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(reading: usize, text: &str) -> Vec<&str> {
        let spans = READINGS[reading].spans(text).into_iter();
        spans.map(|span| &text[span]).collect()
    }

    #[test]
    fn what_stands_beside_others_is_found() {
        assert_eq!(spans(0, "姓名：锟斤拷锟斤拷"), ["锟斤拷", "锟斤拷"]);
        assert_eq!(spans(0, "a锟斤拷锟窖撅拷b"), ["锟斤拷", "锟窖", "撅拷"]);
        assert_eq!(spans(1, "JSP嚙踝蕭嚙稽嚙緘"), ["嚙踝蕭", "嚙稽", "嚙緘"]);
        assert_eq!(spans(1, "// 嚙緻嚙稽嚙緘\n嚙稽"), ["嚙緻", "嚙稽", "嚙緘"]);
        // € is one byte of GBK, 한 is not in Big5.
        assert_eq!(spans(0, "锟斤拷€"), ["锟斤拷"]);
        assert_eq!(spans(1, "한嚙踝蕭嚙稽"), ["嚙踝蕭"]);
    }

    #[test]
    fn names_and_rodents_are_not() {
        assert_eq!(spans(0, "曹锟教子，王锟叫他，李锟接了"), [""; 0]);
        assert_eq!(spans(1, "嚙齒類動物，嚙諸物"), [""; 0]);
    }
}
