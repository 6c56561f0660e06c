use crate::model::{CalendarEvent, EventId, FieldError, OrgId, Origin};
use crate::policy::Refusal;
use crate::ports::{Command, Look, StoreError};
use crate::scheduler::Scheduler;
use crate::scheduler::events::create::{flaws_of, new_id};
use crate::scheduler::events::edit::{Whole, place};
use crate::scheduler::events::occurrences::zone_of;
use crate::scheduler::events::write::{Means, Seen, Writing};
use crate::scheduler::events::{ChangeEvent, EventError, EventSaved, Scope};
use crate::scheduler::intent::Intent;

impl Scheduler {
    /// Changes a meeting of a signed-in user, all of it or some occurrences.
    ///
    /// - [`Scope::All`]: exceptions stay with their occurrences, and move along with the first one;
    ///   those that a new rule does not name are forgotten, or called off if they were changed.
    /// - [`Scope::This`]: the occurrence gets a row of its own.
    /// - [`Scope::ThisAndFollowing`]: the series ends before the occurrence, and a new one with a UID
    ///   of its own begins there. A rule that stays as it is goes on: of a COUNT, with what is left.
    ///
    /// Occurrences that stay where they are keep what they have; what is new is claimed as by
    /// [`create_event`](Self::create_event). Clashes that are gone are forgotten on both sides.
    ///
    /// # Errors
    ///
    /// As for [`create_event`](Self::create_event); [`EventError::Refused`] also with
    /// [`Refusal::StaleVersion`] if the meeting changed meanwhile, and with
    /// [`Refusal::NotChangeable`] if it was called off or is not a signed-in user's.
    pub async fn change_event(&self, request: &ChangeEvent) -> Result<EventSaved, EventError> {
        let intent = Intent::new(request.org, request.command, request.fingerprint());
        let target = self.open(request.org, request.event, request.scope).await?;
        let changed = self.change_event_anew(request, intent, &target, Means::Writing);
        let repeated = self.or_carried_out_before(intent, changed.await).await?;
        let event = self.answer(intent, &target).await?;
        Ok(EventSaved {
            warnings: self.warnings(&event).await,
            event,
            repeated,
        })
    }

    /// Every field of a wish that is wrong, as [`change_event`](Self::change_event) would name
    /// them; nothing is written. For a form of which some fields could not even be read.
    ///
    /// # Errors
    ///
    /// [`EventError::Store`] if there is no such meeting, or for an unreachable store.
    pub async fn flaws_of_change(
        &self,
        request: &ChangeEvent,
    ) -> Result<Vec<FieldError>, EventError> {
        let intent = Intent::new(request.org, request.command, request.fingerprint());
        let target = self.open(request.org, request.event, request.scope).await?;
        let changed = self.change_event_anew(request, intent, &target, Means::Checking);
        flaws_of(changed.await)
    }

    async fn change_event_anew(
        &self,
        request: &ChangeEvent,
        intent: Intent,
        target: &Target,
        means: Means,
    ) -> Result<bool, EventError> {
        let scope = target.required_scope()?;
        let master = &target.whole.master;
        let known = target.row(self)?.unwrap_or(master);
        let owner = (request.org, master.organizer);
        let (wish, mut flaws) = self.wish(owner, &request.draft, Some(known)).await?;
        if request.draft.rule.is_some() && matches!(scope, Scope::This(_)) {
            let expected = "no rule for a single occurrence";
            flaws.push(FieldError::new("recurrence", "notAllowed", expected));
        }
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
            seen: Some(target.seen(request.expected_version)),
        };
        let edit = |whole: Option<&Whole>| {
            let whole = whole.expect("a change is of a meeting").clone();
            let zones = &self.zones;
            match scope {
                Scope::ThisAndFollowing(id) if !whole.begins_with(id) => {
                    let new_id = new_id(intent, "following");
                    let (head, tail) = whole.change_following(id, &wish, new_id, zones)?;
                    Ok(head.into_rows().chain(tail.into_rows()).collect())
                }
                Scope::This(id) => {
                    let new_id = new_id(intent, "occurrence");
                    let changed = whole.change_one(id, &wish, new_id, zones)?;
                    Ok(changed.into_rows().collect())
                }
                Scope::ThisAndFollowing(id) => {
                    whole.require(id, zones)?;
                    let whole = whole.without_row_of(id, zones)?;
                    Ok(whole.change_all(&wish, zones)?.into_rows().collect())
                }
                Scope::All => Ok(whole.change_all(&wish, zones)?.into_rows().collect()),
            }
        };
        self.write_rows(writing, &edit).await
    }

    /// What was changed, as it stands now.
    async fn answer(&self, intent: Intent, target: &Target) -> Result<CalendarEvent, EventError> {
        let org = intent.org;
        let series = target.whole.master.id;
        match target.scope {
            Scope::All => Ok(self.store.event(org, series).await?),
            Scope::This(id) => {
                let whole = self.whole(org, series).await?;
                let recurrence_id = zone_of(&whole.master, &self.zones)?.to_civil(id);
                let mut rows = whole.changed.iter();
                let row = rows.find(|row| place(row).recurrence_id == recurrence_id);
                Ok(row.unwrap_or(&whole.master).clone())
            }
            Scope::ThisAndFollowing(_) => {
                match self.store.event(org, new_id(intent, "following")).await {
                    // From its first occurrence on, it is the same series.
                    Err(StoreError::NotFound { .. }) => Ok(self.store.event(org, series).await?),
                    event => Ok(event?),
                }
            }
        }
    }

    /// Finds the meeting that a request is about; whoever names a changed occurrence means that one.
    pub(super) async fn open(
        &self,
        org: OrgId,
        event: EventId,
        scope: Scope,
    ) -> Result<Target, EventError> {
        let mut target = Target {
            whole: self.whole(org, event).await?,
            row: event,
            scope,
        };
        if let Some(place) = target.whole.master.occurrence_of.clone() {
            target.whole = self.whole(org, place.series).await?;
            let zone = zone_of(&target.whole.master, &self.zones)?;
            target.scope = Scope::This(zone.instant_of(place.recurrence_id));
        }
        Ok(target)
    }

    pub(super) async fn whole(&self, org: OrgId, event: EventId) -> Result<Whole, EventError> {
        let question = Intent::question(org);
        let command = Command {
            id: question.command,
            fingerprint: question.fingerprint,
            org,
            now: self.now(),
            subjects: Vec::new(),
            event_type: None,
            look: Look {
                event: Some(event),
                ..Look::default()
            },
        };
        let facts = self.facts(&command).await?;
        let master = facts.event.ok_or_else(|| StoreError::NotFound {
            kind: "event",
            id: event.to_string(),
        })?;
        Ok(Whole {
            master,
            changed: facts.changed,
        })
    }
}

/// The meeting that a request is about.
pub(super) struct Target {
    pub(super) whole: Whole,
    /// Which row of it was named.
    row: EventId,
    pub(super) scope: Scope,
}

impl Target {
    /// The scope, if the meeting has such a part and is one that its people change.
    pub(super) fn required_scope(&self) -> Result<Scope, EventError> {
        if self.whole.master.origin != Origin::Internal {
            return Err(EventError::Refused(vec![Refusal::NotChangeable]));
        }
        if self.whole.master.recurrence.is_none() && self.scope != Scope::All {
            let expected = "ALL, for a meeting that takes place once";
            return Err(EventError::invalid("scope", "notASeries", expected));
        }
        Ok(self.scope)
    }

    pub(super) fn seen(&self, expected_version: u32) -> Seen {
        Seen {
            whole: self.whole.clone(),
            row: self.row,
            expected_version,
        }
    }

    /// The row of the one occurrence that is meant, if it has one.
    fn row(&self, scheduler: &Scheduler) -> Result<Option<&CalendarEvent>, EventError> {
        let Scope::This(id) = self.scope else {
            return Ok(None);
        };
        let recurrence_id = zone_of(&self.whole.master, &scheduler.zones)?.to_civil(id);
        let mut rows = self.whole.changed.iter();
        Ok(rows.find(|row| place(row).recurrence_id == recurrence_id))
    }
}

impl Whole {
    pub(super) fn into_rows(self) -> impl Iterator<Item = CalendarEvent> {
        std::iter::once(self.master).chain(self.changed)
    }
}
