//! Whole documents: what `zhfix fix` gives for each, byte for byte.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test, a panic is the report, and what is passed over has to be said"
)]

use std::fs;
use std::path::{Path, PathBuf};

use zhfix::{Pipeline, Report};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Documents of a folder with a `NAME.expected.txt` beside `NAME.txt`, in order of name.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut documents: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.ends_with(".txt") && !name.ends_with(".expected.txt")
        })
        .collect();
    documents.sort();
    documents
}

/// Fixes a document and compares; the message shows the first line that differs.
fn check(path: &Path) -> Result<Report, String> {
    let pipeline = Pipeline::default();
    let input = fs::read(path).unwrap();
    let outcome = pipeline.run(&input);
    let Some(text) = outcome.text else {
        return Err(format!("{}: no text", path.display()));
    };
    let expected = fs::read(path.with_extension("expected.txt")).unwrap();
    if text.as_bytes() == expected {
        // What came out is clean: nothing is left to do.
        let again = pipeline.run(text.as_bytes());
        assert_eq!(
            again.text.as_deref(),
            Some(&*text),
            "{} fixed twice",
            path.display()
        );
        return Ok(outcome.report);
    }
    let expected = String::from_utf8(expected).unwrap();
    let lines = text.split('\n').zip(expected.split('\n'));
    let first = lines.enumerate().find(|(_, (got, wanted))| got != wanted);
    Err(match first {
        Some((line, (got, wanted))) => format!(
            "{}, line {}:\n  got    {}\n  wanted {}",
            path.display(),
            line + 1,
            got.escape_debug(),
            wanted.escape_debug()
        ),
        None => format!("{}: one is the beginning of the other", path.display()),
    })
}

#[test]
fn our_own_documents() {
    let samples = root().join("seeds/samples");
    let listed = fs::read_to_string(samples.join("README.md")).unwrap();
    let mut wrong = Vec::new();
    let mut checked = 0;
    for kind in fs::read_dir(&samples).unwrap() {
        let kind = kind.unwrap().path();
        if !kind.is_dir() {
            continue;
        }
        for path in documents(&kind) {
            let name = path.with_extension("");
            let name = name.strip_prefix(&samples).unwrap().to_str().unwrap();
            assert!(
                listed.contains(&format!("| {name} |")),
                "{name}: no line in README.md"
            );
            checked += 1;
            wrong.extend(check(&path).err());
        }
    }
    assert!(checked >= 12, "{checked} documents");
    assert!(
        wrong.is_empty(),
        "{} of {checked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Real documents of third parties, which lie beside the repository where they may be read.
#[test]
fn five_real_documents() {
    let samples = root().join("../shared/samples");
    if !samples.is_dir() {
        eprintln!("skipped: {} is not there", samples.display());
        return;
    }
    let documents = documents(&samples);
    assert_eq!(documents.len(), 5);
    let wrong: Vec<String> = documents
        .iter()
        .filter_map(|path| check(path).err())
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of 5:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
