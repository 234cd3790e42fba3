//! One step where the inner loop does not go on: what stands there, and who has to convert it.

use super::cuts::{Place, word_at, word_before};
use super::engine::Engine;
use super::matcher::{Hit, description_bytes, is_operator, unmatched_bytes};
use super::pass::ascii_bytes;
use super::scanner::Scanner;
use crate::Span;
use crate::data::table::Value;
use crate::data::{Cut, SPECIAL, pair_key};

/// What the inner loop leaves to do.
#[derive(Debug)]
pub(super) enum Step<'e> {
    /// Characters that become what they become alone, up to a cut.
    Shield { end: usize },
    /// What all stages make of the text up to a cut.
    Final { end: usize, value: &'e str },
    /// A phrase of the first stage, a piece of its own, and its value.
    Phrase { end: usize, value: Value<'e> },
    /// ASCII that nothing begins in, up to `end`.
    Ascii { end: usize },
    /// One character that becomes `entry` (0: itself) whatever stands around it.
    Alone { entry: u32, bytes: usize },
    /// A complete ideographic description sequence.
    Verbatim { end: usize },
    /// Text between two cuts for the stages. Nothing changes otherwise than alone before
    /// `from`, and what stands before it is converted already. `from` may lie behind in ASCII
    /// that is written already.
    Stretch { cuts: Span, from: usize },
}

impl Scanner {
    /// What stands at a place where the inner loop does not go on.
    pub(super) fn step<'e>(&self, engine: &'e Engine, text: &str, place: Place) -> Step<'e> {
        let bytes = text.as_bytes();
        let mut at = place.at;
        if bytes[at] < 0x80 {
            let end = at + ascii_bytes(&bytes[at..]);
            let Some(next) = text[end..].chars().next() else {
                return Step::Ascii { end };
            };
            if !self.begin.has(char::from(bytes[end - 1]), next) {
                return Step::Ascii { end };
            }
            at = end - 1;
        }
        let Some(c) = text[at..].chars().next() else {
            return Step::Verbatim { end: text.len() };
        };
        let (word, c_bytes) = word_at(bytes, at);
        let entry = if c_bytes == 3 {
            self.becomes(word)
        } else {
            engine.single(c)
        };
        if entry & SPECIAL != 0 {
            let described = description_bytes(text, at);
            if described > 0 {
                return Step::Verbatim {
                    end: at + described,
                };
            }
            if is_operator(c) && engine.has_later_stage() {
                return Step::Stretch {
                    from: at,
                    cuts: at..self.end_of_descriptions(text, at),
                };
            }
        } else if at + c_bytes == bytes.len() || {
            let (next, _) = word_at(bytes, at + c_bytes);
            !self.begin.has_key(pair_key(word, next))
        } {
            return Step::Alone {
                entry,
                bytes: c_bytes,
            };
        }
        let start = self.cut_before(text, at, place.cut);
        if c.is_ascii() {
            // A key may begin with several ASCII characters and change them all, also those
            // that were passed over.
            let run = text.as_bytes()[start..at].iter().rev();
            let from = at - run.take_while(|byte| byte.is_ascii()).count();
            return Step::Stretch {
                from,
                cuts: start..self.cut_behind(text, at, text.len()),
            };
        }
        if at == place.at
            && let Some(step) = self.match_here(engine, text, start, at)
        {
            return step;
        }
        Step::Stretch {
            from: start.max(place.at),
            cuts: start..self.cut_behind(text, at, text.len()),
        }
    }

    /// Settles a place without a second cut, where the first stage decides alone: what it
    /// matches from the first cut on ends at, or behind, the place.
    ///
    /// With a single stage it always does. Where its phrases cut the text, a match is a piece
    /// of its own, and the later stage sees nothing but its value; where nothing is matched,
    /// or a shield, the later stage must have nothing to say there. Where the phrases of the
    /// last stage cut the text, the later stage must have nothing to say from the first cut to
    /// behind the match.
    fn match_here<'e>(
        &self,
        engine: &'e Engine,
        text: &str,
        start: usize,
        at: usize,
    ) -> Option<Step<'e>> {
        let matcher = engine.first_stage()?;
        let mut end = start;
        while end < at {
            end = matcher
                .phrase(text, end)
                .map_or_else(|| end + unmatched_bytes(text, end), |hit| hit.end);
        }
        let is_here = end == at;
        let hit = if end > at {
            Some(Hit {
                end,
                value: Value::Shield,
            })
        } else {
            matcher.phrase(text, at)
        };
        let end = hit.map_or_else(|| at + unmatched_bytes(text, at), |hit| hit.end);
        let step = match hit {
            Some(Hit {
                value: value @ Value::Text(_),
                ..
            }) => Step::Phrase { end, value },
            _ => Step::Shield { end },
        };
        match engine.cut() {
            Cut::Never => Some(step),
            Cut::ByLast => self.is_early(text, start, end).then_some(step),
            Cut::ByFirst => match (hit, &step) {
                (_, Step::Phrase { .. }) => Some(step),
                _ if self.is_early(text, at, end) => Some(step),
                // A piece that begins here, and of which the later stage may make something.
                (
                    Some(Hit {
                        value: Value::Shield,
                        ..
                    }),
                    _,
                ) if is_here => Some(Step::Phrase {
                    end,
                    value: Value::Shield,
                }),
                // No piece begins here, and no match of the later stage reaches in.
                (None, _) if self.is_early(text, at, at) => match engine.later_match(text, at) {
                    Some(Hit {
                        end,
                        value: Value::Text(value),
                    }) => Some(Step::Final { end, value }),
                    Some(Hit { end, .. }) => Some(Step::Shield { end }),
                    None => Some(step),
                },
                _ => None,
            },
        }
    }

    /// Whether only the first stage can match anything that holds a pair of neighbours from
    /// the one before `start` to the one at `end`.
    fn is_early(&self, text: &str, start: usize, end: usize) -> bool {
        let bytes = text.as_bytes();
        let mut left = (start > 0).then(|| word_before(bytes, start).0);
        let mut at = start;
        while at <= end && at < bytes.len() {
            let (right, right_bytes) = word_at(bytes, at);
            if left.is_some_and(|left| self.late.has_key(pair_key(left, right))) {
                return false;
            }
            left = Some(right);
            at += right_bytes;
        }
        true
    }
}
