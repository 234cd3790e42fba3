//! UTF-7 in prose: +Ti1lhw- for 中文 (RFC 2152).
//!
//! A run of base64 between + and a character that is none is UTF-16. Sums, telephone numbers, names of
//! versions and tags have the + too: so a run of two Han characters needs its closing -, a longer one may end at a
//! space, and no letter or digit may stand before the +. That a random run gives common Han characters only, has odds
//! of one in three hundred for two characters and of one in five thousand for three.

use super::super::super::form_rules;
use super::super::super::plan::Pass;

/// Finds runs of two characters and more.
pub(in super::super::super) fn find(text: &str) -> Pass {
    let mut found = Vec::new();
    for at in memchr::memchr_iter(b'+', text.as_bytes()) {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-')) {
            continue;
        }
        let rest = &text[at + 1..];
        let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
        let run = &rest[..rest.find(|c| !is_base64(c)).unwrap_or(rest.len())];
        let Some(bytes) = super::base64(run).filter(|bytes| bytes.len() % 2 == 0) else {
            continue;
        };
        let units: Vec<u16> = bytes
            .as_chunks()
            .0
            .iter()
            .map(|&unit| u16::from_be_bytes(unit))
            .collect();
        let Ok(after) = String::from_utf16(&units) else {
            continue;
        };
        let closed = rest[run.len()..].starts_with('-');
        let has_case = run.bytes().any(|byte| byte.is_ascii_lowercase())
            && run
                .bytes()
                .any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if super::is_chinese(&after) && has_case && (closed || units.len() >= 3) {
            let end = at + 1 + run.len() + usize::from(closed);
            found.push((at..end, after));
        }
    }
    super::pass(text, form_rules::NOTATION_UTF_7, found)
}
