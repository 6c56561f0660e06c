use std::cmp::Ordering;

use crate::conflict::leaf::Leaf;
use crate::conflict::packed::CAPACITY;
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
            leaf: Leaf::pack(i64::MIN, &[]),
            ids: Vec::new(),
        }
    }
}

impl<I: Copy + Ord> Small<I> {
    /// Of entries in order and without repetition, at most [`CAPACITY`].
    pub(super) fn load(entries: &[(Interval, I)]) -> Self {
        let (intervals, ids): (Vec<_>, _) = entries.iter().copied().unzip();
        Self {
            leaf: Leaf::pack(i64::MIN, &intervals),
            ids,
        }
    }

    #[inline]
    pub(super) const fn leaf(&self) -> &Leaf {
        &self.leaf
    }

    #[inline]
    pub(super) fn ids(&self) -> &[I] {
        &self.ids
    }

    pub(super) fn is_full(&self) -> bool {
        self.ids.len() == CAPACITY
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = (Interval, I)> + '_ {
        self.leaf.intervals().zip(self.ids.iter().copied())
    }

    /// Where an entry is, or else would be.
    pub(super) fn position(&self, interval: Interval, id: I) -> Result<usize, usize> {
        position(&self.leaf, &self.ids, interval, id)
    }

    pub(super) fn insert(&mut self, at: usize, interval: Interval, id: I) {
        self.leaf.insert(at, &interval);
        self.ids.insert(at, id);
    }

    pub(super) fn remove(&mut self, at: usize) {
        self.leaf.remove(at);
        self.ids.remove(at);
    }

    /// Whether the entry was there to be moved.
    pub(super) fn relocate(&mut self, from: Interval, to: Interval, id: I) -> bool {
        let Ok(at) = self.position(from, id) else {
            return false;
        };
        self.remove(at);
        if let Err(at) = self.position(to, id) {
            self.insert(at, to, id);
        }
        true
    }
}

/// Where among the entries of a leaf one is, or else would be: they are in order of start, end
/// and id.
#[inline]
pub(super) fn position<I: Copy + Ord>(
    leaf: &Leaf,
    ids: &[I],
    interval: Interval,
    id: I,
) -> Result<usize, usize> {
    let mut at = leaf.starting_before(interval.start_micros());
    while at < ids.len() && leaf.start(at) == interval.start_micros() {
        match (leaf.end(at), ids[at]).cmp(&(interval.end_micros(), id)) {
            Ordering::Less => at += 1,
            Ordering::Equal => return Ok(at),
            Ordering::Greater => break,
        }
    }
    Err(at)
}
