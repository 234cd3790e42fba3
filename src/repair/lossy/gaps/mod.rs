//! Lines of which so much is lost that their gaps are what they are read by.
//!
//! Three kinds: UTF-8 read as Big5, where every other pair of bytes is no code; GBK or Big5 read as
//! Shift_JIS, EUC-KR or Big5, where a gap may be the end of one character and the beginning of the
//! next; and UTF-8 read as Shift_JIS or EUC-KR where that proved nothing. The other lattice takes a gap for all the bytes that it can have been; here that would
//! be thousands, so a character stays open with its gaps until all of it has gone by (`slot.rs`,
//! `lattice.rs`). Who lost the bytes matters: a browser writes one U+FFFD for the two bytes of a
//! pair, Python one for each byte, so that in its texts the place of every byte is known. Both are
//! read, and the cheaper one taken. Windows writes a question mark for a pair of Big5, ASCII
//! included, and so do programs that save U+FFFD as Big5.
//!
//! A line is read as a whole, or else its fields. What proves it is what is intact: pairs have to
//! save as much as where nothing is lost (`../../reread/accept.rs`), and UTF-8 has to come out as
//! common Chinese. What is lost costs what all characters cost together that may stand there, so
//! that gaps prove nothing. Lines that are too short to prove themselves follow where three have
//! proven the way.
//!
//! What it gets wrong: a line whose ends were cut inside of a character, or of which a byte vanished
//! without a trace, is no line of these; it is left, and its losses are listed.

use super::RouteFuel;
use super::decoder::Decoder;
use super::edits::{self, Reading};
use super::language::{self, Costs};
use super::passage::Strength;
use super::utf8::Seen;
use super::way::SPACE;
use super::{DOCUMENT_PROOFS, Filling, Found};
use crate::Span;
use crate::model::{BIT, Cost, Language};
use crate::repair::proof::{Census, is_mostly_uncommon};
use crate::repair::reread::{self, as_chinese, as_it_is, pairs_pay};
use crate::repair::rules::{self, Rule, RuleSet};
use crate::repair::signs::Look;

mod lattice;
mod slot;

use lattice::{Memory, Read, mark_of};
use slot::{Right, Way};

/// How many candidates for a character are weighed by themselves.
const CANDIDATES: usize = 16;
/// How long a line may be.
const LINE_BYTES_MAX: usize = 1 << 15;
/// What of a character an attempt is worth, in fuel.
const CHARS_PER_FUEL: usize = 2;
/// How much of it each character of what is proven earns.
const FUEL_PER_PROVEN_CHAR: usize = 64;
const FUEL_MAX: usize = 400_000;

/// What UTF-8 has to save, and for each character that is not ASCII.
const UTF_8_GAIN: Cost = 24 * BIT;
const UTF_8_GAIN_PER_CHAR: Cost = 2 * BIT;
/// How many characters each intact one may let be lost: Big5 loses two of three, of short lines more.
const LOST_PER_INTACT: usize = 6;
/// How many intact characters of Han prove UTF-8, and how many follow what is proven.
const UTF_8_HAN: usize = 3;
/// What a line has to save that others prove.
const WEAK_GAIN: Cost = 8 * BIT;
/// The same of a line that shows nothing by itself.
const FOLLOWING_GAIN: Cost = 4 * BIT;
/// What it costs that a line cannot be read as others of its document.
const UNREADABLE_COST: Cost = 24 * BIT;
/// What a character of running text costs at most, on the average, as in the exact search.
const USUAL_COST: Cost = 13 * BIT;

/// What was wrong, and what is right.
static WAYS: [(Decoder, Right); 8] = [
    (Decoder::ShiftJis, Right::Utf8),
    (Decoder::EucKr, Right::Utf8),
    (Decoder::Big5, Right::Utf8),
    (Decoder::Big5, Right::Gbk),
    (Decoder::ShiftJis, Right::Gbk),
    (Decoder::ShiftJis, Right::Big5),
    (Decoder::EucKr, Right::Gbk),
    (Decoder::EucKr, Right::Big5),
];

fn rule_of((decoder, right): (Decoder, Right)) -> &'static Rule {
    match (right, decoder) {
        (Right::Utf8, Decoder::ShiftJis) => rules::LOSSY_SHIFT_JIS,
        (Right::Utf8, Decoder::EucKr) => rules::LOSSY_EUC_KR,
        (Right::Utf8, _) => rules::LOSSY_BIG5,
        (Right::Gbk | Right::Big5, _) => rules::LOSSY_PAIRS,
    }
}

/// How much a span has to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bar {
    /// By itself.
    Alone,
    /// In a document that has proven the way.
    Document,
}

/// How a span was read without candidates.
#[derive(Debug, Clone, Copy)]
struct Trial {
    cost: Cost,
    strength: Strength,
}

/// What a span may be.
#[derive(Debug)]
struct Attempt {
    span: Span,
    way: (Decoder, Right),
    language: Language,
    /// Read as browsers lose bytes, and as Python does.
    trials: [Option<Trial>; 2],
}

impl Attempt {
    fn best(&self) -> Option<Trial> {
        let trials = self.trials.iter().flatten();
        trials.min_by_key(|trial| trial.cost).copied()
    }

    fn is_strong(&self) -> bool {
        self.best()
            .is_some_and(|trial| trial.strength == Strength::Strong)
    }
}

/// Finds what can be taken back.
pub(super) fn find(
    text: &str,
    look: &Look,
    fuel: &mut RouteFuel,
    rules: &RuleSet,
    filling: Filling,
    found: &mut Found,
) {
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut last = None;
    for line in &look.odd {
        if fuel.left == 0 {
            break;
        }
        if !has_gap(&text[line.clone()]) {
            continue;
        }
        // Mostly it is as the line before.
        let as_last = last.and_then(|way| {
            let whole = attempt(text, line.clone(), (&[way], Bar::Alone), fuel, rules);
            whole.filter(Attempt::is_strong)
        });
        let whole =
            as_last.or_else(|| attempt(text, line.clone(), (&WAYS, Bar::Alone), fuel, rules));
        match whole {
            Some(whole) if whole.is_strong() => {
                last = Some(whole.way);
                attempts.push(whole);
            }
            whole => {
                let before = attempts.len();
                for field in reread::fields(text, line.clone()) {
                    if field != *line && has_gap(&text[field.clone()]) {
                        attempts.extend(attempt(text, field, (&WAYS, Bar::Alone), fuel, rules));
                    }
                }
                if let Some(whole) = whole
                    && !attempts[before..].iter().any(Attempt::is_strong)
                {
                    attempts.truncate(before);
                    attempts.push(whole);
                }
            }
        }
    }
    if !attempts.iter().any(Attempt::is_strong) {
        return;
    }
    let proven = |way: (Decoder, Right)| {
        let strong = attempts.iter().filter(|attempt| attempt.is_strong());
        strong.filter(|attempt| attempt.way == way).count() >= DOCUMENT_PROOFS
    };
    let ways: Vec<(Decoder, Right)> = WAYS.into_iter().filter(|&way| proven(way)).collect();
    attempts.retain(|attempt| attempt.is_strong() || ways.contains(&attempt.way));
    if !ways.is_empty() {
        follow(text, &ways, fuel, rules, &mut attempts);
    }
    let spans: Vec<Span> = attempts
        .iter()
        .map(|attempt| attempt.span.clone())
        .collect();
    let examples = reread::examples(text, &spans);
    let mut memory = Memory::default();
    for way in WAYS {
        let modes = Modes::of(attempts.iter().filter(|attempt| attempt.way == way));
        let mine = attempts.iter().zip(&examples);
        for (attempt, _) in mine.filter(|(attempt, example)| attempt.way == way && !**example) {
            attempt.write(text, modes, (filling, &mut memory), found);
        }
    }
    crate::order::sort_by_key(&mut found.pass.edits, |edit| edit.span.start);
}

/// Adds the lines with gaps that show nothing by themselves, where the document has proven a way.
fn follow(
    text: &str,
    ways: &[(Decoder, Right)],
    fuel: &mut RouteFuel,
    rules: &RuleSet,
    attempts: &mut Vec<Attempt>,
) {
    let mut more = Vec::new();
    for span in reread::lines(text) {
        let next = attempts.partition_point(|attempt| attempt.span.end <= span.start);
        let is_known = attempts
            .get(next)
            .is_some_and(|attempt| attempt.span.start < span.end);
        if !is_known && has_gap(&text[span.clone()]) {
            more.extend(attempt(text, span, (ways, Bar::Document), fuel, rules));
        }
    }
    attempts.append(&mut more);
    crate::order::sort_by_key(attempts, |attempt| attempt.span.start);
}

/// Whether something is lost in a text, or has several codes in Shift_JIS, of which the exact search
/// knows one.
fn has_gap(text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER) || has_two_codes(text) || has_asked(text)
}

fn has_two_codes(text: &str) -> bool {
    // Beside half-width kana only, as all of such text has them: the table is dear to make.
    let has_two_codes = |c: char| c > '\u{2200}' && Decoder::ShiftJis.codes(c).as_slice().len() > 1;
    text.contains(['\u{F8F0}', '\u{F8F1}', '\u{F8F2}', '\u{F8F3}'])
        || text.contains(|c| matches!(c, '\u{FF61}'..='\u{FF9F}'))
            && text.chars().any(has_two_codes)
}

/// Whether a question mark may stand for a loss: in front of what is not ASCII, or behind a
/// character that opens like UTF-8 read as Big5.
fn has_asked(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_so = |at| {
        let before = text[..at].chars().next_back();
        before.is_some_and(|c| !c.is_ascii()) || bytes.get(at + 1).is_some_and(|b| !b.is_ascii())
    };
    memchr::memchr_iter(b'?', bytes).any(is_so) && is_mostly_uncommon(text, 0, false)
}

/// Whether a line with such marks may be of a way: only UTF-8 read as Big5 has question marks, and
/// where nothing is marked characters of two codes are in doubt.
fn may_be(text: &str, (decoder, right): (Decoder, Right)) -> bool {
    mark_of(text) != '?'
        || decoder == Decoder::ShiftJis && has_two_codes(text)
        || (decoder, right) == (Decoder::Big5, Right::Utf8)
}

/// Who lost the bytes of a document: the cheaper of both, and how certain that is.
#[derive(Debug, Clone, Copy)]
struct Modes {
    one_by_one: bool,
    /// How likely it is; 1 where the other one is out of the question.
    share: f32,
}

impl Modes {
    fn of<'a>(attempts: impl Iterator<Item = &'a Attempt>) -> Modes {
        let mut costs = [0; 2];
        for attempt in attempts {
            let Some(best) = attempt.best() else {
                continue;
            };
            for (cost, trial) in costs.iter_mut().zip(attempt.trials) {
                *cost += trial.map_or(UNREADABLE_COST, |trial| trial.cost - best.cost);
            }
        }
        let gain = (costs[0] - costs[1]).abs();
        let share = 1.0 / (1.0 + (-super::lattice::bits(gain)).exp2());
        Modes {
            one_by_one: costs[1] < costs[0],
            share: super::lattice::probability(share, 1.0),
        }
    }
}

/// The best way to read a span.
fn attempt(
    text: &str,
    span: Span,
    (ways, bar): (&[(Decoder, Right)], Bar),
    fuel: &mut RouteFuel,
    rules: &RuleSet,
) -> Option<Attempt> {
    let before = &text[span.clone()];
    if span.len() > LINE_BYTES_MAX || fuel.left == 0 {
        return None;
    }
    let chars = before.chars().count();
    let (mut best, mut burnt): (Option<(Cost, Attempt)>, usize) = (None, 0);
    for &(decoder, right) in ways {
        let has = |c: char| {
            c.is_ascii()
                || c == char::REPLACEMENT_CHARACTER
                || !decoder.codes(c).as_slice().is_empty()
        };
        let is_on = rules.contains(rule_of((decoder, right)));
        if !is_on || !may_be(before, (decoder, right)) || !before.chars().all(has) {
            continue;
        }
        let mut language = match right {
            Right::Big5 => Language::Hant,
            Right::Gbk | Right::Utf8 => Language::Hans,
        };
        let mut trials = [None; 2];
        for (trial, one_by_one) in trials.iter_mut().zip([false, true]) {
            let way = Way {
                decoder,
                right,
                one_by_one,
            };
            burnt += chars / CHARS_PER_FUEL + 1;
            let read = |language| {
                let costs = Costs::of(language, None);
                // Without candidates, none is remembered.
                lattice::read(before, 0, way, costs, (0, &mut Memory::default()))
            };
            let Some(mut first) = read(language) else {
                continue;
            };
            let (cheapest, _) = language::cheapest(intact(&first).chars());
            if cheapest != language
                && let Some(again) = read(cheapest)
            {
                (first, language) = (again, cheapest);
            }
            let strength = judge(before, &first, right, bar);
            *trial = strength.map(|strength| Trial {
                cost: first.cost,
                strength,
            });
        }
        let attempt = Attempt {
            span: span.clone(),
            way: (decoder, right),
            language,
            trials,
        };
        if let Some(trial) = attempt.best()
            && best.as_ref().is_none_or(|(cost, _)| trial.cost < *cost)
        {
            best = Some((trial.cost, attempt));
        }
    }
    match &best {
        Some((_, attempt)) if attempt.is_strong() => {
            fuel.left = (fuel.left + chars * FUEL_PER_PROVEN_CHAR).min(FUEL_MAX.max(fuel.left));
            fuel.proven_chars += chars;
        }
        _ => fuel.left = fuel.left.saturating_sub(burnt),
    }
    best.map(|(_, attempt)| attempt)
}

/// The characters of which no byte was lost; what was lost parts words.
fn intact(read: &Read) -> String {
    let chars = read.steps.iter().flat_map(|(_, step)| step.out.chars());
    let known = |(c, seen): (char, Seen)| if seen == Seen::Lost { ' ' } else { c };
    chars.map(known).collect()
}

/// Whether a reading proves itself; `None` where it proves nothing.
fn judge(before: &str, read: &Read, right: Right, bar: Bar) -> Option<Strength> {
    let after = intact(read);
    let all = read.steps.iter().flat_map(|(_, step)| step.out.chars());
    let lost = all.filter(|(_, seen)| *seen == Seen::Lost).count();
    let seen = Census::of(&after);
    let is_little = seen.han_chars == 0 || lost > seen.cjk_chars() * LOST_PER_INTACT;
    if seen.bad_chars > 0 || bar == Bar::Alone && is_little {
        return None;
    }
    let mark = mark_of(before);
    let kept: String = before.chars().filter(|&c| c != mark).collect();
    let gain = |enough: Cost| as_it_is(&kept, read.cost + enough + BIT) - read.cost;
    let is_plain = seen.common_han_chars() == seen.han_chars && seen.other_chars == 0;
    if bar == Bar::Document {
        let follows = is_plain && gain(FOLLOWING_GAIN) >= FOLLOWING_GAIN;
        return follows.then_some(Strength::Weak);
    }
    let is_strong = match right {
        Right::Utf8 => {
            let letters = seen.han_chars + seen.kana_or_hangul_chars;
            let chars = kept.chars().filter(|c| !c.is_ascii()).count();
            let least = UTF_8_GAIN + UTF_8_GAIN_PER_CHAR * Cost::try_from(chars).unwrap_or(0);
            seen.is_common(letters)
                && seen.other_chars * 4 <= seen.cjk_chars()
                && seen.han_chars >= UTF_8_HAN
                && is_mostly_uncommon(&kept, seen.cjk_chars(), false)
                && gain(least) >= least
        }
        Right::Gbk | Right::Big5 => {
            let ascii: String = after.chars().filter(char::is_ascii).collect();
            let beyond = Cost::try_from(after.chars().filter(|c| !c.is_ascii()).count()).ok()?;
            as_chinese(&after) - as_chinese(&ascii) <= USUAL_COST * beyond
                && pairs_pay(&after, &seen, 5, gain)
        }
    };
    if is_strong {
        return Some(Strength::Strong);
    }
    (is_plain && gain(WEAK_GAIN) >= WEAK_GAIN).then_some(Strength::Weak)
}

impl Attempt {
    /// Reads it with its gaps filled in, and writes that.
    fn write(
        &self,
        text: &str,
        modes: Modes,
        (filling, memory): (Filling, &mut Memory),
        found: &mut Found,
    ) {
        let (decoder, right) = self.way;
        let costs = Costs::of(self.language, None);
        let line = &text[self.span.clone()];
        let mut read = |one_by_one: bool| {
            self.trials[usize::from(one_by_one)]?;
            let way = Way {
                decoder,
                right,
                one_by_one,
            };
            lattice::read(line, self.span.start, way, costs, (CANDIDATES, memory))
        };
        let first = read(modes.one_by_one);
        let is_doubtful = modes.share < edits::CERTAIN_POSTERIOR || first.is_none();
        let other = is_doubtful.then(|| read(!modes.one_by_one)).flatten();
        let (mut read, other) = match (first, other) {
            (Some(read), other) => (read, other),
            (None, Some(other)) => (other, None),
            (None, None) => return,
        };
        if let Some(other) = other {
            for ((_, step), (_, other)) in read.steps.iter_mut().zip(&other.steps) {
                let is_same = step
                    .out
                    .chars()
                    .map(|(c, _)| c)
                    .eq(other.out.chars().map(|(c, _)| c));
                if !is_same {
                    step.out.doubt(SPACE, |_, _| true);
                    for posterior in &mut step.posteriors {
                        *posterior *= modes.share;
                    }
                }
            }
        }
        let route = format!("encode {} | decode {}", decoder.name(), right.name());
        let reading = Reading {
            span: &self.span,
            steps: &read.steps,
            decoder,
            route: &route,
            rule: rule_of(self.way),
        };
        edits::write(text, reading, filling.of_gaps(), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::Repairer;

    #[test]
    fn what_is_known_stands_around_the_gaps() {
        let repair = |text: &str| Repairer::new().repair(text).text().to_owned();
        let text = "功\u{FFFD}唐훙瞳짜\u{FFFD}綱뺐，乖쳬떼청唐慷봤。";
        assert_eq!(
            repair(text),
            "晚\u{FFFD}有人在楼\u{FFFD}说话，我们都没有睡好。"
        );
        // Twice is once.
        assert_eq!(repair(&repair(text)), repair(text));
    }

    #[test]
    fn characters_of_two_codes_are_gaps() {
        assert!(has_gap("ﾎ昤") && has_gap("\u{F8F1}") && has_gap("a\u{FFFD}"));
        assert!(!has_gap("今天日本語ﾎﾒ"));
    }
}
