//! The same bytes give the same result, and every span lies in the text it speaks of: with the
//! rules of level `safe`, and with all.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::repair::RuleSet;
use zhfix::{Pipeline, Repairer, decode};

/// With and without a list of conversions.
static PIPELINES: LazyLock<[[Pipeline; 2]; 2]> = LazyLock::new(|| {
    ["safe", "all"].map(|rules| {
        let rules = RuleSet::parse(rules).expect("a level that exists");
        let repairer = Repairer::with_rules(rules);
        let builder = Pipeline::builder().repair(Some(repairer));
        [builder.clone().list_conversions(true), builder].map(|builder| builder.build())
    })
});

fuzz_target!(|data: &[u8]| PIPELINES
    .iter()
    .for_each(|pipelines| check(pipelines, data)));

fn check([listing, silent]: &[Pipeline; 2], data: &[u8]) {
    let outcome = listing.run(data);
    let again = listing.run(data);
    assert_eq!(outcome.text, again.text);
    assert_eq!(outcome.report.changes, again.report.changes);
    assert_eq!(outcome.text, silent.run(data).text);
    let report = &outcome.report;
    assert!(
        report
            .malformed
            .iter()
            .all(|span| span.start < span.end && span.end <= data.len())
    );
    let Some(text) = &outcome.text else {
        assert!(report.changes.is_empty());
        return;
    };
    let Some(encoding) = report
        .detection
        .as_ref()
        .and_then(zhfix::Detection::encoding)
    else {
        assert!(data.is_empty() && text.is_empty());
        return;
    };
    let decoded = decode(data, encoding).text;
    for change in &report.changes {
        assert!(decoded.get(change.span.clone()).is_some(), "{change:?}");
    }
    for loss in &report.lost {
        assert!(decoded.get(loss.span.clone()).is_some(), "{loss:?}");
    }
    if report.changes.is_empty() {
        assert_eq!(*text, decoded);
    }
}
