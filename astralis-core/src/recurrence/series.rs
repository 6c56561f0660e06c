use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use crate::recurrence::expand::Recurrence;
use crate::recurrence::occurrences::Expansion;
use crate::recurrence::{Budget, Length, RecurrenceError, RecurrenceRule, Start};
use crate::time::{Interval, Zone};

/// A recurrence set (RFC 5545 §3.8.5): DTSTART, RRULE, RDATE and EXDATE, and the occurrences that
/// were changed one by one. An event that does not repeat is a series of one.
///
/// ```
/// # use astralis_core::recurrence::{Length, Series, Start};
/// # use astralis_core::time::ZoneDatabase;
/// # use chrono::TimeDelta;
/// let paris = ZoneDatabase::bundled().zone(&"Europe/Paris".parse()?)?;
/// let start = Start::Zoned("2000-01-03T09:00:00".parse()?, paris.clone());
/// let mut standup = Series::new(start, &paris, Length::elapsed(TimeDelta::minutes(15)));
/// standup.repeat("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR".parse()?)?;
/// standup.exclude("2026-03-27T08:00:00Z".parse()?);
///
/// // The clock springs forward on Sunday the 29th.
/// let found = standup.occurrences("2026-03-27T00:00Z/2026-03-31T00:00Z".parse()?)?;
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].during.to_string(), "2026-03-30T07:00:00Z/2026-03-30T07:15:00Z");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub(super) civil: NaiveDateTime,
    pub(super) zone: Zone,
    pub(super) is_of_days: bool,
    pub(super) length: Length,
    pub(super) recurrences: Vec<Recurrence>,
    pub(super) extra: Vec<ExtraDate>,
    pub(super) excluded: BTreeSet<DateTime<Utc>>,
    pub(super) changed: BTreeMap<DateTime<Utc>, Interval>,
    // Which occurrences are its own, by recurrence id; all but for a part of a split series.
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) before: Option<DateTime<Utc>>,
    // How far its occurrences have moved on the wall clock.
    pub(super) shift: TimeDelta,
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
    /// The instants it covers.
    pub during: Interval,
    /// Its RECURRENCE-ID: when it would start if nobody had moved it.
    pub recurrence_id: DateTime<Utc>,
}

impl Series {
    /// A series of one, to which the rest is added. `local` is the zone of the calendar's owner, in
    /// which dates and floating times are read.
    #[must_use]
    pub fn new(start: Start, local: &Zone, length: Length) -> Self {
        let is_of_days = matches!(start, Start::Date(_));
        let (civil, zone) = start.placed(local);
        Self {
            civil,
            zone,
            is_of_days,
            length,
            recurrences: Vec::new(),
            extra: Vec::new(),
            excluded: BTreeSet::new(),
            changed: BTreeMap::new(),
            since: None,
            before: None,
            shift: TimeDelta::zero(),
        }
    }

    /// Adds a rule. The occurrences of several are united.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError`] if the rule cannot be expanded from this DTSTART whatever the window.
    pub fn repeat(&mut self, rule: RecurrenceRule) -> Result<(), RecurrenceError> {
        let recurrence = if self.is_of_days {
            Recurrence::of_days(rule, self.civil)
        } else {
            Recurrence::new(rule, self.civil)
        };
        self.recurrences.push(recurrence?);
        Ok(())
    }

    /// Adds an RDATE.
    pub fn add(&mut self, extra: ExtraDate) {
        self.extra.push(extra);
    }

    /// Leaves out the occurrence that starts at an instant, or would if it had not been
    /// [moved](Self::change): an EXDATE, or one that was cancelled. COUNT counts it all the same.
    pub fn exclude(&mut self, recurrence_id: DateTime<Utc>) {
        self.changed.remove(&recurrence_id);
        self.excluded.insert(recurrence_id);
    }

    /// Moves the occurrence that would start at `recurrence_id`; one that the series does not have
    /// takes place as well.
    pub fn change(&mut self, recurrence_id: DateTime<Utc>, during: Interval) {
        self.changed.insert(recurrence_id, during);
    }

    /// Parts it before the occurrence that starts at `recurrence_id`: what comes before, and that
    /// one with all that follow. Rules go on as if nothing had happened, COUNT included.
    ///
    /// A change with RANGE=THISANDFUTURE (RFC 5545 §3.2.13) is a change of the second part.
    #[must_use]
    pub fn split(mut self, recurrence_id: DateTime<Utc>) -> (Self, Self) {
        let mut later = self.clone();
        later.changed = self.changed.split_off(&recurrence_id);
        later.since = self.since.max(Some(recurrence_id));
        let earlier_end = self
            .before
            .map_or(recurrence_id, |end| end.min(recurrence_id));
        self.before = Some(earlier_end);
        (self, later)
    }

    /// Moves all occurrences but those that were changed one by one: by so much on the wall clock,
    /// and to another length. Their recurrence ids stay.
    #[must_use]
    pub fn moved(mut self, by: TimeDelta, length: Length) -> Self {
        let limit = if by < TimeDelta::zero() {
            TimeDelta::MIN
        } else {
            TimeDelta::MAX
        };
        self.shift = self.shift.checked_add(&by).unwrap_or(limit);
        self.length = length;
        self
    }

    /// The same without its rules: DTSTART and what was added one by one.
    #[must_use]
    pub fn without_rules(mut self) -> Self {
        self.recurrences.clear();
        self
    }

    /// DTSTART on the wall clock of [`zone`](Self::zone); the first occurrence, whatever the rules
    /// say.
    #[must_use]
    pub const fn start(&self) -> NaiveDateTime {
        self.civil
    }

    /// The zone that its rules are read in.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// How long each occurrence lasts.
    #[must_use]
    pub const fn length(&self) -> Length {
        self.length
    }

    /// Whether its DTSTART is a whole day.
    #[must_use]
    pub const fn is_of_days(&self) -> bool {
        self.is_of_days
    }

    /// The dates that no rule names.
    #[must_use]
    pub fn extra(&self) -> &[ExtraDate] {
        &self.extra
    }

    /// Whether it has neither a rule nor a date beside its start.
    #[cfg(feature = "icalendar")]
    pub(crate) const fn is_of_one(&self) -> bool {
        self.recurrences.is_empty() && self.extra.is_empty()
    }

    /// How many rules and dates it was given.
    #[cfg(feature = "icalendar")]
    pub(crate) fn written(&self) -> usize {
        self.recurrences.len() + self.extra.len() + self.excluded.len() + self.changed.len()
    }

    /// The occurrence at DTSTART, or at the recurrence id that a split series was parted at;
    /// excluded or not. `None` if it has no length.
    #[must_use]
    pub fn first(&self) -> Option<Interval> {
        let civil = match self.since {
            None => self.civil,
            Some(recurrence_id) => self.zone.to_civil(recurrence_id),
        };
        let civil = civil.checked_add_signed(self.shift)?;
        let start = self.zone.instant_of(civil);
        let end = self.length.end(civil, start, &self.zone);
        Interval::new(start, end).ok()
    }

    /// Every occurrence that overlaps `window`, those that began before it included; in order of
    /// time, each recurrence id once. One of no length overlaps nothing.
    ///
    /// A civil time that a clock change skips or repeats is read as RFC 5545 §3.3.5 says. UNTIL,
    /// EXDATE and RECURRENCE-ID compare as instants.
    ///
    /// `O(n)` in the occurrences and the rules' periods in the window, wherever DTSTART lies. A rule
    /// with COUNT whose periods differ in size has its periods counted from DTSTART, until a window
    /// reached its end once.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError::TooMuch`] if it takes more than [`Budget::default`]; never a shorter
    /// list.
    pub fn occurrences(&self, window: Interval) -> Result<Vec<Occurrence>, RecurrenceError> {
        self.occurrences_within(window, &mut Budget::default())
    }

    /// The same within bounds of the caller's, who learns what is left of them.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError::TooMuch`] if the budget does not suffice.
    pub fn occurrences_within(
        &self,
        window: Interval,
        budget: &mut Budget,
    ) -> Result<Vec<Occurrence>, RecurrenceError> {
        let mut expansion = Expansion::new(self, window);
        expansion.add_start();
        for recurrence in &self.recurrences {
            let rule = &recurrence.rule;
            let expanded = expansion.add_rule(recurrence, budget);
            expanded.map_err(|bound| RecurrenceError::too_much(rule, bound))?;
        }
        for extra in &self.extra {
            expansion.add_extra(extra);
        }
        Ok(expansion.finish())
    }
}
