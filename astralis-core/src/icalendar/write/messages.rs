use std::fmt;

use chrono::{DateTime, Utc};

use super::entry::{Entry, Style};
use super::{Meeting, Method, begin_calendar, end_calendar, write_zones};
use crate::model::Participant;

/// Asks everybody to a meeting, or tells them that it moved: an iTIP REQUEST (RFC 5546 §3.2.2).
///
/// `Display` writes the whole calendar object. The UID stays the same for the event's life, and
/// SEQUENCE tells readers which of two invitations is the newer one. DTSTAMP is when the event
/// last changed, so that the same event always makes the same text.
#[derive(Debug, Clone, Copy)]
pub struct Invitation<'a>(pub Meeting<'a>);

/// Calls a meeting off, all of its occurrences if it repeats: an iTIP CANCEL (RFC 5546 §3.2.5). The
/// event's SEQUENCE is to be higher than in the invitation before.
#[derive(Debug, Clone, Copy)]
pub struct Cancellation<'a>(pub Meeting<'a>);

/// A meeting as a file to keep: an iTIP PUBLISH (RFC 5546 §3.2.1). It asks for no answer and, as
/// the method demands, names no attendee.
#[derive(Debug, Clone, Copy)]
pub struct Publication<'a>(pub Meeting<'a>);

/// What one participant answers to an invitation: an iTIP REPLY (RFC 5546 §3.2.3), for all of a
/// series or for one occurrence that was changed.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    /// What they were asked to. Its SEQUENCE says which invitation is answered.
    pub meeting: Meeting<'a>,
    /// Who answers, with their answer.
    pub attendee: &'a Participant,
    /// When they answered: the latest answer holds.
    pub at: DateTime<Utc>,
}

impl fmt::Display for Invitation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = Style::of(Method::Request).reminding(self.0.reminders);
        write_entries(f, &style, &Entry::all_of(&self.0))
    }
}

impl fmt::Display for Cancellation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_entries(f, &Style::of(Method::Cancel), &[Entry::first_of(&self.0)])
    }
}

impl fmt::Display for Publication<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = Style::of(Method::Publish).reminding(self.0.reminders);
        write_entries(f, &style, &Entry::all_of(&self.0))
    }
}

impl fmt::Display for Reply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let style = Style::of_reply(self.attendee, self.at);
        write_entries(f, &style, &[Entry::first_of(&self.meeting)])
    }
}

fn write_entries(
    f: &mut fmt::Formatter<'_>,
    style: &Style<'_>,
    entries: &[Entry<'_>],
) -> fmt::Result {
    begin_calendar(f, Some(style.method))?;
    write_zones(f, entries)?;
    for entry in entries {
        entry.write(f, style)?;
    }
    end_calendar(f)
}
