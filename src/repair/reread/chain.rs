//! Chains of wrong decodings, and the search for the one that explains a text.
//!
//! A step is a pair: the decoder that was wrong, and the one that is right. A layer tries
//! every set that holds all characters of a text, the bytes once each, and every right decoder
//! on them, strictly. What is valid UTF-8 may be wrong itself, so it is searched again, three
//! layers deep; GBK and Big5 end a chain, because a layer on top of them would be a chain
//! without them. Among the readings the one that is cheapest as Chinese wins.

use super::charsets::{
    BIG5_UNICODE, CP950, MULTI_BYTE, SINGLE_BYTE, encode_single_into, multi_byte, sets_of,
};
use super::weigh;
use crate::encoding::Encoding;
use crate::model::{BIT, Cost};
use crate::repair::proof::Census;
use crate::repair::rules::{self, Rule, RuleSet};

/// How many layers one text may have: three have been seen in the wild.
pub(super) const LAYERS_MAX: usize = 3;

/// What a second and a third layer cost: one in a hundred damaged texts has another.
pub(super) const LAYER_COST: Cost = 7 * BIT;

/// How much dearer it is to weigh a byte than to encode one.
const WEIGH_WORK: usize = 4;

/// The decoder that was wrong: a place in one of the lists of sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// In [`SINGLE_BYTE`].
    Single(usize),
    /// In [`MULTI_BYTE`].
    Multi(usize),
}

/// The decoder that is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    Utf8,
    Gbk,
    Big5,
}

/// One wrong decoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) wrong: Wrong,
    pub(super) right: Right,
}

impl Step {
    /// The rule that takes this step back; `None` for pairs that are not tried.
    pub(super) fn rule(self) -> Option<&'static Rule> {
        Some(match (self.wrong, self.right) {
            (Wrong::Single(0), Right::Utf8) => rules::UTF_8_AS_WINDOWS_1252,
            (Wrong::Single(_), Right::Utf8) => rules::UTF_8_AS_SINGLE_BYTE,
            (Wrong::Single(_), Right::Gbk) => rules::GBK_AS_SINGLE_BYTE,
            (Wrong::Single(_), Right::Big5) => rules::BIG5_AS_SINGLE_BYTE,
            (Wrong::Multi(0), Right::Utf8) => rules::UTF_8_AS_GBK,
            (Wrong::Multi(0), Right::Big5) => rules::BIG5_AS_GBK,
            (Wrong::Multi(1 | BIG5_UNICODE | CP950), Right::Gbk) => rules::GBK_AS_BIG5,
            (Wrong::Multi(2 | 3), Right::Gbk | Right::Big5) => rules::CHINESE_AS_NEIGHBOUR,
            _ => return None,
        })
    }

    /// The bytes that the wrong decoder read; `false` where it cannot have written this.
    fn encode_into(self, text: &str, bytes: &mut Vec<u8>) -> bool {
        match self.wrong {
            Wrong::Multi(set) => multi_byte(set).encode_into(text, bytes),
            Wrong::Single(set) => encode_single_into(set, text, bytes),
        }
    }

    /// What this step takes the whole of a text back to.
    pub(super) fn undo(self, text: &str) -> Option<String> {
        let mut bytes = Vec::with_capacity(text.len());
        if !self.encode_into(text, &mut bytes) {
            return None;
        }
        self.right.read(&bytes)
    }

    /// The step as a plan prints it.
    pub(super) fn describe(self, text: &str) -> String {
        let wrong = match self.wrong {
            // C1 controls that windows-1252 has other characters for.
            Wrong::Single(0) if text.contains(is_latin_1_control) => {
                if text.contains(|c| c > '\u{FF}') {
                    "windows-1252+iso-8859-1"
                } else {
                    "iso-8859-1"
                }
            }
            Wrong::Single(set) => SINGLE_BYTE[set].name(),
            Wrong::Multi(BIG5_UNICODE) => "big5-unicode",
            Wrong::Multi(CP950) => "cp950",
            Wrong::Multi(set) => MULTI_BYTE[set].name(),
        };
        let right = match self.right {
            Right::Utf8 => "utf-8",
            Right::Gbk => "gbk",
            Right::Big5 => "big5",
        };
        format!("encode {} | decode {right}", wrong.to_lowercase())
    }
}

fn is_latin_1_control(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9F}')
        && !matches!(c, '\u{81}' | '\u{8D}' | '\u{8F}' | '\u{90}' | '\u{9D}')
}

impl Right {
    fn read(self, bytes: &[u8]) -> Option<String> {
        match self {
            Right::Utf8 => simdutf8::basic::from_utf8(bytes).ok().map(str::to_owned),
            Right::Gbk => encoding_rs::GBK
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
            Right::Big5 => encoding_rs::BIG5
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
        }
    }

    fn is(self, encoding: Encoding) -> bool {
        matches!(
            (self, encoding),
            (Right::Gbk, Encoding::Gbk) | (Right::Big5, Encoding::Big5)
        )
    }
}

/// A way to read a text.
#[derive(Debug)]
pub(super) struct Reading {
    /// What is to be undone, the last decoding first.
    pub(super) chain: Vec<Step>,
    pub(super) after: String,
    /// What that costs as Chinese.
    pub(super) chinese: Cost,
    /// The same and what the layers cost.
    cost: Cost,
}

/// What takes a whole chain back.
pub(super) fn undo(text: &str, chain: &[Step]) -> Option<String> {
    let (first, rest) = chain.split_first()?;
    let once = first.undo(text)?;
    rest.iter().try_fold(once, |text, step| step.undo(&text))
}

/// The reading of a text that is cheapest as Chinese, and how many bytes were encoded, decoded and
/// weighed for it.
pub(super) fn best(text: &str, rules: &RuleSet, multi: bool) -> (Option<Reading>, usize) {
    let mut search = Search {
        rules,
        best: None,
        chain: Vec::new(),
        work: 0,
    };
    search.layer(text, multi);
    (search.best, search.work)
}

/// How much of some bytes is UTF-8.
enum Utf8 {
    /// All. Text in GBK or Big5 is so once in a hundred times at four characters.
    Whole,
    /// Half of the bytes past ASCII stand in two sequences or more of three bytes, of characters
    /// that are written: UTF-8 with a byte lost or a quotation mark put around it, and no text in
    /// GBK or Big5. A single sequence, or two of characters that nobody writes, four characters
    /// of those make by chance one time in twenty.
    Mostly,
    No,
}

impl Utf8 {
    fn of(bytes: &[u8]) -> Utf8 {
        if simdutf8::basic::from_utf8(bytes).is_ok() {
            return Utf8::Whole;
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
    best: Option<Reading>,
    chain: Vec<Step>,
    work: usize,
}

impl Search<'_> {
    /// Tries every set that has all characters of a text.
    fn layer(&mut self, text: &str, multi: bool) {
        self.work += text.len();
        let sets = sets_of(text);
        let mut tried: Vec<Vec<u8>> = Vec::new();
        if sets != 0 {
            for set in 0..SINGLE_BYTE.len() {
                if sets >> set & 1 == 1 {
                    self.set(text, Wrong::Single(set), &mut tried);
                }
            }
        }
        if multi {
            for set in 0..MULTI_BYTE.len() {
                if text.chars().all(|c| multi_byte(set).has(c)) {
                    self.set(text, Wrong::Multi(set), &mut tried);
                }
            }
        }
    }

    fn set(&mut self, text: &str, wrong: Wrong, tried: &mut Vec<Vec<u8>>) {
        let mut bytes = Vec::with_capacity(text.len());
        let step = |right| Step { wrong, right };
        self.work += text.len();
        if !step(Right::Utf8).encode_into(text, &mut bytes) || tried.contains(&bytes) {
            return;
        }
        let rights: &[Right] = match Utf8::of(&bytes) {
            Utf8::Whole => &[Right::Utf8],
            Utf8::Mostly => &[],
            Utf8::No => &[Right::Gbk, Right::Big5],
        };
        for &right in rights {
            let step = step(right);
            if let Wrong::Multi(set) = wrong
                && right.is(MULTI_BYTE[set])
            {
                continue;
            }
            if step.rule().is_some_and(|rule| self.rules.contains(rule))
                && let Some(after) = right.read(&bytes)
            {
                self.chain.push(step);
                self.consider(after, right);
                self.chain.pop();
            }
        }
        tried.push(bytes);
    }

    fn consider(&mut self, after: String, right: Right) {
        self.work += after.len() * WEIGH_WORK;
        let seen = Census::of(&after);
        if right == Right::Utf8 && self.chain.len() < LAYERS_MAX && !after.is_ascii() {
            self.layer(&after, true);
        }
        if seen.bad_chars > 0 || seen.han_chars == 0 {
            return;
        }
        let layers = Cost::try_from(self.chain.len() - 1).unwrap_or(0);
        let layers = layers * LAYER_COST;
        let limit = self
            .best
            .as_ref()
            .map_or(Cost::MAX, |best| best.cost - layers);
        let chinese = weigh::as_chinese_below(&after, limit);
        let cost = chinese + layers;
        if self.best.as_ref().is_none_or(|best| cost < best.cost) {
            self.best = Some(Reading {
                chain: self.chain.clone(),
                after,
                chinese,
                cost,
            });
        }
    }
}
