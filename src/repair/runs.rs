//! The runs of a line that a wrong decoder can have written, and what rules most of them out before
//! anything is tried in earnest.
//!
//! What is encoded for that goes into `bytes`, memory that the search uses again.

use super::proof::is_typographic;
use super::routes::{Route, gbk_bytes, windows_1252_byte};
use crate::Span;

/// The maximal runs, ASCII apart, that a wrong decoder can have written.
pub(super) struct Runs<'t> {
    text: &'t str,
    route: Route,
    rest: Span,
}

impl Runs<'_> {
    /// Those of a line.
    pub(super) fn of(text: &str, line: Span, route: Route) -> Runs<'_> {
        Runs {
            text,
            route,
            rest: line,
        }
    }
}

impl Iterator for Runs<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let belongs = |c: char| !c.is_ascii() && self.route.has(c);
        let rest = &self.text[self.rest.clone()];
        let start = self.rest.start + rest.find(belongs)?;
        let run = &self.text[start..self.rest.end];
        let end = start + run.find(|c| !belongs(c)).unwrap_or(run.len());
        self.rest.start = end;
        Some(start..end)
    }
}

/// Whether a run in windows-1252 goes on, on either side, in letters that it lacks and other
/// single-byte sets have.
pub(super) fn is_beside_other_letters(text: &str, run: &Span) -> bool {
    let is_other = |c: Option<char>| {
        c.is_some_and(|c| matches!(c, '\u{100}'..='\u{6FF}' | '\u{200C}'..='\u{200F}'))
    };
    is_other(text[..run.start].chars().next_back()) || is_other(text[run.end..].chars().next())
}

/// The part of a run in windows-1252 that is valid UTF-8, if only quotation marks and
/// dashes are left out: those stand beside words in good text.
pub(super) fn windows_1252_core(text: &str, run: Span, bytes: &mut Vec<u8>) -> Option<Span> {
    let text = &text[run.clone()];
    let lead = text.find(|c| !is_typographic(c))?;
    let text = &text[lead..];
    // A sequence of two bytes is two characters, and proof needs two sequences; nothing else
    // is asked where the first is none.
    text.chars().nth(3)?;
    let mut first = [0; 4];
    for (slot, c) in first.iter_mut().zip(text.chars()) {
        *slot = u8::try_from(c)
            .ok()
            .filter(u8::is_ascii)
            .or_else(|| windows_1252_byte(c))?;
    }
    if std::str::from_utf8(&first).is_err_and(|error| error.valid_up_to() == 0) {
        return None;
    }
    bytes.clear();
    if !Route::Windows1252.encode_into(text, bytes) {
        return None;
    }
    let valid_bytes = match std::str::from_utf8(bytes) {
        Ok(_) => bytes.len(),
        Err(error) => error.valid_up_to(),
    };
    // One byte is one character here.
    let core_bytes = text
        .char_indices()
        .nth(valid_bytes)
        .map_or(text.len(), |(at, _)| at);
    let start = run.start + lead;
    text[core_bytes..]
        .chars()
        .all(is_typographic)
        .then_some(start..start + core_bytes)
}

/// Whether UTF-8 that was read as GBK can begin with this character.
pub(super) fn may_open_gbk(c: char) -> bool {
    matches!(gbk_bytes(c), Some([0xC2..=0xF4, 0x80..=0xBF]))
}

/// Whether the first characters of a run are UTF-8, as most of those of garbage are not.
pub(super) fn may_be_utf_8(run: &str, route: Route, bytes: &mut Vec<u8>) -> bool {
    const FIRST_CHARS: usize = 6;
    let first = match run.char_indices().nth(FIRST_CHARS) {
        // What € was depends on what follows.
        Some((end, c)) if c != '€' && !run[..end].contains('€') => &run[..end],
        _ => return true,
    };
    bytes.clear();
    let is_of_route = route.encode_into(first, bytes);
    let wrong = std::str::from_utf8(bytes).err();
    is_of_route && wrong.is_none_or(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typographic_characters_are_all_of_windows_1252() {
        for c in "“”‘’„‚«»‹›–—…•·\u{A0}".chars() {
            assert!(is_typographic(c) && Route::Windows1252.has(c));
        }
    }
}
