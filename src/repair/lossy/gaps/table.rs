//! The characters of a language by the bytes that they have in an encoding.
//!
//! Made once for each of both, from the model's costs and the tables of the codec: for every choice
//! of known bytes what all characters cost together that have them. What it gets wrong: how likely a
//! character is that the model does not know; all of those have one share.

use std::sync::OnceLock;

use super::open::{Gap, Open};
use crate::model::{BIT, Cost, Language};
use crate::repair::lossy::language::{Costs, of_bits};
use crate::repair::lossy::lattice::bits;
use crate::repair::reread::Right;

/// What the characters have together that no table holds.
pub(super) const REST_SHARE: f64 = 1.0 / 4096.0;

/// What it costs that a character has bytes that none of the table has.
const UNKNOWN_COST: Cost = 30 * BIT;

/// How many bytes the characters of the table have at most.
const BYTES_MAX: usize = 3;

/// A character, and how likely it is by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) c: char,
    pub(super) bytes: [u8; 4],
    pub(super) cost: Cost,
    pub(super) share: f64,
}

/// The characters of a language in an encoding.
#[derive(Debug)]
pub(super) struct Table {
    right: Right,
    /// The commonest first.
    by_cost: Vec<Candidate>,
    /// For each byte of a character which of them have which there.
    by_byte: [ByByte; BYTES_MAX],
    /// By [`Table::place`].
    together: Vec<Cost>,
}

impl Table {
    pub(super) fn of(right: Right, language: Language) -> &'static Table {
        static TABLES: [[OnceLock<Table>; 8]; 3] = [const { [const { OnceLock::new() }; 8] }; 3];
        let kind = Language::CHINESE
            .iter()
            .position(|&kind| kind == language)
            .unwrap_or(0);
        TABLES[right as usize][kind].get_or_init(|| Table::build(right, Language::CHINESE[kind]))
    }

    fn build(right: Right, language: Language) -> Table {
        let costs = Costs::of(language, None);
        let all = ('\u{80}'..='\u{FFFC}').filter(|&c| costs.has(c));
        let mut by_cost: Vec<Candidate> = all
            .filter_map(|c| {
                let (bytes, length) = right.bytes(c)?;
                (length == right.usual_length()).then(|| {
                    let cost = costs.cost(0x20, c);
                    Candidate {
                        c,
                        bytes,
                        cost,
                        share: (-bits(cost)).exp2(),
                    }
                })
            })
            .collect();
        crate::order::sort_by_key(&mut by_cost, |candidate| candidate.cost);
        let by_byte = std::array::from_fn(|at| ByByte::of(&by_cost, at));
        let mut table = Table {
            right,
            by_byte,
            by_cost,
            together: Vec::new(),
        };
        let places = match right {
            Right::Utf8 => 17 * 65 * 65,
            _ => 257 * 257,
        };
        let mut shares = vec![REST_SHARE; places];
        for candidate in &table.by_cost {
            for known in 0..8_u8 {
                if known >> right.usual_length() == 0 {
                    let at = table.place(candidate.bytes, |at| known >> at & 1 == 1);
                    shares[at] += candidate.share;
                }
            }
        }
        table.together = shares.into_iter().map(of_share).collect();
        table
    }

    /// What the characters cost together that have the known bytes of `open`, however the others were
    /// lost.
    pub(super) fn together(&self, open: Open) -> Cost {
        let at = self.place(open.bytes, |at| open.gaps[at] == Gap::None);
        self.together.get(at).copied().unwrap_or(UNKNOWN_COST)
    }

    /// Those that have a byte that is known, the one that fewest have; the commonest first.
    pub(super) fn with_known(&self, open: Open) -> impl Iterator<Item = &Candidate> {
        let known = (0..open.len()).filter(|&at| open.gaps[at] == Gap::None);
        let having = known.filter_map(|at| {
            let all = self.by_byte.get(at)?;
            Some(all.having(open.bytes[at]))
        });
        let fewest = having.min_by_key(|all| all.len());
        let all = fewest.is_none().then_some(self.by_cost.iter());
        let fewest = fewest.unwrap_or_default().iter();
        let fewest = fewest.filter_map(|&number| self.by_cost.get(usize::from(number)));
        fewest.chain(all.into_iter().flatten())
    }

    /// Where the characters stand of which some bytes are known.
    fn place(&self, bytes: [u8; 4], is_known: impl Fn(usize) -> bool) -> usize {
        let (lead, others, length) = match self.right {
            Right::Utf8 => (0x0F, 0x3F, 3),
            _ => (0xFF, 0xFF, 2),
        };
        (0..length).fold(0, |place, at| {
            let mask = if at == 0 { lead } else { others };
            let number = if is_known(at) {
                usize::from(bytes[at] & mask) + 1
            } else {
                0
            };
            place * (usize::from(mask) + 2) + number
        })
    }
}

/// Numbers of characters, by one of their bytes and then as they are.
#[derive(Debug)]
struct ByByte {
    /// Where those of each byte begin, and where the last ones end.
    starts: Vec<usize>,
    numbers: Vec<u16>,
}

impl ByByte {
    fn of(candidates: &[Candidate], at: usize) -> ByByte {
        let byte = |candidate: &Candidate| usize::from(candidate.bytes[at]);
        let mut starts = vec![0; 0x101];
        for candidate in candidates {
            starts[byte(candidate) + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut ends = starts.clone();
        let mut numbers = vec![0; candidates.len()];
        for (number, candidate) in (0..=u16::MAX).zip(candidates) {
            let end = &mut ends[byte(candidate)];
            numbers[*end] = number;
            *end += 1;
        }
        ByByte { starts, numbers }
    }

    fn having(&self, byte: u8) -> &[u16] {
        let at = usize::from(byte);
        &self.numbers[self.starts[at]..self.starts[at + 1]]
    }
}

/// What a share of all characters costs.
pub(super) fn of_share(share: f64) -> Cost {
    of_bits(-share.log2())
}

#[cfg(test)]
mod tests {
    use super::super::open::Push;
    use super::*;

    #[test]
    fn what_is_known_costs_more_together() {
        let together = |gaps: [Gap; 2]| {
            let mut open = Open::default();
            // 上 is C9 CF.
            for (byte, gap) in [0xC9, 0xCF].into_iter().zip(gaps) {
                match open.push(Right::Gbk, byte, gap) {
                    Push::More(next) | Push::Whole(next) => open = next,
                    Push::Invalid => panic!("{byte:X}"),
                }
            }
            Table::of(Right::Gbk, Language::Hans).together(open)
        };
        let none = together([Gap::First, Gap::Second]);
        let lead = together([Gap::None, Gap::Alone]);
        assert!(none < lead, "{none} {lead}");
    }
}
