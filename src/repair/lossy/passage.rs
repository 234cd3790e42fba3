//! Passages of a line that a wrong decoder wrote, read through their losses.
//!
//! A passage begins where a run of the line opens like UTF-8 and goes on, ASCII included, as long
//! as some reading has it. What proves it is what is intact: characters whose every byte was
//! seen, which come out as common Chinese where the passage is none, and make it cheaper by a
//! margin than it is in any language as it stands.

use super::super::proof::{Census, is_cjk_punctuation, is_mostly_uncommon};
use super::super::routes;
use super::RouteFuel;
use super::choices::WINDOWS_MARK;
use super::decoder::{Decoder, Next, Program};
use super::evidence::{Dropped, Kept};
use super::language::{self, Costs};
use super::lattice::{Lattice, Memory, Shares, Step};
use super::usage::Usage;
use super::utf8::Seen;
use crate::Span;
use crate::model::{BIT, Cost, Language};

/// How many characters one passage may have; what is longer goes on in another.
const PASSAGE_CHARS_MAX: usize = 20_000;
/// How many characters in front of such an end are read again with what follows: their reading
/// took it for the end of the text. Ways through losses meet within as many (`lattice/`).
const REREAD_CHARS: usize = 64;
/// What it costs to begin a passage, in arcs.
const PASSAGE_WORK: usize = 20;
/// How much of it each character of what is proven earns, up to an amount.
const FUEL_PER_PROVEN_CHAR: usize = 64;
const FUEL_MAX: usize = 400_000;
/// How many intact characters of Chinese prove a passage.
const PROOF_CHARS: usize = 3;
/// The same where U+FFFD says that something is damaged, or where so many bits are saved.
const PROOF_CHARS_IN_NEED: usize = 2;
const GAIN_IN_NEED: Cost = 40 * BIT;
/// How many characters each intact one may let be filled in: EUC-KR loses two of five.
const GUESSES_PER_PROOF: usize = 2;
/// How many bits the passage has to save, and how many for each of its characters.
const GAIN: Cost = 24 * BIT;
const GAIN_PER_CHAR: Cost = 2 * BIT;

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

/// What a passage proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// Nothing.
    None,
    /// Itself, beside others that are proven.
    Weak,
    /// Itself.
    Strong,
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

/// The decoders of a route, and what the text tells of what they lost.
#[derive(Debug, Clone, Copy)]
struct Route {
    chain: &'static [Decoder],
    dropped: Dropped,
    kept: Kept,
}

/// Whether the first line of a text is UTF-8 as it stands, so that nothing can be missing in it.
fn is_whole(chain: &[Decoder], text: &str) -> bool {
    *chain == [Decoder::Gbk] && routes::Route::Gbk.reads_first_line(text)
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

impl Route {
    /// What some lines tell.
    fn of(chain: &'static [Decoder], lines: &str) -> Route {
        let mut dropped = Dropped::of(lines, chain[0]);
        if dropped == Dropped::Controls && *chain == [Decoder::Gbk] {
            // Where no line is damaged, nothing was dropped.
            let mut lines = lines.split_inclusive('\n');
            if lines.all(|line| line.is_ascii() || is_whole(chain, line)) {
                dropped = Dropped::Marked;
            }
        }
        Route {
            chain,
            dropped,
            kept: Kept::of(lines, chain[0]),
        }
    }
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
    let (language, _) = language::cheapest(intact());
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
    passage.strength = passage.judge(text);
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

/// Reads a passage in one kind of Chinese; how many arcs and characters that took.
fn read_in(
    text: &str,
    rest: Span,
    route: Route,
    costs: Costs<'_>,
    shares: Shares,
    memory: &mut Memory,
) -> (usize, Option<Passage>) {
    let Route {
        chain,
        dropped,
        kept,
    } = route;
    let mut lattice = Lattice::new(chain, costs, dropped, kept, memory).with_shares(shares);
    let mut ends = Vec::new();
    let (start, rest_end) = (rest.start, rest.end);
    let passage = &text[rest];
    let mut is_line_start = true;
    for (at, c) in passage.char_indices().take(PASSAGE_CHARS_MAX) {
        if is_line_start && dropped != Dropped::Marked {
            // What € stands for was chosen by chance where others of the lines are damaged.
            let line = &passage[at..];
            let is_safe =
                is_whole(chain, line) && !line.chars().take_while(|&c| c != '\n').any(|c| c == '€');
            lattice.set_dropped(if is_safe { Dropped::Marked } else { dropped });
        }
        is_line_start = c == '\n';
        let end = at + c.len_utf8();
        // Only what loses bytes asks what follows.
        let next = if matches!(c, '\u{FFFD}' | '?' | WINDOWS_MARK) {
            next_of(chain[0], &text[start + end..])
        } else {
            Next::Unknown
        };
        if !lattice.push(c, next) {
            break;
        }
        ends.push(start + end);
    }
    let read_to = ends.last().map_or(0, |end| end - start);
    let goes_on = ends.len() == PASSAGE_CHARS_MAX && read_to < passage.len();
    let next = passage[read_to..].chars().next();
    // Letters of another alphabet go on: it is that one's text, of which windows-1252 has a part.
    if next.is_some_and(|c| is_foreign_letter(chain[0], c)) {
        return (lattice.work() + ends.len() + PASSAGE_WORK, None);
    }
    let mut readings = lattice.finish();
    let cost = lattice.least();
    let burnt = lattice.work() + ends.len() + PASSAGE_WORK;
    let readings_are_all = readings.len() >= ends.len();
    // The last one is what was cut off behind the last character.
    if readings.len() > ends.len()
        && let Some(cut) = readings.pop()
        && let Some(last) = readings.last_mut()
    {
        last.append(&cut);
    }
    // What is open where the run ends stays visible as U+FFFD.
    let run_ends = next.is_none_or(|c| c.is_ascii());
    if let Some(last) = readings.last_mut()
        && readings_are_all
        && run_ends
        && !last.complete
    {
        last.cut_off();
    }
    let mut steps: Vec<(usize, Step)> = ends.into_iter().zip(readings).collect();
    if goes_on {
        steps.truncate(PASSAGE_CHARS_MAX - REREAD_CHARS);
    }
    trim_end(&mut steps);
    if !goes_on && !run_ends && begins_by_chance(text, start, &mut steps) {
        trim_end(&mut steps);
    }
    let passage = steps.last().map(|&(end, _)| end).map(|end| Passage {
        span: start..end,
        route,
        steps,
        strength: Strength::None,
        goes_on,
        language: costs.language(),
        cost,
        rest_end,
    });
    (burnt, passage)
}

/// Takes ASCII and what is not complete off the end of a reading.
fn trim_end(steps: &mut Vec<(usize, Step)>) {
    let is_plain = |step: &Step| step.out.chars().all(|(c, _)| c.is_ascii());
    while steps
        .last()
        .is_some_and(|(_, step)| !step.complete || is_plain(step))
    {
        steps.pop();
    }
}

/// Takes the beginning of a run off the end of a reading, where the run goes on as something else and
/// its beginning is no Chinese or gains nothing: 纬度 begins like γ.
fn begins_by_chance(text: &str, start: usize, steps: &mut Vec<(usize, Step)>) -> bool {
    let is_ascii = |step: &Step| step.out.chars().any(|(c, _)| c.is_ascii());
    let Some(ascii) = steps.iter().rposition(|(_, step)| is_ascii(step)) else {
        // The whole passage, which is to prove itself.
        return false;
    };
    let from = steps.get(ascii).map_or(start, |(end, _)| *end);
    let to = steps.last().map_or(from, |(end, _)| *end);
    let read: String = steps[ascii + 1..]
        .iter()
        .flat_map(|(_, step)| step.out.chars())
        .map(|(c, _)| c)
        .filter(|&c| c != '\u{FFFD}')
        .collect();
    let (_, cost) = language::cheapest(read.chars());
    let is_by_chance = Census::of(&read).cjk_chars() == 0
        || language::as_it_stands(&text[from..to], cost + 1) <= cost;
    if is_by_chance {
        steps.truncate(ascii + 1);
    }
    is_by_chance
}

/// Whether a character is a letter or sign of another single-byte set than the decoder's.
fn is_foreign_letter(decoder: Decoder, c: char) -> bool {
    decoder == Decoder::Windows1252
        && matches!(c, '\u{100}'..='\u{6FF}' | '\u{200C}'..='\u{200F}')
        && decoder.codes(c).as_slice().is_empty()
}

/// What stands behind a loss.
fn next_of(decoder: Decoder, rest: &str) -> Next {
    match rest.chars().next() {
        None => Next::End,
        Some('?' | '\u{FFFD}') => Next::Unknown,
        Some(WINDOWS_MARK) if decoder == Decoder::ShiftJis => Next::Unknown,
        Some(c) => match decoder.first_byte(c) {
            Some(byte) => Next::Byte(byte),
            None if decoder.codes(c).as_slice().is_empty() => Next::End,
            None => Next::Unknown,
        },
    }
}

impl Passage {
    fn judge(&self, text: &str) -> Strength {
        let before = &text[self.span.clone()];
        let (mut intact, mut all) = (String::new(), String::new());
        let mut guessed_chars = 0;
        for (c, seen) in self.steps.iter().flat_map(|(_, step)| step.out.chars()) {
            if c != '\u{FFFD}' {
                all.push(c);
            }
            if seen == Seen::Lost {
                guessed_chars += 1;
            } else if !matches!(c, '\n' | '\r') {
                intact.push(c);
            }
        }
        let seen = Census::of(&intact);
        let letters = seen.han_chars + seen.kana_chars;
        if seen.bad_chars > 0
            || seen.han_chars == 0
            || guessed_chars > seen.cjk_chars() * GUESSES_PER_PROOF
        {
            return Strength::None;
        }
        // As the exact search has it: common Chinese comes out, and went in only by chance.
        let is_common = seen.is_common(letters) && seen.other_chars * 4 <= seen.cjk_chars();
        let is_uncommon =
            !self.chain()[0].has_pairs() || is_mostly_uncommon(before, seen.cjk_chars(), false);
        if !is_common || !is_uncommon {
            return Strength::None;
        }
        let chars = Cost::try_from(before.chars().filter(|c| !c.is_ascii()).count()).unwrap_or(0);
        let (_, cost) = language::cheapest(all.chars());
        // More than is asked for below says no more.
        let enough = (chars * GAIN_PER_CHAR).max(GAIN).max(GAIN_IN_NEED);
        let gain = language::as_it_stands(before, cost + enough) - cost;
        let proof_chars = if before.contains('\u{FFFD}') || gain >= GAIN_IN_NEED {
            PROOF_CHARS_IN_NEED
        } else {
            PROOF_CHARS
        };
        if gain < chars * GAIN_PER_CHAR {
            Strength::None
        } else if seen.cjk_chars() >= proof_chars && seen.han_chars >= 2 && gain >= GAIN {
            Strength::Strong
        } else {
            Strength::Weak
        }
    }
}
