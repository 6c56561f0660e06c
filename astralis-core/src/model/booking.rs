use chrono::{DateTime, TimeDelta, Utc};

#[cfg(feature = "serde")]
use crate::model::minutes;
use crate::model::{BookingId, CalendarEvent, EmailAddress, EventId, EventTypeId, OrgId};
use crate::time::TimeZoneName;

/// The one who books from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Guest {
    /// As they wrote it, 1–200 characters.
    pub name: String,
    /// Where their invitation goes.
    pub email: EmailAddress,
    /// How to call them, if they said, at most 50 characters.
    pub phone: Option<String>,
    /// The zone their mails and pages show.
    #[cfg_attr(feature = "serde", serde(rename = "timezone"))]
    pub time_zone: TimeZoneName,
}

/// How far a booking has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum BookingState {
    /// The time is kept for a few minutes.
    Held,
    /// Waiting for the host's word.
    Requested,
    /// Agreed.
    Confirmed,
    /// It took place.
    Completed,
    /// The guest did not come.
    NoShow,
    /// Called off by either side.
    Cancelled,
    /// The host said no.
    Declined,
    /// The hold or the request ran out.
    Expired,
}

impl BookingState {
    /// Whether the booking still takes its time: held, requested or confirmed.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Held | Self::Requested | Self::Confirmed)
    }

    /// Whether the booking counts towards limits: everything but cancelled, declined and expired.
    #[must_use]
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Declined | Self::Expired)
    }
}

/// A guest's place in an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Booking {
    /// Its id.
    pub id: BookingId,
    /// The tenant.
    pub org: OrgId,
    /// The meeting.
    pub event: EventId,
    /// What was booked.
    pub event_type: EventTypeId,
    /// The version of the event type whose terms were accepted.
    pub event_type_version: u32,
    /// Who booked.
    pub guest: Guest,
    /// What the guest wrote, at most 2000 characters.
    pub note: Option<String>,
    /// How far it has come.
    pub state: BookingState,
    /// Part of the guest's link; raising it makes all links mailed before invalid.
    pub link_generation: u32,
    /// Rises with every change; moves and cancels name the one they saw. Starts at 1.
    pub version: u32,
    /// When it was booked.
    pub created_at: DateTime<Utc>,
}

/// A booking together with its meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct BookingRecord {
    /// The guest's place.
    pub booking: Booking,
    /// The meeting.
    pub event: CalendarEvent,
}

/// One booking as limits count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Tally {
    /// When its meeting starts.
    pub start: DateTime<Utc>,
    /// How long its meeting is.
    #[cfg_attr(
        feature = "serde",
        serde(rename = "durationMinutes", with = "minutes::one")
    )]
    pub duration: TimeDelta,
    /// Which booking it is.
    pub booking: BookingId,
}
