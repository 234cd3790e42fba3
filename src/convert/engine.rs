//! One configuration of OpenCC: which dictionaries, in which order, on which pieces of text.
//!
//! A configuration without segmentation is one stage over the whole text. With segmentation
//! the text is first cut: every longest match of the segmentation dictionary is a piece, and
//! so is every stretch between two matches; each stage then runs on each piece, so that no
//! match of a later stage crosses a cut. The segmentation dictionary of every built-in
//! configuration is the phrases (two characters and more) of one of its stages, which
//! `datagen` checks, so it needs no table of its own.
//!
//! User entries, and the overrides of a configuration of our own, are looked up first at
//! every position of the input; what they give is final and a piece of its own.

use std::sync::Arc;

use super::edits::{Replacements, compose};
use super::matcher::{Matcher, unmatched_bytes};
use crate::Span;
use crate::data::Config;

/// Receives what conversion puts in the place of a stretch of the input, in order.
pub(crate) trait Sink {
    /// `span` of the input becomes `with`; never called where they are equal.
    fn replace(&mut self, span: Span, with: &str);
}

/// The tables of one configuration.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    config: &'static Config,
    tofu: bool,
    user: Option<Arc<Vec<u8>>>,
}

impl Engine {
    pub(crate) fn new(config: &'static Config, tofu: bool, user: Option<Arc<Vec<u8>>>) -> Engine {
        Engine { config, tofu, user }
    }

    /// Converts a text, telling the sink of every stretch that changes.
    pub(crate) fn run(&self, text: &str, sink: &mut impl Sink) {
        let stages: Vec<Matcher<'_>> = self
            .config
            .stages
            .iter()
            .map(|stage| Matcher::new(stage.bytes(self.tofu)))
            .collect();
        let user = self.user.as_ref().map(|bytes| Matcher::new(bytes));
        let first: Vec<Matcher<'_>> = user
            .into_iter()
            .chain(self.config.overrides.map(Matcher::new))
            .collect();
        let segmentation = self
            .config
            .segmentation
            .map(|stage| Matcher::new(stage.bytes(self.tofu)));
        let mut run = Run {
            text,
            stages: &stages,
            sink,
            buffer: String::new(),
            other: String::new(),
        };
        if segmentation.is_none() && first.is_empty() {
            run.piece(0..text.len());
            return;
        }
        let skips = |byte: u8| {
            segmentation
                .as_ref()
                .is_none_or(|matcher| matcher.skips(byte))
                && first.iter().all(|matcher| matcher.skips(byte))
        };
        let bytes = text.as_bytes();
        let (mut begin, mut at) = (0, 0);
        while at < text.len() {
            if skips(bytes[at]) {
                at += 1;
                continue;
            }
            let first_hit = first
                .iter()
                .find_map(|matcher| Some((matcher, matcher.longest(text, at)?)));
            if let Some((matcher, hit)) = first_hit {
                run.piece(begin..at);
                run.finished(matcher, at..hit.end, hit.value);
                (begin, at) = (hit.end, hit.end);
            } else if let Some(hit) = segmentation
                .as_ref()
                .and_then(|matcher| matcher.phrase(text, at))
            {
                run.piece(begin..at);
                run.piece(at..hit.end);
                (begin, at) = (hit.end, hit.end);
            } else {
                at += unmatched_bytes(text, at);
            }
        }
        run.piece(begin..at);
    }
}

/// A conversion under way.
struct Run<'r, 't, 'm, S> {
    text: &'t str,
    stages: &'r [Matcher<'m>],
    sink: &'r mut S,
    buffer: String,
    other: String,
}

impl<S: Sink> Run<'_, '_, '_, S> {
    /// Runs every stage over one piece.
    fn piece(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let source = &self.text[span.clone()];
        let Some((first, later)) = self.stages.split_first() else {
            return;
        };
        if later.is_empty() {
            let mut shifted = Shifted {
                by: span.start,
                sink: self.sink,
            };
            return stage(first, source, &mut self.buffer, &mut shifted);
        }
        let mut edits = Replacements::default();
        stage(first, source, &mut self.buffer, &mut edits);
        for next in later {
            let mut found = Replacements::default();
            if edits.is_empty() {
                stage(next, source, &mut self.buffer, &mut found);
                edits = found;
            } else {
                self.other.clear();
                edits.apply(source, &mut self.other);
                stage(next, &self.other, &mut self.buffer, &mut found);
                edits = compose(&edits, &self.other, &found);
            }
        }
        for (at, with) in edits.iter() {
            if source[at.clone()] != *with {
                self.sink
                    .replace(span.start + at.start..span.start + at.end, with);
            }
        }
    }

    /// Puts the value of a key in its place, past every stage.
    fn finished(
        &mut self,
        matcher: &Matcher<'_>,
        span: Span,
        value: crate::data::table::Value<'_>,
    ) {
        self.buffer.clear();
        let key = &self.text[span.clone()];
        matcher.push(key, value, &mut self.buffer);
        if key != self.buffer {
            self.sink.replace(span, &self.buffer);
        }
    }
}

/// Passes replacements on, moved to where the piece stands in the input.
pub(crate) struct Shifted<'s, S> {
    pub(crate) by: usize,
    pub(crate) sink: &'s mut S,
}

impl<S: Sink> Sink for Shifted<'_, S> {
    fn replace(&mut self, span: Span, with: &str) {
        self.sink
            .replace(self.by + span.start..self.by + span.end, with);
    }
}

/// Runs one dictionary over one piece.
fn stage(matcher: &Matcher<'_>, text: &str, buffer: &mut String, sink: &mut impl Sink) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if matcher.skips(bytes[at]) {
            at += 1;
            continue;
        }
        let Some(hit) = matcher.longest(text, at) else {
            at += unmatched_bytes(text, at);
            continue;
        };
        buffer.clear();
        let key = &text[at..hit.end];
        matcher.push(key, hit.value, buffer);
        if key != buffer {
            sink.replace(at..hit.end, buffer);
        }
        at = hit.end;
    }
}
