//! ASCII characters that a lost byte took along, put back where the line proves them.
//!
//! Windows reads a byte and the ASCII character below 40 behind it as one character that it does
//! not have. Which one it was no model can know, but a line of code or markup may: a quotation
//! mark that nothing else closes, a parenthesis before the semicolon, the `<` of `</b>`, the end of
//! a comment before a statement. Only where one place is missing one mark; digits and
//! letters are never put back.

use super::edits::Piece;
use crate::Span;

/// How certain a mark is that closes what the line opens.
const CERTAINTY_BALANCE: f32 = 0.95;

/// Words that begin a statement behind a comment.
const STATEMENTS: [&str; 22] = [
    "const ",
    "let ",
    "var ",
    "return",
    "if ",
    "if(",
    "for ",
    "for(",
    "while ",
    "function ",
    "import ",
    "export ",
    "class ",
    "def ",
    "public ",
    "private ",
    "int ",
    "void ",
    "string ",
    "#include",
    "#define",
    "self.",
];

/// Puts back what the line of a passage proves.
pub(super) fn swallowed(text: &str, pieces: &mut [Piece], passage: &Span) {
    if pieces.iter().all(|piece| piece.swallowed_at().is_none()) {
        return;
    }
    let first = super::topic::line_around(text, passage.start);
    let last = super::topic::line_around(text, passage.end);
    // The lines as they will be, with U+0000 where something was taken along.
    let mut now = text[first.start..passage.start].to_owned();
    let mut marks = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        match piece
            .swallowed_at()
            .and_then(|at| piece.after().split_at_checked(at))
        {
            Some((before, behind)) => {
                now.push_str(before);
                marks.push((number, now.len()));
                now.push('\0');
                now.push_str(behind);
            }
            None => now.push_str(piece.after()),
        }
    }
    now.push_str(&text[passage.end..last.end]);
    let mut rest = &marks[..];
    while let Some(&(_, at)) = rest.first() {
        let line = super::topic::line_around(&now, at);
        let (mine, others) = rest.split_at(rest.partition_point(|&(_, at)| at < line.end));
        rest = others;
        let proven: Vec<Option<char>> = mine
            .iter()
            .map(|&(_, at)| proven(&now[line.clone()], at - line.start, mine.len() == 1))
            .collect();
        for (&(number, _), c) in mine.iter().zip(&proven) {
            // Two places that claim the same mark prove nothing.
            if let &Some(c) = c
                && proven.iter().filter(|other| **other == Some(c)).count() == 1
            {
                pieces[number].restore(c, CERTAINTY_BALANCE);
            }
        }
    }
}

/// What the line proves to have stood at a place.
fn proven(line: &str, at: usize, only: bool) -> Option<char> {
    let (before, behind) = (&line[..at], &line[at + 1..]);
    let next = behind.chars().next();
    let closes = |c: char| {
        matches!(
            c,
            ')' | ']' | '}' | ',' | ';' | ':' | '>' | '/' | ' ' | '\r'
        )
    };
    let count = |mark: char| line.matches(mark).count();
    for quote in ['"', '\''] {
        let is_open = before.matches(quote).count() % 2 == 1;
        if is_open && count(quote) % 2 == 1 && next.is_none_or(closes) {
            return Some(quote);
        }
    }
    if next == Some('/')
        && behind[1..].starts_with(|c: char| c.is_ascii_alphabetic())
        && before.contains('<')
        && behind.contains('>')
    {
        return Some('<');
    }
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
        let opened = before.matches(open).count() > before.matches(close).count();
        if only && opened && count(open) == count(close) + 1 && next.is_none_or(closes) {
            return Some(close);
        }
    }
    let comment = ["//", "# ", "-- "]
        .iter()
        .filter_map(|mark| before.find(mark))
        .min()?;
    let is_comment = before[..comment].trim().is_empty();
    (only
        && is_comment
        && STATEMENTS
            .iter()
            .any(|word| behind.trim_start().starts_with(word)))
    .then_some('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_mark(line: &str) -> Option<char> {
        let at = line.find('|')?;
        proven(&line.replace('|', "\0"), at, true)
    }

    #[test]
    fn marks_that_the_line_misses_are_proven() {
        for (line, c) in [
            ("puts(\"你好！|);", '"'),
            ("say('再见。|)", '\''),
            ("<b>你好！|/b>", '<'),
            ("call(你好。|;", ')'),
            ("    // 服务器|const port = 80;", '\n'),
        ] {
            assert_eq!(at_mark(line), Some(c), "{line}");
        }
    }

    #[test]
    fn digits_letters_and_prose_are_not() {
        for line in [
            "共计| 元",
            "你好！|今天",
            "\"你好\" 和|，",
            "(一)和|；",
            "// 说明|这里",
        ] {
            assert_eq!(at_mark(line), None, "{line}");
        }
    }
}
