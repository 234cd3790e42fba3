//! Laws of the whole: the report tells all that happened, and where.

use std::borrow::Cow;
use std::io::{self, Read};

use zhfix::pipeline::{Document, Total};
use zhfix::report::{Change, Stage};
use zhfix::{Pipeline, Repairer, Report, decode, repair::RuleSet};

/// The pipeline with its conversions listed, and without.
#[derive(Debug)]
pub struct Pair {
    listing: Pipeline,
    silent: Pipeline,
}

/// With these rules of repair ("safe", "all").
pub fn pair(rules: &str) -> Pair {
    let rules = RuleSet::parse(rules).expect("a level or a rule");
    let builder = Pipeline::builder().repair(Some(Repairer::with_rules(rules)));
    Pair {
        listing: builder.clone().list_conversions(true).build(),
        silent: builder.build(),
    }
}

/// The text that was repaired: each part in its own encoding.
fn decoded(bytes: &[u8], report: &Report) -> Option<String> {
    if report.segments.is_empty() {
        return Some(decode(bytes, report.encoding?).text.into_owned());
    }
    let mut text = String::new();
    for part in &report.segments {
        text.push_str(&decode(&bytes[part.span.clone()], part.encoding?).text);
    }
    Some(text)
}

/// The same bytes give the same; listing changes nothing; every place exists; each change says
/// what stood there, and all of them together explain the result.
pub fn a_report_tells_what_happened(pair: &Pair, bytes: &[u8]) {
    let outcome = pair.listing.run(bytes);
    let again = pair.listing.run(bytes);
    assert_eq!(outcome.text, again.text);
    assert_eq!(outcome.report.changes, again.report.changes);
    assert_eq!(
        outcome.text,
        pair.silent.run(bytes).text,
        "listing changes nothing"
    );
    if let Ok(text) = std::str::from_utf8(bytes) {
        a_text_is_borrowed_unless_something_changes(pair, text);
    }
    let report = &outcome.report;
    let mut behind = 0;
    for span in &report.malformed {
        assert!(behind <= span.start && span.start < span.end && span.end <= bytes.len());
        behind = span.end;
    }
    let Some(text) = &outcome.text else {
        assert!(report.changes.is_empty());
        return;
    };
    let Some(decoded) = decoded(bytes, report) else {
        assert!(report.changes.is_empty());
        return;
    };
    for loss in &report.lost {
        assert!(decoded.get(loss.span.clone()).is_some(), "{loss:?}");
    }
    explains(&report.changes, &decoded, text);
}

/// A text in which nothing changes is borrowed, whether changes are listed or not.
fn a_text_is_borrowed_unless_something_changes(pair: &Pair, text: &str) {
    let listed = pair.listing.run_text(text);
    let is_unchanged = listed.report.changes.is_empty();
    for outcome in [&listed, &pair.silent.run_text(text)] {
        let is_borrowed = matches!(outcome.text, Some(Cow::Borrowed(_)));
        assert_eq!(is_borrowed, is_unchanged, "{text:?}");
    }
}

/// Changes that do not touch each other read what stood in the input, and where all are so, they
/// give the output. (A change that reads what another wrote is placed where that one is.)
fn explains(changes: &[Change], before: &str, after: &str) {
    let mut order: Vec<&Change> = changes.iter().collect();
    order.sort_by_key(|change| (change.span.start, change.span.end));
    let mut apart = true;
    let mut behind = 0;
    for (at, change) in order.iter().enumerate() {
        let there = before.get(change.span.clone());
        assert!(there.is_some(), "{change:?}");
        let next = order.get(at + 1).map(|next| next.span.start);
        let is_apart =
            behind <= change.span.start && next.is_none_or(|next| change.span.end <= next);
        apart &= is_apart;
        behind = behind.max(change.span.end);
        if is_apart && change.stage == Stage::Repair {
            assert_eq!(there, Some(&*change.before), "{change:?} of {before:?}");
        }
    }
    if apart {
        let changes = order
            .iter()
            .map(|change| (change.span.clone(), &*change.after));
        assert_eq!(
            super::replaced(before, changes),
            after,
            "{changes:?} of {before:?}",
            changes = order
        );
    }
    if changes.is_empty() {
        assert_eq!(before, after);
    }
}

/// From how much the facts of a large document are decided, and as much is a part: the least
/// that is permitted.
pub const SAMPLE_BYTES: usize = 256 << 10;

/// Gives a few bytes at a time.
struct Steps<'a>(&'a [u8], usize);

impl Read for Steps<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(room.len());
        room[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

/// A document larger than what its facts are decided from gives the same however the reader
/// parts it, and in whatever order its parts are processed.
pub fn a_document_is_the_same_however_it_is_read(
    pipeline: &Pipeline,
    bytes: &[u8],
    step_bytes: usize,
) {
    let (mut once, mut split) = (Vec::new(), Vec::new());
    let whole = pipeline
        .copy(bytes, &mut once)
        .expect("no errors in memory");
    let again = pipeline
        .copy(Steps(bytes, step_bytes), &mut split)
        .expect("no errors in memory");
    assert!(once == split, "read by {step_bytes}");
    assert_eq!(whole.changes, again.changes);
    assert_eq!(whole.malformed, again.malformed);
    assert_eq!(whole.script_counts, again.script_counts);
    let Ok(Document::Parts(parts)) = pipeline.open(bytes) else {
        panic!("a large document has parts");
    };
    let mut parts: Vec<_> = parts.map(|part| part.expect("no errors")).collect();
    parts.reverse();
    let mut done: Vec<_> = parts
        .into_iter()
        .map(|part| pipeline.run_part(part))
        .collect();
    let mut total = Total::new();
    let mut joined = Vec::new();
    for part in done.iter_mut().rev() {
        joined.extend_from_slice(part.utf8());
        total.add(part);
    }
    assert!(joined == once, "processed from the end");
    assert_eq!(total.into_report().bytes, bytes.len() as u64);
}
