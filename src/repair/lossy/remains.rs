//! Lines of UTF-8 that was read as Big5, of which too little is left to be read.
//!
//! Windows drops a third of it for question marks, and who shows or copies the rest drops what is
//! private use there, another quarter, without a trace. Nobody can read that, but it can be known
//! for what it is: every character has a code whose bytes may stand in UTF-8, a third of them
//! begin like one, and so they are characters that nobody uses, with marks of loss between. Such a line is
//! listed, and conversion leaves it, for whoever has the original finds it by what is left.
//!
//! What it gets wrong: a line with good Chinese beside the damage is not seen, since each of its
//! characters would have to fit.

use super::super::Loss;
use super::super::form_rules;
use super::super::proof::{LONG_PROOF_CHARS, is_mostly_uncommon};
use super::super::reread;
use super::super::rules::RuleSet;
use super::DOCUMENT_PROOFS;
use super::decoder::Decoder;
use crate::Span;

/// How many characters show what a line is, and how many of them begin as one of UTF-8: a character
/// of running text does once in 300 times.
const CHARS: usize = 3;
const OPENINGS: usize = 2;
/// One of so many begins so.
const CHARS_PER_OPENING: usize = 3;

/// What a line shows.
#[derive(Debug)]
struct Remains {
    /// Where they are, marks included.
    span: Span,
    is_strong: bool,
}

/// Lists the lines that are so, of those that are odd; where these prove it of the document, of all.
pub(in crate::repair) fn find(text: &str, odd: &[Span], rules: &RuleSet) -> Vec<Loss> {
    let rule = form_rules::LOST_UTF_8_AS_BIG5;
    if odd.is_empty() || !rules.contains(rule) {
        return Vec::new();
    }
    let odd = odd.iter().filter_map(|line| remains(text, line.clone()));
    let mut lines: Vec<Remains> = odd.filter(|line| line.is_strong).collect();
    if lines.len() >= DOCUMENT_PROOFS {
        let all = reread::lines(text);
        lines = all.filter_map(|line| remains(text, line)).collect();
    }
    let loss = |line: Remains| Loss {
        span: line.span,
        rule,
        why: "UTF-8 that was read as Big5, with too much of it lost",
    };
    lines.into_iter().map(loss).collect()
}

/// What a line shows, if it has nothing but remains beside its ASCII.
fn remains(text: &str, line: Span) -> Option<Remains> {
    let is_mark = |c| matches!(c, '?' | '\u{FFFD}');
    let line_text = &text[line.clone()];
    // Of those that go on, most are common.
    if !line_text.contains(is_mark)
        || !is_mostly_uncommon(&letters(line_text), LONG_PROOF_CHARS, false)
    {
        return None;
    }
    let (mut chars, mut openings, mut marks) = (0, 0, 0);
    let mut span = line.start..line.start;
    let mut was_beyond = false;
    for (at, c) in line_text.char_indices() {
        let at = line.start + at;
        // A question mark behind ASCII may be one.
        let is_beyond = is_mark(c) && (was_beyond || c != '?') || !c.is_ascii();
        was_beyond = is_beyond;
        if !is_beyond {
            continue;
        }
        if span.is_empty() {
            span.start = at;
        }
        span.end = at + c.len_utf8();
        if is_mark(c) {
            marks += 1;
            continue;
        }
        if c == '\u{80}' {
            continue;
        }
        let fits = |&&code: &&u16| may_be_utf_8(code.to_be_bytes());
        let codes = Decoder::Big5.codes(c);
        let code = codes.as_slice().iter().find(fits)?;
        chars += 1;
        openings += usize::from(code.to_be_bytes()[0] >= 0xC2);
    }
    let is_strong = chars >= CHARS && openings >= OPENINGS;
    (marks > 0 && openings > 0 && openings * CHARS_PER_OPENING >= chars)
        .then_some(Remains { span, is_strong })
}

/// The characters beyond ASCII that are no mark.
fn letters(line: &str) -> String {
    let beyond = |&c: &char| !c.is_ascii() && c != char::REPLACEMENT_CHARACTER;
    line.chars().filter(beyond).collect()
}

/// Whether two bytes may stand in UTF-8 beside each other.
fn may_be_utf_8(pair: [u8; 2]) -> bool {
    let continues = |byte| matches!(byte, 0x80..=0xBF);
    let opens = |byte| matches!(byte, 0xC2..=0xEF);
    match pair {
        [first, second] if opens(first) => continues(second),
        [first, second] => continues(first) && (continues(second) || opens(second)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Repairer;

    fn listed(text: &str) -> Vec<&str> {
        let repair = Repairer::new().repair(text);
        let of_rule = |loss: &&Loss| loss.rule == form_rules::LOST_UTF_8_AS_BIG5;
        let lost = repair.lost().iter().filter(of_rule);
        lost.map(|loss| &text[loss.span.clone()]).collect()
    }

    #[test]
    fn what_nobody_can_read_is_listed() {
        for (text, remains) in [
            ("note = \"蝜?銝剜?\" # 2", "蝜?銝剜?"),
            (
                "// 閮剖?瑼?摮嚗??遣蝡?config 瑼???",
                "閮剖?瑼?摮嚗??遣蝡?config 瑼???",
            ),
            (
                "隢撓?交?摮隞嗅?\u{80}??蝣潘??嗅????餃????",
                "隢撓?交?摮隞嗅?\u{80}??蝣潘??嗅????餃????",
            ),
        ] {
            assert_eq!(listed(text), [remains], "{text}");
            assert_eq!(Repairer::new().repair(text).text(), text);
        }
    }

    #[test]
    fn short_lines_follow() {
        let line = "閮剖?瑼?摮嚗??遣蝡?config 瑼???\n";
        assert_eq!(listed(&format!("{line}{line}{line}# 銝?\n")).len(), 4);
        assert_eq!(listed(&format!("{line}{line}# 銝?\n")).len(), 2);
    }

    #[test]
    fn questions_about_rare_characters_are_not() {
        for text in [
            "靝靐龘?",
            "銘銓怎麼唸?",
            "這是什麼?",
            "鄭銘銓? 不認識。",
            "銝剜",
            "銝?",
        ] {
            assert!(listed(text).is_empty(), "{text}");
        }
    }
}
