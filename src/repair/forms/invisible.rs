//! Characters that cannot be seen: controls, zero-width spaces, soft hyphens, direction marks.
//!
//! They come from terminals, databases, editors and web pages, and make words unfindable. Chinese
//! needs none of them, other scripts do: Thai breaks words at U+200B, Persian joins by U+200C,
//! emoji by U+200D, Latin hyphenates at U+00AD, Arabic and Hebrew need direction marks. So a run of
//! them is taken out only where Chinese stands on one side of it, and Chinese or the end of a line
//! on the other; controls, which no script writes, where Chinese stands on one side. U+200C,
//! U+200D, U+2060 (which some web sites put between characters on purpose) and variation selectors
//! are never touched, and the mark at the very beginning of a text is a byte order mark. One at the
//! beginning of a later line was, where files were joined, and goes.
//!
//! Legitimate look-alikes: terminal output and ISO 2022 (anything with ESC, SO or SI), overstruck
//! manual pages (backspace behind a character), UTF-16 with its zero bytes, the tables of Info (a node,
//! DEL and its place), fields and records of a database that controls separate. A form feed, vertical
//! tab or NEL that parts two lines becomes a line feed, for the lines have to stay apart. Shift_JIS that was
//! read as ISO-8859-1 is full of C1 controls beside `·`, and 翻 of GBK is `·` and a soft hyphen. What it gets
//! wrong: the C1 controls between Han, which might have been quotation marks of windows-1252, are gone.

use super::super::blocks::{BLOCK_BYTES, READ_BYTES, block_at};
use super::super::plan::{Edit, Pass};
use super::super::proof::is_cjk_punctuation;
use super::super::rules::{Rule, RuleSet};
use super::super::{form_rules, topic};
use crate::codec::SEPARATORS;

/// Chinese needs none of these characters; that the place is Chinese follows from its neighbours.
const CERTAINTY: f32 = 0.999;

/// The rule that takes a character out.
fn rule(c: char) -> Option<&'static Rule> {
    Some(match c {
        '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\x7F'..='\u{9F}' => {
            form_rules::INVISIBLE_CONTROL
        }
        '\u{200B}' | '\u{FEFF}' => form_rules::INVISIBLE_ZERO_WIDTH,
        '\u{AD}' => form_rules::INVISIBLE_SOFT_HYPHEN,
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            form_rules::INVISIBLE_DIRECTION
        }
        _ => return None,
    })
}

/// The first such character from a place on.
fn first_from(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut start = from;
    while start < bytes.len() {
        let end = bytes.len().min(start + BLOCK_BYTES);
        if block_may_hold(&block_at(bytes, start)) {
            let is_one = |&at: &usize| {
                let rest = text.get(at..);
                rest.is_some_and(|rest| rest.starts_with(|c| rule(c).is_some()))
            };
            if let Some(at) = (start..end).find(is_one) {
                return Some(at);
            }
        }
        start = end;
    }
    None
}

/// Whether such a character may begin in a block.
#[inline(always)]
fn block_may_hold(block: &[u8; READ_BYTES]) -> bool {
    let mut found = 0;
    for at in 0..BLOCK_BYTES {
        let (a, b, c) = (block[at], block[at + 1], block[at + 2]);
        let is_control =
            (a < 9) | (a == 0x0B) | (a == 0x0C) | (0x0E..0x20).contains(&a) | (a == 0x7F);
        let is_mark = (a == 0xC2)
            | (a == 0xE2) & (b == 0x80) & ((0x8B..=0x8F).contains(&c) | (0xAA..=0xAE).contains(&c))
            | (a == 0xE2) & (b == 0x81) & (c >= 0xA6)
            | (a == 0xEF) & (b == 0xBB);
        found |= u8::from(is_control | is_mark);
    }
    found != 0
}

/// What stands beside a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Chinese,
    LineEnd,
    Other,
}

fn side(c: Option<char>) -> Side {
    match c {
        None | Some('\n' | '\r') => Side::LineEnd,
        Some(c) if topic::is_han(c) || is_cjk_punctuation(c) => Side::Chinese,
        Some(_) => Side::Other,
    }
}

/// Whether a character stands for a byte of other encodings in what was read as ISO-8859-1: beside it, `·`
/// and `“` may be bytes, too.
fn may_be_byte(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{AD}')
}

/// Whether a character is Chinese, and of no single-byte set.
fn is_wide(c: char) -> bool {
    c >= '\u{2E80}' && side(Some(c)) == Side::Chinese
}

/// Finds the characters to take out.
pub(in super::super) fn find(text: &str, rules: &RuleSet) -> Pass {
    let mut edits = Vec::new();
    let mut keeps_controls = None;
    let mut end = 0;
    while let Some(start) = first_from(text, end) {
        let run = &text[start..];
        let run = &run[..run.find(|c| rule(c).is_none()).unwrap_or(run.len())];
        end = start + run.len();
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        let sides = [side(before), side(after)];
        let may_be_joined = run.contains('\u{FEFF}') && matches!(before, Some('\n' | '\r'));
        if !sides.contains(&Side::Chinese) && !may_be_joined {
            continue;
        }
        let between = !sides.contains(&Side::Other);
        for (at, c) in run.char_indices() {
            let Some(rule) = rule(c).filter(|rule| rules.contains(rule)) else {
                continue;
            };
            let span = start + at..start + at + c.len_utf8();
            let is_beside = if may_be_byte(c) {
                [before, after].into_iter().flatten().any(is_wide)
            } else {
                sides.contains(&Side::Chinese)
            };
            let out = if rule == form_rules::INVISIBLE_CONTROL {
                let is_place = c == '\x7F' && is_before_place(&text[span.end..]);
                is_beside
                    && !is_place
                    && !*keeps_controls.get_or_insert_with(|| has_meant_controls(text))
            } else if rule == form_rules::INVISIBLE_DIRECTION {
                between && is_beside && !is_right_to_left(&text[topic::near(text, span.start)])
            } else {
                // A mark at the beginning of a later line was one of a file that was joined.
                let is_joined = c == '\u{FEFF}' && matches!(before, Some('\n' | '\r'));
                span.start > 0 && (between && is_beside || is_joined)
            };
            if out {
                let is_break = matches!(c, '\x0B' | '\x0C' | '\u{85}');
                let is_at_end = |c: Option<char>| c.is_none_or(|c| matches!(c, '\n' | '\r'));
                let parts_lines = is_break && !is_at_end(before) && !is_at_end(after);
                let after = if parts_lines { "\n" } else { "" };
                edits.push(Edit::new(text, span, rule, after, CERTAINTY));
            }
        }
    }
    Pass { edits }
}

/// Whether the controls of a text mean something: escape sequences, shifts, overstriking, UTF-16.
fn has_meant_controls(text: &str) -> bool {
    let bytes = text.as_bytes();
    let zeros = memchr::memchr_iter(0, bytes).count();
    memchr::memchr3(0x1B, 0x0E, 0x0F, bytes).is_some()
        || text.contains('\u{9B}') // the control sequence introducer
        || zeros * 10 > bytes.len()
        || is_overstruck(text)
        || separate(text)
}

/// Whether a control that separates stands twice in a line, or in every second line.
fn separate(text: &str) -> bool {
    let mut lines_with = [0usize; SEPARATORS.len()];
    let mut lines = 0;
    for line in text.lines().filter(|line| !line.is_empty()) {
        lines += 1;
        for (with, separator) in lines_with.iter_mut().zip(SEPARATORS) {
            match memchr::memchr_iter(separator, line.as_bytes())
                .take(2)
                .count()
            {
                0 => {}
                1 => *with += 1,
                _ => return true,
            }
        }
    }
    lines_with.iter().any(|&with| with > 1 && with * 2 >= lines)
}

/// Whether a number ends the line: the tag table of a file of Info gives the place of a node so.
fn is_before_place(rest: &str) -> bool {
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    behind.len() < rest.len() && (behind.is_empty() || behind.starts_with('\n'))
}

/// Whether a backspace stands between two equal characters or behind an underscore.
fn is_overstruck(text: &str) -> bool {
    text.match_indices('\x08').any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + 1..].chars().next();
        before.is_some() && (before == after || before == Some('_') || after == Some('_'))
    })
}

/// Whether a line holds letters that are written from right to left.
fn is_right_to_left(line: &str) -> bool {
    line.contains(|c| {
        matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::plan::apply_pass;
    use super::*;

    fn repaired(text: &str) -> String {
        apply_pass(&find(text, &RuleSet::default()), text).unwrap()
    }

    #[test]
    fn every_one_is_found() {
        for c in '\0'..='\u{FFFF}' {
            let text = format!("中a{c}文");
            let expect = rule(c).map(|_| "中a".len());
            assert_eq!(first_from(&text, 0), expect, "{c:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_between_chinese_goes() {
        for (text, expect) in [
            ("中\u{200B}文", "中文"),
            ("中\u{AD}文，\u{FEFF}\u{200B}好\u{200B}\n", "中文，好\n"),
            ("\u{202A}中文\u{202C}", "中文"),
            ("中\u{1}文\0 a", "中文 a"),
            ("第一页\u{C}第二页", "第一页\n第二页"),
            ("第一页\n\u{C}第二页", "第一页\n第二页"),
            ("⚠\u{FE0F}\u{B}错误", "⚠\u{FE0F}\n错误"),
            ("本书\u{7F}a1", "本书a1"),
            ("第一\n\u{FEFF}import os", "第一\nimport os"),
            ("a\r\n\u{FEFF}\u{FEFF}b\n", "a\r\nb\n"),
        ] {
            assert_eq!(repaired(text), expect);
        }
    }

    #[test]
    fn what_other_scripts_and_programs_need_stays() {
        for text in [
            "\u{FEFF}中文",
            "a\u{200B}b",
            "中\u{200B}a",
            "ไทย\u{200B}ไทย",
            "hy\u{AD}phen",
            "中\u{2060}文",
            "中\u{200D}文",
            "שלום \u{200F}中\u{200F}文",
            "\u{1B}[31m中\u{7}文\u{1B}[0m",
            "中\u{8}中文\u{8}文\u{1}",
            "-\0-\0中\0文\0",
            "\u{1}a",
            "张三\u{1}北京\u{1}学生",
            "张三\u{1}北京\n李四\u{1}广州\n",
            "\u{1F}a图书馆\u{1F}b目录\u{1E}",
            "\u{2}通知\u{2}：今天不开会",
            "Node: 本书\u{7F}2431\nRef: 本书-Footnote-1\u{7F}4936",
            "\u{82}·\u{82}×\u{82}Ä",
            "ÉÏ·\u{AD}", // 上翻 in GBK
        ] {
            assert_eq!(repaired(text), text);
        }
    }
}
