//! One pass over a text, with every step kept.

use super::matcher::{Matcher, unmatched_bytes};
use super::trace::{Dictionary, Segmentation};
use crate::Span;
use crate::data::table::Value;

/// Characters behind a place that can decide what happens there: the longest key that the
/// dictionary format allows, and the longest description sequence.
const LOOK_AHEAD_CHARS: usize = 64;

/// By what a stretch became another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// Copied.
    Nothing,
    /// A key of one character.
    Char,
    /// A key of several characters.
    Phrase,
}

/// A stretch of a pass's text that became a stretch of the next one's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step {
    pub(super) end: usize,
    pub(super) out_end: usize,
    pub(super) by: By,
    /// The dictionary of a [`Pass::Cut`] that had the key.
    pub(super) dictionary: usize,
}

/// A stretch of text that no match crosses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) end: usize,
    pub(super) is_final: bool,
}

/// What one pass did with its text.
#[derive(Debug, Default)]
pub(super) struct Traced {
    pub(super) text: String,
    pub(super) steps: Vec<Step>,
    /// Phrases of the segmentation: a cut inside one would change what is found.
    pub(super) frames: Vec<Span>,
}

impl Traced {
    /// Where so many steps end in its own text.
    pub(super) fn end(&self, steps: usize) -> usize {
        steps.checked_sub(1).map_or(0, |last| self.steps[last].end)
    }

    /// Where so many steps end in the next pass's text.
    pub(super) fn out_end(&self, steps: usize) -> usize {
        steps
            .checked_sub(1)
            .map_or(0, |last| self.steps[last].out_end)
    }

    /// The first place at which the end of the text may matter if the text goes on.
    fn unsettled(&self, is_open: bool) -> usize {
        if !is_open {
            return self.text.len();
        }
        let last = self.text.char_indices().rev().nth(LOOK_AHEAD_CHARS - 1);
        last.map_or(0, |(at, _)| at + 1)
    }

    /// Adds a step from the end of the last one to `end`, after its output was written.
    fn step(&mut self, end: usize, out: &str, by: By, dictionary: usize) {
        self.steps.push(Step {
            end,
            out_end: out.len(),
            by,
            dictionary,
        });
    }

    /// Writes what a key becomes.
    fn hit(
        &mut self,
        matcher: &Matcher<'_>,
        span: Span,
        value: Value<'_>,
        dictionary: usize,
        out: &mut String,
    ) {
        let key = &self.text[span.clone()];
        matcher.push(key, value, out);
        let by = if key.chars().nth(1).is_some() {
            By::Phrase
        } else {
            By::Char
        };
        self.step(span.end, out, by, dictionary);
    }

    /// [`Pass::Cut`].
    pub(super) fn cut(
        &mut self,
        finals: &[Dictionary<'_>],
        segmentation: Option<&Segmentation<'_>>,
        pieces: &[Piece],
        is_open: bool,
    ) -> (String, Vec<Piece>) {
        let mut out = String::with_capacity(self.text.len());
        let mut cut = Vec::new();
        let unsettled = self.unsettled(is_open);
        let mut at = 0;
        for (number, piece) in pieces.iter().enumerate() {
            let piece_end = piece.end.min(self.text.len());
            if piece.is_final {
                out.push_str(&self.text[at..piece_end]);
                self.step(piece_end, &out, By::Nothing, 0);
                at = piece_end;
                close(&mut cut, &out, true);
                continue;
            }
            let unsettled = if number + 1 < pieces.len() {
                piece_end
            } else {
                unsettled
            };
            while at < piece_end.min(unsettled) {
                let text = &self.text[..piece_end];
                let found = finals.iter().enumerate().find_map(|(number, dictionary)| {
                    Some((number, dictionary.matcher.longest(text, at)?))
                });
                if let Some((number, hit)) = found {
                    close(&mut cut, &out, false);
                    let matcher = &finals[number].matcher;
                    self.hit(matcher, at..hit.end, hit.value, number, &mut out);
                    close(&mut cut, &out, true);
                    at = hit.end;
                    continue;
                }
                let phrase = segmentation.and_then(|segmentation| {
                    let matcher = &segmentation.matcher;
                    match segmentation.single_chars {
                        true => matcher.longest(text, at),
                        false => matcher.phrase(text, at),
                    }
                });
                if let Some(hit) = phrase {
                    close(&mut cut, &out, false);
                    self.frames.push(at..hit.end);
                    while at < hit.end {
                        let end = at + unmatched_bytes(&self.text[..hit.end], at);
                        self.unmatched(at..end, &mut out);
                        at = end;
                    }
                    close(&mut cut, &out, false);
                } else {
                    let end = at + unmatched_bytes(text, at);
                    self.unmatched(at..end, &mut out);
                    at = end;
                }
            }
            if at < piece_end {
                break;
            }
            if number + 1 < pieces.len() {
                close(&mut cut, &out, false);
            }
        }
        close(&mut cut, &out, false);
        let ended = self.frames.last().is_some_and(|frame| frame.end == at);
        if is_open && (ended || cut.last().is_none_or(|piece| piece.is_final)) {
            // What comes next is a piece that has not begun yet.
            cut.push(Piece {
                end: out.len(),
                is_final: false,
            });
        }
        (out, cut)
    }

    /// [`Pass::Stage`].
    pub(super) fn stage(
        &mut self,
        matcher: &Matcher<'_>,
        pieces: &[Piece],
        is_open: bool,
    ) -> (String, Vec<Piece>) {
        let mut out = String::with_capacity(self.text.len() + self.text.len() / 16);
        let mut kept = Vec::with_capacity(pieces.len());
        let unsettled = self.unsettled(is_open);
        let mut at = 0;
        for (number, piece) in pieces.iter().enumerate() {
            let is_last = number + 1 == pieces.len();
            if piece.is_final && at < piece.end {
                out.push_str(&self.text[at..piece.end]);
                self.step(piece.end, &out, By::Nothing, 0);
                at = piece.end;
            }
            let settled = if is_last { unsettled } else { piece.end };
            while at < piece.end.min(settled) {
                let text = &self.text[..piece.end];
                if let Some(hit) = matcher.longest(text, at) {
                    self.hit(matcher, at..hit.end, hit.value, 0, &mut out);
                    at = hit.end;
                } else {
                    let end = at + unmatched_bytes(text, at);
                    self.unmatched(at..end, &mut out);
                    at = end;
                }
            }
            kept.push(Piece {
                end: out.len(),
                is_final: piece.is_final,
            });
        }
        (out, kept)
    }

    /// Copies a character or a whole description sequence: one step.
    fn unmatched(&mut self, span: Span, out: &mut String) {
        out.push_str(&self.text[span.clone()]);
        self.step(span.end, out, By::Nothing, 0);
    }
}

/// Ends a piece, if one has begun.
fn close(pieces: &mut Vec<Piece>, out: &str, is_final: bool) {
    if pieces.last().map_or(0, |piece| piece.end) < out.len() {
        pieces.push(Piece {
            end: out.len(),
            is_final,
        });
    }
}
