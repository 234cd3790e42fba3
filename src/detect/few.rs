//! A few things, kept where they are used instead of in memory of their own.
//!
//! A short string is recognised in less time than a handful of allocations takes.

/// Up to `N` things, in the order in which they came.
#[derive(Debug)]
pub(super) struct Few<T, const N: usize> {
    places: [Option<T>; N],
    count: usize,
}

impl<T, const N: usize> Few<T, N> {
    pub(super) const fn new() -> Few<T, N> {
        Few {
            places: [const { None }; N],
            count: 0,
        }
    }

    /// Takes one more; what there is no place for is left out.
    pub(super) fn push(&mut self, thing: T) {
        debug_assert!(self.count < N, "room for all there are");
        if let Some(place) = self.places.get_mut(self.count) {
            *place = Some(thing);
            self.count += 1;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().take(self.count).flatten()
    }

    /// The first that something is true of.
    pub(super) fn find_mut(&mut self, mut is: impl FnMut(&T) -> bool) -> Option<&mut T> {
        let mut places = self.places.iter_mut().take(self.count).flatten();
        places.find(|thing| is(thing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order() {
        let mut few = Few::<_, 3>::new();
        assert_eq!(few.iter().count(), 0);
        few.push('中');
        few.push('文');
        if let Some(found) = few.find_mut(|&c| c == '文') {
            *found = '字';
        }
        assert!(few.iter().eq(&['中', '字']));
    }
}
