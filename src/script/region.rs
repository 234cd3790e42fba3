//! Taiwan or Hong Kong: words that only one of them writes.
//!
//! The table `seeds/tables/region-words.tsv` lists words and characters with the region that
//! writes them and how sure that is; the words of a text vote. The language model is not
//! asked: of Hong Kong it has seen little, and its sums told the two apart no better than
//! chance in lines without such words.
//!
//! What it gets wrong: most lines hold no such word and stay without a region; programs
//! translated for Hong Kong from Taiwan's translation look like Taiwan's; a text of
//! Taiwan that quotes Cantonese at length looks like Hong Kong's.

use crate::rows::rows;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a word speaks for: a region, or none.
type Side = Option<Region>;

/// Words behind their first character, what they speak for, and their votes.
type Tails = Vec<(&'static str, Side, u64)>;

/// The words, laid out for look-ups.
struct Table {
    /// The words by first character.
    words: BTreeMap<char, Tails>,
    /// The characters that are a word alone,
    alone: Bits,
    /// and the pairs that begin one, by [`Bits::of_pair`]: most characters of a text begin none.
    pairs: Bits,
}

/// A bit for each of the numbers below 65,536.
struct Bits(Box<[u64]>);

impl Bits {
    fn none() -> Bits {
        Bits(vec![0; 0x1_0000 / 64].into_boxed_slice())
    }

    /// The number of a character: that of the basic plane is its scalar value.
    fn of_char(c: char) -> usize {
        c as usize % 0x1_0000
    }

    /// The number of two characters, which others share.
    fn of_pair(first: char, second: char) -> usize {
        (first as usize)
            .wrapping_mul(0x9E37)
            .wrapping_add(second as usize)
            % 0x1_0000
    }

    fn set(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    fn has(&self, number: usize) -> bool {
        self.0[number / 64] >> (number % 64) & 1 != 0
    }
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        words: BTreeMap::new(),
        alone: Bits::none(),
        pairs: Bits::none(),
    };
    for (word, side, votes) in rows() {
        let mut tail = word.chars();
        let Some(first) = tail.next() else {
            continue;
        };
        match tail.clone().next() {
            None => table.alone.set(Bits::of_char(first)),
            Some(second) => table.pairs.set(Bits::of_pair(first, second)),
        }
        let words = table.words.entry(first).or_default();
        words.push((tail.as_str(), side, votes));
    }
    table
});

impl Table {
    /// Whether a word may begin with a character and go on with the next.
    fn may_begin(&self, first: char, second: Option<char>) -> bool {
        self.alone.has(Bits::of_char(first))
            || second.is_some_and(|second| self.pairs.has(Bits::of_pair(first, second)))
    }
}

/// The rows of the table.
fn rows() -> impl Iterator<Item = (&'static str, Side, u64)> {
    let lines = rows!("../../seeds/tables/region-words.tsv");
    lines.filter_map(|line| {
        let mut fields = line.split('\t');
        let (word, region, votes) = (fields.next()?, fields.next()?, fields.next()?);
        let side = match region {
            "tw" => Some(Region::Taiwan),
            "hk" => Some(Region::HongKong),
            _ => None,
        };
        Some((word, side, votes.parse().ok()?))
    })
}

/// The least by which one region must be ahead.
const LEAD: u64 = 2;

/// How many times the other's votes the first must have.
const TIMES: u64 = 3;

/// In a longer text one vote more is asked for each so many characters: what a region
/// writes keeps coming, what is quoted does not.
const CHARS_A_VOTE: u64 = 400;

/// A region whose Traditional Chinese can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    Taiwan,
    HongKong,
}

/// Votes for the regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Votes {
    taiwan: u64,
    hong_kong: u64,
    none: u64,
}

impl Votes {
    /// Counts the votes of the words of a text that begin with Han characters; says how many of these
    /// it has. Time O(n).
    pub(super) fn count(&mut self, text: &str, is_han: impl Fn(char) -> bool) -> u64 {
        let table = &*TABLE;
        let mut han_chars = 0;
        let mut chars = text.char_indices().peekable();
        while let Some((start, first)) = chars.next() {
            if !is_han(first) {
                continue;
            }
            han_chars += 1;
            let second = chars.peek().map(|&(_, second)| second);
            if table.may_begin(first, second) {
                self.count_words(table, &text[start..], first);
            }
        }
        han_chars
    }

    /// Counts the words that begin where the text does, with its first character.
    fn count_words(&mut self, table: &Table, text: &str, first: char) {
        let rest = text.get(first.len_utf8()..).unwrap_or_default();
        for (tail, side, votes) in table.words.get(&first).into_iter().flatten() {
            if rest.starts_with(tail) {
                *match side {
                    Some(Region::Taiwan) => &mut self.taiwan,
                    Some(Region::HongKong) => &mut self.hong_kong,
                    None => &mut self.none,
                } += votes;
            }
        }
    }

    /// The votes of two parts.
    pub(super) fn plus(self, other: Votes) -> Votes {
        Votes {
            taiwan: self.taiwan + other.taiwan,
            hong_kong: self.hong_kong + other.hong_kong,
            none: self.none + other.none,
        }
    }

    /// The region that a text of so many characters is from, and its lead.
    pub(super) fn region(self, chars: u64) -> Option<(Region, u64)> {
        let (region, most, least) = if self.taiwan > self.hong_kong {
            (Region::Taiwan, self.taiwan, self.hong_kong)
        } else {
            (Region::HongKong, self.hong_kong, self.taiwan)
        };
        let lead = most - least;
        let is_clear = lead >= LEAD.max(chars / CHARS_A_VOTE) + self.none && most >= TIMES * least;
        is_clear.then_some((region, lead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> Option<Region> {
        let mut votes = Votes::default();
        let chars = votes.count(text, |_| true);
        votes.region(chars).map(|(region, _)| region)
    }

    #[test]
    fn words_tell_the_region() {
        for (text, expect) in [
            ("請重新啟動軟體，再從網路下載一次", Some(Region::Taiwan)),
            ("他跟著我走進房間裡", Some(Region::Taiwan)),
            ("請重新啟動軟件，再從互聯網下載一次", Some(Region::HongKong)),
            ("佢哋而家喺屋企食飯", Some(Region::HongKong)),
            ("這個國家的歷史", None),
            // As OpenCC writes, and books of the mainland.
            ("他坐在屋裏，以爲沒有人看着他", None),
            ("軟件與軟體是同一種東西", None),
        ] {
            assert_eq!(region(text), expect, "{text}");
        }
    }

    #[test]
    fn one_word_of_a_long_text_is_no_evidence() {
        let text = "這個國家的歷史與傳統，還有許多東西說不完。".repeat(100);
        assert_eq!(region(&format!("{text}軟體")), None);
    }

    #[test]
    fn every_row_is_read_once() {
        let lines = rows!("../../seeds/tables/region-words.tsv").count();
        let mut words: Vec<&str> = rows().map(|(word, ..)| word).collect();
        assert_eq!(words.len(), lines);
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), lines);
        assert!(rows().all(|(word, _, votes)| !word.is_empty() && (1..=4).contains(&votes)));
    }
}
