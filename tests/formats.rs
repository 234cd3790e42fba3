//! Subtitles, web pages and XML: the text changes, every other byte stays.
//!
//! Documents are built from parts that are marked as text or as something else, in every
//! encoding and line end; what comes out must be the same parts with the text alone converted.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use proptest::prelude::*;
use zhfix::codec::{Unencodable, encode};
use zhfix::records::Format;
use zhfix::repair::RuleSet;
use zhfix::{Converter, Encoding, Pipeline, Repairer, Variant};

/// A document by its parts: what is text, and what stays.
#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Rest(String),
}

use Part::{Rest, Text};

fn document(parts: &[Part]) -> String {
    let parts = parts.iter().map(|part| match part {
        Text(text) | Rest(text) => text.as_str(),
    });
    parts.collect()
}

fn expected(parts: &[Part]) -> String {
    let converter = Converter::to(Variant::Hans);
    let parts = parts.iter().map(|part| match part {
        Text(text) => converter.convert(text).into_owned(),
        Rest(text) => text.clone(),
    });
    parts.collect()
}

/// A pipeline that is told the encoding: telling it is tested elsewhere.
fn pipeline(encoding: Encoding) -> Pipeline {
    let converter = Converter::to(Variant::Hans);
    let builder = Pipeline::builder().encoding(Some(encoding));
    builder.convert(Some(converter)).repair(None).build()
}

/// Sentences with Traditional characters in them, so that each must change.
fn sentence() -> impl Strategy<Value = String> {
    let words = [
        "這裡", "頭髮", "電影", "說話", "時間", "開門", "書店", "我們", "後來", "愛", "國家",
    ];
    let word = prop::sample::select(words.to_vec());
    prop::collection::vec(word, 1..8).prop_map(|words| words.concat())
}

fn rest(text: impl Into<String>) -> Part {
    Rest(text.into())
}

fn srt() -> impl Strategy<Value = Vec<Part>> {
    let caption = (sentence(), prop::option::of(sentence()), 0..4_u8);
    prop::collection::vec(caption, 1..12).prop_map(|captions| {
        let mut parts = Vec::new();
        for (number, (first, second, kind)) in captions.into_iter().enumerate() {
            parts.push(rest(format!(
                "{}\n00:00:01,000 --> 00:00:02,500\n",
                number + 1
            )));
            let (open, close) = [
                ("", ""),
                ("<font face=\"漢儀\">", "</font>"),
                ("{\\an8\\fn標楷體}", ""),
                ("- ", ""),
            ][usize::from(kind)];
            parts.extend([rest(open), Text(first), rest(close), rest("\n")]);
            if let Some(second) = second {
                parts.extend([Text(second), rest("\n")]);
            }
            parts.push(rest("\n"));
        }
        parts
    })
}

fn vtt() -> impl Strategy<Value = Vec<Part>> {
    let cue = (sentence(), any::<bool>());
    prop::collection::vec(cue, 1..12).prop_map(|cues| {
        let head =
            "WEBVTT 標題說明\n\nSTYLE\n::cue(v[voice=\"張\"]) {}\n\nNOTE 這是說明\n還是說明\n\n";
        let mut parts = vec![rest(head)];
        for (text, named) in cues {
            if named {
                parts.push(rest("第一個標記\n"));
            }
            parts.push(rest("00:01.000 --> 00:02.000 align:start\n<v 張國榮>"));
            parts.extend([Text(text), rest("</v>\n\n")]);
        }
        parts
    })
}

fn ass() -> impl Strategy<Value = Vec<Part>> {
    let line = (sentence(), sentence());
    prop::collection::vec(line, 1..12).prop_map(|lines| {
        let head = "[Script Info]\nTitle: 電影\nScriptType: v4.00+\n\n[V4+ Styles]\n\
            Format: Name, Fontname\nStyle: 預設,標楷體\n\n[Events]\n\
            Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n";
        let mut parts = vec![rest(head)];
        for (first, second) in lines {
            parts.push(rest(
                "Dialogue: 0,0:00:01.00,0:00:02.00,預設,張國榮,0,0,0,,{\\fn標楷體\\an8}",
            ));
            parts.extend([Text(first), rest("\\N"), Text(second), rest("\n")]);
            parts.push(rest("Comment: 0,0:00:01.00,0:00:02.00,預設,,0,0,0,,說明\n"));
        }
        parts
    })
}

fn lrc() -> impl Strategy<Value = Vec<Part>> {
    let line = (sentence(), any::<bool>());
    prop::collection::vec(line, 1..12).prop_map(|lines| {
        let mut parts = vec![
            rest("[ti:"),
            Text("愛情故事".into()),
            rest("]\n[by:劉備]\n"),
        ];
        for (text, words) in lines {
            parts.push(rest("[00:12.00][01:15.3]"));
            if words {
                parts.push(rest("<00:12.10>"));
            }
            parts.extend([Text(text), rest("\n")]);
        }
        parts
    })
}

fn html() -> impl Strategy<Value = Vec<Part>> {
    let block = (sentence(), 0..9_u8);
    prop::collection::vec(block, 1..16).prop_map(|blocks| {
        let mut parts = vec![rest(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><!-- 說明 --><style>.頭{}</style><title>",
        )];
        parts.extend([
            Text("電影說明".into()),
            rest("</title></head><body class=後>\n"),
        ]);
        for (text, kind) in blocks {
            match kind {
                0 => parts.extend([rest("<p id=頭>"), Text(text), rest("<br/>\n")]),
                1 => parts.extend([rest("<code>"), rest(text), rest("</code>\n")]),
                2 => parts.extend([rest("<span lang=ja>"), rest(text), rest("</span>\n")]),
                3 => parts.extend([rest("<img alt=\""), Text(text), rest("\" src='頭.png'>\n")]),
                4 => parts.extend([rest("<b translate=no>"), rest(text), rest("</b>")]),
                5 => parts.extend([rest("<a title='"), Text(text), rest("' href=開>x</a>")]),
                6 => parts.extend([rest("<script>if (1<2) '"), rest(text), rest("'</script>")]),
                7 => parts.extend([
                    rest("<li lang=ko>"),
                    rest(text),
                    rest("<li>"),
                    Text("開".into()),
                ]),
                _ => parts.extend([
                    rest("<i>&amp;"),
                    Text(text),
                    rest("</i>&nbsp;</unopened>\n"),
                ]),
            }
        }
        parts
    })
}

fn xml() -> impl Strategy<Value = Vec<Part>> {
    let item = (sentence(), 0..5_u8);
    prop::collection::vec(item, 1..16).prop_map(|items| {
        let mut parts = vec![rest("<?xml version=\"1.0\"?>\n<書><!--說明--><code>")];
        parts.extend([Text("說明".into()), rest("</code>")]);
        for (text, kind) in items {
            match kind {
                0 => parts.extend([rest("<項 名=\"頭\">"), Text(text), rest("</項>\n")]),
                1 => parts.extend([rest("<x><![CDATA["), Text(text), rest("]]></x>")]),
                2 => parts.extend([rest("<x xml:lang='ja'>"), rest(text), rest("</x>")]),
                3 => parts.extend([rest("<x y='頭' title='"), Text(text), rest("'/>")]),
                _ => parts.extend([
                    rest("<x><![CDATA[<p class='頭'>"),
                    Text(text),
                    rest("</p>]]></x>"),
                ]),
            }
        }
        parts.push(rest("</書>\n"));
        parts
    })
}

fn any_document() -> impl Strategy<Value = (Format, Vec<Part>)> {
    prop_oneof![
        srt().prop_map(|parts| (Format::Srt, parts)),
        vtt().prop_map(|parts| (Format::Vtt, parts)),
        ass().prop_map(|parts| (Format::Ass, parts)),
        lrc().prop_map(|parts| (Format::Lrc, parts)),
        html().prop_map(|parts| (Format::Html, parts)),
        xml().prop_map(|parts| (Format::Xml, parts)),
    ]
}

const ENCODINGS: [Encoding; 6] = [
    Encoding::Utf8,
    Encoding::Gbk,
    Encoding::Gb18030,
    Encoding::Big5,
    Encoding::Utf16Le,
    Encoding::EucTw,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn only_text_changes(
        (format, parts) in any_document(),
        encoding in prop::sample::select(ENCODINGS.to_vec()),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
    ) {
        let ends = |text: String| text.replace('\n', end);
        let source = ends(document(&parts));
        let Ok(bytes) = encode(&source, encoding, Unencodable::Error) else {
            return Ok(()); // A character that the encoding lacks.
        };
        let outcome = format.run(&pipeline(encoding), &bytes).unwrap();
        prop_assert_eq!(outcome.text.unwrap(), ends(expected(&parts)), "{}", format.name());
    }

    #[test]
    fn changes_stand_where_the_report_says((format, parts) in any_document()) {
        let source = document(&parts);
        let converter = Converter::to(Variant::Hans);
        let pipeline = Pipeline::builder().convert(Some(converter)).list_conversions(true).build();
        let outcome = format.run(&pipeline, source.as_bytes()).unwrap();
        let mut out = String::new();
        let mut copied = 0;
        for change in outcome.report.changes {
            prop_assert_eq!(&source[change.span.clone()], change.before);
            out.push_str(&source[copied..change.span.start]);
            out.push_str(&change.after);
            copied = change.span.end;
        }
        out.push_str(&source[copied..]);
        prop_assert_eq!(out, outcome.text.unwrap());
    }

    #[test]
    fn garbage_has_passages_in_order(
        text in "([<>/=\"'&;! \\-\\[\\]\\{\\}\\\\:,.0-9\r\n]|[a-d]|漢|<p|lang=|alt=|-->|Dialogue:|<!\\[CDATA\\[|\\]\\]>){0,60}",
        format in prop::sample::select(Format::ALL.to_vec()),
    ) {
        let Ok(passages) = format.passages(&text) else { return Ok(()) };
        let mut end = 0;
        for passage in passages {
            prop_assert!(end <= passage.start && passage.start < passage.end);
            prop_assert!(text.get(passage.clone()).is_some());
            end = passage.end;
        }
        let outcome = format.run(&pipeline(Encoding::Utf8), text.as_bytes()).unwrap();
        prop_assert_eq!(outcome.text.unwrap().replace('汉', "漢"), text);
    }
}

#[test]
fn a_caption_is_proven_by_its_neighbours() {
    // Two characters alone prove nothing; their document does.
    let damaged = [
        "鎵撳紑鏂囦欢澶辫触",
        "娌℃湁杩欎釜鏂囦欢",
        "鎴戜滑鏄庡ぉ鍐嶆潵",
        "鐨勪汉",
    ];
    let right = ["打开文件失败", "没有这个文件", "我们明天再来", "的人"];
    let srt = |lines: [&str; 4]| -> String {
        let captions = lines
            .iter()
            .map(|line| format!("1\n00:01 --> 00:02\n{line}\n\n"));
        captions.collect()
    };
    let damaged = srt(damaged);
    let outcome = Format::Srt
        .run(&Pipeline::default(), damaged.as_bytes())
        .unwrap();
    assert_eq!(outcome.text.unwrap(), srt(right));
}

#[test]
fn declarations() {
    let rows = [
        (
            Format::Html,
            "<meta charset=gb2312>",
            Encoding::Utf8,
            "<meta charset=utf-8>",
        ),
        (
            Format::Html,
            "<meta charset='GBK' x>",
            Encoding::Utf8,
            "<meta charset='utf-8' x>",
        ),
        (
            Format::Html,
            "<meta content=\"text/html; charset=big5\" http-equiv=Content-Type>",
            Encoding::Utf8,
            "<meta content=\"text/html; charset=utf-8\" http-equiv=Content-Type>",
        ),
        (
            Format::Html,
            "<meta content=\"text/html; charset=big5\" name=description>",
            Encoding::Utf8,
            "<meta content=\"text/html; charset=big5\" name=description>",
        ),
        (
            Format::Html,
            "<meta charset=UTF8>",
            Encoding::Utf8,
            "<meta charset=UTF8>",
        ),
        (
            Format::Html,
            "<meta charset=gb2312>",
            Encoding::Gb18030,
            "<meta charset=gb2312>",
        ),
        (
            Format::Html,
            "<head a='>'><title>x</title>",
            Encoding::Utf8,
            "<head a='>'><meta charset=\"utf-8\"><title>x</title>",
        ),
        (Format::Html, "<p>a", Encoding::Utf8, "<p>a"),
        (
            Format::Html,
            "<!-- <meta charset=gbk> -->",
            Encoding::Utf8,
            "<!-- <meta charset=gbk> -->",
        ),
        (
            Format::Xml,
            "<?xml version='1.0' encoding = 'Big5'?><a/>",
            Encoding::Utf8,
            "<?xml version='1.0' encoding = 'utf-8'?><a/>",
        ),
        (
            Format::Xml,
            "<?xml version='1.0'?><a/>",
            Encoding::Utf8,
            "<?xml version='1.0'?><a/>",
        ),
        (Format::Srt, "charset=gbk", Encoding::Utf8, "charset=gbk"),
    ];
    for (format, text, encoding, expect) in rows {
        let declared = format.declare(text, Encoding::Big5, encoding);
        assert_eq!(declared, expect, "{text}");
    }
}

#[test]
fn a_declaration_is_added_where_the_encoding_changes() {
    let (big5, gbk, utf8) = (Encoding::Big5, Encoding::Gbk, Encoding::Utf8);
    let rows = [
        // Neither of the two has been missed while nothing changed.
        (Format::Html, "<head><p>a", utf8, utf8, "<head><p>a"),
        (
            Format::Html,
            "<head><p>a",
            gbk,
            Encoding::Gb18030,
            "<head><p>a",
        ),
        (Format::Xml, "<a/>", big5, big5, "<a/>"),
        // Where the head would begin.
        (
            Format::Html,
            "<!DOCTYPE html><title>a</title>",
            gbk,
            utf8,
            "<!DOCTYPE html><meta charset=\"utf-8\"><title>a</title>",
        ),
        (
            Format::Html,
            "<html lang=zh><body>a",
            gbk,
            utf8,
            "<html lang=zh><meta charset=\"utf-8\"><body>a",
        ),
        // XML is UTF-8 unless it says otherwise.
        (Format::Xml, "<a/>", gbk, utf8, "<a/>"),
        (
            Format::Xml,
            "<a/>",
            utf8,
            gbk,
            "<?xml version=\"1.0\" encoding=\"gbk\"?><a/>",
        ),
        (
            Format::Xml,
            "<?xml version='1.0' standalone='yes'?><a/>",
            utf8,
            big5,
            "<?xml version='1.0' encoding=\"big5\" standalone='yes'?><a/>",
        ),
    ];
    for (format, text, from, to, expect) in rows {
        assert_eq!(format.declare(text, from, to), expect, "{text}");
    }
}

#[test]
fn malformed_xml_is_an_error_with_its_place() {
    let error = Format::Xml
        .run(&Pipeline::default(), "<a>漢<b".as_bytes())
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("markup is not well-formed at byte "),
        "{error}"
    );
}

/// Behind a bare `&` new letters could make a reference of it.
#[test]
fn a_line_that_cannot_be_written_is_left_and_said() {
    let rules = RuleSet::parse("tidy").unwrap();
    let pipeline = Pipeline::builder()
        .repair(Some(Repairer::with_rules(rules)))
        .build();
    let page = "<p>研究 & ＡＢＣ技術</p><p>技術</p>";
    let outcome = Format::Html.run(&pipeline, page.as_bytes()).unwrap();
    let expect = "<p>研究 & ＡＢＣ技術</p><p>技术</p>";
    assert_eq!(outcome.text.as_deref(), Some(expect));
    let warnings = &outcome.report.warnings;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].starts_with("1 line stays"), "{warnings:?}");
}

#[test]
fn byte_order_marks_in_front_of_xml_move_no_place() {
    for marks in ["", "\u{FEFF}", "\u{FEFF}\u{FEFF}"] {
        let text = format!("{marks}<說 title=\"漢\">漢字</說>");
        let passages = Format::Xml.passages(&text).unwrap();
        let passages: Vec<&str> = passages.into_iter().map(|span| &text[span]).collect();
        assert_eq!(passages, ["漢", "漢字"]);
        let broken = format!("{marks}漢<b");
        let error = Format::Xml.passages(&broken).unwrap_err().to_string();
        let place = format!("at byte {}:", marks.len() + "漢".len());
        assert!(error.contains(&place), "{error}");
    }
}

#[test]
fn an_attribute_is_known_by_its_place_and_not_by_its_value() {
    let text = "<書 漢=\"漢\" title=\"漢\"/>";
    let passages = Format::Xml.passages(text).unwrap();
    let places: Vec<usize> = passages.iter().map(|span| span.start).collect();
    assert_eq!(places, [text.rfind('漢').unwrap()]);
}
