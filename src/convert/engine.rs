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
//!
//! This is the plain reading of OpenCC's algorithm. `scanner` calls it for the few stretches
//! of a text where it matters; with a user dictionary it runs over the whole.

use super::edits::{Replacements, compose};
use super::matcher::{Hit, Matcher, unmatched_bytes};
use super::output::Output;
use super::scanner::Scanner;
use super::user::UserDictionary;
use crate::Span;
use crate::data::table::Value;
use crate::data::{Config, Cut, SPECIAL};

/// Receives what conversion puts in the place of a stretch of the input, in order.
pub(crate) trait Sink {
    /// `span` of the input becomes `with`; never called where they are equal.
    fn replace(&mut self, span: Span, with: &str);
}

/// The tables of one configuration.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    /// Looked up before all else: the overrides of a configuration.
    pub(super) overrides: Option<Matcher<'static>>,
    cut: Cut,
    pub(super) stages: Vec<Matcher<'static>>,
    /// The further values of the keys of each stage.
    pub(super) choices: &'static [&'static [u8]],
    /// A compiled user dictionary, looked up even before the overrides.
    pub(super) user: Option<UserDictionary>,
    pub(super) scanner: Scanner,
}

impl Engine {
    pub(crate) fn new(
        config: &'static Config,
        choices: &'static [&'static [u8]],
        tofu: bool,
        user: Option<UserDictionary>,
    ) -> Engine {
        Engine {
            choices,
            overrides: config.overrides.map(Matcher::new),
            cut: config.cut,
            stages: config
                .stages
                .iter()
                .map(|stage| match stage.tofu {
                    Some(first) if tofu => Matcher::with_first(stage.plain, first),
                    _ => Matcher::new(stage.plain),
                })
                .collect(),
            user,
            scanner: Scanner::new(&config.scan[usize::from(tofu)]),
        }
    }

    /// Converts a part of the text of `output`, as a text of its own.
    pub(crate) fn convert(&self, part: Span, output: &mut Output<'_>) {
        if self.user.is_some() {
            // The scan data knows nothing of the user's keys.
            let text = output.text;
            let sink = &mut Shifted {
                by: part.start,
                sink: output,
            };
            return self.run(&text[part], sink, &mut Scratch::default());
        }
        self.scanner.run(self, part, output);
    }

    /// Whether a stage reads what another one wrote.
    #[inline]
    pub(crate) fn has_later_stage(&self) -> bool {
        self.stages.len() > 1
    }

    /// The first stage.
    #[inline]
    pub(crate) fn first_stage(&self) -> Option<&Matcher<'static>> {
        self.stages.first()
    }

    /// Whose phrases cut the text.
    #[inline]
    pub(crate) fn cut(&self) -> Cut {
        self.cut
    }

    /// The dictionary whose phrases cut the text.
    pub(super) fn segmentation(&self) -> Option<&Matcher<'static>> {
        match self.cut {
            Cut::Never => None,
            Cut::ByFirst => self.stages.first(),
            Cut::ByLast => self.stages.last(),
        }
    }

    /// What the stages make of a phrase that the first one matched, as a piece of its own.
    pub(crate) fn finish<'s>(
        &'s self,
        key: &str,
        value: Value<'s>,
        scratch: &'s mut Scratch,
    ) -> &'s str {
        let Some((first, later)) = self.stages.split_first() else {
            return "";
        };
        let Buffers {
            value: text,
            middle: other,
            ..
        } = scratch.buffers();
        match (value, later.is_empty()) {
            (Value::Text(value), true) => return value,
            _ => {
                text.clear();
                first.push(key, value, text);
            }
        }
        for matcher in later {
            other.clear();
            convert_piece(matcher, text, other);
            std::mem::swap(text, other);
        }
        text
    }

    /// The longest match of the last of two stages in the stretch between pieces that begins
    /// at `at`, where the first stage gives one character for one.
    pub(crate) fn later_match(&self, text: &str, at: usize) -> Option<Hit<'static>> {
        let [first, last] = self.stages.as_slice() else {
            return None;
        };
        let written = |c: char| first.single(c).unwrap_or(c);
        let mut walk = last.walk(written(text[at..].chars().next()?));
        let mut found = None;
        for (offset, c) in text[at..].char_indices().skip(1) {
            if !walk.may_go_on()
                || !walk.go_on(written(c))
                || first.phrase(text, at + offset).is_some()
            {
                break;
            }
            if let Some(value) = walk.value() {
                found = Some(Hit {
                    end: at + offset + c.len_utf8(),
                    value,
                });
            }
        }
        found
    }

    /// What one character becomes, for `scanner`: 0 where it stays.
    pub(crate) fn single(&self, c: char) -> u32 {
        let stays = self.stages.iter().all(|stage| !stage.has_single(c));
        if stays { 0 } else { SPECIAL }
    }

    /// Converts a text, telling the sink of every stretch that changes.
    pub(crate) fn run(&self, text: &str, sink: &mut impl Sink, scratch: &mut Scratch) {
        let user = self.user.as_ref().map(|user| Matcher::new(&user.bytes));
        let mut run = Run {
            text,
            stages: &self.stages,
            sink,
            scratch: scratch.buffers(),
        };
        let segmentation = self.segmentation();
        if segmentation.is_none() && self.overrides.is_none() && user.is_none() {
            run.piece(0..text.len());
            return;
        }
        let first = [user.as_ref(), self.overrides.as_ref()];
        let all = || first.into_iter().chain([segmentation]).flatten();
        let bytes = text.as_bytes();
        let (mut begin, mut at) = (0, 0);
        while at < text.len() {
            if all().all(|matcher| matcher.skips(bytes[at])) {
                at += 1;
                continue;
            }
            let first_hit = first
                .into_iter()
                .flatten()
                .find_map(|matcher| Some((matcher, matcher.longest(text, at)?)));
            if let Some((matcher, hit)) = first_hit {
                run.piece(begin..at);
                run.finished(matcher, at..hit.end, hit.value);
                (begin, at) = (hit.end, hit.end);
            } else if let Some(hit) = segmentation.and_then(|matcher| matcher.phrase(text, at)) {
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

/// Buffers of the stages, kept from stretch to stretch, and made when one needs them: many short
/// texts need none.
#[derive(Debug, Default)]
pub(crate) struct Scratch(Option<Buffers>);

impl Scratch {
    fn buffers(&mut self) -> &mut Buffers {
        self.0.get_or_insert_default()
    }
}

#[derive(Debug, Default)]
struct Buffers {
    value: String,
    middle: String,
    first: Replacements,
    second: Replacements,
}

/// A conversion under way.
struct Run<'r, 't, 'm, S> {
    text: &'t str,
    stages: &'r [Matcher<'m>],
    sink: &'r mut S,
    scratch: &'r mut Buffers,
}

impl<S: Sink> Run<'_, '_, '_, S> {
    /// Runs every stage over one piece.
    fn piece(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        let source = &self.text[span.clone()];
        let mut shifted = Shifted {
            by: span.start,
            sink: self.sink,
        };
        let Buffers {
            value,
            middle,
            first,
            second,
        } = self.scratch;
        let Some((last, earlier)) = self.stages.split_last() else {
            return;
        };
        first.clear();
        for (number, matcher) in earlier.iter().enumerate() {
            if number == 0 || first.is_empty() {
                stage(matcher, source, value, first);
                continue;
            }
            middle.clear();
            first.apply(source, middle);
            second.clear();
            stage(matcher, middle, value, second);
            *first = compose(first, middle, second);
        }
        if first.is_empty() {
            return stage(last, source, value, &mut shifted);
        }
        middle.clear();
        first.apply(source, middle);
        second.clear();
        stage(last, middle, value, second);
        for (at, with) in compose(first, middle, second).iter() {
            if source[at.clone()] != *with {
                shifted.replace(at, with);
            }
        }
    }

    /// Puts the value of a key in its place, past every stage.
    fn finished(&mut self, matcher: &Matcher<'_>, span: Span, value: Value<'_>) {
        let key = &self.text[span.clone()];
        replace_changed(
            matcher,
            span,
            (key, value),
            &mut self.scratch.value,
            self.sink,
        );
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

/// Appends what one dictionary makes of one piece.
fn convert_piece(matcher: &Matcher<'_>, text: &str, out: &mut String) {
    let mut at = 0;
    while at < text.len() {
        let end = match matcher.longest(text, at) {
            Some(hit) => {
                matcher.push(&text[at..hit.end], hit.value, out);
                hit.end
            }
            None => {
                let end = at + unmatched_bytes(text, at);
                out.push_str(&text[at..end]);
                end
            }
        };
        at = end;
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
        let key = &text[at..hit.end];
        replace_changed(matcher, at..hit.end, (key, hit.value), buffer, sink);
        at = hit.end;
    }
}

/// Tells the sink what a key becomes, if that is not itself; a buffer is needed only then.
fn replace_changed(
    matcher: &Matcher<'_>,
    span: Span,
    (key, value): (&str, Value<'_>),
    buffer: &mut String,
    sink: &mut impl Sink,
) {
    if matcher.keeps(key, value) {
        return;
    }
    buffer.clear();
    matcher.push(key, value, buffer);
    sink.replace(span, buffer);
}
