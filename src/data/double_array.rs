//! Phrases as a double array (Aoe 1989): a trie whose nodes are laid out so that a child is
//! found by one addition, and known for one by naming its own character: no two parents have the
//! same base, so that says as much as naming the parent, and is shorter. What begins and ends
//! phrases at once keeps its value as if that were a child of the character 0.

use std::collections::{BTreeMap, BTreeSet};

use super::compile::{Char, INNER, INNER_VALUE, KIND_BITS, LEAF, SLOTS_MAX};

/// A plain trie, the raw material of the double array.
#[derive(Debug)]
pub(super) struct Trie {
    pub(super) nodes: Vec<TrieNode>,
}

#[derive(Debug, Default)]
pub(super) struct TrieNode {
    pub(super) children: BTreeMap<char, usize>,
    pub(super) value: u32,
}

impl Default for Trie {
    fn default() -> Self {
        Trie {
            nodes: vec![TrieNode::default()],
        }
    }
}

impl Trie {
    pub(super) fn insert(&mut self, key: &str, value: u32) {
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
pub(super) struct DoubleArray {
    pub(super) bases: Vec<u32>,
    pub(super) nodes: Vec<Node>,
}

/// A node of the double array; all zero where none stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Node {
    /// The number of its character.
    pub(super) id: u16,
    /// [`LEAF`], or whether phrases end here that go on.
    pub(super) kind: u64,
    /// The value of a leaf or of the character 0, the base of another.
    pub(super) payload: u64,
}

impl Node {
    pub(super) fn pack(self, check_bits: u32) -> u64 {
        let kind = self.kind << check_bits;
        u64::from(self.id) | kind | self.payload << (check_bits + KIND_BITS)
    }

    /// Whether its fields are large enough.
    pub(super) fn fits(self, check_bits: u32, node_bits: u32) -> bool {
        u64::from(self.id) >> check_bits == 0
            && self.payload >> (node_bits - check_bits - KIND_BITS) == 0
    }
}

impl DoubleArray {
    /// `None` where the fields of a node are too small.
    pub(super) fn build(
        trie: &Trie,
        chars: &BTreeMap<char, Char>,
        ids: usize,
    ) -> Option<DoubleArray> {
        let id_of = |c: &char| usize::from(chars.get(c).map_or(0, |entry| entry.id));
        let mut array = DoubleArray {
            bases: vec![0; ids + 1],
            nodes: Vec::new(),
        };
        let mut free = FreeSlots::default();
        let mut level: Vec<(usize, Owner)> = trie.nodes[0]
            .children
            .iter()
            .map(|(c, &node)| (node, Owner::First(id_of(c))))
            .collect();
        while !level.is_empty() {
            // Large families first: they are the hardest to fit.
            crate::order::sort_by_key(&mut level, |(node, _)| {
                std::cmp::Reverse(trie.nodes[*node].children.len())
            });
            let mut next = Vec::new();
            for (node, owner) in level {
                let TrieNode { children, value } = &trie.nodes[node];
                if children.is_empty() {
                    continue;
                }
                let own = (*value != 0).then_some(0);
                let family: Vec<usize> =
                    own.into_iter().chain(children.keys().map(id_of)).collect();
                let base = free.place(&family);
                let last = base + family.iter().max()?;
                if array.nodes.len() <= last {
                    array.nodes.resize(last + 1, Node::default());
                }
                if last >= SLOTS_MAX {
                    return None;
                }
                match owner {
                    Owner::First(id) => array.bases[id] = u32::try_from(base).ok()?,
                    Owner::Node(slot) => array.nodes[slot].payload = base as u64,
                }
                if own.is_some() {
                    array.nodes[base] = Node {
                        id: 0,
                        kind: LEAF,
                        payload: u64::from(*value),
                    };
                }
                for (c, &child) in children {
                    let id = id_of(c);
                    let TrieNode { children, value } = &trie.nodes[child];
                    let (kind, payload) = match (children.is_empty(), value) {
                        (true, value) => (LEAF, u64::from(*value)),
                        (false, 0) => (INNER, 0),
                        (false, _) => (INNER_VALUE, 0),
                    };
                    array.nodes[base + id] = Node {
                        id: u16::try_from(id).ok()?,
                        kind,
                        payload,
                    };
                    next.push((child, Owner::Node(base + id)));
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
    /// The bases that are taken.
    bases: BTreeSet<usize>,
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

    /// Takes a base of its own, 1 or more, at which the whole family finds free slots.
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
            if !self.bases.contains(&base) && family.iter().all(|id| self.is_free(base + id)) {
                break base;
            }
            slot += 1;
        };
        if family.len() > 1 {
            self.search_from.insert(family.len(), slot);
        }
        self.bases.insert(base);
        for id in family {
            let taken = base + id;
            let known = self.next.len();
            self.next.extend(known..=taken.max(known));
            self.next[taken] = taken + 1;
        }
        base
    }
}
