//! What people read: names, messages, tables and diffs.
//!
//! On a terminal, control characters and the marks that reorder text are written as
//! escapes in names and messages, because a file name is somebody else's text and must
//! not drive the terminal; into pipes names go byte for byte.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use similar::udiff::UnifiedHunkHeader;
use similar::{Algorithm, DiffTag};
use zhfix::detect::Verdict;
use zhfix::repair::{Level, Rule};
use zhfix::report::{Report, Stage};

const HEADER: Style = Style::new().bold();
const HUNK: Style = AnsiColor::Cyan.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const PLAIN: Style = Style::new();

/// Whether a character is written as an escape: it has no shape of its own, or it moves
/// the text around it.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}' // SOFT HYPHEN
            | '\u{061C}' // ARABIC LETTER MARK
            | '\u{200B}'..='\u{200F}' // zero-width characters and direction marks
            | '\u{2028}'..='\u{202E}' // separators, embeddings and overrides
            | '\u{2060}'..='\u{206F}' // joiners, isolates, deprecated format characters
            | '\u{FEFF}' // ZERO WIDTH NO-BREAK SPACE
            | '\u{FFF9}'..='\u{FFFB}' // interlinear annotation
            | '\u{E000}'..='\u{F8FF}' // private use: every font shows something else
            | '\u{E0000}'..='\u{E007F}' // tags
            | '\u{F0000}'..='\u{10FFFF}') // private use planes
}

/// Text with unseen characters as `\u{…}`.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            c if is_unseen(c) => {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{{{:X}}}", u32::from(c));
            }
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Lines with unseen characters as `\u{…}`.
pub(crate) fn escaped_lines(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.lines() {
        shown.push_str(&escaped(line));
        shown.push('\n');
    }
    shown
}

/// A name as bytes: escaped for a terminal, as it is for a pipe.
pub(crate) fn name(name: &OsStr, terminal: bool) -> Vec<u8> {
    if terminal {
        escaped(&name.to_string_lossy()).as_bytes().to_vec()
    } else {
        name.as_encoded_bytes().to_vec()
    }
}

/// One line of talk: `zhfix: NAME: WHAT`.
pub(crate) fn message(about: &OsStr, what: &str, terminal: bool) -> Vec<u8> {
    let mut line = b"zhfix: ".to_vec();
    if about == "-" {
        line.extend_from_slice(b"standard input: ");
    } else if !about.is_empty() {
        line.extend(name(about, terminal));
        line.extend_from_slice(b": ");
    }
    let what = if terminal {
        escaped(what)
    } else {
        Cow::Borrowed(what)
    };
    line.extend_from_slice(what.as_bytes());
    line.push(b'\n');
    line
}

/// How wide a line of output may be, in columns: what the terminal says, or what its
/// variable does; a pipe has no width, and gets what can be read.
pub(crate) fn width(terminal: bool) -> usize {
    const PIPE_COLUMNS: usize = 100;
    const LEAST_COLUMNS: usize = 40;
    if !terminal {
        return PIPE_COLUMNS;
    }
    let said = std::env::var("COLUMNS")
        .ok()
        .and_then(|said| said.parse().ok());
    #[cfg(unix)]
    let seen = rustix::termios::tcgetwinsize(std::io::stdout())
        .ok()
        .map(|size| usize::from(size.ws_col))
        .filter(|columns| *columns > 0);
    #[cfg(not(unix))]
    let seen = None;
    seen.or(said).unwrap_or(PIPE_COLUMNS).max(LEAST_COLUMNS)
}

/// How wide a text stands on a terminal: East Asian wide and fullwidth characters count two,
/// those that stand on others none.
pub(crate) fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| match u32::from(c) {
            0x0300..=0x036F
            | 0x1160..=0x11FF
            | 0x1AB0..=0x1AFF
            | 0x1DC0..=0x1DFF
            | 0x20D0..=0x20FF
            | 0x302A..=0x302D
            | 0x3099..=0x309A
            | 0xFE00..=0xFE0F
            | 0xFE20..=0xFE2F
            | 0xE0100..=0xE01EF => 0,
            0x1100..=0x115F
            | 0x2E80..=0x303E
            | 0x3041..=0xA4CF
            | 0xA960..=0xA97F
            | 0xAC00..=0xD7A3
            | 0xF900..=0xFAFF
            | 0xFE30..=0xFE6F
            | 0xFF00..=0xFF60
            | 0xFFE0..=0xFFE6
            | 0x17000..=0x18CFF
            | 0x1B000..=0x1B2FF
            | 0x1F300..=0x1F64F
            | 0x1F680..=0x1F6FF
            | 0x1F900..=0x1FAFF
            | 0x20000..=0x3FFFD => 2,
            _ => 1,
        })
        .sum()
}

/// A number with what it counts, which takes an s where it is not one.
pub(crate) fn counted(count: impl TryInto<u64>, what: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}

/// How many changes of this stage a report lists.
fn changes(report: &Report, stage: Stage) -> u64 {
    let listed = report.changes.iter().filter(|c| c.stage == stage).count();
    // Conversions are not among those that a list lacks unless they were asked for.
    let unlisted = match stage {
        Stage::Repair => report.unlisted.changes,
        _ => 0,
    };
    listed as u64 + unlisted
}

/// How many repairs a report lists.
pub(crate) fn repairs(report: &Report) -> u64 {
    changes(report, Stage::Repair)
}

/// How many changes of style a report lists.
pub(crate) fn tidied(report: &Report) -> u64 {
    changes(report, Stage::Consistency)
}

/// A row of the table of `detect`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    name: Vec<u8>,
    cells: [String; 4],
    notes: String,
    /// Lines below it, as they are.
    below: Vec<String>,
}

impl Row {
    /// What the table says about a document.
    pub(crate) fn of(name: Vec<u8>, report: &Report) -> Row {
        let encoding = match (report.encoding, report.verdict()) {
            (Some(encoding), _) => encoding.name(),
            (None, Verdict::Binary) => "binary",
            (None, Verdict::Empty) => "empty",
            (None, _) => "unknown",
        };
        let probability = |p: Option<f32>| p.map_or_else(|| "-".into(), |p| format!("{p:.3}"));
        let script = report.script();
        let script_certain = report.script_probability();
        let mut notes = Vec::new();
        if report.bom {
            notes.push("BOM".to_owned());
        }
        if !report.malformed.is_empty() {
            notes.push(format!("{} malformed", report.malformed_count()));
        }
        Row {
            name,
            cells: [
                encoding.to_owned(),
                probability(report.encoding_probability()),
                script.tag().to_owned(),
                probability(Some(script_certain).filter(|&certain| certain > 0.0)),
            ],
            notes: notes.join(", "),
            below: Vec::new(),
        }
    }

    /// The same with lines below it.
    pub(crate) fn with_below(mut self, below: Vec<String>) -> Row {
        self.below = below;
        self
    }

    /// The names of the columns.
    pub(crate) fn header() -> Row {
        Row {
            name: b"PATH".to_vec(),
            cells: ["ENCODING", "P", "SCRIPT", "P"].map(str::to_owned),
            notes: String::new(),
            below: Vec::new(),
        }
    }
}

/// Rows with their columns aligned; a later part of the same table is never narrower than
/// `widths`, which is updated.
pub(crate) fn table(rows: &[Row], widths: &mut [usize; 5]) -> Vec<u8> {
    for row in rows {
        let cells = row.cells.iter().map(|cell| columns(cell));
        let name = columns(&String::from_utf8_lossy(&row.name));
        for (width, needed) in widths.iter_mut().zip(std::iter::once(name).chain(cells)) {
            *width = (*width).max(needed);
        }
    }
    let mut text = Vec::new();
    for row in rows {
        let mut line = row.name.clone();
        let mut last = columns(&String::from_utf8_lossy(&row.name));
        let cells = row.cells.iter().chain(std::iter::once(&row.notes));
        for (cell, width) in cells.zip(widths.iter()) {
            line.extend(std::iter::repeat_n(b' ', width.saturating_sub(last) + 2));
            line.extend_from_slice(cell.as_bytes());
            last = columns(cell);
        }
        text.extend_from_slice(line.trim_ascii_end());
        text.push(b'\n');
        for line in &row.below {
            text.extend_from_slice(line.as_bytes());
            text.push(b'\n');
        }
    }
    text
}

/// Every rule with its level and what it does; `*` marks those that are on.
pub(crate) fn rules(rules: &[(&'static Rule, bool)]) -> String {
    let mut out = String::new();
    for (rule, on) in rules {
        let mark = if *on { '*' } else { ' ' };
        let level = match rule.level {
            Level::Safe => "safe",
            Level::Tidy => "tidy",
            _ => "report",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{mark} {}  ({level})\n    {}", rule.name, rule.summary);
    }
    out
}

/// How many lines a diff shows on each side of what changed.
const CONTEXT_LINES: usize = 3;

/// A unified diff of two texts under the two titles.
pub(crate) fn diff<'t>(before: &'t str, after: &'t str, titles: [&str; 2], color: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut line = |style: Style, text: &str, ends: bool| {
        let style = if color { style } else { PLAIN };
        let (text, end) = match text.strip_suffix('\n') {
            Some(text) => (text, "\n"),
            None => (
                text,
                if ends {
                    "\n"
                } else {
                    "\n\\ No newline at end of file\n"
                },
            ),
        };
        out.extend_from_slice(format!("{style}{text}{style:#}{end}").as_bytes());
    };
    line(HEADER, &format!("--- {}", titles[0]), true);
    line(HEADER, &format!("+++ {}", titles[1]), true);
    // Lines are compared by numbers: equal lines have the same.
    let [before, after] =
        [before, after].map(|text| text.split_inclusive('\n').collect::<Vec<_>>());
    let mut numbers = HashMap::new();
    let mut numbered = |lines: &[&'t str]| -> Vec<usize> {
        let number = |line: &&'t str| {
            let next = numbers.len();
            *numbers.entry(*line).or_insert(next)
        };
        lines.iter().map(number).collect()
    };
    let (from, to) = (numbered(&before), numbered(&after));
    let ops = similar::capture_diff_slices(Algorithm::Myers, &from, &to);
    for hunk in similar::group_diff_ops(ops, CONTEXT_LINES) {
        line(HUNK, &UnifiedHunkHeader::new(&hunk).to_string(), true);
        for op in hunk {
            let (tag, old, new) = op.as_tag_tuple();
            let [removed, added] = [before.get(old), after.get(new)].map(Option::unwrap_or_default);
            if tag == DiffTag::Equal {
                removed
                    .iter()
                    .for_each(|text| line(PLAIN, &format!(" {text}"), false));
                continue;
            }
            removed
                .iter()
                .for_each(|text| line(REMOVED, &format!("-{text}"), false));
            added
                .iter()
                .for_each(|text| line(ADDED, &format!("+{text}"), false));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_lines() {
        // ESCAPE, RIGHT-TO-LEFT OVERRIDE
        let told = "error: '--\u{1B}[31m'\n\n  tip: \u{202E}\n";
        let expect = "error: '--\\u{1B}[31m'\n\n  tip: \\u{202E}\n";
        assert_eq!(escaped_lines(told), expect);
        assert_eq!(escaped_lines(expect), expect);
    }

    #[test]
    fn what_drives_a_terminal_is_escaped() {
        let rows = [
            ("中文 a.txt", "中文 a.txt"),
            ("a\u{1B}[31m\u{7F}", "a\\u{1B}[31m\\u{7F}"), // ESCAPE, DELETE
            ("\u{202E}txt.exe\n", "\\u{202E}txt.exe\\n"), // RIGHT-TO-LEFT OVERRIDE
            ("涓\u{E15F}枃", "涓\\u{E15F}枃"),            // PUA
        ];
        for (text, expect) in rows {
            assert_eq!(escaped(text), expect);
        }
    }

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
        let row = |name: &str, encoding: &str| Row {
            name: name.as_bytes().to_vec(),
            cells: [encoding.into(), "1.000".into(), "und".into(), "-".into()],
            notes: String::new(),
            below: Vec::new(),
        };
        let text = table(&[row("漢字", "GBK"), row("a.txt", "UTF-16LE")], &mut [0; 5]);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "漢字   GBK       1.000  und  -\na.txt  UTF-16LE  1.000  und  -\n"
        );
    }

    #[test]
    fn a_diff_keeps_missing_newlines_visible() {
        let text = diff("甲\n乙", "甲\n丙\n", ["a", "b"], false);
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "--- a\n+++ b\n@@ -1,2 +1,2 @@\n 甲\n-乙\n\\ No newline at end of file\n+丙\n"
        );
    }
}
