//! Dictionary text to table bytes.
//!
//! The same pure code serves the generator of the shipped tables, the test that
//! regenerates them, and user dictionaries at run time.
//!
//! **From the flat dictionary to a table.** Single characters are found in a two-level table
//! by scalar value, or by hashing where they are few: a slot names an entry of 64 bits, so that
//! what stays empty, half of the slots, costs two bytes each. Keys of two characters and more go
//! into a double-array trie over dense character numbers, 32 bits a node, or 64 where those do
//! not suffice. Most phrases of OpenCC only shield
//! their characters from other matches: their value is what the characters give one by one.
//! Those store no value at all.
//!
//! **Normalisation is folded in.** OpenCC's configurations first replace compatibility
//! ideographs. Here such a character is given the number and the value of its replacement,
//! so that one pass does both.

use std::collections::BTreeMap;

use super::dictionary::Flat;
use super::double_array::{DoubleArray, Node, Trie};
use crate::error::{Error, ErrorKind};

/// Code points that share a page of the two-level tables.
pub(crate) const PAGE_CHARS: usize = 64;
/// Words in front of a table: where each section begins, in bytes, where the last one ends,
/// how the table is written ([`HASHED`], [`WIDE`]), and a bit for each ASCII character that is a
/// key or begins one.
pub(crate) const HEADER_WORDS: usize = 12;
/// Sections behind them.
pub(crate) const SECTIONS: usize = 6;
/// Characters are found by hashing; otherwise by a two-level table.
pub(crate) const HASHED: u32 = 1;
/// Nodes have 64 bits; otherwise 32.
pub(crate) const WIDE: u32 = 2;
/// The value of a single character is not one character: the low bits say where it begins.
pub(crate) const LONG_VALUE: u32 = 1 << PLACE_BITS;
/// A single-character entry exists.
pub(crate) const PRESENT: u32 = LONG_VALUE << 1;
/// Bits of a scalar value.
pub(crate) const CHAR_BITS: u32 = 21;
/// Bits of the place of a value among all values.
const PLACE_BITS: u32 = 25;
/// Bits of a hashed entry above which its number inside phrases stands: the character and its
/// word are below.
pub(crate) const ID_SHIFT: u32 = CHAR_BITS + PLACE_BITS + 2;
/// Bits of a node, if narrow and if wide.
pub(crate) const NODE_BITS: [u32; 2] = [32, 64];
/// Bits of the number of its character, the lowest.
pub(crate) const CHECK_BITS: [u32; 2] = [13, 16];
/// Bits above those that say what the rest is.
pub(crate) const KIND_BITS: u32 = 2;
/// The base of its children.
pub(crate) const INNER: u64 = 0;
/// The same, and it has a value, which stands in the slot of the base.
pub(crate) const INNER_VALUE: u64 = 1;
/// Its value.
pub(crate) const LEAF: u64 = 2;
/// Nodes that there may be at most.
pub(crate) const SLOTS_MAX: usize = 1 << 22;
/// Bytes that all values may have.
const VALUES_MAX: usize = (1 << PLACE_BITS) - VALUE_FIRST as usize;
/// The value of a node is what its characters give one by one.
pub(crate) const VALUE_SHIELD: u32 = 1;
/// The place of the first stored value in a node.
pub(crate) const VALUE_FIRST: u32 = 2;
/// Compiles a flat dictionary; `normalization` maps single characters before anything else.
/// `other` is another edition of the dictionary, with the same phrases, that differs in what
/// single characters become: a phrase that shields here must also do so there.
///
/// # Errors
/// `DictionaryLine` (line 0) where the dictionary is too large for the table's fields.
pub(crate) fn compile(
    flat: &Flat,
    normalization: &BTreeMap<char, char>,
    other: Option<&Flat>,
) -> Result<Vec<u8>, Error> {
    let mut values = Values::default();
    let mut chars: BTreeMap<char, Char> = BTreeMap::new();
    for (key, alternatives) in flat {
        let mut key_chars = key.chars();
        let (Some(c), None) = (key_chars.next(), key_chars.next()) else {
            continue;
        };
        let value = alternatives.first().map_or("", String::as_str);
        let mut value_chars = value.chars();
        let word = match (value_chars.next(), value_chars.next()) {
            (Some(single), None) => PRESENT | u32::from(single),
            _ => PRESENT | LONG_VALUE | values.place(value)?,
        };
        chars.entry(c).or_default().word = word;
    }

    let shields = |flat: &Flat, key: &str, value: &str| {
        let mut buffer = [0; 4];
        let alone = key.chars().map(|c| {
            let c: &str = c.encode_utf8(&mut buffer);
            let found = flat.get(c).and_then(|values| values.first());
            found.map_or_else(|| c.to_owned(), Clone::clone)
        });
        alone.collect::<String>() == value
    };
    let mut trie = Trie::default();
    for (key, alternatives) in flat.iter().filter(|(key, _)| key.chars().nth(1).is_some()) {
        let value = alternatives.first().map_or("", String::as_str);
        let is_shield =
            shields(flat, key, value) && other.is_none_or(|other| shields(other, key, value));
        let value = if is_shield {
            VALUE_SHIELD
        } else {
            VALUE_FIRST + values.place(value)?
        };
        trie.insert(key, value);
    }
    for node in &trie.nodes {
        for &c in node.children.keys() {
            chars.entry(c).or_default();
        }
    }
    let mut next_id = 0u16;
    let too_large = |what: &str| {
        Error::from(ErrorKind::DictionaryLine {
            line: 0,
            reason: format!("the dictionary has too many {what}"),
        })
    };
    let mut in_keys = std::collections::BTreeSet::new();
    for node in &trie.nodes {
        in_keys.extend(node.children.keys().copied());
    }
    for &c in &in_keys {
        next_id = next_id
            .checked_add(1)
            .ok_or_else(|| too_large("different characters"))?;
        chars.entry(c).or_default().id = next_id;
    }
    let array =
        DoubleArray::build(&trie, &chars, usize::from(next_id)).ok_or_else(|| too_large("keys"))?;
    for (&from, &to) in normalization {
        let mut entry = chars.get(&to).copied().unwrap_or_default();
        if entry.word == 0 {
            entry.word = PRESENT | u32::from(to);
        }
        chars.insert(from, entry);
    }
    Ok(assemble(&chars, &array, &values))
}

/// What a table holds for one character.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Char {
    /// 0, or [`PRESENT`] with the character it becomes, or with [`LONG_VALUE`] and a number.
    pub(super) word: u32,
    /// Its number inside phrases; 0: no phrase holds it.
    pub(super) id: u16,
}

/// Values that are not single characters, each stored once: how many bytes it has, seven bits a
/// byte and the lowest first, all but the last byte with the highest bit, and then those.
#[derive(Debug, Default)]
struct Values {
    places: BTreeMap<String, u32>,
    pool: Vec<u8>,
}

impl Values {
    /// Where a value begins.
    fn place(&mut self, value: &str) -> Result<u32, Error> {
        if let Some(&place) = self.places.get(value) {
            return Ok(place);
        }
        let place = u32_of(self.pool.len());
        let mut bytes = value.len();
        while bytes >= 0x80 {
            self.pool.push(0x80 | bytes.to_le_bytes()[0]);
            bytes >>= 7;
        }
        self.pool.push(bytes.to_le_bytes()[0]);
        self.pool.extend(value.as_bytes());
        if self.pool.len() > VALUES_MAX {
            let reason = format!(
                "the dictionary has more than {} different values",
                self.places.len()
            );
            return Err(ErrorKind::DictionaryLine { line: 0, reason }.into());
        }
        self.places.insert(value.to_owned(), place);
        Ok(place)
    }
}

/// Writes the sections one behind another, each at a multiple of four bytes, all numbers
/// little-endian: page index and words of characters, or hashed slots and entries; then numbers
/// of characters where there are pages, bases, nodes, values.
fn assemble(chars: &BTreeMap<char, Char>, array: &DoubleArray, values: &Values) -> Vec<u8> {
    let pages = Pages::of(chars.keys().copied());
    let slots = (chars.len() * 3 / 2 + 1).next_power_of_two();
    // A table of few characters is several times smaller when it is hashed, one of many is faster
    // when it is not.
    let hashed = pages.count * PAGE_CHARS > slots * 2 && chars.len() < usize::from(u16::MAX);
    let [finder, words, ids] = if hashed {
        hash(chars, slots)
    } else {
        lay_in_pages(chars, &pages, !array.nodes.is_empty())
    };
    let fits = |node: &Node| node.fits(CHECK_BITS[0], NODE_BITS[0]);
    let wide = usize::from(!array.nodes.iter().all(fits));
    let node = |node: &Node| {
        let bytes = node.pack(CHECK_BITS[wide]).to_le_bytes();
        bytes.into_iter().take(NODE_BITS[wide] as usize / 8)
    };
    let sections: [Vec<u8>; SECTIONS] = [
        finder,
        words,
        ids,
        array
            .bases
            .iter()
            .flat_map(|base| base.to_le_bytes())
            .collect(),
        array.nodes.iter().flat_map(node).collect(),
        values.pool.clone(),
    ];
    let mut offset = HEADER_WORDS * 4;
    let mut header = Vec::new();
    let mut body = Vec::new();
    for section in sections {
        header.extend_from_slice(&u32_of(offset).to_le_bytes());
        offset += section.len();
        body.extend_from_slice(&section);
        while !offset.is_multiple_of(4) {
            body.push(0);
            offset += 1;
        }
    }
    header.extend_from_slice(&u32_of(offset).to_le_bytes());
    let written = if hashed { HASHED } else { 0 } | [0, WIDE][wide];
    header.extend_from_slice(&written.to_le_bytes());
    let begins = |entry: &Char| {
        let base = array.bases.get(usize::from(entry.id));
        entry.word & PRESENT != 0 || base.is_some_and(|&base| base != 0)
    };
    let ascii = chars
        .iter()
        .filter(|(c, entry)| c.is_ascii() && begins(entry));
    let ascii = ascii.fold(0u128, |bits, (&c, _)| bits | 1 << u32::from(c));
    header.extend_from_slice(&ascii.to_le_bytes());
    header.extend_from_slice(&body);
    header
}

/// What is found by pages: their index, the words and, if phrases are, the numbers.
fn lay_in_pages(chars: &BTreeMap<char, Char>, pages: &Pages, is_trie: bool) -> [Vec<u8>; 3] {
    let mut words = vec![[0; 4]; pages.count * PAGE_CHARS];
    let mut ids = vec![[0; 2]; if is_trie { words.len() } else { 0 }];
    for (&c, entry) in chars {
        let place = pages.slot(c);
        words[place] = entry.word.to_le_bytes();
        if is_trie {
            ids[place] = entry.id.to_le_bytes();
        }
    }
    let index = pages.index.iter().flat_map(|page| page.to_le_bytes());
    [index.collect(), words.concat(), ids.concat()]
}

/// What is found by hashing: slots, each with the number of an entry and one, and the entries.
fn hash(chars: &BTreeMap<char, Char>, slots: usize) -> [Vec<u8>; 3] {
    let mut finder = vec![0u16; slots];
    for (&c, number) in chars.keys().zip(1..) {
        let mut place = char_slot(u32::from(c), slots);
        while finder[place] != 0 {
            place = (place + 1) % slots;
        }
        finder[place] = number;
    }
    let entries = chars.iter().flat_map(|(&c, entry)| {
        let word = u64::from(entry.word) << CHAR_BITS;
        (u64::from(c) | word | u64::from(entry.id) << ID_SHIFT).to_le_bytes()
    });
    let finder = finder.iter().flat_map(|number| number.to_le_bytes());
    [finder.collect(), entries.collect(), Vec::new()]
}

/// Where the search for a character begins among so many slots, a power of two.
#[inline(always)]
pub(crate) fn char_slot(code: u32, slots: usize) -> usize {
    (code.wrapping_mul(0x9E37_79B1) >> 12) as usize & slots.wrapping_sub(1)
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a table is far below 4 GiB: its node fields have 22 bits"
)]
fn u32_of(offset: usize) -> u32 {
    debug_assert!(u32::try_from(offset).is_ok());
    offset as u32
}

/// The pages of a two-level table; page 0 is the empty one.
#[derive(Debug)]
pub(crate) struct Pages {
    /// The page of each block of [`PAGE_CHARS`] code points.
    pub(crate) index: Vec<u16>,
    /// How many pages, the empty one included.
    pub(crate) count: usize,
}

impl Pages {
    /// Pages for every block that holds one of these characters.
    pub(crate) fn of(chars: impl Iterator<Item = char>) -> Pages {
        let mut blocks = std::collections::BTreeSet::new();
        blocks.extend(chars.map(|c| c as usize / PAGE_CHARS));
        let mut index = vec![0u16; blocks.last().map_or(0, |last| last + 1)];
        let mut count = 1u16;
        for block in blocks {
            index[block] = count;
            count += 1;
        }
        Pages {
            index,
            count: usize::from(count),
        }
    }

    /// The place of a character whose block has a page.
    pub(crate) fn slot(&self, c: char) -> usize {
        usize::from(self.index[c as usize / PAGE_CHARS]) * PAGE_CHARS + c as usize % PAGE_CHARS
    }
}
