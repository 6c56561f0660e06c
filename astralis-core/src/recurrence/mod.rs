//! What repeats: RFC 5545 recurrence rules and their expansion into instants.
//!
//! A rule speaks of wall-clock time and stays so until the last step: the civil times it names are
//! turned into instants one by one, with the zone data handed in. Whatever cannot be expanded
//! within stated bounds is an error, never a shorter list.

mod expand;
mod length;
mod rule;
mod series;

pub use length::Length;
pub use rule::{Frequency, InvalidRule, RecurrenceRule};
pub use series::{ExtraDate, MAX_STEPS, Occurrence, RecurrenceError, Series};

#[cfg(test)]
mod tests;
