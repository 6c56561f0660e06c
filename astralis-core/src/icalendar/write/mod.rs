//! Calendars of ours as text.
//!
//! Every view of a meeting is made of the same parts: an [`Entry`] for each VEVENT, which knows the
//! clock its times are written on, and a VTIMEZONE for each zone that such a clock names. Whatever
//! is written passes a [`ContentLine`], where it is sanitised and folded.

mod alarm;
mod busy;
mod calendar;
mod clock;
mod entry;
mod line;
mod messages;
mod people;
mod time_zone;
mod values;

use std::collections::BTreeMap;
use std::fmt::{self, Write};

pub use busy::{BusyCalendar, FreeBusy, is_busy_time, is_busy_time_of};
pub use calendar::Calendar;
use chrono::TimeDelta;
use entry::Entry;
use line::ContentLine;
pub use messages::{Cancellation, Invitation, Publication, Reply};
pub(super) use values::{day, utc};

use crate::model::CalendarEvent;
use crate::time::ZoneDatabase;

/// A meeting as it is written down: with the occurrences that were changed, and the zones that its
/// times are in.
///
/// ```
/// # use astralis_core::icalendar::{Invitation, Meeting};
/// # use astralis_core::{model::CalendarEvent, time::ZoneDatabase};
/// # fn text(event: &CalendarEvent, changed: &[CalendarEvent]) -> String {
/// let zones = ZoneDatabase::bundled();
/// let meeting = Meeting {
///     changed,
///     ..Meeting::new(event, &zones)
/// };
/// Invitation(meeting).to_string()
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Meeting<'a> {
    /// The meeting: a series, one that takes place once, or one changed occurrence alone.
    pub event: &'a CalendarEvent,
    /// The changed occurrences of a series. One that its
    /// [`changed`](crate::model::Recurrence::changed) names and that is missing here, or was called
    /// off, is left out of the series.
    pub changed: &'a [CalendarEvent],
    /// For one changed occurrence alone: its series, which is not written. It tells the clock that the
    /// RECURRENCE-ID is on; without it, that is taken to be the occurrence's own.
    pub series: Option<&'a CalendarEvent>,
    /// How long before each start a reminder is shown (VALARM).
    pub reminders: &'a [TimeDelta],
    /// The zones. One that is not among them is named, but not described.
    pub zones: &'a ZoneDatabase,
}

impl<'a> Meeting<'a> {
    /// A meeting without changed occurrences and reminders.
    #[must_use]
    pub const fn new(event: &'a CalendarEvent, zones: &'a ZoneDatabase) -> Self {
        Self {
            event,
            changed: &[],
            series: None,
            reminders: &[],
            zones,
        }
    }
}

/// METHOD (RFC 5546 §1.4): what the reader is to do with it.
#[derive(Clone, Copy, PartialEq)]
enum Method {
    Publish,
    Request,
    Reply,
    Cancel,
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Reply => "REPLY",
            Self::Cancel => "CANCEL",
        }
    }
}

/// What every calendar object begins with.
fn begin_calendar(out: &mut impl Write, method: Option<Method>) -> fmt::Result {
    let line = ContentLine::new;
    line("BEGIN").value("VCALENDAR", out)?;
    line("VERSION").value("2.0", out)?;
    line("PRODID").value("-//Astralis//Astralis//EN", out)?;
    line("CALSCALE").value("GREGORIAN", out)?;
    match method {
        Some(method) => line("METHOD").value(method.name(), out),
        None => Ok(()),
    }
}

fn end_calendar(out: &mut impl Write) -> fmt::Result {
    ContentLine::new("END").value("VCALENDAR", out)
}

/// What a calendar is called, and how often to look whether it changed: RFC 7986 §5.1 and §5.7, and
/// what programs understood before.
fn write_title(out: &mut impl Write, name: &str, refresh: Option<TimeDelta>) -> fmt::Result {
    let line = ContentLine::new;
    line("NAME").text(name, out)?;
    line("X-WR-CALNAME").text(name, out)?;
    if let Some(refresh) = refresh.map(values::duration) {
        let interval = line("REFRESH-INTERVAL").keyword("VALUE", "DURATION");
        interval.value(&refresh, out)?;
        line("X-PUBLISHED-TTL").value(&refresh, out)?;
    }
    Ok(())
}

/// A VTIMEZONE for each zone that the entries name, in order of name.
fn write_zones(out: &mut impl Write, entries: &[Entry<'_>]) -> fmt::Result {
    let mut zones = BTreeMap::new();
    for entry in entries {
        entry.add_zones(&mut zones);
    }
    for (zone, from) in zones.values() {
        time_zone::write(out, zone, *from)?;
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests;
