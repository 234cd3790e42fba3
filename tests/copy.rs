//! Documents of any size: what a copy gives is what the whole gives, however the bytes come.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::io::{self, Read};

use proptest::prelude::*;
use zhfix::codec::{Unencodable, encode};
use zhfix::pipeline::Document;
use zhfix::report::Report;
use zhfix::{Config, Converter, Encoding, Pipeline, Variant};

/// Gives as many bytes at a time as its sizes say, in turn.
struct Steps<'a> {
    bytes: &'a [u8],
    sizes: &'a [usize],
    turn: usize,
}

impl Read for Steps<'_> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()];
        self.turn += 1;
        let count = size.min(self.bytes.len()).min(room.len());
        room[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Ok(count)
    }
}

fn copied(pipeline: &Pipeline, bytes: &[u8], sizes: &[usize]) -> (Vec<u8>, Report) {
    let mut out = Vec::new();
    let steps = Steps {
        bytes,
        sizes,
        turn: 0,
    };
    let report = pipeline.copy(steps, &mut out).unwrap();
    (out, report)
}

const WHOLE: &[usize] = &[usize::MAX];

/// The least that the facts of a document may be decided from: seven parts are soon read then.
const SAMPLE_BYTES: usize = 256 << 10;

/// Every line is in one variant, some are damaged: nothing that a rule judges by neighbours.
const LINES: &[&str] = &[
    "漢字是這樣寫的，頭髮和發展。\n",
    "他們在圖書館裡讀書，乾淨得很。\r\n",
    "坚决扞卫，蕞好。\n",
    "plain ASCII, with commas\n",
    "\n",
    "企業朝著專業化的方向發展著\n",
    "ä¸\u{AD}æ–‡ and more\n",
    "老師說這是對的。",
];

/// A text of about so many bytes, by turns of these lines.
fn text(bytes: usize, step: usize) -> String {
    let mut text = String::new();
    let mut at = 0;
    while text.len() < bytes {
        text.push_str(LINES[at % LINES.len()]);
        at = at * 5 + step;
        at = (at ^ (at >> 7)) % 1009;
    }
    text
}

/// What the report says that does not depend on lists being cut short.
fn facts(report: &Report) -> String {
    let counts = &report.script_counts;
    format!(
        "{:?} {} {} {:?} {:?} {} {} {} {:?}",
        report.encoding,
        report.bom,
        report.bytes,
        report.script(),
        [
            counts.simplified_only_chars,
            counts.traditional_only_chars,
            counts.shared_chars,
            counts.kana_chars,
            counts.hangul_chars,
        ],
        report.converted_chars,
        report.malformed_count(),
        report.lost_count(),
        report.changes.iter().take(9000).collect::<Vec<_>>(),
    )
}

#[test]
fn a_small_document_is_what_the_whole_is() {
    let pipeline = Pipeline::default();
    for bytes in [
        &b""[..],
        b"\xD6\xD0\xCE\xC4\xB1\xE0\xC2\xEB",
        "漢字".as_bytes(),
        &[0; 64],
    ] {
        let whole = pipeline.run(bytes);
        let (out, report) = copied(&pipeline, bytes, &[1]);
        let expect = whole.text.as_ref().map_or(bytes, |text| text.as_bytes());
        assert_eq!(out, expect);
        assert_eq!(format!("{report:?}"), format!("{:?}", whole.report));
    }
}

#[test]
fn a_large_document_is_what_the_whole_is_in_every_encoding() {
    let text = text(7 * SAMPLE_BYTES, 3).replace("ä¸\u{AD}æ–‡", "--");
    for encoding in [
        Encoding::Utf8,
        Encoding::Gb18030,
        Encoding::Big5,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Hz,
        Encoding::Iso2022Cn,
    ] {
        let bytes = encode(&text, encoding, Unencodable::Question).unwrap();
        for ordered in [None, Some(encoding)] {
            let mut bytes = bytes.to_vec();
            if ordered.is_none()
                && let Some(mark) = encoding.byte_order_mark()
            {
                bytes.splice(0..0, mark.iter().copied());
            }
            let pipeline = Pipeline::builder()
                .encoding(ordered)
                .sample_bytes(SAMPLE_BYTES)
                .build();
            let whole = pipeline.run(&bytes);
            let (out, report) = copied(&pipeline, &bytes, WHOLE);
            let expect = whole.text.unwrap();
            assert!(out == expect.as_bytes(), "{encoding} {ordered:?}");
            assert_eq!(
                facts(&report),
                facts(&whole.report),
                "{encoding} {ordered:?}"
            );
            let (again, report) = copied(&pipeline, &bytes, &[7919, 65536, 1, 300_000]);
            assert!(again == out, "{encoding}: the same in other steps");
            assert_eq!(facts(&report), facts(&whole.report));
        }
    }
}

#[test]
fn malformed_bytes_are_placed_in_the_document() {
    for (encoding, good, bad) in [
        (
            Encoding::Utf8,
            &"中文字\n".as_bytes().repeat(1 << 19)[..],
            &b"\xFF\xE4\xB8\n"[..],
        ),
        (
            Encoding::Gbk,
            &b"\xD6\xD0\xCE\xC4\n".repeat(1 << 20)[..],
            b"\xFF\n",
        ),
        (
            Encoding::Utf16Le,
            &b"\x2D\x4E\n\0".repeat(1 << 20)[..],
            b"\x00\xDC\n\0",
        ),
    ] {
        let bytes = [good, bad, good, bad].concat();
        let pipeline = Pipeline::builder().encoding(Some(encoding)).build();
        let whole = pipeline.run(&bytes).report;
        let (_, report) = copied(&pipeline, &bytes, WHOLE);
        assert_eq!(report.malformed, whole.malformed, "{encoding}");
        assert_eq!(report.lost, whole.lost);
    }
}

#[test]
fn a_line_without_end_is_converted_as_a_whole() {
    for line in ["頭髮、乾淨，朝著發展。", "這個軟體, 好!", "發頭髮發展乾隆"]
    {
        let text = line.repeat((6 << 20) / line.len());
        for convert in [Converter::to(Variant::Hans), Converter::new(Config::T2s)] {
            let pipeline = Pipeline::builder().convert(Some(convert)).build();
            let (out, _) = copied(&pipeline, text.as_bytes(), WHOLE);
            let whole = pipeline.run(text.as_bytes());
            assert!(out == whole.text.unwrap().as_bytes(), "{line}");
        }
        let bytes = encode(&text, Encoding::Gb18030, Unencodable::Error).unwrap();
        let pipeline = Pipeline::builder()
            .encoding(Some(Encoding::Gb18030))
            .build();
        let (out, report) = copied(&pipeline, &bytes, WHOLE);
        assert!(report.malformed.is_empty());
        assert_eq!(
            String::from_utf8(out).unwrap().chars().count(),
            text.chars().count()
        );
    }
}

#[test]
fn the_encoding_is_open_as_long_as_the_text_is_ascii() {
    let ascii = b"int main(void); /* plain */\n".repeat(300_000);
    let big5 = encode(
        "他們在圖書館讀書，老師說這是對的。\n",
        Encoding::Big5,
        Unencodable::Error,
    );
    let bytes = [&ascii[..], &big5.unwrap().repeat(1000)].concat();
    let pipeline = Pipeline::default();
    let (out, report) = copied(&pipeline, &bytes, WHOLE);
    assert_eq!(report.encoding, Some(Encoding::Big5));
    let out = String::from_utf8(out).unwrap();
    assert!(out.ends_with("他们在图书馆读书，老师说这是对的。\n"));
    assert_eq!(report.bytes, bytes.len() as u64);
    let (_, report) = copied(&pipeline, &ascii, WHOLE);
    assert_eq!(report.encoding, Some(Encoding::UsAscii));
}

#[test]
fn what_contradicts_the_beginning_is_reported() {
    let gbk = encode(
        "我们在图书馆读书，老师说这是对的。\n",
        Encoding::Gbk,
        Unencodable::Error,
    );
    let utf_8 = "我们在图书馆读书，老师说这是对的。\n".as_bytes();
    let gbk = gbk.unwrap();
    for (first, then, expect) in [
        (utf_8, &gbk[..], Some(Encoding::Gbk)),
        (&gbk[..], utf_8, Some(Encoding::Utf8)),
        (utf_8, utf_8, None),
        (&gbk[..], &gbk[..], None),
    ] {
        let mut bytes = first.repeat((6 << 20) / first.len());
        let seam = bytes.len() as u64;
        bytes.extend(then.repeat((1 << 20) / then.len()));
        let (_, report) = copied(&Pipeline::default(), &bytes, WHOLE);
        let found = report.contradiction.map(|found| found.encoding);
        assert_eq!(found, expect.map(Some));
        if let Some(found) = report.contradiction {
            assert!(found.at.abs_diff(seam) < 1 << 20, "{found:?}");
            assert_eq!(report.warnings.len(), 1);
        }
    }
}

#[test]
fn later_parts_are_repaired_as_the_beginning_was() {
    let (weak, _) = encoding_as_gbk("标准");
    let (strong, _) = encoding_as_gbk("你好，编程语言");
    let pipeline = Pipeline::default();
    let mut text = format!("{strong}\n").repeat((4 << 20) / (strong.len() + 1));
    text.push_str(&"plain\n".repeat(200_000));
    text.push_str(&weak);
    text.push('\n');
    let (out, _) = copied(&pipeline, text.as_bytes(), WHOLE);
    assert!(String::from_utf8(out).unwrap().ends_with("plain\n标准\n"));
}

fn encoding_as_gbk(text: &str) -> (String, ()) {
    let decoded = zhfix::decode(text.as_bytes(), Encoding::Gbk);
    (decoded.text.into_owned(), ())
}

#[test]
fn lists_are_cut_short_and_the_rest_is_counted() {
    let text = "坚决扞卫，\u{FFFD}\n".repeat(1 << 19);
    let (_, report) = copied(&Pipeline::default(), text.as_bytes(), WHOLE);
    assert_eq!(
        report.changes.len() as u64 + report.unlisted.changes,
        1 << 19
    );
    assert_eq!(report.lost_count(), 1 << 19);
    assert_eq!(report.changes.len(), 10_000);
    let last = report.changes.last().unwrap();
    assert_eq!(text.get(last.span.clone()), Some(last.before.as_str()));
}

/// Takes as many bytes and no more.
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = bytes.len().min(self.0);
        self.0 -= count;
        match count {
            0 => Err(io::ErrorKind::StorageFull.into()),
            count => Ok(count),
        }
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_or_reader_that_fails_ends_the_copy_with_its_error() {
    let text = "坚决捍卫，\n".repeat(400_000);
    let pipeline = Pipeline::default();
    for room in (0..text.len())
        .step_by(text.len() / 9)
        .chain([text.len() - 1])
    {
        let error = pipeline.copy(text.as_bytes(), Full(room)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}");
    }
    pipeline.copy(text.as_bytes(), Full(text.len())).unwrap();
    struct Torn<'a>(&'a [u8]);
    impl Read for Torn<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            match self.0.read(room) {
                Ok(0) => Err(io::ErrorKind::ConnectionReset.into()),
                read => read,
            }
        }
    }
    let mut out = Vec::new();
    for bytes in [&b"a"[..], text.as_bytes()] {
        let error = pipeline.copy(Torn(bytes), &mut out).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn any_split_is_the_whole(
        step in 1usize..1000,
        extra in 0usize..600_000,
        sizes in prop::collection::vec(1000usize..200_000, 1..6),
        big5 in any::<bool>(),
    ) {
        let text = text(7 * SAMPLE_BYTES + extra, step);
        let encoding = if big5 { Encoding::Big5 } else { Encoding::Utf8 };
        let bytes = encode(&text, encoding, Unencodable::Question).unwrap();
        let pipeline = Pipeline::builder()
            .encoding(Some(encoding))
            .sample_bytes(SAMPLE_BYTES)
            .build();
        let whole = copied(&pipeline, &bytes, WHOLE);
        let split = copied(&pipeline, &bytes, &sizes);
        prop_assert!(whole.0 == split.0);
        prop_assert_eq!(facts(&whole.1), facts(&split.1));
        let run = pipeline.run(&bytes);
        prop_assert!(whole.0 == run.text.unwrap().as_bytes());
        let parts: Vec<_> = match pipeline.open(&*bytes).unwrap() {
            Document::Parts(parts) => parts.map(Result::unwrap).collect(),
            _ => Vec::new(),
        };
        // Out of order, as threads have them.
        let mut done: Vec<_> = parts.into_iter().rev().map(|part| pipeline.run_part(part)).collect();
        done.reverse();
        let joined: Vec<u8> = done.iter().flat_map(|part| part.utf8().to_vec()).collect();
        prop_assert!(joined == whole.0);
    }
}
