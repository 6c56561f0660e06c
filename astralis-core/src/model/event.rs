use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::model::{
    ChangedOccurrence, EmailAddress, EventId, MeetingType, OrgId, Recurrence, SubjectId, UserId,
};
use crate::time::{Interval, TimeZoneName};

/// A meeting in our books: a VEVENT (RFC 5545 §3.6.1) with what only we know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct CalendarEvent {
    /// Its id.
    pub id: EventId,
    /// The tenant.
    pub org: OrgId,
    /// 1–200 characters.
    pub title: String,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// When it takes place; for the first time, if it repeats.
    pub when: When,
    /// How it repeats; `None`: it takes place once.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub recurrence: Option<Recurrence>,
    /// Which occurrence of which series it stands in for, if it was changed apart from the others.
    /// It shares the UID of its series.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub occurrence_of: Option<ChangedOccurrence>,
    /// The one host who owns the VEVENT.
    pub organizer: UserId,
    /// Everyone invited, the organizer included, in the order they were added.
    pub participants: Vec<Participant>,
    /// At most 500 characters.
    pub location: Option<String>,
    /// How people meet.
    pub meeting_type: Option<MeetingType>,
    /// Where a video call takes place.
    pub meeting_link: Option<String>,
    /// Where it stands, apart from [`conflicts`](Self::conflicts).
    pub status: EventStatus,
    /// What it clashes with; while this is non-empty, outside shows the status `CONFLICT`.
    pub conflicts: Vec<Conflict>,
    /// Whether it makes its participants busy.
    pub transparency: Transparency,
    /// iCalendar UID: the same for the event's whole life (RFC 5545 §3.8.4.7).
    pub uid: String,
    /// iCalendar SEQUENCE: rises with each move and with the cancellation (RFC 5545 §3.8.7.4).
    pub sequence: u32,
    /// Rises with every change; starts at 1.
    pub version: u32,
    /// Where it came from.
    pub origin: Origin,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl CalendarEvent {
    /// Whose time it takes: the users invited who have not declined, by id; nobody's if it is
    /// cancelled or transparent.
    #[must_use]
    pub fn subjects(&self) -> Vec<SubjectId> {
        if self.status == EventStatus::Cancelled || self.transparency == Transparency::Transparent {
            return Vec::new();
        }
        let comes = |each: &&Participant| each.status != ParticipationStatus::Declined;
        let coming = self.participants.iter().filter(comes);
        let mut subjects: Vec<SubjectId> = coming
            .filter_map(|each| each.user)
            .map(Into::into)
            .collect();
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }
}

/// When an event takes place: what people agreed on, and the instant it means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "SCREAMING_SNAKE_CASE", tag = "kind")
)]
pub enum When {
    /// A stretch of a day.
    #[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
    Timed {
        /// What the wall clock in [`time_zone`](Self::Timed::time_zone) shows at the start.
        local_start: NaiveDateTime,
        /// The zone the time was meant in.
        #[cfg_attr(feature = "serde", serde(rename = "timezone"))]
        time_zone: TimeZoneName,
        /// The instants it covers, derived from the fields above.
        during: Interval,
        /// The version of the zone data that the instants were derived with.
        zone_data: String,
    },
    /// Whole days in the calendar owner's zone.
    #[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
    AllDay {
        /// The first day.
        first: NaiveDate,
        /// The day after the last one.
        end: NaiveDate,
        /// The owner's zone.
        #[cfg_attr(feature = "serde", serde(rename = "timezone"))]
        time_zone: TimeZoneName,
        /// The instants it covers, derived from the fields above.
        during: Interval,
        /// The version of the zone data that the instants were derived with.
        zone_data: String,
    },
}

impl When {
    /// The instants it covers.
    #[must_use]
    pub const fn during(&self) -> Interval {
        match self {
            Self::Timed { during, .. } | Self::AllDay { during, .. } => *during,
        }
    }

    /// Elapsed time from start to end.
    #[must_use]
    pub fn duration(&self) -> TimeDelta {
        self.during().duration()
    }

    /// The zone it was meant in.
    #[must_use]
    pub const fn time_zone(&self) -> &TimeZoneName {
        match self {
            Self::Timed { time_zone, .. } | Self::AllDay { time_zone, .. } => time_zone,
        }
    }
}

/// Anyone invited (RFC 5545 §3.8.4.1).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Participant {
    /// The user, if it is one of ours.
    pub user: Option<UserId>,
    /// Where their invitation goes.
    pub email: EmailAddress,
    /// What people call them.
    pub name: String,
    /// What they answered.
    pub status: ParticipationStatus,
    /// Whether the meeting takes place without them.
    pub optional: bool,
}

/// PARTSTAT (RFC 5545 §3.2.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum ParticipationStatus {
    /// No answer yet.
    NeedsAction,
    /// Will come.
    Accepted,
    /// Will not come.
    Declined,
    /// May come.
    Tentative,
}

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum EventStatus {
    /// Written down.
    Scheduled,
    /// Agreed by all.
    Confirmed,
    /// Called off.
    Cancelled,
    /// Over.
    Completed,
}

/// TRANSP (RFC 5545 §3.8.2.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum Transparency {
    /// Blocks time.
    Opaque,
    /// Does not.
    Transparent,
}

/// Another event that takes part of the same time for one of the participants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Conflict {
    /// The other event.
    pub event: EventId,
    /// The time both want.
    pub during: Interval,
}

/// Where an event came from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "SCREAMING_SNAKE_CASE", tag = "kind")
)]
#[non_exhaustive]
pub enum Origin {
    /// Written by a signed-in user.
    Internal,
    /// Booked by a guest.
    Booked,
    /// Read from another calendar; never exclusive.
    #[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
    Imported {
        /// Which calendar: a file's name or a remote calendar's id. Reading it again replaces
        /// what it brought before.
        source: String,
        /// The other calendar's id for the event.
        remote_id: String,
    },
}
