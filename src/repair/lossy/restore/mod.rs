//! ASCII characters that a lost byte took along, put back where the document proves them.
//!
//! Windows reads a byte and the ASCII character below 40 behind it as one character that it does
//! not have. Which one it was no model can know, but a line of code or markup may: a quotation
//! mark that nothing else closes, a parenthesis before the semicolon, the `<` of `</b>`, the end of
//! a comment before a statement. Only where one place is missing one mark.
//!
//! About half of all ASCII behind Chinese is kept, because a character may end in a pair of bytes
//! there. So the document shows what it has between Chinese and, say, a comma, an indentation or a
//! letter: where that is nearly always the same, it was the same where something was taken along
//! ([`Layout`]). Digits and letters are never put back.
//!
//! Prose proves its line ends in the same way: where nearly all the ASCII that stands behind full
//! stops is a line end, what was taken along behind another one was too; behind other characters it
//! takes more of them. The same holds where no sentence goes on in its line.

mod layout;
mod line;
mod line_ends;

use layout::Layout;
use line_ends::LineEnds;

use super::edits::Piece;
use super::{Filling, topic};
use crate::Span;

/// How certain a mark is that closes what the line opens.
const CERTAINTY_BALANCE: f32 = 0.95;

/// How certain a line end is that others like it prove.
const CERTAINTY_LINE_END: f32 = 0.9;

/// What is further away in its line proves nothing, so that a text without line ends takes linear
/// time.
const LINE_BYTES_MAX: usize = 4096;
/// Of more places in a line none is proven by it.
const LINE_PLACES_MAX: usize = 32;

/// Puts back what the lines of some passages prove: what was taken along, and then what may have been
/// although it is likelier that nothing was, where a line misses a mark.
pub(super) fn swallowed(text: &str, passages: &mut [(&Span, Vec<Piece>)], filling: Filling) {
    for is_sure in [true, false] {
        let mut pieces = passages.iter().flat_map(|(_, pieces)| pieces);
        let is_any = pieces.any(|piece| piece.taken_at(is_sure).is_some());
        if is_any && filling.takes(CERTAINTY_LINE_END) {
            put_back(text, passages, is_sure);
        }
    }
}

fn put_back(text: &str, passages: &mut [(&Span, Vec<Piece>)], is_sure: bool) {
    // The text as it will be, with U+0000 where something was taken along.
    let mut now = String::new();
    let mut marks = Vec::new();
    let mut spans = Vec::new();
    let mut done = 0;
    for (number, (span, pieces)) in passages.iter_mut().enumerate() {
        now.push_str(&text[done..span.start]);
        done = span.end;
        let start = now.len();
        for piece in pieces {
            let taken = piece.taken_at(is_sure);
            match taken.and_then(|at| piece.after().split_at_checked(at)) {
                Some((before, behind)) => {
                    now.push_str(before);
                    let at = now.len();
                    now.push('\0');
                    now.push_str(behind);
                    marks.push((piece, at, number));
                }
                None => now.push_str(piece.after()),
            }
        }
        spans.push(start..now.len());
    }
    now.push_str(&text[done..]);
    let layout = is_sure.then(|| Layout::of(&now));
    let mut line_ends: Option<(usize, LineEnds)> = None;
    let mut rest = &mut marks[..];
    while let Some(&mut (_, at, _)) = rest.first_mut() {
        let line = topic::line_around(&now, at);
        let (mine, others) = rest.split_at_mut(rest.partition_point(|&(_, at, _)| at < line.end));
        rest = others;
        let places: Vec<usize> = mine.iter().map(|&(_, at, _)| at - line.start).collect();
        let line = &now[line];
        let by_line = if line.len() <= LINE_BYTES_MAX && places.len() <= LINE_PLACES_MAX {
            line::by_line(line, &places, is_sure)
        } else {
            vec![None; places.len()]
        };
        for ((piece, at, passage), c) in mine.iter_mut().zip(by_line) {
            let (before, behind) = (&now[..*at], &now[*at + 1..]);
            let by_line = c.map(|c| (c, CERTAINTY_BALANCE));
            let by_layout = || layout.as_ref()?.prove(before, behind);
            let by_line_ends = || {
                if !is_sure {
                    return None;
                }
                let known = line_ends.take().filter(|(of, _)| of == passage);
                let known = known.map(|(_, known)| known);
                let known = known.unwrap_or_else(|| LineEnds::of(lines_of(&now, &spans[*passage])));
                let (_, known) = line_ends.insert((*passage, known));
                Some((known.prove(before, behind)?, CERTAINTY_LINE_END))
            };
            if let Some((c, certainty)) = by_line.or_else(by_layout).or_else(by_line_ends) {
                piece.restore(c, certainty);
            }
        }
    }
}

/// A passage with what stands in its first and its last line, if that is not too much.
fn lines_of<'t>(text: &'t str, passage: &Span) -> &'t str {
    let (start, end) = (passage.start, passage.end);
    let from = text.floor_char_boundary(start.saturating_sub(LINE_BYTES_MAX));
    let to = text.ceil_char_boundary(text.len().min(end + LINE_BYTES_MAX));
    let head = text[from..start]
        .rfind('\n')
        .map_or(from, |at| from + at + 1);
    let tail = text[end..to].find('\n').map_or(to, |at| end + at);
    &text[head..tail]
}
