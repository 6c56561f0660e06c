//! A meeting as the people in it see it.

use astralis_core::model::{
    CalendarEvent, Conflict, EventId, EventStatus, MeetingType, Origin, Participant,
    ParticipationStatus, Transparency, UserId, When,
};
use astralis_core::scheduler::{CalendarEntry, EventError, Warning};
use astralis_core::time::{TimeZoneName, Zone, ZoneDatabase};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::api::wire::{SlotBody, instant, instants, optional_instant};
use crate::desk;

/// A meeting, or one time that it takes place.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MeetingBody {
    id: EventId,
    version: u32,
    title: String,
    description: Option<String>,
    #[serde(flatten)]
    time: SlotBody,
    all_day: Option<DaysBody>,
    timezone: TimeZoneName,
    recurrence: Option<String>,
    extra: Vec<String>,
    #[serde(serialize_with = "instants")]
    excluded: Vec<DateTime<Utc>>,
    #[serde(serialize_with = "optional_instant")]
    recurrence_id: Option<DateTime<Utc>>,
    series_id: Option<EventId>,
    organizer: UserId,
    participants: Vec<ParticipantBody>,
    location: Option<String>,
    meeting_type: Option<MeetingType>,
    meeting_link: Option<String>,
    transparency: Transparency,
    status: StatusBody,
    conflicts: Vec<ConflictBody>,
    origin: &'static str,
    #[serde(serialize_with = "instant")]
    created_at: DateTime<Utc>,
    #[serde(serialize_with = "instant")]
    updated_at: DateTime<Utc>,
}

/// A meeting that was just written.
#[derive(Debug, Serialize)]
pub(super) struct WrittenBody {
    #[serde(flatten)]
    pub(super) meeting: MeetingBody,
    pub(super) warnings: Vec<WarningBody>,
}

/// What its writer should know: how often, and when for the first times.
#[derive(Debug, Serialize)]
pub(super) struct WarningBody {
    code: &'static str,
    message: String,
    count: usize,
    occurrences: Vec<SlotBody>,
}

/// Whole days; `end` is the day after the last one.
#[derive(Debug, Serialize)]
struct DaysBody {
    first: NaiveDate,
    end: NaiveDate,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ParticipantBody {
    user_id: Option<UserId>,
    email: String,
    name: String,
    status: ParticipationStatus,
    optional: bool,
}

/// Which other meeting wants the same time; nothing else about it, since whoever reads this need
/// not be in it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConflictBody {
    event_id: EventId,
    #[serde(flatten)]
    time: SlotBody,
}

/// Where a meeting stands. It clashes as long as there are conflicts.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum StatusBody {
    Clear(EventStatus),
    Clashing(Clashing),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Clashing {
    Conflict,
}

impl MeetingBody {
    /// # Errors
    ///
    /// [`EventError::Zone`] if the zone data do not have the meeting's zone.
    pub(super) fn of(entry: CalendarEntry, zones: &ZoneDatabase) -> Result<Self, EventError> {
        let zone = zones.zone(entry.event.when.time_zone())?;
        let days = desk::whole_days(&entry, &zone);
        let CalendarEntry {
            event,
            during,
            recurrence_id,
            conflicts,
        } = entry;
        let recurrence = event.recurrence.as_ref();
        Ok(Self {
            time: during.into(),
            all_day: days.map(|(first, end)| DaysBody { first, end }),
            timezone: event.when.time_zone().clone(),
            recurrence: recurrence.map(|recurrence| recurrence.rule.to_string()),
            extra: extra(&event),
            excluded: excluded(&event, &zone),
            recurrence_id,
            series_id: event.occurrence_of.as_ref().map(|place| place.series),
            status: status(event.status, &conflicts),
            conflicts: conflicts.into_iter().map(ConflictBody::from).collect(),
            origin: origin(&event.origin),
            id: event.id,
            version: event.version,
            title: event.title.clone(),
            description: event.description.clone(),
            organizer: event.organizer,
            participants: event
                .participants
                .iter()
                .map(ParticipantBody::from)
                .collect(),
            location: event.location.clone(),
            meeting_type: event.meeting_type,
            meeting_link: event.meeting_link.clone(),
            transparency: event.transparency,
            created_at: event.created_at,
            updated_at: event.updated_at,
        })
    }
}

/// The dates of a series that no rule names, on its own clock.
fn extra(event: &CalendarEvent) -> Vec<String> {
    let shape = match event.when {
        When::Timed { .. } => "%FT%T",
        When::AllDay { .. } => "%F",
    };
    let recurrence = event.recurrence.iter();
    let dates = recurrence.flat_map(|recurrence| &recurrence.extra);
    dates.map(|date| date.format(shape).to_string()).collect()
}

/// The occurrences of a series that do not take place.
fn excluded(event: &CalendarEvent, zone: &Zone) -> Vec<DateTime<Utc>> {
    let recurrence = event.recurrence.iter();
    let dates = recurrence.flat_map(|recurrence| &recurrence.excluded);
    dates.map(|civil| zone.instant_of(*civil)).collect()
}

fn status(status: EventStatus, conflicts: &[Conflict]) -> StatusBody {
    if conflicts.is_empty() {
        StatusBody::Clear(status)
    } else {
        StatusBody::Clashing(Clashing::Conflict)
    }
}

/// Where it came from; what is imported is not shown as a meeting.
fn origin(origin: &Origin) -> &'static str {
    match origin {
        Origin::Booked => "BOOKED",
        Origin::Imported { .. } => "IMPORTED",
        _ => "INTERNAL",
    }
}

impl From<&Participant> for ParticipantBody {
    fn from(participant: &Participant) -> Self {
        Self {
            user_id: participant.user,
            email: participant.email.as_str().to_owned(),
            name: participant.name.clone(),
            status: participant.status,
            optional: participant.optional,
        }
    }
}

impl From<&Warning> for WarningBody {
    fn from(warning: &Warning) -> Self {
        let (count, first) = match warning {
            Warning::OutsideAvailability { first, count } => (*count, first.as_slice()),
            _ => (0, &[][..]),
        };
        Self {
            code: warning.code(),
            message: warning.to_string(),
            count,
            occurrences: first.iter().map(|during| (*during).into()).collect(),
        }
    }
}

impl From<Conflict> for ConflictBody {
    fn from(conflict: Conflict) -> Self {
        Self {
            event_id: conflict.event,
            time: conflict.during.into(),
        }
    }
}
