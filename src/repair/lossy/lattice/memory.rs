//! What one lattice leaves to the next.

use super::super::choices::{Choice, Choices};
use super::super::language::Costs;
use super::super::utf8::Partial;
use super::super::way::Way;
use super::{Arc, Column};
use crate::model::Cost;

/// How many costs are remembered.
const KNOWN_COSTS: usize = 1 << 11;

/// What one lattice leaves to the next: garbage begins passages by the thousand. Costs are those of
/// one document, so that it is not for another.
#[derive(Debug, Default)]
pub(in crate::repair::lossy) struct Memory {
    /// Costs that were asked for, by a hash of both characters: the characters and what the second
    /// costs in which language. Empty before the first is.
    known: Vec<(u32, u32, Cost)>,
    /// Lists that are used again and again.
    pub(super) choices: Choices,
    /// Behind which open bytes `choices` are all that the character can have been.
    pub(super) are_of: Option<Partial>,
    pub(super) inner: Choices,
    /// What can have been dropped behind the bytes of `inserted_at`.
    pub(super) inserted: Vec<Choice>,
    pub(super) inserted_at: Option<Partial>,
    pub(super) arcs: Vec<Arc>,
    pub(super) behind: Vec<Arc>,
    /// What `choices` do where there is one layer, and what their first characters cost.
    pub(super) ways: Vec<Way>,
    pub(super) costs: Vec<Cost>,
    pub(super) order: Vec<(u64, u32)>,
    pub(super) columns: Vec<Column>,
    /// Sums over ways, see `shares.rs`.
    pub(super) sums: Vec<f64>,
    pub(super) behind_sums: Vec<f64>,
    pub(super) before_sums: Vec<f64>,
}

impl Memory {
    pub(super) fn forget_choices(&mut self) {
        self.choices.clear();
        self.are_of = None;
        self.inserted_at = None;
    }

    /// What a character costs behind a symbol. The same few are asked for again and again.
    pub(super) fn cost(&mut self, costs: &Costs<'_>, before: u16, c: char) -> Cost {
        let Ok(unit) = u16::try_from(u32::from(c)) else {
            return costs.cost(before, c);
        };
        if self.known.is_empty() {
            self.known = vec![(u32::MAX, u32::MAX, 0); KNOWN_COSTS];
        }
        let key = u32::from(before) << 16 | u32::from(unit);
        let language = costs.language() as u32;
        let slot = &mut self.known[usize::from(unit ^ before.rotate_left(5)) % KNOWN_COSTS];
        if (slot.0, slot.1) != (key, language) {
            *slot = (key, language, costs.cost(before, c));
        }
        slot.2
    }
}
