//! The scan data of all configurations, laid out in two files.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::compile::PAGE_CHARS;
use super::scan::{Pairs, filter};
use super::{HINT_SLOTS, SCAN_BLOCKS, hint, hint_slot, utf8_word};

/// Most characters at which something may begin for which asking about the character pays
/// before asking about the pair.
const BEGINS_MAX: usize = 400;
/// Hints are made for configurations of one stage that change more characters than this: those
/// between scripts, which also run over text that is in the other script already.
const CHANGES_MIN: usize = 2000;

/// One configuration in one edition.
struct Row {
    family: String,
    index: Vec<u16>,
    pairs: Pairs,
    /// The characters that change, where hints are worth their bytes.
    changes: Option<BTreeSet<char>>,
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
        let is_wide = is_single && entries.len() > CHANGES_MIN;
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
            changes: is_wide.then(|| entries.keys().copied().collect()),
        });
        Ok(())
    }

    /// The hints of a family, for all of its editions, and whether something begins at few
    /// characters only.
    fn hints(&self, family: &str) -> (Vec<u8>, bool) {
        let mut hints = vec![0; HINT_SLOTS];
        let mut add = |c: char, hint: u8| {
            if let Some(there) = hints.get_mut(hint_slot(utf8_word(c)))
                && c.len_utf8() == 3
            {
                *there |= hint;
            }
        };
        let mut begin = BTreeSet::new();
        for row in self.rows.iter().filter(|row| row.family == family) {
            let Some(changes) = &row.changes else {
                continue;
            };
            changes.iter().for_each(|c| add(*c, hint::CHANGES));
            begin.extend(&row.pairs.begin);
        }
        let groups = self.groups(&begin);
        for &(left, right) in &begin {
            add(left, hint::LEFT << groups[&left]);
            add(right, hint::RIGHT << groups[&left]);
        }
        (hints, groups.len() <= BEGINS_MAX)
    }

    /// Puts the left characters of pairs into groups, such that a left character is seldom
    /// followed by the right one of another pair of its group.
    ///
    /// Greedily, the commonest first, each into the group where it adds the fewest such
    /// meetings. How common a character is, is told by the neighbours that it has in keys.
    fn groups(&self, pairs: &BTreeSet<(char, char)>) -> BTreeMap<char, usize> {
        let mut common: BTreeMap<char, u64> = BTreeMap::new();
        let in_keys = self.interiors.values().flatten();
        for &c in in_keys.chain(pairs).flat_map(|(left, right)| [left, right]) {
            *common.entry(c).or_default() += 1;
        }
        let mut rights: BTreeMap<char, BTreeSet<char>> = BTreeMap::new();
        for &(left, right) in pairs {
            rights.entry(left).or_default().insert(right);
        }
        let weight =
            |rights: &BTreeSet<char>| -> u64 { rights.iter().map(|right| common[right]).sum() };
        let mut lefts: Vec<char> = rights.keys().copied().collect();
        lefts.sort_by_key(|left| (Reverse(common[left] * weight(&rights[left])), *left));
        let mut groups: [(u64, BTreeSet<char>); hint::GROUPS] = Default::default();
        let mut group_of = BTreeMap::new();
        for left in lefts {
            let meetings = |group: usize| {
                let (lefts, theirs) = &groups[group];
                let added = weight(&rights[&left].difference(theirs).copied().collect());
                (lefts + common[&left]) * (weight(theirs) + added) - lefts * weight(theirs)
            };
            let group = (0..hint::GROUPS)
                .min_by_key(|group| meetings(*group))
                .unwrap_or(0);
            groups[group].0 += common[&left];
            groups[group].1.extend(&rights[&left]);
            group_of.insert(left, group);
        }
        group_of
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
            let hints = row.changes.as_ref().map(|_| {
                let (hints, few_begin) = self.hints(family);
                (place(hints).0, few_begin)
            });
            let both = pairs.begin.iter().flat_map(|&(left, right)| [left, right]);
            let ascii = both.filter(char::is_ascii).fold([0u64; 2], |mut bits, c| {
                bits[usize::from(c >= '@')] |= 1 << (u32::from(c) % 64);
                bits
            });
            format!("Scan {{ index: {index}, begin: {begin:?}, hints: {hints:?}, interior: {interior:?}, late: {late:?}, ascii: [{:#x}, {:#x}] }}", ascii[0], ascii[1])
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
