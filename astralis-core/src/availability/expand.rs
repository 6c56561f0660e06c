use chrono::{DateTime, Utc};

use crate::availability::Schedule;
use crate::time::{Interval, IntervalSet, UnknownTimeZone, ZoneDatabase};

/// Why a schedule cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpandError {
    /// One of its zones is not in the zone data.
    #[error(transparent)]
    Zone(#[from] UnknownTimeZone),
}

/// Expands.
pub fn expand(_: &Schedule, _: Interval, _: &ZoneDatabase) -> Result<IntervalSet, ExpandError> {
    unimplemented!()
}

/// Midnights.
pub fn local_midnights(
    _: &Schedule,
    _: Interval,
    _: &ZoneDatabase,
) -> Result<Vec<DateTime<Utc>>, ExpandError> {
    unimplemented!()
}
