//! Everything Astralis can decide without touching the outside world.
//!
//! The core reads no clock, no network, no environment and no randomness: `now`, ids, tokens and
//! zone data are handed in. That makes every decision repeatable, byte for byte.
//!
//! The rooms, each using only what stands above it:
//!
//! | module | holds |
//! |---|---|
//! | [`time`] | [`Interval`](time::Interval), [`IntervalSet`](time::IntervalSet), zones and civil time |
//! | [`conflict`] | the live index of who is taken when |
//! | [`model`] | the words of the domain: event types, events, bookings, claims, messages |
//! | [`availability`] | rules of hours and date overrides, and their expansion into instants |
//! | [`recurrence`] | rules of RFC 5545, the dates they name and the series they make |
//! | [`icalendar`] | foreign calendars in, invitations out |
//! | [`policy`] | the one predicate that lists, books and explains; [`Refusal`](policy::Refusal) |
//! | [`slots`] | which starts can be offered |
//! | [`ports`] | what a store, a mailer and a clock must promise |
//! | [`memory`] | each port in its plainest form |
//! | [`scheduler`] | book, reschedule, cancel; meetings that repeat |
//! | [`jobs`] | the steps of the worker: deliver what is due, claim series farther |
//!
//! With `default-features = false` only the engine remains: no `serde`, nothing async.

pub mod availability;
pub mod conflict;
#[cfg(feature = "icalendar")]
pub mod icalendar;
#[cfg(feature = "services")]
pub mod jobs;
#[cfg(feature = "services")]
pub mod memory;
pub mod model;
pub mod policy;
#[cfg(feature = "services")]
pub mod ports;
pub mod recurrence;
#[cfg(feature = "services")]
pub mod scheduler;
pub mod slots;
pub mod time;
