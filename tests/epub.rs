//! E-books: their text changes, every other entry stays as it is packed; archives that should
//! not be trusted are refused.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::io::{Cursor, Read, Write};

use zhfix::codec::{Unencodable, encode};
use zhfix::records::{Entry, epub};
use zhfix::{Encoding, Error, Pipeline};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// An archive of these entries; the first is stored, as in e-books.
fn archive(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, (name, bytes)) in entries.iter().enumerate() {
        let method = match number {
            0 => CompressionMethod::Stored,
            _ => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn run(book: &[u8]) -> Result<(Vec<Entry>, Vec<u8>), Error> {
    let mut output = Cursor::new(Vec::new());
    let entries = epub(&Pipeline::default(), book, &mut output)?;
    Ok((entries, output.into_inner()))
}

/// The entries of an archive as they are packed, and unpacked.
fn entries(book: &[u8]) -> Vec<(String, Vec<u8>, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(book)).unwrap();
    let mut entries = Vec::new();
    for number in 0..archive.len() {
        let (mut packed, mut plain) = (Vec::new(), Vec::new());
        let mut raw = archive.by_index_raw(number).unwrap();
        raw.read_to_end(&mut packed).unwrap();
        drop(raw);
        let mut entry = archive.by_index(number).unwrap();
        let name = entry.name().unwrap().into_owned();
        entry.read_to_end(&mut plain).unwrap();
        entries.push((name, packed, plain));
    }
    entries
}

const CONTAINER: &str = "<container><rootfile full-path=\"漢/後.opf\"/></container>";

fn book(encoding: Encoding, end: &str, chapters: usize) -> (Vec<u8>, Vec<(String, String)>) {
    let label = encoding.name();
    // A label that is right stays as it is spelled.
    let new_label = match encoding {
        Encoding::Utf8 => label,
        _ => "utf-8",
    };
    let ends = |text: &str| text.replace('\n', end);
    let bytes = |text: &str| {
        encode(text, encoding, Unencodable::Error)
            .unwrap()
            .into_owned()
    };
    let mut parts = vec![
        ("mimetype".to_owned(), b"application/epub+zip".to_vec()),
        ("META-INF/container.xml".to_owned(), CONTAINER.into()),
        ("漢/頭.css".to_owned(), "body{font-family:'後'}".into()),
    ];
    let mut expected = Vec::new();
    let mut document = |name: String, source: &str, clean: &str| {
        let declared = |label: &str, text: &str| ends(&text.replace("LABEL", label));
        parts.push((name.clone(), bytes(&declared(label, source))));
        expected.push((name, declared(new_label, clean)));
    };
    for number in 1..=chapters {
        let page = |title: &str, text: &str| {
            format!(
                "<?xml version='1.0' encoding='LABEL'?>\n<html lang='en'><head><title>{title}</title>\n\
                 </head><body class='後'>\n<p>{text}{number}</p><pre>這後</pre></body></html>\n"
            )
        };
        let source = page("第一章後來", "這裡說的話，我們後來才聽說");
        let clean = page("第一章后来", "这里说的话，我们后来才听说");
        document(format!("漢/{number}.xhtml"), &source, &clean);
    }
    document(
        "漢/toc.ncx".to_owned(),
        "<?xml version='1.0' encoding='LABEL'?>\n<ncx><text>後來的書</text></ncx>",
        "<?xml version='1.0' encoding='LABEL'?>\n<ncx><text>后来的书</text></ncx>",
    );
    document(
        "漢/後.opf".to_owned(),
        "<?xml version='1.0' encoding='LABEL'?>\n<package><dc:title>後來的書</dc:title>\
         <dc:identifier>書</dc:identifier><item href='後.xhtml'/></package>",
        "<?xml version='1.0' encoding='LABEL'?>\n<package><dc:title>后来的书</dc:title>\
         <dc:identifier>書</dc:identifier><item href='後.xhtml'/></package>",
    );
    parts.push(("圖/1.png".to_owned(), vec![0x89, b'P', b'N', b'G', 0, 1, 2]));
    let parts: Vec<(&str, Vec<u8>)> = parts.iter().map(|(n, b)| (n.as_str(), b.clone())).collect();
    (archive(&parts), expected)
}

#[test]
fn only_text_changes() {
    let encodings = [
        Encoding::Utf8,
        Encoding::Gbk,
        Encoding::Big5,
        Encoding::Gb18030,
        Encoding::Utf16Le,
    ];
    for (number, encoding) in encodings.iter().cycle().take(20).enumerate() {
        let end = ["\n", "\r\n"][number / 5 % 2];
        let (book, expected) = book(*encoding, end, number + 1);
        let (done, clean) = run(&book).unwrap();
        assert_eq!(done.len(), expected.len());
        let (before, after) = (entries(&book), entries(&clean));
        assert_eq!(before.len(), after.len());
        for ((name, packed, _), (new_name, new_packed, plain)) in before.iter().zip(&after) {
            assert_eq!(name, new_name);
            match expected.iter().find(|(document, _)| document == name) {
                Some((_, text)) => {
                    let entry = done.iter().find(|entry| entry.name == *name).unwrap();
                    assert!(entry.changed, "{name} {}", encoding.name());
                    assert_eq!(String::from_utf8_lossy(plain), *text, "{}", encoding.name());
                }
                None => assert_eq!(packed, new_packed, "{name}"),
            }
        }
        // What is clean stays.
        let (again, _) = run(&clean).unwrap();
        assert!(
            again.iter().all(|entry| !entry.changed),
            "{}",
            encoding.name()
        );
    }
}

#[test]
fn a_page_that_is_no_xml_is_read_as_html() {
    let page = "<p>這裡<br>後來 & 我們<p>說";
    let book = archive(&[("mimetype", vec![]), ("a.html", page.into())]);
    let (done, clean) = run(&book).unwrap();
    assert!(done[0].changed);
    assert_eq!(
        entries(&clean)[1].2,
        "<p>这里<br>后来 & 我们<p>说".as_bytes()
    );
}

#[test]
fn what_should_not_be_trusted_is_refused() {
    let zeros = vec![0; 4 << 20];
    let mut encrypted = archive(&[("a.html", b"x".to_vec())]);
    // The flag of the local header, and of the central one.
    encrypted[6] |= 1;
    let central = encrypted
        .windows(4)
        .position(|at| at == b"PK\x01\x02")
        .unwrap();
    encrypted[central + 8] |= 1;
    let rows = [
        (
            archive(&[("x", vec![]), ("../a.html", b"x".to_vec())]),
            "leads out of the archive",
        ),
        (
            archive(&[("x", vec![]), ("/etc/a.html", b"x".to_vec())]),
            "leads out of the archive",
        ),
        (
            archive(&[("x", vec![]), ("a.html", zeros)]),
            "unpacks to more than 500 times",
        ),
        (encrypted, "is encrypted"),
        (b"no archive".to_vec(), "archive: "),
    ];
    for (book, reason) in rows {
        let error = run(&book).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}
