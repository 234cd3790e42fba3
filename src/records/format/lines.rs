//! Runs the stages over the passages of a document as if nothing stood between them.
//!
//! The passages are cut at line ends and laid under each other, one a line; those that only
//! inline markup parts stand in the same line, so that a word is read as a whole. Whatever a
//! stage does inside a line is put back where the line came from, spelled as it must be there
//! ([`pieces`](super::pieces)). A change that reaches over a line end has no such place: then
//! every line is processed alone, which loses what only its neighbours could prove and nothing
//! else. Where the characters of a changed line cannot be told apart by the passages that they
//! belong to, its passages are processed apart; where a result cannot be spelled, it stays, and a
//! warning says so.

use std::borrow::Cow;

use super::pieces::{self, Line, Passage, Refusal};
use crate::Span;
use crate::codec::Decoded;
use crate::pipeline::Pipeline;
use crate::report::Report;

/// How often lines are parted or left before the document is: once each, as a rule.
const ROUNDS_MAX: usize = 8;

pub(in crate::records) fn run<'t>(
    pipeline: &Pipeline,
    decoded: Decoded<'t>,
    passages: &[Passage],
    report: &mut Report,
) -> Cow<'t, str> {
    let text = &decoded.text;
    let mut lines = pieces::lines(text, passages);
    let mut left = 0;
    for _ in 0..ROUNDS_MAX {
        let joined = Joined::of(text, &lines);
        let replaced_at: Vec<usize> = joined.of_document(&decoded.replaced_at).collect();
        let (cleaned, found) = together(pipeline, &joined, &replaced_at);
        let cleaned: Vec<&str> = cleaned.iter().map(|line| &**line).collect();
        match put_back(text, &joined, &cleaned) {
            Ok(written) => {
                take(report, found, &joined);
                report.warnings.extend(said_of(left));
                return match written {
                    Some(written) => Cow::Owned(written),
                    None => decoded.text,
                };
            }
            Err(refused) => {
                let unspellable = refused
                    .iter()
                    .filter(|(_, why)| *why == Refusal::Unspellable);
                left += unspellable.count();
                lines = without(lines, &refused);
            }
        }
    }
    report.warnings.extend(said_of(left + lines.len()));
    decoded.text
}

/// What a reader should know of lines that were left.
fn said_of(left: usize) -> Option<String> {
    match left {
        0 => None,
        1 => Some("1 line stays as it is: what it becomes cannot be written there".to_owned()),
        _ => Some(format!(
            "{left} lines stay as they are: what they become cannot be written there"
        )),
    }
}

/// What becomes of each line, and what was found, placed in the joined text.
fn together<'j>(
    pipeline: &Pipeline,
    joined: &'j Joined<'_>,
    replaced_at: &[usize],
) -> (Vec<Cow<'j, str>>, Report) {
    let mut found = Report::default();
    let whole = Cow::Borrowed(&*joined.text);
    let clean = pipeline.stages(whole, replaced_at, &mut found);
    let crosses = |text: &str| text.contains('\n');
    let mut changes = found.changes.iter();
    let is_crossed = changes.any(|change| crosses(&change.before) || crosses(&change.after));
    let cleaned: Vec<Cow<'j, str>> = match clean {
        Cow::Borrowed(clean) => clean.split('\n').map(Cow::Borrowed).collect(),
        Cow::Owned(clean) => {
            let lines = clean.split('\n');
            lines.map(|line| Cow::Owned(line.to_owned())).collect()
        }
    };
    if is_crossed || cleaned.len() != joined.lines.len().max(1) {
        return one_by_one(pipeline, joined, replaced_at);
    }
    (cleaned, found)
}

/// Every line as a document of its own.
fn one_by_one<'j>(
    pipeline: &Pipeline,
    joined: &'j Joined<'_>,
    replaced_at: &[usize],
) -> (Vec<Cow<'j, str>>, Report) {
    let mut all = Report::default();
    let mut cleaned = Vec::with_capacity(joined.lines.len());
    for span in &joined.spans {
        let first = replaced_at.partition_point(|&at| at < span.start);
        let of_line = replaced_at[first..].iter();
        let of_line = of_line.take_while(|&&at| at < span.end);
        let replaced_at: Vec<usize> = of_line.map(|at| at - span.start).collect();
        let mut found = Report::default();
        let source = Cow::Borrowed(&joined.text[span.clone()]);
        cleaned.push(pipeline.stages(source, &replaced_at, &mut found));
        let place = |at: &Span| span.start + at.start..span.start + at.end;
        for mut change in found.changes {
            change.span = place(&change.span);
            all.changes.push(change);
        }
        for mut loss in found.lost {
            loss.span = place(&loss.span);
            all.lost.push(loss);
        }
        all.script_counts = all.script_counts.plus(found.script_counts);
        all.converted_chars += found.converted_chars;
        all.warnings.append(&mut found.warnings);
    }
    (cleaned, all)
}

/// The document with its lines put back; `None` where it is the same.
///
/// # Errors
/// Which lines cannot be put back, and why.
fn put_back(
    text: &str,
    joined: &Joined<'_>,
    cleaned: &[&str],
) -> Result<Option<String>, Vec<(usize, Refusal)>> {
    let mut refused = Vec::new();
    let mut out: Option<String> = None;
    let mut copied = 0;
    let lines = joined.lines.iter().zip(&joined.spans).zip(cleaned);
    for (number, ((line, span), cleaned)) in lines.enumerate() {
        let before = &joined.text[span.clone()];
        if before == *cleaned {
            continue;
        }
        let out = out.get_or_insert_with(|| String::with_capacity(text.len()));
        let place = line.span();
        out.push_str(&text[copied..place.start]);
        copied = place.end;
        if let Err(refusal) = line.spell(text, before, cleaned, out) {
            refused.push((number, refusal));
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    if let Some(out) = &mut out {
        out.push_str(&text[copied..]);
    }
    // What changes to and fro is the same in the end.
    Ok(out.filter(|out| out != text))
}

/// The lines without those that were refused: parted, or left out.
fn without(lines: Vec<Line>, refused: &[(usize, Refusal)]) -> Vec<Line> {
    let mut refused = refused.iter().peekable();
    let mut kept = Vec::with_capacity(lines.len());
    for (number, line) in lines.into_iter().enumerate() {
        match refused.next_if(|(refused, _)| *refused == number) {
            None => kept.push(line),
            Some((_, Refusal::Crossed)) => kept.extend(line.parted()),
            Some((_, Refusal::Unspellable)) => {}
        }
    }
    kept
}

/// Takes over what was found, placed in the document.
fn take(report: &mut Report, mut found: Report, joined: &Joined<'_>) {
    for change in &mut found.changes {
        change.span = joined.in_document(&change.span);
    }
    for loss in &mut found.lost {
        loss.span = joined.in_document(&loss.span);
    }
    report.script_counts = found.script_counts;
    report.changes = found.changes;
    report.lost = found.lost;
    report.converted_chars = found.converted_chars;
    report.warnings.append(&mut found.warnings);
}

/// The lines under each other, and where each came from.
struct Joined<'l> {
    text: String,
    lines: &'l [Line],
    /// Where each line stands in the text.
    spans: Vec<Span>,
}

impl<'l> Joined<'l> {
    fn of(source: &str, lines: &'l [Line]) -> Joined<'l> {
        let mut text = String::new();
        let mut spans = Vec::with_capacity(lines.len());
        for (number, line) in lines.iter().enumerate() {
            if number > 0 {
                text.push('\n');
            }
            let start = text.len();
            line.read(source, &mut text);
            spans.push(start..text.len());
        }
        Joined { text, lines, spans }
    }

    /// The place in the document of a place in the text.
    fn in_document(&self, span: &Span) -> Span {
        let line_at = |at: usize| {
            let line = self.spans.partition_point(|line| line.start <= at);
            let line = line.saturating_sub(1);
            let found = self.lines.get(line)?;
            Some((found, at - self.spans.get(line)?.start))
        };
        let start = line_at(span.start).map_or(0, |(line, at)| line.place_of(at).start);
        let end = match span.end.checked_sub(1) {
            Some(last) if span.start < span.end => {
                line_at(last).map_or(start, |(line, at)| line.place_of(at).end)
            }
            _ => start,
        };
        start..end.max(start)
    }

    /// The places in the text of places in the document, in order; those outside are left out.
    fn of_document<'a>(&'a self, places: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
        places.iter().filter_map(|&at| {
            let line = self.lines.partition_point(|line| line.span().end <= at);
            let start = self.spans.get(line)?.start;
            Some(start + self.lines.get(line)?.offset_of(at)?)
        })
    }
}
