//! The first reading of each character: two bytes a character, in pages by scalar value, number
//! the readings, which are few.

use super::compile::PAGE_CHARS;
#[cfg(feature = "datagen")]
use super::compile::Pages;

/// Numbers in front: how many blocks the index has, how many pages, how many readings.
const HEADER_NUMBERS: usize = 3;

/// The table cut into its sections; all numbers have two bytes, little-endian.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Readings<'a> {
    /// The page of each block.
    index: &'a [[u8; 2]],
    /// Pages of numbers of readings and one.
    numbers: &'a [[u8; 2]],
    /// Where each reading ends.
    ends: &'a [[u8; 2]],
    pool: &'a [u8],
}

impl<'a> Readings<'a> {
    /// Cuts the bytes of a table into sections. Bytes that [`compile`] did not write give one
    /// without readings.
    pub(crate) fn open(bytes: &'a [u8]) -> Readings<'a> {
        let (header, rest) = bytes
            .as_chunks::<2>()
            .0
            .split_at_checked(HEADER_NUMBERS)
            .unwrap_or_default();
        let count = |place: usize| {
            header
                .get(place)
                .map_or(0, |count| usize::from(u16::from_le_bytes(*count)))
        };
        let (index, rest) = rest.split_at_checked(count(0)).unwrap_or_default();
        let (numbers, rest) = rest
            .split_at_checked(count(1) * PAGE_CHARS)
            .unwrap_or_default();
        let ends = rest.get(..count(2)).unwrap_or_default();
        let fixed = HEADER_NUMBERS + index.len() + numbers.len() + ends.len();
        Readings {
            index,
            numbers,
            ends,
            pool: bytes.get(2 * fixed..).unwrap_or_default(),
        }
    }

    /// The reading of a character, if it has one.
    pub(crate) fn first(self, c: char) -> Option<&'a str> {
        let code = c as usize;
        let at = |numbers: &[[u8; 2]], place: usize| {
            numbers
                .get(place)
                .map(|number| usize::from(u16::from_le_bytes(*number)))
        };
        let place = at(self.index, code / PAGE_CHARS)? * PAGE_CHARS + code % PAGE_CHARS;
        let number = at(self.numbers, place)?.checked_sub(1)?;
        let start = number
            .checked_sub(1)
            .map_or(Some(0), |before| at(self.ends, before))?;
        std::str::from_utf8(self.pool.get(start..at(self.ends, number)?)?).ok()
    }
}

/// Writes the table; `None` where a number is too large.
#[cfg(feature = "datagen")]
pub(super) fn compile(readings: &std::collections::BTreeMap<char, String>) -> Option<Vec<u8>> {
    let texts: std::collections::BTreeSet<&String> = readings.values().collect();
    let mut pool = String::new();
    let mut ends = Vec::new();
    for text in &texts {
        pool.push_str(text);
        ends.push(u16::try_from(pool.len()).ok()?);
    }
    let texts: Vec<&String> = texts.into_iter().collect();
    let pages = Pages::of(readings.keys().copied());
    let mut numbers = vec![0; pages.count * PAGE_CHARS];
    for (&c, reading) in readings {
        let number = texts.binary_search(&reading).ok()? + 1;
        numbers[pages.slot(c)] = u16::try_from(number).ok()?;
    }
    let count = |count: usize| u16::try_from(count).ok();
    let header = [
        count(pages.index.len())?,
        count(pages.count)?,
        count(ends.len())?,
    ];
    let sections = [&header[..], &pages.index, &numbers, &ends];
    let mut bytes: Vec<u8> = sections
        .concat()
        .into_iter()
        .flat_map(u16::to_le_bytes)
        .collect();
    bytes.extend(pool.into_bytes());
    Some(bytes)
}
