use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{BookingId, BookingRecord, EmailAddress, EventId, MessageId, OrgId};
use crate::time::TimeZoneName;

/// A mail that is or was to be sent; kept for good, with its delivery state.
///
/// It carries what it speaks of as it was when it was planned, so that a retry says the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Message {
    /// Its id, from which its `Message-ID` header is derived.
    pub id: MessageId,
    /// The tenant.
    pub org: OrgId,
    /// The meeting it speaks of.
    pub event: EventId,
    /// The booking it speaks of.
    pub booking: BookingId,
    /// What it says.
    pub kind: MessageKind,
    /// To whom.
    pub to: Recipient,
    /// Who the guest meets: the name and address the mail answers to.
    pub host: Recipient,
    /// The event's SEQUENCE when it was planned.
    pub sequence: u32,
    /// Booking and event as they were when it was planned.
    pub subject_matter: BookingRecord,
    /// For a move: when the meeting was before.
    pub previous: Option<crate::time::Interval>,
    /// When it is to be sent.
    pub due_at: DateTime<Utc>,
}

impl Message {
    /// What makes the message unique for good: event, kind (with a reminder's offset),
    /// destination and sequence. The store keeps at most one message per key.
    ///
    /// A conflict leaves the sequence as it is, since it changes nothing for the guest: it is told
    /// apart from the one before by the event's version.
    #[must_use]
    pub fn key(&self) -> String {
        let edition = match self.kind {
            MessageKind::Conflict => self.subject_matter.event.version,
            _ => self.sequence,
        };
        format!(
            "{}/{}/{}/{edition}",
            self.event,
            self.kind,
            self.to.email.as_str().to_lowercase(),
        )
    }
}

/// What a mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "SCREAMING_SNAKE_CASE", tag = "type")
)]
#[non_exhaustive]
pub enum MessageKind {
    /// It is booked; carries the invitation.
    Confirmation,
    /// It moved; carries the new invitation.
    Reschedule,
    /// It is called off; carries the cancellation.
    Cancellation,
    /// It is soon; carries no invitation.
    #[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
    Reminder {
        /// How long before the start it is sent.
        #[cfg_attr(
            feature = "serde",
            serde(rename = "beforeMinutes", with = "crate::model::minutes::one")
        )]
        before: TimeDelta,
    },
    /// An imported event takes the same time; for the host, carries no invitation.
    Conflict,
}

impl std::fmt::Display for MessageKind {
    /// A stable word, with a reminder's offset in minutes: `confirmation`, `reminder-1440`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Confirmation => f.write_str("confirmation"),
            Self::Reschedule => f.write_str("reschedule"),
            Self::Cancellation => f.write_str("cancellation"),
            Self::Reminder { before } => write!(f, "reminder-{}", before.num_minutes()),
            Self::Conflict => f.write_str("conflict"),
        }
    }
}

/// Somebody a mail is written to, or for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Recipient {
    /// Which side they are on.
    pub role: RecipientRole,
    /// What to call them.
    pub name: String,
    /// Where it goes.
    pub email: EmailAddress,
    /// The zone the times are shown in.
    #[cfg_attr(feature = "serde", serde(rename = "timezone"))]
    pub time_zone: TimeZoneName,
}

/// Which side of the meeting a recipient is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum RecipientRole {
    /// The one whose time is booked.
    Host,
    /// The one who booked.
    Guest,
}

/// How far a message has come.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "SCREAMING_SNAKE_CASE", tag = "state")
)]
#[non_exhaustive]
pub enum DeliveryState {
    /// Not sent yet.
    #[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
    Pending {
        /// How often it was tried.
        attempts: u32,
        /// What the last try said.
        last_error: Option<String>,
    },
    /// The mail server took it.
    #[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
    /// It cannot be delivered; nobody will try again.
    #[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
    Failed {
        /// When it was given up.
        at: DateTime<Utc>,
        /// Why.
        error: String,
    },
    /// It no longer made sense: the meeting moved or was cancelled first.
    Dropped,
}
