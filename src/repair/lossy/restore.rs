//! ASCII characters that a lost byte took along, put back where the line proves them.
//!
//! Windows reads a byte and the ASCII character below 40 behind it as one character that it does
//! not have. Which one it was no model can know, but a line of code or markup may: a quotation
//! mark that nothing else closes, a parenthesis before the semicolon, the `<` of `</b>`, the end of
//! a comment before a statement. Only where one place is missing one mark; digits and
//! letters are never put back.
//!
//! Prose proves its line ends: about half of them are kept, because a character may end in a pair
//! of bytes there. Where nearly all the ASCII that stands behind full stops is a line end, what
//! was taken along behind another one was too; behind other characters it takes more of them.
//! The same holds where no sentence goes on in its line.

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

/// Puts back what the line of a passage proves: what was taken along, and then what may have been
/// although it is likelier that nothing was, where a line misses a mark.
pub(super) fn swallowed(text: &str, pieces: &mut [Piece], passage: &Span, filling: Filling) {
    for is_sure in [true, false] {
        let is_any = pieces.iter().any(|piece| piece.taken_at(is_sure).is_some());
        if is_any && filling.takes(CERTAINTY_LINE_END) {
            put_back(text, pieces, passage, is_sure);
        }
    }
}

fn put_back(text: &str, pieces: &mut [Piece], passage: &Span, is_sure: bool) {
    let first = super::topic::line_around(text, passage.start);
    let last = super::topic::line_around(text, passage.end);
    // The lines as they will be, with U+0000 where something was taken along.
    let mut now = text[first.start..passage.start].to_owned();
    let mut marks = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        match piece
            .taken_at(is_sure)
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
    let line_ends = LineEnds::of(&now);
    let mut rest = &marks[..];
    while let Some(&(_, at)) = rest.first() {
        let line = super::topic::line_around(&now, at);
        let (mine, others) = rest.split_at(rest.partition_point(|&(_, at)| at < line.end));
        rest = others;
        let proven: Vec<Option<char>> = mine
            .iter()
            .map(|&(_, at)| {
                let before = &now[line.start..at];
                let is_mark = |&c: &char| c != '\n' && (c != '\'' || opens_literal(before));
                proven(&now[line.clone()], before.len(), mine.len() == 1)
                    .filter(|c| is_sure || is_mark(c))
            })
            .collect();
        for (&(number, at), c) in mine.iter().zip(&proven) {
            // Two places that claim the same mark prove nothing.
            let is_only = || proven.iter().filter(|other| *other == c).count() == 1;
            let restored = match *c {
                Some(c) => is_only().then_some((c, CERTAINTY_BALANCE)),
                None if is_sure => line_ends
                    .prove(&now[..at], &now[at + 1..])
                    .map(|c| (c, CERTAINTY_LINE_END)),
                None => None,
            };
            if let Some((c, certainty)) = restored {
                pieces[number].restore(c, certainty);
            }
        }
    }
}

/// Whether the last `'` before a place opens a literal and is no apostrophe.
fn opens_literal(before: &str) -> bool {
    let at = before.rfind('\'').unwrap_or(0);
    !before[..at].ends_with(char::is_alphanumeric)
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

/// What stands behind Chinese in some lines, where it is ASCII.
#[derive(Debug, Default)]
struct LineEnds {
    /// Behind full stops and behind other characters: all of ASCII, and line ends.
    behind: [(usize, usize); 2],
    /// Full stops behind which something was taken along, and those behind which text goes on.
    taken_behind_stop: usize,
    inner_stops: usize,
    /// Line ends of two characters, and all.
    carriage_returns: usize,
    all: usize,
}

impl LineEnds {
    fn of(lines: &str) -> LineEnds {
        let mut seen = LineEnds::default();
        let mut before = '\0';
        for c in lines.chars() {
            if c == '\n' {
                seen.all += 1;
                seen.carriage_returns += usize::from(before == '\r');
            }
            if is_stop(before) {
                seen.taken_behind_stop += usize::from(c == '\0');
                seen.inner_stops += usize::from(super::topic::is_han(c));
            }
            if c.is_ascii() && c != '\0' && !before.is_ascii() {
                let (all, line_ends) = &mut seen.behind[usize::from(!is_stop(before))];
                *all += 1;
                *line_ends += usize::from(matches!(c, '\n' | '\r'));
            }
            before = c;
        }
        seen
    }

    /// Whether a line ended between two parts of the text, and what of its end is missing.
    fn prove(&self, before: &str, behind: &str) -> Option<char> {
        let last = before.chars().next_back().filter(|c| !c.is_ascii())?;
        let next = behind.chars().next()?;
        if next == '\n' {
            return (self.carriage_returns > 0 && self.carriage_returns + 1 >= self.all)
                .then_some('\r');
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
            .then_some('\n')
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
            LineEnds::of(&text.replace('|', "\0")).prove(before, behind)
        };
        assert_eq!(at_mark("今天很好。\n明天也好。|后天不知道"), Some('\n'));
        assert_eq!(at_mark("一楼\n二楼\n三楼\n四楼|五楼"), Some('\n'));
        let taken = LineEnds::of("今天很好。\0明天也好。\0后天不知道。");
        assert_eq!(taken.prove("今天很好。", "明天也好。"), Some('\n'));
        let taken = LineEnds::of("今天很好。\0明天也好。后天呢？\0后天不知道。");
        assert_eq!(taken.prove("今天很好。", "明天也好。"), None);
        assert_eq!(at_mark("很好。\r\n也好。|\n不知道。"), Some('\r'));
        // Spaces and digits stand behind Chinese here too; there are too few; it is no beginning.
        assert_eq!(at_mark("今天很好。 \"明天\"也好。|后天"), None);
        assert_eq!(at_mark("共 3 层\n一楼\n二楼\n三楼|四楼"), None);
        assert_eq!(at_mark("一楼\n二楼|三楼"), None);
        assert_eq!(at_mark("今天很好。\n明天也好。|，后天"), None);
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
