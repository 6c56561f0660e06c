//! The core through its public door, against the naive twins of the testkit.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

mod availability;
mod conflict;
mod interval_set;
mod listed_is_bookable;
mod scheduler;
mod slots;
mod world;
