use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{NaiveDateTime, TimeDelta};

use super::entry::{Entry, Style, is_on};
use super::{Method, begin_calendar, end_calendar, write_title, write_zones};
use crate::model::{CalendarEvent, EventId};
use crate::time::ZoneDatabase;

/// Many meetings as one calendar, to subscribe to or to keep: an iTIP PUBLISH (RFC 5546 §3.2.1).
///
/// `Display` writes the meetings by UID, each series followed by its changed occurrences, so that the
/// same meetings make the same text in whatever order they are given. An occurrence that its series
/// calls [`changed`](crate::model::Recurrence::changed) and that is not given, or was called off, is
/// left out of the series. A changed occurrence whose series is not given is a meeting of its own,
/// under a UID made from both: what its RECURRENCE-ID means, only the series could tell.
#[derive(Debug, Clone, Copy)]
pub struct Calendar<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Series, changed occurrences and meetings that take place once.
    pub events: &'a [CalendarEvent],
    /// How often to look whether it changed; `None` leaves that to the reader.
    pub refresh: Option<TimeDelta>,
    /// How long before each start a reminder is shown (VALARM).
    pub reminders: &'a [TimeDelta],
    /// The zones. One that is not among them is named, but not described.
    pub zones: &'a ZoneDatabase,
}

impl<'a> Calendar<'a> {
    /// A calendar without a wish to be refreshed, and without reminders.
    #[must_use]
    pub const fn new(name: &'a str, events: &'a [CalendarEvent], zones: &'a ZoneDatabase) -> Self {
        Self {
            name,
            events,
            refresh: None,
            reminders: &[],
            zones,
        }
    }

    fn entries(&self) -> Vec<Entry<'a>> {
        let series: BTreeMap<EventId, &CalendarEvent> = self
            .events
            .iter()
            .filter(|one| one.recurrence.is_some())
            .map(|one| (one.id, one))
            .collect();
        let mut written: BTreeMap<EventId, BTreeSet<NaiveDateTime>> = BTreeMap::new();
        let mut events: Vec<&CalendarEvent> = Vec::new();
        for event in self.events {
            match &event.occurrence_of {
                // Its series says that it does not take place.
                Some(change) if !is_on(&event) && series.contains_key(&change.series) => continue,
                Some(change) => {
                    let written = written.entry(change.series).or_default();
                    written.insert(change.recurrence_id);
                }
                None => {}
            }
            events.push(event);
        }
        let none = BTreeSet::new();
        let entry = |event: &'a CalendarEvent| match &event.occurrence_of {
            Some(change) => match series.get(&change.series) {
                Some(series) => Entry::new(event, Some(*series), &none, self.zones),
                None => Entry::orphan(event, change, self.zones),
            },
            None => {
                let written = written.get(&event.id).unwrap_or(&none);
                Entry::new(event, None, written, self.zones)
            }
        };
        let mut entries: Vec<Entry<'a>> = events.into_iter().map(entry).collect();
        entries.sort_by(|one, other| one.place().cmp(&other.place()));
        entries
    }
}

impl fmt::Display for Calendar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries();
        begin_calendar(f, Some(Method::Publish))?;
        write_title(f, self.name, self.refresh)?;
        write_zones(f, &entries)?;
        let style = Style::of(Method::Publish).reminding(self.reminders);
        for entry in &entries {
            entry.write(f, &style)?;
        }
        end_calendar(f)
    }
}
