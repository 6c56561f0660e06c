use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::ops::BitOr;

use chrono::{DateTime, TimeDelta, Utc};
use foldhash::fast::FixedState;

use crate::conflict::chain::Chain;
use crate::conflict::leaf::Question;
use crate::conflict::packed::CAPACITY;
use crate::conflict::slab::Slab;
use crate::conflict::small::Small;
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
    small: Slab<Small<I>>,
    large: Slab<Chain<I>>,
}

/// Where the intervals of a subject are.
#[derive(Debug, Clone, Copy)]
enum Place {
    Small(u32),
    Large(u32),
}

/// How many subjects are asked at once.
const BATCH: usize = 16;

/// A subject with this few intervals left becomes small again.
const FEW: usize = CAPACITY / 2;

impl<S, I> Default for ConflictIndex<S, I> {
    fn default() -> Self {
        Self {
            places: HashMap::default(),
            small: Slab::default(),
            large: Slab::default(),
        }
    }
}

impl<S: Ord + Hash, I: Copy + Ord> ConflictIndex<S, I> {
    /// An index in which everybody is free.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The intervals of a subject; none for somebody who was never recorded.
    #[must_use]
    #[inline]
    pub fn timeline(&self, subject: &S) -> Timeline<'_, I> {
        match self.places.get(subject) {
            None => Timeline::empty(),
            Some(Place::Small(number)) => Timeline::small(self.small.get(*number)),
            Some(Place::Large(number)) => Timeline::large(self.large.get(*number)),
        }
    }

    /// Records that `subject` is taken. Answers whether that was new: the same interval with the
    /// same id is recorded once.
    ///
    /// `O(log n)`, and one step for each 64 intervals that begin while it lasts, as far as no
    /// other one reaches farther.
    pub fn insert(&mut self, subject: S, interval: Interval, id: I) -> bool {
        let place = match self.places.entry(subject) {
            Entry::Occupied(place) => place.into_mut(),
            Entry::Vacant(place) => {
                place.insert(Place::Small(self.small.add(Small::load(&[(interval, id)]))));
                return true;
            }
        };
        let number = match *place {
            Place::Large(number) => return self.large.get_mut(number).insert(interval, id),
            Place::Small(number) => number,
        };
        let small = self.small.get_mut(number);
        let Err(at) = small.position(interval, id) else {
            return false;
        };
        if small.is_full() {
            let mut entries: Vec<_> = self.small.take(number).entries().collect();
            entries.insert(at, (interval, id));
            *place = Place::Large(self.large.add(Chain::load(&entries)));
        } else {
            small.insert(at, interval, id);
        }
        true
    }

    /// Removes what was inserted. Answers whether it was there.
    ///
    /// Costs as much as [`insert`](Self::insert). Memory comes back: thin leaves join their
    /// neighbours, and what is mostly vacant is packed.
    pub fn remove(&mut self, subject: &S, interval: Interval, id: I) -> bool {
        let Some(place) = self.places.get_mut(subject) else {
            return false;
        };
        match *place {
            Place::Small(number) => {
                let small = self.small.get_mut(number);
                let Ok(at) = small.position(interval, id) else {
                    return false;
                };
                small.remove(at);
                if small.ids().is_empty() {
                    self.small.take(number);
                    self.forget(subject);
                }
                true
            }
            Place::Large(number) => {
                let chain = self.large.get_mut(number);
                let removed = chain.remove(interval, id);
                if chain.len() <= FEW {
                    let entries: Vec<_> = self.large.take(number).entries().collect();
                    *place = Place::Small(self.small.add(Small::load(&entries)));
                }
                removed
            }
        }
    }

    /// Moves what was inserted to another time. Answers whether it was there; if not, nothing
    /// changes.
    ///
    /// Costs as much as [`remove`](Self::remove) and [`insert`](Self::insert).
    pub fn relocate(&mut self, subject: &S, from: Interval, to: Interval, id: I) -> bool {
        match self.places.get(subject) {
            None => false,
            Some(Place::Small(number)) => self.small.get_mut(*number).relocate(from, to, id),
            Some(Place::Large(number)) => {
                let chain = self.large.get_mut(*number);
                let found = chain.remove(from, id);
                if found {
                    chain.insert(to, id);
                }
                found
            }
        }
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
    fn any_taken(&self, batch: [Option<&S>; BATCH], question: &Question) -> bool {
        let timelines = batch.map(|subject| Some(self.timeline(subject?)));
        let leaves = timelines.map(|timeline| timeline?.leaf_of(question));
        let blocks = leaves.map(|leaf| leaf.map_or(0, |leaf| leaf.block_of(question)));
        let decisions = leaves
            .iter()
            .zip(blocks)
            .map(|(leaf, block)| leaf.is_some_and(|leaf| leaf.is_taken_by(block, question)));
        decisions.fold(false, BitOr::bitor)
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

    /// A cursor for ascending questions about `subject`.
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

    /// Forgets somebody who is always free, and the room that many like them took.
    fn forget(&mut self, subject: &S) {
        self.places.remove(subject);
        if !self.small.is_hollow() {
            return;
        }
        self.places.shrink_to(2 * self.places.len());
        self.small
            .pack(self.places.values_mut().filter_map(|place| match place {
                Place::Small(number) => Some(number),
                Place::Large(_) => None,
            }));
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
            let place = if entries.len() <= CAPACITY {
                Place::Small(index.small.add(Small::load(&entries)))
            } else {
                Place::Large(index.large.add(Chain::load(&entries)))
            };
            index.places.insert(subject, place);
        }
        index
    }
}
