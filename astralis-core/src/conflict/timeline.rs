use crate::time::Interval;

/// The intervals of one subject, ordered by start, end and id.
///
/// Some interval overlaps `[a, b)` exactly if, of all that start before `b`, the latest end lies
/// after `a`. Keeping the latest end so far beside each interval turns the question into one
/// binary search, however long single intervals are.
#[derive(Debug, Clone)]
pub(super) struct Timeline<I> {
    entries: Vec<(Interval, I)>,
    // `latest_ends[i]` is the greatest end among `entries[..=i]`.
    latest_ends: Vec<i64>,
}

impl<I> Default for Timeline<I> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            latest_ends: Vec::new(),
        }
    }
}

impl<I: Copy + Ord> Timeline<I> {
    pub(super) fn from_unsorted(mut entries: Vec<(Interval, I)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        let mut timeline = Self {
            latest_ends: Vec::with_capacity(entries.len()),
            entries,
        };
        timeline.recount(0);
        timeline
    }

    /// Whether the entry was new.
    pub(super) fn insert(&mut self, interval: Interval, id: I) -> bool {
        match self.entries.binary_search(&(interval, id)) {
            Ok(_) => false,
            Err(at) => {
                self.entries.insert(at, (interval, id));
                self.recount(at);
                true
            }
        }
    }

    /// Whether the entry was there.
    pub(super) fn remove(&mut self, interval: Interval, id: I) -> bool {
        match self.entries.binary_search(&(interval, id)) {
            Ok(at) => {
                self.entries.remove(at);
                self.recount(at);
                if self.entries.capacity() > 4 * self.entries.len() {
                    self.entries.shrink_to_fit();
                    self.latest_ends.shrink_to_fit();
                }
                true
            }
            Err(_) => false,
        }
    }

    /// Brings the latest ends up to date from `first` on.
    fn recount(&mut self, first: usize) {
        self.latest_ends.truncate(first);
        let mut latest = self.latest_ends.last().copied().unwrap_or(i64::MIN);
        for (interval, _) in &self.entries[first..] {
            latest = latest.max(interval.end_micros());
            self.latest_ends.push(latest);
        }
    }

    pub(super) fn is_free(&self, interval: &Interval) -> bool {
        let candidates = self.starting_before(interval.end_micros());
        candidates == 0 || self.latest_ends[candidates - 1] <= interval.start_micros()
    }

    pub(super) fn overlapping(
        &self,
        interval: Interval,
    ) -> impl Iterator<Item = (Interval, I)> + '_ {
        // Ends so far only grow: up to the first that lies after the start, nothing reaches it.
        let first = self
            .latest_ends
            .partition_point(|end| *end <= interval.start_micros());
        let last = self.starting_before(interval.end_micros());
        // `first` lies behind `last` if all that starts in time also ends before.
        let candidates = self.entries.get(first..last).unwrap_or_default();
        candidates
            .iter()
            .copied()
            .filter(move |(entry, _)| entry.overlaps(&interval))
    }

    /// The first instant from `from` on that is followed by `at_least` free microseconds.
    pub(super) fn next_gap(&self, from: i64, at_least: i64) -> i64 {
        let mut gap = from;
        let first = self.latest_ends.partition_point(|end| *end <= from);
        for (entry, _) in &self.entries[first..] {
            if entry.start_micros().saturating_sub(gap) >= at_least {
                break;
            }
            gap = gap.max(entry.end_micros());
        }
        gap
    }

    pub(super) fn entries(&self) -> &[(Interval, I)] {
        &self.entries
    }

    fn starting_before(&self, micros: i64) -> usize {
        self.entries
            .partition_point(|(entry, _)| entry.start_micros() < micros)
    }
}
