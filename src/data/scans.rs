//! The scan data of all configurations, laid out in a file.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::compile::PAGE_CHARS;
use super::scan::{Head, Pairs, filter, head_key, keys};
use super::{INDEX_SLOTS, PAGE_STEP, SCAN_BLOCKS, SPECIAL, entry, index_slot, utf8_word};

/// Most characters at which something may begin for which asking about the character pays
/// before asking about the pair.
const BEGINS_MAX: usize = 800;
/// Entries have hints where they are worth their bytes, in configurations that change more characters
/// than this: those between scripts. Others share their pages.
const CHANGES_MIN: usize = 2000;
/// Most characters about which a configuration and the same with regional words may disagree for
/// them to share their pages.
const DIFFERENT_MAX: usize = 16;
/// How many page indexes lie in the gaps of each other.
const INDEXES_TOGETHER: usize = 16;

type Page = [u32; PAGE_CHARS];

/// One configuration in one edition.
struct Row {
    config: String,
    family: String,
    entries: BTreeMap<char, u32>,
    pairs: Pairs,
    /// Whether hints are worth their bytes.
    is_hinted: bool,
}

/// The scan data of all configurations, each in two editions.
///
/// Configurations with the same first stage share the set of interior pairs, the largest, and
/// that of heads: one too many costs time and changes nothing.
#[derive(Default)]
pub(super) struct Scans {
    rows: Vec<Row>,
    interiors: BTreeMap<String, BTreeSet<(char, char)>>,
    heads: BTreeMap<String, BTreeSet<Head>>,
}

/// Pairs at which something may begin, of some configurations of a family.
struct Begins<'r> {
    family: &'r str,
    all: BTreeSet<(char, char)>,
    /// How many pairs the smallest of the sets has.
    least: usize,
}

impl Begins<'_> {
    /// Whether a configuration may use it.
    fn has(&self, row: &Row) -> bool {
        let own = &row.pairs.begin;
        self.family == row.family && self.all.len() * 8 <= own.len() * 9 && own.is_subset(&self.all)
    }
}

/// Pages that are shared, and their numbers.
#[derive(Default)]
struct Pages {
    pages: Vec<Page>,
    numbers: BTreeMap<Page, u16>,
}

impl Pages {
    fn number(&mut self, page: Page) -> u16 {
        let next = u16::try_from(self.pages.len()).unwrap_or(u16::MAX);
        let number = *self.numbers.entry(page).or_insert(next);
        if number == next {
            self.pages.push(page);
        }
        number
    }

    /// The numbers of the pages of a configuration; `hints` are the bits of its characters
    /// beside what they become.
    fn index(&mut self, row: &Row, hints: &BTreeMap<char, u32>) -> Vec<u16> {
        let mut blocks = vec![[entry::ANY; PAGE_CHARS]; SCAN_BLOCKS];
        let place = |c: char| (c as usize / PAGE_CHARS, c as usize % PAGE_CHARS);
        for (&c, &to) in row.entries.range(..'\u{10000}') {
            let (block, slot) = place(c);
            blocks[block][slot] |= match to {
                SPECIAL => SPECIAL,
                _ => utf8_word(c) ^ to,
            };
        }
        for (&c, &hint) in hints.range(..'\u{10000}') {
            let (block, slot) = place(c);
            blocks[block][slot] |= hint;
        }
        blocks.into_iter().map(|page| self.number(page)).collect()
    }
}

impl Scans {
    pub(super) fn add(
        &mut self,
        config: &str,
        family: &str,
        entries: BTreeMap<char, u32>,
        pairs: Pairs,
        wants_hints: bool,
    ) -> Result<(), String> {
        if let Some((c, _)) = entries.iter().find(|(c, _)| c.is_ascii()) {
            return Err(format!("{c} is changed alone"));
        }
        self.interiors
            .entry(family.to_owned())
            .or_default()
            .extend(&pairs.interior);
        self.heads
            .entry(family.to_owned())
            .or_default()
            .extend(&pairs.heads);
        let lefts: BTreeSet<char> = pairs.begin.iter().map(|&(left, _)| left).collect();
        self.rows.push(Row {
            config: config.to_owned(),
            family: family.to_owned(),
            is_hinted: wants_hints && entries.len() > CHANGES_MIN && lefts.len() <= BEGINS_MAX,
            entries,
            pairs,
        });
        Ok(())
    }

    /// The bits of characters at which something may begin, or with which it may go on, in any
    /// configuration of a family that has hints.
    fn hints(&self, family: &str) -> BTreeMap<char, u32> {
        let rows = self
            .rows
            .iter()
            .filter(|row| row.is_hinted && row.family == family);
        let begin: BTreeSet<_> = rows.flat_map(|row| &row.pairs.begin).copied().collect();
        let groups = self.groups(&begin);
        let mut hints = BTreeMap::new();
        for &(left, right) in &begin {
            *hints.entry(left).or_default() |= entry::LEFT << groups[&left];
            *hints.entry(right).or_default() |= entry::RIGHT << groups[&left];
        }
        hints
    }

    /// The sets of pairs at which something may begin that are shared: within a family, where a
    /// set has few that are not of each.
    fn begins(&self) -> Vec<Begins<'_>> {
        let mut begins: Vec<Begins<'_>> = Vec::new();
        for row in &self.rows {
            let own = &row.pairs.begin;
            let joined = begins.iter_mut().find_map(|begins| {
                let least = begins.least.min(own.len());
                let more = own.difference(&begins.all).count();
                let is_near = (begins.all.len() + more) * 8 <= least * 9;
                (begins.family == row.family && is_near).then_some((begins, least))
            });
            match joined {
                Some((begins, least)) => {
                    begins.all.extend(own);
                    begins.least = least;
                }
                None => begins.push(Begins {
                    family: &row.family,
                    all: own.clone(),
                    least: own.len(),
                }),
            }
        }
        begins
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
        let mut groups: [(u64, BTreeSet<char>); entry::GROUPS] = Default::default();
        let mut group_of = BTreeMap::new();
        for left in lefts {
            let meetings = |group: usize| {
                let (lefts, theirs) = &groups[group];
                let added = weight(&rights[&left].difference(theirs).copied().collect());
                (lefts + common[&left]) * (weight(theirs) + added) - lefts * weight(theirs)
            };
            let group = (0..entry::GROUPS)
                .min_by_key(|group| meetings(*group))
                .unwrap_or(0);
            groups[group].0 += common[&left];
            groups[group].1.extend(&rights[&left]);
            group_of.insert(left, group);
        }
        group_of
    }

    /// Makes special what a configuration and the same with regional words disagree about, if that
    /// is little: names of elements, one in ten thousands of characters. So they share a page index.
    fn join_words(&mut self) {
        for number in 0..self.rows.len() {
            let (before, rest) = self.rows.split_at_mut(number);
            let Some(row) = rest.first_mut() else { break };
            // The rows of a configuration are its editions.
            for without in before.iter_mut().skip(number % 2).step_by(2) {
                let both = row.entries.keys().chain(without.entries.keys());
                let differs = |c: &&char| row.entries.get(c) != without.entries.get(c);
                let different: BTreeSet<&char> = both.filter(differs).collect();
                if row.config.strip_suffix('p') == Some(&without.config)
                    && different.len() <= DIFFERENT_MAX
                {
                    join_editions(&mut row.entries, &mut without.entries);
                }
            }
        }
    }

    /// The value of each `Scan`, and the file: the entries first, so that what stands behind them
    /// makes every place that a page number can name one in it.
    pub(super) fn lay_out(mut self) -> (Vec<String>, Vec<u8>) {
        for row in self.rows.chunks_mut(2) {
            if let [plain, tofu] = row {
                join_editions(&mut plain.entries, &mut tofu.entries);
            }
        }
        self.join_words();
        let mut pages = Pages::default();
        let mut indexes: Vec<Vec<u16>> = Vec::new();
        let mut index_of = Vec::new();
        for row in &self.rows {
            let hints = match row.is_hinted {
                true => self.hints(&row.family),
                false => BTreeMap::new(),
            };
            let index = pages.index(row, &hints);
            let found = indexes.iter().position(|other| *other == index);
            index_of.push(found.unwrap_or(indexes.len()));
            if found.is_none() {
                indexes.push(index);
            }
        }
        let (entries, starts) = overlap(&pages.pages);
        for page in indexes.iter_mut().flatten() {
            *page = starts[usize::from(*page)];
        }
        let mut scan: Vec<u8> = entries
            .iter()
            .flat_map(|entry| entry.to_le_bytes())
            .collect();
        let index_starts = interleave(&indexes, &mut scan);
        let begins = self.begins();
        let mut places: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        let mut place = |section: Vec<u8>| -> (usize, usize) {
            let bytes = section.len();
            let start = *places.entry(section.clone()).or_insert(scan.len());
            if start == scan.len() {
                scan.extend(section);
            }
            (start, bytes)
        };
        let constants = self.rows.iter().zip(index_of).map(|(row, index)| {
            let Row { family, pairs, is_hinted: few_begin, .. } = row;
            let interior = &self.interiors[family];
            let index = index_starts[index];
            // Few bits for each pair where there are many: the sets have to stay in the nearest caches.
            let begin = begins.iter().find(|begins| begins.has(row)).map_or(&pairs.begin, |begins| &begins.all);
            let begin = place(filter(keys(begin), 16));
            let heads = place(filter(self.heads[family].iter().map(head_key), 16));
            let interior = place(filter(keys(interior), if interior.len() > 20_000 { 8 } else { 16 }));
            // Asked for where a stretch is new: a wrong yes there costs little.
            let late = place(filter(keys(&pairs.late), 8));
            let both = pairs.begin.iter().flat_map(|&(left, right)| [left, right]);
            let ascii = both.filter(char::is_ascii).fold([0u64; 2], |mut bits, c| {
                bits[usize::from(c >= '@')] |= 1 << (u32::from(c) % 64);
                bits
            });
            format!("Scan {{ index: {index}, begin: {begin:?}, heads: {heads:?}, few_begin: {few_begin}, interior: {interior:?}, late: {late:?}, ascii: [{:#x}, {:#x}] }}", ascii[0], ascii[1])
        }).collect();
        (constants, scan)
    }
}

/// Makes special what two editions disagree about, some 900 characters that one in 80,000 of
/// real text is: so they share all pages, and the stages know which edition they are of.
fn join_editions(one: &mut BTreeMap<char, u32>, other: &mut BTreeMap<char, u32>) {
    let both = one.keys().chain(other.keys()).copied();
    let different: Vec<char> = both.filter(|c| one.get(c) != other.get(c)).collect();
    for c in different {
        one.insert(c, SPECIAL);
        other.insert(c, SPECIAL);
    }
}

/// Lays pages over each other where one ends as another begins, most of them in characters that
/// stay, and says at which step each begins.
///
/// Greedily, the longest overlaps first: a page is followed by the first one that begins so and
/// follows nothing yet, unless that closes a ring.
fn overlap(pages: &[Page]) -> (Vec<u32>, Vec<u16>) {
    let mut next: Vec<Option<(usize, usize)>> = vec![None; pages.len()];
    let mut follows = vec![false; pages.len()];
    // The last page of the chain that begins with a page, and the first of the one that ends so.
    let mut last: Vec<usize> = (0..pages.len()).collect();
    let mut first = last.clone();
    for shared in (1..PAGE_CHARS / PAGE_STEP)
        .rev()
        .map(|steps| steps * PAGE_STEP)
    {
        let mut begin: BTreeMap<&[u32], Vec<usize>> = BTreeMap::new();
        for number in (0..pages.len()).rev().filter(|&number| !follows[number]) {
            begin
                .entry(&pages[number][..shared])
                .or_default()
                .push(number);
        }
        for number in 0..pages.len() {
            if next[number].is_some() {
                continue;
            }
            let Some(those) = begin.get_mut(&pages[number][PAGE_CHARS - shared..]) else {
                continue;
            };
            let Some(at) = those.iter().rposition(|&other| other != first[number]) else {
                continue;
            };
            let other = those.remove(at);
            next[number] = Some((other, shared));
            follows[other] = true;
            let (start, end) = (first[number], last[other]);
            last[start] = end;
            first[end] = start;
        }
    }
    let mut entries: Vec<u32> = Vec::new();
    let mut starts = vec![0; pages.len()];
    for start in (0..pages.len()).filter(|&number| !follows[number]) {
        let mut at = Some((start, 0));
        while let Some((number, shared)) = at {
            let begin = entries.len() - shared;
            starts[number] = u16::try_from(begin / PAGE_STEP).unwrap_or(u16::MAX);
            entries.extend(&pages[number][shared..]);
            at = next[number];
        }
    }
    (entries, starts)
}

/// Lays page indexes into the gaps of each other, and says where each begins.
fn interleave(indexes: &[Vec<u16>], bytes: &mut Vec<u8>) -> Vec<usize> {
    let mut starts = Vec::new();
    for together in indexes.chunks(INDEXES_TOGETHER) {
        let base = bytes.len();
        bytes.resize(
            base + 2 * (INDEX_SLOTS + INDEXES_TOGETHER * INDEXES_TOGETHER),
            0,
        );
        for (number, index) in together.iter().enumerate() {
            let start = base + 2 * INDEXES_TOGETHER * number;
            for c in ('\u{800}'..='\u{FFFF}').step_by(PAGE_CHARS) {
                let at = start + 2 * index_slot(utf8_word(c));
                let page = index[c as usize / PAGE_CHARS];
                bytes[at..at + 2].copy_from_slice(&page.to_le_bytes());
            }
            starts.push(start);
        }
    }
    starts
}
