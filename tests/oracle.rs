//! Our converter against a naive one, and against OpenCC's own cases.
//!
//! Both tests read the package that `seeds/update target/seeds` fetches (or the folder that
//! ZHFIX_SEEDS names), and say so where it is missing. `ZHFIX_CASES` sets how many texts each
//! configuration converts (500).
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;
use zhfix::{Config, Converter};

mod laws;

use laws::naive::{Dictionary, Naive, package};

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
            for _ in 0..laws::cases(500) {
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
