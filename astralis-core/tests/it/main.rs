//! The core through its public door, against the naive twins of the testkit.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

mod availability;
mod changes;
mod conflict;
mod dateutil_twin;
mod explain;
mod foreign_zones;
mod hostile_calendars;
mod hosts;
mod interval_set;
mod listed_is_bookable;
mod orphans;
mod paris;
mod recurrence;
mod recurring_events_twin;
mod recurring_hours;
mod rfc5545_examples;
mod rrule_twin;
mod scheduler;
mod score;
mod score_rules;
mod slots;
mod slots_to_the_microsecond;
mod world;
mod written_calendars;
