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

    /// Every instant that can be represented, the last one left out.
    #[must_use]
    pub fn always() -> Self {
        Self {
            intervals: vec![Interval::always()],
        }
    }

    pub(crate) fn with_capacity(intervals: usize) -> Self {
        Self {
            intervals: Vec::with_capacity(intervals),
        }
    }

    /// Adds an interval that starts no earlier than the last one does.
    #[inline]
    pub(crate) fn push(&mut self, interval: Interval) {
        match self.intervals.last_mut() {
            Some(last) if interval.start_micros() <= last.end_micros() => {
                debug_assert!(
                    last.start_micros() <= interval.start_micros(),
                    "not in order"
                );
                let end = last.end_micros().max(interval.end_micros());
                *last = Interval::between(last.start_micros(), end);
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

    /// From the first to the last instant of the set; `None` if it is empty.
    #[must_use]
    pub fn hull(&self) -> Option<Interval> {
        let (first, last) = (self.intervals.first()?, self.intervals.last()?);
        Some(Interval::between(first.start_micros(), last.end_micros()))
    }

    /// Elapsed time in all of it, in microseconds; at most as many as an `i64` holds.
    pub(crate) fn length(&self) -> i64 {
        self.iter()
            .map(|each| each.length())
            .fold(0, i64::saturating_add)
    }

    /// What is in either set.
    ///
    /// `O(n + m)`.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut set = Self::with_capacity(self.intervals.len() + other.intervals.len());
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
        let (mut ours, mut theirs) = (self.at_first_of(other), other.at_first_of(self));
        let mut set = Self::with_capacity((ours.len() + theirs.len()).saturating_sub(1));
        while let ([a, our_rest @ ..], [b, their_rest @ ..]) = (ours, theirs) {
            set.intervals.extend(a.intersection(b));
            if a.end_micros() <= b.end_micros() {
                ours = our_rest;
            } else {
                theirs = their_rest;
            }
        }
        set
    }

    /// What is in this set but not in the other.
    ///
    /// `O(n + m)`.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        let mut cuts = other.at_first_of(self);
        let mut set = Self::with_capacity(self.intervals.len() + cuts.len());
        for interval in &self.intervals {
            let (mut start, end) = (interval.start_micros(), interval.end_micros());
            while let [cut, rest @ ..] = cuts
                && cut.start_micros() < end
            {
                if start < cut.start_micros() {
                    let kept = Interval::between(start, cut.start_micros());
                    set.intervals.push(kept);
                }
                start = start.max(cut.end_micros());
                if end < start {
                    break; // What is left of the cut may reach into the next interval.
                }
                cuts = rest;
            }
            if start < end {
                set.intervals.push(Interval::between(start, end));
            }
        }
        set
    }

    /// The intervals from the first one on that may share instants with `other`: `O(log n)`.
    fn at_first_of(&self, other: &Self) -> &[Interval] {
        let Some(first) = other.intervals.first() else {
            return &[];
        };
        let before = |each: &Interval| each.end_micros() <= first.start_micros();
        &self.intervals[self.intervals.partition_point(before)..]
    }

    /// The instants from which on the next `length` microseconds lie wholly in the set.
    ///
    /// `O(n)`, in place.
    pub(crate) fn starts_of(mut self, length: i64) -> Self {
        self.intervals.retain_mut(|each| {
            let last = each.end_micros() - length;
            let fits = each.start_micros() <= last;
            if fits {
                *each = Interval::between(each.start_micros(), last + 1);
            }
            fits
        });
        self
    }
}

impl FromIterator<Interval> for IntervalSet {
    /// Sorts and merges; overlapping and touching intervals become one. `O(n log n)`, and `O(n)`
    /// if they are in order already.
    fn from_iter<I: IntoIterator<Item = Interval>>(intervals: I) -> Self {
        Self::from(intervals.into_iter().collect::<Vec<_>>())
    }
}

impl From<Vec<Interval>> for IntervalSet {
    /// As [`from_iter`](Self::from_iter), in place.
    fn from(mut intervals: Vec<Interval>) -> Self {
        let apart = |one: &Interval, next: &Interval| one.end_micros() < next.start_micros();
        if !intervals.is_sorted_by(apart) {
            // The stable sort finds runs that are in order already, and merges them.
            intervals.sort();
            intervals.dedup_by(|next, last| {
                let joins = !apart(last, next);
                if joins {
                    let end = last.end_micros().max(next.end_micros());
                    *last = Interval::between(last.start_micros(), end);
                }
                joins
            });
        }
        Self { intervals }
    }
}

impl<const N: usize> From<[Interval; N]> for IntervalSet {
    fn from(intervals: [Interval; N]) -> Self {
        Self::from(Vec::from(intervals))
    }
}

impl std::fmt::Debug for IntervalSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(&self.intervals).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_can_be_told_is_as_long_as_can_be_told() {
        let always = Interval::always();
        let (first, last) = (always.start_micros(), always.end_micros());
        assert_eq!(IntervalSet::always().length(), i64::MAX);
        let cut = IntervalSet::from([Interval::between(0, 1)]);
        assert_eq!(IntervalSet::always().subtract(&cut).length(), i64::MAX);
        let halves = [Interval::between(first, 0), Interval::between(1, last)];
        assert_eq!(IntervalSet::from([halves[0]]).length(), -first);
        assert_eq!(IntervalSet::from([halves[1]]).length(), last - 1);
    }
}
