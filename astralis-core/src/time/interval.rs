use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// A non-empty half-open range of instants, `[start, end)`, like a VEVENT's `DTSTART` and `DTEND`
/// (RFC 5545 §3.6.1).
///
/// Bounds are whole microseconds: what is finer is cut off, as every store would.
/// Intervals order by start, then by end.
///
/// ```
/// # use astralis_core::time::Interval;
/// let morning: Interval = "2026-03-29T08:00Z/2026-03-29T12:00Z".parse()?;
/// let lunch: Interval = "2026-03-29T12:00Z/2026-03-29T13:00Z".parse()?;
/// assert!(!morning.overlaps(&lunch)); // Touching is not overlapping.
/// # Ok::<(), astralis_core::time::IntervalError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    // Microseconds since 1970-01-01T00:00Z; both within the years that chrono can show.
    start: i64,
    end: i64, // Invariant: start < end.
}

/// The first and the last instant that chrono can show, in microseconds since the epoch.
const FIRST: i64 = DateTime::<Utc>::MIN_UTC.timestamp_micros();
const LAST: i64 = DateTime::<Utc>::MAX_UTC.timestamp_micros();

/// Why two bounds are not an [`Interval`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IntervalError {
    /// The end is not after the start; an empty interval blocks nothing.
    #[error("the end {end} is not after the start {start}")]
    NotAfterStart {
        /// The start that was given.
        start: DateTime<Utc>,
        /// The end that was given.
        end: DateTime<Utc>,
    },
    /// The end lies beyond the last instant that can be written down (the year 262142).
    #[error("the end lies beyond the last instant that can be represented")]
    OutOfRange,
    /// The text is not `start/end` with both instants in RFC 3339 UTC.
    #[error("expected two UTC instants as start/end, got {0:?}")]
    Malformed(String),
}

impl Interval {
    /// The last instant that a bound can be, in microseconds since the epoch.
    pub(crate) const LAST: i64 = LAST;

    /// The interval from `start` up to, but not including, `end`.
    ///
    /// # Errors
    ///
    /// [`IntervalError::NotAfterStart`] if `end <= start` in whole microseconds: an empty interval
    /// blocks nothing, so asking for one is a mistake upstream.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Self, IntervalError> {
        Self::from_micros(start.timestamp_micros(), end.timestamp_micros())
            .ok_or(IntervalError::NotAfterStart { start, end })
    }

    /// The interval that starts at `start` and lasts `duration`.
    ///
    /// # Errors
    ///
    /// [`IntervalError::NotAfterStart`] for a duration under one microsecond,
    /// [`IntervalError::OutOfRange`] if the end cannot be represented.
    pub fn starting_at(start: DateTime<Utc>, duration: TimeDelta) -> Result<Self, IntervalError> {
        let end = start
            .checked_add_signed(duration)
            .ok_or(IntervalError::OutOfRange)?;
        Self::new(start, end)
    }

    /// The interval between two counts of microseconds since the epoch; `None` if it would be
    /// empty or beyond what chrono can show.
    #[must_use]
    pub const fn from_micros(start: i64, end: i64) -> Option<Self> {
        if FIRST <= start && start < end && end <= LAST {
            Some(Self { start, end })
        } else {
            None
        }
    }

    /// The same for bounds that follow from those of other intervals and cannot be wrong: hot
    /// loops pay for no check.
    pub(crate) const fn between(start: i64, end: i64) -> Self {
        debug_assert!(
            Self::from_micros(start, end).is_some(),
            "not the bounds of an interval"
        );
        Self { start, end }
    }

    /// From the first to the last instant that can be represented, the last one left out.
    pub(crate) const fn always() -> Self {
        Self::between(FIRST, LAST)
    }

    /// When it begins; the first instant inside.
    #[must_use]
    pub fn start(&self) -> DateTime<Utc> {
        instant(self.start)
    }

    /// When it ends; the first instant no longer inside.
    #[must_use]
    pub fn end(&self) -> DateTime<Utc> {
        instant(self.end)
    }

    /// [`start`](Self::start) in microseconds since the epoch.
    #[must_use]
    pub const fn start_micros(&self) -> i64 {
        self.start
    }

    /// [`end`](Self::end) in microseconds since the epoch.
    #[must_use]
    pub const fn end_micros(&self) -> i64 {
        self.end
    }

    /// Elapsed time from start to end; always positive, and of more than 292 thousand years as many
    /// microseconds as an `i64` holds.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        TimeDelta::microseconds(self.length())
    }

    /// The same in microseconds.
    pub(crate) const fn length(&self) -> i64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether some instant lies in both. Touching is not overlapping.
    #[must_use]
    pub const fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `instant` lies inside; the end does not.
    #[must_use]
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        let micros = instant.timestamp_micros();
        self.start <= micros && micros < self.end
    }

    /// Whether all of `other` lies inside.
    #[must_use]
    pub const fn encloses(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The part that lies in both, if any.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let (start, end) = (self.start.max(other.start), self.end.min(other.end));
        (start < end).then_some(Self { start, end })
    }

    /// The interval grown by `before` at its start and by `after` at its end; bounds that would
    /// leave the representable range stop at its edge. Negative amounts are read as zero.
    #[must_use]
    pub fn padded(&self, before: TimeDelta, after: TimeDelta) -> Self {
        let micros = |delta: TimeDelta| delta.num_microseconds().unwrap_or(i64::MAX).max(0);
        self.grown(micros(before), micros(after))
    }

    /// The same in microseconds, which are not negative.
    pub(crate) fn grown(&self, before: i64, after: i64) -> Self {
        Self::between(
            self.start.saturating_sub(before).max(FIRST),
            self.end.saturating_add(after).min(LAST),
        )
    }
}

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).expect("an interval holds representable instants only")
}

impl fmt::Display for Interval {
    /// `start/end` in RFC 3339 UTC, as ISO 8601 writes time intervals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
        write!(f, "{}/{}", text(self.start()), text(self.end()))
    }
}

impl fmt::Debug for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Interval {
    type Err = IntervalError;

    /// Reads `start/end`, both RFC 3339 in UTC; the seconds may be left out.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = || IntervalError::Malformed(text.to_owned());
        let (start, end) = text.split_once('/').ok_or_else(malformed)?;
        Self::new(
            parse_instant(start).ok_or_else(malformed)?,
            parse_instant(end).ok_or_else(malformed)?,
        )
    }
}

/// RFC 3339 in UTC, where `2026-03-29T08:00Z` stands for `2026-03-29T08:00:00Z`.
fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let civil = text.strip_suffix('Z')?;
    let with_seconds = if civil.matches(':').count() == 1 {
        format!("{civil}:00Z")
    } else {
        text.to_owned()
    };
    DateTime::parse_from_rfc3339(&with_seconds)
        .ok()
        .map(|at| at.to_utc())
}

#[cfg(feature = "serde")]
mod serialized {
    use chrono::{DateTime, Utc};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Interval;

    #[derive(Serialize, Deserialize)]
    struct Bounds {
        start: DateTime<Utc>,
        end: DateTime<Utc>,
    }

    impl Serialize for Interval {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            Bounds {
                start: self.start(),
                end: self.end(),
            }
            .serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for Interval {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let Bounds { start, end } = Bounds::deserialize(deserializer)?;
            Self::new(start, end).map_err(serde::de::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Interval {
        text.parse().unwrap()
    }

    #[test]
    fn an_interval_that_ends_at_or_before_its_start_is_refused() {
        for text in [
            "2026-01-01T00:00Z/2026-01-01T00:00Z",
            "2026-01-02T00:00Z/2026-01-01T00:00Z",
        ] {
            assert!(matches!(
                text.parse::<Interval>(),
                Err(IntervalError::NotAfterStart { .. })
            ));
        }
    }

    #[test]
    fn what_is_finer_than_a_microsecond_is_cut_off() {
        let start = DateTime::from_timestamp_nanos(1_999);
        let end = DateTime::from_timestamp_nanos(2_001);
        let interval = Interval::new(start, end).unwrap();
        assert_eq!((interval.start_micros(), interval.end_micros()), (1, 2));
        assert!(Interval::new(start, DateTime::from_timestamp_nanos(1_001)).is_err());
    }

    #[test]
    fn malformed_text_is_named_in_the_error() {
        for text in [
            "",
            "2026-01-01T00:00Z",
            "a/b",
            "2026-01-01T00:00+01:00/2026-01-02T00:00Z",
        ] {
            assert_eq!(
                text.parse::<Interval>(),
                Err(IntervalError::Malformed(text.to_owned()))
            );
        }
    }

    #[test]
    fn touching_intervals_do_not_overlap_and_do_not_intersect() {
        let (a, b) = (
            at("2026-01-01T08:00Z/2026-01-01T09:00Z"),
            at("2026-01-01T09:00Z/2026-01-01T10:00Z"),
        );
        assert!(!a.overlaps(&b) && !b.overlaps(&a));
        assert_eq!(a.intersection(&b), None);
        assert!(a.contains(a.start()) && !a.contains(a.end()));
    }

    #[test]
    fn all_of_time_is_as_long_as_can_be_told() {
        assert_eq!(
            Interval::always().duration(),
            TimeDelta::microseconds(i64::MAX)
        );
        let half = Interval::between(FIRST, 0);
        assert_eq!(half.duration(), TimeDelta::microseconds(-FIRST));
        let half = Interval::between(0, LAST);
        assert_eq!(half.duration(), TimeDelta::microseconds(LAST));
    }

    #[test]
    fn padding_stops_at_the_edge_of_representable_time() {
        let padded =
            at("2026-01-01T08:00Z/2026-01-01T09:00Z").padded(TimeDelta::MAX, TimeDelta::minutes(5));
        assert_eq!(padded.start(), DateTime::<Utc>::MIN_UTC);
        assert_eq!(padded.end().to_rfc3339(), "2026-01-01T09:05:00+00:00");
    }
}
