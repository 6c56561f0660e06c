use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::recurrence::expand::CivilTimes;
use crate::recurrence::{Length, RecurrenceRule};
use crate::time::{Interval, Zone};

/// The most times a rule is asked for its next occurrence in one expansion: every day of 270
/// years.
pub const MAX_STEPS: usize = 100_000;

/// Everything an event's recurrence set is made of (RFC 5545 §3.8.5): DTSTART, RRULE, RDATE and
/// EXDATE. An event that does not repeat is a series of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// DTSTART on the wall clock of [`zone`](Self::zone); the first occurrence, whatever the
    /// rules say.
    pub start: NaiveDateTime,
    /// The zone the rules are read in.
    pub zone: Zone,
    /// How long each occurrence lasts.
    pub length: Length,
    /// The rules; their occurrences are united.
    pub rules: Vec<RecurrenceRule>,
    /// RDATE: further occurrences.
    pub extra: Vec<ExtraDate>,
    /// EXDATE, and RECURRENCE-ID of what was moved or cancelled: occurrences that start at one of
    /// these instants are left out. COUNT counts them all the same.
    pub excluded: BTreeSet<DateTime<Utc>>,
}

/// An occurrence that no rule names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtraDate {
    /// When it starts.
    pub start: DateTime<Utc>,
    /// How long it lasts, if not as long as the others.
    pub length: Option<Length>,
}

/// One time something takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// The instants it covers; its start is its recurrence id.
    pub during: Interval,
}

/// Why a series cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecurrenceError {
    /// The rule cannot be expanded from this DTSTART.
    #[error("the rule {rule} cannot be expanded: {reason}")]
    Unusable {
        /// The rule.
        rule: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The rule needs too many steps to reach the window, or names nothing for centuries.
    #[error("the rule {rule} needs more than {MAX_STEPS} steps")]
    TooManySteps {
        /// The rule.
        rule: String,
    },
}

impl Series {
    /// A series of one.
    #[must_use]
    pub fn once(start: NaiveDateTime, zone: Zone, length: Length) -> Self {
        Self {
            start,
            zone,
            length,
            rules: Vec::new(),
            extra: Vec::new(),
            excluded: BTreeSet::new(),
        }
    }

    /// Every occurrence that overlaps `window`, those that began before it included; by start,
    /// each start once. One of no length overlaps nothing.
    ///
    /// A civil time that a clock change skips or repeats is read as RFC 5545 §3.3.5 says. UNTIL,
    /// EXDATE and RECURRENCE-ID compare as instants.
    ///
    /// `O(n)` in the occurrences since DTSTART, at most [`MAX_STEPS`] of them for each rule; nothing
    /// for a rule whose UNTIL is past.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError`] for a rule that cannot be expanded to the end of the window within
    /// that bound; never a shorter list.
    pub fn occurrences(&self, window: Interval) -> Result<Vec<Occurrence>, RecurrenceError> {
        let mut found = vec![self.civil_occurrence(self.start)];
        let reach = self.length.at_most();
        let earliest = window.padded(reach, TimeDelta::zero()).start();
        let rules = self.rules.iter();
        for rule in rules.filter(|rule| !rule.is_over_before(earliest)) {
            for civil in CivilTimes::new(self, rule, window.end())? {
                found.push(self.civil_occurrence(civil?));
            }
        }
        for extra in &self.extra {
            found.push(self.extra_occurrence(extra));
        }
        let mut found: Vec<_> = found
            .into_iter()
            .flatten()
            .filter(|(start, _)| !self.excluded.contains(start))
            .map(|(_, during)| Occurrence { during })
            .filter(|occurrence| occurrence.during.overlaps(&window))
            .collect();
        found.sort_unstable();
        // Instants are a set; of two occurrences with one start the longer one blocks.
        found.reverse();
        found.dedup_by_key(|occurrence| occurrence.during.start_micros());
        found.reverse();
        Ok(found)
    }

    /// The first occurrence, excluded or not; `None` if it has no length.
    #[must_use]
    pub fn first(&self) -> Option<Interval> {
        self.civil_occurrence(self.start).map(|(_, during)| during)
    }

    /// Whether it repeats whole days, as an event whose DTSTART is a DATE does.
    pub(super) fn takes_whole_days(&self) -> bool {
        let Length { days, time } = self.length;
        self.start.time() == NaiveTime::MIN && days > 0 && time.is_zero()
    }

    fn civil_occurrence(&self, civil: NaiveDateTime) -> Option<(DateTime<Utc>, Interval)> {
        let start = self.zone.instant_of(civil);
        let end = self.length.end(civil, start, &self.zone)?;
        Some((start, Interval::new(start, end).ok()?))
    }

    fn extra_occurrence(&self, extra: &ExtraDate) -> Option<(DateTime<Utc>, Interval)> {
        let civil = self.zone.to_civil(extra.start);
        let length = extra.length.unwrap_or(self.length);
        let end = length.end(civil, extra.start, &self.zone)?;
        Some((extra.start, Interval::new(extra.start, end).ok()?))
    }
}
