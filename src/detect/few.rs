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
    pub(super) fn new() -> Few<T, N> {
        Few {
            // Not a constant: that would be copied, and not only what says that it is nothing.
            places: std::array::from_fn(|_| None),
            count: 0,
        }
    }

    /// The place for one more, where it may be made, and those before; `None` where there is no
    /// place left. It counts once it is kept.
    pub(super) fn next(&mut self) -> Option<(&mut Option<T>, &mut [Option<T>])> {
        let (kept, rest) = self.places.split_at_mut(self.count);
        Some((rest.first_mut()?, kept))
    }

    /// Keeps what was made in the place for one more.
    pub(super) fn keep(&mut self) {
        self.count = (self.count + 1).min(N);
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.places.iter_mut().take(self.count).flatten()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.places.iter().take(self.count).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_order() {
        let mut few = Few::<_, 3>::new();
        assert_eq!(few.iter().count(), 0);
        for (index, c) in "中文字体".chars().enumerate() {
            let Some((place, kept)) = few.next() else {
                assert_eq!(index, 3);
                break;
            };
            assert_eq!(kept.len(), index);
            *place = Some(c);
            assert_eq!(few.iter().count(), index);
            few.keep();
        }
        assert!(few.iter().eq(&['中', '文', '字']));
    }
}
