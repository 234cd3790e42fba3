//! CNS 11643: planes 1 to 7 and 15 by plane, row and column, and back.
//!
//! The characters of all rows lie in one list of cells, two bytes each and a bit for the
//! supplementary plane. The way back is not stored: it is made from the list when a character is
//! first encoded, in a fifth of a millisecond.
//!
//! One character, 卄 (U+5344), has two codes; the one in plane 1 is written.

use std::sync::OnceLock;

use super::generated;

/// Cells of a row, and rows of a plane.
pub(crate) const ROW_CELLS: usize = 94;
/// Planes that hold characters: 1 to 7, and 15 as the eighth.
pub(super) const PLANES: usize = 8;
/// Bytes of the list of rows: of each plane and row the number of its cells' row and one.
pub(super) const ROW_LIST_BYTES: usize = PLANES * ROW_CELLS * 2;
/// A cell without a character: the last code point of a plane never is one.
pub(super) const EMPTY: [u8; 2] = [0xFF; 2];

/// A code: plane 1 to 7 or 15, row and column 1 to 94.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) plane: u8,
    pub(crate) row: u8,
    pub(crate) column: u8,
}

/// The table cut into its sections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cns {
    rows: &'static [[u8; 2]],
    places: &'static [[u8; 2]],
    cells: &'static [[u8; 2]],
    supplementary: &'static [u8],
}

/// Code points that have codes: the basic plane, then U+20000 to U+2FFFF.
const PLACES: usize = 0x2_0000;

impl Cns {
    /// The table. Time O(1).
    pub(crate) fn new() -> Cns {
        let (rows, rest) = generated::CNS.split_at(ROW_LIST_BYTES);
        let (places, rest) = rest.split_at(generated::CNS_CELLS / ROW_CELLS * 2);
        let (cells, supplementary) = rest.split_at(generated::CNS_CELLS * 2);
        Cns {
            rows: rows.as_chunks().0,
            places: places.as_chunks().0,
            cells: cells.as_chunks().0,
            supplementary,
        }
    }

    /// The character of a code, rows and columns counted from 0; `None` where the plane,
    /// the row or the cell is empty. Time O(1).
    #[inline]
    pub(crate) fn decode(self, plane: u8, row: usize, column: usize) -> Option<char> {
        let plane = match plane {
            1..=7 => usize::from(plane - 1),
            15 => 7,
            _ => return None,
        };
        if row >= ROW_CELLS || column >= ROW_CELLS {
            return None;
        }
        let number = u16::from_le_bytes(*self.rows.get(plane * ROW_CELLS + row)?);
        let cell = usize::from(number.checked_sub(1)?) * ROW_CELLS + column;
        let low = *self.cells.get(cell).filter(|&&low| low != EMPTY)?;
        let low = u32::from(u16::from_le_bytes(low));
        char::from_u32(low + 0x2_0000 * u32::from(self.is_supplementary(cell)))
    }

    #[inline]
    fn is_supplementary(self, cell: usize) -> bool {
        self.supplementary
            .get(cell / 8)
            .is_some_and(|byte| byte >> (cell % 8) & 1 == 1)
    }

    /// The code of a character. Time O(1), but for the first.
    pub(crate) fn encode(self, c: char) -> Option<Code> {
        let found = match u32::from(c) {
            code @ 0..=0xFFFF => code,
            code @ 0x2_0000..=0x2_FFFF => code - 0x1_0000,
            _ => return None,
        };
        let found = usize::from(*self.way_back().get(found as usize)?).checked_sub(1)?;
        let at = usize::from(u16::from_le_bytes(*self.places.get(found / ROW_CELLS)?));
        Some(Code {
            plane: match at / ROW_CELLS {
                7 => 15,
                plane => u8::try_from(plane).ok()? + 1,
            },
            row: u8::try_from(at % ROW_CELLS).ok()? + 1,
            column: u8::try_from(found % ROW_CELLS).ok()? + 1,
        })
    }

    /// The first cell that holds each character, and one.
    fn way_back(self) -> &'static [u16] {
        static BACK: OnceLock<Vec<u16>> = OnceLock::new();
        BACK.get_or_init(|| {
            let mut back = vec![0; PLACES];
            for (cell, &low) in self.cells.iter().enumerate().rev() {
                let plane = PLACES / 2 * usize::from(self.is_supplementary(cell));
                if let (true, Ok(number)) = (low != EMPTY, u16::try_from(cell + 1)) {
                    back[plane + usize::from(u16::from_le_bytes(low))] = number;
                }
            }
            back
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_has_the_code_that_gives_it() {
        let cns = Cns::new();
        let mut cells = 0;
        for plane in 0..=16 {
            for row in 0..=ROW_CELLS {
                for column in 0..=ROW_CELLS {
                    let Some(c) = cns.decode(plane, row, column) else {
                        continue;
                    };
                    cells += 1;
                    let code = cns.encode(c).expect("a character of the table");
                    let at = (usize::from(code.row) - 1, usize::from(code.column) - 1);
                    let doubled = c == '卄' && plane == 3;
                    assert_eq!((code.plane, at) == (plane, (row, column)), !doubled, "{c}");
                }
            }
        }
        // 55,441 characters, one of them twice.
        assert_eq!(cells, 55_442);
        let encodable = ('\0'..=char::MAX).filter(|&c| cns.encode(c).is_some());
        assert_eq!(encodable.count(), 55_441);
    }
}
