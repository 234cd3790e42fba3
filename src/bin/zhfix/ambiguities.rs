//! The places where conversion chose by default, as JSON lines.

use std::fmt::Write as _;

use zhfix::Converter;

use crate::places::Places;

/// Characters of context on each side, within the line: enough for the word and its neighbours.
const CONTEXT_CHARS: usize = 10;

/// One object a line for each place, in order.
pub(crate) fn lines(path: &str, text: &str, converter: &Converter) -> String {
    let mut out = String::new();
    let mut places = Places::of(text);
    for found in converter.ambiguities(text) {
        let (start, end) = (found.source.start, found.source.end);
        let (line, column) = places.find(start);
        // Written by hand for the order of the fields; writing to a string cannot fail.
        let _ = write!(
            out,
            r#"{{"path":{},"start":{start},"end":{end},"#,
            quoted(path)
        );
        let _ = write!(out, r#""line":{line},"column":{column},"#);
        let (before, chosen) = (quoted(&found.key), quoted(&found.chosen));
        let _ = write!(out, r#""before":{before},"chosen":{chosen},"#);
        let alternatives: Vec<String> = found.alternatives.iter().map(|one| quoted(one)).collect();
        let _ = write!(out, r#""alternatives":[{}],"#, alternatives.join(","));
        let _ = writeln!(out, r#""context":{}}}"#, quoted(context(text, start, end)));
    }
    out
}

/// What stands around a place in its line.
fn context(text: &str, start: usize, end: usize) -> &str {
    let (before, behind) = (&text[..start], &text[end..]);
    let is_line_end = |c: &char| matches!(c, '\n' | '\r');
    let left = before.chars().rev().take(CONTEXT_CHARS);
    let left: usize = left
        .take_while(|c| !is_line_end(c))
        .map(char::len_utf8)
        .sum();
    let right = behind.chars().take(CONTEXT_CHARS);
    let right: usize = right
        .take_while(|c| !is_line_end(c))
        .map(char::len_utf8)
        .sum();
    &text[start - left..end + right]
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_stays_in_the_line() {
        let text = "一行\n天干了\r\n下一行";
        let at = text.find('干').unwrap_or_default();
        assert_eq!(context(text, at, at + 3), "天干了");
        let long = format!("{}干{}", "一".repeat(30), "二".repeat(30));
        let expect = format!("{}干{}", "一".repeat(10), "二".repeat(10));
        assert_eq!(context(&long, 90, 93), expect);
    }
}
