//! XML: text, CDATA, `title` and `alt`, by `quick-xml`.
//!
//! In XHTML the names of elements mean what they mean in HTML. CDATA that holds tags is a
//! page inside a feed, and read as one.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::scope::{Marks, Scope};
use super::{Declaration, html};
use crate::Span;
use crate::error::{Error, ErrorKind};

const CDATA_OPEN: usize = "<![CDATA[".len();
const CDATA_CLOSE: usize = "]]>".len();

/// The elements of a package document that are text (EPUB Packages 3.3, section 5.5; those
/// of the Dublin Core that hold no codes, dates or languages).
pub(super) const PACKAGE_TEXT: [&str; 9] = [
    "title",
    "creator",
    "contributor",
    "publisher",
    "subject",
    "description",
    "rights",
    "source",
    "coverage",
];

/// The passages of a text; `only` in these elements, or in all if there are none.
pub(super) fn passages(text: &str, only: &[&str]) -> Result<Vec<Span>, Error> {
    let mut reader = reader(text);
    let mut spans: Vec<Span> = Vec::new();
    let mut scope = Scope::default();
    // The names of HTML are known by the first element.
    let mut names = None;
    loop {
        let (span, event) = next(&mut reader)?;
        match event {
            Event::Eof => {
                spans.retain(|span| span.start < span.end);
                return Ok(spans);
            }
            Event::Text(_) if is_text(&scope, only) => spans.push(span),
            Event::CData(_) if is_text(&scope, only) => {
                let inside = span.start + CDATA_OPEN..span.end - CDATA_CLOSE;
                let content = &text[inside.clone()];
                if content.contains("</") || content.contains("/>") {
                    let inner = html::passages(content).into_iter();
                    spans.extend(inner.map(|s| inside.start + s.start..inside.start + s.end));
                } else {
                    spans.push(inside);
                }
            }
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                let name = tag.local_name().into_inner().to_ascii_lowercase();
                let name = name.as_bytes();
                let names = *names.get_or_insert(name == b"html");
                let (lang, translate) = (value(tag, "lang"), value(tag, "translate"));
                let marks = Marks {
                    lang: lang.as_deref().map(str::as_bytes),
                    translate: translate.as_deref().map(str::as_bytes),
                };
                if only.is_empty() && !scope.leaves(name, marks, names) {
                    spans.extend(shown_attributes(text, span));
                }
                if matches!(event, Event::Start(_)) {
                    scope.enter(name, marks, names);
                }
            }
            Event::End(tag) => {
                scope.leave(
                    tag.local_name()
                        .into_inner()
                        .to_ascii_lowercase()
                        .as_bytes(),
                );
            }
            _ => {}
        }
    }
}

/// Whether what stands here is text.
fn is_text(scope: &Scope, only: &[&str]) -> bool {
    let is_named = || only.iter().any(|name| scope.is_in(name.as_bytes()));
    !scope.is_left() && (only.is_empty() || is_named())
}

/// Where a document names its encoding: its XML declaration, or in XHTML without one its
/// `meta` element.
pub(super) fn declaration(text: &str) -> Option<Declaration> {
    let declared = text.trim_start_matches('\u{FEFF}');
    if !declared.starts_with("<?xml") {
        let in_page = html::declaration(text);
        return in_page.filter(|found| matches!(found, Declaration::Label(_)));
    }
    let start = text.len() - declared.len();
    let line = &declared[..declared.find("?>")?];
    let key = line.find("encoding")? + "encoding".len();
    let value = line[key..]
        .trim_ascii_start()
        .strip_prefix('=')?
        .trim_ascii_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let at = start + line.len() - value.len() + 1;
    let label = value[1..].split(quote).next()?;
    Some(Declaration::Label(at..at + label.len()))
}

/// A reader that asks for well-formed tags and does not mind how they nest.
fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    reader
}

/// The next event and where it stands.
fn next<'t>(reader: &mut Reader<&'t [u8]>) -> Result<(Span, Event<'t>), Error> {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let start = place(reader.buffer_position());
    match reader.read_event() {
        Ok(event) => Ok((start..place(reader.buffer_position()), event)),
        Err(error) => Err(Error::from(ErrorKind::Markup {
            at: place(reader.error_position()),
            reason: error.to_string(),
        })),
    }
}

/// The value of an attribute by its name without prefix.
fn value(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut attributes = attributes.with_checks(false).flatten();
    let attribute = attributes.find(|attribute| attribute.key.local_name().into_inner() == name)?;
    Some(attribute.value.into_owned())
}

/// The values of `title` and `alt` in a tag.
fn shown_attributes(text: &str, tag: Span) -> Vec<Span> {
    let source = text[tag.clone()]
        .trim_start_matches('<')
        .trim_end_matches(['>', '/']);
    let name_len = source
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(source.len());
    let parsed = BytesStart::from_content(source, name_len);
    let mut spans = Vec::new();
    // Values are found one behind the other, so that equal ones cannot be mistaken.
    let mut from = tag.start + 1 + name_len;
    for attribute in parsed.attributes().with_checks(false).flatten() {
        let Some(at) = text[from..tag.end].find(&*attribute.value) else {
            break;
        };
        let start = from + at;
        from = start + attribute.value.len();
        if matches!(attribute.key.as_ref(), "title" | "alt") {
            spans.push(start..from);
        }
    }
    spans
}
