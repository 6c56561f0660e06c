//! The core through its public door, against the naive twins of the testkit.

mod availability;
mod conflict;
mod interval_set;
mod listed_is_bookable;
mod scheduler;
mod slots;
mod world;
