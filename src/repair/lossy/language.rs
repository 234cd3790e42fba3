//! What characters cost in Chinese, and what a text costs as it stands.
//!
//! Amounts are those of the model, whole numbers of 1/1024 bit. Filling compares costs in one kind
//! of Chinese only, that in which the intact characters of the passage are cheapest, rare kinds by a
//! margin; a repair has to be cheaper than the passage as it stands in the cheapest of all languages.

use std::sync::OnceLock;

use super::usage::Usage;
use crate::model::{self, Alphabet, BIT, Cost, Language, Model};

/// The alphabets whose letters windows-1252 has.
const ALPHABETS: [Alphabet; 3] = [Alphabet::West, Alphabet::East, Alphabet::Vietnamese];

/// What characters cost that no language has in its table.
const FOREIGN_STEPS: u8 = 160;

/// Of the pairs that are found behind characters of so many steps and more, so few are in the model: 3 in
/// 100, a quarter, four and six in ten.
const DOUBTS: [(u8, Cost); 4] = [
    (144, 5 * BIT),
    (136, 2 * BIT),
    (128, BIT + BIT / 4),
    (120, BIT - BIT / 4),
];

/// The costs of one kind of Chinese.
#[derive(Debug, Clone, Copy)]
pub(super) struct Costs<'u> {
    model: &'static Model,
    language: Language,
    usage: Option<&'u Usage>,
}

impl<'u> Costs<'u> {
    /// Costs in a language, and in a document of which so much is known.
    pub(super) fn of(language: Language, usage: Option<&'u Usage>) -> Costs<'u> {
        Costs {
            model: model::model(),
            language,
            usage,
        }
    }

    /// The language.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// What a character costs behind a symbol.
    #[inline]
    pub(super) fn cost(&self, before: u16, c: char) -> Cost {
        if c.is_ascii() {
            return match c {
                '\n' | '\r' => ascii(c) + at_line_end(before),
                _ => ascii(c),
            };
        }
        let symbol = model::symbol(c);
        let alone = self.model.row(symbol)[self.language as usize];
        let cost =
            model::of_steps(i64::from(alone)) - self.model.gain(self.language, before, symbol);
        self.usage
            .map_or(cost, |usage| usage.weigh(cost, before, c))
    }

    /// What a character costs more behind a symbol where it is filled in.
    ///
    /// One in 300 pairs is found in the model by the chance of hashing. Of a gap's dozens of candidates
    /// one has such a gain once in five times; a rare one hardly ever has another.
    pub(super) fn doubt(&self, before: u16, c: char) -> Cost {
        let symbol = model::symbol(c);
        let steps = self.model.row(symbol)[self.language as usize];
        let doubt = DOUBTS.iter().find(|&&(least, _)| steps >= least);
        doubt.map_or(0, |&(_, doubt)| {
            let gain = self.model.gain(self.language, before, symbol);
            gain.clamp(0, doubt)
        })
    }

    /// Whether the language has the character: only those are filled in. Letters of alphabets are not,
    /// although Chinese texts have some: hardly ever is a byte of one lost.
    pub(super) fn has(&self, c: char) -> bool {
        let is_letter = c < '\u{2000}' && !matches!(c, '·' | '×' | '÷' | '°' | '±');
        !c.is_ascii()
            && !is_letter
            && self.model.row(model::symbol(c))[self.language as usize] < FOREIGN_STEPS
    }

    /// What it costs that a character begins with these bytes: what beams are compared by.
    pub(super) fn prefix(&self, bytes: &[u8]) -> Cost {
        static TABLES: [OnceLock<Vec<Cost>>; 7] = [const { OnceLock::new() }; 7];
        let table = TABLES[self.language as usize].get_or_init(|| self.prefixes());
        let at = match *bytes {
            [] => return 0,
            [lead] => usize::from(lead) << 7,
            [lead, second, ..] => usize::from(lead) << 7 | 0x40 | usize::from(second & 0x3F),
        };
        table.get(at).copied().unwrap_or(24 * BIT)
    }

    fn prefixes(&self) -> Vec<Cost> {
        let mut shares = vec![0.0_f64; 0x100 << 7];
        for c in '\u{80}'..='\u{FFFD}' {
            let mut buffer = [0; 4];
            if let [lead, second, ..] = *c.encode_utf8(&mut buffer).as_bytes() {
                let steps = self.model.row(model::symbol(c))[self.language as usize];
                let share = (-f64::from(steps) / 8.0).exp2();
                shares[usize::from(lead) << 7] += share;
                shares[usize::from(lead) << 7 | 0x40 | usize::from(second & 0x3F)] += share;
            }
        }
        shares
            .into_iter()
            .map(|share| of_bits(-share.max(1e-9).log2()))
            .collect()
    }
}

/// Of the characters of three bytes that begin with these two, those that some kind of Chinese has:
/// a bit for each last byte from 80 on. No others are filled in.
pub(super) fn written(lead: u8, second: u8) -> u64 {
    static TABLE: OnceLock<Vec<u64>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = vec![0; 16 << 6];
        let kinds = Language::CHINESE.map(|language| Costs::of(language, None));
        for c in '\u{800}'..='\u{FFFD}' {
            let mut buffer = [0; 4];
            if let &[lead, second, last] = c.encode_utf8(&mut buffer).as_bytes()
                && kinds.iter().any(|costs| costs.has(c))
            {
                table[place(lead, second)] |= 1 << (last & 0x3F);
            }
        }
        table
    });
    fn place(lead: u8, second: u8) -> usize {
        usize::from(lead & 0x0F) << 6 | usize::from(second & 0x3F)
    }
    table[place(lead, second)]
}

/// A number of bits, rounded.
#[allow(
    clippy::cast_possible_truncation,
    reason = "a logarithm of a share, at most a few dozen"
)]
pub(super) fn of_bits(bits: f64) -> Cost {
    (bits * 1024.0).round() as Cost
}

/// What it costs that a line ends behind a symbol: behind a comma or what opens a pair, columns
/// and verse apart, none does.
pub(super) fn at_line_end(before: u16) -> Cost {
    let is_open = matches!(
        char::from_u32(before.into()),
        Some('、' | '，' | '「' | '『' | '“' | '‘' | '（' | '《' | '〈' | '【' | '〔')
    );
    if is_open { 4 * BIT } else { 0 }
}

fn ascii(c: char) -> Cost {
    model::ascii_cost(u8::try_from(c).unwrap_or(0x7F))
}

/// What the characters beyond ASCII cost in each of some languages; only so far as one of them costs
/// less than `limit`.
fn sums<const N: usize>(
    chars: impl Iterator<Item = char>,
    languages: [Language; N],
    limit: Cost,
) -> [Cost; N] {
    let model = model::model();
    let mut sums = [0; N];
    let mut before = 0x20;
    for c in chars {
        let symbol = model::symbol(c);
        if !c.is_ascii() {
            let row = model.row(symbol);
            for (sum, language) in sums.iter_mut().zip(languages) {
                *sum += model::of_steps(i64::from(row[language as usize]))
                    - model.gain(language, before, symbol);
            }
            if sums.iter().all(|&sum| sum >= limit) {
                break;
            }
        }
        before = symbol;
    }
    sums
}

/// What a kind of Chinese is rarer than others: a few characters that are cheaper in it by chance
/// are no reason to fill in what is usual there.
fn rarity(language: Language) -> Cost {
    match language {
        Language::HantHk | Language::Classical => 10 * BIT,
        _ => 0,
    }
}

/// The kind of Chinese that these characters are in.
pub(super) fn kind(chars: impl Iterator<Item = char>) -> Language {
    let sums = sums(chars, Language::CHINESE, Cost::MAX);
    let kinds = Language::CHINESE.into_iter().zip(sums);
    let kinds = kinds.min_by_key(|&(language, cost)| cost + rarity(language));
    kinds.map_or(Language::Hans, |(language, _)| language)
}

/// What these characters beyond ASCII cost in the kind of Chinese in which they are cheapest.
pub(super) fn cheapest(chars: impl Iterator<Item = char>) -> Cost {
    let sums = sums(chars, Language::CHINESE, Cost::MAX);
    sums.into_iter().fold(Cost::MAX, Cost::min)
}

/// What the characters beyond ASCII cost in the cheapest of all languages, or `limit` where that is
/// less.
pub(super) fn as_it_stands(text: &str, limit: Cost) -> Cost {
    let kept = || text.chars().filter(|&c| c != '\u{FFFD}');
    let model = model::model();
    let letters = ALPHABETS.map(|alphabet| {
        let letters = model.letters(alphabet);
        let mut before = 0;
        let mut cost = 0;
        for c in kept() {
            let letter = model.numbers(c)[alphabet as usize];
            if !c.is_ascii() {
                cost += model::of_steps(i64::from(letters.steps(before, letter)));
            }
            if cost >= limit {
                break;
            }
            before = letter;
        }
        cost
    });
    let costs = letters
        .into_iter()
        .chain(sums(kept(), Language::ALL, limit));
    costs.fold(limit, Cost::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_characters_are_known() {
        let costs = Costs::of(Language::Hans, None);
        for c in "一是的，。不了".chars() {
            assert!(costs.has(c), "{c}");
            assert!(
                costs.cost(0x20, c) < 14 * BIT,
                "{c} {}",
                costs.cost(0x20, c)
            );
        }
    }

    #[test]
    fn two_bytes_of_common_characters_cost_less_than_those_of_rare_ones() {
        let costs = Costs::of(Language::Hans, None);
        let [begun, common, rare] =
            [&[0xE4][..], &[0xE4, 0xB8], &[0xE4, 0x8F]].map(|bytes| costs.prefix(bytes));
        assert!(begun <= common, "{begun} {common}");
        assert!(common + 8 * BIT < rare, "{common} {rare}");
        assert_eq!(costs.prefix(&[]), 0);
    }
}
