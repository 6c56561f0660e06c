use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::model::{CalendarEvent, EventId, When};
use crate::recurrence::{ExtraDate, Length, RecurrenceError, RecurrenceRule, Series, Start};
use crate::time::Zone;

/// How a meeting repeats (RFC 5545 §3.8.5).
///
/// All dates are wall-clock time in the zone of the meeting's [`When`] (midnights if it lasts whole
/// days) and become instants when the series is expanded: they follow when zone data change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct Recurrence {
    /// RRULE; the meeting's own start is its DTSTART.
    pub rule: RecurrenceRule,
    /// RDATE: further starts.
    #[cfg_attr(feature = "serde", serde(default))]
    pub extra: BTreeSet<NaiveDateTime>,
    /// EXDATE: starts that do not take place.
    #[cfg_attr(feature = "serde", serde(default))]
    pub excluded: BTreeSet<NaiveDateTime>,
    /// The recurrence ids of occurrences that have a row of their own: a [`ChangedOccurrence`]
    /// stands in for each.
    #[cfg_attr(feature = "serde", serde(default))]
    pub changed: BTreeSet<NaiveDateTime>,
    /// Occurrences that start before this instant have claims of their own; those from there on
    /// are expanded for every decision that looks so far ahead. `None`: all of them have, or the
    /// meeting takes nobody's time.
    pub claimed_until: Option<DateTime<Utc>>,
}

/// Which occurrence of a series a meeting stands in for (RFC 5545 §3.8.4.4).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct ChangedOccurrence {
    /// The meeting that repeats.
    pub series: EventId,
    /// RECURRENCE-ID: when the occurrence would start if nobody had changed it, on the wall clock
    /// of the series' zone.
    pub recurrence_id: NaiveDateTime,
}

impl Recurrence {
    /// Leaves an occurrence out, whatever names it.
    pub fn exclude(&mut self, recurrence_id: NaiveDateTime) {
        self.extra.remove(&recurrence_id);
        self.excluded.insert(recurrence_id);
    }
}

impl CalendarEvent {
    /// Its recurrence set, a series of one if it does not repeat, without the occurrences that were
    /// excluded or have a row of their own. `zone` is the one that [`when`](Self::when) names.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError`] if its rule cannot be expanded whatever the window.
    pub fn series(&self, zone: &Zone) -> Result<Series, RecurrenceError> {
        let (start, length) = match &self.when {
            When::Timed {
                local_start,
                during,
                ..
            } => {
                let start = Start::Zoned(*local_start, zone.clone());
                (start, Length::elapsed(during.duration()))
            }
            When::AllDay { first, end, .. } => {
                let days = (*end - *first).num_days();
                let days = u32::try_from(days).expect("a whole-day meeting ends after it begins");
                (Start::Date(*first), Length::days(days))
            }
        };
        let mut series = Series::new(start, zone, length);
        if let Some(recurrence) = &self.recurrence {
            series.repeat(recurrence.rule.clone())?;
            for civil in &recurrence.extra {
                let start = zone.instant_of(*civil);
                series.add(ExtraDate {
                    start,
                    length: None,
                });
            }
            for civil in recurrence.excluded.union(&recurrence.changed) {
                series.exclude(zone.instant_of(*civil));
            }
        }
        Ok(series)
    }
}
