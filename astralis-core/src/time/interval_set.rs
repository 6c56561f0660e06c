use crate::time::Interval;

/// Instants as a set: disjoint intervals in ascending order, none touching the next.
///
/// ```
/// # use astralis_core::time::{Interval, IntervalSet};
/// let open = IntervalSet::from(["2026-03-02T08:00Z/2026-03-02T12:00Z".parse::<Interval>()?]);
/// let busy = IntervalSet::from(["2026-03-02T09:00Z/2026-03-02T10:00Z".parse::<Interval>()?]);
/// let free = open.subtract(&busy);
/// assert_eq!(free.iter().count(), 2);
/// # Ok::<(), astralis_core::time::IntervalError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default, Hash)]
pub struct IntervalSet {
    // Invariant: each ends before the next one starts.
    intervals: Vec<Interval>,
}

impl IntervalSet {
    /// The set without instants.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            intervals: Vec::new(),
        }
    }

    /// Merges intervals that are already in order of start: `O(n)`.
    pub(crate) fn from_sorted(sorted: impl IntoIterator<Item = Interval>) -> Self {
        let mut set = Self::new();
        for interval in sorted {
            set.push(interval);
        }
        set
    }

    /// Adds an interval that starts no earlier than the last one does.
    fn push(&mut self, interval: Interval) {
        match self.intervals.last_mut() {
            Some(last) if interval.start_micros() <= last.end_micros() => {
                debug_assert!(
                    last.start_micros() <= interval.start_micros(),
                    "not in order"
                );
                if let Some(hull) = Interval::from_micros(
                    last.start_micros(),
                    last.end_micros().max(interval.end_micros()),
                ) {
                    *last = hull;
                }
            }
            _ => self.intervals.push(interval),
        }
    }

    /// The intervals in ascending order; none touches the next.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Interval> + ExactSizeIterator + '_ {
        self.intervals.iter().copied()
    }

    /// The same as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Interval] {
        &self.intervals
    }

    /// Whether there is no instant in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    /// The interval of the set that `micros` (since the epoch) lies in.
    ///
    /// `O(log n)`.
    #[must_use]
    pub fn enclosing(&self, micros: i64) -> Option<Interval> {
        let after = self
            .intervals
            .partition_point(|each| each.start_micros() <= micros);
        let candidate = *self.intervals.get(after.checked_sub(1)?)?;
        (micros < candidate.end_micros()).then_some(candidate)
    }

    /// Whether every instant of `interval` is in the set.
    ///
    /// `O(log n)`.
    #[must_use]
    pub fn encloses(&self, interval: &Interval) -> bool {
        self.enclosing(interval.start_micros())
            .is_some_and(|outer| outer.encloses(interval))
    }

    /// Whether some instant of `interval` is in the set.
    ///
    /// `O(log n)`.
    #[must_use]
    pub fn overlaps(&self, interval: &Interval) -> bool {
        let first = self
            .intervals
            .partition_point(|each| each.end_micros() <= interval.start_micros());
        self.intervals
            .get(first)
            .is_some_and(|each| each.overlaps(interval))
    }

    /// What is in either set.
    ///
    /// `O(n + m)`.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut set = Self {
            intervals: Vec::with_capacity(self.intervals.len() + other.intervals.len()),
        };
        let (mut ours, mut theirs) = (self.iter().peekable(), other.iter().peekable());
        loop {
            let next = match (ours.peek(), theirs.peek()) {
                (Some(a), Some(b)) if a <= b => ours.next(),
                (_, Some(_)) => theirs.next(),
                (_, None) => ours.next(),
            };
            match next {
                Some(interval) => set.push(interval),
                None => return set,
            }
        }
    }

    /// What is in both sets.
    ///
    /// `O(n + m)`.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        let mut set = Self::new();
        let (mut i, mut j) = (0, 0);
        while let (Some(a), Some(b)) = (self.intervals.get(i), other.intervals.get(j)) {
            set.intervals.extend(a.intersection(b));
            if a.end_micros() <= b.end_micros() {
                i += 1;
            } else {
                j += 1;
            }
        }
        set
    }

    /// What is in this set but not in the other.
    ///
    /// `O(n + m)`.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        let mut set = Self::new();
        let mut first = 0;
        for interval in &self.intervals {
            let mut start = interval.start_micros();
            while other
                .intervals
                .get(first)
                .is_some_and(|cut| cut.end_micros() <= start)
            {
                first += 1;
            }
            for cut in &other.intervals[first..] {
                if cut.start_micros() >= interval.end_micros() {
                    break;
                }
                set.intervals
                    .extend(Interval::from_micros(start, cut.start_micros()));
                start = cut.end_micros();
            }
            set.intervals
                .extend(Interval::from_micros(start, interval.end_micros()));
        }
        set
    }
}

impl FromIterator<Interval> for IntervalSet {
    /// Sorts and merges; overlapping and touching intervals become one. `O(n log n)`, and `O(n)`
    /// if they are in order already.
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        let mut intervals: Vec<_> = intervals.into_iter().collect();
        intervals.sort_unstable();
        Self::from_sorted(intervals)
    }
}

impl<const N: usize> From<[Interval; N]> for IntervalSet {
    fn from(intervals: [Interval; N]) -> Self {
        intervals.into_iter().collect()
    }
}

impl std::fmt::Debug for IntervalSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(&self.intervals).finish()
    }
}
