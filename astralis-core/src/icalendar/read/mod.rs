//! Calendar files of other programs, read as busy time.
//!
//! A file comes in two passes. [`blocks`] cuts it into components, whatever state it is in, so
//! that damage stays where it is; then each VEVENT is read on its own and joined with the others
//! of its UID. Nothing is dropped silently: every VEVENT ends as an [`ImportedEvent`], as
//! [`NotBlocking`] with its reason, or in a [`Finding`].

mod blocks;
mod busyness;
mod event;
mod finding;
mod free_busy;
mod join;
mod property;
mod vtimezone;
mod zones;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::model::{BusyKind, EmailAddress};
use crate::recurrence::{Budget, Occurrence, RecurrenceError, Series};
use crate::time::{Interval, Zone, ZoneDatabase};

use blocks::MAX_COMPONENTS;
pub use finding::{Finding, Problem};

/// Whose calendar a file is, and what its zone names mean.
#[derive(Debug, Clone)]
pub struct CalendarOwner<'a> {
    /// All-day and floating times are read in this zone.
    pub zone: &'a Zone,
    /// Which attendee the owner is: decides whether a meeting was declined.
    pub addresses: &'a [EmailAddress],
    /// The zones that can be named.
    pub zones: &'a ZoneDatabase,
}

/// What a calendar file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CalendarFile {
    /// What makes its owner busy; by line.
    pub events: Vec<ImportedEvent>,
    /// What does not, and why; by line.
    pub not_blocking: Vec<NotBlocking>,
    /// What could not be read as it was meant; by line.
    pub findings: Vec<Finding>,
}

/// The bytes are not read as a calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnreadableCalendar {
    /// They are no calendar at all.
    #[error("expected an iCalendar file, found no BEGIN:VCALENDAR")]
    NotACalendar,
    /// They hold more than any real calendar does.
    #[error("the file holds more than {MAX_COMPONENTS} components or mistakes")]
    TooMuch,
}

/// An event that makes the calendar's owner busy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedEvent {
    /// Where its VEVENT begins in the file, counted from 1.
    pub line: usize,
    /// Its UID; one that depends on nothing but the VEVENT's text if it has none.
    pub uid: String,
    /// For one moved or changed occurrence of a series: when that would have started.
    pub recurrence_id: Option<DateTime<Utc>>,
    /// SUMMARY, unchecked and possibly empty.
    pub title: String,
    /// How its owner is busy.
    pub kind: BusyKind,
    /// Whether it takes whole days.
    pub all_day: bool,
    /// When it takes place.
    pub series: Series,
    /// What of it is certain.
    pub certainty: Certainty,
}

/// What of an event's time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// All of it.
    Exact,
    /// The wall clock, but not where it hangs: each occurrence blocks its civil days, wherever on
    /// earth they might be.
    UnknownZone,
    /// Not how it repeats: it blocks its first day, beside what is known.
    FirstDay,
}

/// An event that blocks nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotBlocking {
    /// Where its VEVENT begins in the file, counted from 1.
    pub line: usize,
    /// Its UID.
    pub uid: String,
    /// Why.
    pub reason: WhyFree,
}

/// Why an event blocks nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WhyFree {
    /// STATUS:CANCELLED.
    Cancelled,
    /// The owner declined.
    Declined,
    /// Shown as free: TRANSP:TRANSPARENT, or Outlook's "free" and "working elsewhere".
    Free,
    /// It ends when it starts.
    NoLength,
    /// A newer revision of the same event stands in the file too.
    Superseded,
}

impl std::fmt::Display for WhyFree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Cancelled => "cancelled",
            Self::Declined => "declined",
            Self::Free => "shown as free",
            Self::NoLength => "ends when it starts",
            Self::Superseded => "replaced by a newer revision",
        })
    }
}

/// Reads a calendar file: any number of VCALENDARs, in any state.
///
/// Truncated and damaged files keep the events that can be read; the rest is reported. Bytes that
/// are not UTF-8 are replaced and reported, after lines are unfolded, so that a fold inside a
/// character does no harm.
///
/// # Errors
///
/// [`UnreadableCalendar`] if the bytes hold no calendar object at all, or too much.
pub fn read(bytes: &[u8], owner: &CalendarOwner<'_>) -> Result<CalendarFile, UnreadableCalendar> {
    let cut = blocks::cut(bytes)?;
    if !cut.is_calendar {
        return Err(UnreadableCalendar::NotACalendar);
    }
    let mut file = CalendarFile {
        findings: cut.findings,
        ..CalendarFile::default()
    };
    let zones = zones::ZoneNames::new(owner, &cut.zones);
    let mut read = Vec::new();
    for block in &cut.events {
        match event::read(block, owner, &zones, &mut file.findings) {
            Ok(event) => read.push(event),
            Err(finding) => file.findings.push(finding),
        }
        if file.findings.len() > MAX_COMPONENTS {
            return Err(UnreadableCalendar::TooMuch);
        }
    }
    join::join(read, &mut file);
    for block in &cut.free_busy {
        let events = free_busy::read(block, owner, &mut file.findings);
        file.events.extend(events);
    }
    file.events.sort_by_key(|event| event.line);
    file.findings.sort_by_key(|finding| finding.line);
    Ok(file)
}

impl ImportedEvent {
    /// What it blocks inside `window`. For an event whose time is not
    /// [exact](Certainty::Exact): generously, so that its busy time is never missed.
    ///
    /// # Errors
    ///
    /// [`RecurrenceError`] if it cannot be expanded; [`first_day`](Self::first_day) is what to
    /// block then.
    pub fn busy(&self, window: Interval) -> Result<Vec<Interval>, RecurrenceError> {
        self.busy_within(window, &mut Budget::default())
    }

    /// The same within bounds of the caller's, who learns what is left of them.
    ///
    /// # Errors
    ///
    /// As for [`busy`](Self::busy).
    pub fn busy_within(
        &self,
        window: Interval,
        budget: &mut Budget,
    ) -> Result<Vec<Interval>, RecurrenceError> {
        match self.certainty {
            Certainty::Exact => Ok(self.occurrences(window, budget)?.collect()),
            Certainty::FirstDay => {
                let mut busy: Vec<_> = self.occurrences(window, budget)?.collect();
                busy.extend(self.first_day().filter(|day| day.overlaps(&window)));
                Ok(busy)
            }
            Certainty::UnknownZone => {
                // Occurrences a day away reach into the window, wherever their clock hangs.
                let wider = window.padded(TimeDelta::days(3), TimeDelta::days(3));
                let days = self.occurrences(wider, budget)?.map(anywhere_on_earth);
                Ok(days.filter(|days| days.overlaps(&window)).collect())
            }
        }
    }

    /// The civil days its first occurrence lies in, from midnight to midnight in its zone; if the
    /// zone is unknown, wherever on earth they might be. `None` if it has no length.
    #[must_use]
    pub fn first_day(&self) -> Option<Interval> {
        let first = self.series.first()?;
        Some(match self.certainty {
            Certainty::UnknownZone => anywhere_on_earth(first),
            Certainty::Exact | Certainty::FirstDay => whole_days(first, self.series.zone()),
        })
    }

    /// The same event when its rules cannot be expanded: without them, blocking its first day.
    #[must_use]
    pub fn without_rules(mut self) -> Self {
        self.series = self.series.without_rules();
        if self.certainty == Certainty::Exact {
            self.certainty = Certainty::FirstDay;
        }
        self
    }

    fn occurrences(
        &self,
        window: Interval,
        budget: &mut Budget,
    ) -> Result<impl Iterator<Item = Interval> + use<>, RecurrenceError> {
        let during = |occurrence: Occurrence| occurrence.during;
        let found = self.series.occurrences_within(window, budget)?;
        Ok(found.into_iter().map(during))
    }
}

/// `during` grown to whole days of `zone`.
fn whole_days(during: Interval, zone: &Zone) -> Interval {
    let first = zone.date_at(during.start());
    let last = zone.date_at(during.end() - TimeDelta::microseconds(1));
    let start = zone.start_of(first);
    let end = last.succ_opt().and_then(|next| zone.start_of(next));
    Interval::new(
        start.unwrap_or(during.start()).min(during.start()),
        end.unwrap_or(during.end()).max(during.end()),
    )
    .unwrap_or(during)
}

/// The civil days of `during`, which was read as if its clock showed UTC, in every zone there is:
/// clocks run from 12 hours behind UTC to 14 hours ahead of it.
fn anywhere_on_earth(during: Interval) -> Interval {
    let midnight = |at: NaiveDateTime| at.date().and_time(NaiveTime::MIN).and_utc();
    let first = midnight(during.start().naive_utc());
    let last = midnight((during.end() - TimeDelta::microseconds(1)).naive_utc());
    let days = last
        .checked_add_signed(TimeDelta::days(1))
        .and_then(|end| Interval::new(first, end).ok());
    days.unwrap_or(during)
        .padded(TimeDelta::hours(14), TimeDelta::hours(12))
}

#[cfg(test)]
mod tests;
