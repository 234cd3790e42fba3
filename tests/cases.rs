//! Runs every row of `tests/cases/convert/*.toml` through every entry point: `convert`,
//! `convert_into`, the edits put in their places, and a stream of single characters.
//!
//! A row names the configuration (`config`) or the variant (`to`, default zh-Hans), the text and
//! what is expected; without `expect` the text must come back borrowed. Rows of
//! `known_failures.toml` must not yet give what they expect.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use zhfix::convert::Wording;
use zhfix::{Config, Converter, Variant};

#[derive(Debug, Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    label: String,
    #[allow(dead_code, reason = "for the reader")]
    origin: String,
    text: String,
    config: Option<String>,
    to: Option<String>,
    #[serde(default)]
    tofu: bool,
    #[serde(default)]
    regional: bool,
    dictionary: Option<String>,
    expect: Option<String>,
}

impl Case {
    fn converter(&self) -> Converter {
        let mut builder = Converter::builder().tofu(self.tofu);
        builder = match (&self.config, &self.to) {
            (Some(config), None) => builder.config(Config::from_name(config).unwrap()),
            (None, Some(tag)) => builder.to(Variant::from_tag(tag).unwrap()),
            (None, None) => builder.to(Variant::Hans),
            (Some(_), Some(_)) => panic!("{}: both config and to", self.label),
        };
        if self.regional {
            builder = builder.wording(Wording::Regional);
        }
        if let Some(dictionary) = &self.dictionary {
            builder = builder.dictionary(dictionary).unwrap();
        }
        builder.build()
    }
}

const TABLES: [&str; 4] = [
    "opencc.toml",
    "to_hans.toml",
    "to_hant.toml",
    "to_variant.toml",
];

fn rows(table: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases/convert")
        .join(table);
    toml::from_str::<Table>(&fs::read_to_string(path).unwrap())
        .unwrap()
        .case
}

/// The text with the edits in their places, which must be in order and be changes.
fn folded(converter: &Converter, text: &str) -> String {
    let mut out = String::new();
    let mut copied = 0;
    for edit in converter.edits(text) {
        assert_ne!(text[edit.source.clone()], edit.target);
        out.push_str(&text[copied..edit.source.start]);
        out.push_str(&edit.target);
        copied = edit.source.end;
    }
    out + &text[copied..]
}

fn convert(case: &Case, text: &str) -> String {
    let converter = case.converter();
    let converted = converter.convert(text);
    let label = &case.label;
    assert_eq!(
        matches!(converted, Cow::Borrowed(_)),
        converted == text,
        "{label}"
    );
    let mut appended = "前".to_owned();
    converter.convert_into(text, &mut appended);
    assert_eq!(appended.strip_prefix('前'), Some(&*converted), "{label}");
    assert_eq!(folded(&converter, text), converted, "{label}");
    let (mut streamed, mut stream) = (String::new(), converter.stream());
    for c in text.chars() {
        stream.push(c.encode_utf8(&mut [0; 4]), &mut streamed);
    }
    stream.finish(&mut streamed);
    assert_eq!(streamed, converted, "{label}");
    converted.into_owned()
}

#[test]
fn rows_give_what_they_expect() {
    let mut checked = 0;
    let mut wrong = Vec::new();
    for table in TABLES {
        for case in rows(table) {
            let expect = case.expect.as_ref().unwrap_or(&case.text);
            let got = convert(&case, &case.text);
            if got != *expect {
                let (label, text) = (&case.label, &case.text);
                wrong.push(format!(
                    "{table}: {label}\n  text   {text}\n  got    {got}\n  wanted {expect}"
                ));
            }
            checked += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(checked > 40, "{checked} rows");
}

/// The converter reads ASCII in windows: what stands behind some of it must not see their edges.
#[test]
fn padding_of_ascii_changes_nothing() {
    for table in TABLES {
        for case in rows(table) {
            let expect = case.expect.as_ref().unwrap_or(&case.text);
            for pad in (1..32).map(|bytes| "-".repeat(bytes)) {
                let padded = convert(&case, &format!("{pad}{}", case.text));
                assert_eq!(padded, format!("{pad}{expect}"), "{table}: {}", case.label);
            }
        }
    }
}

/// What stands, stands in any place of the line, with any line end.
#[test]
fn negative_rows_stay_among_punctuation_and_lines() {
    for case in rows("to_hans.toml") {
        if case.expect.is_some() {
            continue;
        }
        for text in [
            format!("“{}”", case.text),
            format!("{}\r\n", case.text),
            format!("\u{FEFF}{}\n\n{}", case.text, case.text),
        ] {
            assert_eq!(convert(&case, &text), text, "{}", case.label);
        }
    }
}

#[test]
fn known_failures_fail() {
    for case in rows("known_failures.toml") {
        let expect = case.expect.as_ref().unwrap_or(&case.text);
        assert_ne!(
            convert(&case, &case.text),
            *expect,
            "{}: now a positive row",
            case.label
        );
    }
}
