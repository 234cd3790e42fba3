//! What a line alone proves: marks that it opens and does not close.

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

/// What a line proves to have stood at each of some places.
pub(super) fn by_line(line: &str, places: &[usize], is_sure: bool) -> Vec<Option<char>> {
    // The text may have U+0000 of its own.
    let literals = is_sure.then(|| literals(line)).flatten();
    if let Some(proven) = literals.filter(|proven| proven.len() == places.len()) {
        return proven;
    }
    let is_alone = places.len() == 1;
    let proven = places.iter().map(|&at| {
        let is_mark = |&c: &char| c != '\n' && (c != '\'' || opens_literal(&line[..at]));
        proven(line, at, is_alone).filter(|c| is_sure || is_mark(c))
    });
    let proven: Vec<Option<char>> = proven.collect();
    // Two places that claim the same mark prove nothing.
    let is_only = |c: &char| proven.iter().filter(|other| **other == Some(*c)).count() == 1;
    proven.iter().map(|c| c.filter(is_only)).collect()
}

/// Whether the last `'` before a place opens a literal and is no apostrophe.
fn opens_literal(before: &str) -> bool {
    let at = before.rfind('\'').unwrap_or(0);
    !before[..at].ends_with(char::is_alphanumeric)
}

/// What the line proves to have stood at a place.
fn proven(line: &str, at: usize, only: bool) -> Option<char> {
    let (before, behind) = (&line[..at], &line[at + 1..]);
    // Three of them are a mark of their own, around what may have many lines.
    if [r#"""""#, "'''"].iter().any(|three| line.contains(three)) {
        return None;
    }
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
    // Emphasis of Markdown, of which half is left.
    let is_half = next == Some('*') && !behind[1..].starts_with('*');
    if is_half && before.matches("**").count() % 2 == 1 {
        return Some('*');
    }
    // Other parentheses are no bytes below 40.
    let opened = before.matches('(').count() > before.matches(')').count();
    if only && opened && count('(') == count(')') + 1 && next.is_none_or(closes) {
        return Some(')');
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

/// Whether a quotation mark begins a literal behind some text of its line; Python and others have a
/// letter before some of them.
fn begins_literal(before: &str) -> bool {
    let begins = |before: &str| {
        let last = before.chars().next_back();
        last.is_none_or(|c| matches!(c, '(' | '[' | '{' | ',' | '=' | ':' | '+' | ' ' | '\t'))
    };
    let prefix = before.strip_suffix(['r', 'b', 'f', 'u', 'L']);
    begins(before) || prefix.is_some_and(begins)
}

/// The quotation mark that a line has opened and not closed.
pub(super) fn open_quote(line: &str) -> Option<char> {
    let opened = ['"', '\''].into_iter().filter_map(|quote| {
        let at = line.rfind(quote)?;
        begins_literal(&line[..at]).then_some((at, quote))
    });
    opened.max().map(|(_, quote)| quote)
}

/// What stood at each U+0000 of a line of literals where each of these closes one, and all are closed
/// then; `None` for a place in none.
fn literals(line: &str) -> Option<Vec<Option<char>>> {
    let mut marks = Vec::new();
    let mut open: Option<char> = None;
    for (at, c) in line.char_indices() {
        let next = line[at + c.len_utf8()..].chars().next();
        let ends = || next.is_none_or(|c| matches!(c, ',' | ')' | ']' | '}' | ':' | ';' | '\r'));
        match (c, open) {
            ('\0', Some(quote)) if ends() => {
                marks.push(Some(quote));
                open = None;
            }
            // Either this one closes it, or a later one does.
            ('\0', Some(_)) => return None,
            ('\0', None) => marks.push(None),
            ('"' | '\'', Some(quote)) if c == quote => {
                // One that begins where one is open: the end of that is missing elsewhere.
                if !ends() && begins_literal(&line[..at]) {
                    return None;
                }
                open = None;
            }
            ('"' | '\'', None) if begins_literal(&line[..at]) => open = Some(c),
            _ => {}
        }
    }
    (open.is_none() && marks.iter().any(Option::is_some)).then_some(marks)
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
            ("**你好|*：你好", '*'),
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
    #[test]
    fn literals_that_are_not_closed_are() {
        let marks = |line: &str| literals(&line.replace('|', "\0"));
        assert_eq!(marks("['一|, '二', '三|]"), Some(vec![Some('\''); 2]));
        assert_eq!(marks("f(r'[+]')  # 说明|"), None);
        // One of two is missing more than that, or there is nothing to be closed.
        assert_eq!(marks("['一|  # 说|明'"), None);
        assert_eq!(marks("['一, '二|]"), None);
        assert_eq!(marks("一|, 二|"), None);
        assert_eq!(marks("it's 一|"), None);
    }
}
