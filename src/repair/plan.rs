//! What a repair did, as data: applied, inverted, printed and read.
//!
//! A plan is a list of passes, each a list of replacements in one text; every pass reads
//! what the one before wrote. Each replacement holds both sides in full, so undoing needs
//! nothing but the plan: swap the sides, move the spans, run the passes backwards. That
//! costs memory in proportion to what was changed, and in return no plan can be lossy.
//! The text form is in `plan_text.rs`. The shape follows ftfy, whose repairs also return
//! text and an explanation that can be replayed.

use std::borrow::Cow;

use super::rules::Rule;
use crate::Span;
use crate::error::{Error, ErrorKind};

/// One replacement.
///
/// # Examples
/// ```
/// use zhfix::Repairer;
/// let repair = Repairer::new().repair("坚决扞卫");
/// let edit = &repair.plan().passes()[0].edits[0];
/// assert_eq!((edit.before.as_str(), edit.after.as_str()), ("扞", "捍"));
/// assert_eq!(edit.span, "坚决".len().."坚决扞".len());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Edit {
    /// Where: bytes of the text that its pass was applied to.
    pub span: Span,
    /// The rule that demanded it.
    pub rule: &'static Rule,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
    /// For mojibake the route, `encode gbk | decode utf-8`; else empty.
    pub route: String,
    /// How certain the rule is, 0 to 1.
    pub certainty: f32,
    /// How many characters of `after` were filled in rather than proven.
    pub guessed_chars: u32,
    /// Which they are, in order of place.
    pub guesses: Vec<Guess>,
}

/// A character that was filled in.
///
/// # Examples
/// ```
/// use zhfix::Repairer;
/// let repair = Repairer::new().repair("坚决扞卫");
/// let edit = &repair.plan().passes()[0].edits[0];
/// // A rule of characters fills in nothing.
/// assert!(edit.guesses.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Guess {
    /// Where: bytes of what its edit writes.
    pub span: Span,
    /// How likely it is the one that was lost, 0 to 1.
    pub posterior: f32,
}

impl Edit {
    /// A replacement without route or guesses.
    pub(crate) fn new(
        text: &str,
        span: Span,
        rule: &'static Rule,
        after: impl Into<String>,
        certainty: f32,
    ) -> Edit {
        Edit {
            before: text[span.clone()].to_owned(),
            span,
            rule,
            after: after.into(),
            route: String::new(),
            certainty,
            guessed_chars: 0,
            guesses: Vec::new(),
        }
    }
}

/// Replacements applied to one text at the same time, in order of place, never overlapping.
///
/// # Examples
/// ```
/// use zhfix::Repairer;
/// let repair = Repairer::new().repair("坚决扞卫");
/// assert_eq!(repair.plan().passes()[0].edits.len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pass {
    /// The replacements.
    pub edits: Vec<Edit>,
}

/// Passes in the order applied; each reads what the one before wrote.
///
/// A plan is printed and read back in a text form, an edit a line, its fields parted by tabs:
/// span, rule, certainty, guessed characters, route, before, after. A line `zhfix plan 1` opens
/// it, a line `pass` each pass; `\\`, `\t`, `\n`, `\r` and `\u{…}` stand for what would break a
/// line or cannot be seen. What is printed reads back as an equal plan.
///
/// # Examples
/// ```
/// use zhfix::{Plan, Repairer};
/// let repair = Repairer::new().repair("浣犲ソ");
/// assert_eq!(repair.text(), "你好");
/// assert_eq!(repair.plan().inverse().apply("你好")?, "浣犲ソ");
/// assert_eq!(&repair.plan().to_string().parse::<Plan>()?, repair.plan());
/// # Ok::<(), zhfix::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    passes: Vec<Pass>,
    /// For each pass where its edits begin in what it writes: makes `source_of` a search.
    output_starts: Vec<Vec<usize>>,
}

impl Plan {
    /// The passes in the order applied.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// let repair = Repairer::new().repair("坚决扞卫");
    /// assert_eq!(repair.plan().passes().len(), 1);
    /// ```
    #[must_use]
    pub fn passes(&self) -> &[Pass] {
        &self.passes
    }

    /// Whether the plan changes nothing.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// assert!(Repairer::new().repair("好").plan().is_empty());
    /// ```
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.passes.is_empty()
    }

    /// The plan that takes the result back to the input.
    ///
    /// `plan.inverse().apply(repaired)` is the input, always. Time and memory O(plan).
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// let repair = Repairer::new().repair("坚决扞卫");
    /// assert_eq!(repair.plan().inverse().apply("坚决捍卫")?, "坚决扞卫");
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    #[must_use]
    pub fn inverse(&self) -> Plan {
        let mut inverse = Plan::default();
        for (pass, starts) in self.passes.iter().zip(&self.output_starts).rev() {
            let edits = pass.edits.iter().zip(starts).map(|(edit, &start)| Edit {
                span: start..start + edit.after.len(),
                before: edit.after.clone(),
                after: edit.before.clone(),
                ..edit.clone()
            });
            inverse.push(Pass {
                edits: edits.collect(),
            });
        }
        inverse
    }

    /// Applies the plan to a text; borrowed when it holds no edit.
    ///
    /// Time O(text) for each pass.
    ///
    /// # Errors
    /// `PlanMismatch` where the text is not what an edit replaces; its place is in bytes of
    /// the text that the edit's pass reads.
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// let repair = Repairer::new().repair("坚决扞卫");
    /// assert_eq!(repair.plan().apply("坚决扞卫")?, "坚决捍卫");
    /// assert!(repair.plan().apply("别的文字").is_err());
    /// # Ok::<(), zhfix::Error>(())
    /// ```
    pub fn apply<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Error> {
        let mut text = Cow::Borrowed(text);
        for pass in &self.passes {
            text = Cow::Owned(apply_pass(pass, &text)?);
        }
        Ok(text)
    }

    /// The span of the input from which a span of the output came.
    ///
    /// What lies outside all edits maps byte for byte; a span that begins or ends inside an
    /// edit takes in the whole of what that edit read; what was deleted at the span's ends is
    /// left out, unless the span is empty and stands exactly there. Time O(passes · log edits).
    ///
    /// # Examples
    /// ```
    /// use zhfix::Repairer;
    /// let repair = Repairer::new().repair("公司蕞好");
    /// assert_eq!(repair.plan().source_of(6..9), 6..9);
    /// ```
    #[must_use]
    pub fn source_of(&self, output_span: Span) -> Span {
        self.source_before(self.passes.len(), output_span)
    }

    /// The span of the input from which a span of the text that pass number `pass` reads
    /// came. Otherwise as [`Plan::source_of`].
    pub(crate) fn source_before(&self, pass: usize, span: Span) -> Span {
        let passes = self.passes.iter().zip(&self.output_starts).take(pass);
        passes.rev().fold(span, |span, (pass, starts)| {
            let edit = |at: usize| {
                let edit: &Edit = &pass.edits[at];
                (edit.span.clone(), edit.after.len())
            };
            source_of(edit, starts, span)
        })
    }

    /// Adds a pass; an empty one is dropped.
    pub(crate) fn push(&mut self, pass: Pass) {
        if pass.edits.is_empty() {
            return;
        }
        let mut starts = Vec::with_capacity(pass.edits.len());
        let (mut read_bytes, mut written_bytes) = (0, 0);
        for edit in &pass.edits {
            written_bytes += edit.span.start - read_bytes;
            starts.push(written_bytes);
            written_bytes += edit.after.len();
            read_bytes = edit.span.end;
        }
        self.output_starts.push(starts);
        self.passes.push(pass);
    }
}

/// What one pass makes of a text.
pub(super) fn apply_pass(pass: &Pass, text: &str) -> Result<String, Error> {
    let mut out = String::with_capacity(text.len());
    let mut done_bytes = 0;
    for edit in &pass.edits {
        let mismatch = || ErrorKind::PlanMismatch {
            at: edit.span.clone(),
        };
        if text.get(edit.span.clone()) != Some(edit.before.as_str()) {
            return Err(mismatch().into());
        }
        let kept = text.get(done_bytes..edit.span.start).ok_or_else(mismatch)?;
        out.push_str(kept);
        out.push_str(&edit.after);
        done_bytes = edit.span.end;
    }
    out.push_str(text.get(done_bytes..).unwrap_or_default());
    Ok(out)
}

/// [`Plan::source_of`] for replacements in one text, in order of place: `edit(i)` is what
/// replacement `i` replaces and how many bytes it writes, `starts[i]` where it begins in the output.
pub(crate) fn source_of(
    edit: impl Fn(usize) -> (Span, usize),
    starts: &[usize],
    span: Span,
) -> Span {
    let end_of = |at: usize| starts[at] + edit(at).1;
    if span.is_empty() {
        let place = span.start;
        // The edits that stand around or exactly at the place: a neighbour of text that
        // merely touches it does not count, a deletion there does.
        let first = starts.partition_point(|&start| start < place);
        if first > 0 && end_of(first - 1) > place {
            return edit(first - 1).0;
        }
        let deletions = (first..starts.len())
            .take_while(|&at| starts[at] == place && edit(at).1 == 0)
            .count();
        if deletions > 0 {
            return edit(first).0.start..edit(first + deletions - 1).0.end;
        }
        let source = match first.checked_sub(1) {
            Some(before) => edit(before).0.end + (place - end_of(before)),
            None => place,
        };
        return source..source;
    }
    // The last edit that begins at or before the first byte of the span.
    let begun = starts.partition_point(|&start| start <= span.start);
    let start = match begun.checked_sub(1) {
        Some(at) if span.start < end_of(at) => edit(at).0.start,
        Some(at) => edit(at).0.end + (span.start - end_of(at)),
        None => span.start,
    };
    // The last edit that begins before the end of the span.
    let begun = starts.partition_point(|&start| start < span.end);
    let end = match begun.checked_sub(1) {
        Some(at) if span.end < end_of(at) => edit(at).0.end,
        Some(at) => edit(at).0.end + (span.end - end_of(at)),
        None => span.end,
    };
    start..end
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::super::rules::all_rules;
    use super::*;

    fn edit(text: &str, span: Span, after: &str) -> Edit {
        Edit::new(text, span, &all_rules()[0], after, 0.5)
    }

    fn plan(passes: Vec<Vec<Edit>>) -> Plan {
        let mut plan = Plan::default();
        for edits in passes {
            plan.push(Pass { edits });
        }
        plan
    }

    #[test]
    fn spans_map_back_through_replacements_and_deletions() {
        let text = "ab(x)cdEFg";
        let plan = plan(vec![vec![edit(text, 2..5, ""), edit(text, 7..9, "123")]]);
        assert_eq!(plan.apply(text).unwrap(), "abcd123g");
        for (output, source) in [
            (0..2, 0..2),
            (2..3, 5..6),
            (1..3, 1..6),
            (2..2, 2..5),
            (0..0, 0..0),
            (3..4, 6..7),
            (4..5, 7..9),
            (5..6, 7..9),
            (5..5, 7..9),
            (3..6, 6..9),
            (7..8, 9..10),
            (0..8, 0..10),
            (8..8, 10..10),
        ] {
            assert_eq!(plan.source_of(output.clone()), source, "{output:?}");
        }
    }

    #[test]
    fn a_text_that_the_plan_does_not_fit_is_named() {
        let plan = plan(vec![vec![edit("蕞好", 0..3, "最")]]);
        let error = plan.apply("最好").unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::PlanMismatch { at: 0..3 });
        assert!(plan.apply("").is_err());
    }

    /// A text and a plan that fits it: each pass cuts what the one before wrote.
    pub(in super::super) fn any_plan() -> impl Strategy<Value = (String, Plan)> {
        let step = ("[a-z 中文\t\n\\\\\u{E15F}]{0,4}", any::<bool>());
        let pass = prop::collection::vec(step, 0..12);
        ("\\PC{0,40}", prop::collection::vec(pass, 0..4)).prop_map(|(text, passes)| {
            let mut plan = Plan::default();
            let mut now = text.clone();
            for (number, steps) in passes.into_iter().enumerate() {
                let mut edits = Vec::new();
                let mut places = now.char_indices().map(|(at, c)| at..at + c.len_utf8());
                for (after, wanted) in steps {
                    let Some(span) = places.next() else { break };
                    if wanted {
                        let rule = &all_rules()[number];
                        let mut edit = Edit::new(&now, span, rule, after.clone(), 0.25);
                        if let Some(c) = after.chars().next() {
                            edit.guessed_chars = 1;
                            edit.guesses.push(Guess {
                                span: 0..c.len_utf8(),
                                posterior: 0.1,
                            });
                        }
                        edit.route = after;
                        edits.push(edit);
                    }
                }
                let pass = Pass { edits };
                now = apply_pass(&pass, &now).unwrap();
                plan.push(pass);
            }
            (text, plan)
        })
    }

    proptest! {
        #[test]
        fn the_inverse_restores_the_input((text, plan) in any_plan()) {
            let out = plan.apply(&text).unwrap();
            prop_assert_eq!(plan.inverse().apply(&out).unwrap(), text.as_str());
            prop_assert_eq!(plan.inverse().inverse(), plan);
        }

        #[test]
        fn what_lies_outside_edits_maps_to_itself((text, plan) in any_plan()) {
            let out = plan.apply(&text).unwrap();
            for (at, c) in out.char_indices() {
                let source = plan.source_of(at..at + c.len_utf8());
                prop_assert!(text.get(source).is_some());
            }
            prop_assert_eq!(plan.source_of(0..out.len()).end <= text.len(), true);
        }
    }
}
