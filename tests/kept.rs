//! Five hundred subtitle files and five hundred web pages on disk, in every encoding, with and
//! without marks, and with every line end, through the program: text changes, nothing else.
//!
//! What must come out is known without the code under test: a document is put together from
//! skeleton, which stays, and sentences, whose other form is written beside them; the bytes come
//! from `encoding_rs`. So a document that differs in one byte differs from its parts.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use zhfix::records::Format;
use zhfix::{Converter, Encoding, Pipeline, Variant};

/// Sentences in both forms, as anybody writes them; all their characters are in Big5 and GBK.
const SENTENCES: [(&str, &str); 20] = [
    ("我們明天早上從學校出發。", "我们明天早上从学校出发。"),
    ("這間書店開了很多年。", "这间书店开了很多年。"),
    ("你還記得那個老師嗎?", "你还记得那个老师吗?"),
    ("請把門關上,風太大了。", "请把门关上,风太大了。"),
    ("他說的話沒有人聽懂。", "他说的话没有人听懂。"),
    ("火車什麼時候進站?", "火车什么时候进站?"),
    ("媽媽買了雞蛋和魚。", "妈妈买了鸡蛋和鱼。"),
    ("這條路通往國家圖書館。", "这条路通往国家图书馆。"),
    ("醫生讓他每天運動。", "医生让他每天运动。"),
    ("飛機飛過一片雲。", "飞机飞过一片云。"),
    ("電視節目八點開始。", "电视节目八点开始。"),
    ("幾個孩子在樹下寫字。", "几个孩子在树下写字。"),
    ("歡迎來到我們的城市!", "欢迎来到我们的城市!"),
    ("經過兩個月,問題解決了。", "经过两个月,问题解决了。"),
    ("誰動了我的電腦?", "谁动了我的电脑?"),
    ("報紙上寫著明天會下雪。", "报纸上写着明天会下雪。"),
    ("這場比賽,我們贏了。", "这场比赛,我们赢了。"),
    ("你認識對面那個人嗎?", "你认识对面那个人吗?"),
    ("樓上住著一個畫家。", "楼上住着一个画家。"),
    ("謝謝,不過我該走了。", "谢谢,不过我该走了。"),
];

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Utf8,
    Utf8Mark,
    Utf16Le,
    Utf16LeMark,
    Utf16BeMark,
    Gbk,
    Gb18030,
    Big5,
}

use Written::*;

const ALL: [Written; 8] = [
    Utf8,
    Utf8Mark,
    Utf16Le,
    Utf16LeMark,
    Utf16BeMark,
    Gbk,
    Gb18030,
    Big5,
];
const ENDS: [&str; 3] = ["\n", "\r\n", "\r"];

impl Written {
    fn bytes(self, text: &str) -> Vec<u8> {
        let legacy = |encoding: &'static encoding_rs::Encoding| {
            let (bytes, _, lacks) = encoding.encode(text);
            assert!(!lacks, "{text}");
            bytes.into_owned()
        };
        let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
        match self {
            Utf8 => text.into(),
            Utf8Mark => format!("\u{FEFF}{text}").into(),
            Utf16Le => wide(u16::to_le_bytes),
            Utf16LeMark => Utf16Le.bytes(&format!("\u{FEFF}{text}")),
            Utf16BeMark => [&[0xFE, 0xFF][..], &wide(u16::to_be_bytes)].concat(),
            Gbk => legacy(encoding_rs::GBK),
            Gb18030 => legacy(encoding_rs::GB18030),
            Big5 => legacy(encoding_rs::BIG5),
        }
    }

    /// What is said where it is declared rightly.
    fn label(self) -> &'static str {
        match self {
            Utf8 | Utf8Mark => "utf-8",
            Utf16Le | Utf16LeMark => "utf-16le",
            Utf16BeMark => "utf-16be",
            Gbk => "gbk",
            Gb18030 => "gb18030",
            Big5 => "big5",
        }
    }

    /// Whether Simplified text can be written in it.
    fn holds_simplified(self) -> bool {
        self != Big5
    }
}

/// A document as it is and as it must become: converted, in UTF-8 with the declaration that is
/// right there, and in its own encoding with the one that is right there.
struct Document {
    written: Written,
    end: &'static str,
    before: String,
    as_utf_8: String,
    kept: String,
    random: u64,
}

impl Document {
    fn new(number: usize) -> Document {
        Document {
            written: ALL[number % ALL.len()],
            end: ENDS[number / ALL.len() % ENDS.len()],
            before: String::new(),
            as_utf_8: String::new(),
            kept: String::new(),
            random: 0x9E37_79B9_7F4A_7C15 ^ (number as u64).wrapping_mul(0xD134_2543_DE82_EF95),
        }
    }

    /// The next number below a bound (xorshift).
    fn next(&mut self, below: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random % below as u64).unwrap()
    }

    fn three(&mut self, before: &str, as_utf_8: &str, kept: &str) {
        for (part, text) in [
            (&mut self.before, before),
            (&mut self.as_utf_8, as_utf_8),
            (&mut self.kept, kept),
        ] {
            part.push_str(&text.replace('\n', self.end));
        }
    }

    /// What stays.
    fn rest(&mut self, skeleton: &str) {
        self.three(skeleton, skeleton, skeleton);
    }

    /// A sentence, which changes.
    fn text(&mut self) {
        let (before, after) = SENTENCES[self.next(SENTENCES.len())];
        self.three(before, after, after);
        // A character of four bytes in GB 18030 alone.
        if self.written == Gb18030 {
            self.rest("\u{3400}");
        }
    }

    /// A sentence that stays.
    fn left(&mut self) {
        let (before, _) = SENTENCES[self.next(SENTENCES.len())];
        self.rest(before);
    }
}

fn srt(document: &mut Document, captions: usize) {
    for number in 1..=captions {
        document.rest(&format!(
            "{number}\n00:00:{number:02},000 --> 00:00:{number:02},900"
        ));
        document.rest(if number % 3 == 0 {
            " X1:10 X2:20\n"
        } else {
            "\n"
        });
        let (open, close) = [
            ("", ""),
            ("<font face=\"標楷體\" color=#fff>", "</font>"),
            ("{\\an8\\fn標楷體}", ""),
            ("- ", ""),
            ("<i>", "</i>"),
        ][document.next(5)];
        document.rest(open);
        document.text();
        document.rest(close);
        if number % 2 == 0 {
            document.rest("\n");
            document.text();
        }
        document.rest("\n\n");
    }
}

fn ass(document: &mut Document, captions: usize) {
    let is_first = document.next(2) == 0;
    document.rest("[Script Info]\nTitle: 電影說明\n; 這裡是說明\n\n");
    let (styles, layer) = match is_first {
        true => ("[V4 Styles]", "Marked"),
        false => ("[V4+ Styles]", "Layer"),
    };
    document.rest(&format!(
        "{styles}\nFormat: Name, Fontname\nStyle: 標題,華康儷黑\n\n[Events]\nFormat: {layer}, Start, End, \
         Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    ));
    for number in 0..captions {
        document.rest(&format!(
            "Dialogue: 0,0:00:{number:02}.00,0:00:{number:02}.90,標題,張國榮,0,0,0,,"
        ));
        match document.next(5) {
            0 => document.rest("{\\fn華康儷黑\\pos(1,2)}"),
            1 => document.rest("{\\p1}m 0 0 l 10 0 說{\\p0}"),
            2 => document.rest("{說明:這裡}"),
            3 => document.rest("{\\r標題}"),
            _ => {}
        }
        document.text();
        document.rest("\\N");
        document.text();
        document.rest("\nComment: 0,0:00:01.00,0:00:02.00,標題,,0,0,0,,這是說明\n");
    }
}

fn vtt(document: &mut Document, captions: usize) {
    document.rest("WEBVTT 說明\n\nSTYLE\n::cue(.說) { }\n\nNOTE\n這是說明\n還是說明\n\n");
    for number in 0..captions {
        if number % 3 == 0 {
            document.rest("這是標記\n");
        }
        document.rest(&format!(
            "00:{number:02}.000 --> 00:{number:02}.900 align:start\n<v 張國榮>"
        ));
        document.text();
        document.rest("</v>\n- <c.說>");
        document.text();
        document.rest("</c>\n");
        if number % 4 == 0 {
            document.rest("<lang ja>");
            document.left();
            document.rest("</lang>\n");
        }
        document.rest("\n");
    }
}

fn lrc(document: &mut Document, captions: usize) {
    document.rest("[ti:");
    document.text();
    document.rest("]\n[by:劉備]\n[offset:500]\n");
    for number in 0..captions {
        document.rest(&format!("[00:{number:02}.00][01:{number:02}.5]"));
        document.text();
        document.rest(&format!("<00:{number:02}.50>"));
        document.text();
        document.rest("\n");
    }
}

/// What a page says of its encoding, what it says in UTF-8, and what it says where it is written
/// as it was.
fn declared(document: &Document, number: usize) -> [&'static str; 3] {
    let right = document.written.label();
    match (number / 24 % 4, document.written) {
        (0, _) => [right, "utf-8", right],
        // As pages are: the smaller set is named, or what somebody's template says.
        (1, Gbk | Gb18030) => ["gb2312", "utf-8", "gb2312"],
        (1, Big5) => ["utf-8", "utf-8", "big5"],
        (1, _) => ["big5", "utf-8", right],
        (2, Gbk) => ["utf-8", "utf-8", "gbk"],
        (2, Gb18030) => ["big5", "utf-8", "gb18030"],
        (2, _) => ["gb2312", "utf-8", right],
        // None at all.
        _ => ["", "", ""],
    }
}

fn html(document: &mut Document, number: usize, blocks: usize) {
    let [before, as_utf_8, kept] = declared(document, number);
    document.rest("<!DOCTYPE html>\n<!-- 這是說明 -->\n<html lang=\"en\"><head>");
    let (open, close) = match number % 2 {
        0 => ("<meta charset=\"", "\">"),
        _ => (
            "<meta http-equiv='Content-Type' content='text/html; charset=",
            "'>",
        ),
    };
    let meta = |label: &str| format!("{open}{label}{close}");
    match before {
        // One is added where the encoding changes.
        "" if document.written == Utf8 => {}
        "" if document.written == Utf8Mark => {}
        "" => document.three("", "<meta charset=\"utf-8\">", ""),
        _ => document.three(&meta(before), &meta(as_utf_8), &meta(kept)),
    }
    document.rest("<meta name=\"description\" content=\"這是說明\"><style>.說{}</style><title>");
    document.text();
    document.rest("</title></head>\n<body class=說 data-title=\"說\">\n");
    for _ in 0..blocks {
        match document.next(10) {
            0 => document.rest("<script>var 說 = '<p>說</p>';</script>"),
            1 => {
                document.rest("<span lang=ja>");
                document.left();
                document.rest("</span>");
            }
            2 => {
                document.rest("<img src='說.png' alt=\"");
                document.text();
                document.rest("\">");
            }
            3 => {
                document.rest("<p translate=no>");
                document.left();
                document.rest("</p>");
            }
            4 => {
                document.rest("<a href=/說 title='");
                document.text();
                document.rest("'>&nbsp;&amp;</a>");
            }
            5 => {
                document.rest("<pre>");
                document.left();
                document.rest("</pre><code>說</code>");
            }
            6 => {
                document.rest("<ul><li class=notranslate>");
                document.left();
                document.rest("<li>");
                document.text();
                document.rest("</ul>");
            }
            _ => {
                document.rest("<p id=說>");
                document.text();
                document.rest("<br>\n<b>");
                document.text();
                document.rest("</b></p>\n");
            }
        }
    }
    document.rest("</body></html>\n<!-- 說完 -->");
}

fn xml(document: &mut Document, number: usize, items: usize) {
    let [before, as_utf_8, kept] = declared(document, number);
    let line = |label: &str| format!("<?xml version=\"1.0\" encoding='{label}'?>");
    match before {
        "" => {}
        _ => document.three(&line(before), &line(as_utf_8), &line(kept)),
    }
    document.rest("<書 名='說'><!-- 說明 -->\n");
    for _ in 0..items {
        match document.next(5) {
            0 => {
                document.rest("<項><![CDATA[");
                document.text();
                document.rest("]]></項>\n");
            }
            1 => {
                document.rest("<項 xml:lang=\"ja\">");
                document.left();
                document.rest("</項>\n");
            }
            2 => {
                document.rest("<項 說=\"說\" title=\"");
                document.text();
                document.rest("\"/>\n");
            }
            _ => {
                document.rest("<項><?說 說?>");
                document.text();
                document.rest("&#160;&lt;");
                document.text();
                document.rest("</項>\n");
            }
        }
    }
    document.rest("</書>");
}

/// The documents laid out below a folder, with their names.
fn lay_out(
    root: &Path,
    count: usize,
    make: impl Fn(usize) -> (String, Document),
) -> Vec<(PathBuf, Document)> {
    let documents = (0..count).map(make);
    let documents: Vec<_> = documents
        .map(|(name, document)| (PathBuf::from(name), document))
        .collect();
    for (name, document) in &documents {
        fs::write(root.join(name), document.written.bytes(&document.before)).unwrap();
    }
    documents
}

fn zhfix(folder: &Path, args: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zhfix"));
    let ran = command.current_dir(folder).args(args).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(0), "{said}");
}

/// Runs the program over all of them and counts those that come out in any other way.
fn check(count: usize, make: impl Fn(usize) -> (String, Document)) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("in");
    fs::create_dir(&root).unwrap();
    let documents = lay_out(&root, count, make);
    zhfix(folder.path(), &["fix", "-r", "-q", "in", "-o", "out/"]);
    let mut wrong = Vec::new();
    for (name, document) in &documents {
        let out = fs::read(folder.path().join("out").join(name)).unwrap();
        // Kept where it was UTF-8 before.
        let mark = if document.written == Utf8Mark {
            "\u{FEFF}"
        } else {
            ""
        };
        if out != format!("{mark}{}", document.as_utf_8).as_bytes() {
            wrong.push(format!(
                "{} {:?} as UTF-8",
                name.display(),
                document.written
            ));
        }
        if !document.written.holds_simplified() {
            fs::remove_file(root.join(name)).unwrap();
        }
    }
    zhfix(
        folder.path(),
        &["fix", "-r", "-q", "-i", "in", "--to-encoding", "keep"],
    );
    for (name, document) in &documents {
        if document.written.holds_simplified()
            && fs::read(root.join(name)).unwrap() != document.written.bytes(&document.kept)
        {
            wrong.push(format!(
                "{} {:?} as it was",
                name.display(),
                document.written
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} documents: {wrong:#?}",
        wrong.len()
    );
}

#[test]
fn five_hundred_subtitle_files() {
    check(500, |number| {
        let mut document = Document::new(number);
        let captions = 6 + document.next(20);
        let name = ["srt", "ass", "ssa", "vtt", "lrc", "SRT"][number / 24 % 6];
        match name {
            "srt" | "SRT" => srt(&mut document, captions),
            "ass" | "ssa" => ass(&mut document, captions),
            "vtt" => vtt(&mut document, captions),
            _ => lrc(&mut document, captions),
        }
        (format!("{number}.{name}"), document)
    });
}

#[test]
fn five_hundred_web_pages() {
    check(500, |number| {
        let mut document = Document::new(number);
        let blocks = 12 + document.next(30);
        match number / 96 % 3 {
            2 => {
                xml(&mut document, number, blocks);
                (format!("{number}.xml"), document)
            }
            _ => {
                html(&mut document, number, blocks);
                let name = ["html", "htm"][number % 2];
                (format!("{number}.{name}"), document)
            }
        }
    });
}

/// Characters whose other form is one character, wherever they stand, and back.
const PAIRS: [(char, char); 4] = [('頭', '头'), ('話', '话'), ('門', '门'), ('書', '书')];

/// Documents that are cut off, and into which anything is thrown, lose nothing: put back the
/// converted characters, and they are what they were.
#[test]
fn nothing_is_lost_of_malformed_documents() {
    let converter = Converter::to(Variant::Hans);
    let builder = Pipeline::builder().encoding(Some(Encoding::Utf8));
    let pipeline = builder.convert(Some(converter)).repair(None).build();
    let back = |text: &str| -> String {
        let old = |c| {
            PAIRS
                .iter()
                .find(|(_, new)| *new == c)
                .map_or(c, |(old, _)| *old)
        };
        text.chars().map(old).collect()
    };
    let thrown = [
        "<",
        ">",
        "</",
        "&",
        "&#",
        "&#x9580;",
        "]]>",
        "<![CDATA[",
        "<!--",
        "-->",
        "<?",
        "\"",
        "'",
        "=",
        "{",
        "}",
        "\\",
        "{\\p1}",
        "[",
        "]",
        "\0",
        "\u{FFFD}",
        "\u{FEFF}",
        "\n\n",
        "\r",
        "<script>",
        "</title>",
        "<p lang=ja>",
        "<meta charset=",
        "00:01 --> ",
        "Dialogue: ",
        "Format: ",
        "[Events]",
        "[00:01.0]",
        "門",
        "<lang ja>",
        "<textarea>",
        "<noscript><",
        "\u{20000}",
    ];
    let mut documents = 0;
    let mut refused = 0;
    for number in 0..1500 {
        let mut document = Document::new(number);
        let format = Format::ALL[number % Format::ALL.len()];
        match format {
            Format::Srt => srt(&mut document, 4),
            Format::Ass => ass(&mut document, 4),
            Format::Vtt => vtt(&mut document, 4),
            Format::Lrc => lrc(&mut document, 4),
            Format::Html => html(&mut document, number, 10),
            _ => xml(&mut document, number, 10),
        }
        // Only characters of the pairs change, so that it is known what became of them.
        let text: String = document
            .before
            .chars()
            .enumerate()
            .map(|(at, c)| {
                if c > '\u{2E80}' {
                    PAIRS[at % PAIRS.len()].0
                } else {
                    c
                }
            })
            .collect();
        let mut text: Vec<char> = text.chars().collect();
        for _ in 0..document.next(6) {
            let at = document.next(text.len());
            let piece = thrown[document.next(thrown.len())];
            text.splice(at..at, piece.chars());
        }
        if document.next(2) == 0 {
            text.truncate(document.next(text.len()));
        }
        let text: String = text.into_iter().collect();
        documents += 1;
        match format.run(&pipeline, text.as_bytes()) {
            Ok(outcome) => {
                let mark = if outcome.report.bom { "\u{FEFF}" } else { "" };
                let after = format!("{mark}{}", outcome.text.unwrap());
                // A reference that changed is written as its character.
                let plain = |text: &str| text.replace("&#x9580;", "門");
                assert_eq!(
                    plain(&back(&after)),
                    plain(&text),
                    "{} {number}",
                    format.name()
                );
            }
            // XML alone has errors, and says where.
            Err(error) => {
                assert!(matches!(format, Format::Xml | Format::Opf), "{error}");
                assert!(error.to_string().contains("at byte "), "{error}");
                refused += 1;
            }
        }
    }
    assert!(
        refused > 0 && refused < documents / 4,
        "{refused} of {documents}"
    );
}
