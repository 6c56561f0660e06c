//! When somebody offers time: weekly civil rules and date overrides (RFC 7953 §3), and their
//! expansion into instants.
//!
//! Rules stay wall-clock time plus a zone's name until [`expand`] turns them into instants.

mod expand;
mod schedule;

pub use expand::{expand, local_midnights};
pub use schedule::{
    AvailabilityRule, DateOverride, DateRange, LocalTime, LocalTimeError, LocalWindow, Schedule,
    ScheduleError, TravelSegment,
};
