//! XML: text, CDATA, `title` and `alt`, by `quick-xml`.
//!
//! In XHTML the names of elements mean what they mean in HTML. CDATA that holds tags is a
//! page inside a feed, and read as one.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::pieces::{Passage, Spelling};
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
pub(super) fn passages(text: &str, only: &[&str]) -> Result<Vec<Passage>, Error> {
    // The reader drops a byte-order mark and does not count it.
    let body = text.trim_start_matches('\u{FEFF}');
    let marks_bytes = text.len() - body.len();
    let mut reader = reader(body);
    let mut found = Found::default();
    let mut scope = Scope::default();
    // The names of HTML are known by the first element.
    let mut names = None;
    loop {
        let (span, event) = next(&mut reader, marks_bytes)?;
        match event {
            Event::Eof => {
                let mut passages = found.passages;
                passages.retain(|passage| passage.span.start < passage.span.end);
                return Ok(passages);
            }
            Event::Text(_) | Event::GeneralRef(_) if is_text(&scope, only) => found.text(span),
            Event::CData(_) if is_text(&scope, only) => {
                found.cdata(text, span.start + CDATA_OPEN..span.end - CDATA_CLOSE);
            }
            Event::Text(_) | Event::GeneralRef(_) | Event::CData(_) => found.continues = false,
            Event::Start(ref tag) | Event::Empty(ref tag) => {
                let name = tag.local_name().into_inner().to_ascii_lowercase();
                let name = name.as_bytes();
                let names = *names.get_or_insert(name == b"html");
                let [lang, translate, class] =
                    ["lang", "translate", "class"].map(|name| value(tag, name));
                let marks = Marks {
                    lang: lang.as_deref().map(str::as_bytes),
                    translate: translate.as_deref().map(str::as_bytes),
                    class: class.as_deref().filter(|_| names).map(str::as_bytes),
                };
                found.continues &= names && html::is_inline(name);
                if only.is_empty() && !scope.leaves(name, marks, names) {
                    for (span, quote) in shown_attributes(text, span) {
                        found.push(span, Spelling::Value(Some(quote)));
                        found.continues = false;
                    }
                }
                if matches!(event, Event::Start(_)) {
                    scope.enter(name, marks, names);
                }
            }
            Event::End(tag) => {
                let name = tag.local_name().into_inner().to_ascii_lowercase();
                found.continues &= names == Some(true) && html::is_inline(name.as_bytes());
                scope.leave(name.as_bytes());
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Found {
    passages: Vec<Passage>,
    /// Whether only inline tags stand between here and the last passage.
    continues: bool,
}

impl Found {
    fn push(&mut self, span: Span, spelling: Spelling) {
        self.passages.push(Passage {
            span,
            spelling,
            continues: self.continues,
        });
    }

    /// Text, or a reference, which is an event of its own.
    fn text(&mut self, span: Span) {
        match self.passages.last_mut() {
            Some(last) if self.continues && last.span.end == span.start => last.span.end = span.end,
            _ => self.push(span, Spelling::Markup),
        }
        self.continues = true;
    }

    fn cdata(&mut self, text: &str, inside: Span) {
        self.continues = false;
        let content = &text[inside.clone()];
        if content.contains("</") || content.contains("/>") {
            for mut passage in html::passages(content) {
                let span = passage.span;
                passage.span = inside.start + span.start..inside.start + span.end;
                self.passages.push(passage);
            }
        } else {
            // There are no references here, and `]]>` would end it.
            self.push(inside, Spelling::Plain("<>&]"));
        }
    }
}

/// Whether what stands here is text.
fn is_text(scope: &Scope, only: &[&str]) -> bool {
    let is_named = || only.iter().any(|name| scope.is_in(name.as_bytes()));
    !scope.is_left() && (only.is_empty() || is_named())
}

/// Where a document names its encoding, or where it should: its XML declaration, and in XHTML
/// its `meta` elements, which alone are enough.
pub(super) fn declarations(text: &str) -> Vec<Declaration> {
    let in_page = html::labels_of_page(text);
    let body = text.trim_start_matches('\u{FEFF}');
    let of_xml = match (label(text), unlabelled(text)) {
        (Some(label), _) => Some(Declaration::Label(label)),
        (None, Some(at)) => Some(Declaration::Unlabelled(at)),
        (None, None) if body.starts_with(OPEN) || !in_page.is_empty() => None,
        (None, None) => Some(Declaration::Undeclared(text.len() - body.len())),
    };
    of_xml.into_iter().chain(in_page).collect()
}

const OPEN: &str = "<?xml";

/// The XML declaration, and where it begins.
fn xml_declaration(text: &str) -> Option<(usize, &str)> {
    let body = text.trim_start_matches('\u{FEFF}');
    let line = &body[..body.find("?>").filter(|_| body.starts_with(OPEN))?];
    Some((text.len() - body.len(), line))
}

/// The label in the XML declaration that a text begins with.
pub(super) fn label(text: &str) -> Option<Span> {
    let (start, line) = xml_declaration(text)?;
    let key = line.find("encoding")?;
    let value = line[key + "encoding".len()..]
        .trim_ascii_start()
        .strip_prefix('=')?
        .trim_ascii_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let at = start + line.len() - value.len() + 1;
    let label = value[1..].split(quote).next()?;
    Some(at..at + label.len())
}

/// Where a label could stand in an XML declaration that has none: behind the version (XML 1.0,
/// section 2.8).
fn unlabelled(text: &str) -> Option<usize> {
    let (start, line) = xml_declaration(text)?;
    if line.contains("encoding") {
        return None;
    }
    let version = line.find("version")?;
    let open = version + line[version..].find(['"', '\''])?;
    let quote = line[open..].chars().next()?;
    let close = open + 1 + line[open + 1..].find(quote)?;
    Some(start + close + 1)
}

/// A reader that asks for well-formed tags and does not mind how they nest.
fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    reader
}

/// The next event and where it stands in a text with so many bytes in front of what is read.
fn next<'t>(
    reader: &mut Reader<&'t [u8]>,
    bytes_in_front: usize,
) -> Result<(Span, Event<'t>), Error> {
    let place = |at: u64| usize::try_from(at).map_or(usize::MAX, |at| at + bytes_in_front);
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

/// The values of `title` and `alt` in a tag, and their quotes.
fn shown_attributes(text: &str, tag: Span) -> Vec<(Span, char)> {
    let source = text[tag.clone()]
        .trim_start_matches('<')
        .trim_end_matches(['>', '/']);
    let name_len = source
        .find(|c: char| c.is_ascii_whitespace())
        .unwrap_or(source.len());
    let parsed = BytesStart::from_content(source, name_len);
    let mut spans = Vec::new();
    for attribute in parsed.attributes().with_checks(false).flatten() {
        if !matches!(attribute.key.as_ref(), "title" | "alt") {
            continue;
        }
        // The value is a part of the tag: where it begins says where it stands, and nothing that
        // looks like it can be mistaken for it.
        let value = attribute.value.as_ptr().addr();
        let Some(at) = value.checked_sub(text.as_ptr().addr()) else {
            continue;
        };
        let span = at..at + attribute.value.len();
        if text.get(span.clone()) == Some(&*attribute.value) {
            let quote = text[..at].chars().next_back().unwrap_or('"');
            spans.push((span, quote));
        }
    }
    spans
}
