//! Web pages: text, `title`, `alt`.
//!
//! Pages are cut into tokens as browsers do it (HTML Living Standard, section 13.2.5, by
//! `html5gum`); no tree is built, so an element ends where its end tag stands, or where one
//! begins that its kind cannot hold.

use html5gum::{DefaultEmitter, Readable as _, Reader, StartTag, StringReader, Token, Tokenizer};

use super::pieces::{Passage, Spelling};
use super::scope::{Marks, Scope};
use super::{Declaration, xml};
use crate::Span;

/// Elements that hold nothing (HTML Living Standard, section 13.1.2).
const VOID: [&[u8]; 14] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param",
    b"source", b"track", b"wbr",
];

/// Elements that end an open paragraph (section 13.1.2.4, `p`).
const BLOCKS: [&[u8]; 30] = [
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"details",
    b"dialog",
    b"div",
    b"dl",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hr",
    b"main",
    b"menu",
    b"nav",
    b"ol",
    b"p",
    b"pre",
    b"section",
    b"table",
    b"ul",
];

/// Elements that a word may reach across (section 4.5, and what older pages have of the kind).
const INLINE: [&[u8]; 30] = [
    b"a", b"abbr", b"acronym", b"b", b"bdi", b"bdo", b"big", b"cite", b"data", b"del", b"dfn",
    b"em", b"font", b"i", b"ins", b"label", b"mark", b"nobr", b"q", b"s", b"small", b"span",
    b"strike", b"strong", b"sub", b"sup", b"time", b"u", b"wbr", b"blink",
];

/// Whether a word may reach across the tags of an element.
pub(super) fn is_inline(name: &[u8]) -> bool {
    INLINE.contains(&name)
}

/// The passages of a page.
pub(super) fn passages(text: &str) -> Vec<Passage> {
    let mut found = Found::default();
    found.page(text, 0);
    // A token that cannot be placed is none of ours.
    let mut passages = found.passages;
    passages.retain(|passage| {
        let span = &passage.span;
        span.start < span.end && text.get(span.clone()).is_some()
    });
    passages
}

#[derive(Default)]
struct Found {
    passages: Vec<Passage>,
    scope: Scope,
    /// Whether only inline tags stand between here and the last passage.
    continues: bool,
    /// How many pages this one stands in.
    pages: usize,
}

/// How deep `noscript` is read in `noscript`, which may not stand there at all (section 4.12.2):
/// each is read to its end again.
const PAGES_MAX: usize = 4;

impl Found {
    /// Goes through a page, or a part of one that begins at this offset.
    fn page(&mut self, text: &str, offset: usize) {
        for token in tokens(text) {
            match token {
                Token::String(string) => {
                    self.string(text, string.span.start..string.span.end, offset)
                }
                Token::StartTag(tag) => self.start_tag(text, &tag, offset),
                Token::EndTag(tag) => {
                    self.continues &= is_inline(&tag.name.0);
                    self.scope.leave(&tag.name.0);
                }
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
            }
        }
    }

    fn string(&mut self, text: &str, span: Span, offset: usize) {
        if self.scope.is_in(b"noscript")
            && let Some(inside) = text.get(span.clone())
            && inside.contains('<')
        {
            // A reader without scripts sees it as a page, and the tokenizer takes it for text.
            if self.pages < PAGES_MAX {
                let outer = std::mem::take(&mut self.scope);
                self.scope = outer.child();
                self.pages += 1;
                self.page(inside, offset + span.start);
                self.pages -= 1;
                self.scope = outer;
            }
            return;
        }
        if self.scope.is_left() {
            self.continues = false;
            return;
        }
        self.passages.push(Passage {
            span: offset + span.start..offset + span.end,
            spelling: Spelling::Markup,
            continues: self.continues,
        });
        self.continues = true;
    }

    fn start_tag(&mut self, text: &str, tag: &StartTag<usize>, offset: usize) {
        let name = tag.name.0.as_slice();
        self.continues &= is_inline(name);
        end_implied(&mut self.scope, name);
        let value = |name: &[u8]| tag.attributes.get(name).map(|value| &value.value.0[..]);
        let marks = Marks {
            lang: value(b"lang").or(value(b"xml:lang")),
            translate: value(b"translate"),
            class: value(b"class"),
        };
        if !self.scope.leaves(name, marks, true) {
            let values = [b"alt".as_slice(), b"title"].map(|name| {
                let value = tag.attributes.get(name)?;
                Some(value_of(text, value.span.start..value.span.end))
            });
            let mut values: Vec<(Span, Option<char>)> = values.into_iter().flatten().collect();
            crate::order::sort_by_key(&mut values, |(span, _)| span.start);
            for (span, quote) in values {
                self.continues = false;
                self.passages.push(Passage {
                    span: offset + span.start..offset + span.end,
                    spelling: Spelling::Value(quote),
                    continues: false,
                });
            }
        }
        if !tag.self_closing && !VOID.contains(&name) {
            self.scope.enter(name, marks, true);
        }
    }
}

/// Where a page names its encoding, everywhere, or where it should: behind `<head>`, or where
/// that would stand. A part of a page that has no beginning is declared by the whole.
pub(super) fn declarations(text: &str) -> Vec<Declaration> {
    let mut labels = Vec::new();
    let mut head = None;
    let mut is_certain = false;
    for token in tokens(text) {
        match token {
            Token::StartTag(tag) if tag.name.0 == b"meta" => {
                labels.extend(charset_of(text, &tag));
            }
            Token::StartTag(tag) if tag.name.0 == b"head" => {
                head = Some(tag.span.end);
                is_certain = true;
            }
            Token::StartTag(tag) if !is_certain && tag.name.0 == b"html" => {
                head = Some(tag.span.end);
            }
            Token::StartTag(tag) if head.is_none() && tag.name.0 == b"title" => {
                head = Some(tag.span.start);
            }
            Token::Doctype(doctype) if head.is_none() => head = Some(doctype.span.end),
            // Behind it browsers look no further either.
            Token::StartTag(tag) if tag.name.0 == b"body" => break,
            _ => {}
        }
    }
    // Browsers read the XML declaration of a page as a comment: it is no label to them.
    let of_xml = xml::label(text).map(Declaration::Label).into_iter();
    let missing = head.filter(|at| labels.is_empty() && text.is_char_boundary(*at));
    let labels = labels.into_iter().map(Declaration::Label);
    of_xml
        .chain(labels)
        .chain(missing.map(Declaration::Missing))
        .collect()
}

/// The labels in the `meta` elements of a text, if it is a page: its first element is `html`.
pub(super) fn labels_of_page(text: &str) -> Vec<Declaration> {
    let first = tokens(text).find_map(|token| match token {
        Token::StartTag(tag) => Some(tag.name.0 == b"html"),
        _ => None,
    });
    let mut found = match first {
        Some(true) => declarations(text),
        _ => Vec::new(),
    };
    let of_xml = xml::label(text);
    found
        .retain(|found| matches!(found, Declaration::Label(span) if Some(span) != of_xml.as_ref()));
    found
}

/// The label in `<meta charset=…>` or `<meta http-equiv=content-type content=…>`.
fn charset_of(text: &str, tag: &StartTag<usize>) -> Option<Span> {
    let span = |name: &[u8]| {
        let value = tag.attributes.get(name)?;
        Some(value_of(text, value.span.start..value.span.end).0)
    };
    if let Some(span) = span(b"charset") {
        return Some(span).filter(|span| text.get(span.clone()).is_some());
    }
    let equivalent = tag.attributes.get(b"http-equiv".as_slice())?;
    if !equivalent
        .value
        .0
        .trim_ascii()
        .eq_ignore_ascii_case(b"content-type")
    {
        return None;
    }
    let content = span(b"content")?;
    let value = text.get(content.clone())?;
    let key = value.to_ascii_lowercase().find("charset=")? + "charset=".len();
    let label = value[key..].trim_start_matches([' ', '"', '\'']);
    let start = content.start + value.len() - label.len();
    let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, ';' | '"' | '\'');
    let end = label.find(is_end).unwrap_or(label.len());
    (end > 0).then_some(start..start + end)
}

/// What a browser shows of a text without tags, up to the first one.
pub(super) fn text_of(text: &str) -> Option<String> {
    match tokens(text).next()? {
        Token::String(text) => String::from_utf8(text.value.0).ok(),
        _ => None,
    }
}

fn tokens(text: &str) -> impl Iterator<Item = Token<usize>> + '_ {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let reader = Pausing {
        text: text.to_reader(),
        values: 0,
    };
    // Reading from memory cannot fail: behind a pause there is the next token.
    Tokenizer::new_with_emitter(reader, emitter).flatten()
}

/// A text that pauses now and then where a value in double quotes is read.
///
/// The tokenizer calls itself from one such value to the next of the same tag, and thousands of
/// them would be more than a stack holds. An error returns from all these calls; nothing was read
/// then, the state is that of the value, and the tokenizer goes on there.
struct Pausing<'t> {
    text: StringReader<'t>,
    values: usize,
}

/// After so many reads of values: some 2 KB of stack each, where nothing is optimised.
const PAUSE_VALUES: usize = 64;

#[derive(Debug)]
struct Pause;

impl std::fmt::Display for Pause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a pause")
    }
}

impl std::error::Error for Pause {}

impl Reader for Pausing<'_> {
    type Error = Pause;

    fn read_byte(&mut self) -> Result<Option<u8>, Pause> {
        let Ok(byte) = self.text.read_byte();
        Ok(byte)
    }

    fn try_read_string(&mut self, string: &[u8], case_sensitive: bool) -> Result<bool, Pause> {
        let Ok(is_read) = self.text.try_read_string(string, case_sensitive);
        Ok(is_read)
    }

    fn read_until<'b>(
        &'b mut self,
        needle: &[u8],
        char_buf: &'b mut [u8; 4],
    ) -> Result<Option<&'b [u8]>, Pause> {
        // A value ends at its quote; names end at white space too.
        if needle.contains(&b'"') && !needle.contains(&b'\t') {
            self.values += 1;
            if self.values.is_multiple_of(PAUSE_VALUES) {
                return Err(Pause);
            }
        }
        let Ok(read) = self.text.read_until(needle, char_buf);
        Ok(read)
    }
}

/// The value in `name="value"` without its quotes, and which they are.
fn value_of(text: &str, attribute: Span) -> (Span, Option<char>) {
    let none = (attribute.start..attribute.start, None);
    let Some(source) = text.get(attribute.clone()) else {
        return none;
    };
    let Some((name, value)) = source.split_once('=') else {
        return none;
    };
    let trimmed = value.trim_ascii_start();
    let start = attribute.start + name.len() + 1 + value.len() - trimmed.len();
    if let Some(quote @ ('"' | '\'')) = trimmed.chars().next() {
        let inside = trimmed[1..].split(quote).next().unwrap_or_default();
        return (start + 1..start + 1 + inside.len(), Some(quote));
    }
    let is_end = |c: char| c.is_ascii_whitespace() || c == '>';
    let inside = trimmed.split(is_end).next().unwrap_or_default();
    (start..start + inside.len(), None)
}

/// Ends what a start tag ends without saying so (section 13.1.2.4).
fn end_implied(scope: &mut Scope, name: &[u8]) {
    if BLOCKS.contains(&name) {
        scope.leave_if(|open| open == b"p");
    }
    match name {
        b"li" => scope.leave_if(|open| open == b"li"),
        b"dt" | b"dd" => scope.leave_if(|open| matches!(open, b"dt" | b"dd")),
        b"option" | b"optgroup" => scope.leave_if(|open| open == b"option"),
        b"td" | b"th" => scope.leave_if(|open| matches!(open, b"td" | b"th")),
        b"tr" => {
            scope.leave_if(|open| matches!(open, b"td" | b"th"));
            scope.leave_if(|open| open == b"tr");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<&str> {
        let passages = passages(text).into_iter();
        passages.map(|passage| &text[passage.span]).collect()
    }

    #[test]
    fn text_title_and_alt_are_shown() {
        let rows: [(&str, &[&str]); 12] = [
            ("<p>一<b>二</b><code>三</code>", &["一", "二"]),
            ("<a title=一 href=二>三", &["一", "三"]),
            ("<img alt='一' title=\"二\" src=三>", &["一", "二"]),
            (
                "<title>一</title><textarea>二</textarea><script>'<p>三'</script>",
                &["一"],
            ),
            ("<!-- 一 --><![CDATA[二]]><?三?>四", &["四"]),
            ("<p lang=ja>一<p>二", &["二"]),
            (
                "<div lang=ja>一<p lang=zh-TW>二</p>三</div>四",
                &["二", "四"],
            ),
            (
                "<p translate=no title=一>二<b translate=yes>三</b></p>",
                &["三"],
            ),
            ("<p translate=maybe>一", &["一"]),
            ("<p class='a notranslate'>一</p>二", &["二"]),
            ("<noscript><p>一<code>二</code></noscript>三", &["一", "三"]),
            ("<html lang=en><body lang=de>一<p lang=de>二", &["一"]),
        ];
        for (text, expect) in rows {
            assert_eq!(shown(text), expect, "{text}");
        }
    }

    #[test]
    fn tags_may_have_any_number_of_attributes() {
        for quote in ["\"", "'", ""] {
            let attribute = |number: usize| format!(" a{number}={quote}x{number}&amp;\r\n{quote}");
            let many = |count: usize| (0..count).map(attribute).collect::<String>();
            // Around every pause, and far beyond what a stack would hold.
            for count in (0..2 * PAUSE_VALUES).chain([50_000]) {
                let page = format!("<p{} title=\"一\"{}>二", many(count), many(3));
                assert_eq!(shown(&page), ["一", "二"], "{count} {quote}");
            }
        }
    }

    #[test]
    fn pages_in_pages_end_somewhere() {
        let deep = |count: usize| format!("{}一", "<noscript><b>".repeat(count));
        assert_eq!(shown(&deep(PAGES_MAX)), ["一"]);
        assert!(shown(&deep(50_000)).is_empty());
    }
}
