//! What lets conversion pass over text without looking anything up: made by `datagen`.
//!
//! Nearly all characters of real text become what they become alone, whatever stands around
//! them: of the 49,794 phrases of `s2t` only 9,824 give something else than their characters
//! one by one, and in running text only 4 % of the characters begin one of those. The others
//! matter only as *shields*: a phrase that is matched keeps a later one from being matched
//! across its end. So three facts about a configuration are enough to convert a text:
//!
//! - what each character becomes alone, through all stages ([`entries`]);
//! - at which pairs of characters something else *may* begin (`begin`);
//! - which pairs can stand *inside* any match of any stage (`interior`), and which inside
//!   one of anything but the first stage (`late`). Where a pair cannot,
//!   the text may be cut: what stands left of the cut and what stands right of it convert
//!   independently of each other.
//!
//! A converter walks over the text, replaces character by character, and stops only at a
//! `begin` pair. There it takes the stretch between the nearest two cuts and hands it to the
//! stages. Both sets are stored as hashed bits: a wrong "may" costs time and never changes a
//! result. [`pairs`] says how the sets are made and why nothing is missing from them.

use std::collections::{BTreeMap, BTreeSet};

use super::dictionary::Flat;
use super::{
    Cut, PAIR_SHIELD, PAIR_SLOT_BYTES, PAIR_VALUE_BYTES, SPECIAL, pair_place, pair_slot, third_bit,
};

/// Most pairs that get a table: 64 KiB of it.
const PAIR_TABLE_MAX: usize = 2800;

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
    /// What may stand inside a match.
    pub(crate) interior: BTreeSet<(char, char)>,
    /// What may stand inside a match of anything but the first stage.
    pub(crate) late: BTreeSet<(char, char)>,
}

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
    /// characters was written by a character alone, or by a phrase. If all were written by
    /// characters alone, the match begins at a pair of characters that the first stage turns
    /// into the first two of the key. If a phrase wrote one of them and its value is what its
    /// characters give alone, this is the same; if not, the phrase begins something itself,
    /// and all that is needed is that no cut parts it from the rest of the match: so every
    /// input character that can be the last to write the left one of two neighbours in a key,
    /// followed by one that can be the first to write the right one, is an interior pair.
    ///
    /// # Errors
    /// A message where a key is ASCII alone.
    pub(crate) fn pairs(&self) -> Result<Pairs, String> {
        let mut pairs = Pairs::default();
        let mut forms: Origins = BTreeMap::new();
        let mut alone: Origins = BTreeMap::new();
        let (mut first, mut last): (Origins, Origins) = Default::default();
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
            pairs.add_begin(&key, &forms);
            let (Some(begin), Some(end)) = (value.chars().next(), value.chars().last()) else {
                continue;
            };
            first.entry(begin).or_default().extend(&forms[&key[0]]);
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
            pairs.add_begin(&key, &forms);
        }
        for stage in later {
            for (key, value) in phrases(stage) {
                add(&mut pairs.late, &key, &last, &first);
                if value != one_by_one(stage, &key) {
                    pairs.add_begin(&key, &alone);
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
    fn add_begin(&mut self, key: &[char], origins: &Origins) {
        let at = key
            .iter()
            .take_while(|c| c.is_ascii())
            .count()
            .saturating_sub(1);
        if let Some(pair) = key.get(at..at + 2) {
            product(
                &mut self.begin,
                origins.get(&pair[0]),
                origins.get(&pair[1]),
            );
        }
    }
}

/// What a dictionary makes of a text: at each place the longest key.
fn convert(stage: &Flat, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
        let hit = ends
            .filter_map(|end| Some((end, stage.get(&rest[..end])?)))
            .next_back();
        match hit {
            Some((end, values)) => {
                out.push_str(&values[0]);
                rest = &rest[end..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

impl Stages<'_> {
    /// The table that settles most `begin` pairs without a look at the stages: for a pair of
    /// characters of three bytes, what its phrase of two characters becomes, and which third
    /// characters leave the matter open.
    ///
    /// Left out are pairs at which anything but the first stage could match, and values of
    /// more than [`PAIR_VALUE_BYTES`]. Empty where it would be large, and where phrases of the
    /// first stage cut the text: their values depend on the later stage.
    pub(crate) fn pair_table(&self, pairs: &Pairs) -> Vec<u8> {
        let Some((first, later)) = self.stages.split_first() else {
            return Vec::new();
        };
        if self.cut == Cut::ByFirst || pairs.begin.len() > PAIR_TABLE_MAX {
            return Vec::new();
        }
        let mut thirds: BTreeMap<(char, char), BTreeSet<char>> = BTreeMap::new();
        for key in first.keys() {
            let mut chars = key.chars();
            if let (Some(a), Some(b), Some(c)) = (chars.next(), chars.next(), chars.next()) {
                thirds.entry((a, b)).or_default().insert(c);
            }
        }
        let mut forms: BTreeMap<char, Vec<char>> = BTreeMap::new();
        for c in self.alphabet() {
            forms.entry(self.normalized(c)).or_default().push(c);
        }
        let settled = pairs.begin.iter().filter(|pair| {
            pair.0.len_utf8() == 3 && pair.1.len_utf8() == 3 && !pairs.late.contains(pair)
        });
        let mut entries = Vec::new();
        for &(left, right) in settled {
            let key = (self.normalized(left), self.normalized(right));
            let text: String = [key.0, key.1].iter().collect();
            let alone = Self::single(first, key.0) + &Self::single(first, key.1);
            let value = match first.get(&text).map(|values| values[0].clone()) {
                None => PairValue::None,
                Some(value) if value == alone => PairValue::Shield,
                Some(value) => PairValue::Text(
                    later
                        .iter()
                        .fold(value, |value, stage| convert(stage, &value)),
                ),
            };
            let mut mask = 0u32;
            for third in thirds
                .get(&key)
                .into_iter()
                .flatten()
                .flat_map(|third| &forms[third])
            {
                mask |= third_bit(u32::from(*third));
            }
            for (_, third) in pairs.late.range((right, '\0')..=(right, char::MAX)) {
                mask |= third_bit(u32::from(*third));
            }
            if let PairValue::Text(text) = &value
                && text.len() > PAIR_VALUE_BYTES
            {
                continue;
            }
            entries.push((left, right, value, mask));
        }
        let slots = (entries.len() * 3 / 2 + 1).next_power_of_two();
        let mut table = vec![[0u8; PAIR_SLOT_BYTES]; slots];
        for (left, right, value, mask) in entries {
            let mut place = pair_slot(u32::from(left), u32::from(right), slots);
            while table[place] != [0; PAIR_SLOT_BYTES] {
                place = (place + 1) % slots;
            }
            let (length, text) = match &value {
                PairValue::None => (0, ""),
                PairValue::Shield => (PAIR_SHIELD, ""),
                PairValue::Text(text) => (u8::try_from(text.len()).unwrap_or(0), text.as_str()),
            };
            let mut slot = [0; PAIR_SLOT_BYTES];
            slot[..4].copy_from_slice(&(u32::from(left) << 16 | u32::from(right)).to_le_bytes());
            slot[4..8].copy_from_slice(&mask.to_le_bytes());
            slot[8..8 + text.len()].copy_from_slice(text.as_bytes());
            slot[15] = length;
            table[place] = slot;
        }
        table.concat()
    }
}

/// What the phrase of two characters becomes.
enum PairValue {
    /// There is none.
    None,
    /// What its characters become alone.
    Shield,
    /// This, after all stages.
    Text(String),
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

/// A set of pairs as hashed bits: at least `spare` bits for each pair.
pub(crate) fn filter(pairs: &BTreeSet<(char, char)>, spare: usize) -> Vec<u8> {
    let bits = (pairs.len() * spare).next_power_of_two().max(1 << 12);
    let mut words = vec![0u64; bits / 64];
    let word_bits = words.len().trailing_zeros();
    for &(left, right) in pairs {
        let (word, mask) = pair_place(u32::from(left), u32::from(right), word_bits);
        words[word] |= mask;
    }
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
