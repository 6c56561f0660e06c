//! The meetings of signed-in users, once or again and again.
//!
//! A request is checked (`check`), becomes rows as they shall be (`edit`, `split`), which get their
//! claims beside everybody else's (`settle`). Occurrences have claims up to a horizon, which a
//! [job](crate::jobs::extend_series) moves on; beyond it every decision expands the rule.

use chrono::{DateTime, TimeDelta, Utc};

mod cancel;
mod change;
mod check;
mod claimable;
mod create;
mod edit;
mod error;
mod extend;
mod listing;
mod neighbours;
mod occurrences;
mod people;
mod requests;
mod rows;
mod settle;
mod split;
mod taken;
mod timeline;
mod warnings;
mod write;

pub use error::EventError;
pub(crate) use extend::Extending;
pub use listing::{MAX_CALENDAR_DAYS, MAX_CALENDAR_ENTRIES};
pub(super) use occurrences::{claim, occurrences_within};
pub use requests::{
    CalendarEntry, CancelEvent, ChangeEvent, CreateEvent, EventDraft, EventSaved, EventTime,
    Invited, Invitee, OnClash, Scope,
};
pub(super) use settle::{Settling, settle_others, with_conflicts};
pub use warnings::{MAX_WARNED, Warning};

/// How far ahead of the present the occurrences of a series get claims.
pub const CLAIMED_DAYS_AHEAD: i64 = 400;

/// How many people can be invited to one meeting.
pub const MAX_PARTICIPANTS: usize = 100;

/// How many dates a series can have beside those that its rule names.
pub const MAX_EXTRA_DATES: usize = 366;

/// How many claims one command may make: occurrences times the users invited.
pub const MAX_CLAIMS: usize = 10_000;

/// How far occurrences get claims at this moment.
pub(crate) fn horizon(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_add_signed(TimeDelta::days(CLAIMED_DAYS_AHEAD))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
