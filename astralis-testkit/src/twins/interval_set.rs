use std::collections::BTreeSet;

use astralis_core::time::{Interval, IntervalSet};
use chrono::{DateTime, TimeDelta, Utc};

/// A set of instants as the single minutes it consists of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Minutes(pub BTreeSet<i64>);

/// The instant a number of minutes after 2026-01-01T00:00Z.
#[must_use]
pub fn minute(number: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).expect("an ordinary year")
        + TimeDelta::minutes(number)
}

impl Minutes {
    /// The minutes of some intervals whose bounds are whole [`minute`]s.
    #[must_use]
    pub fn of(intervals: &[Interval]) -> Self {
        let number = |at: DateTime<Utc>| (at - minute(0)).num_minutes();
        Self(
            intervals
                .iter()
                .flat_map(|each| number(each.start())..number(each.end()))
                .collect(),
        )
    }

    /// The minutes of a set whose bounds are whole [`minute`]s.
    #[must_use]
    pub fn of_set(set: &IntervalSet) -> Self {
        Self::of(set.as_slice())
    }
}
