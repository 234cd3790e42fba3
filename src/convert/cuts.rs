//! Where a text may be cut: what stands on both sides converts independently of each other.
//!
//! Between two characters that stand inside no match together (`data/scan.rs`, `interior`). The sets
//! are hashed bits: that a cut is missed costs time, and one too many cannot be.

use super::block::window;
use super::matcher::{IDS_MAX_CHARS, is_operator};
use super::memo::{KEY_BYTES, Key};
use super::pass::is_two;
use super::scanner::Scanner;
use crate::data::pair_key;

/// Characters of the input that a description can take in: as many as it may hold behind the
/// first stage, each the only one left of a key; OpenCC's longest key has 15.
const REACH_CHARS: usize = IDS_MAX_CHARS * 15;

/// Where a pass over a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// The next character.
    pub(super) at: usize,
    /// The last cut that is known for certain; never behind `at`.
    pub(super) cut: usize,
}

impl Scanner {
    /// The stretch around a pair of characters of three bytes at which something may begin;
    /// `None`: it is long, or special.
    #[inline(always)]
    pub(super) fn key(&self, text: &str, place: Place) -> Option<Key> {
        let bytes = text.as_bytes();
        let at = place.at;
        // No key holds a description operator; the hashed set alone might say so of the second.
        if is_operator_word(char_of(window(bytes, at)? >> 24)) {
            return None;
        }
        // What begins something holds the pair. Beside it most stretches are cut at once.
        let start = match at
            .checked_sub(3)
            .map(|before| (before, window(bytes, before)))
        {
            Some((before, Some(word))) if before >= place.cut && is_two(word) => {
                if self.interior.has_key(word) {
                    self.cut_before(text, before, place.cut)
                } else {
                    at
                }
            }
            _ => self.cut_before(text, at, place.cut),
        };
        let end = match window(bytes, at + 3) {
            Some(word) if is_two(word) && !self.interior.has_key(word) => at + 6,
            // A text may be one long stretch.
            _ => self.cut_behind(text, at + 3, start + KEY_BYTES),
        };
        Key::new(bytes, start, at, end)
    }

    /// A cut of a text that goes on, as near to its end as can be told; 0: none is certain.
    pub(crate) fn last_cut(&self, text: &str) -> usize {
        let mut at = text.len();
        let mut right: Option<char> = None;
        for left in text.chars().rev() {
            // A description sequence that begins shortly before may reach over the cut.
            if right.is_some_and(|right| !self.interior.has(left, right))
                && !text[..at]
                    .chars()
                    .rev()
                    .take(IDS_MAX_CHARS)
                    .any(is_operator)
            {
                return at;
            }
            at -= left.len_utf8();
            right = Some(left);
        }
        0
    }

    /// The first cut that no description from the one at `at` on can reach. An incomplete
    /// description may become complete when the first stage writes more characters than it
    /// read, so the stages have to see all that it can take in.
    pub(super) fn end_of_descriptions(&self, text: &str, at: usize) -> usize {
        let mut left = None;
        let mut chars_since = 0;
        for (offset, c) in text[at..].char_indices() {
            chars_since = if is_operator(c) { 0 } else { chars_since + 1 };
            let is_cut = left.is_none_or(|left: char| !self.interior.has(left, c));
            if chars_since > REACH_CHARS && is_cut {
                return at + offset;
            }
            left = Some(c);
        }
        text.len()
    }

    /// The last cut at or before `at`.
    #[inline(never)]
    pub(super) fn cut_before(&self, text: &str, mut at: usize, known: usize) -> usize {
        let bytes = text.as_bytes();
        let (mut right, _) = word_at(bytes, at);
        while at > known {
            let (left, left_bytes) = word_before(bytes, at);
            if !self.interior.has_key(pair_key(left, right)) {
                break;
            }
            at = at.saturating_sub(left_bytes);
            right = left;
        }
        at
    }

    /// The first cut behind the character at `at`; if none is up to `limit`, a place behind that.
    #[inline(never)]
    pub(super) fn cut_behind(&self, text: &str, at: usize, limit: usize) -> usize {
        let bytes = text.as_bytes();
        let (mut left, left_bytes) = word_at(bytes, at);
        let mut end = at + left_bytes;
        while end < bytes.len() && end <= limit {
            let (right, right_bytes) = word_at(bytes, end);
            // No key holds a description operator; the hashed set alone might say so.
            if is_operator_word(right) || !self.interior.has_key(pair_key(left, right)) {
                break;
            }
            end += right_bytes;
            left = right;
        }
        end
    }
}

/// The character that begins at a place of UTF-8: as [`utf8_word`] gives it, and its length.
#[inline(always)]
pub(super) fn word_at(bytes: &[u8], at: usize) -> (u32, usize) {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk::<4>() {
        Some(window) if window[0] & 0xF0 == 0xE0 => (u32::from_le_bytes(*window) & 0xFF_FFFF, 3),
        _ => any_word_at(rest),
    }
}

fn any_word_at(rest: &[u8]) -> (u32, usize) {
    match *rest {
        [a @ 0..0x80, ..] => (u32::from(a), 1),
        [a @ 0xC0..0xE0, b, ..] => (u32::from_le_bytes([a, b, 0, 0]), 2),
        [a @ 0xE0..0xF0, b, c, ..] => (u32::from_le_bytes([a, b, c, 0]), 3),
        [a, b, c, d, ..] => (u32::from_le_bytes([a, b, c, d]), 4),
        _ => (0, 1),
    }
}

/// The character that ends at a place of UTF-8, likewise.
#[inline(always)]
pub(super) fn word_before(bytes: &[u8], at: usize) -> (u32, usize) {
    let before = bytes.get(..at).unwrap_or_default();
    match before.last_chunk::<4>() {
        Some(window) if window[1] & 0xF0 == 0xE0 => (u32::from_le_bytes(*window) >> 8, 3),
        _ => any_word_before(before),
    }
}

fn any_word_before(before: &[u8]) -> (u32, usize) {
    match *before {
        [.., a @ 0..0x80] => (u32::from(a), 1),
        [.., a @ 0xC0..0xE0, b] => (u32::from_le_bytes([a, b, 0, 0]), 2),
        [.., a @ 0xE0..0xF0, b, c] => (u32::from_le_bytes([a, b, c, 0]), 3),
        [.., a, b, c, d] => (u32::from_le_bytes([a, b, c, d]), 4),
        _ => (0, 1),
    }
}

/// The lowest three bytes.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "masked")]
fn char_of(word: u64) -> u32 {
    (word & 0xFF_FFFF) as u32
}

/// Whether a character is one of U+2FF0 to U+2FFF.
#[inline(always)]
fn is_operator_word(word: u32) -> bool {
    word & 0xFFF0_FFFF == 0x00B0_BFE2
}
