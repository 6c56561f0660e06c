//! What repeats: RFC 5545 recurrence rules and their expansion into instants.
//!
//! A [`RecurrenceRule`] is read, checked and written; a [`Series`] is a rule with its DTSTART, its
//! exceptions and its changes, and lists what of it falls into a window. Rules speak of wall-clock
//! time and stay so until the last step: what they name becomes instants one by one, with the zone
//! data handed in.
//!
//! A window costs what lies in it, not what lies before: periods are numbered on the calendar and
//! found by division (`periods`), the days of a period come out of a table (`days`), and the times
//! of a day out of a list (`clock`). The exception is COUNT where periods have different numbers of
//! times: they are counted from DTSTART, in every window until one has reached the last time.
//! Whatever cannot be expanded within stated bounds is an error, never a shorter list.

mod bounds;
mod calendar;
mod clock;
mod counted;
mod days;
mod error;
mod expand;
mod invalid;
mod length;
mod occurrences;
mod parse;
mod period_set;
mod periods;
mod rule;
mod series;
mod start;
mod wall_clock;

pub use bounds::{Bound, Budget, MAX_OCCURRENCES, MAX_STEPS, MAX_TIMES};
pub use error::RecurrenceError;
pub use invalid::{InvalidRule, RuleFlaw, RulePart};
pub use length::Length;
pub use rule::{By, End, Frequency, NthWeekday, RecurrenceRule, Until};
pub use series::{ExtraDate, Occurrence, Series};
pub use start::Start;

#[cfg(test)]
mod tests;
