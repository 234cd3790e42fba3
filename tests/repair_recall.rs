//! How much of reversible mojibake comes back: every Chinese line of the corpora, damaged by
//! each route and repaired again.
//!
//! Reads the folder that `ZHFIX_CORPORA` names and says so where there is none. A line counts
//! where the wrong decoder kept every byte (`damaged` is reversible) and the line holds two
//! Han characters. Prints the shares; fails below the floors, which are what the first version
//! reached, rounded down.
#![allow(clippy::print_stderr, reason = "prints what it measures")]

use encoding_rs::{Encoding, GBK, WINDOWS_1252};
use zhfix::Repairer;

const FILES: [&str; 6] = [
    "zh-CN.hsk-sentences.txt",
    "zh-CN.libreoffice-ui.txt",
    "zh-CN.blogs.txt",
    "zh-TW.libreoffice-ui.txt",
    "zh-TW.blogs.txt",
    "lzh-Hans.fortunes-tang-song.txt",
];

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// One layer of damage, if no byte is lost.
fn damaged(text: &str, decoder: &'static Encoding) -> Option<String> {
    let (wrong, _, malformed) = decoder.decode(text.as_bytes());
    (!malformed).then(|| wrong.into_owned())
}

#[test]
fn reversible_mojibake_comes_back() {
    let Some(folder) = std::env::var_os("ZHFIX_CORPORA") else {
        eprintln!("skipped: ZHFIX_CORPORA names no folder");
        return;
    };
    let repairer = Repairer::new();
    for (name, chain, floor_percent) in [
        ("windows-1252", vec![WINDOWS_1252], 99.0),
        ("windows-1252 twice", vec![WINDOWS_1252, WINDOWS_1252], 99.0),
        ("GBK", vec![GBK], 94.0),
        ("GBK, then windows-1252", vec![GBK, WINDOWS_1252], 94.0),
    ] {
        let (mut lines, mut exact) = (0u32, 0u32);
        for file in FILES {
            let path = std::path::Path::new(&folder).join(file);
            let text = std::fs::read_to_string(path).expect("the corpus is there");
            for line in text.lines().step_by(7) {
                let wrong = chain
                    .iter()
                    .try_fold(line.to_owned(), |text, decoder| damaged(&text, decoder));
                let Some(wrong) =
                    wrong.filter(|_| line.chars().filter(|&c| is_han(c)).count() >= 2)
                else {
                    continue;
                };
                lines += 1;
                let back = repairer.repair(&wrong);
                exact += u32::from(back.text() == line);
                if back.text() != line && lines % 97 == 0 {
                    eprintln!("{name}: {line}\n    {wrong}\n    {}", back.text());
                }
            }
        }
        let percent = f64::from(exact) * 100.0 / f64::from(lines);
        eprintln!("{name}: {exact} of {lines} lines, {percent:.2} %");
        assert!(percent >= floor_percent, "{name}: {percent:.2} %");
    }
}
