//! The data that all rivals share: made up by fixed rules from fixed numbers, so that two runs
//! ask the same questions about the same meetings.

mod calendar;
mod hosts;

pub use calendar::{calendar, questions};
pub use hosts::{DURATION, Hosts, STEP};

use chrono::{DateTime, Utc};

/// Where every workload begins: Monday 2 March 2026, midnight UTC.
#[must_use]
pub fn monday() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_409_600, 0).expect("an ordinary year")
}
