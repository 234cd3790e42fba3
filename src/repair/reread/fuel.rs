//! How much work a text may ask for nothing.
//!
//! Garbage is odd everywhere and proves itself nowhere, so that all of it would be tried in every
//! way. What is tried in vain burns fuel; where none is left the rest stays as it is. A part of a
//! large document has a share of it, or else garbage would cost the more for each byte the more
//! there is of it; what proves itself there earns the rest, because damage does not stand evenly.

use std::cell::Cell;

use crate::repair::Extent;

/// How many bytes may be encoded and weighed for nothing, beside so many for each byte of the
/// text: garbage is given up before it costs much. Names in a list burn a thousandth of it.
const FUEL: usize = 16 << 20;
const FUEL_PER_BYTE: usize = 4;
/// A part of a large document has so much less, as it is a sixteenth of what makes one,
const FUEL_PARTS: usize = 8;
/// and earns the rest, so much with each byte that proves itself.
const FUEL_PER_PROVEN_BYTE: usize = 64;

/// What is left of the work that a text may ask for nothing, in all rounds.
#[derive(Debug)]
pub(in crate::repair) struct Fuel {
    left: Cell<usize>,
    /// What may be earned yet.
    to_earn: Cell<usize>,
}

impl Fuel {
    pub(in crate::repair) fn of(text: &str, extent: Extent) -> Fuel {
        let share = match extent {
            Extent::Whole => FUEL,
            Extent::Part => FUEL / FUEL_PARTS,
        };
        Fuel {
            left: Cell::new(share + text.len() * FUEL_PER_BYTE),
            to_earn: Cell::new(FUEL - share),
        }
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    pub(super) fn burn(&self, work: usize) {
        self.left.set(self.left.get().saturating_sub(work));
    }

    /// Where some of a text is damaged, what fails may be damaged too.
    pub(super) fn earn(&self, proven_bytes: usize) {
        let more = self.to_earn.get().min(proven_bytes * FUEL_PER_PROVEN_BYTE);
        self.to_earn.set(self.to_earn.get() - more);
        self.left.set(self.left.get() + more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_begins_with_less_and_earns_no_more_than_a_whole_has() {
        let text = "a".repeat(1000);
        let [whole, part] = [Extent::Whole, Extent::Part].map(|extent| Fuel::of(&text, extent));
        assert!(part.left.get() * 4 < whole.left.get());
        whole.earn(1 << 20);
        let before = part.left.get();
        part.earn(10);
        assert_eq!(part.left.get(), before + 10 * FUEL_PER_PROVEN_BYTE);
        part.earn(1 << 30);
        assert_eq!(part.left.get(), whole.left.get());
        part.burn(usize::MAX);
        assert!(part.is_spent() && !whole.is_spent());
    }
}
