//! One byte a character: what the first look at a text has to know of it.
//!
//! The look reads every character of clean text, so it asks this table once for each and not
//! every rule in turn. A bit says that rules of a level read the character; two more pairs of
//! bits mark the first and second characters of pairs that some rule reads (皇後, 烫烫), of which
//! neither is rare alone. Pairs are spread over the two groups; a pair of characters whose groups
//! agree is then looked up exactly.

use std::sync::OnceLock;

use super::forms::{injected, misconversion};
use super::routes;
use super::rules::Level;

/// May open a run of UTF-8 read as GBK.
pub(super) const OPENS_GBK: u8 = 1;
/// A rule of level `safe` or `report` reads the character.
pub(super) const SAFE: u8 = 2;
/// A rule of level `tidy` reads it.
pub(super) const TIDY: u8 = 4;
/// Begins a pair of the first or the second group.
const FIRST: [u8; 2] = [8, 16];
/// How far the bits of the second character of a pair lie from those of the first.
const SECOND_SHIFT: u32 = 2;
const SECOND: u8 = (FIRST[0] | FIRST[1]) << SECOND_SHIFT;

/// Why a pair is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    /// Begins a word of `misconversions.tsv`, of this level.
    Word(Level),
    /// 烫烫, 屯屯.
    Fill,
    /// 头部.
    TouBu,
    /// Begins this word of `spam-words.tsv`.
    Spam(&'static str),
}

/// The classes of the basic plane, and the pairs.
#[derive(Debug)]
pub(super) struct Classes {
    of: Box<[u8; 0x1_0000]>,
    /// Sorted.
    pairs: Vec<([char; 2], Pair)>,
}

impl Classes {
    /// The table; built once, in about a millisecond.
    pub(super) fn get() -> &'static Classes {
        static CLASSES: OnceLock<Classes> = OnceLock::new();
        CLASSES.get_or_init(Classes::build)
    }

    fn build() -> Classes {
        let mut of = Box::new([0; 0x1_0000]);
        for (c, class) in ('\0'..='\u{FFFF}').map(|c| (c, class(c))) {
            of[c as usize] = class;
        }
        let mut pairs = vec![
            (['烫', '烫'], Pair::Fill),
            (['屯', '屯'], Pair::Fill),
            (['头', '部'], Pair::TouBu),
            (['頭', '部'], Pair::TouBu),
        ];
        let words = misconversion::words().map(|(word, level)| (word, Pair::Word(level)));
        let spam = injected::words().map(|word| (word, Pair::Spam(word)));
        for (word, why) in words.chain(spam) {
            let mut chars = word.chars();
            if let (Some(first), Some(second)) = (chars.next(), chars.next()) {
                pairs.push(([first, second], why));
            }
        }
        pairs.sort_by_key(|&(pair, _)| pair);
        for &([first, second], _) in &pairs {
            // Second characters repeat most (面, 製), so that they decide the group.
            let group = FIRST[u32::from(second) as usize % 2];
            of[first as usize] |= group;
            of[second as usize] |= group << SECOND_SHIFT;
        }
        Classes { of, pairs }
    }

    /// The class of a scalar value; that of none beyond the basic plane.
    #[inline(always)]
    pub(super) fn of(&self, code: u32) -> u8 {
        self.of.get(code as usize).copied().unwrap_or(0)
    }

    /// Why these two characters are looked for, one after the other.
    pub(super) fn pairs(&self, first: char, second: char) -> impl Iterator<Item = Pair> {
        let wanted = [first, second];
        let start = self.pairs.partition_point(|&(pair, _)| pair < wanted);
        let found = self.pairs.iter().skip(start);
        found
            .take_while(move |&&(pair, _)| pair == wanted)
            .map(|&(_, why)| why)
    }
}

/// Whether characters of these classes may be a pair.
#[inline(always)]
pub(super) fn may_pair(first: u8, second: u8) -> bool {
    (first << SECOND_SHIFT) & second & SECOND != 0
}

/// The class of a character, pairs apart.
fn class(c: char) -> u8 {
    let level = match c {
        '蕞' | '扞' | '锟' | '锘' => SAFE,
        '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\x7F'..='\u{9F}' => SAFE,
        '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}' => SAFE,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => SAFE,
        '\u{2E80}'..='\u{2FD5}' | '\u{F900}'..='\u{FAFF}' | '\u{FFFD}' => SAFE,
        '\u{E000}'..='\u{F8FF}' => SAFE,
        '\u{300}'..='\u{36F}' | '\u{FB00}'..='\u{FB06}' => TIDY,
        '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => TIDY,
        '\u{FF61}'..='\u{FF9F}' => TIDY,
        _ => 0,
    };
    let opens_gbk = if routes::opens_gbk_run(c) {
        OPENS_GBK
    } else {
        0
    };
    level | opens_gbk
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_is_seen_by_its_classes() {
        let classes = Classes::get();
        for &([first, second], why) in &classes.pairs {
            let [one, two] = [first, second].map(|c| classes.of(u32::from(c)));
            assert!(may_pair(one, two), "{first}{second}");
            assert!(classes.pairs(first, second).any(|found| found == why));
        }
        assert_eq!(classes.pairs('中', '文').count(), 0);
    }

    #[test]
    fn common_characters_are_of_no_level() {
        for c in "的一是不了在人有我他這個们中来上大為国和地到以說时要就出会，。“”—…·、".chars()
        {
            assert_eq!(class(c) & (SAFE | TIDY), 0, "{c}");
        }
    }
}
