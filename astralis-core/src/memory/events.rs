use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::bookings::is_named;
use super::{MemoryStore, State, not_found};
use crate::model::{CalendarEvent, EventId, EventStatus, OrgId, Origin, UserId};
use crate::ports::{Command, Events, StoreError};
use crate::time::Interval;

#[async_trait]
impl Events for MemoryStore {
    async fn event(&self, org: OrgId, id: EventId) -> Result<CalendarEvent, StoreError> {
        self.read()
            .own_event(org, id)
            .ok_or_else(|| not_found("event", id))
    }

    async fn events_between(
        &self,
        org: OrgId,
        user: UserId,
        window: Interval,
    ) -> Result<Vec<CalendarEvent>, StoreError> {
        let state = self.read();
        let theirs = || state.own_events(org).filter(|one| takes_part(one, user));
        let repeats = |event: &CalendarEvent| {
            event.recurrence.is_some() && event.when.during().start() < window.end()
        };
        let series: BTreeSet<_> = theirs()
            .filter(|one| repeats(one))
            .map(|one| one.id)
            .collect();
        let reaches = |event: &CalendarEvent| {
            let place = event.occurrence_of.as_ref();
            event.when.during().overlaps(&window)
                || series.contains(&event.id)
                || place.is_some_and(|place| series.contains(&place.series))
        };
        let mut found: Vec<_> = theirs().filter(|one| reaches(one)).cloned().collect();
        found.sort_by_key(|event| (event.when.during().start(), event.id));
        Ok(found)
    }

    async fn series_to_extend(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<CalendarEvent>, StoreError> {
        let state = self.read();
        let mut found: Vec<_> = state
            .events
            .values()
            .filter(|event| event.status != EventStatus::Cancelled)
            .filter_map(|event| Some((claimed_until(event)?, event)))
            .filter(|(claimed_until, _)| *claimed_until < before)
            .collect();
        found.sort_by_key(|(claimed_until, event)| (*claimed_until, event.org, event.id));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let first = found.into_iter().take(limit);
        Ok(first.map(|(_, event)| event.clone()).collect())
    }
}

impl State {
    pub(super) fn own_event(&self, org: OrgId, id: EventId) -> Option<CalendarEvent> {
        let event = self.events.get(&(org, id));
        event.filter(|event| !is_imported(event)).cloned()
    }

    /// The rows that stand in for occurrences of a series; by recurrence id.
    pub(super) fn changed_occurrences(&self, org: OrgId, series: EventId) -> Vec<CalendarEvent> {
        let mut found: Vec<_> = self
            .own_events(org)
            .filter_map(|event| Some((event.occurrence_of.as_ref()?, event)))
            .filter(|(place, _)| place.series == series)
            .map(|(place, event)| (place.recurrence_id, event.clone()))
            .collect();
        found.sort_by_key(|(recurrence_id, _)| *recurrence_id);
        found.into_iter().map(|(_, event)| event).collect()
    }

    /// Series of the command's subjects that are claimed less far than `range` reaches.
    pub(super) fn series_beyond_claims(
        &self,
        command: &Command,
        range: Interval,
    ) -> Vec<CalendarEvent> {
        let takes_time = |event: &CalendarEvent| {
            let subjects = event.subjects();
            subjects.iter().any(|subject| is_named(command, *subject))
        };
        let reaches = |event: &CalendarEvent| {
            claimed_until(event).is_some_and(|claimed_until| claimed_until < range.end())
        };
        self.own_events(command.org)
            .filter(|event| reaches(event) && takes_time(event))
            .cloned()
            .collect()
    }

    /// Refuses a UID that another meeting has, and a second row for one occurrence. Imported
    /// meetings bring UIDs of anybody's, and changed occurrences that of their series.
    pub(super) fn require_own_place(&self, event: &CalendarEvent) -> Result<(), StoreError> {
        let mut others = self
            .own_events(event.org)
            .filter(|other| other.id != event.id);
        if is_imported(event) {
            return Ok(());
        }
        let (is_taken, field) = if event.occurrence_of.is_some() {
            let is_taken = others.any(|other| other.occurrence_of == event.occurrence_of);
            (is_taken, "recurrenceId")
        } else {
            let is_taken =
                others.any(|other| other.occurrence_of.is_none() && other.uid == event.uid);
            (is_taken, "uid")
        };
        if is_taken {
            return Err(StoreError::NotUnique { field });
        }
        Ok(())
    }

    /// Those that were not imported; by id.
    fn own_events(&self, org: OrgId) -> impl Iterator<Item = &CalendarEvent> {
        let of_org = self.events.values().filter(move |event| event.org == org);
        of_org.filter(|event| !is_imported(event))
    }
}

pub(super) fn takes_part(event: &CalendarEvent, user: UserId) -> bool {
    let is_user = |invited: Option<UserId>| invited == Some(user);
    event.organizer == user || event.participants.iter().any(|p| is_user(p.user))
}

pub(super) fn is_imported(event: &CalendarEvent) -> bool {
    matches!(event.origin, Origin::Imported { .. })
}

fn claimed_until(event: &CalendarEvent) -> Option<DateTime<Utc>> {
    event.recurrence.as_ref()?.claimed_until
}
