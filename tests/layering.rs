//! What the sources must look like: who may import whom, and that every public item has an example.
//!
//! The text flows one way, and so do the imports.
//! Every mention of `crate::MODULE` in the library is read, in code above the unit tests. A
//! module may name itself, those of its row, and what is open to all: `error`, `encoding`, `order`, `rows` and
//! `Span`. `lib.rs`, which re-exports, is the one exception. Programs under `src/bin` use the
//! public interface like anybody else, which the compiler sees to.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module and what it may import, from the bottom to the top: a row names only rows above it.
const MODULES: &[(&str, &[&str])] = &[
    ("guide", &[]),
    ("encoding", &[]),
    ("error", &[]),
    ("order", &[]),
    ("rows", &[]),
    ("data", &[]),
    ("model", &["data"]),
    ("codec", &["data"]),
    ("detect", &["codec", "model"]),
    ("script", &["data", "model"]),
    ("repair", &["codec", "data", "model", "script"]),
    ("convert", &["data", "model", "script"]),
    ("fallback", &["codec", "convert"]),
    ("consistency", &["convert", "repair", "script"]),
    ("report", &["convert", "detect", "repair", "script"]),
    (
        "pipeline",
        &[
            "codec",
            "consistency",
            "convert",
            "detect",
            "repair",
            "report",
            "script",
        ],
    ),
    ("records", &["codec", "detect", "pipeline", "report"]),
];

const OPEN_TO_ALL: [&str; 5] = ["encoding", "error", "order", "rows", "Span"];

fn source_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// The code of a file above its unit tests, without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let above = text.split("#[cfg(test)]\nmod ").next().unwrap();
    let lines = above
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The first names behind every `crate::`, those of `crate::{a, b::C}` included.
fn imported(code: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for behind in code.split("crate::").skip(1) {
        let Some(list) = behind.strip_prefix('{') else {
            names.insert(first_name(behind));
            continue;
        };
        let mut depth = 0;
        let mut begins = true;
        for (at, c) in list.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' => begins = depth == 0,
                _ if begins && !c.is_whitespace() => {
                    names.insert(first_name(&list[at..]));
                    begins = false;
                }
                _ => {}
            }
        }
    }
    names
}

fn first_name(text: &str) -> &str {
    text.split(|c: char| c != '_' && !c.is_alphanumeric())
        .next()
        .unwrap()
}

#[test]
fn imports_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = MODULES.iter().copied().collect();
    for (number, (module, row)) in MODULES.iter().enumerate() {
        for name in *row {
            assert!(
                MODULES[..number].iter().any(|(above, _)| above == name),
                "{module}: {name}"
            );
        }
    }
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&src, &mut files);
    let mut wrong = Vec::new();
    for path in files {
        let name = path.strip_prefix(&src).unwrap().to_str().unwrap();
        if name == "lib.rs" || name.starts_with("bin/") {
            continue;
        }
        let module = first_name(name);
        let row = allowed
            .get(module)
            .unwrap_or_else(|| panic!("{name}: no row for {module}"));
        let code = code(&path);
        for import in imported(&code) {
            if import != module && !row.contains(&import) && !OPEN_TO_ALL.contains(&import) {
                wrong.push(format!("{name} may not import {import}"));
            }
        }
        // At the top `super` is the crate, which would hide an import from this test.
        let is_top = !name.contains('/') || name == format!("{module}/mod.rs");
        if is_top && code.contains("super::") {
            wrong.push(format!("{name}: write crate:: for super::"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn lists_of_imports_are_read() {
    let code = "use crate::{\n    Span,\n    codec::{decode, encode},\n    error::Error,\n};\nlet x = crate::data::config();";
    let names: Vec<&str> = imported(code).into_iter().collect();
    assert_eq!(names, ["Span", "codec", "data", "error"]);
}

/// What is public for the generator alone, and what needs a C++ library to run.
const WITHOUT_EXAMPLES: [&str; 3] = ["data/", "model/", "convert/opencc.rs"];

/// The lines of a file that declare a public item without an example in the comment above.
fn without_example(text: &str) -> Vec<&str> {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    let mut found = Vec::new();
    // Whether the comment since the last line of code holds an example.
    let mut has_example = false;
    for line in text.lines() {
        let line = line.trim_start();
        let item = line.strip_prefix("pub ").unwrap_or_default();
        let item = item.strip_prefix("const fn").map_or(item, |_| "fn ");
        let kinds = ["fn ", "struct ", "enum ", "trait ", "const ", "type "];
        if kinds.iter().any(|kind| item.starts_with(kind)) && !has_example {
            found.push(line);
        }
        if line.starts_with("///") {
            has_example |= line.contains("```");
        } else if line.ends_with([';', '{', '}']) && !line.starts_with('#') {
            has_example = false;
        }
    }
    found
}

#[test]
fn public_items_have_examples() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    source_files(&src, &mut files);
    let mut lacking = Vec::new();
    for path in files {
        let name = path.strip_prefix(&src).unwrap().to_str().unwrap();
        let is_exempt = WITHOUT_EXAMPLES.iter().any(|start| name.starts_with(start));
        if !is_exempt && !name.starts_with("bin/") {
            let text = fs::read_to_string(&path).unwrap();
            let items = without_example(&text);
            lacking.extend(items.iter().map(|item| format!("{name}: {item}")));
        }
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}

#[test]
fn items_without_example_are_seen() {
    let text =
        "/// One.\n/// ```\n/// ```\n#[must_use]\npub fn a() {\n}\n/// Two.\npub struct B;\n";
    assert_eq!(without_example(text), ["pub struct B;"]);
}
