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

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Words behind their first character, and their votes: above zero for Taiwan's.
type Tails = Vec<(&'static str, i8)>;

/// The words by first character.
static TABLE: LazyLock<BTreeMap<char, Tails>> = LazyLock::new(|| {
    let mut table: BTreeMap<char, Tails> = BTreeMap::new();
    for (word, votes) in rows() {
        let mut tail = word.chars();
        if let Some(first) = tail.next() {
            table.entry(first).or_default().push((tail.as_str(), votes));
        }
    }
    table
});

/// The rows of the table.
fn rows() -> impl Iterator<Item = (&'static str, i8)> {
    let lines = include_str!("../../seeds/tables/region-words.tsv").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut fields = line.split('\t');
        let (word, region, votes) = (fields.next()?, fields.next()?, fields.next()?);
        let votes = votes.parse::<i8>().ok()?;
        Some((word, if region == "tw" { votes } else { -votes }))
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
}

impl Votes {
    /// Counts the votes of the words that begin where the text does. Time O(log table).
    pub(super) fn count(&mut self, text: &str) {
        let mut chars = text.chars();
        let Some(tails) = chars.next().and_then(|first| TABLE.get(&first)) else {
            return;
        };
        let rest = chars.as_str();
        for (tail, votes) in tails {
            if rest.starts_with(tail) {
                let side = if *votes > 0 {
                    &mut self.taiwan
                } else {
                    &mut self.hong_kong
                };
                *side += u64::from(votes.unsigned_abs());
            }
        }
    }

    /// The votes of two parts.
    pub(super) fn plus(self, other: Votes) -> Votes {
        Votes {
            taiwan: self.taiwan + other.taiwan,
            hong_kong: self.hong_kong + other.hong_kong,
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
        let is_clear = lead >= LEAD.max(chars / CHARS_A_VOTE) && most >= TIMES * least;
        is_clear.then_some((region, lead))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> Option<Region> {
        let mut votes = Votes::default();
        let mut chars = 0;
        for (at, _) in text.char_indices() {
            votes.count(&text[at..]);
            chars += 1;
        }
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
        let lines = include_str!("../../seeds/tables/region-words.tsv").lines();
        let lines = lines.filter(|line| !line.starts_with('#')).count();
        let mut words: Vec<&str> = rows().map(|(word, _)| word).collect();
        assert_eq!(words.len(), lines);
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), lines);
        assert!(rows().all(|(word, votes)| !word.is_empty() && (1..=4).contains(&votes.abs())));
    }
}
