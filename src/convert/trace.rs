//! Conversion step by step, with every choice on the way.
//!
//! The same reading of OpenCC's algorithm as `engine`, but every pass over the text keeps its
//! steps: which stretch became which, by a character, a phrase, or not at all. From them come
//! three things that the fast way cannot say.
//!
//! - **Groups.** Where all passes have a boundary at the same place, the text falls into groups
//!   that were converted independently of each other. A group that differs from its source is
//!   an edit; a group of single characters in which one had several values was chosen by
//!   default.
//! - **Alternatives.** Each further value of a key is put in the place of the first and taken
//!   through the later stages.
//! - **What is settled.** No key and no description sequence has more than 64 characters, so in
//!   a text that goes on, what a pass finds more than that before the end cannot change any
//!   more. The text may be cut behind any settled group that does not end inside a phrase of
//!   the segmentation: passes only look ahead, so to begin anew at a place where all of them
//!   begin a step is the same as to go on.
//!
//! Long texts are read in windows, each begun at such a cut. Only where passes interlock without
//! end (every match of one reaches over the end of a match of the other) does a window
//! grow; no built-in configuration has such dictionaries.

use super::engine::Engine;
use super::matcher::{Matcher, unmatched_bytes};
use super::traced::{By, Piece, Traced};
use super::user::UserDictionary;
use crate::Span;
use crate::data::choices::Choices;

/// A window of text, long against what a pass looks ahead, short against the caches.
const WINDOW_BYTES: usize = 16 * 1024;

/// One dictionary, with what else its keys may become.
#[derive(Debug, Clone)]
pub(crate) struct Dictionary<'m> {
    pub(crate) matcher: Matcher<'m>,
    pub(crate) choices: Choices<'m>,
}

/// One pass over the text.
#[derive(Debug, Clone)]
pub(crate) enum Pass<'m> {
    /// Puts keys in their place whose values are final, and cuts the rest into pieces.
    Cut {
        /// Looked up in this order before the segmentation.
        finals: Vec<Dictionary<'m>>,
        segmentation: Option<Segmentation<'m>>,
    },
    /// Runs one dictionary over each piece.
    Stage(Dictionary<'m>),
}

/// What cuts the text: each match is a piece, and so is what stands between two.
#[derive(Debug, Clone)]
pub(crate) struct Segmentation<'m> {
    pub(crate) matcher: Matcher<'m>,
    /// Whether its keys of one character count; they do not in the table of a stage, which
    /// holds more than the segmentation's keys.
    pub(crate) single_chars: bool,
}

/// A conversion as its passes, in order.
#[derive(Debug, Clone)]
pub(crate) struct Chain<'m> {
    pub(crate) passes: Vec<Pass<'m>>,
}

/// A stretch of the source that was converted independently of all else.
#[derive(Debug)]
pub(crate) struct Group<'w> {
    chain: &'w Chain<'w>,
    traced: &'w [Traced],
    /// How many steps of each pass stand before it, and at its end.
    from: &'w [usize],
    to: &'w [usize],
    /// Where: bytes of the source.
    pub(crate) source: Span,
    /// What stood there.
    pub(crate) before: &'w str,
    /// What stands there instead.
    pub(crate) after: &'w str,
}

impl<'m> Chain<'m> {
    /// The passes of a built-in configuration.
    pub(crate) fn of(engine: &'m Engine) -> Chain<'m> {
        let mut finals: Vec<Dictionary<'m>> =
            engine.user.iter().map(UserDictionary::open).collect();
        finals.extend(engine.overrides.map(|matcher| Dictionary {
            matcher,
            choices: Choices::open(&[]),
        }));
        let segmentation = engine.segmentation().map(|&matcher| Segmentation {
            matcher,
            single_chars: false,
        });
        let mut passes = Vec::new();
        if !finals.is_empty() || segmentation.is_some() {
            passes.push(Pass::Cut {
                finals,
                segmentation,
            });
        }
        let choices = engine
            .choices
            .iter()
            .copied()
            .chain(std::iter::repeat([].as_slice()));
        passes.extend(engine.stages.iter().zip(choices).map(|(&matcher, bytes)| {
            Pass::Stage(Dictionary {
                matcher,
                choices: Choices::open(bytes),
            })
        }));
        Chain { passes }
    }

    /// Calls `each` with every settled group in order; how many bytes of the text they take.
    /// If the text does not go on, that is all of it.
    pub(crate) fn walk(
        &self,
        text: &str,
        goes_on: bool,
        each: &mut impl FnMut(&Group<'_>),
    ) -> usize {
        let (mut at, mut bytes) = (0, WINDOW_BYTES);
        while at < text.len() {
            let end = text.floor_char_boundary(at.saturating_add(bytes).min(text.len()));
            let is_open = goes_on || end < text.len();
            let done = self.window(&text[at..end], at, is_open, each);
            at += done;
            if end == text.len() && is_open {
                break;
            }
            bytes = if done == 0 { bytes * 2 } else { WINDOW_BYTES };
        }
        at
    }

    /// Traces a text that begins at a cut; how much of it is settled.
    fn window(
        &self,
        text: &str,
        offset: usize,
        is_open: bool,
        each: &mut impl FnMut(&Group<'_>),
    ) -> usize {
        let mut traced: Vec<Traced> = Vec::with_capacity(self.passes.len() + 1);
        let mut pieces = vec![Piece {
            end: text.len(),
            is_final: false,
        }];
        let mut current = text.to_owned();
        for pass in &self.passes {
            let mut level = Traced {
                text: current,
                ..Traced::default()
            };
            (current, pieces) = match pass {
                Pass::Cut {
                    finals,
                    segmentation,
                } => level.cut(finals, segmentation.as_ref(), &pieces, is_open),
                Pass::Stage(dictionary) => level.stage(&dictionary.matcher, &pieces, is_open),
            };
            traced.push(level);
        }
        traced.push(Traced {
            text: current,
            ..Traced::default()
        });
        self.groups(&traced, offset, is_open, each)
    }

    /// Finds the groups of a traced window, up to its last cut.
    fn groups(
        &self,
        traced: &[Traced],
        offset: usize,
        is_open: bool,
        each: &mut impl FnMut(&Group<'_>),
    ) -> usize {
        let (Some(source), Some(result)) = (traced.first(), traced.last()) else {
            return 0;
        };
        let passes = &traced[..traced.len() - 1];
        if passes.is_empty() {
            return source.text.len();
        }
        // The steps done in each pass at the end of each group, one group behind another.
        let mut ends: Vec<usize> = Vec::new();
        let mut at = vec![0; passes.len()];
        let mut frame = vec![0; passes.len()];
        let mut uncut = 0;
        while next_group(passes, &mut at) {
            ends.extend(&at);
            if !is_open || !is_framed(passes, &at, &mut frame) {
                uncut = ends.len();
            }
        }
        let (mut start, mut out_start) = (0, 0);
        let none = vec![0; passes.len()];
        let mut before: &[usize] = &none;
        for at in ends[..uncut].chunks(passes.len()) {
            let end = passes[0].end(at[0]);
            let out_end = passes[at.len() - 1].out_end(at[at.len() - 1]);
            each(&Group {
                chain: self,
                traced,
                from: before,
                to: at,
                source: offset + start..offset + end,
                before: &source.text[start..end],
                after: &result.text[out_start..out_end],
            });
            (start, out_start, before) = (end, out_end, at);
        }
        start
    }

    /// What the stages from this pass on make of a text of its own.
    fn finish(&self, mut text: String, from: usize) -> String {
        for pass in &self.passes[from..] {
            let Pass::Stage(Dictionary { matcher, .. }) = pass else {
                continue;
            };
            let mut out = String::with_capacity(text.len());
            let mut at = 0;
            while at < text.len() {
                at = match matcher.longest(&text, at) {
                    Some(hit) => {
                        matcher.push(&text[at..hit.end], hit.value, &mut out);
                        hit.end
                    }
                    None => {
                        let end = at + unmatched_bytes(&text, at);
                        out.push_str(&text[at..end]);
                        end
                    }
                };
            }
            text = out;
        }
        text
    }
}

impl Group<'_> {
    /// Whether no phrase decided: one character of the source, and single characters ever after.
    pub(crate) fn is_single_char(&self) -> bool {
        let mut passes = self.traced.iter().zip(self.from.iter().zip(self.to));
        self.before.chars().nth(1).is_none()
            && passes.all(|(traced, (&from, &to))| {
                let mut steps = traced.steps[from..to].iter();
                steps.all(|step| step.by != By::Phrase)
            })
    }

    /// What else the source might have become, each once, in order of the passes.
    pub(crate) fn alternatives(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for (number, pass) in self.chain.passes.iter().enumerate() {
            let (level, out) = (&self.traced[number], &self.traced[number + 1].text);
            let (from, to) = (self.from[number], self.to[number]);
            for index in from..to {
                let step = level.steps[index];
                if step.by == By::Nothing {
                    continue;
                }
                let (choices, is_final) = match pass {
                    Pass::Cut { finals, .. } => (finals[step.dictionary].choices, true),
                    Pass::Stage(dictionary) => (dictionary.choices, false),
                };
                let start = level.end(index);
                for value in choices.further(&level.text[start..step.end]) {
                    let mut text = out[level.out_end(from)..level.out_end(index)].to_owned();
                    text.push_str(value);
                    text.push_str(&out[step.out_end..level.out_end(to)]);
                    if !is_final {
                        text = self.chain.finish(text, number + 1);
                    }
                    if text != self.after && !found.contains(&text) {
                        found.push(text);
                    }
                }
            }
        }
        found
    }
}

/// Goes on by one group; false where not all of it is settled. `at`: steps done in each pass.
fn next_group(passes: &[Traced], at: &mut [usize]) -> bool {
    let mut next = at.to_vec();
    if passes[0].steps.len() <= next[0] {
        return false;
    }
    next[0] += 1;
    let mut pass = 1;
    while pass < passes.len() {
        let (here, earlier) = (&passes[pass], &passes[pass - 1]);
        while here.end(next[pass]) < earlier.out_end(next[pass - 1]) {
            if here.steps.len() <= next[pass] {
                return false;
            }
            next[pass] += 1;
        }
        if here.end(next[pass]) == earlier.out_end(next[pass - 1]) {
            pass += 1;
            continue;
        }
        // A match reaches over the end of what the earlier pass wrote: that has to go on too.
        while earlier.out_end(next[pass - 1]) < here.end(next[pass]) {
            if earlier.steps.len() <= next[pass - 1] {
                return false;
            }
            next[pass - 1] += 1;
        }
        pass = 1;
    }
    at.copy_from_slice(&next);
    true
}

/// Whether a place is inside a phrase of a segmentation. `frame`: phrases passed in each pass.
fn is_framed(passes: &[Traced], at: &[usize], frame: &mut [usize]) -> bool {
    let mut framed = false;
    for ((pass, &at), frame) in passes.iter().zip(at).zip(frame) {
        let place = pass.end(at);
        while pass
            .frames
            .get(*frame)
            .is_some_and(|span| span.end <= place)
        {
            *frame += 1;
        }
        framed |= pass
            .frames
            .get(*frame)
            .is_some_and(|span| span.start < place);
    }
    framed
}
