use std::fmt::{self, Write};

use chrono::{DateTime, NaiveDate, Utc};

use super::write_line::ContentLine;
use crate::model::{
    CalendarEvent, EmailAddress, EventStatus, Participant, ParticipationStatus, Transparency, When,
};

/// Asks everybody to a meeting, or tells them that it moved: an iTIP REQUEST (RFC 5546 §3.2.2).
///
/// `Display` writes the whole calendar object. The UID stays the same for the event's life, and
/// SEQUENCE tells readers which of two invitations is the newer one. DTSTAMP is when the event
/// last changed, so that the same event always makes the same text.
#[derive(Debug, Clone, Copy)]
pub struct Invitation<'a>(pub &'a CalendarEvent);

/// Calls a meeting off: an iTIP CANCEL (RFC 5546 §3.2.5). The event's SEQUENCE is to be higher than
/// in the invitation before.
#[derive(Debug, Clone, Copy)]
pub struct Cancellation<'a>(pub &'a CalendarEvent);

/// A meeting as a file to keep: an iTIP PUBLISH (RFC 5546 §3.2.1). It asks for no answer and, as
/// the method demands, names no attendee.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'a>(pub &'a CalendarEvent);

impl fmt::Display for Invitation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_calendar(f, Method::Request, self.0)
    }
}

impl fmt::Display for Cancellation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_calendar(f, Method::Cancel, self.0)
    }
}

impl fmt::Display for Publication<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_calendar(f, Method::Publish, self.0)
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Method {
    Publish,
    Request,
    Cancel,
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

fn write_calendar(out: &mut impl Write, method: Method, event: &CalendarEvent) -> fmt::Result {
    let line = ContentLine::new;
    line("BEGIN").value("VCALENDAR", out)?;
    line("VERSION").value("2.0", out)?;
    line("PRODID").value("-//Astralis//Astralis//EN", out)?;
    line("CALSCALE").value("GREGORIAN", out)?;
    line("METHOD").value(method.name(), out)?;
    line("BEGIN").value("VEVENT", out)?;
    write_identity(out, event)?;
    write_when(out, &event.when)?;
    write_words(out, event)?;
    line("STATUS").value(status(method, event.status), out)?;
    line("TRANSP").value(transparency(event.transparency), out)?;
    write_people(out, method, event)?;
    line("END").value("VEVENT", out)?;
    line("END").value("VCALENDAR", out)
}

fn write_identity(out: &mut impl Write, event: &CalendarEvent) -> fmt::Result {
    let line = ContentLine::new;
    line("UID").text(&event.uid, out)?;
    line("SEQUENCE").value(event.sequence, out)?;
    line("DTSTAMP").value(utc(event.updated_at), out)?;
    line("CREATED").value(utc(event.created_at), out)?;
    line("LAST-MODIFIED").value(utc(event.updated_at), out)
}

/// Instants are written in UTC, which every reader understands without a table of zones; whole
/// days stay dates.
fn write_when(out: &mut impl Write, when: &When) -> fmt::Result {
    let line = ContentLine::new;
    match when {
        When::Timed { during, .. } => {
            line("DTSTART").value(utc(during.start()), out)?;
            line("DTEND").value(utc(during.end()), out)
        }
        When::AllDay { first, end, .. } => {
            let date = |name| line(name).keyword("VALUE", "DATE");
            date("DTSTART").value(day(*first), out)?;
            date("DTEND").value(day(*end), out)
        }
    }
}

fn write_words(out: &mut impl Write, event: &CalendarEvent) -> fmt::Result {
    let line = ContentLine::new;
    line("SUMMARY").text(&event.title, out)?;
    let link = event.meeting_link.as_deref();
    // Many calendars do not show the URL property.
    let link_beside_place = link.filter(|_| event.location.is_some());
    let description = [event.description.as_deref(), link_beside_place];
    let description: Vec<_> = description.into_iter().flatten().collect();
    if !description.is_empty() {
        line("DESCRIPTION").text(&description.join("\n\n"), out)?;
    }
    if let Some(location) = event.location.as_deref().or(link) {
        line("LOCATION").text(location, out)?;
    }
    if let Some(link) = link.filter(|link| is_plain_uri(link)) {
        line("URL").value(link, out)?;
    }
    Ok(())
}

fn write_people(out: &mut impl Write, method: Method, event: &CalendarEvent) -> fmt::Result {
    let organizer = |each: &&Participant| each.user == Some(event.organizer);
    if let Some(organizer) = event.participants.iter().find(organizer) {
        ContentLine::new("ORGANIZER")
            .parameter("CN", &organizer.name)
            .value(mailto(&organizer.email), out)?;
    }
    if method == Method::Publish {
        return Ok(());
    }
    for participant in &event.participants {
        write_attendee(out, method, participant)?;
    }
    Ok(())
}

fn write_attendee(out: &mut impl Write, method: Method, attendee: &Participant) -> fmt::Result {
    let role = if attendee.optional {
        "OPT-PARTICIPANT"
    } else {
        "REQ-PARTICIPANT"
    };
    let mut line = ContentLine::new("ATTENDEE")
        .parameter("CN", &attendee.name)
        .keyword("ROLE", role)
        .keyword("PARTSTAT", participation(attendee.status));
    if method == Method::Request && attendee.status == ParticipationStatus::NeedsAction {
        line = line.keyword("RSVP", "TRUE");
    }
    line.value(mailto(&attendee.email), out)
}

const fn status(method: Method, status: EventStatus) -> &'static str {
    match (method, status) {
        (Method::Cancel, _) | (_, EventStatus::Cancelled) => "CANCELLED",
        (_, EventStatus::Scheduled | EventStatus::Confirmed | EventStatus::Completed) => {
            "CONFIRMED"
        }
    }
}

const fn transparency(transparency: Transparency) -> &'static str {
    match transparency {
        Transparency::Opaque => "OPAQUE",
        Transparency::Transparent => "TRANSPARENT",
    }
}

const fn participation(status: ParticipationStatus) -> &'static str {
    match status {
        ParticipationStatus::NeedsAction => "NEEDS-ACTION",
        ParticipationStatus::Accepted => "ACCEPTED",
        ParticipationStatus::Declined => "DECLINED",
        ParticipationStatus::Tentative => "TENTATIVE",
    }
}

/// Form 2 of RFC 5545 §3.3.5, such as `20260402T083000Z`.
pub(super) fn utc(instant: DateTime<Utc>) -> impl fmt::Display {
    instant.format("%Y%m%dT%H%M%SZ")
}

/// RFC 5545 §3.3.4, such as `20260402`.
pub(super) fn day(date: NaiveDate) -> impl fmt::Display {
    date.format("%Y%m%d")
}

/// A `mailto` URI. What RFC 6068 §2 does not allow in one is percent-encoded; letters beyond
/// ASCII stay as they are, since readers compare addresses as text.
fn mailto(address: &EmailAddress) -> String {
    let mut uri = String::from("mailto:");
    for c in address.as_str().chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"@-._~!$'*+".contains(c) {
            uri.push_str(&format!("%{:02X}", u32::from(c)));
        } else {
            uri.push(c);
        }
    }
    uri
}

/// Whether `text` can stand as a URI value as it is; other links appear as LOCATION only.
fn is_plain_uri(text: &str) -> bool {
    let web = text.starts_with("https://") || text.starts_with("http://");
    web && text
        .chars()
        .all(|c| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c))
}

#[cfg(test)]
pub(super) mod tests;
