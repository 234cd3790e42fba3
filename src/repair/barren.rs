//! What was searched in vain, so that no later round searches it again.
//!
//! The rules run until nothing changes, and a repair in one line leaves the others as they were:
//! what a search finds in a line depends on the line, so that it finds nothing there again. Lines
//! are known by a hash. Two with the same one would leave the second as it is, which 64 bits make
//! rarer than any other fault.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// How many are remembered: a megabyte of memory.
const KNOWN_MAX: usize = 1 << 15;

/// Texts that gave nothing, and what it cost to know.
#[derive(Debug, Default)]
pub(super) struct Barren {
    known: RefCell<HashMap<u64, usize, BuildHasherDefault<AsItIs>>>,
}

/// The keys are hashes.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

impl Barren {
    /// The key of a text, searched in one of some ways.
    pub(super) fn key(text: &str, way: u64) -> u64 {
        // Weyl's constant, and a fold that brings the upper half down.
        let mix = |hash: u64, word: u64| {
            let mixed = (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            mixed ^ mixed >> 29
        };
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        let hash = words
            .iter()
            .fold(mix(way, text.len() as u64), |hash, &word| {
                mix(hash, u64::from_le_bytes(word))
            });
        let rest = rest
            .iter()
            .fold(0, |word, &byte| word << 8 | u64::from(byte));
        let hash = mix(hash, rest).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        hash ^ hash >> 32
    }

    /// What it cost to know that nothing comes of a text; `None` where that is not known.
    pub(super) fn cost(&self, key: u64) -> Option<usize> {
        self.known.borrow().get(&key).copied()
    }

    /// Remembers one, as long as there is room.
    pub(super) fn add(&self, key: u64, cost: usize) {
        let mut known = self.known.borrow_mut();
        if known.len() < KNOWN_MAX {
            known.insert(key, cost);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart_and_forgotten_when_there_are_too_many() {
        let barren = Barren::default();
        for number in 0..2 * KNOWN_MAX {
            let key = Barren::key(&format!("line {number}"), 1);
            assert_eq!(barren.cost(key), None);
            barren.add(key, number);
        }
        assert_eq!(barren.cost(Barren::key("line 7", 1)), Some(7));
        assert_eq!(barren.cost(Barren::key("line 7", 2)), None);
        assert_eq!(barren.cost(Barren::key("line 7\0", 1)), None);
        assert_eq!(barren.known.borrow().len(), KNOWN_MAX);
    }
}
