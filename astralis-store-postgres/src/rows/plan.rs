//! What a plan adds, in the shape that its statement takes it: claims as one array for each
//! column, the rest as records whose field names are the column names.

use astralis_core::model::{
    Booking, CalendarEvent, Claim, Conflict, EventStatus, Message, MessageKind, Origin,
    Participant, Recurrence, UserId, When,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::{stored, word};

#[derive(Debug, Default)]
pub(crate) struct NewClaims {
    pub(crate) orgs: Vec<Uuid>,
    pub(crate) ids: Vec<Uuid>,
    pub(crate) subjects: Vec<Uuid>,
    pub(crate) starts: Vec<DateTime<Utc>>,
    pub(crate) ends: Vec<DateTime<Utc>>,
    pub(crate) buffers_before: Vec<i64>,
    pub(crate) buffers_after: Vec<i64>,
    pub(crate) events: Vec<Uuid>,
    pub(crate) kinds: Vec<String>,
    pub(crate) exclusive: Vec<bool>,
    pub(crate) expiries: Vec<Option<DateTime<Utc>>>,
}

impl NewClaims {
    pub(crate) fn of(claims: &[Claim]) -> Self {
        let mut columns = Self::default();
        for claim in claims {
            columns.orgs.push(claim.org.as_uuid());
            columns.ids.push(claim.id.as_uuid());
            columns.subjects.push(claim.subject.as_uuid());
            columns.starts.push(claim.during.start());
            columns.ends.push(claim.during.end());
            let (before, after) = (claim.buffer_before, claim.buffer_after);
            columns.buffers_before.push(before.num_minutes());
            columns.buffers_after.push(after.num_minutes());
            columns.events.push(claim.event.as_uuid());
            columns.kinds.push(word(&claim.kind));
            columns.exclusive.push(claim.exclusive);
            columns.expiries.push(claim.expires_at.map(stored));
        }
        columns
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct NewEvent<'a> {
    // In the plan: rows are written in its order.
    place: usize,
    id: Uuid,
    org_id: Uuid,
    title: &'a str,
    description: Option<&'a str>,
    local_start: NaiveDateTime,
    local_end: Option<NaiveDate>,
    time_zone: &'a str,
    zone_data: &'a str,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    recurrence: Option<&'a Recurrence>,
    series_id: Option<Uuid>,
    recurrence_id: Option<NaiveDateTime>,
    claimed_until: Option<DateTime<Utc>>,
    /// Whose time it takes beyond its claims.
    subjects: Vec<Uuid>,
    organizer_id: Uuid,
    participants: &'a [Participant],
    location: Option<&'a str>,
    meeting_type: Option<String>,
    meeting_link: Option<&'a str>,
    status: String,
    conflicts: &'a [Conflict],
    transparency: String,
    uid: &'a str,
    sequence: u32,
    version: u32,
    origin: &'a Origin,
    source: Option<&'a str>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl<'a> NewEvent<'a> {
    pub(crate) fn all_of(events: &'a [CalendarEvent]) -> Vec<Self> {
        let placed = events.iter().enumerate();
        placed
            .map(|(place, event)| Self::at(place, event))
            .collect()
    }

    fn at(place: usize, event: &'a CalendarEvent) -> Self {
        let during = event.when.during();
        let (local_start, local_end, zone_data) = civil_bounds(&event.when);
        let occurrence_of = event.occurrence_of.as_ref();
        let claimed_until = claimed_until(event);
        let subjects = claimed_until.map_or_else(Vec::new, |_| event.subjects());
        Self {
            place,
            id: event.id.as_uuid(),
            org_id: event.org.as_uuid(),
            title: &event.title,
            description: event.description.as_deref(),
            local_start,
            local_end,
            time_zone: event.when.time_zone().as_str(),
            zone_data,
            starts_at: during.start(),
            ends_at: during.end(),
            recurrence: event.recurrence.as_ref(),
            series_id: occurrence_of.map(|changed| changed.series.as_uuid()),
            recurrence_id: occurrence_of.map(|changed| changed.recurrence_id),
            claimed_until: claimed_until.map(stored),
            subjects: subjects.iter().map(|subject| subject.as_uuid()).collect(),
            organizer_id: event.organizer.as_uuid(),
            participants: &event.participants,
            location: event.location.as_deref(),
            meeting_type: event.meeting_type.as_ref().map(word),
            meeting_link: event.meeting_link.as_deref(),
            status: word(&event.status),
            conflicts: &event.conflicts,
            transparency: word(&event.transparency),
            uid: &event.uid,
            sequence: event.sequence,
            version: event.version,
            origin: &event.origin,
            source: imported_from(event),
            created_at: stored(event.created_at),
            updated_at: stored(event.updated_at),
        }
    }
}

/// `local_start`, `local_end` and the version of the zone data.
fn civil_bounds(when: &When) -> (NaiveDateTime, Option<NaiveDate>, &str) {
    match when {
        When::Timed {
            local_start,
            zone_data,
            ..
        } => (*local_start, None, zone_data),
        When::AllDay {
            first,
            end,
            zone_data,
            ..
        } => ((*first).into(), Some(*end), zone_data),
    }
}

/// How far a series is claimed that goes on beyond; `None` for any other meeting.
fn claimed_until(event: &CalendarEvent) -> Option<DateTime<Utc>> {
    if event.status == EventStatus::Cancelled {
        return None;
    }
    event.recurrence.as_ref()?.claimed_until
}

fn imported_from(event: &CalendarEvent) -> Option<&str> {
    match &event.origin {
        Origin::Imported { source, .. } => Some(source),
        _ => None,
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct NewAttendance {
    org_id: Uuid,
    event_id: Uuid,
    user_id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    repeats: bool,
}

impl NewAttendance {
    /// Everybody of ours who takes part, each once; by id. Nobody for an imported event: it holds
    /// no bookings, so it is not looked for by who takes part.
    pub(crate) fn all_of(event: &CalendarEvent) -> Vec<Self> {
        if imported_from(event).is_some() {
            return Vec::new();
        }
        let invited = event.participants.iter().filter_map(|person| person.user);
        let mut users: Vec<_> = invited.chain([event.organizer]).collect();
        users.sort_unstable();
        users.dedup();
        let during = event.when.during();
        let attends = |user: UserId| Self {
            org_id: event.org.as_uuid(),
            event_id: event.id.as_uuid(),
            user_id: user.as_uuid(),
            starts_at: during.start(),
            ends_at: during.end(),
            repeats: event.recurrence.is_some(),
        };
        users.into_iter().map(attends).collect()
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct NewBooking<'a> {
    id: Uuid,
    org_id: Uuid,
    event_id: Uuid,
    event_type_id: Uuid,
    event_type_version: u32,
    guest_name: &'a str,
    guest_email: &'a str,
    guest_phone: Option<&'a str>,
    guest_time_zone: &'a str,
    note: Option<&'a str>,
    state: String,
    link_generation: u32,
    version: u32,
    created_at: DateTime<Utc>,
}

impl<'a> From<&'a Booking> for NewBooking<'a> {
    fn from(booking: &'a Booking) -> Self {
        Self {
            id: booking.id.as_uuid(),
            org_id: booking.org.as_uuid(),
            event_id: booking.event.as_uuid(),
            event_type_id: booking.event_type.as_uuid(),
            event_type_version: booking.event_type_version,
            guest_name: &booking.guest.name,
            guest_email: booking.guest.email.as_str(),
            guest_phone: booking.guest.phone.as_deref(),
            guest_time_zone: booking.guest.time_zone.as_str(),
            note: booking.note.as_deref(),
            state: word(&booking.state),
            link_generation: booking.link_generation,
            version: booking.version,
            created_at: stored(booking.created_at),
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct NewMessage<'a> {
    org_id: Uuid,
    id: Uuid,
    event_id: Uuid,
    message_key: String,
    reminder: bool,
    due_at: DateTime<Utc>,
    document: &'a Message,
    recipient_key: String,
    sequence: u32,
}

impl<'a> From<&'a Message> for NewMessage<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            org_id: message.org.as_uuid(),
            id: message.id.as_uuid(),
            event_id: message.event.as_uuid(),
            message_key: message.key(),
            reminder: matches!(message.kind, MessageKind::Reminder { .. }),
            due_at: stored(message.due_at),
            document: message,
            recipient_key: message.to.email.as_str().to_lowercase(),
            sequence: message.sequence,
        }
    }
}
