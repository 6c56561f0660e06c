use crate::time::Interval;

/// Somebody's busy time, to be asked about many candidates; intervals may overlap.
///
/// Starts and ends are sorted each for themselves. That answers with two binary searches how many
/// intervals a meeting overlaps: all that start before its end, less those that end by its start.
///
/// ```
/// # use astralis_core::{slots::score::BusyTimes, time::Interval};
/// let busy: BusyTimes = [
///     "2026-03-02T08:00Z/2026-03-02T12:00Z".parse::<Interval>()?,
///     "2026-03-02T09:00Z/2026-03-02T10:00Z".parse::<Interval>()?,
/// ].into();
/// assert_eq!(busy.overlapping(&"2026-03-02T09:30Z/2026-03-02T10:30Z".parse()?), 2);
/// assert_eq!(busy.overlapping(&"2026-03-02T12:00Z/2026-03-02T13:00Z".parse()?), 0);
/// # Ok::<(), astralis_core::time::IntervalError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BusyTimes {
    // Microseconds since the epoch, ascending.
    starts: Vec<i64>,
    ends: Vec<i64>,
}

impl BusyTimes {
    /// How many intervals overlap `meeting`.
    ///
    /// `O(log n)`.
    #[must_use]
    pub fn overlapping(&self, meeting: &Interval) -> u32 {
        let begun = self.starts.partition_point(|at| *at < meeting.end_micros());
        let over = self
            .ends
            .partition_point(|at| *at <= meeting.start_micros());
        u32::try_from(begun - over).unwrap_or(u32::MAX)
    }

    /// The last end at or before `micros` (since the epoch). `O(log n)`.
    pub(super) fn last_end_by(&self, micros: i64) -> Option<i64> {
        let over = self.ends.partition_point(|at| *at <= micros);
        self.ends[..over].last().copied()
    }

    /// The first start at or after `micros` (since the epoch). `O(log n)`.
    pub(super) fn first_start_from(&self, micros: i64) -> Option<i64> {
        let begun = self.starts.partition_point(|at| *at < micros);
        self.starts.get(begun).copied()
    }
}

impl FromIterator<Interval> for BusyTimes {
    /// In whatever order: `O(n log n)`, and `O(n)` if they are in order already.
    fn from_iter<T: IntoIterator<Item = Interval>>(intervals: T) -> Self {
        let bounds = |interval: Interval| (interval.start_micros(), interval.end_micros());
        let (mut starts, mut ends): (Vec<_>, Vec<_>) = intervals.into_iter().map(bounds).unzip();
        starts.sort_unstable();
        ends.sort_unstable();
        Self { starts, ends }
    }
}

impl<const N: usize> From<[Interval; N]> for BusyTimes {
    fn from(intervals: [Interval; N]) -> Self {
        intervals.into_iter().collect()
    }
}
