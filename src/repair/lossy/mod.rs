//! Mojibake of which bytes are lost: read through its gaps, and filled where that is certain.
//!
//! A wrong decoder does not lose bytes at random (`decoder/`): what may have stood in a gap is
//! a few dozen bytes, which the intact ones around it and the language leave one or two of. A
//! passage is read as a lattice (`lattice/`, `choices.rs`), proven by its intact characters
//! (`passage/`), and taken back; a character that was filled in is marked with its probability,
//! and where that is less than [`Filling`] asks for it stays U+FFFD and is listed as lost.
//!
//! This runs before the exact search, because a line is read best as a whole; lines in which
//! nothing is lost are left to it. What is not tried: 锟斤拷, U+FFFD in a row, `????`, because nothing
//! of the text is left in them. What it gets wrong: a name whose characters are rarer than those
//! that could stand in their place; it is marked as guessed then, but it is wrong.

use super::Extent;
use super::Loss;
use super::form_rules;
use super::plan::{Edit, Pass};
use super::rules::{self, Rule, RuleSet};
use super::signs::{Look, Suspect};
use super::topic::{self, Topic};
use crate::Span;

mod choices;
mod decoder;
mod edits;
mod evidence;
mod gaps;
mod language;
mod lattice;
mod passage;
mod remains;
mod restore;
mod usage;
mod utf8;
mod way;

use decoder::Decoder;
use lattice::Memory;
use passage::{Passage, Strength};
pub(super) use remains::find as remains;
use usage::Usage;

/// How likely a character has to be to be filled in, where nothing but what is nearly certain is
/// asked for: 98 in 100 are right.
const SURE_POSTERIOR: f32 = 0.9;
/// The same as usual: likelier than all others together. Of what is, 93 in 100 are right; of those
/// below 0.6, 56.
const LIKELY_POSTERIOR: f32 = 0.5;
/// The same in `gaps/`, where of those below 0.7 seven in ten are right, and of those below 0.8 eight.
const LIKELY_POSTERIOR_OF_GAPS: f32 = 0.8;
/// The same where least is asked for: of those below 0.4, 39 in 100 are right, of less likely ones 27.
const UNLIKELY_POSTERIOR: f32 = 0.3;
/// How many lines beside one that is not taken back are read with it.
const LINES_NEAR: usize = 16;
/// How many proven passages prove a document, so that weak ones follow.
const DOCUMENT_PROOFS: usize = 3;
/// How many arcs and characters one route may look at for nothing, in all rounds and beside one for
/// so many bytes: garbage is given up before it costs much.
const FUEL: usize = 100_000;
const BYTES_PER_FUEL: usize = 64;
/// A part of a large document has so much less of it, as it is a sixteenth of what makes one.
const FUEL_PARTS: usize = 4;
/// The same where the beginning of its document burnt all in vain.
const VAIN_PARTS: usize = 8;
/// What was burnt was in vain where less than one byte in so many was a character that has proven
/// itself.
const BYTES_PER_PROVEN: usize = 512;
/// How far a word about encodings protects: as in the exact search.
const TOPIC_REACH_BYTES: usize = 1000;

/// How many routes there are, and the search of `gaps/`.
pub(super) const ROUTES_MAX: usize = 8;
const GAPS: usize = ROUTES_MAX - 1;

/// The routes, in the order tried; the first decoder of each is the one that wrote the text. Where
/// it lost nothing, what the second one lost is still to be filled in.
static ROUTES: [(&[Decoder], &Rule); GAPS] = [
    (&[Decoder::Windows1252], rules::LOSSY_WINDOWS_1252),
    (
        &[Decoder::Windows1252, Decoder::Windows1252],
        rules::LOSSY_WINDOWS_1252,
    ),
    (
        &[Decoder::Windows1252, Decoder::Gbk],
        rules::LOSSY_WINDOWS_1252,
    ),
    (&[Decoder::Gbk], rules::LOSSY_GBK),
    (&[Decoder::Gbk, Decoder::Gbk], rules::LOSSY_GBK),
    (&[Decoder::ShiftJis], rules::LOSSY_SHIFT_JIS),
    (&[Decoder::EucKr], rules::LOSSY_EUC_KR),
];

fn shows(suspect: &Suspect, chain: &[Decoder]) -> bool {
    match chain[0] {
        Decoder::Windows1252 => suspect.windows_1252,
        Decoder::Gbk => suspect.gbk,
        Decoder::ShiftJis | Decoder::EucKr => suspect.eastern,
        // Read by `gaps/`.
        Decoder::Big5 => false,
    }
}

/// What is left of the work that a text may ask for nothing, by route.
#[derive(Debug)]
pub(super) struct Fuel {
    by_route: [RouteFuel; ROUTES_MAX],
    text_bytes: usize,
}

/// The same of one route.
#[derive(Debug, Clone, Copy, Default)]
struct RouteFuel {
    left: usize,
    /// How many characters have proven themselves.
    proven_chars: usize,
}

impl Fuel {
    pub(super) fn of(text: &str, extent: Extent) -> Fuel {
        let part = FUEL / FUEL_PARTS + text.len() / BYTES_PER_FUEL;
        let left = |number: usize| match extent {
            Extent::Whole => FUEL + text.len() / BYTES_PER_FUEL,
            Extent::Part(vain) if vain.lossy[number] => part / VAIN_PARTS,
            Extent::Part(_) => part,
        };
        Fuel {
            by_route: std::array::from_fn(|number| RouteFuel {
                left: left(number),
                proven_chars: 0,
            }),
            text_bytes: text.len(),
        }
    }

    /// Which routes burnt all, and proved next to nothing.
    pub(super) fn were_vain(&self) -> [bool; ROUTES_MAX] {
        let chars = self.text_bytes.div_ceil(BYTES_PER_PROVEN);
        self.by_route
            .map(|route| route.left == 0 && route.proven_chars < chars)
    }
}

/// How likely what is filled in has to be.
#[derive(Debug, Clone, Copy)]
struct Filling(f32);

impl Filling {
    fn by(rules: &RuleSet) -> Filling {
        let least = [
            (form_rules::GUESS_UNLIKELY, UNLIKELY_POSTERIOR),
            (form_rules::GUESS_LIKELY, LIKELY_POSTERIOR),
            (form_rules::GUESS_CERTAIN, SURE_POSTERIOR),
        ];
        let asked = least.into_iter().find(|(rule, _)| rules.contains(rule));
        Filling(asked.map_or(f32::INFINITY, |(_, posterior)| posterior))
    }

    /// The same where gaps are as many as what is known, and what is likely is less so.
    fn of_gaps(self) -> Filling {
        Filling(if self.0 == LIKELY_POSTERIOR {
            LIKELY_POSTERIOR_OF_GAPS
        } else {
            self.0
        })
    }

    fn takes(self, posterior: f32) -> bool {
        posterior >= self.0
    }
}

/// What was found in a text.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) pass: Pass,
    /// What the pass leaves out, in bytes of the text that it reads.
    pub(super) lost: Vec<Loss>,
}

/// Finds what can be taken back although something of it is lost.
///
/// Lines that show no sign of mojibake because a byte is lost in it are among the odd ones. Where
/// the exact search takes back a page as a whole, it is not read through two layers, which is slow.
pub(super) fn find(
    text: &str,
    look: &Look,
    exact: &Pass,
    fuel: &mut Fuel,
    rules: &RuleSet,
) -> Found {
    let mut found = Found::default();
    let mut memory = Memory::default();
    let filling = Filling::by(rules);
    for ((chain, rule), fuel) in ROUTES.iter().zip(&mut fuel.by_route) {
        if fuel.left == 0 || !rules.contains(rule) {
            continue;
        }
        let lines = look.suspects.iter().filter(|suspect| shows(suspect, chain));
        let mut lines: Vec<Span> = lines.map(|suspect| suspect.span.clone()).collect();
        let shows_less = |line: &&Span| match **chain {
            [Decoder::Gbk] => true,
            [Decoder::EucKr] => is_hangul_with_losses(&text[(*line).clone()]),
            _ => false,
        };
        let old = lines.len();
        lines.extend(look.odd.iter().filter(shows_less).cloned());
        if lines.len() > old {
            crate::order::sort_by_key(&mut lines, |line| line.start);
            lines.dedup();
        }
        if **chain == [Decoder::EucKr] {
            lines.retain(|line| !is_japanese(&text[line.clone()], Decoder::EucKr));
        }
        if chain.len() > 1 {
            lines = near_others(lines, |line| exact.takes_all_of(text, line));
        }
        let passages: Vec<Passage> = blocks(text, lines)
            .into_iter()
            .flat_map(|block| passage::passages(text, block, chain, fuel, &mut memory))
            .filter(|passage| passage.strength != Strength::None)
            .collect();
        let mut accepted = accepted(text, passages);
        if accepted.is_empty() {
            continue;
        }
        if matches!(**chain, [Decoder::ShiftJis | Decoder::EucKr]) {
            passage::tell_program(text, &mut accepted, &mut memory);
        }
        let usage = Usage::of(text, &accepted);
        // Costs are others now.
        let mut memory = Memory::default();
        for passage in &mut accepted {
            passage.reread(text, &usage, &mut memory);
        }
        let routes: Vec<String> = accepted.iter().map(Passage::route).collect();
        let readings = accepted.iter().zip(&routes);
        let readings: Vec<edits::Reading> = readings
            .map(|(passage, route)| edits::Reading {
                span: &passage.span,
                steps: &passage.steps,
                decoder: chain[0],
                route,
                rule,
            })
            .collect();
        edits::write(text, &readings, filling, &mut found);
        // Other routes read what this one wrote in the next round.
        return found;
    }
    gaps::find(
        text,
        look,
        &mut fuel.by_route[GAPS],
        rules,
        filling,
        &mut found,
    );
    found
}

/// Whether a line has hangul, Han and lost bytes, which no text has together unless it was read
/// as EUC-KR.
fn is_hangul_with_losses(line: &str) -> bool {
    line.contains(char::REPLACEMENT_CHARACTER)
        && line.contains(|c| matches!(c, '\u{AC00}'..='\u{D7A3}'))
        && line.contains(|c| matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'))
}

/// How many bits each second byte of kana says for Japanese, how many any other second byte says against
/// it, and how many are enough: in Japanese every second character is one, in Chinese one in fifteen.
const KANA_BITS: usize = 3;
const OTHER_BITS: usize = 1;
const JAPANESE_BITS: usize = 10;

/// Whether UTF-8 that lost its first bytes, as in EUC-KR all kana do, looks like Japanese: the second byte
/// of kana is 81 to 83.
///
/// Only Chinese is filled in, so that what was there would be written as something else.
fn is_japanese(line: &str, decoder: Decoder) -> bool {
    let (mut kana, mut others) = (0, 0);
    let mut before = '\0';
    for c in line.chars() {
        if before == char::REPLACEMENT_CHARACTER {
            match decoder.codes(c).as_slice().first().map(|c| c.to_be_bytes()) {
                Some([0x81..=0x83, 0x80..=0xBF]) => kana += 1,
                Some([0x80..=0xBF, 0x80..=0xBF]) => others += 1,
                _ => {}
            }
        }
        before = c;
    }
    kana * KANA_BITS >= JAPANESE_BITS + others * OTHER_BITS
}

/// The lines of which something is not so, and those near them, which prove and say as much.
fn near_others(lines: Vec<Span>, is_so: impl Fn(&Span) -> bool) -> Vec<Span> {
    let others: Vec<usize> = (0..lines.len()).filter(|&at| !is_so(&lines[at])).collect();
    let is_near = |at: usize| {
        let next = others.partition_point(|&other| other + LINES_NEAR < at);
        others
            .get(next)
            .is_some_and(|&other| other <= at + LINES_NEAR)
    };
    let lines = lines.into_iter().enumerate();
    lines
        .filter(|&(at, _)| is_near(at))
        .map(|(_, line)| line)
        .collect()
}

/// Suspect lines with nothing but ASCII between them, together: what a line is too short to
/// prove, its neighbours may.
fn blocks(text: &str, lines: Vec<Span>) -> Vec<Span> {
    let mut blocks: Vec<Span> = Vec::new();
    for line in lines {
        match blocks.last_mut() {
            Some(block) if line.start <= block.end || text[block.end..line.start].is_ascii() => {
                block.end = block.end.max(line.end);
            }
            _ => blocks.push(line),
        }
    }
    blocks
}

/// The passages that are to be taken back.
fn accepted(text: &str, mut passages: Vec<Passage>) -> Vec<Passage> {
    let is_strong = |passage: &Passage| passage.strength == Strength::Strong;
    let document = passages.iter().filter(|passage| is_strong(passage)).count() >= DOCUMENT_PROOFS;
    let mut strong_lines: Vec<Span> = Vec::new();
    for passage in passages.iter().filter(|passage| is_strong(passage)) {
        // Each line is looked for once: a document may be one line.
        if strong_lines
            .last()
            .is_none_or(|line| line.end < passage.span.start)
        {
            strong_lines.push(topic::line_around(text, passage.span.start));
        }
    }
    passages.retain(|passage| {
        let in_strong_line = || {
            let after = strong_lines.partition_point(|line| line.end < passage.span.start);
            strong_lines
                .get(after)
                .is_some_and(|line| line.contains(&passage.span.start))
        };
        passage.is_lossy(text) && (is_strong(passage) || document || in_strong_line())
    });
    without_examples(text, passages)
}

/// Without those that a text about encodings shows as examples, as the exact search has it.
fn without_examples(text: &str, passages: Vec<Passage>) -> Vec<Passage> {
    if passages.is_empty() {
        return passages;
    }
    let damaged_bytes: usize = passages.iter().map(|passage| passage.span.len()).sum();
    let other_bytes = text.bytes().filter(|byte| !byte.is_ascii()).count();
    if damaged_bytes * 2 >= other_bytes {
        return passages;
    }
    let subject = Topic::of(text, topic::ENCODINGS);
    passages
        .into_iter()
        .filter(|passage| {
            !topic::is_quoted(text, &passage.span)
                && !subject.is_near(&passage.span, TOPIC_REACH_BYTES)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_that_lost_their_first_bytes_are_counted_against_the_rest() {
        // Both are read by EUC-KR: 81 82 is the second and third byte of kana, B8 AD of 中.
        let lost = |bytes: [u8; 2]| {
            let (read, _) = encoding_rs::EUC_KR.decode_without_bom_handling(&bytes);
            format!("\u{FFFD}{read}")
        };
        for (kana, others, expect) in [
            (3, 0, false),
            (4, 0, true),
            (4, 2, true),
            (4, 3, false),
            (3, 3, false),
            (7, 11, true),
            (7, 12, false),
        ] {
            let line = lost([0x81, 0x82]).repeat(kana) + &lost([0xB8, 0xAD]).repeat(others);
            assert_eq!(
                is_japanese(&line, Decoder::EucKr),
                expect,
                "{kana} {others}"
            );
        }
    }
}
