use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::model::{CalendarEvent, EventId, EventStatus, OrgId, UserId};
use crate::recurrence::Occurrence;
use crate::scheduler::Scheduler;
use crate::scheduler::events::occurrences::{occurrences_within, zone_of};
use crate::scheduler::events::{CalendarEntry, EventError};
use crate::time::{Interval, Zone};

/// The longest window that a calendar can be asked for, in days.
pub const MAX_CALENDAR_DAYS: i64 = 400;

/// The most entries that a window of a calendar can have.
pub const MAX_CALENDAR_ENTRIES: usize = 20_000;

impl Scheduler {
    /// What takes place in somebody's calendar within a window: meetings, each occurrence of those
    /// that repeat, and changed occurrences where they are now; by start, end and id. Whoever
    /// declined still sees it; what was called off, and busy time that was imported, is not listed.
    ///
    /// # Errors
    ///
    /// [`EventError::Invalid`] for a window of more than [`MAX_CALENDAR_DAYS`], or one that has
    /// more than [`MAX_CALENDAR_ENTRIES`];
    /// [`EventError::Series`] if a series cannot be expanded, [`EventError::Store`] for an
    /// unreachable store: never a shorter list.
    pub async fn event_occurrences(
        &self,
        org: OrgId,
        user: UserId,
        window: Interval,
    ) -> Result<Vec<CalendarEntry>, EventError> {
        if window.duration() > TimeDelta::days(MAX_CALENDAR_DAYS) {
            let expected = format!("at most {MAX_CALENDAR_DAYS} days after `from`");
            return Err(EventError::invalid("to", "rangeTooLong", expected));
        }
        let events = self.store.events_between(org, user, window).await?;
        let mut zones = BTreeMap::new();
        let mut entries = Vec::new();
        for event in events.iter().filter(|event| event.recurrence.is_some()) {
            zones.insert(event.id, zone_of(event, &self.zones)?);
        }
        for event in events {
            if event.status == EventStatus::Cancelled {
                continue;
            }
            let event = Arc::new(event);
            let occurrences = occurrences_within(&event, window, &self.zones)?;
            if entries.len() + occurrences.len() > MAX_CALENDAR_ENTRIES {
                let expected = format!("a window with at most {MAX_CALENDAR_ENTRIES} meetings");
                return Err(EventError::invalid("to", "tooMuch", expected));
            }
            for occurrence in occurrences {
                let entry = self.entry(&event, &occurrence, &mut zones).await?;
                entries.push(entry);
            }
        }
        entries.sort_by_key(|entry| (entry.during, entry.event.id));
        Ok(entries)
    }

    async fn entry(
        &self,
        event: &Arc<CalendarEvent>,
        occurrence: &Occurrence,
        zones: &mut BTreeMap<EventId, Zone>,
    ) -> Result<CalendarEntry, EventError> {
        let recurrence_id = match &event.occurrence_of {
            Some(place) => {
                let zone = self.zone_of_series(event.org, place.series, zones).await?;
                Some(zone.instant_of(place.recurrence_id))
            }
            None => event.recurrence.as_ref().map(|_| occurrence.recurrence_id),
        };
        let clashes = event.conflicts.iter();
        let clashes = clashes.filter(|clash| clash.during.overlaps(&occurrence.during));
        Ok(CalendarEntry {
            during: occurrence.during,
            recurrence_id,
            conflicts: clashes.cloned().collect(),
            event: Arc::clone(event),
        })
    }

    /// The zone of a series, read once.
    async fn zone_of_series(
        &self,
        org: OrgId,
        series: EventId,
        known: &mut BTreeMap<EventId, Zone>,
    ) -> Result<Zone, EventError> {
        if let Some(zone) = known.get(&series) {
            return Ok(zone.clone());
        }
        let zone = zone_of(&self.store.event(org, series).await?, &self.zones)?;
        known.insert(series, zone.clone());
        Ok(zone)
    }
}
