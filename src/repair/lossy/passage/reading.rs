//! A passage read from its beginning: how far some reading has it, and what is taken off its end because
//! it is not complete, or is there by chance.

use super::route::{Route, is_whole};
use super::{Passage, Strength};
use crate::Span;
use crate::repair::lossy::choices::WINDOWS_MARK;
use crate::repair::lossy::decoder::{Decoder, Next};
use crate::repair::lossy::evidence::Dropped;
use crate::repair::lossy::language::{self, Costs};
use crate::repair::lossy::lattice::{Lattice, Memory, Shares, Step};
use crate::repair::proof::Census;

/// How many characters one passage may have; what is longer goes on in another.
const PASSAGE_CHARS_MAX: usize = 20_000;
/// How many characters in front of such an end are read again with what follows: their reading
/// took it for the end of the text. Ways through losses meet within as many (`lattice/`).
const REREAD_CHARS: usize = 64;
/// What it costs to begin a passage, in arcs.
const PASSAGE_WORK: usize = 20;

/// Reads a passage in one kind of Chinese; how many arcs and characters that took.
pub(super) fn read_in(
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
    let cost = language::cheapest(read.chars());
    let is_by_chance = Census::of(&read).cjk_chars() == 0
        || language::as_it_stands(&text[from..to], cost + 1) <= cost;
    if is_by_chance {
        steps.truncate(ascii + 1);
    }
    is_by_chance
}

/// Whether a character is a letter or sign of another single-byte set than the decoder's.
pub(super) fn is_foreign_letter(decoder: Decoder, c: char) -> bool {
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
