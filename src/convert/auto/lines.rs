//! Lines, and the parts of long ones: what is judged by itself.

use crate::Span;

/// A line that is longer is judged in parts.
pub(crate) const LINE_BYTES: usize = 64 << 10;

/// The length of the first line of a text, line end included, or of the first part of a long
/// one. `None`: it is not complete, or there is none.
pub(in crate::convert) fn line_bytes(text: &str, goes_on: bool) -> Option<usize> {
    let head = &text.as_bytes()[..text.len().min(LINE_BYTES)];
    if let Some(at) = memchr::memchr(b'\n', head) {
        return Some(at + 1);
    }
    if text.len() <= LINE_BYTES {
        return (!goes_on && !text.is_empty()).then_some(text.len());
    }
    Some(long_line_bytes(text.as_bytes()))
}

/// The length of the first part of a line that is longer than [`LINE_BYTES`] and has no end in
/// them. Behind ASCII that ends no more than a word, since no phrase and no mojibake reaches over
/// it; else behind a mark that few phrases hold; else behind a character.
pub(crate) fn long_line_bytes(line: &[u8]) -> usize {
    let mut end = line.len().min(LINE_BYTES);
    while end > 0 && line.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
        end -= 1;
    }
    let half = LINE_BYTES.min(line.len()) / 2;
    let second = line.get(half..end).unwrap_or_default();
    let is_end = |at: usize| match second[at] {
        b'\t' | b'\r' | b',' | b';' | b'!' | b'"' | b'}' | b']' | b'>' | b'|' => true,
        // A space before a parenthesis belongs to what is in it.
        b' ' => line.get(half + at + 1) != Some(&b')'),
        _ => false,
    };
    if let Some(at) = (0..second.len()).rev().find(|&at| is_end(at)) {
        return half + at + 1;
    }
    let marks = ["。", "，", "！", "？", "；", "、", "：", "\u{3000}"]; // IDEOGRAPHIC SPACE
    let behind = |mark: &&str| {
        let at = memchr::memmem::rfind(second, mark.as_bytes());
        at.map(|at| half + at + mark.len())
    };
    match marks.iter().filter_map(behind).max() {
        Some(at) => at,
        None if end > 0 => end,
        None => line.len().min(LINE_BYTES),
    }
}

/// The line that a character stands in, or the part of a long one; `settled` is the end of an
/// earlier one.
pub(super) fn line_around(text: &str, settled: usize, at: usize) -> Span {
    let line_start = memchr::memrchr(b'\n', &text.as_bytes()[settled..at]);
    let mut start = line_start.map_or(settled, |at| settled + at + 1);
    let mut end = start;
    while end <= at {
        start = end;
        end += line_bytes(&text[start..], false).unwrap_or(text.len() - start);
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_not_cut_inside_of_parentheses() {
        let before = "字".repeat(LINE_BYTES / 3 - 20);
        for (behind, cut) in [("當(dāng )的", None), ("當 (dāng )的", Some("當 "))] {
            let line = [&before, behind, &"字".repeat(40)].concat();
            // Without a place to cut behind, the last whole character that there is room for.
            let room = line.floor_char_boundary(LINE_BYTES);
            let expect = cut.map_or(room, |cut: &str| before.len() + cut.len());
            assert_eq!(long_line_bytes(line.as_bytes()), expect, "{behind}");
        }
    }
}
