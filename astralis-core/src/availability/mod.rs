//! When somebody offers time: civil rules, weekly or recurring as RFC 5545 has it, date overrides
//! (RFC 7953 §3), and their expansion into instants.
//!
//! Rules stay wall-clock time plus a zone's name until [`expand`] turns them into instants.

mod expand;
mod midnights;
mod rule_days;
mod schedule;
mod timetable;

pub use expand::expand;
pub use midnights::local_midnights;
pub(crate) use midnights::midnights_in_micros;
pub use rule_days::RuleDays;
pub use schedule::{
    AvailabilityRule, DateOverride, DateRange, LocalTime, LocalTimeError, LocalWindow, Schedule,
    ScheduleError, TravelSegment,
};
