use std::fmt::{self, Write};

use super::Method;
use super::line::ContentLine;
use super::values::mailto;
use crate::model::{CalendarEvent, Participant, ParticipationStatus};

/// ORGANIZER, if the organizer takes part.
pub(super) fn write_organizer(out: &mut impl Write, event: &CalendarEvent) -> fmt::Result {
    let organizer = |each: &&Participant| each.user == Some(event.organizer);
    match event.participants.iter().find(organizer) {
        None => Ok(()),
        Some(organizer) => ContentLine::new("ORGANIZER")
            .parameter("CN", &organizer.name)
            .value(mailto(&organizer.email), out),
    }
}

/// One ATTENDEE.
pub(super) fn write_attendee(
    out: &mut impl Write,
    method: Method,
    attendee: &Participant,
) -> fmt::Result {
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

const fn participation(status: ParticipationStatus) -> &'static str {
    match status {
        ParticipationStatus::NeedsAction => "NEEDS-ACTION",
        ParticipationStatus::Accepted => "ACCEPTED",
        ParticipationStatus::Declined => "DECLINED",
        ParticipationStatus::Tentative => "TENTATIVE",
    }
}
