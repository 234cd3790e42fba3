//! Dictionary text to table bytes.
//!
//! The same pure code serves the generator of the shipped tables, the test that
//! regenerates them, and user dictionaries at run time.
//!
//! **From dictionaries to one flat dictionary.** OpenCC looks a position up in a tree of
//! dictionaries. A *union* group takes the longest key that any child knows, the earlier
//! child on a tie. A *short-circuit* group takes the first child that knows any key at all,
//! even where a later child knows a longer one. Both collapse at compile time into one
//! dictionary in which the longest key simply wins: a key of a later child of a
//! short-circuit group can never win where an earlier child holds one of its prefixes, so it
//! is dropped. The rest of the crate never sees a group.
//!
//! **From the flat dictionary to a table.** Single characters go into a two-level table by
//! scalar value. Keys of two characters and more go into a double-array trie over dense
//! character numbers (Aoe 1989), one 64-bit word a node. Most phrases of OpenCC only shield
//! their characters from other matches: their value is what the characters give one by one.
//! Those store no value at all.
//!
//! **Normalisation is folded in.** OpenCC's configurations first replace compatibility
//! ideographs. Here such a character is given the number and the value of its replacement,
//! so that one pass does both.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind};

/// Code points that share a page of the two-level tables.
pub(crate) const PAGE_CHARS: usize = 64;
/// Words in front of a table: where each section begins, in bytes, where the last one ends,
/// and how the table is written ([`HASHED`], [`WIDE`]).
pub(crate) const HEADER_WORDS: usize = 9;
/// Characters are found by hashing; otherwise by a two-level table.
pub(crate) const HASHED: u32 = 1;
/// Nodes have 64 bits; otherwise 48.
pub(crate) const WIDE: u32 = 2;
/// A single-character entry exists.
pub(crate) const PRESENT: u32 = 1 << 31;
/// The value of a single character is not one character: the low bits number it.
pub(crate) const LONG_VALUE: u32 = 1 << 30;
/// Bits of a node, if narrow and if wide.
pub(crate) const NODE_BITS: [u32; 2] = [48, 64];
/// Bits of the base and of the parent field of a node; the rest, on top, is its value.
pub(crate) const BASE_BITS: [u32; 2] = [17, 22];
/// The value of a node is what its characters give one by one.
pub(crate) const VALUE_SHIELD: u32 = 1;
/// First number of a stored value in a node.
pub(crate) const VALUE_FIRST: u32 = 2;
/// Longest key of a dictionary, in characters; OpenCC's own longest has 15.
pub(crate) const KEY_MAX_CHARS: usize = 64;

/// One line of a dictionary: a key and its values, the preferred one first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// What is looked for.
    pub(crate) key: String,
    /// What it may become.
    pub(crate) values: Vec<String>,
}

/// A dictionary in which the longest key wins.
pub(crate) type Flat = BTreeMap<String, Vec<String>>;

/// Reads OpenCC's text format: `key TAB value [SPACE value…]`, comments behind `#` at the
/// beginning of a line, empty lines, a byte-order mark.
///
/// # Errors
/// `DictionaryLine` with the number of the first line that has no tab, an empty key or
/// value, a key that is too long, or a key that an earlier line has.
pub(crate) fn parse(text: &str) -> Result<Vec<Entry>, Error> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut first_lines: BTreeMap<&str, u32> = BTreeMap::new();
    let mut entries = Vec::new();
    for (line, content) in (1u32..).zip(text.lines()) {
        let bad = |reason: String| Error::from(ErrorKind::DictionaryLine { line, reason });
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let Some((key, values)) = content.split_once('\t') else {
            return Err(bad("no tab between key and value".to_owned()));
        };
        if key.is_empty() {
            return Err(bad("the key is empty".to_owned()));
        }
        let key_chars = key.chars().count();
        if key_chars > KEY_MAX_CHARS {
            return Err(bad(format!(
                "the key has {key_chars} characters, the limit is {KEY_MAX_CHARS}"
            )));
        }
        let values: Vec<String> = values
            .split(' ')
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect();
        if values.is_empty() {
            return Err(bad(format!("key {key:?} has no value")));
        }
        if let Some(first) = first_lines.insert(key, line) {
            return Err(bad(format!("key {key:?} repeats line {first}")));
        }
        entries.push(Entry {
            key: key.to_owned(),
            values,
        });
    }
    Ok(entries)
}

/// A tree of dictionaries, as OpenCC's configurations write it.
#[cfg(any(test, feature = "datagen", feature = "records"))]
#[derive(Debug, Clone)]
pub(crate) enum Group {
    /// One dictionary.
    Dictionary(Vec<Entry>),
    /// The longest key of all children wins, the earlier child on a tie.
    Union(Vec<Group>),
    /// The first child that holds any key wins.
    ShortCircuit(Vec<Group>),
}

#[cfg(any(test, feature = "datagen", feature = "records"))]
impl Group {
    /// The flat dictionary that gives the same answer at every position.
    pub(crate) fn flatten(self) -> Flat {
        match self {
            Group::Dictionary(entries) => entries
                .into_iter()
                .map(|entry| (entry.key, entry.values))
                .collect(),
            Group::Union(children) => {
                let mut flat = Flat::new();
                for child in children {
                    for (key, values) in child.flatten() {
                        flat.entry(key).or_insert(values);
                    }
                }
                flat
            }
            Group::ShortCircuit(children) => {
                let mut flat = Flat::new();
                for child in children {
                    let mut added = child.flatten();
                    added.retain(|key, _| !prefixes(key).any(|prefix| flat.contains_key(prefix)));
                    flat.append(&mut added);
                }
                flat
            }
        }
    }
}

/// Every prefix of a text that ends behind a character, the text itself included.
#[cfg(any(test, feature = "datagen", feature = "records"))]
fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices()
        .map(|(at, c)| &text[..at + c.len_utf8()])
}

/// Compiles a flat dictionary; `normalization` maps single characters before anything else.
///
/// # Errors
/// `DictionaryLine` (line 0) where the dictionary is too large for the table's fields.
pub(crate) fn compile(flat: &Flat, normalization: &BTreeMap<char, char>) -> Result<Vec<u8>, Error> {
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
            _ => PRESENT | LONG_VALUE | values.number(value)?,
        };
        chars.entry(c).or_default().word = word;
    }

    let single = |c: char| -> String {
        match flat
            .get(c.encode_utf8(&mut [0; 4]) as &str)
            .and_then(|values| values.first())
        {
            Some(value) => value.clone(),
            None => c.to_string(),
        }
    };
    let mut trie = Trie::default();
    for (key, alternatives) in flat.iter().filter(|(key, _)| key.chars().nth(1).is_some()) {
        let value = alternatives.first().map_or("", String::as_str);
        let shield = key.chars().map(single).collect::<String>() == value;
        let value = if shield {
            VALUE_SHIELD
        } else {
            VALUE_FIRST + values.number(value)?
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
    let in_keys: std::collections::BTreeSet<char> = trie
        .nodes
        .iter()
        .flat_map(|node| node.children.keys().copied())
        .collect();
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
struct Char {
    /// 0, or [`PRESENT`] with the character it becomes, or with [`LONG_VALUE`] and a number.
    word: u32,
    /// Its number inside phrases; 0: no phrase holds it.
    id: u16,
}

/// Values that are not single characters, each stored once.
#[derive(Debug, Default)]
struct Values {
    numbers: BTreeMap<String, u32>,
    ends: Vec<u32>,
    pool: String,
}

impl Values {
    fn number(&mut self, value: &str) -> Result<u32, Error> {
        if let Some(&number) = self.numbers.get(value) {
            return Ok(number);
        }
        let limit = |_| {
            Error::from(ErrorKind::DictionaryLine {
                line: 0,
                reason: "the dictionary has too many values".to_owned(),
            })
        };
        let number = u32::try_from(self.ends.len()).map_err(limit)?;
        if number >= (1 << (NODE_BITS[1] - 2 * BASE_BITS[1])) - VALUE_FIRST {
            return Err(ErrorKind::DictionaryLine {
                line: 0,
                reason: format!("the dictionary has more than {number} different values"),
            }
            .into());
        }
        self.pool.push_str(value);
        self.ends
            .push(u32::try_from(self.pool.len()).map_err(limit)?);
        self.numbers.insert(value.to_owned(), number);
        Ok(number)
    }
}

/// A plain trie, the raw material of the double array.
#[derive(Debug)]
struct Trie {
    nodes: Vec<TrieNode>,
}

#[derive(Debug, Default)]
struct TrieNode {
    children: BTreeMap<char, usize>,
    value: u32,
}

impl Default for Trie {
    fn default() -> Self {
        Trie {
            nodes: vec![TrieNode::default()],
        }
    }
}

impl Trie {
    fn insert(&mut self, key: &str, value: u32) {
        let mut at = 0;
        for c in key.chars() {
            at = match self.nodes[at].children.get(&c) {
                Some(&child) => child,
                None => {
                    let child = self.nodes.len();
                    self.nodes.push(TrieNode::default());
                    self.nodes[at].children.insert(c, child);
                    child
                }
            };
        }
        self.nodes[at].value = value;
    }
}

/// The trie with its nodes laid out so that a child stands at its parent's base plus the
/// number of its character. First characters have no node: their bases are a list by number.
#[derive(Debug)]
struct DoubleArray {
    bases: Vec<u32>,
    nodes: Vec<Node>,
}

/// A node of the double array; all zero where none stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Node {
    value: u64,
    base: u64,
    /// The number of the first character, or behind all of those the slot of the parent.
    parent: u64,
}

impl Node {
    fn pack(self, base_bits: u32) -> u64 {
        self.value << (2 * base_bits) | self.base << base_bits | self.parent
    }
}

impl DoubleArray {
    /// `None` where the fields of a node are too small.
    fn build(trie: &Trie, chars: &BTreeMap<char, Char>, ids: usize) -> Option<DoubleArray> {
        let id_of = |c: &char| usize::from(chars.get(c).map_or(0, |entry| entry.id));
        let mut array = DoubleArray {
            bases: vec![0; ids + 1],
            nodes: Vec::new(),
        };
        let mut free = FreeSlots::default();
        // (trie node, its parent number as its children will state it)
        let mut level: Vec<(usize, Owner)> = trie.nodes[0]
            .children
            .iter()
            .map(|(c, &node)| (node, Owner::First(id_of(c))))
            .collect();
        while !level.is_empty() {
            // Large families first: they are the hardest to fit.
            level.sort_by_key(|(node, _)| std::cmp::Reverse(trie.nodes[*node].children.len()));
            let mut next = Vec::new();
            for (node, owner) in level {
                let children = &trie.nodes[node].children;
                if children.is_empty() {
                    continue;
                }
                let family: Vec<usize> = children.keys().map(id_of).collect();
                let base = free.place(&family);
                let parent = match owner {
                    Owner::First(id) => {
                        array.bases[id] = u32::try_from(base).ok()?;
                        id
                    }
                    Owner::Node(slot) => {
                        array.nodes[slot].base = base as u64;
                        ids + 1 + slot
                    }
                };
                let last = base + family.iter().max()?;
                if array.nodes.len() <= last {
                    array.nodes.resize(last + 1, Node::default());
                }
                if last.max(parent) >= 1 << BASE_BITS[1] {
                    return None;
                }
                for (id, &child) in family.iter().zip(children.values()) {
                    let slot = base + id;
                    array.nodes[slot] = Node {
                        value: u64::from(trie.nodes[child].value),
                        base: 0,
                        parent: parent as u64,
                    };
                    next.push((child, Owner::Node(slot)));
                }
            }
            level = next;
        }
        Some(array)
    }
}

/// Who states the base of a family: the list of first characters, or a node.
#[derive(Debug, Clone, Copy)]
enum Owner {
    First(usize),
    Node(usize),
}

/// Which slots of the double array are taken.
#[derive(Debug, Default)]
struct FreeSlots {
    /// For a taken slot some later slot, with no free one between; for a free slot itself.
    next: Vec<usize>,
    /// Where the search for a family of that many children begins: behind the last such
    /// family. Without it the search is quadratic; with it a few slots stay empty.
    search_from: BTreeMap<usize, usize>,
}

impl FreeSlots {
    /// The first free slot from `slot` on.
    fn free(&mut self, slot: usize) -> usize {
        let mut end = slot;
        while let Some(&next) = self.next.get(end) {
            if next == end {
                break;
            }
            end = next;
        }
        // What was walked over points straight to the end from now on.
        let mut at = slot;
        while at < end {
            at = std::mem::replace(&mut self.next[at], end);
        }
        end
    }

    fn is_free(&self, slot: usize) -> bool {
        self.next.get(slot).is_none_or(|&next| next == slot)
    }

    /// Takes a base, 1 or more, at which the whole family finds free slots.
    fn place(&mut self, family: &[usize]) -> usize {
        let least = family.iter().copied().min().unwrap_or(0);
        let mut slot = self
            .search_from
            .get(&family.len())
            .copied()
            .unwrap_or(0)
            .max(least + 1);
        let base = loop {
            slot = self.free(slot);
            let base = slot - least;
            if family.iter().all(|id| self.is_free(base + id)) {
                break base;
            }
            slot += 1;
        };
        if family.len() > 1 {
            self.search_from.insert(family.len(), slot);
        }
        for id in family {
            let taken = base + id;
            let known = self.next.len();
            self.next.extend(known..=taken.max(known));
            self.next[taken] = taken + 1;
        }
        base
    }
}

/// Writes the sections one behind another, each at a multiple of four bytes, all numbers
/// little-endian: page index or hashed characters, character words, character numbers,
/// bases, nodes, ends of values, values.
fn assemble(chars: &BTreeMap<char, Char>, array: &DoubleArray, values: &Values) -> Vec<u8> {
    let (finder, places, slots, hashed) = arrange(chars);
    let mut words = vec![0u32; slots];
    let mut ids = vec![0u16; slots];
    for (entry, place) in chars.values().zip(places) {
        words[place] = entry.word;
        ids[place] = entry.id;
    }
    if array.nodes.is_empty() {
        ids.clear();
    }
    let fits = |node: &Node| {
        let limit = 1 << BASE_BITS[0];
        node.parent < limit
            && node.base < limit
            && node.value >> (NODE_BITS[0] - 2 * BASE_BITS[0]) == 0
    };
    let wide = !array.nodes.iter().all(fits);
    let node_bytes = NODE_BITS[usize::from(wide)] as usize / 8;
    let node = |node: &Node| {
        node.pack(BASE_BITS[usize::from(wide)])
            .to_le_bytes()
            .into_iter()
            .take(node_bytes)
    };
    let sections: [Vec<u8>; HEADER_WORDS - 2] = [
        finder,
        words.iter().flat_map(|word| word.to_le_bytes()).collect(),
        ids.iter().flat_map(|id| id.to_le_bytes()).collect(),
        array
            .bases
            .iter()
            .flat_map(|base| base.to_le_bytes())
            .collect(),
        array.nodes.iter().flat_map(node).collect(),
        values
            .ends
            .iter()
            .flat_map(|end| end.to_le_bytes())
            .collect(),
        values.pool.clone().into_bytes(),
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
    let written = if hashed { HASHED } else { 0 } | if wide { WIDE } else { 0 };
    header.extend_from_slice(&written.to_le_bytes());
    header.extend_from_slice(&body);
    header
}

/// Where each character's entry stands: the section that finds it, the places, how many
/// places there are, and whether they are found by hashing. A table of few characters is
/// several times smaller when it is hashed, one of many is faster when it is not.
fn arrange(chars: &BTreeMap<char, Char>) -> (Vec<u8>, Vec<usize>, usize, bool) {
    let pages = Pages::of(chars.keys().copied());
    let slots = (chars.len() * 3 / 2 + 1).next_power_of_two();
    if pages.count * PAGE_CHARS <= slots * 2 {
        let index = pages
            .index
            .iter()
            .flat_map(|page| page.to_le_bytes())
            .collect();
        let places = chars.keys().map(|&c| pages.slot(c)).collect();
        return (index, places, pages.count * PAGE_CHARS, false);
    }
    let mut keys = vec![0u32; slots];
    let mut places = Vec::with_capacity(chars.len());
    for &c in chars.keys() {
        let mut place = char_slot(u32::from(c), slots);
        while keys[place] != 0 {
            place = (place + 1) % slots;
        }
        // One more, so that NUL is not an empty slot.
        keys[place] = u32::from(c) + 1;
        places.push(place);
    }
    (
        keys.iter().flat_map(|key| key.to_le_bytes()).collect(),
        places,
        slots,
        true,
    )
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
        let blocks: std::collections::BTreeSet<usize> =
            chars.map(|c| c as usize / PAGE_CHARS).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(rows: &[(&str, &str)]) -> Group {
        Group::Dictionary(
            rows.iter()
                .map(|(key, value)| Entry {
                    key: (*key).to_owned(),
                    values: vec![(*value).to_owned()],
                })
                .collect(),
        )
    }

    #[test]
    fn a_union_takes_the_earlier_child_on_a_tie() {
        let flat = Group::Union(vec![
            dictionary(&[("一", "1")]),
            dictionary(&[("一", "2"), ("一二", "3")]),
        ])
        .flatten();
        assert_eq!(flat["一"], ["1"]);
        assert_eq!(flat["一二"], ["3"]);
    }

    #[test]
    fn a_short_circuit_group_drops_longer_keys_of_later_children() {
        let flat = Group::ShortCircuit(vec![
            dictionary(&[("一", "1")]),
            dictionary(&[("一二", "3"), ("二", "4")]),
        ])
        .flatten();
        assert_eq!(flat.keys().collect::<Vec<_>>(), ["一", "二"]);
    }

    #[test]
    fn lines_that_cannot_be_read_are_named() {
        for (text, message) in [
            ("发\t發\n发\t髮\n", "line 2: key \"发\" repeats line 1"),
            ("# c\n\n发 發\n", "line 3: no tab between key and value"),
            ("\t發\n", "line 1: the key is empty"),
            ("发\t \n", "line 1: key \"发\" has no value"),
        ] {
            assert_eq!(parse(text).unwrap_err().to_string(), message);
        }
        let long = format!("{}\t一\n", "一".repeat(65));
        assert_eq!(
            parse(&long).unwrap_err().to_string(),
            "line 1: the key has 65 characters, the limit is 64"
        );
        assert_eq!(
            parse("\u{FEFF}发\t發 髮\n").unwrap()[0].values,
            ["發", "髮"]
        );
    }
}
