//! The same bytes give the same result, and every span lies in the text it speaks of.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use zhfix::{Pipeline, decode};

static PIPELINES: LazyLock<[Pipeline; 2]> = LazyLock::new(|| {
    [
        Pipeline::builder().list_conversions(true).build(),
        Pipeline::default(),
    ]
});

fuzz_target!(|data: &[u8]| {
    let outcome = PIPELINES[0].run(data);
    let again = PIPELINES[0].run(data);
    assert_eq!(outcome.text, again.text);
    assert_eq!(outcome.report.changes, again.report.changes);
    assert_eq!(outcome.text, PIPELINES[1].run(data).text);
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
});
