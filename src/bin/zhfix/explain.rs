//! The report of `explain` for people: every finding with its place, and how to undo it.
//!
//! Before and after are always escaped: what a reader cannot see is often the finding
//! itself. A repair of mojibake is undone by its route backwards, any other change by
//! putting back what stood there.

use std::fmt::Write as _;

use zhfix::Span;
use zhfix::report::{Change, Report};

use crate::render::{counted, escaped, repairs, tidied};

/// Line and column, counted from 1, columns in characters, of ascending byte offsets.
pub(crate) struct Places<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    line_start: usize,
}

impl<'t> Places<'t> {
    /// Places in this text.
    pub(crate) fn of(text: &'t str) -> Places<'t> {
        Places {
            text,
            at: 0,
            line: 1,
            line_start: 0,
        }
    }

    /// The place of an offset; going back starts again at the top.
    pub(crate) fn find(&mut self, offset: usize) -> (usize, usize) {
        if offset < self.at {
            *self = Places::of(self.text);
        }
        let end = offset.min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..end).unwrap_or_default();
        for (index, _) in passed.iter().enumerate().filter(|(_, b)| **b == b'\n') {
            self.line += 1;
            self.line_start = self.at + index + 1;
        }
        self.at = end;
        let before = self.text.as_bytes().get(self.line_start..end);
        // Bytes that begin a character; continuation bytes are 10xxxxxx.
        let starts = |byte: &&u8| **byte & 0xC0 != 0x80;
        (
            self.line,
            before.unwrap_or_default().iter().filter(starts).count() + 1,
        )
    }
}

/// The report of `explain`, for people.
pub(crate) fn explanation(name: &str, text: &str, report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = explain(&mut out, name, text, report);
    out
}

fn explain(out: &mut String, name: &str, text: &str, report: &Report) -> std::fmt::Result {
    writeln!(out, "{name}")?;
    match (report.encoding, report.encoding_probability()) {
        (Some(encoding), Some(certain)) => {
            write!(out, "  encoding  {}", encoding.name())?;
            match report.detection {
                Some(_) => write!(out, " ({certain:.3})")?,
                None => write!(out, ", as ordered")?,
            }
            writeln!(out, "{}", if report.bom { ", byte-order mark" } else { "" })?;
        }
        _ => match report.verdict_name() {
            "text" => writeln!(
                out,
                "  encoding  unknown: not enough to say; left unchanged"
            )?,
            verdict => writeln!(out, "  {verdict}; left unchanged")?,
        },
    }
    for part in &report.segments {
        let (start, end) = (part.span.start, part.span.end);
        let name = part.encoding.map_or("unknown", zhfix::Encoding::name);
        let certain = part.probability;
        writeln!(out, "  raw bytes {start}..{end}  {name} ({certain:.3})")?;
    }
    writeln!(out, "  script    {}", report.script().tag())?;
    write!(
        out,
        "  {}, {} converted, ",
        counted(repairs(report), "repair"),
        counted(report.converted_chars, "character"),
    )?;
    if tidied(report) > 0 {
        write!(out, "{} tidied, ", counted(tidied(report), "place"))?;
    }
    let gone = report.lost.iter().filter(|loss| loss.is_gone()).count();
    let listed = report.lost.len() - gone;
    let lost = gone + report.malformed.len();
    write!(out, "{} lost", counted(lost, "place"))?;
    if listed > 0 {
        write!(out, ", {} listed", counted(listed, "place"))?;
    }
    writeln!(out)?;
    let mut places = Places::of(text);
    for change in &report.changes {
        explain_change(out, &mut places, change)?;
    }
    for loss in &report.lost {
        place(out, &mut places, &loss.span)?;
        let what = if loss.is_gone() { "lost" } else { "listed" };
        writeln!(out, "{}  {what}: {}", loss.rule.name, loss.why)?;
    }
    for span in &report.malformed {
        let (start, end) = (span.start, span.end);
        writeln!(
            out,
            "  raw bytes {start}..{end}  malformed: not of the encoding"
        )?;
    }
    for warning in &report.warnings {
        writeln!(out, "  warning: {}", escaped(warning))?;
    }
    Ok(())
}

fn explain_change(out: &mut String, places: &mut Places<'_>, change: &Change) -> std::fmt::Result {
    place(out, places, &change.span)?;
    write!(out, "{}  certainty {:.3}", change.rule, change.certainty)?;
    if change.guessed_chars > 0 {
        write!(
            out,
            ", {} guessed",
            counted(change.guessed_chars, "character")
        )?;
        for guess in &change.guesses {
            let filled = change.after.get(guess.span.clone()).unwrap_or_default();
            write!(out, " {} {:.2}", escaped(filled), guess.posterior)?;
        }
    }
    let (before, after) = (escaped(&change.before), escaped(&change.after));
    writeln!(out, "\n      {before} → {after}")?;
    let undo = match change.route.as_str() {
        "" if change.after.is_empty() => format!("put {before} back"),
        "" => format!("{after} → {before}"),
        route => inverse(route),
    };
    writeln!(out, "      undo: {undo}")
}

fn place(out: &mut String, places: &mut Places<'_>, span: &Span) -> std::fmt::Result {
    let (line, column) = places.find(span.start);
    write!(
        out,
        "  {line}:{column} (bytes {}..{})  ",
        span.start, span.end
    )
}

/// The route back: the steps from last to first, encoding where there was decoding.
fn inverse(route: &str) -> String {
    let steps = route.split('|').rev().map(|step| {
        let step = step.trim();
        match step.split_once(' ') {
            Some(("encode", label)) => format!("decode {label}"),
            Some(("decode", label)) => format!("encode {label}"),
            _ => step.to_owned(),
        }
    });
    steps.collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters() {
        let mut places = Places::of("ab\n漢字x\r\n\n末");
        let rows = [
            (0, (1, 1)),
            (2, (1, 3)),
            (3, (2, 1)),
            (9, (2, 3)),
            (13, (4, 1)),
            (6, (2, 2)),
        ];
        for (offset, expect) in rows {
            assert_eq!(places.find(offset), expect, "byte {offset}");
        }
        assert_eq!(places.find(99), (4, 2));
    }

    #[test]
    fn a_route_is_undone_backwards() {
        assert_eq!(
            inverse("encode gbk | decode utf-8"),
            "encode utf-8 | decode gbk"
        );
    }
}
