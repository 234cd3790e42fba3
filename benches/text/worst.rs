//! Text on which looking for phrases costs most: its characters begin phrases that fail late.
//!
//! A row of phrases of the dictionary, each without its last character. A converter reads such a
//! beginning to its end in vain, steps over one character and reads again, unless a shorter
//! phrase matches. Of several phrases drawn, the one is taken on which that search reads most for
//! each character. Tried and left: to choose the next character so that as many beginnings as
//! possible stay alive; it ends in a circle of two or three characters, which caches learn.

use std::collections::HashMap;

use super::corpora::{Random, fill};

/// Characters before the text repeats itself.
const PERIOD_CHARS: usize = 100_000;

/// Phrases that compete for each place. With more the search reads more and OpenCC gets slower in
/// no configuration: fewer different phrases are left, and the caches learn them.
const DRAWN: usize = 4;

/// Characters before a phrase that may begin one with it.
const CONTEXT_CHARS: usize = 3;

#[derive(Default)]
struct Trie {
    edges: HashMap<(usize, char), usize>,
    /// By node.
    is_phrase: Vec<bool>,
}

impl Trie {
    fn insert(&mut self, phrase: &[char]) {
        let mut node = 0;
        for &character in phrase {
            let fresh = self.is_phrase.len();
            node = *self.edges.entry((node, character)).or_insert(fresh);
            if node == fresh {
                self.is_phrase.push(false);
            }
        }
        self.is_phrase[node] = true;
    }

    /// How many characters the search for the longest phrases reads, each at every place anew.
    fn reads(&self, text: &[char]) -> usize {
        let (mut at, mut reads) = (0, 0);
        while at < text.len() {
            let (mut node, mut step) = (0, 1);
            for (character, read) in text[at..].iter().zip(1..) {
                reads += 1;
                match self.edges.get(&(node, *character)) {
                    Some(&child) => node = child,
                    None => break,
                }
                if self.is_phrase[node] {
                    step = read;
                }
            }
            at += step;
        }
        reads
    }
}

/// Worst-case text of about that size for these phrases, and how often a search reads each
/// character.
pub fn text<'p>(phrases: impl Iterator<Item = &'p str>, bytes: usize) -> (String, f64) {
    let mut trie = Trie {
        is_phrase: vec![false],
        ..Trie::default()
    };
    let mut phrases: Vec<Vec<char>> = phrases.map(|phrase| phrase.chars().collect()).collect();
    phrases.retain(|phrase| phrase.len() > 1);
    phrases.iter().for_each(|phrase| trie.insert(phrase));
    phrases.retain(|phrase| phrase.len() > 2);
    let mut random = Random::new(4);
    let mut text: Vec<char> = Vec::new();
    while text.len() < PERIOD_CHARS {
        let context = &text[text.len().saturating_sub(CONTEXT_CHARS)..];
        let drawn = (0..DRAWN).map(|_| {
            let phrase = &phrases[random.below(phrases.len())];
            let beginning = &phrase[..phrase.len() - 1];
            let reads = trie.reads(&[context, beginning].concat()) - trie.reads(context);
            (reads * 1000 / beginning.len(), beginning)
        });
        if let Some((_, beginning)) = drawn.max() {
            text.extend(beginning);
        }
    }
    let reads = trie.reads(&text) as f64 / text.len() as f64;
    (fill(&text.iter().collect::<String>(), bytes), reads)
}
