//! What a text is tried in: lines, the fields and words of a line, the runs that one set holds.

use super::charsets;
use super::kinds::{Weight, weight};
use crate::Span;
use crate::repair::topic;

/// Lines between suspicious ones that are tried with them.
pub(super) const GAP_BYTES: usize = 64;

/// The lines of a text that are not empty, without their ends.
pub(in crate::repair) fn lines(text: &str) -> impl Iterator<Item = Span> {
    parts(text, 0..text.len(), |byte| matches!(byte, b'\n' | b'\r'))
}

/// The fields of a part of a text.
pub(in crate::repair) fn fields(text: &str, span: Span) -> impl Iterator<Item = Span> {
    parts(text, span, is_field_end)
}

/// The words of a part of a text.
pub(super) fn words(text: &str, span: Span) -> impl Iterator<Item = Span> {
    parts(text, span, is_word_end)
}

fn parts(text: &str, span: Span, ends: fn(u8) -> bool) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes();
    let mut rest = span;
    std::iter::from_fn(move || {
        let part = &bytes[rest.clone()];
        let start = rest.start + part.iter().position(|&byte| !ends(byte))?;
        let part = &bytes[start..rest.end];
        let end = part.iter().position(|&byte| ends(byte));
        let end = end.map_or(rest.end, |at| start + at);
        rest.start = end;
        Some(start..end)
    })
}

/// Whether a character is Han, kana, hangul or their punctuation in use: not what a few bytes came out as.
fn is_of_east(c: char) -> bool {
    c >= '\u{2E80}'
        && charsets::sets_with(c) == 0
        && matches!(weight(c), Weight::None | Weight::OfLetter)
}

/// The longest parts without such characters.
pub(super) fn beside_han(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut rest = span;
    std::iter::from_fn(move || {
        let opens = |c: char| !c.is_ascii() && !is_of_east(c);
        let start = rest.start + text[rest.clone()].find(opens)?;
        let end = text[start..rest.end].find(is_of_east);
        rest.start = end.map_or(rest.end, |at| start + at);
        Some(start..rest.start)
    })
}

/// The longest parts that some single-byte set holds as a whole.
pub(super) fn runs(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut rest = span;
    std::iter::from_fn(move || {
        let part = &text[rest.clone()];
        let opens = |c: char| !c.is_ascii() && charsets::sets_with(c) != 0;
        let start = rest.start + part.find(opens)?;
        let mut sets = charsets::Sets::MAX;
        let end = text[start..rest.end]
            .char_indices()
            .find(|&(_, c)| {
                sets &= charsets::sets_with(c);
                sets == 0
            })
            .map_or(rest.end, |(at, _)| start + at);
        rest.start = end;
        Some(start..end)
    })
}

/// The line above one, if it is short and holds more than ASCII.
pub(super) fn line_above(text: &str, line: &Span) -> Option<Span> {
    let above = topic::line_around(text, line.start.checked_sub(1)?);
    (above.len() <= GAP_BYTES && !text[above.clone()].is_ascii()).then_some(above)
}

/// The line below one, if it is short and holds more than ASCII.
pub(super) fn line_below(text: &str, line: &Span) -> Option<Span> {
    let start = line.end.checked_add(1).filter(|&at| at < text.len())?;
    let below = topic::line_around(text, start);
    (below.len() <= GAP_BYTES && !text[below.clone()].is_ascii()).then_some(below)
}

/// What parts fields, all of it ASCII that no character of GBK or Big5 ends in.
pub(super) fn is_field_end(byte: u8) -> bool {
    matches!(
        byte,
        b'\n' | b'\r' | b'\t' | b'"' | b'\'' | b',' | b';' | b'<' | b'>' | b'=' | b'(' | b')'
    )
}

/// What parts words, fields included.
pub(super) fn is_word_end(byte: u8) -> bool {
    is_field_end(byte) || matches!(byte, b' ' | b':' | b'/' | b'!' | b'?' | b'.')
}

/// The part around a place.
pub(super) fn part_around(bytes: &[u8], at: usize, ends: fn(u8) -> bool) -> Span {
    let before = bytes[..at].iter().rposition(|&byte| ends(byte));
    let behind = bytes[at..].iter().position(|&byte| ends(byte));
    before.map_or(0, |end| end + 1)..behind.map_or(bytes.len(), |more| at + more)
}
