use std::fmt;

use chrono::TimeDelta;

use crate::availability::expand;
use crate::model::{CalendarEvent, EventStatus, OrgId, Transparency, UserId, When};
use crate::ports::chain;
use crate::scheduler::Scheduler;
use crate::scheduler::events::neighbours::hull;
use crate::scheduler::events::occurrences::occurrences_within;
use crate::scheduler::events::{CLAIMED_DAYS_AHEAD, CalendarEntry, EventError};
use crate::time::{Interval, IntervalSet, UnknownTimeZone};

/// How many of the times that a warning is about are named.
pub const MAX_WARNED: usize = 5;

/// What somebody should know of a meeting that is written all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// It takes place when its organizer offers no time.
    OutsideAvailability {
        /// When, for the first [`MAX_WARNED`] times; ascending.
        first: Vec<Interval>,
        /// How often in the [`CLAIMED_DAYS_AHEAD`] days ahead, or from its start on if that lies
        /// later.
        count: usize,
    },
    /// Whether it does cannot be told.
    AvailabilityUnknown {
        /// The zone on whose clock their schedule is, if it is that which nobody knows.
        zone: Option<UnknownTimeZone>,
        /// What went wrong, for logs: it may name parts of the system.
        cause: String,
    },
}

impl Warning {
    /// A stable word for programs, such as `outsideAvailability`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OutsideAvailability { .. } => "outsideAvailability",
            Self::AvailabilityUnknown { .. } => "availabilityUnknown",
        }
    }
}

impl Warning {
    fn of_failure(error: EventError) -> Self {
        let cause = chain(&error);
        let zone = match error {
            EventError::Zone(unknown) => Some(unknown),
            _ => None,
        };
        Self::AvailabilityUnknown { zone, cause }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutsideAvailability { count: 1, .. } => {
                f.write_str("it takes place outside of the organizer's availability")
            }
            Self::OutsideAvailability { count, .. } => write!(
                f,
                "{count} times within {CLAIMED_DAYS_AHEAD} days it takes place outside of the \
                 organizer's availability"
            ),
            Self::AvailabilityUnknown { zone, .. } => {
                f.write_str("the organizer's availability is not known")?;
                zone.iter().try_for_each(|unknown| write!(f, ": {unknown}"))
            }
        }
    }
}

impl Scheduler {
    /// The instants within `window` at which a user's schedule is open, taken or not.
    ///
    /// # Errors
    ///
    /// [`EventError::Zone`] if the zone data do not have a zone of the schedule,
    /// [`EventError::Store`] for an unreachable store.
    pub async fn open_hours(
        &self,
        org: OrgId,
        user: UserId,
        window: Interval,
    ) -> Result<IntervalSet, EventError> {
        let host = self.store.host(org, user).await?;
        Ok(expand(&host.schedule, window, &self.zones)?)
    }

    /// What to say of a meeting that was written; that it was is true whatever goes wrong here.
    pub(super) async fn warnings(&self, event: &CalendarEvent) -> Vec<Warning> {
        let told = self.outside_availability(event).await;
        let told = told.unwrap_or_else(|error| Some(Warning::of_failure(error)));
        told.into_iter().collect()
    }

    /// Occurrences that were changed apart are meetings of their own, and were spoken of when that
    /// was done.
    ///
    /// `O(n + d)` for `n` occurrences in the [`CLAIMED_DAYS_AHEAD`] days looked at, and `d` of the
    /// schedule's hours.
    async fn outside_availability(
        &self,
        event: &CalendarEvent,
    ) -> Result<Option<Warning>, EventError> {
        if event.status == EventStatus::Cancelled || !takes_time(event) {
            return Ok(None);
        }
        let from = event.when.during().start().max(self.now());
        let ahead = Interval::starting_at(from, TimeDelta::days(CLAIMED_DAYS_AHEAD));
        let ahead = ahead.unwrap_or(event.when.during());
        let mut times: Vec<_> = occurrences_within(event, ahead, &self.zones)?
            .into_iter()
            .map(|occurrence| occurrence.during)
            .collect();
        let whole = times.iter().map(|during| Some(*during));
        let Some(whole) = whole.fold(None, hull) else {
            return Ok(None);
        };
        let hours = self.open_hours(event.org, event.organizer, whole).await?;
        times.retain(|during| is_outside(event, during, &hours));
        Ok((!times.is_empty()).then(|| Warning::OutsideAvailability {
            first: times.iter().copied().take(MAX_WARNED).collect(),
            count: times.len(),
        }))
    }
}

impl CalendarEntry {
    /// Whether it takes place, this time, outside of the `hours` at which its organizer is
    /// [open](Scheduler::open_hours): a stretch of a day if they are closed for any part of it,
    /// whole days if they are closed all the while. What takes nobody's time never does.
    #[must_use]
    pub fn is_outside(&self, hours: &IntervalSet) -> bool {
        takes_time(&self.event) && is_outside(&self.event, &self.during, hours)
    }
}

fn takes_time(event: &CalendarEvent) -> bool {
    event.transparency == Transparency::Opaque
}

fn is_outside(event: &CalendarEvent, during: &Interval, hours: &IntervalSet) -> bool {
    match event.when {
        When::Timed { .. } => !hours.encloses(during),
        When::AllDay { .. } => !hours.overlaps(during),
    }
}
