//! Formats in which text stands between other things: subtitles, web pages, XML, e-books.
//!
//! What a reader sees is text and goes through the [`Pipeline`]; timings, tags, styles and
//! scripts are copied byte for byte. A document is judged as a whole: its encoding from all
//! of its bytes, and repair and conversion see all of its text at once, line by line, so that
//! a damaged caption is proven by its neighbours.
//!
//! | format | text | left |
//! |---|---|---|
//! | `srt`, `vtt` | the lines of captions | numbers, timings, notes, styles, tags in the lines |
//! | `ass` | the last field of `Dialogue:` | everything else, override blocks `{…}` |
//! | `lrc` | lines behind their time tags; title, artist and album | the tags |
//! | `html` | text, `title`, `alt` | comments, other attributes; `script`, `style`, `code`, `pre`, `textarea` and their like |
//! | `xml` | text, CDATA; `title`, `alt` | comments, declarations, other attributes |
//! | `opf` | title, authors, publisher, subject, description | everything else |
//!
//! In `html` and `xml` an element with `translate="no"` is left (in `html` also by the classes
//! `notranslate` and `ignore-opencc`), and one whose `lang` is not Chinese. On `html` and `body`
//! only Japanese and Korean count: pages made from a template say `en` and are Chinese.
//!
//! What a document says of its language (`lang`, `dc:language`) stays: it is no text, and a
//! page that is marked `zh` or `zh-TW` for its readers' fonts is not ours to mark anew. What it
//! says of its encoding is kept true.

mod html;
pub(super) mod lines;
pub(super) mod pieces;
mod references;
mod scope;
mod subtitle;
mod xml;

use std::borrow::Cow;
use std::path::Path;

use pieces::Passage;

use crate::Span;
use crate::encoding::Encoding;
use crate::error::Error;
use crate::pipeline::{Outcome, Pipeline};

/// A format in which only some of the characters are text.
///
/// # Examples
/// ```
/// use zhfix::records::Format;
/// assert_eq!(Format::of_path("film.srt".as_ref()), Some(Format::Srt));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// SubRip subtitles.
    Srt,
    /// SubStation Alpha subtitles, both generations.
    Ass,
    /// WebVTT subtitles.
    Vtt,
    /// Lyrics with time tags.
    Lrc,
    /// Web pages.
    Html,
    /// XML, XHTML included.
    Xml,
    /// The package document of an e-book: its title, authors and description.
    Opf,
}

impl Format {
    /// All of them.
    ///
    /// # Examples
    /// ```
    /// use zhfix::records::Format;
    /// assert!(Format::ALL.contains(&Format::Html));
    /// ```
    pub const ALL: [Format; 7] = [
        Format::Srt,
        Format::Ass,
        Format::Vtt,
        Format::Lrc,
        Format::Html,
        Format::Xml,
        Format::Opf,
    ];

    /// What it is called: `srt`, `ass`, `vtt`, `lrc`, `html`, `xml`, `opf`.
    ///
    /// # Examples
    /// ```
    /// use zhfix::records::Format;
    /// assert_eq!(Format::Vtt.name(), "vtt");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Srt => "srt",
            Format::Ass => "ass",
            Format::Vtt => "vtt",
            Format::Lrc => "lrc",
            Format::Html => "html",
            Format::Xml => "xml",
            Format::Opf => "opf",
        }
    }

    /// The format that a file of this name has, by its extension in any case.
    ///
    /// ```
    /// use zhfix::records::Format;
    ///
    /// assert_eq!(Format::of_path("a/電影.SSA".as_ref()), Some(Format::Ass));
    /// assert_eq!(Format::of_path("a.txt".as_ref()), None);
    /// ```
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "srt" => Format::Srt,
            "ass" | "ssa" => Format::Ass,
            "vtt" => Format::Vtt,
            "lrc" => Format::Lrc,
            "html" | "htm" | "shtml" => Format::Html,
            "xml" | "xhtml" | "xht" | "rss" | "atom" | "ncx" | "ttml" | "dfxp" => Format::Xml,
            "opf" => Format::Opf,
            _ => return None,
        })
    }

    /// Where the text stands: spans in order that do not overlap. Time O(n).
    ///
    /// # Errors
    /// [`ErrorKind::Markup`](crate::ErrorKind::Markup) where XML is not well-formed. The
    /// other formats have no errors, as in browsers and players.
    ///
    /// # Examples
    /// ```
    /// use zhfix::records::Format;
    /// let text = "[00:01.00]歌詞";
    /// let spans = Format::Lrc.passages(text)?;
    /// assert_eq!(&text[spans[0].clone()], "歌詞");
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    pub fn passages(self, text: &str) -> Result<Vec<Span>, Error> {
        let passages = self.read(text)?.into_iter();
        Ok(passages.map(|passage| passage.span).collect())
    }

    fn read(self, text: &str) -> Result<Vec<Passage>, Error> {
        match self {
            Format::Srt => Ok(subtitle::srt(text)),
            Format::Ass => Ok(subtitle::ass(text)),
            Format::Vtt => Ok(subtitle::vtt(text)),
            Format::Lrc => Ok(subtitle::lrc(text)),
            Format::Html => Ok(html::passages(text)),
            Format::Xml => xml::passages(text, &[]),
            Format::Opf => xml::passages(text, &xml::PACKAGE_TEXT),
        }
    }

    /// Runs every stage over the bytes of one document, and changes its text alone.
    ///
    /// As [`Pipeline::run`] where the bytes are binary or their encoding is unknown.
    ///
    /// # Errors
    /// Those of [`Format::passages`].
    ///
    /// # Examples
    /// ```
    /// use zhfix::Pipeline;
    /// use zhfix::records::Format;
    ///
    /// let page = "<p class=漢>漢字<code>漢字</code>".as_bytes();
    /// let outcome = Format::Html.run(&Pipeline::default(), page)?;
    /// assert_eq!(outcome.text.as_deref(), Some("<p class=漢>汉字<code>漢字</code>"));
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    pub fn run<'b>(self, pipeline: &Pipeline, bytes: &'b [u8]) -> Result<Outcome<'b>, Error> {
        let (mut report, decoded) = pipeline.read(bytes);
        let Some(decoded) = decoded else {
            return Ok(Outcome { text: None, report });
        };
        let passages = self.read(&decoded.text)?;
        let text = lines::run(pipeline, decoded, &passages, &mut report);
        Ok(Outcome {
            text: Some(text),
            report,
        })
    }

    /// A text that was read in `from` with its own declarations set to `to`, in which it is to be
    /// written: every `meta` element and the XML declaration, for pages that have both. Where the encoding changes, a page without a declaration gets one, and XML gets
    /// one where it is not in UTF-8 or UTF-16, which need none.
    ///
    /// Borrowed where it is right already: labels of GBK and GB 18030 mean the same to every
    /// reader, and formats other than `html` and `xml` declare nothing.
    ///
    /// # Examples
    /// ```
    /// use zhfix::{Encoding, records::Format};
    /// let page = r#"<meta charset="gb2312">"#;
    /// assert_eq!(Format::Html.declare(page, Encoding::Gbk, Encoding::Utf8), r#"<meta charset="utf-8">"#);
    /// ```
    #[must_use]
    pub fn declare<'t>(self, text: &'t str, from: Encoding, to: Encoding) -> Cow<'t, str> {
        let declared = match self {
            Format::Html => html::declarations(text),
            Format::Xml | Format::Opf => xml::declarations(text),
            Format::Srt | Format::Ass | Format::Vtt | Format::Lrc => Vec::new(),
        };
        let label = to.name().to_ascii_lowercase();
        let says_itself = matches!(
            family(to),
            Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be
        );
        let edits = declared.into_iter().filter_map(|declared| match declared {
            Declaration::Label(span) if is_same(&text[span.clone()], to) => None,
            Declaration::Label(span) => Some((span, label.clone())),
            // Somebody else declares what it is, or nobody has missed it.
            _ if family(from) == family(to) => None,
            Declaration::Missing(at) => {
                // A page that begins as XML must be well-formed XML behind that too.
                let end = if xml::label(text).is_some() {
                    "/>"
                } else {
                    ">"
                };
                Some((at..at, format!("<meta charset=\"{label}\"{end}")))
            }
            _ if says_itself => None,
            Declaration::Unlabelled(at) => Some((at..at, format!(" encoding=\"{label}\""))),
            Declaration::Undeclared(at) => {
                let line = format!("<?xml version=\"1.0\" encoding=\"{label}\"?>");
                Some((at..at, line))
            }
        });
        let mut out = String::new();
        let mut copied = 0;
        for (span, new) in edits {
            out.push_str(&text[copied..span.start]);
            out.push_str(&new);
            copied = span.end;
        }
        match copied {
            0 if out.is_empty() => Cow::Borrowed(text),
            _ => {
                out.push_str(&text[copied..]);
                Cow::Owned(out)
            }
        }
    }
}

/// How a document says what encoding it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Declaration {
    /// A label stands here.
    Label(Span),
    /// It does not, and a `meta` element could do so here.
    Missing(usize),
    /// An XML declaration has none, and could have it here.
    Unlabelled(usize),
    /// There is no XML declaration, and one could stand here.
    Undeclared(usize),
}

/// Encodings that are read alike by their label, as one.
fn family(encoding: Encoding) -> Encoding {
    match encoding {
        Encoding::Gb18030 => Encoding::Gbk,
        Encoding::UsAscii => Encoding::Utf8,
        other => other,
    }
}

/// Whether a label names an encoding, or one whose bytes are read alike.
fn is_same(label: &str, encoding: Encoding) -> bool {
    Encoding::from_label(label.trim()).map(family) == Some(family(encoding))
}
