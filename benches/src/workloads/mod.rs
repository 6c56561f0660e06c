//! The data that all rivals share: made up by fixed rules from fixed numbers, so that two runs
//! ask the same questions about the same meetings.

mod adversarial;
mod calendar;
mod crowded;
mod hosts;
mod many_subjects;
mod questions;
mod resource;
mod series;

pub use hosts::{DURATION, Hosts, Opening, STEP};
pub use many_subjects::{Invitation, ManySubjects, PARTICIPANTS};
pub use questions::{Answer, month_of_slots, questions, windows};
pub use resource::{Kind, Resource};
pub use series::RepeatedMeeting;

use astralis_core::time::Interval;
use chrono::{DateTime, Utc};

/// In microseconds, as all lengths and times of day here.
pub const SECOND: i64 = 1_000_000;
/// In microseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// In microseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// In microseconds.
pub const DAY: i64 = 24 * HOUR;

/// Where every workload begins: Monday 2 March 2026, midnight UTC.
#[must_use]
pub fn monday() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_409_600, 0).expect("an ordinary year")
}

/// The interval that starts so long after the first Monday and lasts so long.
fn at(since_monday: i64, length: i64) -> Interval {
    let start = monday().timestamp_micros() + since_monday;
    Interval::from_micros(start, start + length).expect("within a few thousand years")
}
