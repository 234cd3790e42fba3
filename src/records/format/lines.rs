//! Runs the stages over the passages of a document as if nothing stood between them.
//!
//! The passages are cut at line ends and laid under each other, one a line. Whatever a stage
//! does inside a line is put back where the line came from. A change that reaches over a line
//! end has no such place: then every line is processed alone, which loses what only its
//! neighbours could prove and nothing else.

use std::borrow::Cow;

use crate::Span;
use crate::codec::Decoded;
use crate::pipeline::Pipeline;
use crate::report::Report;

pub(in crate::records) fn run<'t>(
    pipeline: &Pipeline,
    decoded: Decoded<'t>,
    passages: &[Span],
    report: &mut Report,
) -> Cow<'t, str> {
    let text = &decoded.text;
    let lines = lines(text, passages);
    let joined = Joined::of(text, &lines);
    let replaced_at: Vec<usize> = joined.of_document(&decoded.replaced_at).collect();
    let mut found = Report::default();
    let clean = pipeline.stages(Cow::Borrowed(&joined.text), &replaced_at, None, &mut found);
    let crosses = |text: &str| text.contains('\n');
    let is_crossed = found
        .changes
        .iter()
        .any(|change| crosses(&change.before) || crosses(&change.after));
    let cleaned: Vec<&str> = clean.split('\n').collect();
    if is_crossed || cleaned.len() != lines.len().max(1) {
        return one_by_one(pipeline, decoded, &lines, report);
    }
    for change in &mut found.changes {
        change.span = joined.in_document(&change.span);
    }
    for loss in &mut found.lost {
        loss.span = joined.in_document(&loss.span);
    }
    let is_same = matches!(clean, Cow::Borrowed(_));
    report.script_counts = found.script_counts;
    report.changes = found.changes;
    report.lost = found.lost;
    report.converted_chars = found.converted_chars;
    report.warnings.append(&mut found.warnings);
    if is_same {
        return decoded.text;
    }
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (line, cleaned) in lines.iter().zip(cleaned) {
        out.push_str(&text[copied..line.start]);
        out.push_str(cleaned);
        copied = line.end;
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Every line as a document of its own.
fn one_by_one<'t>(
    pipeline: &Pipeline,
    decoded: Decoded<'t>,
    lines: &[Span],
    report: &mut Report,
) -> Cow<'t, str> {
    let text = &decoded.text;
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for line in lines {
        let first = decoded.replaced_at.partition_point(|&at| at < line.start);
        let of_line = decoded.replaced_at[first..].iter();
        let of_line = of_line.take_while(|&&at| at < line.end);
        let replaced_at: Vec<usize> = of_line.map(|at| at - line.start).collect();
        let mut found = Report::default();
        let source = Cow::Borrowed(&text[line.clone()]);
        let clean = pipeline.stages(source, &replaced_at, None, &mut found);
        out.push_str(&text[copied..line.start]);
        out.push_str(&clean);
        copied = line.end;
        let place = |span: &Span| line.start + span.start..line.start + span.end;
        report
            .changes
            .extend(found.changes.into_iter().map(|mut change| {
                change.span = place(&change.span);
                change
            }));
        report.lost.extend(found.lost.into_iter().map(|mut loss| {
            loss.span = place(&loss.span);
            loss
        }));
        report.script_counts = report.script_counts.plus(found.script_counts);
        report.converted_chars += found.converted_chars;
        report.warnings.append(&mut found.warnings);
    }
    out.push_str(&text[copied..]);
    if out == *text {
        return decoded.text;
    }
    Cow::Owned(out)
}

/// The passages cut at line ends, blank ones left out.
fn lines(text: &str, passages: &[Span]) -> Vec<Span> {
    let mut lines = Vec::new();
    for passage in passages {
        let mut at = passage.start;
        for line in text[passage.clone()].split(['\n', '\r']) {
            if !line.trim().is_empty() {
                lines.push(at..at + line.len());
            }
            at += line.len() + 1;
        }
    }
    lines
}

/// The lines under each other, and where each came from.
struct Joined<'l> {
    text: String,
    lines: &'l [Span],
    /// Where each line begins in the text.
    starts: Vec<usize>,
}

impl<'l> Joined<'l> {
    fn of(text: &str, lines: &'l [Span]) -> Joined<'l> {
        let mut joined = String::new();
        let mut starts = Vec::with_capacity(lines.len());
        for (number, line) in lines.iter().enumerate() {
            if number > 0 {
                joined.push('\n');
            }
            starts.push(joined.len());
            joined.push_str(&text[line.clone()]);
        }
        Joined {
            text: joined,
            lines,
            starts,
        }
    }

    /// The place in the document of a place in the text.
    fn in_document(&self, span: &Span) -> Span {
        let place = |at: usize| {
            let line = self.starts.partition_point(|&start| start <= at);
            let line = line.saturating_sub(1);
            match (self.lines.get(line), self.starts.get(line)) {
                (Some(source), Some(start)) => (source.start + at - start).min(source.end),
                _ => 0,
            }
        };
        let start = place(span.start);
        let end = match span.end.checked_sub(1) {
            Some(last) if span.start < span.end => place(last) + 1,
            _ => start,
        };
        start..end
    }

    /// The places in the text of places in the document, in order; those outside are left out.
    fn of_document<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
        places.iter().filter_map(|&at| {
            let line = self.lines.partition_point(|line| line.end <= at);
            let (source, start) = (self.lines.get(line)?, self.starts.get(line)?);
            source.contains(&at).then(|| start + at - source.start)
        })
    }
}
