use crate::conflict::leaf::{Insertion, Leaf};
use crate::time::Interval;

/// The intervals of a subject that has few: a single leaf, and their ids.
#[derive(Debug, Clone)]
pub(super) struct Small<I> {
    leaf: Leaf,
    ids: Vec<I>,
}

impl<I> Default for Small<I> {
    fn default() -> Self {
        Self {
            leaf: Leaf::empty(i64::MIN),
            ids: Vec::new(),
        }
    }
}

impl<I: Copy + Ord> Small<I> {
    /// Of entries in order and without repetition; `None` if they are too many.
    pub(super) fn load(entries: &[(Interval, I)]) -> Option<Self> {
        let (intervals, ids): (Vec<_>, _) = entries.iter().copied().unzip();
        let leaf = Leaf::pack(i64::MIN, &intervals)?;
        Some(Self { leaf, ids })
    }

    #[inline]
    pub(super) const fn leaf(&self) -> &Leaf {
        &self.leaf
    }

    #[inline]
    pub(super) fn ids(&self) -> &[I] {
        &self.ids
    }

    /// How many entries of the kind that is here fit.
    pub(super) const fn room(&self) -> usize {
        self.leaf.capacity()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (Interval, I)> + '_ {
        let intervals = self.leaf.intervals().into_iter();
        intervals.zip(self.ids.iter().copied())
    }

    pub(super) fn insert(&mut self, interval: &Interval, id: I) -> Insertion {
        self.leaf.insert(interval, id, &mut self.ids)
    }

    /// Whether the entry was there.
    pub(super) fn remove(&mut self, interval: &Interval, id: I) -> bool {
        self.leaf.remove(interval, id, &mut self.ids)
    }
}
