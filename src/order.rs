//! Sorting where it is not a matter of time.
//!
//! The standard library brings 5 kB of sorting for every type and key that is sorted. Lists of
//! edits and of findings mostly are in order already, or short; so here positions are sorted, by
//! one code for all types, and the items are put where they belong. The program has it, too.

use std::cmp::Ordering;

/// Sorts by a key and keeps the order of what has the same, as the slice's own method does. Time
/// O(n log n); allocates only where something is out of order.
pub(crate) fn sort_by_key<T, K: Ord>(items: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(items, &|one, other| key(one).cmp(&key(other)));
}

/// The same by a comparison.
pub(crate) fn sort_by<T>(items: &mut [T], compare: &dyn Fn(&T, &T) -> Ordering) {
    if items.is_sorted_by(|one, other| compare(one, other).is_le()) {
        return;
    }
    let mut places = places(items.len(), &|one, other| {
        compare(&items[one], &items[other])
    });
    for at in 0..items.len() {
        while places[at] != at {
            let to = places[at];
            items.swap(at, to);
            places.swap(at, to);
        }
    }
}

/// Where each of some items belongs.
#[inline(never)]
fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&one, &other| compare(one, other));
    let mut places = vec![0; count];
    for (place, item) in order.into_iter().enumerate() {
        places[item] = place;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_sorted_as_by_the_standard_library() {
        let mut state = 7u32;
        for count in 0..200 {
            let mut items: Vec<(u32, usize)> = (0..count)
                .map(|number| {
                    state = state.wrapping_mul(0x9E37_79B1).wrapping_add(1);
                    (state >> 27, number)
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by_key(&mut items, |item| item.0);
            assert_eq!(items, expected);
        }
    }
}
