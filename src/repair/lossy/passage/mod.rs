//! Passages of a line that a wrong decoder wrote, read through their losses.
//!
//! A passage begins where a run of the line opens like UTF-8 and goes on, ASCII included, as long
//! as some reading has it. What proves it is what is intact: characters whose every byte was
//! seen, which come out as common Chinese where the passage is none, and make it cheaper by a
//! margin than it is in any language as it stands.

mod reading;
mod route;
mod strength;

use reading::{is_foreign_letter, read_in};
use route::Route;
pub(super) use strength::Strength;

use super::super::proof::is_cjk_punctuation;
use super::RouteFuel;
use super::decoder::{Decoder, Program};
use super::language::{self, Costs};
use super::lattice::{Memory, Shares, Step};
use super::usage::Usage;
use super::utf8::Seen;
use crate::Span;
use crate::model::{Cost, Language};

/// How much fuel each character of what is proven earns, up to an amount.
const FUEL_PER_PROVEN_CHAR: usize = 64;
const FUEL_MAX: usize = 400_000;

/// A passage and its likeliest reading.
#[derive(Debug)]
pub(super) struct Passage {
    pub(super) span: Span,
    route: Route,
    /// For each of its characters where it ends and what it was.
    pub(super) steps: Vec<(usize, Step)>,
    pub(super) strength: Strength,
    /// Whether it was cut for its length, and another goes on where it ends.
    goes_on: bool,
    /// The kind of Chinese that it was read in.
    language: Language,
    /// What the reading costs.
    cost: Cost,
    /// How far the text was there to be read.
    rest_end: usize,
}

impl Passage {
    /// The decoders that wrote it, the first one first.
    pub(super) fn chain(&self) -> &'static [Decoder] {
        self.route.chain
    }

    /// The decodings to be undone, as a plan prints them.
    pub(super) fn route(&self) -> String {
        let names = self.chain().iter();
        let names = names.map(|decoder| format!("encode {} | decode utf-8", decoder.name()));
        names.collect::<Vec<_>>().join(" | ")
    }

    /// How much was seen of what was seen least.
    fn most_seen(&self) -> Seen {
        let most = self.steps.iter().map(|(_, step)| step.out.seen).max();
        most.unwrap_or_default()
    }

    /// What it costs as a program reads it that marks each byte by itself; `None` where none does.
    fn cost_marked_each(&self, text: &str, memory: &mut Memory) -> Option<Cost> {
        let mut route = self.route;
        route.kept.program = Some(Program::Python);
        let rest = self.span.start..self.rest_end;
        let costs = Costs::of(self.language, None);
        let (_, read) = read_in(text, rest, route, costs, Shares::OfDoubts, memory);
        read.filter(|read| read.span == self.span)
            .map(|read| read.cost)
    }

    /// Reads it again, where something is lost in it, with what the document says of itself.
    pub(super) fn reread(&mut self, text: &str, usage: &Usage, memory: &mut Memory) {
        if self.most_seen() == Seen::Intact {
            return;
        }
        let costs = Costs::of(self.language, Some(usage));
        let rest = self.span.start..self.rest_end;
        let (_, again) = read_in(text, rest.clone(), self.route, costs, Shares::OfAll, memory);
        let again = again.filter(|again| again.span == self.span).or_else(|| {
            // As it was read before, with the shares that were not asked for.
            let costs = Costs::of(self.language, None);
            let mut memory = Memory::default();
            let mut route = self.route;
            route.kept.program = None;
            read_in(text, rest, route, costs, Shares::OfAll, &mut memory).1
        });
        if let Some(again) = again {
            self.steps = again.steps;
        }
    }

    /// Whether it is for this search: something is lost, or a character has codes that the exact
    /// search does not try.
    pub(super) fn is_lossy(&self, text: &str) -> bool {
        let most = self.most_seen();
        match (most, self.chain()[0]) {
            (Seen::Lost, _) | (_, Decoder::ShiftJis | Decoder::EucKr) => true,
            (Seen::Ambiguous, Decoder::Windows1252) => true,
            (Seen::Ambiguous, _) => text[self.span.clone()].contains('\u{3000}'),
            (Seen::Intact, _) => false,
        }
    }
}

/// Of how many passages the program is told.
const PROGRAM_PASSAGES: usize = 4;

/// Tells passages in Shift_JIS or EUC-KR who lost the bytes: browsers write one mark for a pair, Python one
/// for each byte. Where the first of them are cheaper as Python's, no mark in any stands for a pair.
pub(super) fn tell_program(text: &str, passages: &mut [Passage], memory: &mut Memory) {
    let mut saved = 0;
    let damaged = passages.iter().filter(|p| p.most_seen() == Seen::Lost);
    for passage in damaged.take(PROGRAM_PASSAGES) {
        match passage.cost_marked_each(text, memory) {
            Some(cost) => saved += passage.cost - cost,
            None => return,
        }
    }
    if saved > 0 {
        for passage in passages {
            passage.route.kept.program = Some(Program::Python);
        }
    }
}

/// Where passages of a route may begin in a line: at its runs and behind punctuation.
fn may_begin(chain: &[Decoder], before: Option<char>, c: char) -> bool {
    let decoder = chain[0];
    let opens = !c.is_ascii()
        && (decoder.opens(c) || c == '\u{FFFD}' && decoder.has_pairs() && decoder != Decoder::Gbk);
    opens
        && before.is_none_or(|before| {
            if decoder.has_pairs() {
                before.is_ascii()
                    || is_cjk_punctuation(before)
                    || decoder.codes(before).as_slice().is_empty()
            } else {
                !is_foreign_letter(decoder, before) && !is_first_byte(decoder, before)
            }
        })
}

/// Whether a character stands for the first byte of a sequence: what stands behind it belongs to it, or
/// it is no UTF-8.
fn is_first_byte(decoder: Decoder, c: char) -> bool {
    matches!(decoder.codes(c).as_slice(), [0xC2..=0xF4])
}

/// The passages of one route in a line, in order.
pub(super) fn passages(
    text: &str,
    line: Span,
    chain: &'static [Decoder],
    fuel: &mut RouteFuel,
    memory: &mut Memory,
) -> Vec<Passage> {
    let mut found = Vec::new();
    let mut before = None;
    let mut goes_on = false;
    // Most lines have no place where a passage may begin.
    let mut route = None;
    let mut start = line.start;
    'passage: while start < line.end && fuel.left > 0 {
        for (at, c) in text[start..line.end].char_indices() {
            let at = start + at;
            if (std::mem::take(&mut goes_on) && !c.is_ascii() || may_begin(chain, before, c))
                && let route = *route.get_or_insert_with(|| Route::of(chain, &text[line.clone()]))
            {
                if let Some(passage) = read(text, at..line.end, route, fuel, memory) {
                    start = passage.span.end;
                    goes_on = passage.goes_on;
                    before = text[..start].chars().next_back();
                    found.push(passage);
                    continue 'passage;
                }
                if fuel.left == 0 {
                    break 'passage;
                }
            }
            before = Some(c);
        }
        break;
    }
    found
}

/// Reads a passage from its beginning, in the kind of Chinese that it is in.
fn read(
    text: &str,
    rest: Span,
    route: Route,
    fuel: &mut RouteFuel,
    memory: &mut Memory,
) -> Option<Passage> {
    let hans = Costs::of(Language::Hans, None);
    let (mut burnt, first) = read_in(text, rest.clone(), route, hans, Shares::OfDoubts, memory);
    let Some(first) = first else {
        fuel.left = fuel.left.saturating_sub(burnt);
        return None;
    };
    let intact = || {
        let chars = first.steps.iter().flat_map(|(_, step)| step.out.chars());
        chars
            .filter(|(_, seen)| *seen != Seen::Lost)
            .map(|(c, _)| c)
    };
    let language = language::kind(intact());
    let mut passage = match language {
        Language::Hans => first,
        _ if !first.is_lossy(text) => first,
        other => {
            let (arcs, again) = read_in(
                text,
                rest,
                route,
                Costs::of(other, None),
                Shares::OfDoubts,
                memory,
            );
            burnt += arcs;
            again?
        }
    };
    passage.strength = Strength::of(
        &text[passage.span.clone()],
        passage.chain()[0],
        &passage.steps,
    );
    if passage.strength == Strength::Strong {
        // Where some of a text is damaged, what fails may be damaged too.
        let more = passage.steps.len() * FUEL_PER_PROVEN_CHAR;
        fuel.left = (fuel.left + more).min(FUEL_MAX.max(fuel.left));
        fuel.proven_chars += passage.steps.len();
    } else {
        fuel.left = fuel.left.saturating_sub(burnt);
    }
    Some(passage)
}
