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

/// Older books call their pages `.xml`; what they are stands in the manifest.
#[test]
fn pages_are_known_by_the_manifest() {
    let package = "<package><manifest><item href='../%E6%AD%A3/1.xml' media-type='application/xhtml+xml'/>\
                   <item href='d.xml' media-type='application/xml'/></manifest></package>";
    let page = "<html><body><p>這裡說的話</p></body></html>";
    let data = "<data>這裡說的話</data>";
    let book = archive(&[
        ("mimetype", b"application/epub+zip".to_vec()),
        ("OEBPS/a.opf", package.into()),
        ("正/1.xml", page.into()),
        ("OEBPS/d.xml", data.into()),
    ]);
    let (done, clean) = run(&book).unwrap();
    let names: Vec<&str> = done.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["OEBPS/a.opf", "正/1.xml"]);
    let texts: Vec<Vec<u8>> = entries(&clean).into_iter().map(|entry| entry.2).collect();
    assert_eq!(
        texts[2],
        "<html><body><p>这里说的话</p></body></html>".as_bytes()
    );
    assert_eq!(texts[3], data.as_bytes());
}

/// Cut off anywhere and with any byte changed, a book is refused or comes out with all that is
/// in it.
#[test]
fn malformed_archives_are_refused_or_come_out_whole() {
    let (book, _) = book(Encoding::Utf8, "\n", 1);
    for cut in (0..book.len()).step_by(3) {
        assert!(run(&book[..cut]).is_err(), "cut at {cut}");
    }
    let mut whole = 0;
    for at in 0..book.len() {
        for change in [1, 0x80] {
            let mut changed = book.clone();
            changed[at] ^= change;
            let Ok((done, clean)) = run(&changed) else {
                continue;
            };
            // What the changed archive holds by its own account.
            let (Some(before), Some(after)) = (raw_entries(&changed), raw_entries(&clean)) else {
                panic!("byte {at}: what came out is no archive");
            };
            let names = |entries: &[(Vec<u8>, Vec<u8>)]| -> Vec<Vec<u8>> {
                entries.iter().map(|(name, _)| name.clone()).collect()
            };
            assert_eq!(names(&before), names(&after), "byte {at}");
            let is_changed = |name: &[u8]| {
                let mut done = done.iter().filter(|entry| entry.changed);
                done.any(|entry| String::from_utf8_lossy(name) == entry.name)
            };
            for ((name, packed), (_, new)) in before.iter().zip(&after) {
                assert!(is_changed(name) || packed == new, "byte {at}");
            }
            whole += 1;
        }
    }
    assert!(whole > 0);
}

/// Names and packed bytes as they stand.
fn raw_entries(book: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut archive = ZipArchive::new(Cursor::new(book)).ok()?;
    let mut entries = Vec::new();
    for number in 0..archive.len() {
        let mut entry = archive.by_index_raw(number).ok()?;
        let mut packed = Vec::new();
        entry.read_to_end(&mut packed).ok()?;
        entries.push((entry.name_raw().to_vec(), packed));
    }
    Some(entries)
}
