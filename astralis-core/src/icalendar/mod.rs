//! Calendars as text (RFC 5545): invitations out, foreign calendars in.
//!
//! Writing: an [`Invitation`] asks somebody to a meeting, a [`Cancellation`] calls it off (both are
//! iTIP messages, RFC 5546, mailed as iMIP), a [`Publication`] is the file behind "add to
//! calendar". Each is a view of a [`CalendarEvent`](crate::model::CalendarEvent) that implements
//! `Display`; beside the file there are links that open a form of a web calendar.
//!
//! Reading: [`read()`] takes a calendar file in any state as its owner's busy time. Every VEVENT ends
//! as an [`ImportedEvent`], as [`NotBlocking`] with a reason, or in a [`Finding`].
//!
//! Whatever people typed stays a value: no name, title or note can add a property or a parameter.

mod links;
mod read;
mod write;

pub use links::{google_calendar_link, office_calendar_link, outlook_calendar_link};
pub use read::{
    CalendarFile, CalendarOwner, Certainty, Finding, ImportedEvent, NotBlocking, Problem,
    UnreadableCalendar, WhyFree, read,
};
pub use write::{
    BusyCalendar, Calendar, Cancellation, FreeBusy, Invitation, Meeting, Publication, Reply,
    is_busy_time, is_busy_time_of,
};
