//! The scan data of all configurations, laid out in two files.

use std::collections::{BTreeMap, BTreeSet};

use super::SCAN_BLOCKS;
use super::compile::PAGE_CHARS;
use super::scan::{Pairs, filter};

/// Most characters at which something may begin that are worth a set.
const BEGINS_MAX: usize = 400;
/// Sets are made for configurations of one stage that change more characters than this: those
/// between scripts, which also run over text that is in the other script already.
const CHANGES_MIN: usize = 2000;

/// One configuration in one edition.
struct Row {
    family: String,
    index: Vec<u16>,
    pairs: Pairs,
    changes: Vec<u8>,
    begins: Option<Vec<u8>>,
}

/// A set of characters of the basic plane, a bit each.
fn char_set<'c>(chars: impl Iterator<Item = &'c char>) -> Vec<u8> {
    let mut words = [0u64; SCAN_BLOCKS];
    for &c in chars.filter(|c| **c < '\u{10000}') {
        words[c as usize / PAGE_CHARS] |= 1 << (c as usize % PAGE_CHARS);
    }
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The scan data of all configurations, each in two editions.
///
/// Configurations with the same first stage share the set of interior pairs, the largest: a
/// pair too many costs time and changes nothing.
#[derive(Default)]
pub(super) struct Scans {
    rows: Vec<Row>,
    interiors: BTreeMap<String, BTreeSet<(char, char)>>,
    pages: Vec<[u32; PAGE_CHARS]>,
    numbers: BTreeMap<[u32; PAGE_CHARS], u16>,
}

impl Scans {
    pub(super) fn add(
        &mut self,
        family: &str,
        entries: &BTreeMap<char, u32>,
        pairs: Pairs,
        is_single: bool,
    ) -> Result<(), String> {
        if let Some((c, _)) = entries.iter().find(|(c, _)| c.is_ascii()) {
            return Err(format!("{c} is changed alone"));
        }
        let left: BTreeSet<char> = pairs.begin.iter().map(|&(left, _)| left).collect();
        let is_wide = is_single && entries.len() > CHANGES_MIN;
        let changes = if is_wide {
            char_set(entries.keys())
        } else {
            vec![0xFF; SCAN_BLOCKS * 8]
        };
        let begins = (is_wide && left.len() <= BEGINS_MAX).then(|| char_set(left.iter()));
        let mut blocks: BTreeMap<usize, [u32; PAGE_CHARS]> = BTreeMap::new();
        for (&c, &entry) in entries.range(..'\u{10000}') {
            blocks
                .entry(c as usize / PAGE_CHARS)
                .or_insert([0; PAGE_CHARS])[c as usize % PAGE_CHARS] = entry;
        }
        let mut index = Vec::with_capacity(SCAN_BLOCKS);
        for block in 0..SCAN_BLOCKS {
            let page = blocks.get(&block).copied().unwrap_or([0; PAGE_CHARS]);
            let next = u16::try_from(self.pages.len()).map_err(|_| "more than 65,536 pages")?;
            let number = *self.numbers.entry(page).or_insert(next);
            if number == next {
                self.pages.push(page);
            }
            index.push(number);
        }

        self.interiors
            .entry(family.to_owned())
            .or_default()
            .extend(&pairs.interior);
        self.rows.push(Row {
            family: family.to_owned(),
            index,
            pairs,
            changes,
            begins,
        });
        Ok(())
    }

    /// The value of each `Scan`, and the two files.
    pub(super) fn lay_out(&self) -> (Vec<String>, Vec<u8>, Vec<u8>) {
        let mut scan: Vec<u8> = Vec::new();
        let mut places: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        let mut place = |section: Vec<u8>| -> (usize, usize) {
            let bytes = section.len();
            let start = *places.entry(section.clone()).or_insert(scan.len());
            if start == scan.len() {
                scan.extend(section);
            }
            (start, bytes)
        };
        let constants = self.rows.iter().map(|row| {
            let Row { family, index, pairs, .. } = row;
            let interior = &self.interiors[family];
            let index = place(index.iter().flat_map(|page| page.to_le_bytes()).collect()).0;
            // Few bits for each pair where there are many: the sets have to stay in the nearest caches.
            let begin = place(filter(&pairs.begin, 16));
            let interior = place(filter(interior, if interior.len() > 20_000 { 8 } else { 16 }));
            let late = place(filter(&pairs.late, 16));
            let changes = place(row.changes.clone()).0;
            let begins = row.begins.clone().map(|set| place(set).0);
            let both = pairs.begin.iter().flat_map(|&(left, right)| [left, right]);
            let ascii = both.filter(char::is_ascii).fold([0u64; 2], |mut bits, c| {
                bits[usize::from(c >= '@')] |= 1 << (u32::from(c) % 64);
                bits
            });
            format!("Scan {{ index: {index}, begin: {begin:?}, changes: {changes}, begins: {begins:?}, interior: {interior:?}, late: {late:?}, ascii: [{:#x}, {:#x}] }}", ascii[0], ascii[1])
        }).collect();
        (
            constants,
            scan,
            self.pages
                .iter()
                .flatten()
                .flat_map(|entry| entry.to_le_bytes())
                .collect(),
        )
    }
}
