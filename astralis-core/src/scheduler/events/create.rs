use std::slice;

use uuid::Uuid;

use crate::model::{CalendarEvent, EventId, EventStatus, Origin};
use crate::scheduler::Scheduler;
use crate::scheduler::events::check::{Checked, check_series};
use crate::scheduler::events::edit::Wish;
use crate::scheduler::events::occurrences::zone_of;
use crate::scheduler::events::write::Writing;
use crate::scheduler::events::{CreateEvent, EventError, EventSaved};
use crate::scheduler::intent::Intent;
use crate::time::ZoneDatabase;

impl Scheduler {
    /// Writes a meeting of a signed-in user down, and claims the time of the users invited.
    ///
    /// One that takes place once may clash: then both meetings say so, and whoever was there first
    /// keeps the time. A series is refused if somebody has taken part of its time within
    /// [`CLAIMED_DAYS_AHEAD`](super::CLAIMED_DAYS_AHEAD), or goes without those occurrences.
    ///
    /// Repeating a request with the same command id writes one meeting.
    ///
    /// # Errors
    ///
    /// - [`EventError::Invalid`]: names the fields that are wrong.
    /// - [`EventError::Refused`]: [`OccurrenceTaken`](crate::policy::Refusal::OccurrenceTaken) for
    ///   each occurrence that cannot be had.
    /// - [`EventError::Store`]: a command id used for another request, or an unreachable store;
    ///   after the last, repeat the same request.
    pub async fn create_event(&self, request: &CreateEvent) -> Result<EventSaved, EventError> {
        let intent = Intent::new(request.org, request.command, request.fingerprint());
        let id = new_id(intent, "event");
        let created = self.create_event_anew(request, intent, id).await;
        let repeated = self.or_carried_out_before(intent, created).await?;
        let event = self.store.event(request.org, id).await?;
        Ok(EventSaved { event, repeated })
    }

    async fn create_event_anew(
        &self,
        request: &CreateEvent,
        intent: Intent,
        id: EventId,
    ) -> Result<bool, EventError> {
        let checked = request.draft.checked(&self.zones);
        let checked = checked.map_err(EventError::Invalid)?;
        let owner = (request.org, request.organizer);
        let wish = Wish {
            participants: self.participants(owner, &checked.draft, None).await?,
            checked,
        };
        let event = new_event(request, id, &wish, &self.zones)?;
        let writing = Writing {
            intent,
            on_clash: request.on_clash,
            now: self.now(),
            calls_off: false,
            seen: None,
        };
        let edit = |_: Option<&_>| Ok(slice::from_ref(&event).to_vec());
        self.write_rows(writing, &edit).await
    }

    /// Whether a command was carried out before, if it cannot be any more.
    pub(super) async fn or_carried_out_before(
        &self,
        intent: Intent,
        written: Result<bool, EventError>,
    ) -> Result<bool, EventError> {
        match written {
            Err(error) if error.may_come_after_its_effect() => {
                let receipt = self.earlier_receipt(intent).await?;
                receipt.map(|_| true).ok_or(error)
            }
            written => written,
        }
    }
}

/// The id of what a command makes: a repetition finds it again.
pub(super) fn new_id(intent: Intent, what: &str) -> EventId {
    Uuid::new_v5(&intent.command.as_uuid(), what.as_bytes()).into()
}

fn new_event(
    request: &CreateEvent,
    id: EventId,
    wish: &Wish,
    zones: &ZoneDatabase,
) -> Result<CalendarEvent, EventError> {
    let Checked { draft, when, .. } = &wish.checked;
    let event = CalendarEvent {
        id,
        org: request.org,
        title: draft.title.clone(),
        description: draft.description.clone(),
        when: when.clone(),
        recurrence: wish.recurrence(),
        occurrence_of: None,
        organizer: request.organizer,
        participants: wish.participants.clone(),
        location: draft.location.clone(),
        meeting_type: draft.meeting_type,
        meeting_link: draft.meeting_link.clone(),
        status: EventStatus::Scheduled,
        conflicts: Vec::new(),
        transparency: draft.transparency,
        uid: format!("{id}@astralis"),
        sequence: 0,
        version: 1,
        origin: Origin::Internal,
        created_at: chrono::DateTime::UNIX_EPOCH, // Until it is written.
        updated_at: chrono::DateTime::UNIX_EPOCH,
    };
    if event.recurrence.is_some() {
        let checked = check_series(&event, &zone_of(&event, zones)?);
        checked.map_err(|error| EventError::Invalid(vec![error]))?;
    }
    Ok(event)
}
