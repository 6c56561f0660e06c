use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::model::{
    BookingId, BookingRecord, CommandId, EventType, EventTypeId, FieldError, Guest, MeetingType,
    OrgId, check_line, check_text,
};
use crate::time::ZoneDatabase;

/// Which slots to list.
#[derive(Debug, Clone)]
pub struct SlotsQuery {
    /// The tenant.
    pub org: OrgId,
    /// What is to be booked.
    pub event_type: EventTypeId,
    /// The earliest start, inclusive.
    pub from: DateTime<Utc>,
    /// The latest start, exclusive; at most 62 days after `from`. The end of a slot may pass it.
    pub to: DateTime<Utc>,
    /// How long; `None`: the event type's default.
    pub duration: Option<TimeDelta>,
    /// The booking that is to be moved: its own time counts as free, and its length is kept.
    pub moving: Option<BookingId>,
}

/// Which time to give reasons for.
#[derive(Debug, Clone)]
pub struct ExplainQuery {
    /// The tenant.
    pub org: OrgId,
    /// What would be booked; not looked at if a booking is to be moved, which has its own.
    pub event_type: EventTypeId,
    /// When it would start.
    pub start: DateTime<Utc>,
    /// How long; `None`: the event type's default. Not looked at either if a booking is to be
    /// moved.
    pub duration: Option<TimeDelta>,
    /// The booking that would be moved: its own time counts as free, and its length is kept.
    pub moving: Option<BookingId>,
}

/// A guest's wish.
#[derive(Debug, Clone)]
pub struct BookingRequest {
    /// The intent: repeating it books once.
    pub command: CommandId,
    /// The tenant.
    pub org: OrgId,
    /// What is to be booked.
    pub event_type: EventTypeId,
    /// When it starts.
    pub start: DateTime<Utc>,
    /// When it ends; the time between must be one of the event type's durations.
    pub end: DateTime<Utc>,
    /// Who books.
    pub guest: Guest,
    /// What the meeting is called, 1–200 characters; `None`: the event type's title and the
    /// guest's name.
    pub title: Option<String>,
    /// What the guest wants to say, at most 2000 characters.
    pub note: Option<String>,
    /// How to meet; `None`: the event type's first way.
    pub meeting_type: Option<MeetingType>,
}

/// A wish to move a meeting; its length stays.
#[derive(Debug, Clone)]
pub struct RescheduleRequest {
    /// The intent: repeating it moves once.
    pub command: CommandId,
    /// The tenant.
    pub org: OrgId,
    /// Which booking.
    pub booking: BookingId,
    /// The [version](crate::model::Booking::version) that was seen.
    pub expected_version: u32,
    /// The new start.
    pub start: DateTime<Utc>,
}

/// A wish to call a meeting off.
#[derive(Debug, Clone)]
pub struct CancelRequest {
    /// The intent: repeating it cancels once.
    pub command: CommandId,
    /// The tenant.
    pub org: OrgId,
    /// Which booking.
    pub booking: BookingId,
    /// The [version](crate::model::Booking::version) that was seen.
    pub expected_version: u32,
}

/// How a booking stands after a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// The booking and its meeting, as the request left them.
    pub record: BookingRecord,
    /// Whether the command had been carried out before, and this is its answer of then.
    pub repeated: bool,
}

impl BookingRequest {
    /// The request with its texts trimmed, if it is one that the event type can answer.
    pub(super) fn checked(
        &self,
        event_type: &EventType,
        zones: &ZoneDatabase,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let request = self.with_trimmed_texts(&mut errors);
        errors.extend(self.wrong_times(event_type));
        if let Err(unknown) = zones.zone(&self.guest.time_zone) {
            errors.push(FieldError::new(
                "timezone",
                "unknownTimeZone",
                unknown.expected(),
            ));
        }
        let offered = &event_type.meeting_types;
        if self
            .meeting_type
            .is_some_and(|wanted| !offered.contains(&wanted))
        {
            let words: Vec<_> = offered.iter().map(|offered| offered.as_str()).collect();
            let expected = format!("one of {}", words.join(", "));
            errors.push(FieldError::new("meetingType", "notOffered", expected));
        }
        if errors.is_empty() {
            Ok(request)
        } else {
            Err(errors)
        }
    }

    /// Notes what is wrong with a text; such a request goes no further.
    fn with_trimmed_texts(&self, errors: &mut Vec<FieldError>) -> Self {
        let mut request = self.clone();
        let mut keep = |checked: Result<String, FieldError>, place: &mut String| match checked {
            Ok(text) => *place = text,
            Err(error) => errors.push(error),
        };
        let guest = &mut request.guest;
        keep(
            check_line("guestName", &self.guest.name, 1, 200),
            &mut guest.name,
        );
        if let Some(phone) = &mut guest.phone {
            keep(check_line("guestPhone", &phone.clone(), 0, 50), phone);
        }
        if let Some(title) = &mut request.title {
            keep(check_line("title", &title.clone(), 1, 200), title);
        }
        if let Some(note) = &mut request.note {
            keep(check_text("description", &note.clone(), 0, 2000), note);
        }
        request.guest.phone = request.guest.phone.filter(|phone| !phone.is_empty());
        request.note = request.note.filter(|note| !note.is_empty());
        request
    }

    fn wrong_times(&self, event_type: &EventType) -> Option<FieldError> {
        if self.end <= self.start {
            return Some(FieldError::new(
                "endTime",
                "notAfterStart",
                "an end after the start",
            ));
        }
        if event_type.durations.contains(&(self.end - self.start)) {
            return None;
        }
        let expected = format!(
            "an end {} minutes after the start",
            event_type.offered_minutes()
        );
        Some(FieldError::new("endTime", "durationNotOffered", expected))
    }

    /// Equal for equal wishes, whatever their command.
    pub(super) fn fingerprint(&self) -> Uuid {
        let Self {
            command: _,
            org,
            event_type,
            start,
            end,
            guest,
            title,
            note,
            meeting_type,
        } = self;
        fingerprint(&(
            "book",
            (org, event_type, start, end),
            (
                &guest.name,
                guest.email.as_str(),
                &guest.phone,
                guest.time_zone.as_str(),
            ),
            (title, note, meeting_type),
        ))
    }
}

impl RescheduleRequest {
    pub(super) fn fingerprint(&self) -> Uuid {
        let Self {
            command: _,
            org,
            booking,
            expected_version,
            start,
        } = self;
        fingerprint(&("reschedule", org, booking, expected_version, start))
    }
}

impl CancelRequest {
    pub(super) fn fingerprint(&self) -> Uuid {
        let Self {
            command: _,
            org,
            booking,
            expected_version,
        } = self;
        fingerprint(&("cancel", org, booking, expected_version))
    }
}

/// A digest of a request's parts. `Debug` of ids, instants and quoted texts tells any two apart.
pub(super) fn fingerprint(parts: &dyn std::fmt::Debug) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{parts:?}").as_bytes())
}
