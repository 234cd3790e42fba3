//! What lets conversion pass over text without looking anything up: made by `datagen`.
//!
//! Nearly all characters of real text become what they become alone, whatever stands around
//! them: of the 49,794 phrases of `s2t` only 9,824 give something else than their characters
//! one by one, and in running text only 4 % of the characters begin one of those. The others
//! matter only as *shields*: a phrase that is matched keeps a later one from being matched
//! across its end. So three facts about a configuration are enough to convert a text:
//!
//! - what each character becomes alone, through all stages ([`entries`]);
//! - at which pairs of characters something else *may* begin (`begin`), and how it goes on
//!   (`heads`);
//! - which pairs can stand *inside* any match of any stage (`interior`), and which inside
//!   one of anything but the first stage (`late`). Where a pair cannot,
//!   the text may be cut: what stands left of the cut and what stands right of it convert
//!   independently of each other.
//!
//! A converter walks over the text, replaces character by character, and stops only at a
//! `begin` pair that a third character may follow: of those in Simplified text, four in five are
//! the beginning of something longer that is not there. There it takes the stretch between the nearest two cuts and hands it to the
//! stages. The sets are stored as hashed bits: a wrong "may" costs time and never changes a
//! result. [`pairs`] says how the sets are made and why nothing is missing from them.

use std::collections::{BTreeMap, BTreeSet};

use super::dictionary::Flat;
use super::{Cut, SPECIAL, pair_key, pair_place, triple_key, utf8_word};

/// The dictionaries of one configuration.
#[derive(Debug)]
pub(crate) struct Stages<'f> {
    /// One or two stages.
    pub(crate) stages: &'f [&'f Flat],
    /// Whose phrases cut the text.
    pub(crate) cut: Cut,
    /// Keys that are looked up first.
    pub(crate) overrides: Option<&'f Flat>,
    /// Compatibility ideographs and what they are replaced by before all else.
    pub(crate) normalization: &'f BTreeMap<char, char>,
}

/// Pairs of characters of the input.
#[derive(Debug, Default, Clone)]
pub(crate) struct Pairs {
    /// Where something else than the characters alone may begin.
    pub(crate) begin: BTreeSet<(char, char)>,
    /// With what those pairs go on, where something does begin.
    pub(crate) heads: BTreeSet<Head>,
    /// What may stand inside a match.
    pub(crate) interior: BTreeSet<(char, char)>,
    /// What may stand inside a match of anything but the first stage.
    pub(crate) late: BTreeSet<(char, char)>,
}

/// Two characters with which a key of the input begins, and the third; `None`: it has none, or
/// anything may follow.
pub(crate) type Head = (char, char, Option<char>);

type Origins = BTreeMap<char, BTreeSet<char>>;

impl Stages<'_> {
    /// What a character becomes in one stage.
    fn single(stage: &Flat, c: char) -> String {
        match stage
            .get(c.encode_utf8(&mut [0; 4]) as &str)
            .and_then(|values| values.first())
        {
            Some(value) => value.clone(),
            None => c.to_string(),
        }
    }

    fn normalized(&self, c: char) -> char {
        self.normalization.get(&c).copied().unwrap_or(c)
    }

    /// Every character that a dictionary of this configuration speaks of.
    fn alphabet(&self) -> BTreeSet<char> {
        let keys = self
            .stages
            .iter()
            .copied()
            .chain(self.overrides)
            .flat_map(|flat| flat.keys());
        keys.flat_map(|key| key.chars())
            .chain(self.normalization.keys().copied())
            .collect()
    }

    /// What each character becomes alone: three bytes of UTF-8 as a little-endian number, or
    /// [`SPECIAL`]. Characters that stay are left out.
    pub(crate) fn entries(&self) -> BTreeMap<char, u32> {
        let operators = '\u{2FF0}'..='\u{2FFF}';
        let mut entries: BTreeMap<char, u32> = operators.map(|c| (c, SPECIAL)).collect();
        for c in self.alphabet() {
            let mut text = self.normalized(c).to_string();
            for stage in self.stages {
                let mut chars = text.chars();
                text = match (chars.next(), chars.next()) {
                    (Some(single), None) => Self::single(stage, single),
                    // Its characters may meet a phrase of the next stage.
                    _ => String::new(),
                };
            }
            let entry = match (c.len_utf8(), text.as_bytes()) {
                (_, bytes) if bytes == c.to_string().as_bytes() => continue,
                (3, &[a, b, c]) if a >= 0xE0 => u32::from_le_bytes([a, b, c, 0]),
                _ => SPECIAL,
            };
            entries.insert(c, entry);
        }
        entries
    }

    /// The two sets of pairs.
    ///
    /// A match of the first stage, of the segmentation or of an override is a key in the
    /// normalised input, so its pairs are pairs of input characters that normalise to them.
    /// It begins something only if its value differs from its characters one by one.
    ///
    /// A match of the second stage is a key in what the first stage wrote. Each of its
    /// characters was written by a character alone, or by a phrase. A phrase whose value is
    /// what its characters give alone makes no difference; any other begins something itself.
    /// So a match begins at a character that alone gives the first of the key, in front of one
    /// that gives the second, alone or as the first of a phrase. And no cut may part a phrase
    /// from the rest of the match: every input character that can be the last to write the left one of two neighbours in a key,
    /// followed by one that can be the first to write the right one, is an interior pair.
    ///
    /// # Errors
    /// A message where a key is ASCII alone.
    pub(crate) fn pairs(&self) -> Result<Pairs, String> {
        let mut pairs = Pairs::default();
        let mut forms: Origins = BTreeMap::new();
        let mut alone: Origins = BTreeMap::new();
        let (mut first, mut last): (Origins, Origins) = Default::default();
        // Those of `first` that may write more than one character, alone or as a phrase.
        let mut longer: Origins = BTreeMap::new();
        let (Some(stage), later) = (self.stages.first(), &self.stages[1..]) else {
            return Ok(pairs);
        };
        for c in self.alphabet() {
            let normalized = self.normalized(c);
            forms.entry(normalized).or_default().insert(c);
            let value = Self::single(stage, normalized);
            let (Some(begin), Some(end)) = (value.chars().next(), value.chars().last()) else {
                continue;
            };
            if value.chars().nth(1).is_none() {
                alone.entry(begin).or_default().insert(c);
            } else {
                longer.entry(begin).or_default().insert(c);
            }
            first.entry(begin).or_default().insert(c);
            last.entry(end).or_default().insert(c);
        }
        let phrases = |flat: &&Flat| -> Vec<(Vec<char>, String)> {
            let keys = flat
                .iter()
                .map(|(key, values)| (key.chars().collect::<Vec<char>>(), values[0].clone()));
            keys.filter(|(key, _)| key.len() > 1).collect()
        };
        let one_by_one = |stage: &Flat, key: &[char]| {
            key.iter()
                .map(|&c| Self::single(stage, c))
                .collect::<String>()
        };
        for (key, value) in phrases(stage) {
            add(&mut pairs.interior, &key, &forms, &forms);
            if value == one_by_one(stage, &key) {
                continue;
            }
            pairs.add_begin(&key, &forms, &forms, |_| forms.get(key.get(2)?));
            let (Some(begin), Some(end)) = (value.chars().next(), value.chars().last()) else {
                continue;
            };
            first.entry(begin).or_default().extend(&forms[&key[0]]);
            longer.entry(begin).or_default().extend(&forms[&key[0]]);
            last.entry(end)
                .or_default()
                .extend(&forms[&key[key.len() - 1]]);
        }
        let cuts = self.stages.last().filter(|_| self.cut == Cut::ByLast);
        for (key, _) in cuts.into_iter().flat_map(phrases) {
            add(&mut pairs.late, &key, &forms, &forms);
        }
        for (key, _) in self.overrides.iter().flat_map(phrases) {
            add(&mut pairs.late, &key, &forms, &forms);
            pairs.add_begin(&key, &forms, &forms, |_| forms.get(key.get(2)?));
        }
        for stage in later {
            for (key, value) in phrases(stage) {
                add(&mut pairs.late, &key, &last, &first);
                if value != one_by_one(stage, &key) {
                    // Where the second is written by more than a character alone, that may
                    // write the third as well.
                    let third = |c| match longer.get(&key[1]) {
                        Some(longer) if longer.contains(&c) => None,
                        _ => first.get(key.get(2)?),
                    };
                    pairs.add_begin(&key, &alone, &first, third);
                }
            }
        }
        let mut keys = self
            .stages
            .iter()
            .chain(&self.overrides)
            .flat_map(|flat| flat.keys());
        match keys.find(|key| key.is_ascii()) {
            Some(key) => Err(format!(
                "the key {key} is all ASCII, which a converter passes over"
            )),
            None => {
                pairs.interior.extend(&pairs.late);
                Ok(pairs)
            }
        }
    }
}

impl Pairs {
    /// Adds the pair at which a converter has to stop for a key: its first two characters.
    /// ASCII is passed over in runs, so for a key that begins with several ASCII characters it
    /// is the last of them and what follows.
    ///
    /// `third` are the characters that may follow the right one given; `None`: any.
    fn add_begin<'o>(
        &mut self,
        key: &[char],
        left: &Origins,
        right: &Origins,
        third: impl Fn(char) -> Option<&'o BTreeSet<char>>,
    ) {
        let ascii = key.iter().take_while(|c| c.is_ascii()).count();
        let at = ascii.saturating_sub(1);
        let Some(&[key_left, key_right]) = key.get(at..at + 2) else {
            return;
        };
        let (lefts, rights) = (left.get(&key_left), right.get(&key_right));
        product(&mut self.begin, lefts, rights);
        for &left in lefts.into_iter().flatten() {
            for &right in rights.into_iter().flatten() {
                // The inner loop does not ask about ASCII.
                match third(right).filter(|_| ascii == 0) {
                    None => {
                        self.heads.insert((left, right, None));
                    }
                    Some(thirds) => {
                        let heads = thirds.iter().map(|&third| (left, right, Some(third)));
                        self.heads.extend(heads);
                    }
                }
            }
        }
    }
}

/// Adds the neighbours in a key.
fn add(pairs: &mut BTreeSet<(char, char)>, key: &[char], left: &Origins, right: &Origins) {
    for pair in key.windows(2) {
        product(pairs, left.get(&pair[0]), right.get(&pair[1]));
    }
}

fn product(
    pairs: &mut BTreeSet<(char, char)>,
    left: Option<&BTreeSet<char>>,
    right: Option<&BTreeSet<char>>,
) {
    for &left in left.into_iter().flatten() {
        pairs.extend(right.into_iter().flatten().map(|&right| (left, right)));
    }
}

/// Pairs by the numbers that [`pair_key`] gives them.
pub(crate) fn keys(pairs: &BTreeSet<(char, char)>) -> impl ExactSizeIterator<Item = u64> {
    pairs
        .iter()
        .map(|&(left, right)| pair_key(utf8_word(left), utf8_word(right)))
}

/// A head by its number.
pub(crate) fn head_key(&(left, right, third): &Head) -> u64 {
    let pair = pair_key(utf8_word(left), utf8_word(right));
    third.map_or(pair, |third| triple_key(pair, utf8_word(third)))
}

/// Numbers as hashed bits: at least `spare` bits for each.
pub(crate) fn filter(keys: impl ExactSizeIterator<Item = u64>, spare: usize) -> Vec<u8> {
    let bits = (keys.len() * spare).next_power_of_two().max(1 << 12);
    let mut words = vec![0u64; bits / 64];
    let word_bits = words.len().trailing_zeros();
    for key in keys {
        let (word, first, second) = pair_place(key, word_bits);
        words[word] |= 1 << first | 1 << second;
    }
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
