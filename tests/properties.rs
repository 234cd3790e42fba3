//! The laws of conversion and of the whole, over generated text and bytes.
//!
//! The laws of repair stand in `tests/repair.rs`. Not laws, and not tested: that converting
//! there and back gives the input (发 and 髮 both come from 发), and that an OpenCC
//! configuration run over its own output leaves it (s2twp makes 演算法 of 算法).
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::borrow::Cow;

use proptest::prelude::*;
use zhfix::convert::Wording;
use zhfix::{Config, Converter, Pipeline, Variant};

/// Text of what conversion is sensitive to, and of anything else.
fn text() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "头发",
        "發展",
        "皇后",
        "后面",
        "乾隆",
        "乾燥",
        "着",
        "著",
        "朝着",
        "朝著",
        "裏",
        "裡",
        "这里",
        "說",
        "说",
        "们",
        "們",
        "軟體",
        "软件",
        "鼠标",
        "滑鼠",
        "算法",
        "演算法",
        "SQL",
        "SQL注入",
        "A",
        "A型肝炎",
        "濛濛",
        "臺灣",
        "台湾",
        "図書館",
        "の",
        "한",
        "⿰",
        "⿳",
        "⿰汉汉",
        "\u{E0100}",
        "\u{FE00}",
        "\u{F9D1}",
        "\u{2F800}",
        "\0",
        "\n",
        "\r\n",
        " ",
        "。",
        "\u{FEFF}",
        "\u{FFFD}",
        "𫝈",
    ]);
    let piece = prop_oneof![
        8 => words.prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[\u{4E00}-\u{9FFF}]{1,4}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Every kind of converter.
fn converters() -> Vec<Converter> {
    let mut all = Vec::new();
    for tofu in [false, true] {
        let configs = Config::ALL.into_iter();
        all.extend(configs.map(|config| Converter::builder().config(config).tofu(tofu).build()));
    }
    for variant in Variant::ALL {
        for wording in [Wording::Keep, Wording::Regional] {
            all.push(Converter::builder().to(variant).wording(wording).build());
        }
    }
    let user = "头发\t頭髮髮\n后\t後\n汉\t汉\nSQL\tsql\n";
    let of_user =
        |builder: zhfix::convert::ConverterBuilder| builder.dictionary(user).unwrap().build();
    all.push(of_user(Converter::builder().config(Config::S2twp)));
    all.push(of_user(Converter::builder().to(Variant::Hans)));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_entry_point_gives_the_same(text in text()) {
        for converter in converters() {
            let converted = converter.convert(&text);
            let name = converter.name();
            prop_assert_eq!(matches!(converted, Cow::Borrowed(_)), converted == text, "{}", name);
            let mut appended = String::from("发");
            converter.convert_into(&text, &mut appended);
            prop_assert_eq!(appended.strip_prefix('发'), Some(&*converted), "{}", name);

            let mut folded = String::new();
            let mut copied = 0;
            for edit in converter.edits(&text) {
                // Indexing would panic where a span is not on character boundaries.
                prop_assert!(copied <= edit.source.start, "{}: edits overlap", name);
                prop_assert!(text[edit.source.clone()] != edit.target, "{}: no change", name);
                folded.push_str(&text[copied..edit.source.start]);
                folded.push_str(&edit.target);
                copied = edit.source.end;
            }
            folded.push_str(&text[copied..]);
            prop_assert_eq!(folded, converted, "{}", name);
        }
    }

    /// Long enough that what a stretch became is remembered, with stretches that differ in what
    /// stands around them.
    #[test]
    fn what_is_met_again_becomes_the_same(
        parts in prop::collection::vec(text(), 1..6),
        order in prop::collection::vec(0..6usize, 40..400),
        which in 0..Config::ALL.len(),
        tofu: bool,
    ) {
        let text: String = order.iter().map(|&part| parts[part % parts.len()].as_str()).collect();
        let converter = Converter::builder().config(Config::ALL[which]).tofu(tofu).build();
        let converted = converter.convert(&text);
        let mut folded = String::new();
        let mut copied = 0;
        for edit in converter.edits(&text) {
            folded.push_str(&text[copied..edit.source.start]);
            folded.push_str(&edit.target);
            copied = edit.source.end;
        }
        folded.push_str(&text[copied..]);
        prop_assert_eq!(folded, converted, "{}", converter.name());
    }

    #[test]
    fn simplified_stays_simplified(text in text()) {
        let converter = Converter::to(Variant::Hans);
        let once = converter.convert(&text);
        prop_assert_eq!(converter.convert(&once), once.as_ref());
    }

    #[test]
    fn the_pipeline_takes_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check_pipeline(&bytes);
    }

    #[test]
    fn the_pipeline_takes_text_in_any_encoding(text in text(), which in 0..4usize) {
        let bytes = match which {
            0 => text.into_bytes(),
            1 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            2 => encoding_rs::GB18030.encode(&text).0.into_owned(),
            _ => encoding_rs::BIG5.encode(&text).0.into_owned(),
        };
        check_pipeline(&bytes);
    }
}

/// Nothing can be cut in these texts, which must not cost more than time in proportion: looking
/// to the end of the stretch at each place would take hours.
#[test]
fn a_text_without_a_cut_takes_linear_time() {
    for unit in ["头发", "一", "⿰", "乾隆", "軟體", "一一在"] {
        let text = unit.repeat(300_000);
        for config in Config::ALL {
            let started = std::time::Instant::now();
            let converted = Converter::new(config).convert(&text);
            assert!(!converted.is_empty());
            let seconds = started.elapsed().as_secs();
            assert!(seconds < 20, "{config:?} {unit}: {seconds} s");
        }
    }
}

/// A pair in front of a description operator is in the hashed set of a few configurations by
/// accident, and what is remembered must not part the operator from what it describes.
#[test]
fn a_description_is_not_parted_from_its_operator() {
    let text = "図書館⿰汉汉".repeat(1000);
    for config in Config::ALL {
        let converted = Converter::new(config).convert(&text);
        assert_eq!(converted.matches("⿰汉汉").count(), 1000, "{config:?}");
    }
}

/// The same twice, and every place inside what it refers to.
fn check_pipeline(bytes: &[u8]) {
    let pipeline = Pipeline::builder().list_conversions(true).build();
    let outcome = pipeline.run(bytes);
    assert_eq!(outcome.text, pipeline.run(bytes).text);
    assert_eq!(
        outcome.text,
        Pipeline::default().run(bytes).text,
        "listing changes nothing"
    );
    let report = &outcome.report;
    let mut behind = 0;
    for span in &report.malformed {
        assert!(behind <= span.start && span.start < span.end && span.end <= bytes.len());
        behind = span.end;
    }
    let Some(encoding) = report
        .detection
        .as_ref()
        .and_then(zhfix::Detection::encoding)
    else {
        return;
    };
    let decoded = zhfix::decode(bytes, encoding).text;
    for change in &report.changes {
        assert!(decoded.get(change.span.clone()).is_some(), "{change:?}");
    }
    for loss in &report.lost {
        assert!(decoded.get(loss.span.clone()).is_some(), "{loss:?}");
    }
}
