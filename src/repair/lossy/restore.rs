//! ASCII characters that a lost byte took along, put back where the document proves them.
//!
//! Windows reads a byte and the ASCII character below 40 behind it as one character that it does
//! not have. Which one it was no model can know, but a line of code or markup may: a quotation
//! mark that nothing else closes, a parenthesis before the semicolon, the `<` of `</b>`, the end of
//! a comment before a statement. Only where one place is missing one mark.
//!
//! About half of all ASCII behind Chinese is kept, because a character may end in a pair of bytes
//! there. So the document shows what it has between Chinese and, say, a comma, an indentation or a
//! letter: where that is nearly always the same, it was the same where something was taken along
//! ([`Layout`]). Digits and letters are never put back.
//!
//! Prose proves its line ends in the same way: where nearly all the ASCII that stands behind full
//! stops is a line end, what was taken along behind another one was too; behind other characters it
//! takes more of them. The same holds where no sentence goes on in its line.

use std::collections::BTreeMap;

use super::Filling;
use super::edits::Piece;
use crate::Span;

/// How certain a mark is that closes what the line opens.
const CERTAINTY_BALANCE: f32 = 0.95;

/// How certain a line end is that others like it prove.
const CERTAINTY_LINE_END: f32 = 0.9;
/// How many line ends prove one behind a full stop, and behind any other character.
const LINE_ENDS_BEHIND_STOP: usize = 1;
const LINE_ENDS_BEHIND_OTHER: usize = 3;
/// How many lines prove what spaces begin one, if as many as those nowhere else stand.
const LINES_INDENTED: usize = 3;

/// What is further away in its line proves nothing, so that a text without line ends takes linear
/// time.
const LINE_BYTES_MAX: usize = 4096;

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

/// Puts back what the lines of some passages prove: what was taken along, and then what may have been
/// although it is likelier that nothing was, where a line misses a mark.
pub(super) fn swallowed(text: &str, passages: &mut [(&Span, Vec<Piece>)], filling: Filling) {
    for is_sure in [true, false] {
        let mut pieces = passages.iter().flat_map(|(_, pieces)| pieces);
        let is_any = pieces.any(|piece| piece.taken_at(is_sure).is_some());
        if is_any && filling.takes(CERTAINTY_LINE_END) {
            put_back(text, passages, is_sure);
        }
    }
}

fn put_back(text: &str, passages: &mut [(&Span, Vec<Piece>)], is_sure: bool) {
    // The text as it will be, with U+0000 where something was taken along.
    let mut now = String::new();
    let mut marks = Vec::new();
    let mut done = 0;
    for (span, pieces) in &mut *passages {
        now.push_str(&text[done..span.start]);
        done = span.end;
        for piece in pieces {
            let taken = piece.taken_at(is_sure);
            match taken.and_then(|at| piece.after().split_at_checked(at)) {
                Some((before, behind)) => {
                    now.push_str(before);
                    let at = now.len();
                    now.push('\0');
                    now.push_str(behind);
                    marks.push((piece, at));
                }
                None => now.push_str(piece.after()),
            }
        }
    }
    now.push_str(&text[done..]);
    let layout = is_sure.then(|| Layout::of(&now));
    let mut rest = &mut marks[..];
    while let Some(&mut (_, at)) = rest.first_mut() {
        let line = super::topic::line_around(&now, at);
        let (mine, others) = rest.split_at_mut(rest.partition_point(|&(_, at)| at < line.end));
        rest = others;
        let places: Vec<usize> = mine.iter().map(|&(_, at)| at - line.start).collect();
        let line = &now[line];
        let by_line = match line.len() {
            0..=LINE_BYTES_MAX => by_line(line, &places, is_sure),
            _ => vec![None; places.len()],
        };
        for ((piece, at), c) in mine.iter_mut().zip(by_line) {
            let by_line = c.map(|c| (c, CERTAINTY_BALANCE));
            let by_layout = || layout.as_ref()?.prove(&now[..*at], &now[*at + 1..]);
            if let Some((c, certainty)) = by_line.or_else(by_layout) {
                piece.restore(c, certainty);
            }
        }
    }
}

/// What a line proves to have stood at each of some places.
fn by_line(line: &str, places: &[usize], is_sure: bool) -> Vec<Option<char>> {
    if let Some(proven) = is_sure.then(|| literals(line)).flatten() {
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

/// What a document has behind Chinese, where it is ASCII.
#[derive(Debug, Default)]
struct Layout<'t> {
    /// How often a character below 40 stands between Chinese and what; `"` is either quotation mark.
    between: BTreeMap<(What, char), usize>,
    /// For two spaces or more, or tabs: how often they begin a line, and stand anywhere else.
    spaces: BTreeMap<&'t str, (usize, usize)>,
    /// Behind full stops and behind other characters: all of ASCII, and line ends.
    behind: [(usize, usize); 2],
    /// Full stops behind which something was taken along, and those behind which text goes on.
    taken_behind_stop: usize,
    inner_stops: usize,
    /// Line ends of two characters, and all of which the first one was not taken along.
    carriage_returns: usize,
    line_ends: usize,
}

/// What stands behind a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Letter,
    Digit,
    /// Two spaces or more, or tabs.
    Indentation,
    Mark(char),
}

impl What {
    /// What a text begins with; `None` at its end, where something was taken along, and for what
    /// is not ASCII.
    fn begins(text: &str) -> Option<What> {
        let mut bytes = text.bytes();
        Some(match (bytes.next()?, bytes.next()) {
            (b' ', Some(b' ' | b'\t')) | (b'\t', _) => What::Indentation,
            (byte, _) if byte.is_ascii_alphabetic() => What::Letter,
            (byte, _) if byte.is_ascii_digit() => What::Digit,
            (0 | 0x80.., _) => return None,
            (byte, _) => What::Mark(char::from(byte)),
        })
    }
}

/// What a lost byte takes along, and what can be told: no digits.
fn is_told(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | ' '..='/' | ':'..='?')
}

/// Spaces and tabs that a text begins with.
fn spaces(text: &str) -> &str {
    let spaces = text.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    &text[..spaces.count()]
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
fn open_quote(line: &str) -> Option<char> {
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

impl<'t> Layout<'t> {
    fn of(text: &'t str) -> Layout<'t> {
        let mut seen = Layout::default();
        let mut before = '\0';
        for (at, c) in text.char_indices() {
            if c == '\n' && before != '\0' {
                seen.line_ends += 1;
                seen.carriage_returns += usize::from(before == '\r');
            }
            if matches!(c, ' ' | '\t')
                && !matches!(before, ' ' | '\t' | '\0')
                && let spaces = spaces(&text[at..])
                && (c == '\t' || spaces.len() > 1)
            {
                let (begin, other) = seen.spaces.entry(spaces).or_default();
                *(if before == '\n' { begin } else { other }) += 1;
            }
            if is_stop(before) {
                seen.taken_behind_stop += usize::from(c == '\0');
                seen.inner_stops += usize::from(super::topic::is_han(c));
            }
            if c.is_ascii() && c != '\0' && !before.is_ascii() {
                let (all, line_ends) = &mut seen.behind[usize::from(!is_stop(before))];
                *all += 1;
                *line_ends += usize::from(matches!(c, '\n' | '\r'));
                if c < '@'
                    && let Some(what) = What::begins(&text[at + 1..])
                {
                    *seen.between.entry((what, c)).or_default() += 1;
                }
            }
            before = c;
        }
        seen
    }

    /// What stood between two parts of the text, and how certain that is.
    fn prove(&self, before: &str, behind: &str) -> Option<(char, f32)> {
        let last = before.chars().next_back().filter(|c| !c.is_ascii())?;
        let next = behind.chars().next()?;
        if next == '\n' && self.carriage_returns > 0 && self.carriage_returns + 1 >= self.line_ends
        {
            return Some(('\r', CERTAINTY_LINE_END));
        }
        if let Some(&(begin, other)) = self.spaces.get(spaces(behind))
            && begin >= LINES_INDENTED
            && begin >= other * 10
        {
            return Some(('\n', CERTAINTY_LINE_END));
        }
        match What::begins(behind).and_then(|what| self.usual_before(what)) {
            // Of the two, the one that is open.
            Some(('"', certainty)) => {
                let near = before.floor_char_boundary(before.len().saturating_sub(LINE_BYTES_MAX));
                let line = before[near..].rsplit('\n').next().unwrap_or_default();
                return open_quote(line).map(|quote| (quote, certainty));
            }
            Some(proven) => return Some(proven),
            None => {}
        }
        // A line begins with a word; what is behind an inner mark is its own line's.
        let begins = super::topic::is_han(next) || matches!(next, '“' | '「' | '《' | '（');
        let is_other = !is_stop(last);
        let (all, line_ends) = self.behind[usize::from(is_other)];
        let least = if is_other {
            LINE_ENDS_BEHIND_OTHER
        } else {
            LINE_ENDS_BEHIND_STOP
        };
        // Where every sentence is followed by ASCII, each of them is a line.
        let by_sentence = !is_other && self.taken_behind_stop >= 2 && self.inner_stops == 0;
        (begins
            && (line_ends >= least || by_sentence)
            && line_ends * 10 >= all * 9
            && self.carriage_returns == 0)
            .then_some(('\n', CERTAINTY_LINE_END))
    }

    /// What nearly always stands between Chinese and that.
    #[allow(clippy::cast_precision_loss, reason = "a share")]
    fn usual_before(&self, what: What) -> Option<(char, f32)> {
        let all = || self.between.range((what, '\0')..=(what, char::MAX));
        let total: usize = all().map(|(_, count)| count).sum();
        let (&(_, most), &count) = all().max_by_key(|(_, count)| **count)?;
        // As if one that is not seen had been something else.
        let share = count as f32 / (total + 1) as f32;
        (is_told(most) && share >= CERTAINTY_LINE_END)
            .then_some((most, share.min(CERTAINTY_BALANCE)))
    }
}

/// What ends a sentence.
fn is_stop(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '…' | '；' | '”' | '」')
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
    fn line_ends_are_proven_by_others() {
        let at_mark = |text: &str| {
            let (before, behind) = text.split_once('|')?;
            let now = text.replace('|', "\0");
            let layout = Layout::of(&now);
            layout.prove(before, behind).map(|(c, _)| c)
        };
        assert_eq!(at_mark("今天很好。\n明天也好。|后天不知道"), Some('\n'));
        assert_eq!(at_mark("一楼\n二楼\n三楼\n四楼|五楼"), Some('\n'));
        let taken = Layout::of("今天很好。\0明天也好。\0后天不知道。");
        assert_eq!(
            taken.prove("今天很好。", "明天也好。").map(|(c, _)| c),
            Some('\n')
        );
        let taken = Layout::of("今天很好。\0明天也好。后天呢？\0后天不知道。");
        assert_eq!(taken.prove("今天很好。", "明天也好。"), None);
        assert_eq!(at_mark("很好。\r\n也好。|\n不知道。"), Some('\r'));
        // Spaces and digits stand behind Chinese here too; there are too few; it is no beginning.
        assert_eq!(at_mark("今天很好。 \"明天\"也好。|后天"), None);
        assert_eq!(at_mark("共 3 层\n一楼\n二楼\n三楼|四楼"), None);
        assert_eq!(at_mark("一楼\n二楼|三楼"), None);
        assert_eq!(at_mark("今天很好。\n明天也好。|，后天"), None);
    }

    #[test]
    fn what_a_document_nearly_always_has_is_proven() {
        let at_mark = |text: &str| {
            let (before, behind) = text.split_once('|')?;
            let now = text.replace('|', "\0");
            Layout::of(&now).prove(before, behind).map(|(c, _)| c)
        };
        // Lines that begin as far to the right, and no other spaces of that kind.
        let code = "if a:\n    b = 1\n    c = 2\n    d = 3\n# 说明|    e = 4\n";
        assert_eq!(at_mark(code), Some('\n'));
        let columns = "名    年\n    一    二\n    三    四\n姓名|    年龄\n";
        assert_eq!(at_mark(columns), None);
        // A space before letters, a mark before a comma.
        let spaced = "用 C 和 D 写，看 E 和 F，读 G 或 H，有 I 及 J。";
        let text = |rest: &str| format!("{spaced}{spaced}{rest}");
        assert_eq!(at_mark(&text("安装|Rust")), Some(' '));
        assert_eq!(at_mark(&text("安装|，")), None);
        assert_eq!(at_mark("用 C 写，安装|Rust"), None);
        let list = r#"["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "#;
        assert_eq!(at_mark(&format!("{list}\"百|, ")), Some('"'));
        assert_eq!(at_mark(&format!("{list}'百|, ")), Some('\''));
        assert_eq!(at_mark(&format!("{list}百|, ")), None);
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
