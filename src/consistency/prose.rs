//! Which lines are running Chinese text, and which parts of them are not.
//!
//! The rules behind conversion change marks and words, and in code, markup, addresses and
//! tables marks are syntax and words are names. So a line is read only if it holds Han
//! characters, no kana or hangul, at least as many Han characters as words in Latin letters,
//! and nothing that only code and tables have: braces, `=`, `|`, backslashes, tabs inside the
//! line, comparison signs that make no tag. Fenced code blocks of Markdown are passed over
//! whole. In the lines that remain, inline code, tags, targets of links and addresses are
//! protected: what touches them stays.
//!
//! What it gets wrong, on purpose in this direction: prose that mentions code with such signs
//! outside backticks is left as it is.

use crate::Span;

/// A line of running Chinese text.
#[derive(Debug)]
pub(super) struct Line<'t> {
    /// Where it begins in the text, in bytes.
    pub(super) start: usize,
    /// The line without its end.
    pub(super) text: &'t str,
    /// Bytes of the line that are not prose, in order.
    protected: Vec<Span>,
}

impl Line<'_> {
    /// Whether a place of the line is protected.
    pub(super) fn is_protected(&self, at: usize) -> bool {
        self.protected.iter().any(|span| span.contains(&at))
    }
}

/// The lines of a text that are running Chinese text.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut fence: Option<&str> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let head = line.trim_start();
        let opens = ["```", "~~~"].into_iter().find(|f| head.starts_with(f));
        match (fence, opens) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(mark), _) if head.starts_with(mark) => fence = None,
            (None, None) => lines.extend(prose(at, line)),
            (Some(_), _) => {}
        }
    }
    lines
}

fn prose(start: usize, text: &str) -> Option<Line<'_>> {
    let (mut han, mut words, mut in_word) = (0usize, 0usize, false);
    for c in text.chars() {
        if is_kana_or_hangul(c) {
            return None;
        }
        han += usize::from(is_han(c));
        let letter = c.is_alphabetic() && c < '\u{2E80}';
        words += usize::from(letter && !in_word);
        in_word = letter;
    }
    let begins_comment = ["//", "/*", "--", "<!--"]
        .iter()
        .any(|mark| text.trim_start().starts_with(mark));
    if han == 0 || han < words || begins_comment {
        return None;
    }
    let line = Line {
        start,
        text,
        protected: protected(text),
    };
    let code = |c| matches!(c, '{' | '}' | '=' | '|' | '\\' | '<' | '>' | '`');
    let is_code = text
        .char_indices()
        .any(|(at, c)| code(c) && !line.is_protected(at));
    (!is_code && !text.trim().contains('\t')).then_some(line)
}

/// Inline code, tags, targets of links, addresses.
fn protected(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(['`', '<', ']', ':', 'w']) {
        let begin = at + found;
        let rest = &text[begin..];
        let length = match rest.as_bytes().first() {
            Some(b'`') => code_bytes(rest),
            Some(b'<') => tag_bytes(rest),
            Some(b']') if rest.starts_with("](") => rest.find(')').map(|end| end + 1),
            Some(b':') if rest.starts_with("://") => Some(address_bytes(rest)),
            Some(b'w') if rest.starts_with("www.") => Some(address_bytes(rest)),
            _ => None,
        };
        match length {
            Some(length) => {
                spans.push(begin..begin + length);
                at = begin + length;
            }
            None => at = begin + 1,
        }
    }
    spans
}

/// From backticks to as many backticks.
fn code_bytes(rest: &str) -> Option<usize> {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let close = rest[ticks..].find(&rest[..ticks])?;
    Some(ticks + close + ticks)
}

/// `<name …>` and `</name>`.
fn tag_bytes(rest: &str) -> Option<usize> {
    let name = rest[1..].strip_prefix('/').unwrap_or(&rest[1..]);
    let is_tag = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let end = rest.find('>')?;
    is_tag.then_some(end + 1)
}

/// To the first space or mark that no address holds.
fn address_bytes(rest: &str) -> usize {
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '，' | '。' | '；' | '、' | '）' | '”' | '」' | '》' | '"' | '<' | '>'
            )
    };
    rest.find(ends).unwrap_or(rest.len())
}

/// Whether the character is Han.
pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{3FFFD}'
        | '\u{F900}'..='\u{FAFF}' | '々' | '〇')
}

fn is_kana_or_hangul(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{31F0}'..='\u{31FF}'
        | '\u{FF66}'..='\u{FF9D}' | '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_tables_and_other_languages_are_no_prose() {
        for text in [
            "",
            "English only",
            "The word 中文 means Chinese language",
            "日本語です",
            "姓名 = \"中文\"",
            "| 甲 | 乙 |",
            "甲\t乙",
            "若 甲 > 乙 则",
            "// 注意这里",
            "{ \"名\": \"值\" }",
        ] {
            assert!(lines(text).is_empty(), "{text}");
        }
        for text in [
            "中文",
            "  中文",
            "他买了 iPhone 和 iPad",
            "<p>中文</p>",
            "用 `a = b` 命令",
        ] {
            assert_eq!(lines(text).len(), 1, "{text}");
        }
    }

    #[test]
    fn fences_hide_what_they_hold() {
        let text = "前文\r\n```sh\n中文命令\n```\n后文\n~~~\n没有结束";
        let found: Vec<_> = lines(text).iter().map(|l| (l.start, l.text)).collect();
        assert_eq!(found, [(0, "前文"), (text.find("后文").unwrap(), "后文")]);
    }

    #[test]
    fn parts_are_protected() {
        let text = "看`甲`和<b>乙</b>与[丙](丁)在https://a.cn/戊，己";
        let line = &lines(text)[0];
        let free: String = text
            .char_indices()
            .filter(|(at, c)| is_han(*c) && !line.is_protected(*at))
            .map(|(_, c)| c)
            .collect();
        assert_eq!(free, "看和乙与丙在己");
    }
}
