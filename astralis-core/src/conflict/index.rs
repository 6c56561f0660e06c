use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::conflict::Cursor;
use crate::conflict::timeline::Timeline;
use crate::time::Interval;

/// Who is taken when: for each subject a set of half-open intervals, each with an id.
///
/// Intervals of one subject may overlap, and equal ones with different ids stand side by side.
/// `n` below is the number of intervals of the subject in question.
///
/// ```
/// # use astralis_core::{conflict::ConflictIndex, time::Interval};
/// let mut index = ConflictIndex::new();
/// let morning: Interval = "2026-03-02T08:00Z/2026-03-02T12:00Z".parse()?;
/// let lunch: Interval = "2026-03-02T12:00Z/2026-03-02T13:00Z".parse()?;
/// index.insert("ada", morning, 1);
/// assert!(!index.is_free(&"ada", &morning));
/// assert!(index.is_free(&"ada", &lunch)); // Touching is not overlapping.
/// assert!(index.is_free(&"grace", &morning));
/// # Ok::<(), astralis_core::time::IntervalError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ConflictIndex<S, I> {
    subjects: BTreeMap<S, Timeline<I>>,
}

impl<S, I> Default for ConflictIndex<S, I> {
    fn default() -> Self {
        Self {
            subjects: BTreeMap::new(),
        }
    }
}

impl<S: Ord, I: Copy + Ord> ConflictIndex<S, I> {
    /// An index in which everybody is free.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records that `subject` is taken. Answers whether that was new: the same interval with the
    /// same id is recorded once.
    ///
    /// `O(n)` moves of memory.
    pub fn insert(&mut self, subject: S, interval: Interval, id: I) -> bool {
        self.subjects
            .entry(subject)
            .or_default()
            .insert(interval, id)
    }

    /// Removes what was inserted. Answers whether it was there.
    ///
    /// `O(n)` moves of memory.
    pub fn remove(&mut self, subject: &S, interval: Interval, id: I) -> bool {
        let Some(timeline) = self.subjects.get_mut(subject) else {
            return false;
        };
        let removed = timeline.remove(interval, id);
        if timeline.entries().is_empty() {
            self.subjects.remove(subject);
        }
        removed
    }

    /// Moves what was inserted to another time. Answers whether it was there; if not, nothing
    /// changes.
    ///
    /// `O(n)` moves of memory.
    pub fn relocate(&mut self, subject: &S, from: Interval, to: Interval, id: I) -> bool {
        let Some(timeline) = self.subjects.get_mut(subject) else {
            return false;
        };
        let found = timeline.remove(from, id);
        if found {
            timeline.insert(to, id);
        }
        found
    }

    /// Whether `subject` is free for all of `interval`. Who was never recorded is free.
    ///
    /// `O(log n)`, whatever the lengths of the intervals.
    #[must_use]
    pub fn is_free(&self, subject: &S, interval: &Interval) -> bool {
        self.subjects
            .get(subject)
            .is_none_or(|timeline| timeline.is_free(interval))
    }

    /// Whether every one of `subjects` is free for all of `interval`.
    ///
    /// `O(log n)` each; stops at the first who is not.
    #[must_use]
    pub fn all_free<'a>(
        &self,
        subjects: impl IntoIterator<Item = &'a S>,
        interval: &Interval,
    ) -> bool
    where
        S: 'a,
    {
        subjects
            .into_iter()
            .all(|subject| self.is_free(subject, interval))
    }

    /// What takes `subject` within `interval`; by start, end and id.
    ///
    /// `O(log n + k)` for `k` intervals that start within `interval` or, merged with others,
    /// reach into it.
    pub fn overlapping(
        &self,
        subject: &S,
        interval: Interval,
    ) -> impl Iterator<Item = (Interval, I)> + '_ {
        let timeline = self.subjects.get(subject).into_iter();
        timeline.flat_map(move |timeline| timeline.overlapping(interval))
    }

    /// The earliest start from `from` on at which `subject` is free for `at_least`; `None` if it
    /// would lie beyond representable time.
    ///
    /// `O(log n + k)` for `k` intervals that are passed on the way. An `at_least` under one
    /// microsecond counts as one.
    #[must_use]
    pub fn next_gap(
        &self,
        subject: &S,
        from: DateTime<Utc>,
        at_least: TimeDelta,
    ) -> Option<DateTime<Utc>> {
        let at_least = at_least.num_microseconds()?.max(1);
        let from = from.timestamp_micros();
        let gap = self
            .subjects
            .get(subject)
            .map_or(from, |timeline| timeline.next_gap(from, at_least));
        let interval = Interval::from_micros(gap, gap.checked_add(at_least)?)?;
        Some(interval.start())
    }

    /// A cursor for ascending questions about `subject`.
    #[must_use]
    pub fn cursor(&self, subject: &S) -> Cursor<'_, I> {
        Cursor::new(self.subjects.get(subject).map_or(&[], Timeline::entries))
    }

    /// Everything recorded; by subject, start, end and id.
    pub fn iter(&self) -> impl Iterator<Item = (&S, Interval, I)> + '_ {
        self.subjects.iter().flat_map(|(subject, timeline)| {
            timeline
                .entries()
                .iter()
                .map(move |&(interval, id)| (subject, interval, id))
        })
    }

    /// How many intervals are recorded.
    ///
    /// `O(s)` for `s` subjects.
    #[must_use]
    pub fn len(&self) -> usize {
        self.subjects
            .values()
            .map(|timeline| timeline.entries().len())
            .sum()
    }

    /// Whether nothing is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }
}

impl<S: Ord, I: Copy + Ord> FromIterator<(S, Interval, I)> for ConflictIndex<S, I> {
    /// Loads in bulk: `O(n log n)`, in whatever order.
    fn from_iter<T: IntoIterator<Item = (S, Interval, I)>>(entries: T) -> Self {
        let mut grouped: BTreeMap<S, Vec<(Interval, I)>> = BTreeMap::new();
        for (subject, interval, id) in entries {
            grouped.entry(subject).or_default().push((interval, id));
        }
        let subjects = grouped
            .into_iter()
            .map(|(subject, entries)| (subject, Timeline::from_unsorted(entries)))
            .collect();
        Self { subjects }
    }
}
