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
        let candidates = detection.candidates().iter();
        if !candidates
            .clone()
            .rev()
            .is_sorted_by_key(|candidate| candidate.probability)
        {
            return Err(format!("out of order: {:?}", detection.candidates()));
        }
        let candidates: Vec<&str> = candidates
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
fn english_and_code_with_a_sign_here_and_there_is_utf_8() {
    let around = "Redistribution and use in source and binary forms, with or without\n";
    for signs in [
        "©", "±", "\u{A0}", "é", "ü ü", "§ 3", "µs", "λ", "β β", "ÿ", "¥¥",
    ] {
        let text = [around, signs, " ", around, around].concat();
        let found = Detector::new().detect(text.as_bytes());
        assert_eq!(found.encoding(), Some(Encoding::Utf8), "{signs}: {found:?}");
        // Also where it is far from the beginning.
        let text = [&around.repeat(1000), signs, " ", &around.repeat(1000)].concat();
        let found = Detector::new().detect(text.as_bytes());
        assert_eq!(found.encoding(), Some(Encoding::Utf8), "{signs}: {found:?}");
    }
    // Words in GBK are not, although their bytes may be valid.
    for word in ["谢谢", "中文", "测试", "输出结果"] {
        let (bytes, ..) = encoding_rs::GBK.encode(word);
        let text = [around.as_bytes(), b"// ", &bytes, b"\n", around.as_bytes()].concat();
        let found = Detector::new().detect(&text);
        assert_eq!(found.encoding(), Some(Encoding::Gbk), "{word}: {found:?}");
    }
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

/// Whatever the parts are, a stream answers as the whole does.
#[test]
fn any_split_is_answered_as_the_whole() {
    let same = |bytes: &[u8], part_bytes: usize| {
        let detector = Detector::builder().file_name("film.cht.srt").build();
        let whole = detector.detect(bytes);
        let mut stream = detector.stream();
        bytes.chunks(part_bytes).for_each(|part| stream.push(part));
        let parts = stream.finish();
        assert_eq!(parts.verdict(), whole.verdict());
        assert_eq!(parts.encoding(), whole.encoding());
        assert_eq!(parts.candidates(), whole.candidates());
        assert_eq!(parts.evidence(), whole.evidence());
        assert_eq!(parts.bom(), whole.bom());
    };
    let line = "第一行写的是普通的句子，and some ASCII\n";
    for encoding in [
        Encoding::Utf8,
        Encoding::Gb18030,
        Encoding::Utf16Le,
        Encoding::Hz,
        Encoding::Iso2022Cn,
    ] {
        let bytes = encode(line, encoding, Unencodable::Error).unwrap();
        for repeats in [0, 1, 90, 3000] {
            let mut bytes = bytes.repeat(repeats);
            for part_bytes in [1, 3, 1000, 65_537] {
                same(&bytes, part_bytes);
            }
            // A byte that fits nothing, in the middle and at the end.
            let middle = bytes.len() / 2;
            bytes.insert(middle, 0xFF);
            bytes.extend(b"\0\0 vim: set fenc=big5:\xE4\xB8");
            for part_bytes in [1, 3, 1000, 65_537] {
                same(&bytes, part_bytes);
            }
        }
    }
    let mut state = 0x0BAD_CAFE_1234_5678_u64;
    for _ in 0..2000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let [first, second, ..] = state.to_le_bytes();
        let bytes = state.to_be_bytes().repeat(1 + usize::from(second % 40));
        same(&bytes, 1 + usize::from(first % 9));
    }
}

#[test]
fn names_of_one_archive_are_judged_together() {
    let names = ["谢谢", "目录", "文件", "说明", "图片"];
    for encoding in [Encoding::Gbk, Encoding::Utf8, Encoding::Utf16Le] {
        let encoded = names.map(|name| encode(name, encoding, Unencodable::Error).unwrap());
        let detection = Detector::new().detect_many(&encoded);
        assert_eq!(detection.encoding(), Some(encoding));
        assert!(detection.probability() > 0.99, "{detection:?}");
    }
    let none: [&[u8]; 0] = [];
    assert_eq!(Detector::new().detect_many(&none).verdict(), Verdict::Empty);
}

/// Evidence moves what the bytes leave open, and nothing that they say.
#[test]
fn hints_are_evidence() {
    // 遠遠 in Big5, and in GBK 罝罝.
    let open = encode("遠遠", Encoding::Big5, Unencodable::Error).unwrap();
    let clear = encode("这是一个很长的中文句子", Encoding::Gbk, Unencodable::Error).unwrap();
    let plain = Detector::new();
    for told in [
        Detector::builder().hint(Encoding::Big5).build(),
        Detector::builder()
            .header("text/html; charset=big5")
            .build(),
        Detector::builder().file_name("list.big5.txt").build(),
        Detector::builder().file_name("zh_TW/list.txt").build(),
        plain.named("list.big5.txt"),
    ] {
        let probability = |detector: &Detector| {
            let detection = detector.detect(&open);
            let big5 = detection.candidates().iter();
            big5.filter(|candidate| candidate.encoding == Encoding::Big5)
                .map(|candidate| candidate.probability)
                .sum::<f32>()
        };
        assert!(probability(&told) > probability(&plain), "{told:?}");
        assert_eq!(told.detect(&clear).encoding(), Some(Encoding::Gbk));
    }
    let declared = [b"<meta charset=big5>", &*open].concat();
    let detection = plain.detect(&declared);
    assert_eq!(detection.encoding(), Some(Encoding::Big5));
    let says = Evidence::Declared {
        encoding: Encoding::Big5,
        at: 14,
    };
    assert!(detection.evidence().contains(&says), "{detection:?}");
}

#[test]
fn parts_in_different_encodings() {
    let line = |text: &str, encoding| {
        encode(text, encoding, Unencodable::Error)
            .unwrap()
            .into_owned()
    };
    let simplified = "这里写的是另一个程序的日志，谁也没有想到编码会不一样。\r\n";
    let traditional = "這裡寫的是另一個程式的紀錄，誰也沒有想到編碼會不一樣。\r\n";
    let parts = [
        line(simplified, Encoding::Utf8),
        line(traditional, Encoding::Big5).repeat(3),
        line(simplified, Encoding::Gbk),
        b"plain\r\n".to_vec(),
    ];
    let bytes = parts.concat();
    let segments = Detector::new().segments(&bytes);
    let found: Vec<_> = segments.iter().map(|part| part.encoding).collect();
    assert_eq!(
        found,
        [
            Some(Encoding::Utf8),
            Some(Encoding::Big5),
            Some(Encoding::Gbk)
        ]
    );
    let decoded = zhfix::detect::decode_segments(&bytes, &segments);
    let text = [simplified, &traditional.repeat(3), simplified, "plain\r\n"].concat();
    assert_eq!(decoded.text, text);
    // A mark is one in front of the whole only.
    assert!(!decoded.bom);
    let marked = [b"\xEF\xBB\xBF", &*bytes].concat();
    let decoded = zhfix::detect::decode_segments(&marked, &Detector::new().segments(&marked));
    assert!(decoded.bom);
    assert_eq!(decoded.text, text);
    let outcome = zhfix::Pipeline::builder()
        .repair(None)
        .convert(None)
        .build()
        .run(&bytes)
        .text
        .map(String::from);
    assert_eq!(outcome.as_deref(), Some(&*text));
    // Every byte is in one part, in order.
    let mut end = 0;
    for segment in &segments {
        assert_eq!(segment.span.start, end);
        end = segment.span.end;
    }
    assert_eq!(end, bytes.len());
    assert!(Detector::new().segments(b"").is_empty());
}

/// Damage and odd lines are no reason to read a part of a file in another encoding.
#[test]
fn a_good_file_is_one_part() {
    let lines = "这是一个普通的文件。\nnaïve café\nこんにちは、世界\n━━━━━━━━\nnǐ hǎo\n";
    for encoding in [Encoding::Utf8, Encoding::Gb18030, Encoding::Gbk] {
        let Ok(bytes) = encode(lines, encoding, Unencodable::Error) else {
            continue;
        };
        let bytes = bytes.repeat(3);
        assert_eq!(Detector::new().segments(&bytes).len(), 1, "{encoding}");
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] = 0xFF;
            let segments = Detector::new().segments(&damaged);
            assert_eq!(segments.len(), 1, "{encoding} {at}: {segments:?}");
        }
    }
}
