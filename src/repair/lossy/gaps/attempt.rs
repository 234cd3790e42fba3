//! A line or field read in every way, and the best of them written down.
//!
//! It is read without candidates first, which is cheap: what proves a reading is intact. Fuel bounds
//! what garbage costs; what is proven earns some. What it gets wrong: the way that is cheapest for a
//! line need not be that of its document, and a line by itself is not asked again.

use super::author::Author;
use super::candidates::Memory;
use super::judge::{Bar, intact, judge};
use super::lattice::{self, Detail, Read};
use super::losses::Losses;
use super::marks::may_be;
use super::misreading::Misreading;
use crate::Span;
use crate::model::{Cost, Language};
use crate::repair::lossy::decoder::{Decoder, Program};
use crate::repair::lossy::edits::{self, Reading};
use crate::repair::lossy::language;
use crate::repair::lossy::passage::Strength;
use crate::repair::lossy::way::SPACE;
use crate::repair::lossy::{Filling, Found, RouteFuel, is_japanese};
use crate::repair::reread::Right;
use crate::repair::rules::RuleSet;

/// How long a line may be.
const LINE_BYTES_MAX: usize = 1 << 15;
/// What of a character an attempt is worth, in fuel.
const CHARS_PER_FUEL: usize = 2;
/// How much of it each character of what is proven earns.
const FUEL_PER_PROVEN_CHAR: usize = 64;
const FUEL_MAX: usize = 400_000;

/// How a span was read without candidates.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial {
    pub(super) cost: Cost,
    strength: Strength,
}

/// What a span may be.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) span: Span,
    pub(super) misreading: Misreading,
    language: Language,
    /// For each of [`Program::ALL`].
    pub(super) trials: [Option<Trial>; 2],
}

/// The search of one text.
#[derive(Debug)]
pub(super) struct Search<'s> {
    pub(super) text: &'s str,
    pub(super) fuel: &'s mut RouteFuel,
    pub(super) rules: &'s RuleSet,
    pub(super) memory: Memory,
    /// What the last span was that proved itself, and in which language.
    last: Option<(Misreading, Language)>,
}

impl<'s> Search<'s> {
    pub(super) fn of(text: &'s str, fuel: &'s mut RouteFuel, rules: &'s RuleSet) -> Search<'s> {
        Search {
            text,
            fuel,
            rules,
            memory: Memory::default(),
            last: None,
        }
    }

    /// Reads a line as the one before that proved itself, if this does so, too; mostly it does.
    pub(super) fn attempt_as_last(&mut self, line: Span) -> Option<Attempt> {
        let (misreading, language) = self.last?;
        let whole = self.attempt_in(line, (&[misreading], language), Bar::Alone);
        whole.filter(Attempt::is_strong)
    }

    /// The best way to read a span.
    pub(super) fn attempt(
        &mut self,
        span: Span,
        misreadings: &[Misreading],
        bar: Bar,
    ) -> Option<Attempt> {
        self.attempt_in(span, (misreadings, Language::Hans), bar)
    }

    /// The same, given the language that UTF-8 is read in first.
    fn attempt_in(
        &mut self,
        span: Span,
        (misreadings, language): (&[Misreading], Language),
        bar: Bar,
    ) -> Option<Attempt> {
        let line = &self.text[span.clone()];
        if span.len() > LINE_BYTES_MAX || self.fuel.left == 0 {
            return None;
        }
        let chars = line.chars().count();
        let (mut best, mut burnt): (Option<(Cost, Attempt)>, usize) = (None, 0);
        for &misreading in misreadings {
            let has = |c: char| {
                c.is_ascii()
                    || c == char::REPLACEMENT_CHARACTER
                    || !misreading.decoder.codes(c).as_slice().is_empty()
            };
            let is_on = self.rules.contains(misreading.rule());
            let is_asked_for = bar == Bar::Document && !line.contains('?');
            let may_be = is_asked_for || may_be(line, misreading);
            if !is_on || !may_be || !line.chars().all(has) {
                continue;
            }
            if misreading.right == Right::Utf8 && is_japanese(line, misreading.decoder) {
                continue;
            }
            burnt += (chars / CHARS_PER_FUEL + 1) * Program::ALL.len();
            let attempt = self.attempt_as(span.clone(), (misreading, language), bar);
            if let Some(trial) = attempt.best()
                && best.as_ref().is_none_or(|(cost, _)| trial.cost < *cost)
            {
                best = Some((trial.cost, attempt));
            }
        }
        let best = best.map(|(_, attempt)| attempt);
        let fuel = &mut self.fuel;
        if let Some(strong) = best.as_ref().filter(|attempt| attempt.is_strong()) {
            fuel.left = (fuel.left + chars * FUEL_PER_PROVEN_CHAR).min(FUEL_MAX.max(fuel.left));
            fuel.proven_chars += chars;
            self.last = Some((strong.misreading, strong.language));
        } else {
            fuel.left = fuel.left.saturating_sub(burnt);
        }
        best
    }

    /// Reads a span without candidates as each program would have written it.
    fn attempt_as(
        &mut self,
        span: Span,
        (misreading, language): (Misreading, Language),
        bar: Bar,
    ) -> Attempt {
        let line = &self.text[span.clone()];
        let mut language = misreading.right.language().unwrap_or(language);
        let trials = Program::ALL.map(|program| {
            let losses = Losses {
                misreading,
                program,
            };
            let mut read = |language| {
                let how = (Detail::Together, &mut self.memory);
                lattice::read(line, 0, losses, language, how)
            };
            let mut first = read(language)?;
            let kind = language::kind(intact(&first).chars());
            if kind != language
                && let Some(again) = read(kind)
            {
                (first, language) = (again, kind);
            }
            let strength = judge(line, &first, misreading.right, bar)?;
            Some(Trial {
                cost: first.cost,
                strength,
            })
        });
        Attempt {
            span,
            misreading,
            language,
            trials,
        }
    }
}

impl Attempt {
    /// The cheaper one of both.
    pub(super) fn best(&self) -> Option<Trial> {
        let trials = self.trials.iter().flatten();
        trials.min_by_key(|trial| trial.cost).copied()
    }

    /// Whether it proves itself.
    pub(super) fn is_strong(&self) -> bool {
        self.best()
            .is_some_and(|trial| trial.strength == Strength::Strong)
    }

    /// Reads it with its gaps filled in, and writes that.
    pub(super) fn write(
        &self,
        text: &str,
        author: Author,
        (filling, memory): (Filling, &mut Memory),
        found: &mut Found,
    ) {
        let Some(read) = self.read(&text[self.span.clone()], author, memory) else {
            return;
        };
        let reading = Reading {
            span: &self.span,
            steps: &read.steps,
            decoder: self.misreading.decoder,
            route: &self.misreading.route(),
            rule: self.misreading.rule(),
        };
        // As the other lattice, which reads the same lines where they prove more.
        let is_read_by_both = self.misreading.right == Right::Utf8
            && matches!(self.misreading.decoder, Decoder::ShiftJis | Decoder::EucKr);
        let filling = match is_read_by_both {
            true => filling,
            false => filling.of_gaps(),
        };
        edits::write(text, &[reading], filling, found);
    }

    /// Reads it as its author wrote it; what another would have written is in doubt where the author
    /// is.
    fn read(&self, line: &str, author: Author, memory: &mut Memory) -> Option<Read> {
        let mut read = |program: Program| {
            self.trials[program as usize]?;
            let losses = Losses {
                misreading: self.misreading,
                program,
            };
            let how = (Detail::Weighed, &mut *memory);
            lattice::read(line, self.span.start, losses, self.language, how)
        };
        let first = read(author.program);
        let is_doubtful = author.share < edits::CERTAIN_POSTERIOR || first.is_none();
        let other = is_doubtful.then(|| read(author.program.other())).flatten();
        let Some(mut read) = first else {
            return other;
        };
        if let Some(other) = other {
            for ((_, step), (_, other)) in read.steps.iter_mut().zip(&other.steps) {
                let [mine, its] = [&step.out, &other.out].map(|out| out.chars().map(|(c, _)| c));
                if !mine.eq(its) {
                    step.out.doubt(SPACE, |_, _| true);
                    for posterior in &mut step.posteriors {
                        *posterior *= author.share;
                    }
                }
            }
        }
        Some(read)
    }
}
