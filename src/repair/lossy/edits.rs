//! A reading as edits: what is intact in long ones, each gap in one of its own.
//!
//! An edit that fills something in is as short as codes and characters allow, so that what it
//! replaced, how likely it is, and what stays lost have a place.

use super::super::Loss;
use super::super::plan::Guess;
use super::super::rules::{self, Rule};
use super::decoder::Decoder;
use super::lattice::Step;
use super::utf8::Seen;
use super::{Edit, Filling, Found, SURE_POSTERIOR, restore};
use crate::Span;

/// What the intact part of a passage is certain to.
const CERTAINTY_INTACT: f32 = 0.999;
/// A character of several codes, one of which is so likely, is not a guess.
pub(super) const CERTAIN_POSTERIOR: f32 = 0.9999;

/// What stands between two places where neither code nor character is open.
#[derive(Debug, Default)]
pub(super) struct Piece {
    span: Span,
    after: String,
    guesses: Vec<Guess>,
    /// Whether something of it was lost.
    is_lossy: bool,
    /// The ASCII character that was taken along, or may have been.
    taken: Option<Taken>,
}

/// An ASCII character that a lost byte took along.
#[derive(Debug)]
struct Taken {
    /// Where it stood: in bytes of what the piece will be.
    at: usize,
    /// The loss, in the text.
    loss: Span,
    /// Whether that it was taken along is the likeliest reading.
    is_sure: bool,
}

/// What a span of a text was read as.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'r> {
    pub(super) span: &'r Span,
    /// For each of its characters where it ends and what it was.
    pub(super) steps: &'r [(usize, Step)],
    /// What wrote the text.
    pub(super) decoder: Decoder,
    pub(super) route: &'r str,
    pub(super) rule: &'static Rule,
}

/// Writes the readings of a text, in order, as edits and losses.
pub(super) fn write(text: &str, readings: &[Reading<'_>], filling: Filling, found: &mut Found) {
    let mut pieces: Vec<(&Span, Vec<Piece>)> = readings
        .iter()
        .map(|reading| (reading.span, pieces(text, *reading, filling)))
        .collect();
    restore::swallowed(text, &mut pieces, filling);
    for (reading, (_, pieces)) in readings.iter().zip(pieces) {
        for piece in pieces {
            write_piece(text, piece, reading, found);
        }
    }
}

fn write_piece(text: &str, piece: Piece, reading: &Reading<'_>, found: &mut Found) {
    if let Some(taken) = piece.taken.filter(|taken| taken.is_sure) {
        found.lost.push(Loss {
            span: taken.loss,
            rule: rules::LOST_SWALLOWED,
            why: "an ASCII character or the end of the line, taken along by a lost byte",
        });
    }
    if text[piece.span.clone()] == piece.after {
        return;
    }
    let least = piece.guesses.iter().map(|guess| guess.posterior);
    let certainty = least.fold(CERTAINTY_INTACT, f32::min);
    let mut edit = Edit::new(text, piece.span, reading.rule, piece.after, certainty);
    reading.route.clone_into(&mut edit.route);
    edit.guessed_chars = u32::try_from(piece.guesses.len()).unwrap_or(u32::MAX);
    edit.guesses = piece.guesses;
    found.pass.edits.push(edit);
}

/// The pieces of a reading, in order; ASCII that stays stands in none.
fn pieces(text: &str, reading: Reading<'_>, filling: Filling) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open = Piece::default();
    let mut start = reading.span.start;
    open.span = start..start;
    for (end, step) in reading.steps {
        let out = &step.out;
        open.is_lossy |= out.seen == Seen::Lost;
        for ((c, seen), &posterior) in out.chars().zip(&step.posteriors) {
            let is_guess = match seen {
                Seen::Intact => false,
                Seen::Ambiguous => posterior < CERTAIN_POSTERIOR,
                Seen::Lost => true,
            };
            let before = text[..open.span.start].chars().next_back();
            let ascii_before = before.filter(|before| before.is_ascii() && open.after.is_empty());
            if is_guess && !is_filled_in(c, posterior, ascii_before, filling) {
                open.after.push('\u{FFFD}');
                open.is_lossy = true;
                continue;
            }
            let from = open.after.len();
            open.after.push(c);
            if is_guess {
                open.guesses.push(Guess {
                    span: from..open.after.len(),
                    posterior,
                });
                open.is_lossy = true;
            }
        }
        let may_be_taken = || step.complete && takes_ascii(reading.decoder, &text[start..*end]);
        if out.swallowed || open.taken.is_none() && out.seen == Seen::Lost && may_be_taken() {
            open.taken = Some(Taken {
                at: open.after.len(),
                loss: start..*end,
                is_sure: out.swallowed,
            });
        }
        open.span.end = *end;
        start = *end;
        if step.complete {
            let next = Piece {
                span: start..start,
                ..Piece::default()
            };
            add(&mut pieces, std::mem::replace(&mut open, next));
        }
    }
    pieces
}

/// Whether a character that is so likely stands for a loss, or U+FFFD does.
fn is_filled_in(c: char, posterior: f32, ascii_before: Option<char>, filling: Filling) -> bool {
    match (c, ascii_before) {
        (char::REPLACEMENT_CHARACTER, _) => false,
        // No text has them there; what begins behind a space is a dash, a bullet, or an opening mark.
        ('”' | '’', Some(' ' | '\n' | '\t')) => false,
        // The model knows Chinese: of the dashes, dots and marks that share their first two bytes any
        // may be meant behind ASCII.
        ('\u{2010}'..='\u{2027}', Some(_)) if posterior < SURE_POSTERIOR => false,
        _ => filling.takes(posterior),
    }
}

/// Whether a loss is of the kind that takes ASCII along: a question mark, as Windows writes it for a byte
/// of GBK and what stands behind it.
fn takes_ascii(decoder: Decoder, loss: &str) -> bool {
    decoder == Decoder::Gbk && loss == "?"
}

/// Adds a piece; what is intact goes on with the one before.
fn add(pieces: &mut Vec<Piece>, piece: Piece) {
    match pieces.last_mut() {
        Some(last)
            if !last.is_lossy
                && !piece.is_lossy
                && last.after.ends_with(|c: char| c.is_ascii())
                    == piece.after.ends_with(|c: char| c.is_ascii()) =>
        {
            last.span.end = piece.span.end;
            last.after.push_str(&piece.after);
        }
        _ => pieces.push(piece),
    }
}

impl Piece {
    /// Where ASCII was taken along, in bytes of [`Piece::after`]; not sure: where it may have been.
    pub(super) fn taken_at(&self, is_sure: bool) -> Option<usize> {
        let taken = self.taken.as_ref();
        taken
            .filter(|taken| taken.is_sure == is_sure)
            .map(|taken| taken.at)
    }

    pub(super) fn after(&self) -> &str {
        &self.after
    }

    /// Puts a character where one was taken along, or may have been.
    pub(super) fn restore(&mut self, c: char, posterior: f32) {
        if let Some(Taken { at, .. }) = self.taken.take() {
            self.after.insert(at, c);
            self.guesses.push(Guess {
                span: at..at + c.len_utf8(),
                posterior,
            });
            // No character of a piece stands behind the one that closes it.
            crate::order::sort_by_key(&mut self.guesses, |guess| guess.span.start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_behind_ascii_have_to_be_nearly_certain() {
        let likely = Filling(0.5);
        assert!(is_filled_in('中', 0.6, Some(' '), likely));
        assert!(is_filled_in('”', 0.6, None, likely));
        assert!(!is_filled_in('—', 0.6, Some('a'), likely));
        assert!(is_filled_in('—', 0.95, Some('a'), likely));
        assert!(!is_filled_in('”', 0.99, Some(' '), likely));
        assert!(is_filled_in('”', 0.99, Some('k'), likely));
        assert!(!is_filled_in('\u{FFFD}', 1.0, None, likely));
    }
}
