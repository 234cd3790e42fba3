//! Web pages: text, `title`, `alt`.
//!
//! Pages are cut into tokens as browsers do it (HTML Living Standard, section 13.2.5, by
//! `html5gum`); no tree is built, so an element ends where its end tag stands, or where one
//! begins that its kind cannot hold.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};

use super::Declaration;
use super::scope::{Marks, Scope};
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

pub(super) fn passages(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut scope = Scope::default();
    for token in tokens(text) {
        match token {
            Token::String(string) => {
                if !scope.is_left() {
                    spans.push(string.span.start..string.span.end);
                }
            }
            Token::StartTag(tag) => {
                let name = tag.name.0.as_slice();
                end_implied(&mut scope, name);
                let value = |name: &[u8]| tag.attributes.get(name).map(|value| &value.value.0[..]);
                let marks = Marks {
                    lang: value(b"lang").or(value(b"xml:lang")),
                    translate: value(b"translate"),
                };
                if !scope.leaves(name, marks, true) {
                    let first = spans.len();
                    for name in [b"alt".as_slice(), b"title"] {
                        let value = tag.attributes.get(name);
                        spans.extend(
                            value.map(|value| value_of(text, value.span.start..value.span.end)),
                        );
                    }
                    spans[first..].sort_by_key(|span: &Span| span.start);
                }
                if !tag.self_closing && !VOID.contains(&name) {
                    scope.enter(name, marks, true);
                }
            }
            Token::EndTag(tag) => scope.leave(&tag.name.0),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    // A token that cannot be placed is none of ours.
    spans.retain(|span| span.start < span.end && text.get(span.clone()).is_some());
    spans
}

/// Where a page names its encoding, or where it should.
pub(super) fn declaration(text: &str) -> Option<Declaration> {
    let mut head = None;
    for token in tokens(text) {
        match token {
            Token::StartTag(tag) if tag.name.0 == b"meta" => {
                if let Some(span) = charset_of(text, &tag) {
                    return Some(Declaration::Label(span));
                }
            }
            Token::StartTag(tag) if tag.name.0 == b"head" => head = Some(tag.span.end),
            // Behind it browsers look no further either.
            Token::StartTag(tag) if tag.name.0 == b"body" => break,
            _ => {}
        }
    }
    head.map(Declaration::Missing)
}

/// The label in `<meta charset=…>` or `<meta http-equiv=content-type content=…>`.
fn charset_of(text: &str, tag: &StartTag<usize>) -> Option<Span> {
    let span = |name: &[u8]| {
        let value = tag.attributes.get(name)?;
        Some(value_of(text, value.span.start..value.span.end))
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

fn tokens(text: &str) -> impl Iterator<Item = Token<usize>> + '_ {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    // Reading from memory cannot fail.
    Tokenizer::new_with_emitter(text, emitter).flatten()
}

/// The value in `name="value"`, without its quotes.
fn value_of(text: &str, attribute: Span) -> Span {
    let none = attribute.start..attribute.start;
    let Some(source) = text.get(attribute.clone()) else {
        return none;
    };
    let Some((name, value)) = source.split_once('=') else {
        return none;
    };
    let trimmed = value.trim_ascii_start();
    let start = attribute.start + name.len() + 1 + value.len() - trimmed.len();
    let (start, value) = match trimmed.as_bytes().first() {
        Some(&quote @ (b'"' | b'\'')) => {
            let inside = &trimmed[1..];
            (start + 1, inside.split(char::from(quote)).next())
        }
        _ => (
            start,
            trimmed
                .split(|c: char| c.is_ascii_whitespace() || c == '>')
                .next(),
        ),
    };
    start..start + value.unwrap_or_default().len()
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
