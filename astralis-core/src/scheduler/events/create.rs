use uuid::Uuid;

use crate::model::{CalendarEvent, EventId, EventStatus, FieldError, OrgId, Origin, UserId};
use crate::scheduler::Scheduler;
use crate::scheduler::events::check::{Checked, check_series};
use crate::scheduler::events::edit::Wish;
use crate::scheduler::events::write::{Means, Writing};
use crate::scheduler::events::{CreateEvent, EventDraft, EventError, EventSaved};
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
    /// - [`EventError::Invalid`]: names every field that is wrong.
    /// - [`EventError::Refused`]: [`OccurrenceTaken`](crate::policy::Refusal::OccurrenceTaken) for
    ///   each occurrence that cannot be had.
    /// - [`EventError::Store`]: a command id used for another request, or an unreachable store;
    ///   after the last, repeat the same request.
    pub async fn create_event(&self, request: &CreateEvent) -> Result<EventSaved, EventError> {
        let intent = Intent::new(request.org, request.command, request.fingerprint());
        let id = new_id(intent, "event");
        let created = self.create_event_anew(request, intent, id, Means::Writing);
        let repeated = self.or_carried_out_before(intent, created.await).await?;
        let event = self.store.event(request.org, id).await?;
        Ok(EventSaved {
            warnings: self.warnings(&event).await,
            event,
            repeated,
        })
    }

    /// Every field of a wish that is wrong, as [`create_event`](Self::create_event) would name
    /// them; nothing is written. For a form of which some fields could not even be read.
    ///
    /// # Errors
    ///
    /// [`EventError::Store`] for an unreachable store.
    pub async fn flaws_of_new_event(
        &self,
        request: &CreateEvent,
    ) -> Result<Vec<FieldError>, EventError> {
        let intent = Intent::new(request.org, request.command, request.fingerprint());
        let id = new_id(intent, "event");
        let created = self.create_event_anew(request, intent, id, Means::Checking);
        flaws_of(created.await)
    }

    async fn create_event_anew(
        &self,
        request: &CreateEvent,
        intent: Intent,
        id: EventId,
        means: Means,
    ) -> Result<bool, EventError> {
        let owner = (request.org, request.organizer);
        let (wish, flaws) = self.wish(owner, &request.draft, None).await?;
        let Some(wish) = wish else {
            return Err(EventError::Invalid(flaws));
        };
        let writing = Writing {
            intent,
            on_clash: request.on_clash,
            now: self.now(),
            calls_off: false,
            flaws,
            means,
            seen: None,
        };
        let edit = |_: Option<&_>| Ok(vec![new_event(request, id, &wish, &self.zones)?]);
        self.write_rows(writing, &edit).await
    }

    /// What a draft wishes for, if its times can be told, and every field that is wrong.
    pub(super) async fn wish(
        &self,
        owner: (OrgId, UserId),
        draft: &EventDraft,
        known: Option<&CalendarEvent>,
    ) -> Result<(Option<Wish>, Vec<FieldError>), EventError> {
        let (checked, mut flaws) = draft.checked(&self.zones);
        let draft = checked.as_ref().map_or(draft, |checked| &checked.draft);
        let mut participants = Vec::new();
        if flaws.iter().all(|flaw| flaw.field != "participants") {
            match self.participants(owner, draft, known).await {
                Ok(invited) => participants = invited,
                Err(EventError::Invalid(errors)) => flaws.extend(errors),
                Err(error) => return Err(error),
            }
        }
        let wish = checked.map(|checked| Wish {
            checked,
            participants,
        });
        Ok((wish, flaws))
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

/// What is wrong with a wish, of which the outcome is known.
pub(super) fn flaws_of(outcome: Result<bool, EventError>) -> Result<Vec<FieldError>, EventError> {
    match outcome {
        Err(EventError::Invalid(flaws)) => Ok(flaws),
        Err(EventError::Refused(_)) => Ok(Vec::new()), // For other reasons than its fields.
        outcome => outcome.map(|_| Vec::new()),
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
    let zone = zones.zone(when.time_zone())?;
    let event = CalendarEvent {
        id,
        org: request.org,
        title: draft.title.clone(),
        description: draft.description.clone(),
        when: when.clone(),
        recurrence: wish.recurrence(&zone),
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
        check_series(&event, &zone).map_err(EventError::Invalid)?;
    }
    Ok(event)
}
