use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::hint::black_box;
use std::ops::BitOr;

use chrono::{DateTime, TimeDelta, Utc};
use foldhash::fast::FixedState;

use crate::conflict::arena::{Arena, Place};
use crate::conflict::leaf::Leaf;
use crate::conflict::tick::Question;
use crate::conflict::{Cursor, Overlapping, Timeline};
use crate::time::Interval;

/// Who is taken when: for each of many subjects, such as people and rooms, a live set of half-open
/// intervals, each with an id.
///
/// Intervals of one subject may overlap, and equal ones with different ids stand side by side.
/// `n` below is the number of intervals of the subject in question. Subjects are found by a fast
/// hash with a fixed seed: name them by ids of your own, not by text that strangers choose.
///
/// ```
/// # use astralis_core::{conflict::ConflictIndex, time::Interval};
/// let mut index = ConflictIndex::new();
/// let morning: Interval = "2026-03-02T08:00Z/2026-03-02T12:00Z".parse()?;
/// index.insert("ada", morning, 1);
/// assert!(!index.is_free(&"ada", &morning));
/// assert!(index.is_free(&"grace", &morning));
/// assert!(!index.all_free(&["ada", "grace"], &morning));
/// # Ok::<(), astralis_core::time::IntervalError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ConflictIndex<S, I> {
    // Everybody in it has some interval. The hash is the same in every run, and so is all that can
    // be observed: what walks all subjects sorts them first.
    places: HashMap<S, Place, FixedState>,
    arena: Arena<I>,
}

/// How many subjects are asked at once.
const BATCH: usize = 16;

impl<S, I> Default for ConflictIndex<S, I> {
    fn default() -> Self {
        Self {
            places: HashMap::default(),
            arena: Arena::default(),
        }
    }
}

impl<S: Ord + Hash, I: Copy + Ord> ConflictIndex<S, I> {
    /// An index in which everybody is free.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The intervals of a subject; none for somebody who was never recorded. `O(1)`: one look-up.
    #[must_use]
    #[inline]
    pub fn timeline(&self, subject: &S) -> Timeline<'_, I> {
        match self.places.get(subject) {
            None => Timeline::empty(),
            Some(place) => self.arena.timeline(*place),
        }
    }

    /// Records that `subject` is taken. Answers whether that was new: the same interval with the
    /// same id is recorded once.
    ///
    /// Moves a few cache lines of one leaf; one insertion in some dozens splits a leaf, and one
    /// in some hundreds enters it into a grid: amortized `O(1)` where starts are spread as in
    /// calendars. Besides, one step for each leaf that begins while the interval lasts, up to one
    /// that reaches as far, and for each 112 intervals with the very same start. A single call may
    /// cost `O(n)`, when all grids are made anew.
    pub fn insert(&mut self, subject: S, interval: Interval, id: I) -> bool {
        match self.places.entry(subject) {
            Entry::Occupied(mut place) => {
                let new = self.arena.insert(place.get_mut(), interval, id);
                self.pack();
                new
            }
            Entry::Vacant(place) => {
                place.insert(self.arena.add(&[(interval, id)]));
                true
            }
        }
    }

    /// Removes what was inserted. Answers whether it was there.
    ///
    /// Costs as much as [`insert`](Self::insert). Memory comes back: leaves join their neighbours;
    /// where an eighth of a subject's leaves went, it is loaded anew, in `O(n)` after a part of `n`
    /// removals; and what is mostly vacant is packed, in `O(s)` for `s` subjects after as many have
    /// shrunk.
    pub fn remove(&mut self, subject: &S, interval: Interval, id: I) -> bool {
        let Some(place) = self.places.get_mut(subject) else {
            return false;
        };
        let removed = self.arena.remove(place, interval, id);
        let place = *place;
        if removed && self.arena.timeline(place).is_empty() {
            self.arena.vacate(place);
            self.places.remove(subject);
        }
        self.pack();
        removed
    }

    /// Moves what was inserted to another time. Answers whether it was there; if not, nothing
    /// changes.
    ///
    /// Costs as much as [`remove`](Self::remove) and [`insert`](Self::insert).
    pub fn relocate(&mut self, subject: &S, from: Interval, to: Interval, id: I) -> bool {
        let Some(place) = self.places.get_mut(subject) else {
            return false;
        };
        let found = self.arena.remove(place, from, id);
        if found {
            self.arena.insert(place, to, id);
        }
        self.pack();
        found
    }

    /// Whether `subject` is free for all of `interval`. Who was never recorded is free.
    ///
    /// One look-up of the subject, and [`Timeline::is_free`].
    #[must_use]
    #[inline]
    pub fn is_free(&self, subject: &S, interval: &Interval) -> bool {
        self.timeline(subject).is_free(interval)
    }

    /// Whether every one of `subjects` is free for all of `interval`.
    ///
    /// Asks sixteen at a time, step by step, so that the processor waits for the memory of all of
    /// them at once; stops after the first sixteen of whom one is not free.
    #[must_use]
    pub fn all_free<'a>(
        &self,
        subjects: impl IntoIterator<Item = &'a S>,
        interval: &Interval,
    ) -> bool
    where
        S: 'a,
    {
        let question = Question::new(interval);
        let mut subjects = subjects.into_iter().fuse();
        loop {
            let batch: [Option<&S>; BATCH] = std::array::from_fn(|_| subjects.next());
            if batch[0].is_none() {
                return true;
            }
            if self.any_taken(batch, &question) {
                return false;
            }
        }
    }

    /// Each step depends on what the step before it found in memory, but only for one subject.
    ///
    /// A processor looks some two hundred instructions ahead. Steps that only read one value of
    /// each subject let it wait for all sixteen at once; those that compute find everything there.
    fn any_taken(&self, batch: [Option<&S>; BATCH], question: &Question) -> bool {
        let timelines = batch.map(|subject| Some(self.timeline(subject?)));
        let leaves = timelines.map(|timeline| timeline?.leaf_of(question));
        black_box(leaves.map(|leaf| leaf.map(Leaf::before)));
        let blocks = leaves.map(|leaf| leaf.map_or(0, |leaf| leaf.block_of(question)));
        let both: [_; BATCH] = std::array::from_fn(|at| (leaves[at], blocks[at]));
        black_box(both.map(|(leaf, block)| leaf.map(|leaf| leaf.is_vacant(block))));
        let decisions =
            both.map(|(leaf, block)| leaf.is_some_and(|leaf| leaf.is_taken_in(block, question)));
        decisions.into_iter().fold(false, BitOr::bitor)
    }

    /// What takes `subject` within `interval`; by start, end and id.
    ///
    /// Costs as much as [`Timeline::overlapping`].
    pub fn overlapping(&self, subject: &S, interval: Interval) -> Overlapping<'_, I> {
        self.timeline(subject).overlapping(interval)
    }

    /// The earliest start from `from` on at which `subject` is free for `at_least`; `None` if it
    /// would lie beyond representable time. An `at_least` under one microsecond counts as one.
    ///
    /// Costs as much as [`Timeline::next_gap`].
    #[must_use]
    pub fn next_gap(
        &self,
        subject: &S,
        from: DateTime<Utc>,
        at_least: TimeDelta,
    ) -> Option<DateTime<Utc>> {
        self.timeline(subject).next_gap(from, at_least)
    }

    /// A cursor for ascending questions about `subject`. `O(1)`.
    #[must_use]
    pub fn cursor(&self, subject: &S) -> Cursor<'_, I> {
        self.timeline(subject).cursor()
    }

    /// Everything recorded; by subject, start, end and id.
    ///
    /// `O(s log s)` for `s` subjects, before the first is given.
    pub fn iter(&self) -> impl Iterator<Item = (&S, Interval, I)> + '_ {
        let mut subjects: Vec<&S> = self.places.keys().collect();
        subjects.sort_unstable();
        subjects.into_iter().flat_map(|subject| {
            let entries = self.timeline(subject).iter();
            entries.map(move |(interval, id)| (subject, interval, id))
        })
    }

    /// How many intervals are recorded.
    ///
    /// `O(s)` for `s` subjects.
    #[must_use]
    pub fn len(&self) -> usize {
        let subjects = self.places.keys();
        subjects.map(|subject| self.timeline(subject).len()).sum()
    }

    /// Whether nothing is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Gives memory back where most of it is vacant.
    #[inline]
    fn pack(&mut self) {
        let subjects = self.places.len();
        if self.places.capacity() > 8 * subjects {
            self.places.shrink_to(2 * subjects);
        }
        if self.arena.is_hollow(subjects) {
            self.arena.pack(self.places.values_mut());
        }
    }
}

impl<S: Ord + Hash, I: Copy + Ord> FromIterator<(S, Interval, I)> for ConflictIndex<S, I> {
    /// Loads in bulk: `O(n log n)`, in whatever order; `O(n)` for what is in order already.
    fn from_iter<T: IntoIterator<Item = (S, Interval, I)>>(entries: T) -> Self {
        let mut grouped: HashMap<S, Vec<(Interval, I)>, FixedState> = HashMap::default();
        for (subject, interval, id) in entries {
            grouped.entry(subject).or_default().push((interval, id));
        }
        let mut index = Self::new();
        index.places.reserve(grouped.len());
        for (subject, mut entries) in grouped {
            entries.sort_unstable();
            entries.dedup();
            index.places.insert(subject, index.arena.add(&entries));
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(number: i64) -> Interval {
        let second = 1_000_000;
        let start = (1_780_000_000 + 3600 * number) * second;
        Interval::from_micros(start, start + 60 * second).unwrap()
    }

    #[test]
    fn subjects_that_grow_shrink_and_go_leave_no_memory_behind() {
        let mut index = ConflictIndex::new();
        for subject in 0..500 {
            index.insert(subject, hour(0), 0);
        }
        for number in 1..100 {
            for subject in 0..500 {
                index.insert(subject, hour(number), 0);
            }
        }
        // All have grown large: next to nothing small is left.
        assert!(index.arena.rooms().0 < 300, "{}", index.arena.rooms().0);
        for number in 10..100 {
            for subject in 0..500 {
                assert!(index.remove(&subject, hour(number), 0));
            }
        }
        assert!(index.arena.rooms().1 < 300, "{}", index.arena.rooms().1);
        assert_eq!(index.len(), 5000);
        assert!((0..500).all(|subject| !index.is_free(&subject, &hour(9))));
        for subject in 10..500 {
            for number in 0..10 {
                assert!(index.remove(&subject, hour(number), 0));
            }
        }
        assert!(index.arena.rooms().0 < 50, "{}", index.arena.rooms().0);
        assert!((0..10).all(|subject| !index.is_free(&subject, &hour(9))));
        assert!(index.is_free(&10, &hour(9)));
    }

    #[test]
    fn moving_onto_what_is_there_leaves_one() {
        let mut index: ConflictIndex<_, _> = (0..70).map(|hours| ((), hour(hours), 0)).collect();
        for number in 1..70 {
            assert!(index.relocate(&(), hour(number), hour(0), 0));
        }
        assert_eq!(index.len(), 1);
        assert!(matches!(index.places[&()], Place::Small(_)));
    }
}
