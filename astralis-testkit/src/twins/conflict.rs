use astralis_core::time::Interval;
use chrono::{DateTime, TimeDelta, Utc};

/// A conflict index that looks at everything every time.
#[derive(Debug, Clone, Default)]
pub struct NaiveIndex<S, I> {
    entries: Vec<(S, Interval, I)>,
}

impl<S: Ord + Clone, I: Copy + Ord> NaiveIndex<S, I> {
    /// Twin of [`ConflictIndex::insert`](astralis_core::conflict::ConflictIndex::insert).
    pub fn insert(&mut self, subject: S, interval: Interval, id: I) -> bool {
        let entry = (subject, interval, id);
        let new = !self.entries.contains(&entry);
        if new {
            self.entries.push(entry);
        }
        new
    }

    /// Twin of [`ConflictIndex::remove`](astralis_core::conflict::ConflictIndex::remove).
    pub fn remove(&mut self, subject: &S, interval: Interval, id: I) -> bool {
        let before = self.entries.len();
        self.entries
            .retain(|entry| (&entry.0, entry.1, entry.2) != (subject, interval, id));
        self.entries.len() < before
    }

    /// Twin of [`ConflictIndex::is_free`](astralis_core::conflict::ConflictIndex::is_free).
    #[must_use]
    pub fn is_free(&self, subject: &S, interval: &Interval) -> bool {
        !self
            .entries
            .iter()
            .any(|entry| entry.0 == *subject && entry.1.overlaps(interval))
    }

    /// Twin of
    /// [`ConflictIndex::overlapping`](astralis_core::conflict::ConflictIndex::overlapping).
    #[must_use]
    pub fn overlapping(&self, subject: &S, interval: Interval) -> Vec<(Interval, I)> {
        let hits = self.entries.iter();
        let hits = hits.filter(|entry| entry.0 == *subject && entry.1.overlaps(&interval));
        let mut hits: Vec<_> = hits.map(|entry| (entry.1, entry.2)).collect();
        hits.sort_unstable();
        hits
    }

    /// Twin of [`ConflictIndex::next_gap`](astralis_core::conflict::ConflictIndex::next_gap): a
    /// gap begins where it is asked for or where something ends.
    #[must_use]
    pub fn next_gap(
        &self,
        subject: &S,
        from: DateTime<Utc>,
        at_least: TimeDelta,
    ) -> Option<DateTime<Utc>> {
        let ends = self.entries.iter().filter(|entry| entry.0 == *subject);
        let ends = ends.map(|entry| entry.1.end()).filter(|end| *end >= from);
        let mut candidates: Vec<_> = ends.chain(std::iter::once(from)).collect();
        candidates.sort_unstable();
        candidates.into_iter().find(|start| {
            Interval::starting_at(*start, at_least).is_ok_and(|gap| self.is_free(subject, &gap))
        })
    }

    /// Everything recorded; by subject, interval and id.
    #[must_use]
    pub fn sorted(&self) -> Vec<(S, Interval, I)> {
        let mut entries = self.entries.clone();
        entries.sort_unstable();
        entries
    }
}
