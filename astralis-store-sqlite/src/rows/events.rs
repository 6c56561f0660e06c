use astralis_core::model::{
    Booking, BookingRecord, BookingState, CalendarEvent, ChangedOccurrence, Claim, Guest, OrgId,
    When,
};
use astralis_core::ports::{StoreError, Tally};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use uuid::Uuid;

use super::{from_document, from_word, instant, interval, parsed};
use crate::error::corrupt;

const CIVIL: &str = "%Y-%m-%dT%H:%M:%S%.f";

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct EventRow {
    id: Uuid,
    org_id: Uuid,
    title: String,
    description: Option<String>,
    local_start: String,
    local_end: Option<String>,
    time_zone: String,
    zone_data: String,
    starts_at: i64,
    ends_at: i64,
    recurrence: Option<String>,
    series_id: Option<Uuid>,
    recurrence_id: Option<String>,
    organizer_id: Uuid,
    participants: String,
    location: Option<String>,
    meeting_type: Option<String>,
    meeting_link: Option<String>,
    status: String,
    conflicts: String,
    transparency: String,
    uid: String,
    sequence: u32,
    version: u32,
    origin: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<EventRow> for CalendarEvent {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let (recurrence, meeting_type) = (row.recurrence.clone(), row.meeting_type.clone());
        Ok(Self {
            when: row.when()?,
            recurrence: recurrence
                .map(|text| from_document("recurrence", &text))
                .transpose()?,
            occurrence_of: row.occurrence_of()?,
            id: row.id.into(),
            org: row.org_id.into(),
            title: row.title,
            description: row.description,
            organizer: row.organizer_id.into(),
            participants: from_document("participant list", &row.participants)?,
            location: row.location,
            meeting_type: meeting_type
                .map(|word| from_word("meeting type", word))
                .transpose()?,
            meeting_link: row.meeting_link,
            status: from_word("event status", row.status)?,
            conflicts: from_document("conflict list", &row.conflicts)?,
            transparency: from_word("transparency", row.transparency)?,
            uid: row.uid,
            sequence: row.sequence,
            version: row.version,
            origin: from_document("event origin", &row.origin)?,
            created_at: instant("event", row.created_at)?,
            updated_at: instant("event", row.updated_at)?,
        })
    }
}

impl EventRow {
    fn when(&self) -> Result<When, StoreError> {
        let during = interval("event", self.starts_at, self.ends_at)?;
        let time_zone = parsed("time zone", &self.time_zone)?;
        let zone_data = self.zone_data.clone();
        let unreadable = |error: chrono::ParseError| corrupt("event", error);
        Ok(match &self.local_end {
            None => When::Timed {
                local_start: civil(&self.local_start)?,
                time_zone,
                during,
                zone_data,
            },
            Some(end) => When::AllDay {
                first: self.local_start.parse::<NaiveDate>().map_err(unreadable)?,
                end: end.parse::<NaiveDate>().map_err(unreadable)?,
                time_zone,
                during,
                zone_data,
            },
        })
    }

    /// The table has both columns or neither.
    fn occurrence_of(&self) -> Result<Option<ChangedOccurrence>, StoreError> {
        let Some((series, recurrence_id)) = self.series_id.zip(self.recurrence_id.as_deref())
        else {
            return Ok(None);
        };
        Ok(Some(ChangedOccurrence {
            series: series.into(),
            recurrence_id: civil(recurrence_id)?,
        }))
    }
}

fn civil(text: &str) -> Result<NaiveDateTime, StoreError> {
    NaiveDateTime::parse_from_str(text, CIVIL).map_err(|error| corrupt("event", error))
}

/// A civil time as text; earlier ones sort before later ones.
pub(crate) fn civil_text(civil: NaiveDateTime) -> String {
    civil.format(CIVIL).to_string()
}

/// `local_start`, `local_end` and the version of the zone data.
pub(crate) fn civil_bounds(when: &When) -> (String, Option<String>, &str) {
    match when {
        When::Timed {
            local_start,
            zone_data,
            ..
        } => (civil_text(*local_start), None, zone_data),
        When::AllDay {
            first,
            end,
            zone_data,
            ..
        } => (first.to_string(), Some(end.to_string()), zone_data),
    }
}

/// A booking with its meeting.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct BookingRow {
    #[sqlx(flatten)]
    event: EventRow,
    booking_id: Uuid,
    event_type_id: Uuid,
    event_type_version: u32,
    guest_name: String,
    guest_email: String,
    guest_phone: Option<String>,
    guest_time_zone: String,
    note: Option<String>,
    state: String,
    link_generation: u32,
    booking_version: u32,
    booked_at: i64,
}

impl TryFrom<BookingRow> for BookingRecord {
    type Error = StoreError;

    fn try_from(row: BookingRow) -> Result<Self, StoreError> {
        let booking = Booking {
            id: row.booking_id.into(),
            org: row.event.org_id.into(),
            event: row.event.id.into(),
            event_type: row.event_type_id.into(),
            event_type_version: row.event_type_version,
            guest: Guest {
                name: row.guest_name,
                email: parsed("mail address", &row.guest_email)?,
                phone: row.guest_phone,
                time_zone: parsed("time zone", &row.guest_time_zone)?,
            },
            note: row.note,
            state: from_word("booking state", row.state)?,
            link_generation: row.link_generation,
            version: row.booking_version,
            created_at: instant("booking", row.booked_at)?,
        };
        let event = row.event.try_into()?;
        Ok(Self { booking, event })
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct TallyRow {
    booking_id: Uuid,
    state: String,
    starts_at: i64,
    ends_at: i64,
}

impl TallyRow {
    /// `None` for a booking that does not count.
    pub(crate) fn counted(self) -> Result<Option<Tally>, StoreError> {
        let state: BookingState = from_word("booking state", self.state)?;
        let during = interval("event", self.starts_at, self.ends_at)?;
        Ok(state.counts().then(|| Tally {
            start: during.start(),
            duration: during.duration(),
            booking: self.booking_id.into(),
        }))
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ClaimRow {
    id: Uuid,
    org_id: Uuid,
    subject_id: Uuid,
    starts_at: i64,
    ends_at: i64,
    buffer_before_minutes: u32,
    buffer_after_minutes: u32,
    event_id: Uuid,
    kind: String,
    exclusive: bool,
    expires_at: Option<i64>,
}

impl TryFrom<ClaimRow> for Claim {
    type Error = StoreError;

    fn try_from(row: ClaimRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            org: OrgId::new(row.org_id),
            subject: row.subject_id.into(),
            during: interval("claim", row.starts_at, row.ends_at)?,
            buffer_before: TimeDelta::minutes(row.buffer_before_minutes.into()),
            buffer_after: TimeDelta::minutes(row.buffer_after_minutes.into()),
            event: row.event_id.into(),
            kind: from_word("busy kind", row.kind)?,
            exclusive: row.exclusive,
            expires_at: row.expires_at.map(|at| instant("claim", at)).transpose()?,
        })
    }
}
