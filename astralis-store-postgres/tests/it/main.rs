//! The store on a real PostgreSQL, through its public door.

#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test is a failing test"
)]

mod conformance;
mod faults;
mod fresh;
mod guard;
mod meetings;
mod migrating;
mod opening;
mod outages;
mod outbox;
mod partitions;
mod plans;
mod round_trips;
mod silence;
