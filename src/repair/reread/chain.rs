//! Chains of wrong decodings, and the search for the one that explains a text.
//!
//! A step is a pair: the decoder that was wrong, and the one that is right (`step.rs`). A layer tries
//! every set that holds all characters of a text, the bytes once each, and every right decoder
//! on them, strictly. What is valid UTF-8 may be wrong itself, so it is searched again, three
//! layers deep; GBK and Big5 end a chain, because a layer on top of them would be a chain
//! without them. Among the readings the one that is cheapest as Chinese wins.

use super::accept::may_be_accepted;
use super::charsets::{
    MULTI_BYTE, SINGLE_BYTE, encode_rows_into, multi_byte, multi_sets_of, rows_into, sets_of,
};
use super::step::{Right, Step, Wrong};
use super::utf8_else::{self, Goal};
use super::{bytes, weigh};
use crate::model::{BIT, Cost};
use crate::repair::proof::{Census, drawn_chars};
use crate::repair::rules::RuleSet;

/// How many layers one text may have: three have been seen in the wild.
pub(super) const LAYERS_MAX: usize = 3;

/// What a second and a third layer cost: one in a hundred damaged texts has another.
pub(super) const LAYER_COST: Cost = 7 * BIT;

/// How much dearer it is to weigh a byte than to encode one.
const WEIGH_WORK: usize = 4;

/// The same of a byte of which there are several ways to read it.
const UTF8_ELSE_WORK: usize = 40;

/// A way to read a text.
#[derive(Debug)]
pub(super) struct Reading {
    /// What is to be undone, the last decoding first.
    pub(super) chain: Vec<Step>,
    pub(super) after: String,
    /// What that costs as Chinese.
    pub(super) chinese: Cost,
}

/// What came of the search for a reading.
#[derive(Debug)]
pub(super) struct Best {
    /// The reading that is cheapest as Chinese.
    pub(super) reading: Option<Reading>,
    /// There are readings, but none of characters that would be accepted whatever it costs.
    pub(super) is_hopeless: bool,
    /// How many bytes were encoded, decoded and weighed, or would have been.
    pub(super) work: usize,
}

/// What one search leaves to the next: lists that are used again and again.
#[derive(Debug, Default)]
pub(super) struct Memory {
    rows: Vec<u16>,
    chars: Vec<char>,
    spare: Vec<Vec<u8>>,
    candidates: Vec<Candidate>,
    texts: String,
}

/// A reading that was not weighed.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    chain: [Step; LAYERS_MAX],
    layers: usize,
    /// Where it begins in the texts of all, and ends.
    after: (usize, usize),
}

/// The reading of a text that is cheapest as Chinese. What nothing can come of is not weighed.
pub(super) fn best(text: &str, rules: &RuleSet, multi: bool, memory: &mut Memory) -> Best {
    memory.candidates.clear();
    memory.texts.clear();
    let mut search = Search {
        rules,
        before: text,
        chain: Vec::new(),
        may_be_accepted: false,
        work: 0,
        memory,
    };
    search.layer(text, multi);
    let Search {
        may_be_accepted,
        work,
        memory: Memory {
            candidates, texts, ..
        },
        ..
    } = search;
    if !may_be_accepted {
        return Best {
            reading: None,
            is_hopeless: !candidates.is_empty(),
            work,
        };
    }
    let mut best: Option<(&Candidate, Cost, Cost)> = None;
    for candidate in &*candidates {
        let layers = Cost::try_from(candidate.layers - 1).unwrap_or(0) * LAYER_COST;
        let limit = best.map_or(Cost::MAX, |(_, _, cost)| cost - layers);
        let after = &texts[candidate.after.0..candidate.after.1];
        let chinese = weigh::as_chinese_below(after, limit);
        let cost = chinese + layers;
        if best.is_none_or(|(_, _, least)| cost < least) {
            best = Some((candidate, chinese, cost));
        }
    }
    let reading = best.map(|(candidate, chinese, _)| Reading {
        chain: candidate.chain[..candidate.layers].to_vec(),
        after: texts[candidate.after.0..candidate.after.1].to_owned(),
        chinese,
    });
    Best {
        reading,
        is_hopeless: false,
        work,
    }
}

/// How much of some bytes is UTF-8.
enum Utf8<'b> {
    /// All. Text in GBK or Big5 is so once in a hundred times at four characters.
    Whole(&'b str),
    /// Half of the bytes past ASCII stand in two sequences or more of three bytes, of characters
    /// that are written: UTF-8 with a byte lost or a quotation mark put around it, and no text in
    /// GBK or Big5. A single sequence, or two of characters that nobody writes, four characters
    /// of those make by chance one time in twenty.
    Mostly,
    No,
}

impl<'b> Utf8<'b> {
    fn of(bytes: &'b [u8]) -> Utf8<'b> {
        if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
            return Utf8::Whole(text);
        }
        // A byte that stands in no sequence is passed over alone: none of those behind it that
        // were taken for its own opens another.
        let (mut sequences, mut in_sequences, mut at) = (0, 0, 0);
        while let Some(&lead) = bytes.get(at) {
            let length = match lead {
                0xE0..=0xEF => 3,
                0xF0..=0xF4 => 4,
                _ => {
                    at += 1;
                    continue;
                }
            };
            let sequence = bytes.get(at..at + length);
            // Most of them end at once.
            let goes_on = |bytes: &&[u8]| matches!(bytes[1..], [0x80..=0xBF, 0x80..=0xBF, ..]);
            let sequence = sequence.filter(goes_on);
            let c = sequence.and_then(|bytes| std::str::from_utf8(bytes).ok());
            let Some(c) = c.and_then(|text| text.chars().next()) else {
                at += 1;
                continue;
            };
            if weigh::is_written(c) {
                sequences += 1;
                in_sequences += length;
            }
            at += length;
        }
        let past_ascii = bytes.iter().filter(|byte| !byte.is_ascii()).count();
        if sequences > 1 && in_sequences * 2 >= past_ascii {
            Utf8::Mostly
        } else {
            Utf8::No
        }
    }
}

struct Search<'r> {
    rules: &'r RuleSet,
    /// The text as it is.
    before: &'r str,
    chain: Vec<Step>,
    may_be_accepted: bool,
    work: usize,
    memory: &'r mut Memory,
}

impl Search<'_> {
    /// Tries every set that has all characters of a text.
    fn layer(&mut self, text: &str, multi: bool) {
        self.work += text.len();
        let mut tried: Vec<(Wrong, Vec<u8>)> = Vec::new();
        let mut add = |search: &mut Self, wrong: Wrong, encode: &dyn Fn(&Memory, &mut Vec<u8>)| {
            search.work += text.len();
            let mut bytes = search.memory.spare.pop().unwrap_or_default();
            bytes.clear();
            encode(search.memory, &mut bytes);
            if tried.iter().any(|(_, tried)| *tried == bytes) {
                search.memory.spare.push(bytes);
            } else {
                tried.push((wrong, bytes));
            }
        };
        let sets = sets_of(text);
        if sets != 0 {
            rows_into(text, &mut self.memory.rows);
            for set in (0..SINGLE_BYTE.len()).filter(|set| sets >> set & 1 == 1) {
                add(self, Wrong::Single(set), &|memory, bytes| {
                    encode_rows_into(set, &memory.rows, bytes);
                });
            }
        }
        if multi {
            let sets = multi_sets_of(text);
            for set in (0..MULTI_BYTE.len()).filter(|set| sets >> set & 1 == 1) {
                add(self, Wrong::Multi(set), &|_, bytes| {
                    multi_byte(set).encode_into(text, bytes);
                });
            }
        }
        for (wrong, bytes) in tried {
            self.set(wrong, &bytes);
            self.memory.spare.push(bytes);
        }
        if utf8_else::may_be(text) {
            self.utf8_else(text);
        }
    }

    /// Tries the set whose bytes depend on what they are to be, Big5 as far as it is cheaper than GBK.
    fn utf8_else(&mut self, text: &str) {
        let wrong = Wrong::Utf8Else;
        let mut limit = Cost::MAX;
        for right in [Right::Gbk, Right::Big5] {
            let step = Step { wrong, right };
            if !self.is_on(step) {
                continue;
            }
            self.work += text.len() * UTF8_ELSE_WORK;
            let mut bytes = self.memory.spare.pop().unwrap_or_default();
            bytes.clear();
            let goal = Goal::Chinese(right);
            if let Some(cost) = utf8_else::encode_into(text, goal, limit, &mut bytes) {
                limit = cost;
                self.chain.push(step);
                self.consider_pairs(right, &bytes);
                self.chain.pop();
            }
            self.memory.spare.push(bytes);
        }
    }

    fn is_on(&self, step: Step) -> bool {
        step.rule().is_some_and(|rule| self.rules.contains(rule))
    }

    /// Reads the bytes that a wrong decoder read.
    fn set(&mut self, wrong: Wrong, bytes: &[u8]) {
        match Utf8::of(bytes) {
            Utf8::Mostly => {}
            Utf8::Whole(after) => {
                let right = Right::Utf8;
                if self.is_on(Step { wrong, right }) {
                    self.chain.push(Step { wrong, right });
                    self.consider_utf_8(after);
                    self.chain.pop();
                }
            }
            Utf8::No => {
                for right in [Right::Gbk, Right::Big5] {
                    if let Wrong::Multi(set) = wrong
                        && right.is(MULTI_BYTE[set])
                    {
                        continue;
                    }
                    if self.is_on(Step { wrong, right }) {
                        self.chain.push(Step { wrong, right });
                        self.consider_pairs(right, bytes);
                        self.chain.pop();
                    }
                }
            }
        }
    }

    fn consider_utf_8(&mut self, after: &str) {
        self.work += after.len() * WEIGH_WORK;
        if self.chain.len() < LAYERS_MAX && !after.is_ascii() {
            self.layer(after, true);
        }
        let seen = Census::of(after);
        if seen.bad_chars > 0 || seen.han_chars == 0 && drawn_chars(after) == 0 {
            return;
        }
        let start = self.memory.texts.len();
        self.memory.texts.push_str(after);
        self.add(start, &seen);
    }

    fn consider_pairs(&mut self, right: Right, bytes: &[u8]) {
        let chars = &mut self.memory.chars;
        let Some(read) = bytes::read(right, bytes, chars) else {
            return;
        };
        self.work += read.text_bytes * WEIGH_WORK;
        if read.is_bad || !read.has_han {
            return;
        }
        let start = self.memory.texts.len();
        self.memory.texts.extend(chars.iter());
        let seen = Census::of(&self.memory.texts[start..]);
        self.add(start, &seen);
    }

    /// Adds a reading that begins where the texts of the others end.
    fn add(&mut self, start: usize, seen: &Census) {
        let Some(&last) = self.chain.last() else {
            return;
        };
        let mut chain = [last; LAYERS_MAX];
        for (slot, &step) in chain.iter_mut().zip(&self.chain) {
            *slot = step;
        }
        let after = &self.memory.texts[start..];
        self.may_be_accepted =
            self.may_be_accepted || may_be_accepted(self.before, after, seen, &self.chain);
        self.memory.candidates.push(Candidate {
            chain,
            layers: self.chain.len(),
            after: (start, start + after.len()),
        });
    }
}
