//! Runs the tables under `tests/cases/detect`: every row names an input and what the
//! detector says of it. Rows of `known_failures.toml` say what would be right, and must
//! fail; a fix moves the row.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use serde::Deserialize;
use zhfix::codec::{Unencodable, decode, encode};
use zhfix::detect::{Evidence, Region, Verdict};
use zhfix::{Detector, Encoding, ScriptCounts};

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    label: String,
    /// Where the input comes from; all are our own.
    #[allow(dead_code, reason = "for the reader of the table")]
    origin: String,
    /// Bytes of the input, or
    hex: Option<String>,
    /// its text, to be written in `encode` (UTF-8 where it is not given),
    text: Option<String>,
    encode: Option<String>,
    /// with this many bytes cut off at either end, repeated so often.
    #[serde(default)]
    cut_head_bytes: usize,
    #[serde(default)]
    cut_tail_bytes: usize,
    repeat: Option<usize>,
    /// What the caller knows.
    candidates: Option<Vec<String>>,
    hint: Option<String>,
    region: Option<String>,
    /// The verdict, `text` where it is not given.
    verdict: Option<String>,
    /// The encoding by name, or `null`.
    expect: Option<String>,
    /// Encodings that must be among the candidates.
    #[serde(default)]
    listed: Vec<String>,
    /// The probability that must not be passed.
    at_most: Option<f32>,
    /// The script of the decoded text.
    script: Option<String>,
}

fn label(name: &str) -> Encoding {
    Encoding::from_label(name).unwrap_or_else(|| panic!("no encoding {name}"))
}

impl Case {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = match (&self.hex, &self.text) {
            (Some(hex), None) => hex
                .split_whitespace()
                .map(|byte| u8::from_str_radix(byte, 16).unwrap())
                .collect(),
            (None, Some(text)) => {
                let encoding = self.encode.as_deref().map_or(Encoding::Utf8, label);
                encode(text, encoding, Unencodable::Error)
                    .unwrap()
                    .into_owned()
            }
            _ => panic!("{}: either hex or text", self.label),
        };
        bytes = bytes.repeat(self.repeat.unwrap_or(1));
        bytes.truncate(bytes.len() - self.cut_tail_bytes);
        bytes.drain(..self.cut_head_bytes);
        bytes
    }

    fn detector(&self) -> Detector {
        let mut builder = Detector::builder();
        if let Some(candidates) = &self.candidates {
            let candidates: Vec<Encoding> = candidates.iter().map(|name| label(name)).collect();
            builder = builder.candidates(&candidates);
        }
        if let Some(hint) = &self.hint {
            builder = builder.hint(label(hint));
        }
        match self.region.as_deref() {
            None => builder,
            Some("cn") => builder.region(Region::Cn),
            Some("tw") => builder.region(Region::Tw),
            Some("hk") => builder.region(Region::Hk),
            Some(region) => panic!("{}: no region {region}", self.label),
        }
        .build()
    }

    /// What is wrong with the answer, if anything.
    fn run(&self) -> Result<(), String> {
        let bytes = self.bytes();
        let detection = self.detector().detect(&bytes);
        let verdict = match detection.verdict() {
            Verdict::Binary => "binary",
            Verdict::Empty => "empty",
            _ => "text",
        };
        if verdict != self.verdict.as_deref().unwrap_or("text") {
            return Err(format!("verdict {verdict}"));
        }
        let found = detection.encoding().map_or("null", Encoding::name);
        if let Some(expect) = &self.expect
            && found != expect
        {
            return Err(format!("{found}: {:?}", detection.candidates()));
        }
        let candidates: Vec<&str> = detection
            .candidates()
            .iter()
            .map(|candidate| candidate.encoding.name())
            .collect();
        if let Some(missing) = self
            .listed
            .iter()
            .find(|name| !candidates.contains(&&***name))
        {
            return Err(format!("{missing} is not among {candidates:?}"));
        }
        if self
            .at_most
            .is_some_and(|most| detection.probability() > most)
        {
            return Err(format!("probability {}", detection.probability()));
        }
        if let Some(script) = &self.script {
            let encoding = detection.encoding().ok_or("no encoding")?;
            let text = decode(&bytes, encoding).text;
            let found = ScriptCounts::of(&text).script().tag();
            if found != script {
                return Err(format!("script {found}"));
            }
        }
        Ok(())
    }
}

fn cases(table: &str) -> Vec<Case> {
    let table: Table = toml::from_str(table).unwrap();
    table.case
}

#[test]
fn synthetic() {
    for case in cases(include_str!("cases/detect/synthetic.toml")) {
        assert_eq!(case.run(), Ok(()), "{}", case.label);
    }
}

#[test]
fn negative() {
    for case in cases(include_str!("cases/detect/negative.toml")) {
        assert_eq!(case.run(), Ok(()), "{}", case.label);
    }
}

#[test]
fn known_failures_still_fail() {
    for case in cases(include_str!("cases/detect/known_failures.toml")) {
        assert!(case.run().is_err(), "fixed, move the row: {}", case.label);
    }
}

/// What was encoded is among the candidates, and probabilities are probabilities.
#[test]
fn the_encoding_that_was_used_is_a_candidate() {
    let texts = [
        "中",
        "谢谢",
        "简体中文",
        "這是一段繁體中文",
        "注释 comment 一",
        "かなと漢字",
        "한국어",
        "龘靐齉",
        "你好，世界！",
    ];
    let encodings = [
        Encoding::Utf8,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Gbk,
        Encoding::Big5,
        Encoding::ShiftJis,
        Encoding::EucJp,
        Encoding::EucKr,
    ];
    for text in texts {
        for encoding in encodings {
            let Ok(bytes) = encode(text, encoding, Unencodable::Error) else {
                continue;
            };
            let detection = Detector::new().detect(&bytes);
            if detection.verdict() != Verdict::Text || bytes.is_ascii() {
                // UTF-16 of a character or two is any bytes.
                assert!(matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be));
                continue;
            }
            let candidates = detection.candidates();
            assert!(
                candidates
                    .iter()
                    .any(|candidate| candidate.encoding == encoding),
                "{text} in {encoding}: {candidates:?}"
            );
            let sum: f32 = candidates
                .iter()
                .map(|candidate| candidate.probability)
                .sum();
            assert!(sum <= 1.001, "{text} in {encoding}: {candidates:?}");
            let sorted = candidates.is_sorted_by(|a, b| a.probability >= b.probability);
            assert!(sorted, "{text} in {encoding}: {candidates:?}");
        }
    }
}

#[test]
fn evidence_names_places() {
    let bytes = encode("中文𠮷编码", Encoding::Gb18030, Unencodable::Error).unwrap();
    let detection = Detector::new().detect(&bytes);
    assert_eq!(detection.encoding(), Some(Encoding::Gb18030));
    let evidence = detection.evidence();
    assert!(
        evidence.contains(&Evidence::FourByteSequence { at: 4 }),
        "{evidence:?}"
    );
    let rules_out_utf8 = |evidence: &Evidence| {
        matches!(
            evidence,
            Evidence::RuledOut {
                encoding: Encoding::Utf8,
                at: 0
            }
        )
    };
    assert!(evidence.iter().any(rules_out_utf8), "{evidence:?}");
}

/// A large input is answered from a sample, with a stray byte in it or without.
#[test]
fn large_inputs() {
    let line = "第一行写的是普通的句子，第二行也一样。\n";
    let gbk = encode(line, Encoding::Gbk, Unencodable::Error)
        .unwrap()
        .repeat(20_000);
    assert_eq!(Detector::new().detect(&gbk).encoding(), Some(Encoding::Gbk));
    let mut utf8 = line.repeat(20_000).into_bytes();
    assert_eq!(
        Detector::new().detect(&utf8).encoding(),
        Some(Encoding::Utf8)
    );
    let middle = utf8.len() / 2;
    utf8[middle] = 0xFF;
    assert_eq!(
        Detector::new().detect(&utf8).encoding(),
        Some(Encoding::Utf8)
    );
}

#[test]
fn any_bytes_are_answered() {
    let mut state = 0x1234_5678_9ABC_DEF1_u64;
    for _ in 0..3000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bytes = state.to_le_bytes();
        for len in 0..=bytes.len() {
            let detection = Detector::new().detect(&bytes[..len]);
            assert!((0.0..=1.0).contains(&detection.probability()));
        }
    }
}
