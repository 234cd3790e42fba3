//! How many bytes of the binary a configuration takes.

use std::collections::BTreeSet;

use super::compile::PAGE_CHARS;
use super::{Config, PAGE_STEP, SCAN_BLOCKS, Scan, choices, config, index_slot, utf8_word};

/// Bytes of tables: where they begin and end.
type Parts = BTreeSet<(usize, usize)>;

/// What the tables of some configurations take together, in bytes.
///
/// Tables that several of them use count once.
pub fn table_bytes<'n>(names: impl IntoIterator<Item = &'n str>) -> usize {
    let mut parts = Parts::new();
    for name in names {
        if let Some(config) = config(name) {
            add(&mut parts, name, config);
        }
    }
    // What is shared counts once, also where only a part is.
    let mut counted = 0;
    let bytes = parts.into_iter().map(|(start, end)| {
        let new = end.saturating_sub(start.max(counted));
        counted = counted.max(end);
        new
    });
    bytes.sum()
}

fn add(parts: &mut Parts, name: &str, config: &Config) {
    let mut part = |bytes: &[u8]| {
        let start = bytes.as_ptr().addr();
        parts.insert((start, start + bytes.len()));
    };
    for stage in config.stages {
        part(stage.plain);
        stage.tofu.into_iter().for_each(&mut part);
    }
    config.overrides.into_iter().for_each(&mut part);
    for tofu in [false, true] {
        choices(name, tofu).iter().for_each(|table| part(table));
    }
    for scan in &config.scan {
        // Its own slots; those between are of others.
        part(&scan.index().as_flattened()[..SCAN_BLOCKS * 2]);
        part(scan.begin().as_flattened());
        part(scan.heads().as_flattened());
        part(scan.interior().as_flattened());
        part(scan.late().as_flattened());
        for c in ('\u{800}'..='\u{FFFF}').step_by(PAGE_CHARS) {
            let page = scan.index()[index_slot(utf8_word(c))];
            let start = usize::from(u16::from_le_bytes(page)) * PAGE_STEP;
            let page = Scan::ENTRIES.get(start..start + PAGE_CHARS);
            part(page.unwrap_or_default().as_flattened());
        }
    }
}
