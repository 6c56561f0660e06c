use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, TimeDelta, Utc};
use foldhash::fast::FixedState;

use crate::conflict::leaf::Question;
use crate::conflict::{Cursor, Overlapping, Timeline};
use crate::time::Interval;

/// Who is taken when: a [`Timeline`] for each of many subjects, such as people and rooms.
///
/// `n` below is the number of intervals of the subject in question.
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
    // Nobody has an empty timeline. The hash is the same in every run, and so is all that can be
    // observed: whatever walks all subjects sorts them first.
    subjects: HashMap<S, Timeline<I>, FixedState>,
}

/// How many subjects are asked at once.
const BATCH: usize = 16;

impl<S, I> Default for ConflictIndex<S, I> {
    fn default() -> Self {
        Self {
            subjects: HashMap::default(),
        }
    }
}

impl<S: Ord + Hash, I: Copy + Ord> ConflictIndex<S, I> {
    /// An index in which everybody is free.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The timeline of a subject; `None` for somebody who is always free.
    #[must_use]
    pub fn timeline(&self, subject: &S) -> Option<&Timeline<I>> {
        self.subjects.get(subject)
    }

    /// Records that `subject` is taken. Answers whether that was new: the same interval with the
    /// same id is recorded once.
    ///
    /// Costs as much as [`Timeline::insert`].
    pub fn insert(&mut self, subject: S, interval: Interval, id: I) -> bool {
        let timeline = self.subjects.entry(subject).or_default();
        timeline.insert(interval, id)
    }

    /// Removes what was inserted. Answers whether it was there.
    ///
    /// Costs as much as [`Timeline::remove`].
    pub fn remove(&mut self, subject: &S, interval: Interval, id: I) -> bool {
        let Some(timeline) = self.subjects.get_mut(subject) else {
            return false;
        };
        let removed = timeline.remove(interval, id);
        if timeline.is_empty() {
            self.forget(subject);
        }
        removed
    }

    /// Moves what was inserted to another time. Answers whether it was there; if not, nothing
    /// changes.
    ///
    /// Costs as much as [`Timeline::relocate`].
    pub fn relocate(&mut self, subject: &S, from: Interval, to: Interval, id: I) -> bool {
        let timeline = self.subjects.get_mut(subject);
        timeline.is_some_and(|timeline| timeline.relocate(from, to, id))
    }

    /// Whether `subject` is free for all of `interval`. Who was never recorded is free.
    ///
    /// One look-up of the subject, and [`Timeline::is_free`].
    #[must_use]
    #[inline]
    pub fn is_free(&self, subject: &S, interval: &Interval) -> bool {
        self.timeline(subject)
            .is_none_or(|timeline| timeline.is_free(interval))
    }

    /// Whether every one of `subjects` is free for all of `interval`.
    ///
    /// Asks sixteen at a time, so that the processor waits for their memory once instead of
    /// sixteen times; stops after the first sixteen of whom one is not free.
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
        let mut subjects = subjects.into_iter();
        loop {
            let mut batch = [None; BATCH];
            let mut asked = 0;
            for (place, subject) in batch.iter_mut().zip(&mut subjects) {
                *place = self.timeline(subject);
                asked += 1;
            }
            let asked_now = batch.iter().flatten();
            if asked_now.fold(false, |taken, timeline| {
                taken | timeline.is_taken(&question)
            }) {
                return false;
            }
            if asked < BATCH {
                return true;
            }
        }
    }

    /// What takes `subject` within `interval`; by start, end and id.
    ///
    /// Costs as much as [`Timeline::overlapping`].
    pub fn overlapping(&self, subject: &S, interval: Interval) -> Overlapping<'_, I> {
        let timeline = self.timeline(subject);
        timeline.map_or_else(Overlapping::nothing, |timeline| {
            timeline.overlapping(interval)
        })
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
        match self.timeline(subject) {
            Some(timeline) => timeline.next_gap(from, at_least),
            None => Timeline::<I>::new().next_gap(from, at_least),
        }
    }

    /// A cursor for ascending questions about `subject`.
    #[must_use]
    pub fn cursor(&self, subject: &S) -> Cursor<'_, I> {
        self.timeline(subject)
            .map_or_else(Cursor::default, Timeline::cursor)
    }

    /// Everything recorded; by subject, start, end and id.
    ///
    /// `O(s log s)` for `s` subjects, before the first is given.
    pub fn iter(&self) -> impl Iterator<Item = (&S, Interval, I)> + '_ {
        let mut subjects: Vec<_> = self.subjects.iter().collect();
        subjects.sort_unstable_by_key(|(subject, _)| *subject);
        subjects.into_iter().flat_map(|(subject, timeline)| {
            timeline
                .iter()
                .map(move |(interval, id)| (subject, interval, id))
        })
    }

    /// How many intervals are recorded.
    ///
    /// `O(s)` for `s` subjects.
    #[must_use]
    pub fn len(&self) -> usize {
        self.subjects.values().map(Timeline::len).sum()
    }

    /// Whether nothing is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// Forgets somebody who is always free, and the room that many like them took.
    fn forget(&mut self, subject: &S) {
        self.subjects.remove(subject);
        if self.subjects.capacity() > 8 * self.subjects.len() {
            self.subjects.shrink_to(2 * self.subjects.len());
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
        let timelines = grouped.into_iter();
        let subjects = timelines.map(|(subject, entries)| (subject, entries.into_iter().collect()));
        Self {
            subjects: subjects.collect(),
        }
    }
}
