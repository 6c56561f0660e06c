use std::collections::BTreeMap;

use chrono::TimeDelta;

use crate::model::{CalendarEvent, EventId, EventStatus, OrgId, UserId};
use crate::recurrence::Occurrence;
use crate::scheduler::Scheduler;
use crate::scheduler::events::occurrences::{occurrences_within, zone_of};
use crate::scheduler::events::{CalendarEntry, EventError};
use crate::time::{Interval, Zone};

/// The longest window that a calendar can be asked for, in days.
pub const MAX_CALENDAR_DAYS: i64 = 400;

impl Scheduler {
    /// What takes place in somebody's calendar within a window: meetings, each occurrence of those
    /// that repeat, and changed occurrences where they are now; by start, end and id. Whoever
    /// declined still sees it; what was called off, and busy time that was imported, is not listed.
    ///
    /// # Errors
    ///
    /// [`EventError::Invalid`] for a window of more than [`MAX_CALENDAR_DAYS`];
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
        for event in events {
            if event.status == EventStatus::Cancelled {
                continue;
            }
            for occurrence in occurrences_within(&event, window, &self.zones)? {
                let entry = self.entry(org, &event, &occurrence, &mut zones).await?;
                entries.push(entry);
            }
        }
        entries.sort_by_key(|entry| (entry.during, entry.event.id));
        Ok(entries)
    }

    async fn entry(
        &self,
        org: OrgId,
        event: &CalendarEvent,
        occurrence: &Occurrence,
        zones: &mut BTreeMap<EventId, Zone>,
    ) -> Result<CalendarEntry, EventError> {
        let recurrence_id = match &event.occurrence_of {
            Some(place) => {
                let zone = match zones.get(&place.series) {
                    Some(zone) => zone.clone(),
                    None => {
                        let series = self.store.event(org, place.series).await?;
                        let zone = zone_of(&series, &self.zones)?;
                        zones.insert(place.series, zone.clone());
                        zone
                    }
                };
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
            event: event.clone(),
        })
    }
}
