use crate::conflict::tick::{BLOCK, Tick};

/// Up to fifteen intervals: the last place stays vacant.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(super) struct Block<T> {
    // `LAST` where there is none.
    pub(super) starts: [T; BLOCK],
    // `FIRST` where there is none.
    pub(super) ends: [T; BLOCK],
}

impl<T: Tick> Block<T> {
    pub(super) const VACANT: Self = Self {
        starts: [T::LAST; BLOCK],
        ends: [T::FIRST; BLOCK],
    };

    #[inline]
    pub(super) const fn at(&self, place: usize) -> (T, T) {
        (self.starts[place], self.ends[place])
    }

    #[inline]
    pub(super) fn bounds(
        &self,
    ) -> impl DoubleEndedIterator<Item = (T, T)> + ExactSizeIterator + '_ {
        self.starts.iter().copied().zip(self.ends.iter().copied())
    }

    /// The greatest end; [`Tick::FIRST`] if empty.
    pub(super) fn latest_end(&self) -> T {
        self.ends.into_iter().fold(T::FIRST, T::max)
    }

    /// How many of its intervals start no later than `last`.
    #[inline]
    pub(super) fn starting_up_to(&self, last: T) -> usize {
        T::up_to(&self.starts, last)
    }

    /// Which of its intervals reach into the ticks from `first` to `last`: the bit of each is its
    /// place.
    #[inline]
    pub(super) fn overlapping(&self, first: T, last: T) -> u16 {
        T::above(&self.ends, first) & !T::above(&self.starts, last)
    }

    /// Puts bounds at a place of a block that has room.
    pub(super) fn insert(&mut self, place: usize, (start, end): (T, T)) {
        self.starts.copy_within(place..BLOCK - 1, place + 1);
        self.ends.copy_within(place..BLOCK - 1, place + 1);
        (self.starts[place], self.ends[place]) = (start, end);
    }

    /// Removes the bounds at a place.
    pub(super) fn remove(&mut self, place: usize) -> (T, T) {
        let removed = self.at(place);
        // The last place is never in use.
        self.starts.copy_within(place + 1.., place);
        self.ends.copy_within(place + 1.., place);
        removed
    }
}
