//! The laws, over generated text and bytes.
//!
//! What the laws are stands in `laws/`. `ZHFIX_CASES` sets how many cases each gets; the usual
//! numbers are what a test run can spare.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use proptest::prelude::*;
use proptest::sample::select;
use std::sync::LazyLock;
use zhfix::{Config, Converter, Encoding, Pipeline, Repairer, Variant};

mod laws;

static CONVERTERS: LazyLock<Vec<Converter>> = LazyLock::new(laws::convert::converters);
static REPAIRERS: LazyLock<[Repairer; 2]> = LazyLock::new(laws::repair::repairers);
static PIPELINES: LazyLock<[laws::pipeline::Pair; 2]> =
    LazyLock::new(|| ["safe", "all"].map(laws::pipeline::pair));
/// With repair and without.
static DOCUMENTS: LazyLock<[Pipeline; 2]> = LazyLock::new(|| {
    [Some(Repairer::new()), None].map(|repairer| {
        let builder = Pipeline::builder().repair(repairer);
        builder.sample_bytes(laws::pipeline::SAMPLE_BYTES).build()
    })
});

/// Words that the stages are sensitive to.
const WORDS: [&str; 78] = [
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
    "當(dāng)",
    "發(fā)",
    "蕞好",
    "扞卫",
    "?xùn)|",
    "锟斤拷",
    "????",
    "&#20013;",
    "%E4%B8%AD",
    "\\u4e2d",
    "ＡＢＣ",
    "\u{AD}",
    "⼈",
    "ä¸\u{AD}æ–‡",
    "涓枃",
    "鎵撳紑鏂囦欢",
    "ÖÐÎÄ±àÂë",
    "“他说”",
    "佢哋",
    "駅構内",
    "会社電話",
    "株式會社",
    "カナ",
    "한글",
    "plain",
    "é",
    "𠮷",
    "😀",
    "的定单,精采",
    "「他說」……",
];

/// Text of such words, and of anything else.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => select(&WORDS[..]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[\u{4E00}-\u{9FFF}]{1,4}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Plain Chinese, of the usual characters.
fn chinese() -> impl Strategy<Value = String> {
    let word = select(
        &[
            "今天", "天气", "很好", "我们", "去", "公园", "散步", "，", "。", "學校", "時間",
            "圖書", "電腦", "的", "是", "在", "中国", "文字", "编码", "問題", "朋友", "可以", "\n",
            "1", "abc ",
        ][..],
    );
    prop::collection::vec(word, 1..30).prop_map(|words| words.concat())
}

/// Text in one encoding, read as if it were in another, once or twice; cut somewhere.
fn misread() -> impl Strategy<Value = String> {
    let encodings = || select(Encoding::ALL);
    (
        chinese(),
        prop::collection::vec((encodings(), encodings()), 1..3),
        any::<prop::sample::Index>(),
    )
        .prop_map(|(text, steps, cut)| {
            let mut now = text;
            for (right, wrong) in steps {
                let policy = zhfix::codec::Unencodable::Question;
                if let Ok(bytes) = zhfix::codec::encode(&now, right, policy) {
                    now = zhfix::decode(&bytes, wrong).text.into_owned();
                }
            }
            let mut end = cut.index(now.len() + 1);
            while !now.is_char_boundary(end) {
                end -= 1;
            }
            // Most often whole.
            if end % 4 == 0 {
                now.truncate(end)
            };
            now
        })
}

/// Bytes of any kind, and text in any encoding with a few of them spoilt.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let written =
        (prop_oneof![text(), chinese()], select(Encoding::ALL)).prop_map(|(text, encoding)| {
            let policy = zhfix::codec::Unencodable::Question;
            zhfix::codec::encode(&text, encoding, policy)
                .map_or_else(|_| Vec::new(), |bytes| bytes.into_owned())
        });
    let spoilt = (
        written.clone(),
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    )
        .prop_map(|(mut bytes, spots)| {
            for (at, byte) in spots {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
            }
            bytes
        });
    let joined = (written.clone(), written.clone())
        .prop_map(|(first, second)| [first, b"\n".to_vec(), second].concat());
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..300),
        3 => written,
        2 => spoilt,
        1 => joined,
    ]
}

fn few(usual: u32) -> ProptestConfig {
    ProptestConfig::with_cases(laws::cases(usual))
}

proptest! {
    #![proptest_config(few(256))]

    #[test]
    fn every_entry_point_of_conversion_gives_the_same(text in text(), which in 0..usize::MAX) {
        let converter = &CONVERTERS[which % CONVERTERS.len()];
        laws::convert::every_entry_point_gives_the_same(converter, &text);
    }

    /// Long enough that what a stretch became is remembered, with stretches that differ in what
    /// stands around them.
    #[test]
    fn what_is_met_again_becomes_the_same(
        parts in prop::collection::vec(text(), 1..6),
        order in prop::collection::vec(0..6usize, 40..400),
        which in 0..usize::MAX,
    ) {
        let text: String = order.iter().map(|&part| parts[part % parts.len()].as_str()).collect();
        let converter = &CONVERTERS[which % CONVERTERS.len()];
        laws::convert::every_entry_point_gives_the_same(converter, &text);
    }

    #[test]
    fn parts_of_a_text_become_what_the_whole_becomes(
        piece in text(), repeats in 1..60usize, part_bytes in 1..5000usize, which in 0..usize::MAX,
    ) {
        let converter = &CONVERTERS[which % CONVERTERS.len()];
        laws::convert::parts_give_what_the_whole_gives(converter, &piece.repeat(repeats), part_bytes);
    }

    #[test]
    fn simplified_stays_simplified(text in text()) {
        laws::convert::simplified_stays_simplified(&text);
    }

    #[test]
    fn a_dictionary_is_refused_or_works(
        rows in prop::collection::vec((text(), text()), 0..6), text in text(),
    ) {
        let rows: String = rows.iter().map(|(key, value)| format!("{key}\t{value}\n")).collect();
        laws::convert::keys_become_their_first_value(&rows, &text);
    }

    #[test]
    fn detection_is_the_same_however_it_is_cut(bytes in bytes(), part_bytes in 1..50usize) {
        laws::detect::detection_is_the_same_however_it_is_cut(&bytes, part_bytes);
    }

    #[test]
    fn a_candidate_reads_the_text(text in chinese(), encoding in select(Encoding::ALL)) {
        laws::detect::a_candidate_reads_the_text(&text, encoding);
    }

    #[test]
    fn decoding_is_the_same_however_it_is_cut(
        bytes in bytes(), encoding in select(Encoding::ALL), part_bytes in 1..9usize,
    ) {
        laws::codec::decoding_is_the_same_however_it_is_cut(&bytes, encoding, part_bytes);
        laws::codec::utf8_is_itself(&bytes);
    }

    #[test]
    fn what_is_written_is_read(text in text(), encoding in select(Encoding::ALL)) {
        laws::codec::what_is_written_is_read(&text, encoding);
        for c in text.chars() {
            laws::codec::what_is_written_is_read(c.encode_utf8(&mut [0; 4]), encoding);
        }
    }

    #[test]
    fn repair_keeps_its_laws(text in prop_oneof![text(), misread()], which in 0..2usize) {
        laws::repair::repair_keeps_its_laws(&REPAIRERS[which], &text);
    }

    #[test]
    fn a_report_tells_what_happened(
        bytes in prop_oneof![bytes(), misread().prop_map(String::into_bytes)], which in 0..2usize,
    ) {
        laws::pipeline::a_report_tells_what_happened(&PIPELINES[which], &bytes);
    }

    #[test]
    fn spans_of_script_are_the_whole_text(text in text()) {
        laws::script::spans_are_the_whole_text(&text);
    }

    #[test]
    fn an_answer_is_as_certain_as_it_may_be(text in text()) {
        laws::script::an_answer_is_as_certain_as_it_may_be(&text);
    }

    #[test]
    fn characters_are_counted_alike_wherever_a_text_is_cut(
        text in text(), at in any::<prop::sample::Index>(),
    ) {
        let at = at.index(text.len() + 1);
        laws::script::characters_are_counted_alike_wherever_a_text_is_cut(&text, at);
    }

    #[test]
    fn tidying_keeps_its_laws(text in text(), to in select(&Variant::ALL[..])) {
        laws::consistency::tidying_keeps_its_laws(&text, to);
    }
}

proptest! {
    #![proptest_config(few(4))]

    #[test]
    fn a_document_is_the_same_however_it_is_read(
        lines in prop::collection::vec(prop_oneof![bytes(), misread().prop_map(String::into_bytes)], 1..8),
        step_bytes in 1000..300_000usize,
        which in 0..2usize,
    ) {
        let mut piece = lines.join(&b'\n');
        piece.push(b'\n');
        let bytes = piece.repeat((2 * laws::pipeline::SAMPLE_BYTES + 40_000).div_ceil(piece.len()));
        laws::pipeline::a_document_is_the_same_however_it_is_read(&DOCUMENTS[which], &bytes, step_bytes);
    }
}

#[cfg(feature = "records")]
mod records {
    use super::*;

    /// Strings as JSON writes them, with what else a record may hold.
    fn line() -> impl Strategy<Value = String> {
        let string = || text().prop_map(|text| serde_json::to_string(&text).unwrap());
        prop_oneof![
            6 => (string(), string(), any::<f64>()).prop_map(|(text, other, number)| {
                format!("{{ \"n\":{number:e} ,\"text\": {text}, \"other\":{other},\"a\":{{\"b\":{other}}}}}")
            }),
            1 => (string(), string()).prop_map(|(a, b)| format!("[{a},{{\"text\":[{b}]}}]")),
            1 => text(),
        ]
    }

    proptest! {
        #![proptest_config(few(128))]

        #[test]
        fn json_lines_keep_the_rest(lines in prop::collection::vec(line(), 0..6), crlf: bool) {
            let end = if crlf { "\r\n" } else { "\n" };
            laws::records::json_lines_keep_the_rest(&laws::records::converting(), lines.join(end).as_bytes());
        }

        #[test]
        fn columns_keep_the_rest(bytes in prop_oneof![bytes(), table().prop_map(String::into_bytes)]) {
            laws::records::columns_keep_the_rest(&laws::records::converting(), &bytes);
        }

        #[test]
        fn formats_keep_what_is_not_text(text in prop_oneof![text(), document()]) {
            laws::records::formats_keep_what_is_not_text(&laws::records::converting_utf8(), &text);
        }
    }

    fn table() -> impl Strategy<Value = String> {
        let pieces = select(
            &[
                "漢字",
                "說",
                "a",
                ",",
                "\t",
                "\"",
                "\"\"",
                "\n",
                "\r\n",
                "，",
                "\"說,\n\"",
                "1.0",
            ][..],
        );
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    /// Markup and subtitles, whole and broken.
    fn document() -> impl Strategy<Value = String> {
        let pieces = select(
            &[
                "漢字",
                "說「好」",
                "<p>",
                "</p>",
                "<p title=\"說\">",
                "<img alt='說'>",
                "<script>",
                "</script>",
                "<!--",
                "-->",
                "<![CDATA[",
                "]]>",
                "&amp;",
                "&#28450;",
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
                "<meta charset=gb2312>",
                "<code>",
                "</code>",
                "<pre translate=\"no\">",
                "\n",
                "\n\n",
                "1\n00:00:01,000 --> 00:00:02,000\n",
                "WEBVTT\n\n",
                "[00:01.00]",
                "[ar:說]",
                "[Events]\nFormat: Layer, Start, End, Text\n",
                "Dialogue: 0,0:00:01.00,0:00:02.00,{\\i1}說\\N漢\n",
                "NOTE 說\n",
                "<",
                ">",
                "\"",
                "\0",
            ][..],
        );
        prop::collection::vec(pieces, 0..30).prop_map(|pieces| pieces.concat())
    }
}

/// Nothing can be cut in these texts, which must not cost more than time in proportion: looking
/// to the end of the stretch at each place would take hours.
#[test]
fn a_text_without_a_cut_takes_linear_time() {
    for unit in ["头发", "一", "⿰", "乾隆", "軟體", "一一在"] {
        let text = unit.repeat(300_000);
        for config in Config::ALL {
            let before = laws::work::worked();
            let converted = Converter::new(config).convert(&text);
            assert!(!converted.is_empty());
            let seconds = (laws::work::worked() - before).as_secs();
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
