//! The shapes of the JSON API that are not the model's own.

use astralis_core::model::{
    BookingRecord, CalendarEvent, DeliveryState, EventStatus, Guest, MeetingType, MessageKind,
    RecipientRole,
};
use astralis_core::policy::Refusal;
use astralis_core::slots::Slot;
use astralis_core::time::{Interval, TimeZoneName};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::desk::HostBooking;

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SlotBody {
    #[serde(serialize_with = "instant")]
    start_time: DateTime<Utc>,
    #[serde(serialize_with = "instant")]
    end_time: DateTime<Utc>,
}

/// A time that is in the way: of a series, the occurrence's that clashes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TakenBody {
    #[serde(flatten)]
    time: SlotBody,
    #[serde(
        serialize_with = "optional_instant",
        skip_serializing_if = "Option::is_none"
    )]
    recurrence_id: Option<DateTime<Utc>>,
}

/// The answer of `GET …/slots`.
#[derive(Debug, Serialize)]
pub(super) struct SlotsBody {
    pub(super) slots: Vec<SlotBody>,
    pub(super) timezone: TimeZoneName,
}

/// What `POST /api/book` takes. Everything can be left out here, so that every field that is
/// missing can be named at once.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BookBody {
    pub(super) user_id: Option<String>,
    pub(super) event_type: Option<String>,
    pub(super) title: Option<String>,
    pub(super) start_time: Option<String>,
    pub(super) end_time: Option<String>,
    pub(super) timezone: Option<String>,
    pub(super) guest_name: Option<String>,
    pub(super) guest_email: Option<String>,
    pub(super) guest_phone: Option<String>,
    pub(super) description: Option<String>,
    pub(super) meeting_type: Option<String>,
}

/// The answer of `POST /api/book`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BookedBody {
    pub(super) success: bool,
    pub(super) event: EventBody,
    pub(super) manage_url: String,
}

/// A meeting as the one who booked it sees it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EventBody {
    id: String,
    title: String,
    description: Option<String>,
    #[serde(serialize_with = "instant")]
    start_time: DateTime<Utc>,
    #[serde(serialize_with = "instant")]
    end_time: DateTime<Utc>,
    timezone: TimeZoneName,
    location: Option<String>,
    meeting_type: Option<MeetingType>,
    meeting_link: Option<String>,
    status: EventStatus,
}

impl From<&CalendarEvent> for EventBody {
    fn from(event: &CalendarEvent) -> Self {
        let during = event.when.during();
        Self {
            id: event.id.to_string(),
            title: event.title.clone(),
            description: event.description.clone(),
            start_time: during.start(),
            end_time: during.end(),
            timezone: event.when.time_zone().clone(),
            location: event.location.clone(),
            meeting_type: event.meeting_type,
            meeting_link: event.meeting_link.clone(),
            status: event.status,
        }
    }
}

/// A booking as its host sees it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BookingBody {
    id: String,
    state: astralis_core::model::BookingState,
    version: u32,
    event: EventBody,
    guest: Guest,
    note: Option<String>,
    #[serde(serialize_with = "instant")]
    created_at: DateTime<Utc>,
    messages: Vec<MessageBody>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageBody {
    kind: String,
    to: RecipientRole,
    #[serde(serialize_with = "instant")]
    due_at: DateTime<Utc>,
    delivery: DeliveryState,
}

impl BookingBody {
    /// A booking without its mails, as a change answers it.
    pub(super) fn of(record: &BookingRecord) -> Self {
        let BookingRecord { booking, event } = record;
        Self {
            id: booking.id.to_string(),
            state: booking.state,
            version: booking.version,
            event: event.into(),
            guest: booking.guest.clone(),
            note: booking.note.clone(),
            created_at: booking.created_at,
            messages: Vec::new(),
        }
    }
}

impl From<&HostBooking> for BookingBody {
    fn from(booking: &HostBooking) -> Self {
        let messages = booking.messages.iter().map(|each| MessageBody {
            kind: MessageKind::to_string(&each.message.kind),
            to: each.message.to.role,
            due_at: each.message.due_at,
            delivery: each.state.clone(),
        });
        Self {
            messages: messages.collect(),
            ..Self::of(&booking.record)
        }
    }
}

impl From<Interval> for SlotBody {
    fn from(during: Interval) -> Self {
        Self {
            start_time: during.start(),
            end_time: during.end(),
        }
    }
}

impl From<&Slot> for SlotBody {
    fn from(slot: &Slot) -> Self {
        slot.during.into()
    }
}

/// A refusal for the public: code, numbers and words, but not whose event is in the way.
pub(super) fn why_not(reason: &Refusal) -> Value {
    let mut value = serde_json::to_value(reason).expect("a refusal has only text keys");
    if let Value::Object(parts) = &mut value {
        parts.remove("by"); // Not serialized in the first place.
        parts.remove("subject");
        parts.insert("message".to_owned(), reason.to_string().into());
    }
    value
}

/// The times that are in the way: sorted, each once.
pub(super) fn taken_times(reasons: &[Refusal]) -> Vec<TakenBody> {
    let mut taken: Vec<(Interval, Option<DateTime<Utc>>)> = reasons
        .iter()
        .filter_map(|reason| match reason {
            Refusal::Taken { during, .. } => Some((*during, None)),
            Refusal::OccurrenceTaken {
                recurrence_id,
                during,
                ..
            } => Some((*during, Some(*recurrence_id))),
            _ => None,
        })
        .collect();
    taken.sort_unstable();
    taken.dedup();
    let body = |(during, recurrence_id): (Interval, _)| TakenBody {
        time: during.into(),
        recurrence_id,
    };
    taken.into_iter().map(body).collect()
}

pub(super) fn instant<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(at))
}

pub(super) fn optional_instant<S: Serializer>(
    at: &Option<DateTime<Utc>>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => instant(at, to),
        None => to.serialize_none(),
    }
}

pub(super) fn instants<S: Serializer>(all: &[DateTime<Utc>], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(all.iter().map(text))
}

fn text(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
