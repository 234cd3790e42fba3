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
//! the same chain wherever it saves anything.

mod accept;
mod bytes;
mod chain;
mod charsets;
mod fuel;
mod rivals;
mod scan;
mod weigh;

use accept::{Bar, accepted, accepted_at, kept};
pub(super) use accept::{are_marks, examples, pairs_pay};
pub(super) use chain::Right;
use chain::{Step, undo};
pub(super) use charsets::big5_unicode_extras;
pub(super) use fuel::Fuel;
pub(super) use scan::{OddLines, Weight, weight};
pub(super) use weigh::{as_chinese, as_it_is};

use super::barren::Barren;
use super::plan::{Edit, Pass};
use super::proof::LONG_PROOF_CHARS;
use super::rules::RuleSet;
use super::topic;
use crate::Span;

/// How many proofs prove a document.
const DOCUMENT_PROOFS: usize = 3;

/// How far a proof reaches, and how much is tried as a whole: about a page.
pub(super) const PAGE_BYTES: usize = 4096;

/// To weigh what came out against what stands there takes every language.
const ACCEPT_WORK: usize = 16;

/// How many lines on each side of suspicious ones are tried with them.
const LINES_BESIDE: usize = 2;

/// What is known of a text in [`Barren`]: that it is nothing as a whole, or as a line and its parts,
/// or that a repair wrote it.
const WHOLE: u64 = 1 << 8;
const LINE: u64 = 1 << 9;
const WRITTEN: u64 = 1 << 10;

/// Lines between suspicious ones that are tried with them.
const GAP_BYTES: usize = 64;

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

/// Notes what a pass wrote in a text, line by line and field by field: a short one, right now, is not
/// to follow the proofs that others are of the same chain.
pub(super) fn note_written(text: &str, pass: &Pass, barren: &Barren) {
    let (mut done, mut behind) = (0, 0);
    let mut written: Vec<Span> = Vec::with_capacity(pass.edits.len());
    for edit in &pass.edits {
        // What stood between two edits is as it was.
        let start = done + (edit.span.start - behind);
        (done, behind) = (start + edit.after.len(), edit.span.end);
        written.push(start..done);
    }
    let mut rest = &written[..];
    while let Some(first) = rest.first() {
        // Each line once: a document may be one, of thousands of edits.
        let line = topic::line_around(text, first.start);
        let others = rest.partition_point(|span| span.start < line.end).max(1);
        let mut mine = rest[..others].iter().peekable();
        rest = &rest[others..];
        for field in fields(text, line.clone()) {
            while mine.next_if(|span| span.end <= field.start).is_some() {}
            if mine.peek().is_some_and(|span| span.start < field.end) {
                barren.add(Barren::key(&text[field], WRITTEN), 0);
            }
        }
        barren.add(Barren::key(&text[line], WRITTEN), 0);
    }
}

fn is_written(barren: &Barren, text: &str) -> bool {
    barren.cost(Barren::key(text, WRITTEN)).is_some()
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

    /// Takes back the short lines around those that were found from a place on, by the chain of
    /// the next: what is damaged seldom ends with a line.
    fn extend(&mut self, from: usize) {
        let (text, barren) = (self.text, self.barren);
        let beside = |found: &Found, line: Option<Span>| {
            let line = line.filter(|_| topic::line_around(text, found.span.start) == found.span)?;
            let before = &text[line.clone()];
            if is_written(barren, before) {
                return None;
            }
            let after = undo(before, &found.chain)?;
            let chain = found.chain.clone();
            accepted(before, &after, &chain, Bar::Beside).then_some(Found {
                span: line,
                after,
                chain,
            })
        };
        while let Some(last) = self.found[from..].last()
            && let Some(below) = beside(last, line_below(text, &last.span))
        {
            self.found.push(below);
        }
        let done = self.found[..from].last().map_or(0, |found| found.span.end);
        while let Some(first) = self.found.get(from)
            && let Some(above) = line_above(text, &first.span).filter(|line| line.start >= done)
            && let Some(above) = beside(first, Some(above))
        {
            self.found.insert(from, above);
        }
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
            for run in runs(self.text, field.clone()) {
                if run != field && self.attempt(run.clone(), false) {
                    continue;
                }
                for word in words(self.text, run.clone()) {
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

    /// Takes back what is too short to prove itself, near proofs of the chain.
    fn by_document(&mut self) {
        let mut chains: Vec<(Vec<Step>, usize)> = Vec::new();
        for found in &self.found {
            match chains.iter_mut().find(|(chain, _)| *chain == found.chain) {
                Some((_, proofs)) => *proofs += 1,
                None => chains.push((found.chain.clone(), 1)),
            }
        }
        chains.retain(|&(_, proofs)| proofs >= DOCUMENT_PROOFS);
        crate::order::sort_by_key(&mut chains, |&(_, proofs)| std::cmp::Reverse(proofs));
        for (chain, _) in chains {
            self.weak(&chain);
        }
    }

    fn weak(&mut self, chain: &[Step]) {
        let text = self.text;
        let mut weak: Vec<Found> = Vec::new();
        let mut done = 0;
        let proofs = self.found.iter().filter(|found| found.chain == chain);
        for proof in proofs {
            // Proofs stand close together: each place is gone through once.
            let reach = floor(text, (proof.span.end + PAGE_BYTES).min(text.len()));
            if reach <= done {
                continue;
            }
            let start = floor(text, proof.span.start.saturating_sub(PAGE_BYTES));
            let start = if start <= done {
                done
            } else {
                topic::line_around(text, start).start
            };
            let end = topic::line_around(text, reach).end;
            for field in fields(text, start.max(done)..end.max(done)) {
                let before = &text[field.clone()];
                if before.is_ascii()
                    || overlaps(&self.found, &field)
                    || is_written(self.barren, before)
                {
                    continue;
                }
                if let Some(after) = undo(before, chain)
                    && accepted(before, &after, chain, Bar::Document)
                {
                    weak.push(Found {
                        span: field,
                        after,
                        chain: chain.to_vec(),
                    });
                }
            }
            done = end.max(done);
        }
        self.found.append(&mut weak);
        crate::order::sort_by_key(&mut self.found, |found| found.span.start);
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
        for step in &self.chain {
            steps.push(step.describe(&now));
            now = step.undo(&now)?;
        }
        // ASCII at both ends stays what it is.
        let same = |a: &u8, b: &u8| a == b && a.is_ascii();
        let (old, new) = (before.as_bytes(), self.after.as_bytes());
        let head = old.iter().zip(new).take_while(|(a, b)| same(a, b)).count();
        let tail = old[head..].iter().rev().zip(new[head..].iter().rev());
        let tail = tail.take_while(|(a, b)| same(a, b)).count();
        let span = self.span.start + head..self.span.end - tail;
        let after = self.after[head..new.len() - tail].to_owned();
        let certainty = if after.chars().filter(|c| !c.is_ascii()).count() >= LONG_PROOF_CHARS {
            accept::CERTAINTY_LONG
        } else {
            accept::CERTAINTY_SHORT
        };
        let mut edit = Edit::new(text, span, rule, after, certainty);
        edit.route = steps.join(" | ");
        Some(edit)
    }
}

/// The line above one, if it is short and holds more than ASCII.
fn line_above(text: &str, line: &Span) -> Option<Span> {
    let above = topic::line_around(text, line.start.checked_sub(1)?);
    (above.len() <= GAP_BYTES && !text[above.clone()].is_ascii()).then_some(above)
}

/// The line below one, if it is short and holds more than ASCII.
fn line_below(text: &str, line: &Span) -> Option<Span> {
    let start = line.end.checked_add(1).filter(|&at| at < text.len())?;
    let below = topic::line_around(text, start);
    (below.len() <= GAP_BYTES && !text[below.clone()].is_ascii()).then_some(below)
}

/// The next place at or before this one where a character begins.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Whether something was found in a span; what was found is in order.
fn overlaps(found: &[Found], span: &Span) -> bool {
    let next = found.partition_point(|found| found.span.end <= span.start);
    found
        .get(next)
        .is_some_and(|found| found.span.start < span.end)
}

/// The lines of a text that are not empty, without their ends.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Span> {
    parts(text, 0..text.len(), |byte| matches!(byte, b'\n' | b'\r'))
}

/// The fields of a part of a text.
pub(super) fn fields(text: &str, span: Span) -> impl Iterator<Item = Span> {
    parts(text, span, scan::is_field_end)
}

/// The words of a part of a text.
fn words(text: &str, span: Span) -> impl Iterator<Item = Span> {
    parts(text, span, scan::is_word_end)
}

fn parts(text: &str, span: Span, ends: fn(u8) -> bool) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes();
    let mut rest = span;
    std::iter::from_fn(move || {
        let part = &bytes[rest.clone()];
        let start = rest.start + part.iter().position(|&byte| !ends(byte))?;
        let part = &bytes[start..rest.end];
        let end = part.iter().position(|&byte| ends(byte));
        let end = end.map_or(rest.end, |at| start + at);
        rest.start = end;
        Some(start..end)
    })
}

/// The longest parts that some single-byte set holds as a whole.
fn runs(text: &str, span: Span) -> impl Iterator<Item = Span> {
    let mut rest = span;
    std::iter::from_fn(move || {
        let part = &text[rest.clone()];
        let opens = |c: char| !c.is_ascii() && charsets::sets_with(c) != 0;
        let start = rest.start + part.find(opens)?;
        let mut sets = charsets::Sets::MAX;
        let end = text[start..rest.end]
            .char_indices()
            .find(|&(_, c)| {
                sets &= charsets::sets_with(c);
                sets == 0
            })
            .map_or(rest.end, |(at, _)| start + at);
        rest.start = end;
        Some(start..end)
    })
}
