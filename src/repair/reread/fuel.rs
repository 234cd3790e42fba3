//! How much work a text may ask for nothing.
//!
//! Garbage is odd everywhere and proves itself nowhere, so that all of it would be tried in every
//! way. What is tried in vain burns fuel; where none is left the rest stays as it is. A part of a
//! large document has a share of it, or else garbage would cost the more for each byte the more
//! there is of it; what proves itself there earns the rest, because damage does not stand evenly.
//! Where the beginning of the document burnt all for nothing, its parts begin with little.

use std::cell::Cell;

use crate::repair::Extent;

/// How many bytes may be encoded and weighed for nothing, beside so many for each byte of the
/// text: garbage is given up before it costs much. Names in a list burn a thousandth of it.
const FUEL: usize = 16 << 20;
const FUEL_PER_BYTE: usize = 4;
/// A part of a large document has so much less, as it is a sixteenth of what makes one,
const FUEL_PARTS: usize = 8;
/// so much less again where its document burnt all in vain,
const VAIN_PARTS: usize = 8;
/// and earns the rest, so much with each byte that proves itself.
const FUEL_PER_PROVEN_BYTE: usize = 64;
/// The same where its document burnt all in vain: what chance proves in garbage earns little.
const FUEL_PER_PROVEN_BYTE_IN_VAIN: usize = 16;
/// What was burnt was in vain where less than one byte in so many has proven itself. Chance proves
/// one in some thousands of those of garbage.
const BYTES_PER_PROVEN: usize = 256;

/// What is left of the work that a text may ask for nothing, in all rounds.
#[derive(Debug)]
pub(in crate::repair) struct Fuel {
    left: Cell<usize>,
    /// What may be earned yet.
    to_earn: Cell<usize>,
    per_proven_byte: usize,
    proven_bytes: Cell<usize>,
    text_bytes: usize,
}

impl Fuel {
    pub(in crate::repair) fn of(text: &str, extent: Extent) -> Fuel {
        let of_bytes = text.len().saturating_mul(FUEL_PER_BYTE);
        let whole = of_bytes.saturating_add(FUEL);
        let part = of_bytes.saturating_add(FUEL / FUEL_PARTS);
        let (left, to_earn) = match extent {
            Extent::Whole => (whole, 0),
            Extent::Part(vain) if vain.reread => (part / VAIN_PARTS, whole - part / VAIN_PARTS),
            Extent::Part(_) => (part, whole - part),
        };
        let is_vain = matches!(extent, Extent::Part(vain) if vain.reread);
        Fuel {
            left: Cell::new(left),
            to_earn: Cell::new(to_earn),
            per_proven_byte: if is_vain {
                FUEL_PER_PROVEN_BYTE_IN_VAIN
            } else {
                FUEL_PER_PROVEN_BYTE
            },
            proven_bytes: Cell::new(0),
            text_bytes: text.len(),
        }
    }

    pub(super) fn left(&self) -> usize {
        self.left.get()
    }

    pub(super) fn proven_bytes(&self) -> usize {
        self.proven_bytes.get()
    }

    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Whether all was burnt, and next to nothing has proven itself.
    pub(in crate::repair) fn was_vain(&self) -> bool {
        self.is_spent() && self.proven_bytes.get() < self.text_bytes.div_ceil(BYTES_PER_PROVEN)
    }

    pub(super) fn burn(&self, work: usize) {
        self.left.set(self.left.get().saturating_sub(work));
    }

    /// Where some of a text is damaged, what fails may be damaged too.
    pub(super) fn earn(&self, proven_bytes: usize) {
        let more = self
            .to_earn
            .get()
            .min(proven_bytes.saturating_mul(self.per_proven_byte));
        self.to_earn.set(self.to_earn.get() - more);
        self.left.set(self.left.get() + more);
        let proven_bytes = self.proven_bytes.get().saturating_add(proven_bytes);
        self.proven_bytes.set(proven_bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repair::Vain;

    #[test]
    fn a_part_begins_with_less_and_earns_no_more_than_a_whole_has() {
        let text = "a".repeat(1000);
        let extents = [
            Extent::Whole,
            Extent::Part(Vain::default()),
            Extent::Part(Vain {
                reread: true,
                ..Vain::default()
            }),
        ];
        let all = extents.map(|extent| Fuel::of(&text, extent));
        let [whole, part, vain] = &all;
        assert!(part.left.get() * 4 < whole.left.get());
        assert!(vain.left.get() * 4 < part.left.get());
        whole.earn(1 << 20);
        for (fuel, gain) in [
            (part, FUEL_PER_PROVEN_BYTE),
            (vain, FUEL_PER_PROVEN_BYTE_IN_VAIN),
        ] {
            let before = fuel.left.get();
            fuel.earn(10);
            assert_eq!(fuel.left.get(), before + 10 * gain);
        }
        for fuel in &all {
            fuel.earn(1 << 30);
            assert_eq!(fuel.left.get(), whole.left.get());
        }
        part.burn(usize::MAX);
        assert!(part.is_spent() && !whole.is_spent());
    }

    #[test]
    fn what_was_burnt_is_vain_where_next_to_nothing_is_proven() {
        let fuel = Fuel::of(&"a".repeat(1000), Extent::Whole);
        assert!(!fuel.was_vain());
        fuel.burn(usize::MAX);
        assert!(fuel.was_vain());
        fuel.earn(5);
        fuel.burn(usize::MAX);
        assert!(!fuel.was_vain());
    }
}
