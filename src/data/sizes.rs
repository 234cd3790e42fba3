//! How many bytes of the binary a configuration takes.

use std::collections::BTreeSet;

use super::{Config, SCAN_BLOCKS, Scan, choices, config};

/// Bytes of tables: where they stand, and how many; so that what is shared counts once.
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
    parts.iter().map(|(_, bytes)| bytes).sum()
}

fn add(parts: &mut Parts, name: &str, config: &Config) {
    let mut part = |bytes: &[u8]| {
        parts.insert((bytes.as_ptr().addr(), bytes.len()));
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
        part(scan.index().as_flattened());
        part(scan.begin().as_flattened());
        part(scan.interior().as_flattened());
        part(scan.late().as_flattened());
        if let Some((hints, _)) = scan.hints() {
            part(hints);
        }
        let pages = Scan::pages();
        for block in 0..SCAN_BLOCKS {
            let page = usize::from(u16::from_le_bytes(scan.index()[block]));
            part(pages.get(page).map_or(&[], |page| page.as_flattened()));
        }
    }
}
