//! What a document says of itself: which characters follow which, and in which script.
//!
//! A document repeats its names and its terms, which no model of the language foresees. So what
//! is intact in it, in the passages that are proven and around them, is counted, and what a lost
//! byte may have been is weighed by the model and by the counts together. A text of a line or two
//! says little of itself, and is read as before.
//!
//! The kinds of Chinese of the model are not all of one script: classical texts are printed in
//! both. So where the document is, a character of the other script is not filled in.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::edits::CERTAIN_POSTERIOR;
use super::passage::Passage;
use super::utf8::Seen;
use crate::model::{BIT, Cost, HanClass, han_class, symbol};

/// How many characters of a text are counted: a book says no more of its words than a part of it.
const CHARS_MAX: usize = 1 << 18;

/// What is believed of what follows a character that stood there so many times: half of the most.
const PAIRS_HALF: f64 = 3.0;
/// The most: what a text says is not all that it could say.
const PAIRS_MOST: f64 = 0.7;

/// How many characters of one script say which one a text is in, where ten times fewer are of
/// the other,
const SCRIPT_CHARS: u32 = 2;
/// and what one more of the other costs then.
const OTHER_SCRIPT_COST: Cost = 8 * BIT;

/// Counts of the pairs of characters of a text. That of single characters was tried, and filled in
/// less: what is lost of a character in one place is often lost of it in all.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// How often something known follows a character, by its symbol; empty where nothing does.
    followed: Vec<u32>,
    /// By the character before and the character.
    pairs: HashMap<u32, u32, BuildHasherDefault<PairHasher>>,
    /// How many characters only Simplified text has, and only Traditional.
    simplified: u32,
    traditional: u32,
}

/// Two symbols, mixed by one multiplication: the lattice asks a thousand times for each gap, and
/// the default would be most of the time that takes. What a text can do to it is bounded by the
/// counts, of which there are few.
#[derive(Debug, Default)]
struct PairHasher(u64);

impl Hasher for PairHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u32(u32::from(byte));
        }
    }

    fn write_u32(&mut self, pair: u32) {
        let mixed = (self.0 ^ u64::from(pair)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ mixed >> 32;
    }
}

fn pair(before: u16, symbol: u16) -> u32 {
    u32::from(before) << 16 | u32::from(symbol)
}

impl Usage {
    /// Counts what is intact in some passages of a text and outside of them.
    pub(super) fn of(text: &str, passages: &[Passage]) -> Usage {
        let mut usage = Usage {
            followed: vec![0; 0x1_0000],
            ..Usage::default()
        };
        let mut start = 0;
        let mut count = 0;
        let mut before = 0x20;
        let mut add = |usage: &mut Usage, c: Option<char>| {
            // What follows a gap follows nothing that is known.
            let now = c.map_or(0x20, symbol);
            if now >= 0x80 && before != 0 {
                *usage.pairs.entry(pair(before, now)).or_default() += 1;
                usage.followed[usize::from(before)] += 1;
            }
            match c.map(han_class) {
                Some(HanClass::SimplifiedOnly) => usage.simplified += 1,
                Some(HanClass::TraditionalOnly) => usage.traditional += 1,
                _ => {}
            }
            before = if c.is_none() { 0 } else { now };
            count += 1;
            count < CHARS_MAX
        };
        for passage in passages {
            let between = text.get(start..passage.span.start).unwrap_or_default();
            let read = passage.steps.iter().flat_map(|(_, step)| {
                let chars = step.out.chars().zip(&step.posteriors);
                // What is in doubt would speak for itself.
                chars.map(|((c, seen), &posterior)| {
                    let is_known = match seen {
                        Seen::Intact => c != '\u{FFFD}',
                        Seen::Ambiguous => posterior >= CERTAIN_POSTERIOR,
                        Seen::Lost => false,
                    };
                    is_known.then_some(c)
                })
            });
            let more = between.chars().map(Some).chain(read);
            for c in more {
                if !add(&mut usage, c) {
                    return usage;
                }
            }
            start = passage.span.end;
        }
        for c in text.get(start..).unwrap_or_default().chars() {
            if !add(&mut usage, Some(c)) {
                break;
            }
        }
        usage
    }

    /// What a character costs behind another by the model and by the text, where the model alone
    /// says `cost`.
    pub(super) fn weigh(&self, cost: Cost, before: u16, c: char) -> Cost {
        let cost = if self.is_of_other_script(c) {
            cost + OTHER_SCRIPT_COST
        } else {
            cost
        };
        let followed = match self.followed.get(usize::from(before)) {
            None | Some(0) => return cost,
            Some(&followed) => followed,
        };
        // Nothing is believed less for not standing there: what is lost of a pair in one place is
        // often lost of it in all.
        let Some(&pairs) = self.pairs.get(&pair(before, symbol(c))) else {
            return cost.max(0);
        };
        let followed = f64::from(followed);
        let trust = PAIRS_MOST * followed / (followed + PAIRS_HALF);
        let share = (-bits(cost)).exp2() + trust * f64::from(pairs) / followed;
        of_bits(-share.clamp(f64::MIN_POSITIVE, 1.0).log2())
    }

    /// Whether a character is of the script that the text is not in.
    fn is_of_other_script(&self, c: char) -> bool {
        let is_in = |one: u32, other: u32| one >= SCRIPT_CHARS && other * 10 <= one;
        match han_class(c) {
            HanClass::SimplifiedOnly => is_in(self.traditional, self.simplified),
            HanClass::TraditionalOnly => is_in(self.simplified, self.traditional),
            HanClass::JapaneseOnly => {
                is_in(self.traditional, self.simplified) || is_in(self.simplified, self.traditional)
            }
            _ => false,
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
fn bits(cost: Cost) -> f64 {
    cost as f64 / 1024.0
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a logarithm of a share, at most some hundred"
)]
fn of_bits(bits: f64) -> Cost {
    (bits * 1024.0).round() as Cost
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stood_there_is_likelier_and_the_rest_no_less() {
        let usage = Usage::of(&"關於傕汜的事。".repeat(60), &[]);
        let [one, two, other] = ['傕', '汜', '氾'];
        let one = symbol(one);
        let cost = 17 * BIT;
        assert!(usage.weigh(cost, one, two) < 2 * BIT);
        let rest = usage.weigh(cost, one, other);
        assert!((rest - cost).abs() < 2, "{rest}");
        let empty = Usage::default();
        assert!((empty.weigh(cost, one, two) - cost).abs() < 2);
    }

    #[test]
    fn a_document_is_in_one_script() {
        let cost = |text: &str, c| Usage::of(text, &[]).weigh(12 * BIT, 0x20, c) / BIT;
        assert_eq!(cost("他们说，", '見'), 20);
        assert_eq!(cost("他们说，", '见'), 12);
        assert_eq!(cost("他們說，", '见'), 20);
        assert_eq!(cost("他們說，", '見'), 12);
        // In both, or in neither that is known.
        assert_eq!(cost("他們說，他们说，", '见'), 12);
        assert_eq!(cost("上下左右", '見'), 12);
    }
}
