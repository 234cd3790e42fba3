//! Counts to the table of the model: what `datagen train` does with text.
//!
//! Every source of a language is counted alone, in whole numbers, and the language is a
//! mixture of its sources in which each weighs by the square root of its size: a hundred
//! megabytes of one genre do not drown the others. Costs are the logarithms of shares. A
//! pair gains what it is likelier than its parts are, after a discount for pairs that were
//! seen once; of all pairs, those that save most are kept, until the table is full.

use std::collections::HashMap;

use super::table::{
    ALPHABETS, BUCKET_CELLS, COST_STEP, GAIN_BITS, GAIN_STEP, LANGUAGES, MOST_COST,
    MOST_LETTER_COST, place, symbol, write_others, write_square,
};

/// What a source is a text or a list of words of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A language of multi-byte encodings, by its place in the table.
    Language(usize),
    /// An alphabet, by its place in the table.
    Alphabet(usize),
}

/// What one source counts.
#[derive(Debug, Default)]
pub struct Source {
    alone: HashMap<u16, u64>,
    pairs: HashMap<u32, u64>,
    all: u64,
    is_alphabet: bool,
}

fn pair(before: u16, symbol: u16) -> u32 {
    u32::from(before) << 16 | u32::from(symbol)
}

impl Source {
    /// An empty source; letters of alphabets are counted as they are, those of ASCII too.
    #[must_use]
    pub fn new(of: Of) -> Source {
        Source {
            is_alphabet: matches!(of, Of::Alphabet(_)),
            ..Source::default()
        }
    }

    fn symbol(&self, c: char) -> u16 {
        if self.is_alphabet {
            u16::try_from(u32::from(c)).unwrap_or(u16::MAX)
        } else {
            symbol(c)
        }
    }

    /// Counts a line or a word that was seen so often; `delimited`: spaces stand around it.
    pub fn add(&mut self, text: &str, times: u64, delimited: bool) {
        let mut before = delimited.then_some(0x20);
        for c in text.chars() {
            let symbol = self.symbol(c);
            *self.alone.entry(symbol).or_default() += times;
            self.all += times;
            if let Some(before) = before {
                *self.pairs.entry(pair(before, symbol)).or_default() += times;
            }
            before = Some(symbol);
        }
        if let (Some(before), true) = (before, delimited) {
            *self.pairs.entry(pair(before, 0x20)).or_default() += times;
            if self.is_alphabet {
                *self.alone.entry(0x20).or_default() += times;
                self.all += times;
            }
        }
    }

    /// Counts the place where a word of a list meets the next: no character is new there.
    pub fn add_joint(&mut self, text: &str, times: u64) {
        let mut chars = text.chars();
        if let (Some(left), Some(right)) = (chars.next(), chars.next()) {
            let pair = pair(self.symbol(left), self.symbol(right));
            *self.pairs.entry(pair).or_default() += times;
        }
    }
}

/// The mixture of a language.
#[derive(Debug, Default, Clone)]
struct Mixture {
    alone: HashMap<u16, f64>,
    pairs: HashMap<u32, f64>,
    weight: f64,
}

/// Collects sources and writes the table.
#[derive(Debug)]
pub struct Trainer {
    languages: Vec<Mixture>,
    alphabets: Vec<Mixture>,
}

/// A source counts no more than as many characters.
const MOST_CHARS: u64 = 20_000_000;

/// Characters that a mixture stands for, for discounts.
const MIXTURE_CHARS: f64 = 2e7;

/// Taken from the count of each pair.
const DISCOUNT: f64 = 0.6;

/// The share of what follows a character that its pairs leave to others: a quarter.
const UNSEEN_SHARE: f64 = 0.25;

/// What the rarest character costs that a language has: any other that is as rare as one
/// in a few hundred thousand could have been seen instead of it.
const MOST_BITS: f64 = 18.5;

#[allow(
    clippy::cast_precision_loss,
    reason = "counts of far less than 2^53, and only their logarithms are kept"
)]
fn float(count: u64) -> f64 {
    count as f64
}

/// Rounds a number of bits to steps, within what a byte or a cell holds.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the type"
)]
fn steps(bits: f64, step: i64, most: u16) -> u16 {
    let units = bits * 1024.0 / float(u64::try_from(step).unwrap_or(1));
    units.round().clamp(0.0, f64::from(most)) as u16
}

impl Default for Trainer {
    fn default() -> Trainer {
        Trainer {
            languages: vec![Mixture::default(); LANGUAGES],
            alphabets: vec![Mixture::default(); ALPHABETS],
        }
    }
}

impl Trainer {
    /// Mixes a source in, `factor` times as much as its size alone would give it.
    pub fn add(&mut self, of: Of, source: &Source, factor: f64) {
        if source.all == 0 {
            return;
        }
        let mixture = match of {
            Of::Language(language) => &mut self.languages[language],
            Of::Alphabet(alphabet) => &mut self.alphabets[alphabet],
        };
        let weight = factor * float(source.all.min(MOST_CHARS)).sqrt();
        let each = weight / float(source.all);
        for (&symbol, &count) in &source.alone {
            *mixture.alone.entry(symbol).or_default() += each * float(count);
        }
        for (&pair, &count) in &source.pairs {
            *mixture.pairs.entry(pair).or_default() += each * float(count);
        }
        mixture.weight += weight;
    }

    /// Mixes a source in that is to be so great a share of what is there already.
    pub fn add_share(&mut self, of: Of, source: &Source, share: f64) {
        let weight = match of {
            Of::Language(language) => self.languages[language].weight,
            Of::Alphabet(alphabet) => self.alphabets[alphabet].weight,
        };
        self.add(
            of,
            source,
            weight * share / float(source.all.min(MOST_CHARS)).sqrt(),
        );
    }

    /// The table, with so many bytes of pairs, and how many pairs of each language it has;
    /// `shares`: how much what a language saves is worth.
    #[must_use]
    pub fn table(
        &self,
        pair_bytes: usize,
        shares: &[f64; LANGUAGES],
    ) -> (Vec<u8>, [u32; LANGUAGES]) {
        let mut table = Vec::new();
        let mut part = |bytes: Vec<u8>| {
            let length = u32::try_from(bytes.len()).unwrap_or_default();
            table.extend_from_slice(&length.to_le_bytes());
            table.extend_from_slice(&bytes);
        };
        part(self.languages.iter().flat_map(alone).collect());
        let (cells, kept) = self.cells(pair_bytes, shares);
        part(cells);
        part(
            self.alphabets
                .iter()
                .zip(MOST_LETTERS)
                .flat_map(square)
                .collect(),
        );
        (table, kept)
    }

    fn cells(&self, pair_bytes: usize, shares: &[f64; LANGUAGES]) -> (Vec<u8>, [u32; LANGUAGES]) {
        let buckets = pair_bytes / (2 * BUCKET_CELLS);
        let all_shares: f64 = shares.iter().sum();
        // How far down its own list each pair stands, so that all lists end together.
        let mut ranked: Vec<(f64, usize, Pair)> = Vec::new();
        for (language, share) in shares.iter().enumerate() {
            let budget = float((buckets * BUCKET_CELLS) as u64) * share / all_shares;
            let pairs = self.pairs(language);
            let places = (0_u32..).map(|place| f64::from(place) / budget.max(1.0));
            ranked.extend(
                places
                    .zip(pairs)
                    .map(|(place, pair)| (place, language, pair)),
            );
        }
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut cells = vec![[0_u16; BUCKET_CELLS]; buckets];
        let mut kept = [0_u32; LANGUAGES];
        let mut left = buckets * BUCKET_CELLS;
        for (place_in_list, language, pair) in ranked {
            let (bucket, check) = place(language, pair.before, pair.symbol, buckets);
            // A bucket that is full drops what saves less; what is left over at the end is
            // for whichever still fits.
            if place_in_list > 1.3 || left == 0 {
                break;
            }
            if let Some(cell) = cells[bucket].iter_mut().find(|cell| **cell == 0) {
                *cell = check | pair.gain;
                kept[language] += 1;
                left -= 1;
            }
        }
        for cell in &mut cells {
            cell.sort_unstable();
        }
        let bytes = cells.into_iter().flatten().flat_map(u16::to_le_bytes);
        (bytes.collect(), kept)
    }

    /// What a pair of a language gains, in bits, and how often it stands in the mixture.
    fn gain(&self, language: usize, before: u16, symbol: u16) -> Option<(f64, f64)> {
        let mixture = &self.languages[language];
        let scale = MIXTURE_CHARS / mixture.weight.max(1e-9);
        let amount = mixture.pairs.get(&pair(before, symbol))?;
        let count = (amount * scale - DISCOUNT).max(0.0);
        // Spaces between lines are counted only as neighbours: one in twenty.
        let all_before = mixture.alone.get(&before).copied();
        let all_before = all_before.unwrap_or(mixture.weight / 20.0) * scale;
        let alone = mixture.alone.get(&symbol).copied().unwrap_or_default() / mixture.weight;
        let alone = alone.max((-MOST_BITS).exp2());
        let share = (1.0 - UNSEEN_SHARE) * (count / all_before.max(1.0)) + UNSEEN_SHARE * alone;
        Some(((share / alone).log2(), count))
    }

    /// The pairs of a language, those that save most first.
    fn pairs(&self, language: usize) -> Vec<Pair> {
        let mut pairs: Vec<(f64, Pair)> = Vec::new();
        for &key in self.languages[language].pairs.keys() {
            let before = u16::try_from(key >> 16).unwrap_or_default();
            let symbol = u16::try_from(key & 0xFFFF).unwrap_or_default();
            // What ASCII costs is not the model's to say.
            if symbol < 0x80 {
                continue;
            }
            let Some((bits, count)) = self.gain(language, before, symbol) else {
                continue;
            };
            let gain = steps(bits, GAIN_STEP, (1 << GAIN_BITS) - 1);
            if gain == 0 || count <= 0.0 {
                continue;
            }
            // What the pair saves, over what it would cost without.
            let mut saves = bits + 1.5;
            if language == HONG_KONG
                && let Some((in_taiwan, seen)) = self.gain(TAIWAN, before, symbol)
                && seen > 10.0
            {
                saves = (bits - in_taiwan).abs() - 1.0;
            }
            if saves > 0.0 {
                pairs.push((
                    count * saves,
                    Pair {
                        before,
                        symbol,
                        gain,
                    },
                ));
            }
        }
        pairs.sort_by(|a, b| {
            let names = |pair: &Pair| (pair.before, pair.symbol);
            b.0.total_cmp(&a.0).then(names(&a.1).cmp(&names(&b.1)))
        });
        pairs.into_iter().map(|(_, pair)| pair).collect()
    }
}

/// The places in the table of two languages: one is kept as what differs from the other.
const TAIWAN: usize = 1;
const HONG_KONG: usize = 2;

/// A pair as the table keeps it.
#[derive(Debug, Clone, Copy)]
struct Pair {
    before: u16,
    symbol: u16,
    gain: u16,
}

/// The characters of a language and their costs.
fn alone(mixture: &Mixture) -> Vec<u8> {
    let mut symbols: Vec<(u16, f64)> = mixture
        .alone
        .iter()
        .filter(|&(&symbol, _)| symbol >= 0x80)
        .map(|(&symbol, &amount)| (symbol, amount / mixture.weight.max(1e-9)))
        .collect();
    symbols.sort_by_key(|&(symbol, _)| symbol);
    let mut pages = [[0_u8; 32]; 256];
    for &(symbol, _) in &symbols {
        let [low, high] = symbol.to_le_bytes();
        pages[usize::from(high)][usize::from(low / 8)] |= 1 << (low % 8);
    }
    let mut bytes = vec![0; 32];
    for (page, bits) in (0..=u8::MAX).zip(&pages) {
        if bits.iter().any(|&byte| byte != 0) {
            bytes[usize::from(page / 8)] |= 1 << (page % 8);
            bytes.extend_from_slice(bits);
        }
    }
    let cost = |&(_, share): &(u16, f64)| {
        let bits = (-share.log2()).min(MOST_BITS);
        u8::try_from(steps(bits, COST_STEP, 255)).unwrap_or(u8::MAX)
    };
    let costs: Vec<u8> = symbols.iter().map(cost).collect();
    bytes.extend(write_others(&costs, |_| MOST_COST));
    bytes
}

/// Letters that an alphabet may have, the most frequent ones; the rest are one more.
const MOST_LETTERS: [usize; ALPHABETS] = [160, 170, 130, 120, 130, 190, 90, 110, 96];

/// The letters of an alphabet and what each costs after each.
fn square((mixture, most_letters): (&Mixture, usize)) -> Vec<u8> {
    let weight = mixture.weight.max(1e-9);
    let scale = MIXTURE_CHARS / weight;
    let mut letters: Vec<(u16, f64)> = mixture
        .alone
        .iter()
        .map(|(&symbol, &amount)| (symbol, amount * scale))
        .filter(|&(symbol, count)| count > 4.0 && (0x20..0xFF00).contains(&symbol))
        .collect();
    letters.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    letters.truncate(most_letters);
    letters.sort_by_key(|&(symbol, _)| symbol);
    let mut bytes = vec![u8::try_from(letters.len()).unwrap_or(u8::MAX)];
    bytes.extend(letters.iter().flat_map(|&(symbol, _)| symbol.to_le_bytes()));
    let all: f64 = letters.iter().map(|&(_, count)| count).sum();
    let cost = |share: f64| {
        let cost = u8::try_from(steps(-share.log2(), COST_STEP, 255)).unwrap_or(u8::MAX);
        cost.min(MOST_LETTER_COST)
    };
    // The row of what is no letter of the alphabet, and after it those of the letters.
    let alone = |count: f64| count / all.max(1.0);
    let mut costs = vec![MOST_LETTER_COST];
    costs.extend(letters.iter().map(|&(_, count)| cost(alone(count))));
    for &(before, count_before) in &letters {
        let after: Vec<f64> = letters
            .iter()
            .map(|&(symbol, _)| {
                let amount = mixture.pairs.get(&pair(before, symbol));
                (amount.copied().unwrap_or_default() * scale - DISCOUNT).max(0.0)
            })
            .collect();
        let seen: f64 = after.iter().sum();
        // What 200 more letters of the language would have been.
        let unseen = 200.0 + 0.02 * count_before;
        costs.push(MOST_LETTER_COST);
        costs.extend(
            letters.iter().zip(&after).map(|(&(_, count), &after)| {
                cost((after + unseen * alone(count)) / (seen + unseen))
            }),
        );
    }
    bytes.extend(write_square(&costs, letters.len() + 1));
    bytes
}
