//! E-books (EPUB 2 and 3): a zip archive of web pages and what describes them.
//!
//! Pages, the table of contents and the description are documents; everything else is copied
//! entry by entry as it is packed, in the order in which it stands. What was read in another
//! encoding is written in UTF-8, which every reader of e-books expects.

use std::borrow::Cow;
use std::io::{Cursor, Seek, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::archive::{self, refusal};
use super::format::Format;
use crate::codec;
use crate::detect::Verdict;
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
    output: impl Write + Seek,
) -> Result<Vec<Entry>, Error> {
    let mut input = archive::open(Cursor::new(book))?;
    let mut writer = ZipWriter::new(output);
    let copied = writer.set_raw_comment(input.comment().into());
    copied.map_err(|error| refusal("", &error))?;
    let mut entries = Vec::new();
    for number in 0..input.len() {
        let mut entry = input
            .by_index(number)
            .map_err(|error| refusal("", &error))?;
        let name = archive::name_of(&entry);
        let written = match documents_in(&name) {
            Some(formats) => {
                let bytes = archive::unpack(&mut entry)?;
                let (report, written) = document(pipeline, &bytes, formats);
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

/// How an entry is read: first as the first, and where that is not well-formed as the next.
fn documents_in(name: &str) -> Option<&'static [Format]> {
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "xhtml" | "html" | "htm" | "xht" => Some(&[Format::Xml, Format::Html]),
        "ncx" => Some(&[Format::Xml]),
        "opf" => Some(&[Format::Opf]),
        _ => None,
    }
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
