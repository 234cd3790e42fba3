//! What a character of a passage completes, and what each choice of it does to the last layer.
//!
//! Both are made by the thousand for each gap, so they are small, and what does not depend on what
//! stood before is found out once.

use super::choices::Choice;
use super::language::{Costs, at_line_end};
use super::utf8::{Partial, Push, Seen};
use crate::model::{self, Cost};

/// What stands before a passage: ASCII.
pub(super) const SPACE: u16 = 0x20;

/// What one character of the passage completes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Out {
    chars: [(char, Seen); 4],
    len: u8,
    /// An ASCII character or the end of the line was taken along.
    pub(super) swallowed: bool,
    /// How much of the bytes was seen.
    pub(super) seen: Seen,
}

impl Out {
    /// The characters, and how much of each was seen.
    pub(super) fn chars(&self) -> &[(char, Seen)] {
        &self.chars[..usize::from(self.len)]
    }

    pub(super) fn push(&mut self, c: char, seen: Seen) -> bool {
        let slot = self.chars.get_mut(usize::from(self.len));
        if let Some(slot) = slot {
            *slot = (c, seen);
            self.len += 1;
            return true;
        }
        false
    }
}

/// [`Out`] in half of the space: arcs are made and moved by the thousand for each gap.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Made {
    /// Scalar values, and above them how much was seen.
    chars: [u32; 4],
    len: u8,
    pub(super) swallowed: bool,
    pub(super) seen: Seen,
}

/// How far [`Seen`] stands above a scalar value.
pub(super) const SEEN_SHIFT: u32 = 24;

impl Made {
    pub(super) fn lost() -> Made {
        Made {
            seen: Seen::Lost,
            ..Made::default()
        }
    }

    pub(super) fn chars(&self) -> &[u32] {
        &self.chars[..usize::from(self.len)]
    }

    pub(super) fn chars_mut(&mut self) -> &mut [u32] {
        &mut self.chars[..usize::from(self.len)]
    }

    pub(super) fn push(&mut self, c: char, seen: Seen) -> bool {
        let slot = self.chars.get_mut(usize::from(self.len));
        if let Some(slot) = slot {
            *slot = u32::from(c) | (seen as u32) << SEEN_SHIFT;
            self.len += 1;
            return true;
        }
        false
    }

    pub(super) fn out(&self) -> Out {
        let mut out = Out {
            swallowed: self.swallowed,
            seen: self.seen,
            ..Out::default()
        };
        for &c in self.chars() {
            out.push(scalar(c), seen_of(c));
        }
        out
    }
}

pub(super) fn scalar(c: u32) -> char {
    char::from_u32(c & ((1 << SEEN_SHIFT) - 1)).unwrap_or_default()
}

pub(super) fn seen_of(c: u32) -> Seen {
    match c >> SEEN_SHIFT {
        0 => Seen::Intact,
        1 => Seen::Ambiguous,
        _ => Seen::Lost,
    }
}

/// What a choice does to the last layer, whatever stood before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    /// What is open behind it.
    pub(super) open: Partial,
    /// The characters that it completes; none, one, seldom two.
    pub(super) first: Option<(char, Seen)>,
    pub(super) second: Option<(char, Seen)>,
    /// What stands before the next one, where there was a first.
    pub(super) before: u16,
    /// What it costs, the first character apart.
    pub(super) cost: Cost,
    pub(super) swallows: bool,
    pub(super) seen: Seen,
}

impl Way {
    /// `None` where no UTF-8, or no character of the language that may be filled in, comes of it.
    pub(super) fn of(choice: &Choice, open: Partial, costs: &Costs<'_>) -> Option<Way> {
        let mut way = Way {
            open,
            first: None,
            second: None,
            before: SPACE,
            cost: choice.cost,
            swallows: choice.swallows,
            seen: choice.seen,
        };
        for &byte in choice.bytes() {
            match way.open.push(byte, choice.seen) {
                Push::Invalid => return None,
                Push::More(more) => way.open = more,
                Push::Char(c, seen) => {
                    if seen == Seen::Lost && !costs.has(c) {
                        return None;
                    }
                    way.open = Partial::default();
                    if way.first.is_none() {
                        way.first = Some((c, seen));
                    } else {
                        way.cost += costs.cost(way.before, c);
                        way.second = Some((c, seen));
                    }
                    way.before = model::symbol(c);
                }
            }
        }
        if choice.swallows && way.first.is_some() {
            way.cost += at_line_end(way.before);
            way.before = SPACE;
        }
        Some(way)
    }
}
