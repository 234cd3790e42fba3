//! The report of `explain` for people: every finding with its place, and how to undo it.
//!
//! Findings stand in their line, cut around them, before above after, so that what changed
//! is seen where it changed: in colours, or marked below where there are none. Those near each
//! other share the two lines, and the repairs among them are listed below. Whatever
//! cannot be seen is escaped: it is often the finding itself. A repair of mojibake is undone
//! by its route backwards, any other change by putting back what stood there.
//!
//! Of a document that is too large to be held, the first findings are shown as its parts pass
//! ([`InParts`]), and the rest is counted, as in every other report of it.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use zhfix::report::{Change, Report};

use crate::excerpts::{self, Excerpt, Piece, Place, Shown};
use crate::render::{columns, counted, escaped, repairs, tidied};
use said::{Passed, Row, certainty, inverse, placed};

mod said;

const NAME: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const RULE: Style = AnsiColor::Cyan.on_default();
const BEFORE: Style = AnsiColor::Red.on_default().bold();
const AFTER: Style = AnsiColor::Green.on_default().bold();
const LOST: Style = AnsiColor::Magenta.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();
const PLAIN: Style = Style::new();

/// Below this a certainty is coloured as a warning.
const SURE: f32 = 0.9;

/// How many changes, and how many losses, are shown of a document that is too large to be held.
const FINDINGS_MAX: usize = 10_000;

/// What excerpts are indented by.
const INDENT: &str = "      ";

/// How it is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) color: bool,
    /// How wide a line may be, in columns.
    pub(crate) columns: usize,
}

/// The report of `explain`, for people.
pub(crate) fn explanation(name: &str, text: &str, report: &Report, look: Look) -> String {
    let mut page = Page::new(look);
    // Writing to a string cannot fail.
    let _ = page.head(name, report);
    let _ = page.findings(text, report);
    let _ = page.tail(report);
    page.out
}

/// The report on a document whose parts come one after the other.
pub(crate) struct InParts {
    page: Page,
    /// How many changes and losses there is room for.
    left: [usize; 2],
}

impl InParts {
    /// Nothing yet.
    pub(crate) fn new(look: Look) -> InParts {
        InParts {
            page: Page::new(look),
            left: [FINDINGS_MAX; 2],
        }
    }

    /// Whether further findings would be shown.
    pub(crate) fn has_room(&self) -> bool {
        self.left != [0, 0]
    }

    /// The findings of the next part, as they are placed in it.
    pub(crate) fn add(&mut self, text: &str, report: &Report) {
        let [changes, losses] = [
            report.changes.len().min(self.left[0]),
            report.lost.len().min(self.left[1]),
        ];
        self.left = [self.left[0] - changes, self.left[1] - losses];
        let mut few = Report::default();
        few.changes.extend_from_slice(&report.changes[..changes]);
        few.lost.extend_from_slice(&report.lost[..losses]);
        // Writing to a string cannot fail.
        let _ = self.page.findings(text, &few);
        self.page.passed.pass(text);
    }

    /// The whole of it, with the report on all parts.
    pub(crate) fn finish(mut self, name: &str, report: &Report) -> String {
        let findings = std::mem::take(&mut self.page.out);
        let _ = self.page.head(name, report);
        self.page.out.push_str(&findings);
        let _ = self.page.tail(report);
        self.page.out
    }
}

struct Page {
    out: String,
    look: Look,
    /// How wide the cells of rows are so far.
    widths: [usize; 3],
    passed: Passed,
}

/// A repair among several of an excerpt.
struct Listed<'r> {
    place: String,
    certainty: String,
    change: &'r Change,
}

impl Page {
    fn new(look: Look) -> Page {
        Page {
            out: String::new(),
            look,
            widths: [0; 3],
            passed: Passed::default(),
        }
    }

    fn styled(&mut self, style: Style, text: &str) -> std::fmt::Result {
        match self.look.color && style != PLAIN {
            true => write!(self.out, "{style}{text}{style:#}"),
            false => self.out.write_str(text),
        }
    }

    /// What was recognised, and the counts.
    fn head(&mut self, name: &str, report: &Report) -> std::fmt::Result {
        self.styled(NAME, name)?;
        self.out.push('\n');
        match (report.encoding, report.encoding_probability()) {
            (Some(encoding), Some(certain)) => {
                self.styled(FAINT, "  encoding  ")?;
                self.out.push_str(encoding.name());
                match report.detection {
                    Some(_) => write!(self.out, " ({certain:.3})")?,
                    None => self.out.push_str(", as ordered"),
                }
                let mark = if report.bom { ", byte-order mark" } else { "" };
                writeln!(self.out, "{mark}")?;
            }
            _ if report.verdict_name() == "text" => {
                self.styled(FAINT, "  encoding  ")?;
                writeln!(self.out, "unknown: not enough to say; left unchanged")?;
            }
            _ => writeln!(self.out, "  {}; left unchanged", report.verdict_name())?,
        }
        for part in &report.segments {
            let (start, end) = (part.span.start, part.span.end);
            let name = part.encoding.map_or("unknown", zhfix::Encoding::name);
            let certain = part.probability;
            writeln!(
                self.out,
                "  raw bytes {start}..{end}  {name} ({certain:.3})"
            )?;
        }
        self.styled(FAINT, "  script    ")?;
        writeln!(self.out, "{}", report.script().tag())?;
        let converted = counted(report.converted_chars, "character");
        let repairs = counted(repairs(report), "repair");
        write!(self.out, "  {repairs}, {converted} converted, ")?;
        if tidied(report) > 0 {
            write!(self.out, "{} tidied, ", counted(tidied(report), "place"))?;
        }
        let gone = report.lost_count() + report.malformed_count();
        let listed = report.lost.iter().filter(|loss| !loss.is_gone()).count() as u64
            + (report.unlisted.lost - report.unlisted.gone);
        let lost = counted(gone, "place");
        match gone {
            0 => write!(self.out, "{lost} lost")?,
            _ => self.styled(LOST, &format!("{lost} lost"))?,
        }
        if listed > 0 {
            write!(self.out, ", {} listed", counted(listed, "place"))?;
        }
        self.out.push('\n');
        Ok(())
    }

    fn findings(&mut self, text: &str, report: &Report) -> std::fmt::Result {
        let room = self.look.columns.saturating_sub(INDENT.len() + 2).max(24);
        let rows: Vec<(Row, Excerpt<'_>)> = excerpts::excerpts(text, report, room)
            .map(|excerpt| (Row::of(&excerpt, self.passed), excerpt))
            .collect();
        let widest = |cell: fn(&Row) -> &str, so_far: usize| {
            let cells = rows.iter().map(|(row, _)| columns(cell(row)));
            cells.max().unwrap_or(0).max(so_far)
        };
        self.widths = [
            widest(|r| &r.place, self.widths[0]),
            widest(|r| &r.bytes, self.widths[1]),
            widest(|r| &r.rule, self.widths[2]),
        ];
        for (row, excerpt) in &rows {
            self.row(row, &excerpt.shown)?;
            self.excerpt(excerpt)?;
        }
        Ok(())
    }

    /// What is not in the text, and what is to be known of all.
    fn tail(&mut self, report: &Report) -> std::fmt::Result {
        let unlisted = report.unlisted;
        if unlisted.changes + unlisted.lost > 0 {
            writeln!(
                self.out,
                "\n  not listed: {}, {} lost or listed",
                counted(unlisted.changes, "further change"),
                counted(unlisted.lost, "further place"),
            )?;
        }
        for span in &report.malformed {
            let (start, end) = (span.start, span.end);
            write!(self.out, "\n  raw bytes {start}..{end}  ")?;
            self.styled(LOST, "malformed: not of the encoding")?;
        }
        if !report.malformed.is_empty() {
            self.out.push('\n');
        }
        if !report.warnings.is_empty() {
            self.out.push('\n');
        }
        for warning in &report.warnings {
            self.styled(WARNING, "  warning: ")?;
            writeln!(self.out, "{}", escaped(warning))?;
        }
        if !report.changes.is_empty() {
            let undo = "\n  undo: put each - in place of its +; mojibake also by the route that is given\n";
            self.styled(FAINT, undo)?;
        }
        Ok(())
    }

    /// Place, rule and certainty, under those of the other findings.
    fn row(&mut self, row: &Row, shown: &Shown<'_>) -> std::fmt::Result {
        let widths = self.widths;
        self.out.push_str("\n  ");
        let pad = |text: &str, width: usize| " ".repeat(width.saturating_sub(columns(text)) + 2);
        self.styled(NAME, &row.place)?;
        self.out.push_str(&pad(&row.place, widths[0]));
        self.styled(FAINT, &row.bytes)?;
        self.out.push_str(&pad(&row.bytes, widths[1]));
        self.styled(RULE, &row.rule)?;
        self.out.push_str(&pad(&row.rule, widths[2]));
        let style = match shown {
            Shown::Changes(changes) if changes.iter().any(|(_, c)| c.certainty < SURE) => WARNING,
            Shown::Changes(_) => PLAIN,
            Shown::Loss(_) => LOST,
        };
        self.styled(style, &row.says)?;
        self.out.push('\n');
        Ok(())
    }

    fn excerpt(&mut self, excerpt: &Excerpt<'_>) -> std::fmt::Result {
        let pieces = &excerpt.pieces;
        match &excerpt.shown {
            Shown::Loss(_) => self.side('!', pieces, |piece| match piece {
                Piece::Lost(text) => (text, Some(LOST)),
                Piece::Same(text) | Piece::Changed { before: text, .. } => (text, None),
            }),
            Shown::Changes(_) => {
                self.side('-', pieces, |piece| match piece {
                    Piece::Changed { before, .. } => (before, Some(BEFORE)),
                    Piece::Same(text) | Piece::Lost(text) => (text, None),
                })?;
                self.side('+', pieces, |piece| match piece {
                    Piece::Changed { after, .. } => (after, Some(AFTER)),
                    Piece::Same(text) | Piece::Lost(text) => (text, None),
                })?;
                self.repairs(&excerpt.shown.repairs())
            }
        }
    }

    /// The repairs of an excerpt: each where there are several, and how mojibake is undone.
    fn repairs(&mut self, repairs: &[(Place, &Change)]) -> std::fmt::Result {
        let cells = repairs.iter().map(|(place, change)| Listed {
            place: placed(self.passed.place(*place)),
            certainty: certainty(change),
            change,
        });
        let cells: Vec<Listed<'_>> = cells.collect();
        let widest = |width: fn(&Listed<'_>) -> usize| cells.iter().map(width).max().unwrap_or(0);
        let places = widest(|cell| cell.place.len());
        let rules = widest(|cell| cell.change.rule.len());
        let certainties = widest(|cell| columns(&cell.certainty));
        for Listed {
            place,
            certainty,
            change,
        } in &cells
        {
            if cells.len() > 1 {
                write!(self.out, "{INDENT}  {place:places$}  ")?;
                self.styled(RULE, &change.rule)?;
                let pad = " ".repeat(rules - change.rule.len() + 2);
                let is_sure = change.certainty >= SURE;
                let style = if is_sure { PLAIN } else { WARNING };
                self.out.push_str(&pad);
                self.styled(style, certainty)?;
                let room = (self.look.columns.max(60) - INDENT.len()) / 4;
                let after = match change.after.as_str() {
                    "" => "nothing".into(),
                    after => excerpts::shortened(&after.into(), room),
                };
                let before = excerpts::shortened(&change.before.as_str().into(), room);
                let pad = " ".repeat(certainties - columns(certainty) + 2);
                writeln!(self.out, "{pad}{before} → {after}")?;
            }
            if !change.route.is_empty() {
                let undo = format!("{INDENT}undo: {}\n", inverse(&change.route));
                self.styled(FAINT, &undo)?;
            }
        }
        Ok(())
    }

    /// One side of an excerpt, and without colours its marks below.
    fn side<'p>(
        &mut self,
        sign: char,
        pieces: &'p [Piece<'p>],
        choose: impl Fn(&'p Piece<'p>) -> (&'p str, Option<Style>),
    ) -> std::fmt::Result {
        let mut marks = String::new();
        write!(self.out, "{INDENT}{sign} ")?;
        for piece in pieces {
            let (text, style) = choose(piece);
            if text.is_empty() {
                continue;
            }
            self.styled(style.unwrap_or(PLAIN), text)?;
            let mark = if style.is_some() { "^" } else { " " };
            marks.push_str(&mark.repeat(columns(text)));
        }
        self.out.push('\n');
        if !self.look.color && marks.contains('^') {
            writeln!(self.out, "{INDENT}  {}", marks.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zhfix::Pipeline;

    fn explained(text: &str, look: Look) -> String {
        let pipeline = Pipeline::builder().list_conversions(true).build();
        explanation("a.txt", text, &pipeline.run_text(text).report, look)
    }

    #[test]
    fn before_stands_above_after_with_marks_below() {
        let look = Look {
            color: false,
            columns: 60,
        };
        let shown = explained("甲\n他說話。提示：鎵撳紑鏂囦欢澶辫触！\n", look);
        let expect = "\
a.txt
  script    zh-mixed
  1 repair, 2 characters converted, 0 places lost

  2:2  bytes 7..52  mojibake/utf-8-as-gbk  certainty 1.000, 2 places converted
      - 他說話。提示：鎵撳紑鏂囦欢澶辫触！
          ^^^^        ^^^^^^^^^^^^^^^^^^
      + 他说话。提示：打开文件失败！
          ^^^^        ^^^^^^^^^^^^
      undo: encode utf-8 | decode gbk

  undo: put each - in place of its +; mojibake also by the route that is given
";
        // Certainties are the model's, and none of this test's business.
        let without = |text: &str| {
            let lines = text
                .lines()
                .map(|line| line.split("certainty").next().unwrap_or(line));
            lines
                .filter(|line| !line.starts_with("  encoding"))
                .collect::<Vec<_>>()
                .join("\n")
        };
        assert_eq!(without(&shown), without(expect));
    }

    #[test]
    fn repairs_that_share_an_excerpt_are_listed() {
        let look = Look {
            color: false,
            columns: 80,
        };
        let shown = explained("扞卫国家，扞卫家园。\n", look);
        let expect = "
  1:1  bytes 0..18  misconversion/han-wei  2 repairs
      - 扞卫国家，扞卫家园。
        ^^        ^^
      + 捍卫国家，捍卫家园。
        ^^        ^^
        1:1  misconversion/han-wei  certainty N  扞 → 捍
        1:6  misconversion/han-wei  certainty N  扞 → 捍
";
        let (_, findings) = shown.split_once("lost\n").unwrap();
        let findings = findings.split("\n  undo").next().unwrap();
        // Certainties are the model's, and none of this test's business.
        let mut parts = findings.split("certainty ");
        let mut without = parts.next().unwrap().to_owned();
        for part in parts {
            without.push_str("certainty N");
            without.push_str(&part[part.find(' ').unwrap()..]);
        }
        assert_eq!(without, expect);
    }

    #[test]
    fn parts_are_placed_in_the_document_and_their_findings_cut_short() {
        let look = Look {
            color: false,
            columns: 60,
        };
        let pipeline = Pipeline::builder().list_conversions(true).build();
        // The second part begins in a line, the third behind one.
        let parts = ["漢一\n二漢", "三漢\n", "四扞卫国家\n"];
        let mut in_parts = InParts::new(look);
        for part in parts {
            in_parts.add(part, &pipeline.run_text(part).report);
        }
        let report = pipeline.run_text(&parts.concat()).report;
        let shown = in_parts.finish("a.txt", &report);
        let rows: Vec<String> = shown
            .lines()
            .filter(|line| line.contains("  bytes "))
            .map(|line| {
                let mut words = line.split_whitespace();
                let [place, _, bytes] = [(); 3].map(|()| words.next().unwrap());
                format!("{place} {bytes}")
            })
            .collect();
        assert_eq!(
            rows,
            ["1:1 0..3", "2:2 10..13", "2:4 16..19", "3:2 23..26"],
            "{shown}"
        );
        let whole = explanation("a.txt", &parts.concat(), &report, look);
        assert_eq!(shown.lines().next(), whole.lines().next());
        assert!(shown.contains("1 repair, 3 characters converted, 0 places lost\n"));

        let many = "漢\n".repeat(FINDINGS_MAX - 5);
        let many_report = pipeline.run_text(&many).report;
        let mut in_parts = InParts::new(look);
        in_parts.add(&many, &many_report);
        in_parts.add(&many, &many_report);
        let shown = in_parts.finish("a.txt", &many_report);
        assert_eq!(shown.matches("  bytes ").count(), FINDINGS_MAX);
    }

    #[test]
    fn in_colours_nothing_is_marked_below() {
        let look = Look {
            color: true,
            columns: 60,
        };
        let shown = explained("他說話", look);
        assert!(
            shown.contains(&format!("他{BEFORE}說{BEFORE:#}{BEFORE}話{BEFORE:#}")),
            "{shown}"
        );
        assert!(
            shown.contains(&format!("他{AFTER}说{AFTER:#}{AFTER}话{AFTER:#}")),
            "{shown}"
        );
        assert!(!shown.contains('^'), "{shown}");
    }

    #[test]
    fn no_line_of_an_excerpt_is_wider_than_the_terminal() {
        let text = "這裡的頭髮，我們後來才聽說鎵撳紑鏂囦欢澶辫触。".repeat(40);
        for columns in [40, 60, 100] {
            let look = Look {
                color: false,
                columns,
            };
            let shown = explained(&text, look);
            let excerpts = shown.lines().filter(|line| line.starts_with(INDENT));
            for line in excerpts {
                assert!(crate::render::columns(line) <= columns, "{columns}: {line}");
            }
        }
    }
}
