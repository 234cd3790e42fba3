//! What is too short to prove itself, and follows what is proven: short lines beside a proof, and
//! where a document is proven, what stands near its proofs.
//!
//! What a repair wrote does not follow, for it is right now: it is noted, line by line.

use super::accept::{Bar, accepted};
use super::parts::{fields, line_above, line_below};
use super::step::{Step, undo};
use super::{Found, PAGE_BYTES, Search};
use crate::Span;
use crate::repair::barren::Barren;
use crate::repair::plan::Pass;
use crate::repair::topic;

/// How many proofs prove a document.
const DOCUMENT_PROOFS: usize = 3;

/// What is known of a text in [`Barren`] besides what is nothing: that a repair wrote it.
const WRITTEN: u64 = 1 << 10;

impl Search<'_> {
    /// Takes back the short lines around those that were found from a place on, by the chain of
    /// the next: what is damaged seldom ends with a line.
    pub(super) fn extend(&mut self, from: usize) {
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

    /// Takes back what is too short to prove itself, near proofs of the chain.
    pub(super) fn by_document(&mut self) {
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
}

/// Notes what a pass wrote in a text, line by line and field by field: a short one, right now, is not
/// to follow the proofs that others are of the same chain.
pub(in crate::repair) fn note_written(text: &str, pass: &Pass, barren: &Barren) {
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
