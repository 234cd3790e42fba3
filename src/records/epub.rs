//! E-books (EPUB 2 and 3): a zip archive of web pages and what describes them.
//!
//! Pages (by their names, or because the package document says so), the table of contents and
//! the description are documents; everything else is copied
//! entry by entry as it is packed, in the order in which it stands. What was read in another
//! encoding is written in UTF-8, which every reader of e-books expects.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{Cursor, Seek, Write};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::archive::{self, refusal};
use super::format::Format;
use crate::codec;
use crate::detect::{Detector, Verdict};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::report::Report;

/// A document in an e-book.
///
/// # Examples
/// ```
/// use std::io::{Cursor, Write};
/// use zhfix::Pipeline;
/// use zhfix::records::epub;
/// let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
/// book.start_file("a.xhtml", zip::write::SimpleFileOptions::default())?;
/// book.write_all("<p>漢字</p>".as_bytes())?;
/// let book = book.finish()?.into_inner();
/// let mut output = Cursor::new(Vec::new());
/// let entries = epub(&Pipeline::default(), &book, &mut output)?;
/// assert_eq!(entries[0].name, "a.xhtml");
/// assert!(entries[0].changed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry {
    /// Its name in the archive.
    pub name: String,
    /// Whether it was changed.
    pub changed: bool,
    /// What was seen, changed and left.
    pub report: Report,
    /// Its text as it was, where the places of the report stand.
    pub decoded: String,
}

/// Processes the text of an e-book.
///
/// Returns what was done to each of its documents. Where none was changed, the output is
/// worth nothing: the input is the result. Memory: the largest entry, twice.
///
/// # Errors
/// [`ErrorKind::Archive`](crate::ErrorKind::Archive) where the archive cannot be read or is
/// refused (names that lead out of it, encrypted entries, bombs), or cannot be written.
///
/// # Examples
/// ```
/// use std::io::{Cursor, Write};
/// use zhfix::Pipeline;
/// use zhfix::records::epub;
/// let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
/// book.start_file("a.xhtml", zip::write::SimpleFileOptions::default())?;
/// book.write_all("<p>漢字</p>".as_bytes())?;
/// let book = book.finish()?.into_inner();
/// let mut output = Cursor::new(Vec::new());
/// let entries = epub(&Pipeline::default(), &book, &mut output)?;
/// assert_eq!(entries[0].report.converted_chars, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn epub(
    pipeline: &Pipeline,
    book: &[u8],
    mut output: impl Write + Seek,
) -> Result<Vec<Entry>, Error> {
    let mut book = Cursor::new(book);
    let mut input = archive::open(&mut book)?;
    let mut writer = ZipWriter::new(&mut output as &mut dyn archive::Output);
    let copied = writer.set_raw_comment(input.comment().into());
    copied.map_err(|error| refusal("", &error))?;
    let declared = pages_declared(&mut input)?;
    let mut entries = Vec::new();
    for number in 0..input.len() {
        let mut entry = input
            .by_index(number)
            .map_err(|error| refusal("", &error))?;
        let name = archive::name_of(&entry);
        let formats = documents_in(&name).or(declared.contains(&name).then_some(PAGE));
        let written = match formats {
            Some(formats) => {
                let bytes = archive::unpack(&mut entry)?;
                let (mut report, mut written) = document(pipeline, &bytes, formats);
                if written.is_some() && std::str::from_utf8(entry.name_raw()).is_err() {
                    // What is written anew is named anew, in UTF-8, and that would not be it.
                    written = None;
                    let told = "its name is not UTF-8, so it is left as it is; `zhfix names` repairs names";
                    report.warnings.push(told.to_owned());
                }
                let encoding = report
                    .encoding
                    .filter(|_| report.verdict() == Verdict::Text);
                let decoded = encoding.map(|encoding| codec::decode(&bytes, encoding).text);
                entries.push(Entry {
                    name: name.clone(),
                    changed: written.is_some(),
                    report,
                    decoded: decoded.unwrap_or_default().into_owned(),
                });
                written
            }
            None => None,
        };
        let options: SimpleFileOptions = entry.options();
        drop(entry);
        let copied = match written {
            Some(text) => writer
                .start_file(&*name, options)
                .and_then(|()| Ok(writer.write_all(text.as_bytes())?)),
            None => input
                .by_index_raw(number)
                .and_then(|entry| writer.raw_copy_file(entry)),
        };
        copied.map_err(|error| refusal(&name, &error))?;
    }
    writer.finish().map_err(|error| refusal("", &error))?;
    Ok(entries)
}

/// A page: XML, and where it is not well-formed what browsers make of it.
const PAGE: &[Format] = &[Format::Xml, Format::Html];

/// How an entry is read: first as the first, and where that is not well-formed as the next.
fn documents_in(name: &str) -> Option<&'static [Format]> {
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "xhtml" | "html" | "htm" | "xht" => Some(PAGE),
        "ncx" => Some(&[Format::Xml]),
        "opf" => Some(&[Format::Opf]),
        _ => None,
    }
}

/// The media types of pages and tables of contents, of EPUB 3 and what it grew from.
const PAGE_TYPES: [&str; 4] = [
    "application/xhtml+xml",
    "application/x-dtbook+xml",
    "application/x-dtbncx+xml",
    "text/x-oeb1-document",
];

/// The entries that the book's package documents declare to be pages, whatever their names
/// end in.
fn pages_declared(
    input: &mut ZipArchive<&mut dyn archive::Input>,
) -> Result<HashSet<String>, Error> {
    let mut pages = HashSet::new();
    for number in 0..input.len() {
        let entry = input.by_index(number);
        let mut entry = entry.map_err(|error| refusal("", &error))?;
        let name = archive::name_of(&entry);
        if !name.to_ascii_lowercase().ends_with(".opf") {
            continue;
        }
        let bytes = archive::unpack(&mut entry)?;
        let Some(encoding) = Detector::new().detect(&bytes).encoding() else {
            continue;
        };
        let folder = name.rfind('/').map_or("", |at| &name[..=at]);
        for href in hrefs(&codec::decode(&bytes, encoding).text) {
            pages.insert(resolved(folder, &href));
        }
    }
    Ok(pages)
}

/// Where the items of a manifest are that are pages; nothing behind what is not well-formed.
fn hrefs(package: &str) -> Vec<String> {
    let mut reader = Reader::from_str(package.trim_start_matches('\u{FEFF}'));
    let mut found = Vec::new();
    loop {
        let item = match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => tag,
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => continue,
        };
        let value = |name: &str| {
            let attribute = item.try_get_attribute(name).ok().flatten()?;
            Some(attribute.value.into_owned())
        };
        let is_page = value("media-type").is_some_and(|kind| PAGE_TYPES.contains(&kind.trim()));
        if item.local_name().into_inner() == "item" && is_page {
            found.extend(value("href"));
        }
    }
}

/// The name of the entry that a reference in a folder leads to: `..`, `.` and %XX taken away.
fn resolved(folder: &str, href: &str) -> String {
    let href = href.split('#').next().unwrap_or_default();
    let mut bytes = Vec::with_capacity(href.len());
    let mut rest = href.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let digits = behind
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let coded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, coded) {
            (b'%', Some(coded)) => {
                bytes.push(coded);
                rest = &behind[2..];
            }
            _ => {
                bytes.push(byte);
                rest = behind;
            }
        }
    }
    let path = format!("{folder}{}", String::from_utf8_lossy(&bytes));
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// What became of a document: its text where it changed.
fn document(pipeline: &Pipeline, bytes: &[u8], formats: &[Format]) -> (Report, Option<String>) {
    let runs = formats
        .iter()
        .map(|format| (format, format.run(pipeline, bytes)));
    let Some((format, outcome)) = runs.into_iter().find_map(|(f, run)| Some((f, run.ok()?))) else {
        let mut report = Report::default();
        let told = "markup is not well-formed; left as it is";
        report.warnings.push(told.to_owned());
        return (report, None);
    };
    let Some(text) = outcome.text else {
        return (outcome.report, None);
    };
    let from = outcome.report.encoding.unwrap_or(Encoding::Utf8);
    let declared = format.declare(&text, from, Encoding::Utf8);
    let mark = if outcome.report.bom { "\u{FEFF}" } else { "" };
    let is_changed = [mark.as_bytes(), declared.as_bytes()].concat() != bytes;
    // Bytes that cannot be read would be gone for good.
    let is_whole = outcome.report.malformed.is_empty();
    let written = (is_changed && is_whole).then(|| match (declared, mark) {
        (Cow::Owned(text), "") => text,
        (text, mark) => [mark, &text].concat(),
    });
    (outcome.report, written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_entries() {
        let rows = [
            ("OEBPS/", "a.xml", "OEBPS/a.xml"),
            ("", "%E6%BC%A2/a%20b.xml#c", "漢/a b.xml"),
            ("OEBPS/", "../x/./y.xml", "x/y.xml"),
            ("", "../../a", "a"),
            ("", "100%", "100%"),
            ("", "%zz%4", "%zz%4"),
        ];
        for (folder, href, expect) in rows {
            assert_eq!(resolved(folder, href), expect, "{href}");
        }
    }

    #[test]
    fn a_manifest_says_what_is_a_page() {
        let package = r#"<package><manifest>
            <item id="a" href="a.xml" media-type="application/xhtml+xml"/>
            <opf:item href='b%2Fc.xml' media-type=' application/xhtml+xml '></opf:item>
            <item href="d.xml" media-type="application/xml"/>
            <itemref href="e.xml" media-type="application/xhtml+xml"/><item <"#;
        assert_eq!(hrefs(package), ["a.xml", "b%2Fc.xml"]);
    }
}
