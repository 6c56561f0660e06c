use astralis_core::model::{
    Booking, BookingRecord, BookingState, CalendarEvent, ChangedOccurrence, Claim, Guest, OrgId,
    SubjectId, When,
};
use astralis_core::ports::{StoreError, Tally};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{count, from_document, from_word, interval, parsed};

/// A meeting as a row of its own, or as a document inside another one.
#[derive(Debug, Deserialize, sqlx::FromRow)]
pub(crate) struct EventRow {
    id: Uuid,
    org_id: Uuid,
    title: String,
    description: Option<String>,
    local_start: NaiveDateTime,
    local_end: Option<NaiveDate>,
    time_zone: String,
    zone_data: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    recurrence: Option<String>,
    series_id: Option<Uuid>,
    recurrence_id: Option<NaiveDateTime>,
    organizer_id: Uuid,
    participants: String,
    location: Option<String>,
    meeting_type: Option<String>,
    meeting_link: Option<String>,
    status: String,
    conflicts: String,
    transparency: String,
    uid: String,
    sequence: i64,
    version: i64,
    origin: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
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
            occurrence_of: row.occurrence_of(),
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
            sequence: count("event sequence", row.sequence)?,
            version: count("event version", row.version)?,
            origin: from_document("event origin", &row.origin)?,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

impl EventRow {
    fn when(&self) -> Result<When, StoreError> {
        let during = interval("event", self.starts_at, self.ends_at)?;
        let time_zone = parsed("time zone", &self.time_zone)?;
        let zone_data = self.zone_data.clone();
        Ok(match self.local_end {
            None => When::Timed {
                local_start: self.local_start,
                time_zone,
                during,
                zone_data,
            },
            Some(end) => When::AllDay {
                first: self.local_start.date(),
                end,
                time_zone,
                during,
                zone_data,
            },
        })
    }

    /// The table has both columns or neither.
    fn occurrence_of(&self) -> Option<ChangedOccurrence> {
        let (series, recurrence_id) = self.series_id.zip(self.recurrence_id)?;
        Some(ChangedOccurrence {
            series: series.into(),
            recurrence_id,
        })
    }
}

/// A booking with its meeting.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct BookingRow {
    #[sqlx(flatten)]
    event: EventRow,
    booking_id: Uuid,
    event_type_id: Uuid,
    event_type_version: i64,
    guest_name: String,
    guest_email: String,
    guest_phone: Option<String>,
    guest_time_zone: String,
    note: Option<String>,
    state: String,
    link_generation: i64,
    booking_version: i64,
    booked_at: DateTime<Utc>,
}

impl TryFrom<BookingRow> for BookingRecord {
    type Error = StoreError;

    fn try_from(row: BookingRow) -> Result<Self, StoreError> {
        let booking = Booking {
            id: row.booking_id.into(),
            org: row.event.org_id.into(),
            event: row.event.id.into(),
            event_type: row.event_type_id.into(),
            event_type_version: count("event type version", row.event_type_version)?,
            guest: Guest {
                name: row.guest_name,
                email: parsed("mail address", &row.guest_email)?,
                phone: row.guest_phone,
                time_zone: parsed("time zone", &row.guest_time_zone)?,
            },
            note: row.note,
            state: from_word("booking state", row.state)?,
            link_generation: count("link generation", row.link_generation)?,
            version: count("booking version", row.booking_version)?,
            created_at: row.booked_at,
        };
        let event = row.event.try_into()?;
        Ok(Self { booking, event })
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct TallyRow {
    booking_id: Uuid,
    state: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
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

/// What a command is told first: its earlier effect, and one of its subjects with one claim; or one
/// series.
#[derive(Debug)]
pub(crate) struct SubjectRow {
    /// The fingerprint and the receipt of the command, if it was carried out before.
    pub(crate) earlier: Option<(Uuid, Option<String>)>,
    /// The subject; `None` in the row of a series, or if the command names nobody.
    pub(crate) subject: Option<SubjectId>,
    /// Whether the subject can be booked.
    pub(crate) active: bool,
    claim: Option<ClaimRow>,
    series: Option<String>,
}

impl<'r> sqlx::FromRow<'r, PgRow> for SubjectRow {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let fingerprint: Option<Uuid> = row.try_get("fingerprint")?;
        let receipt = row.try_get("receipt")?;
        let claim: Option<Uuid> = row.try_get("id")?;
        Ok(Self {
            earlier: fingerprint.map(|fingerprint| (fingerprint, receipt)),
            subject: row
                .try_get::<Option<Uuid>, _>("subject_id")?
                .map(Into::into),
            active: row.try_get("active")?,
            claim: claim.map(|_| ClaimRow::from_row(row)).transpose()?,
            series: row.try_get("series")?,
        })
    }
}

impl SubjectRow {
    /// A series that reaches beyond its claims.
    pub(crate) fn series(&self) -> Result<Option<CalendarEvent>, StoreError> {
        let Some(text) = &self.series else {
            return Ok(None);
        };
        let row: EventRow = from_document("event", text)?;
        row.try_into().map(Some)
    }

    /// The subject's claim, in the organization that was asked about.
    pub(crate) fn claim(self, org: OrgId) -> Result<Option<Claim>, StoreError> {
        let (Some(subject), Some(row)) = (self.subject, self.claim) else {
            return Ok(None);
        };
        let minutes = |kind, number| count(kind, number).map(|n| TimeDelta::minutes(n.into()));
        Ok(Some(Claim {
            id: row.id.into(),
            org,
            subject,
            during: interval("claim", row.starts_at, row.ends_at)?,
            buffer_before: minutes("buffer", row.buffer_before_minutes)?,
            buffer_after: minutes("buffer", row.buffer_after_minutes)?,
            event: row.event_id.into(),
            kind: from_word("busy kind", row.kind)?,
            exclusive: row.exclusive,
            expires_at: row.expires_at,
        }))
    }
}

#[derive(Debug, sqlx::FromRow)]
struct ClaimRow {
    id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    buffer_before_minutes: i64,
    buffer_after_minutes: i64,
    event_id: Uuid,
    kind: String,
    exclusive: bool,
    expires_at: Option<DateTime<Utc>>,
}
