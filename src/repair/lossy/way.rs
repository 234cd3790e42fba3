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

/// What one character of the passage completes; small, because arcs are made and moved by the
/// thousand for each gap.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Out {
    /// Scalar values, and above them how much was seen.
    chars: [u32; 4],
    len: u8,
    /// An ASCII character or the end of the line was taken along.
    pub(super) swallowed: bool,
    /// How much of the bytes was seen.
    pub(super) seen: Seen,
}

/// How far [`Seen`] stands above a scalar value.
const SEEN_SHIFT: u32 = 24;

impl Out {
    pub(super) fn lost() -> Out {
        Out {
            seen: Seen::Lost,
            ..Out::default()
        }
    }

    /// How many characters there are.
    pub(super) fn len(&self) -> usize {
        self.len.into()
    }

    /// The characters, and how much of each was seen.
    pub(super) fn chars(&self) -> impl Iterator<Item = (char, Seen)> + '_ {
        let chars = self.chars[..usize::from(self.len)].iter();
        chars.map(|&c| (scalar(c), seen_of(c)))
    }

    /// Puts those in doubt of which a test says so, given the symbol before and the character; says
    /// whether there were any.
    pub(super) fn doubt(
        &mut self,
        mut before: u16,
        mut is_odd: impl FnMut(u16, char) -> bool,
    ) -> bool {
        let mut any = false;
        for slot in &mut self.chars[..usize::from(self.len)] {
            let c = scalar(*slot);
            if seen_of(*slot) == Seen::Intact && is_odd(before, c) {
                *slot |= (Seen::Ambiguous as u32) << SEEN_SHIFT;
                any = true;
            }
            before = model::symbol(c);
        }
        if any {
            self.seen = self.seen.max(Seen::Ambiguous);
        }
        any
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
}

fn scalar(c: u32) -> char {
    char::from_u32(c & ((1 << SEEN_SHIFT) - 1)).unwrap_or_default()
}

fn seen_of(c: u32) -> Seen {
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
