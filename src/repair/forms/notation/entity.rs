//! Character references of HTML in prose: &#20013;&#25991; for 中文, escaped once or more often.
//!
//! Programs write them for what their encoding lacks, and forms escape the & again. A reference to a Han character beside
//! another or beside Han is taken back, and in lines with Han the names of marks that Chinese prose has
//! (&ldquo; &mdash; &hellip; &middot; &nbsp;). Text with tags needs its references and stays, and so do
//! those to < > & and ", which may be what keeps an example from being a tag.

use super::super::super::form_rules;
use super::super::super::plan::Pass;
use super::super::super::topic;

/// The names of marks in Chinese prose, of the HTML Standard.
const NAMES: &[(&str, char)] = &[
    ("nbsp", '\u{A0}'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("mdash", '—'),
    ("hellip", '…'),
    ("middot", '·'),
    ("times", '×'),
    ("deg", '°'),
    ("bull", '•'),
];

/// Finds references.
pub(in super::super::super) fn find(text: &str) -> Pass {
    if has_tags(text) {
        return Pass::default();
    }
    let mut found: Vec<(crate::Span, String)> = Vec::new();
    for at in memchr::memchr_iter(b'&', text.as_bytes()) {
        let Some((c, length)) = reference(&text[at..]) else {
            continue;
        };
        let end = at + length;
        match found.last_mut() {
            Some((span, after)) if span.end == at => {
                span.end = end;
                after.push(c);
            }
            _ => found.push((at..end, c.to_string())),
        }
    }
    found.retain(|(span, after)| {
        let before = text[..span.start].chars().next_back();
        let behind = text[span.end..].chars().next();
        let is_han = |c: Option<char>| c.is_some_and(topic::is_han);
        let han_chars = after.chars().filter(|&c| topic::is_han(c)).count();
        let beside_han = is_han(before) || is_han(behind);
        han_chars >= 2
            || (beside_han && !after.contains(char::is_alphanumeric))
            || (beside_han && han_chars == 1)
    });
    super::pass(text, form_rules::NOTATION_ENTITY, found)
}

/// Whether a text holds tags of HTML or XML.
fn has_tags(text: &str) -> bool {
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        text[at + 1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'))
    })
}

/// One reference at the start of a text: its character, and its length.
fn reference(text: &str) -> Option<(char, usize)> {
    let mut rest = text.strip_prefix('&')?;
    while let Some(inner) = rest.strip_prefix("amp;") {
        rest = inner;
    }
    let end = rest.bytes().take(10).position(|byte| byte == b';')?;
    let name = &rest[..end];
    let length = text.len() - rest.len() + end + 1;
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            let c = char::from_u32(code.ok()?)?;
            (c >= '\u{A0}').then_some(c)?
        }
        None => NAMES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((c, length))
}
