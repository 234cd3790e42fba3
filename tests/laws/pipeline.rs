//! Laws of the whole: the report tells all that happened, and where.

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
