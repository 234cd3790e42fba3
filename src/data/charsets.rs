//! The reviewed tables of character sets to the bytes that `cns` reads.

use std::fmt::Write as _;

use super::cns::{EMPTY, PLANES, ROW_CELLS};
use super::package::seed;

/// CNS 11643 as bytes, and how many cells it has.
///
/// # Errors
/// A message naming the row that cannot be read, or the limit that the table exceeds.
pub(super) fn cns() -> Result<(Vec<u8>, usize), String> {
    let text = seed("cns11643.tsv")?;
    let mut rows = vec![0u16; PLANES * ROW_CELLS];
    // Of each row of cells, where it stands in `rows`.
    let mut places: Vec<u8> = Vec::new();
    let mut cells: Vec<Option<char>> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let of_line = |message: &str| format!("cns11643.tsv: {line}: {message}");
        let (code, characters) = line.split_once('\t').ok_or_else(|| of_line("no tab"))?;
        let (plane, row) = code.split_once('-').ok_or_else(|| of_line("no row"))?;
        let plane = match plane.parse() {
            Ok(plane @ 1..=7) => plane - 1,
            Ok(15usize) => 7,
            _ => return Err(of_line("no such plane")),
        };
        let row = usize::from_str_radix(row, 16)
            .ok()
            .and_then(|row| row.checked_sub(0x21))
            .filter(|&row| row < ROW_CELLS)
            .ok_or_else(|| of_line("no such row"))?;
        rows[plane * ROW_CELLS + row] =
            u16::try_from(cells.len() / ROW_CELLS + 1).map_err(|_| of_line("too many rows"))?;
        let place = u16::try_from(plane * ROW_CELLS + row).unwrap_or(u16::MAX);
        places.extend(place.to_le_bytes());
        let mut columns: Vec<Option<char>> = characters
            .chars()
            .map(|c| match c {
                '-' => None,
                '_' => Some('\u{3000}'), // IDEOGRAPHIC SPACE
                c => Some(c),
            })
            .collect();
        if columns.len() > ROW_CELLS {
            return Err(of_line("more than 94 columns"));
        }
        columns.resize(ROW_CELLS, None);
        cells.extend(columns);
    }
    // The first code of a character is the one that is written: the rows are in order.
    if cells.len() > usize::from(u16::MAX) {
        return Err("cns11643.tsv: more than 65,535 cells".to_owned());
    }
    let mut supplementary = vec![0u8; cells.len().div_ceil(8)];
    let mut low = Vec::with_capacity(cells.len() * 2);
    for (cell, c) in cells.iter().enumerate() {
        let Some(c) = *c else {
            low.extend(EMPTY);
            continue;
        };
        let code = u32::from(c);
        if !matches!(code, 1..=0xFFFF | 0x2_0000..=0x2_FFFF) {
            return Err(format!("cns11643.tsv: {c}: in another plane of Unicode"));
        }
        let [first, second, ..] = code.to_le_bytes();
        low.extend([first, second]);
        if [first, second] == EMPTY {
            return Err(format!("cns11643.tsv: {c}: looks like an empty cell"));
        }
        supplementary[cell / 8] |= u8::from(code > 0xFFFF) << (cell % 8);
    }
    let mut bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_le_bytes()).collect();
    bytes.extend(places);
    bytes.extend(low);
    bytes.extend(supplementary);
    Ok((bytes, cells.len()))
}

/// The single-byte tables as constants of the generated module.
///
/// # Errors
/// A message naming the row that cannot be read.
pub(super) fn single_byte() -> Result<String, String> {
    let mut source = String::new();
    for line in seed("single-byte.tsv")?
        .lines()
        .filter(|line| !line.starts_with('#'))
    {
        let of_line = |message: &str| format!("single-byte.tsv: {message}: {line}");
        let (name, codes) = line.split_once('\t').ok_or_else(|| of_line("no tab"))?;
        let codes: Vec<u16> = codes
            .split(' ')
            .map(|code| u16::from_str_radix(code, 16).map_err(|_| of_line(code)))
            .collect::<Result<_, _>>()?;
        if codes.len() != 128 {
            return Err(of_line("not 128 characters"));
        }
        let _ = writeln!(
            source,
            "\n/// The characters of bytes 0x80 and above in {name}.\npub(crate) static {name}: &[u16; 128] = &{codes:?};"
        );
    }
    Ok(source)
}
