//! Mojibake that the language model proves: Chinese read as the letters of an alphabet, or as
//! the Chinese, Japanese or Korean of another encoding.
//!
//! GBK and Big5 do not check themselves, as UTF-8 does: almost any two bytes are a character.
//! So a reading has to pay. It is weighed against the text as it is, in whatever language that
//! is cheapest (`weigh.rs`), and must save more bits than chance gives; which chain of decoders
//! it takes, `chain.rs` searches; where to look at all, `scan.rs` says.
//!
//! Damage may cover a text, a few lines, a field or a literal. Suspicious lines that stand
//! together are tried as a whole, then one by one, then what separators of fields part, then
//! what one set holds. A whole is taken only if none of its fields loses by it. Three proofs of
//! a chain prove the document: near them, what is too short to prove itself is taken back by
//! the same chain wherever it saves anything (`follow.rs`).

mod accept;
mod bytes;
mod chain;
mod charsets;
mod follow;
mod fuel;
mod kinds;
mod letters;
mod parts;
mod rivals;
mod scan;
mod step;
mod utf8_else;
mod weigh;

use accept::{Bar, accepted_at, kept};
pub(super) use accept::{are_marks, examples, pairs_pay};
pub(super) use charsets::big5_unicode_extras;
pub(super) use follow::note_written;
pub(super) use fuel::Fuel;
pub(super) use kinds::{Weight, weight};
use parts::{GAP_BYTES, beside_han, line_above, line_below, runs, words};
pub(super) use parts::{fields, lines};
pub(super) use scan::OddLines;
pub(super) use step::Right;
use step::{Step, Wrong, undo};
pub(super) use weigh::{as_chinese, as_it_is};

use super::barren::Barren;
use super::plan::{Edit, Pass};
use super::proof::LONG_PROOF_CHARS;
use super::rules::RuleSet;
use crate::Span;

/// How far a proof reaches, and how much is tried as a whole: about a page.
pub(super) const PAGE_BYTES: usize = 4096;

/// To weigh what came out against what stands there takes every language.
const ACCEPT_WORK: usize = 16;

/// How many lines on each side of suspicious ones are tried with them.
const LINES_BESIDE: usize = 2;

/// What is known of a text in [`Barren`]: that it is nothing as a whole, or as a line and its parts;
/// `follow.rs` has another.
const WHOLE: u64 = 1 << 8;
const LINE: u64 = 1 << 9;

/// Finds what can be taken back in the suspicious lines of a text, and near them.
pub(super) fn find(
    text: &str,
    suspects: &[Span],
    (fuel, barren): (&Fuel, &Barren),
    rules: &RuleSet,
) -> Pass {
    let mut search = Search {
        text,
        rules,
        fuel,
        barren,
        found: Vec::new(),
        memory: chain::Memory::default(),
    };
    let mut rest = suspects;
    while let Some((first, _)) = rest.split_first() {
        let together = rest
            .windows(2)
            .take_while(|two| {
                two[1].start - two[0].end <= GAP_BYTES && two[1].end - first.start <= PAGE_BYTES
            })
            .count();
        let (block, others) = rest.split_at(together + 1);
        let before = search.found.len();
        search.block(block);
        search.extend(before);
        let done = search.end();
        rest = &others[others.partition_point(|line| line.start < done)..];
    }
    search.by_document();
    Pass {
        edits: search.edits(),
    }
}

struct Search<'t> {
    text: &'t str,
    rules: &'t RuleSet,
    /// What is left of the work that may be for nothing.
    fuel: &'t Fuel,
    /// What was tried in vain.
    barren: &'t Barren,
    /// In order of place.
    found: Vec<Found>,
    memory: chain::Memory,
}

/// What is to be replaced.
struct Found {
    span: Span,
    after: String,
    chain: Vec<Step>,
}

impl Search<'_> {
    /// Where the last thing found ends.
    fn end(&self) -> usize {
        self.found.last().map_or(0, |found| found.span.end)
    }

    /// Tries lines that stand together.
    fn block(&mut self, lines: &[Span]) {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return;
        };
        if self.fuel.is_spent() {
            return;
        }
        // What stands in short lines proves itself together.
        let text = self.text;
        let lines_to = |from: Span, next: fn(&str, &Span) -> Option<Span>| {
            std::iter::successors(Some(from), move |line| next(text, line))
                .skip(1)
                .take(LINES_BESIDE)
        };
        let done = self.end();
        let starts: Vec<usize> = lines_to(first.clone(), line_above)
            .map(|line| line.start)
            .take_while(|&start| start >= done)
            .collect();
        let ends: Vec<usize> = lines_to(last.clone(), line_below)
            .map(|line| line.end)
            .collect();
        let wholes: Vec<Span> = starts
            .into_iter()
            .rev()
            .chain([first.start])
            .flat_map(|start| {
                let ends = ends.iter().rev().copied().chain([last.end]);
                ends.map(move |end| start..end)
            })
            .collect();
        for whole in wholes {
            if whole != *first
                && self.unless_barren(whole, WHOLE, |search, whole| search.attempt(whole, true))
            {
                return;
            }
        }
        for line in lines {
            self.unless_barren(line.clone(), LINE, |search, line| {
                search.line(line);
                false
            });
        }
    }

    /// Tries a part of the text in one of two ways, unless that was in vain before; whether it is
    /// done with. What it cost then, it costs again, so that the rest is tried as far as before.
    fn unless_barren(
        &mut self,
        span: Span,
        way: u64,
        search: impl Fn(&mut Self, Span) -> bool,
    ) -> bool {
        let key = Barren::key(&self.text[span.clone()], way);
        if let Some(cost) = self.barren.cost(key) {
            self.fuel.burn(cost);
            return false;
        }
        let (left, proven) = (self.fuel.left(), self.fuel.proven_bytes());
        let is_done = search(self, span);
        if self.fuel.proven_bytes() == proven && !self.fuel.is_spent() {
            self.barren.add(key, left.saturating_sub(self.fuel.left()));
        }
        is_done
    }

    /// Tries a line, and where that fails its parts.
    fn line(&mut self, line: Span) {
        if self.attempt(line.clone(), true) || self.fuel.is_spent() {
            return;
        }
        for field in fields(self.text, line.clone()) {
            if field != line && self.attempt(field.clone(), true) {
                continue;
            }
            for part in beside_han(self.text, field.clone()) {
                self.part(part, &field);
            }
        }
    }

    /// Tries a part of a field beside Han.
    fn part(&mut self, part: Span, field: &Span) {
        let text = self.text;
        let may_be = |span: &Span| utf8_else::may_be(&text[span.clone()]);
        let is_else = may_be(&part);
        if is_else && part != *field && self.attempt(part.clone(), false) {
            return;
        }
        let pieces: Vec<Span> = if is_else {
            words(text, part).collect()
        } else {
            vec![part]
        };
        for piece in pieces {
            if is_else && may_be(&piece) && self.attempt(piece.clone(), false) {
                continue;
            }
            for run in runs(text, piece) {
                if run != *field && self.attempt(run.clone(), false) {
                    continue;
                }
                for word in words(text, run.clone()) {
                    if word != run {
                        self.attempt(word, false);
                    }
                }
            }
        }
    }

    /// Takes a span back if that pays, and none of its fields loses.
    fn attempt(&mut self, span: Span, multi: bool) -> bool {
        let before = &self.text[span.clone()];
        if self.fuel.is_spent()
            || before.chars().filter(|c| !c.is_ascii()).nth(2).is_none()
            || !scan::is_odd(before)
        {
            return false;
        }
        let chain::Best {
            reading,
            is_hopeless,
            work,
        } = chain::best(before, self.rules, multi, &mut self.memory);
        let Some(reading) = reading else {
            let weighed = if is_hopeless {
                before.len() * ACCEPT_WORK
            } else {
                0
            };
            self.fuel.burn(work + weighed);
            return false;
        };
        let (after, chain) = (&reading.after, &reading.chain);
        if !accepted_at(reading.chinese, before, after, chain, Bar::Alone)
            || rivals::is_of_other_language(self.text, &span, &reading)
        {
            self.fuel.burn(work + before.len() * ACCEPT_WORK);
            return false;
        }
        let lost = fields(before, 0..before.len())
            .filter(|field| field.len() < before.len())
            .any(|field| {
                let field = &before[field];
                !field.is_ascii()
                    && !undo(field, &reading.chain).is_some_and(|after| kept(field, &after))
            });
        if lost {
            return false;
        }
        self.fuel.earn(before.len());
        self.push(span, reading.after, reading.chain);
        true
    }

    /// Adds what was found, one edit a line.
    fn push(&mut self, span: Span, after: String, chain: Vec<Step>) {
        let before = &self.text[span.clone()];
        if before.matches('\n').count() != after.matches('\n').count() {
            return;
        }
        let mut start = span.start;
        for (line, after) in before.split('\n').zip(after.split('\n')) {
            if line != after {
                self.found.push(Found {
                    span: start..start + line.len(),
                    after: after.to_owned(),
                    chain: chain.clone(),
                });
            }
            start += line.len() + 1;
        }
    }

    /// The edits without those that a text about encodings shows as examples.
    fn edits(self) -> Vec<Edit> {
        let text = self.text;
        let spans: Vec<Span> = self.found.iter().map(|found| found.span.clone()).collect();
        let examples = accept::examples(text, &spans);
        self.found
            .into_iter()
            .zip(examples)
            .filter(|(_, example)| !example)
            .filter_map(|(found, _)| found.into_edit(text))
            .collect()
    }
}

impl Found {
    fn into_edit(self, text: &str) -> Option<Edit> {
        let rule = self.chain.first()?.rule()?;
        let before = &text[self.span.clone()];
        let mut steps = Vec::new();
        let mut now = before.to_owned();
        for (done, step) in (1..).zip(&self.chain) {
            steps.push(step.describe(&now));
            if done < self.chain.len() {
                now = step.undo(&now)?;
            }
        }
        // ASCII at both ends stays what it is.
        let same = |a: &u8, b: &u8| a == b && a.is_ascii();
        let (old, new) = (before.as_bytes(), self.after.as_bytes());
        let head = old.iter().zip(new).take_while(|(a, b)| same(a, b)).count();
        let tail = old[head..].iter().rev().zip(new[head..].iter().rev());
        let tail = tail.take_while(|(a, b)| same(a, b)).count();
        let span = self.span.start + head..self.span.end - tail;
        let after = self.after[head..new.len() - tail].to_owned();
        let is_one_of_several = self.chain.iter().any(|step| step.wrong == Wrong::Utf8Else);
        let is_long = after.chars().filter(|c| !c.is_ascii()).count() >= LONG_PROOF_CHARS;
        let certainty = if is_long && !is_one_of_several {
            accept::CERTAINTY_LONG
        } else {
            accept::CERTAINTY_SHORT
        };
        let mut edit = Edit::new(text, span, rule, after, certainty);
        edit.route = steps.join(" | ");
        Some(edit)
    }
}
