//! Laws of records and formats: what is not text stays, byte for byte, wherever lines are cut.

use serde_json::Value;
use zhfix::Pipeline;
use zhfix::records::{Column, Columns, Format, JsonLines, Separator};

/// A pipeline that changes text: conversion without repair.
pub fn converting() -> Pipeline {
    Pipeline::builder().repair(None).build()
}

/// The same, of what is UTF-8.
pub fn converting_utf8() -> Pipeline {
    let builder = Pipeline::builder().repair(None);
    builder.encoding(Some(zhfix::Encoding::Utf8)).build()
}

/// Of lines of JSON only the named strings change, and lines are processed one by one.
pub fn json_lines_keep_the_rest(pipeline: &Pipeline, lines: &[u8]) {
    let records = JsonLines::new(["text".to_owned(), "a.b".to_owned()]);
    let mut whole = Vec::new();
    let summary = records.run(pipeline, lines, &mut whole);
    let mut split = Vec::new();
    for line in lines.split_inclusive(|&byte| byte == b'\n') {
        records.run(pipeline, line, &mut split);
    }
    assert_eq!(whole, split, "line by line");
    let before: Vec<&[u8]> = lines.split(|&byte| byte == b'\n').collect();
    let after: Vec<&[u8]> = whole.split(|&byte| byte == b'\n').collect();
    assert_eq!(before.len(), after.len());
    let mut changed = 0;
    for (before, after) in before.into_iter().zip(after) {
        if before == after {
            continue;
        }
        changed += 1;
        assert_eq!(outside_strings(before), outside_strings(after));
        // A record may hold what no value can: numbers beyond all measure, halves of characters.
        if let Ok(value) = serde_json::from_slice::<Value>(without_mark(before)) {
            let after = serde_json::from_slice(without_mark(after)).expect("still a record");
            assert_eq!(without_text(value), without_text(after));
        }
    }
    assert_eq!(summary.changed_lines, changed);
}

/// A byte-order mark stays at the head of a line, and no value begins with it.
fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line)
}

/// The line with nothing between its quotation marks.
fn outside_strings(line: &[u8]) -> Vec<u8> {
    let (mut in_string, mut escaped) = (false, false);
    let mut outside = Vec::new();
    for &byte in line {
        if in_string && (escaped || byte != b'"') {
            escaped = byte == b'\\' && !escaped;
            continue;
        }
        in_string ^= byte == b'"';
        outside.push(byte);
    }
    outside
}

/// The value with nothing in the strings that the law's fields name.
fn without_text(mut value: Value) -> Value {
    fn clear(value: &mut Value) {
        match value {
            Value::String(text) => text.clear(),
            Value::Array(values) => values.iter_mut().for_each(clear),
            _ => {}
        }
    }
    let values = match &mut value {
        Value::Array(values) => values.iter_mut().collect(),
        value => vec![value],
    };
    for value in values {
        if let Some(text) = value.get_mut("text") {
            clear(text);
        }
        // A name may hold the dot itself.
        if let Some(text) = value.get_mut("a.b") {
            clear(text);
        }
        if let Some(inner) = value.get_mut("a") {
            let all = match inner {
                Value::Array(values) => values.iter_mut().collect(),
                inner => vec![inner],
            };
            for inner in all {
                if let Some(text) = inner.get_mut("b") {
                    clear(text);
                }
            }
        }
    }
    value
}

/// Of columns only the named ones change, and records may be cut between any two.
pub fn columns_keep_the_rest(pipeline: &Pipeline, bytes: &[u8]) {
    for separator in [Separator::Comma, Separator::Tab] {
        let columns = Columns::new(separator, [Column::Number(2)]);
        let Ok(settled) = columns.settle(pipeline, bytes) else {
            continue;
        };
        let mut whole = Vec::new();
        let summary = settled.run(pipeline, bytes, true, &mut whole);
        let mut split = Vec::new();
        let half = columns.whole_records_bytes(&bytes[..bytes.len() / 2], true);
        let first = settled.run(pipeline, &bytes[..half], true, &mut split);
        let second = settled.run(pipeline, &bytes[half..], half == 0, &mut split);
        assert_eq!(whole, split, "{separator:?} cut at {half}");
        assert_eq!(summary, first.plus(second), "{separator:?} cut at {half}");
        if summary.changed_lines == 0 {
            assert_eq!(whole, bytes);
        }
    }
}

/// Passages are in order and apart, and what is outside them stays. The pipeline reads UTF-8.
pub fn formats_keep_what_is_not_text(pipeline: &Pipeline, text: &str) {
    for format in Format::ALL {
        let Ok(passages) = format.passages(text) else {
            // What is refused is refused by all.
            assert!(format.run(pipeline, text.as_bytes()).is_err(), "{format:?}");
            continue;
        };
        let emptied = passages.iter().map(|span| (span.clone(), ""));
        let outside = super::replaced(text, emptied);
        // Less a mark in front, the text is another, and may be refused.
        let Ok(outcome) = format.run(pipeline, text.as_bytes()) else {
            continue;
        };
        let after = outcome.text.expect("the encoding is ordered");
        let Ok(passages) = format.passages(&after) else {
            panic!("{format:?} was well-formed: {text:?} became {after:?}");
        };
        let emptied = passages.iter().map(|span| (span.clone(), ""));
        let expect = outside.strip_prefix('\u{FEFF}').unwrap_or(&outside);
        assert_eq!(
            super::replaced(&after, emptied),
            expect,
            "{format:?} of {text:?}"
        );
    }
}
