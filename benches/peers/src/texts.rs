//! Text for a machine without corpora, the same bytes in every run.
//!
//! Words are drawn evenly from a dictionary, so rare ones are as frequent as common ones: it is
//! harder than real text.

use std::collections::HashMap;

use crate::corpora::{HUGE_BYTES, Random, Texts, fill};

/// The commonest characters of Simplified text.
const COMMON: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实";

/// Running text made from the phrases of OpenCC's dictionary, common characters and punctuation.
pub fn generate() -> Texts {
    let characters: HashMap<&str, &str> = entries("STCharacters").collect();
    let phrases: Vec<_> = entries("STPhrases").collect();
    let mut common = Vec::new();
    let mut buffer = [0; 4];
    for character in COMMON.chars() {
        let simplified = character.encode_utf8(&mut buffer);
        let traditional = characters.get(&*simplified).copied().unwrap_or(simplified);
        common.push((simplified.to_owned(), traditional.to_owned()));
    }
    let mut random = Random::new(3);
    let (mut simplified, mut traditional) = (String::new(), String::new());
    while simplified.len() < HUGE_BYTES || traditional.len() < HUGE_BYTES {
        let (one, other) = match random.below(100) {
            0 => ("。\n", "。\n"),
            1..8 => ("，", "，"),
            8..30 => phrases[random.below(phrases.len())],
            _ => {
                let pair = &common[random.below(common.len())];
                (pair.0.as_str(), pair.1.as_str())
            }
        };
        simplified.push_str(one);
        traditional.push_str(other);
    }
    Texts {
        simplified: fill(&simplified, HUGE_BYTES),
        traditional: fill(&traditional, HUGE_BYTES),
        origin: "generated text, 10 MB (harder than real text: name a folder of corpora)"
            .to_owned(),
    }
}

/// The key and the first value of every entry of one of OpenCC's dictionaries. zhhz carries them
/// as text; they are one release older than OpenCC's, which does not matter here.
pub fn entries(dictionary: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    zhhz::data::dict_text(dictionary)
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(key, values)| Some((key, values.split(' ').next()?)))
}
