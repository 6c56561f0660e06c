use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{BookingId, BookingRecord, EventTypeId, FieldError, OrgId};
use crate::policy::Refusal;
use crate::scheduler::book::only_start;
use crate::scheduler::intent::Intent;
use crate::scheduler::reschedule::is_movable;
use crate::scheduler::terms::Terms;
use crate::scheduler::{BookError, Refused, Scheduler, SchedulerError, SlotsQuery};
use crate::slots::{self, Slot};
use crate::time::Interval;

/// The longest range that one query may ask for, in days.
pub const MAX_QUERY_DAYS: i64 = 62;

/// How many alternatives a refusal carries.
const ALTERNATIVES: usize = 3;

impl Scheduler {
    /// The bookable slots of an event type, ascending; exactly those that [`book`](Self::book)
    /// accepts at this moment, or [`reschedule`](Self::reschedule) if a booking is to be moved.
    /// None for a booking that cannot be moved any more.
    ///
    /// # Errors
    ///
    /// [`SchedulerError::Invalid`] for a range that is empty or longer than 62 days and for a
    /// duration that is not offered,
    /// [`SchedulerError::Store`] for an unknown event type or an unreachable store. Never an
    /// empty list instead of an error.
    pub async fn slots(&self, query: &SlotsQuery) -> Result<Vec<Slot>, SchedulerError> {
        let range = checked_range(query.from, query.to)?;
        let (terms, moving) = self
            .question(query.org, query.event_type, query.moving)
            .await?;
        if moving
            .as_ref()
            .is_some_and(|record| !is_movable(record, terms.now))
        {
            return Ok(Vec::new());
        }
        let duration = match (&moving, query.duration) {
            (Some(record), _) => record.event.when.duration(),
            (None, Some(duration)) => checked_duration(duration, &terms)?,
            (None, None) => terms.event_type.default_duration(),
        };
        self.slots_within(&terms, range, duration, moving.as_ref())
            .await
    }

    /// The terms to judge by, and the booking that is to be moved, if one is.
    pub(super) async fn question(
        &self,
        org: OrgId,
        event_type: EventTypeId,
        moving: Option<BookingId>,
    ) -> Result<(Terms, Option<BookingRecord>), SchedulerError> {
        let Some(booking) = moving else {
            return Ok((self.terms(org, event_type).await?, None));
        };
        let record = self.store.booking(org, booking).await?;
        Ok((self.terms_of(&record).await?, Some(record)))
    }

    async fn slots_within(
        &self,
        terms: &Terms,
        range: Interval,
        duration: TimeDelta,
        moving: Option<&BookingRecord>,
    ) -> Result<Vec<Slot>, SchedulerError> {
        let look = terms.look(range, duration)?;
        let command = terms.command(Intent::question(terms.event_type.org), look);
        let facts = self.facts(&command).await?;
        let found = terms.with_situation(&facts, moving, |situation| {
            slots::search(situation, range, duration)
        });
        let mut found = found?;
        // Where a meeting is already is no time to move it to.
        let present = moving.map(|record| record.event.when.during());
        found.retain(|slot| Some(slot.during) != present);
        Ok(found)
    }

    /// Adds the nearest alternatives to a no about a time.
    pub(super) async fn with_alternatives(
        &self,
        error: BookError,
        terms: &Terms,
        wanted: Interval,
        moving: Option<BookingId>,
    ) -> BookError {
        let BookError::Refused(Refused { reasons, .. }) = error else {
            return error;
        };
        if !reasons.iter().all(Refusal::is_about_time) {
            return BookError::Refused(Refused {
                reasons,
                alternatives: Vec::new(),
            });
        }
        // The no stands even if nothing can be looked up to go with it.
        let nearest = self.nearest(terms, wanted, moving).await;
        let alternatives = nearest.unwrap_or_else(|_| Vec::new());
        BookError::Refused(Refused {
            reasons,
            alternatives,
        })
    }

    /// The nearest slots to a wanted time. The range grows until three lie no farther away than
    /// it reaches: then none outside can be nearer. For a time far beyond what can be booked, the
    /// coming weeks are looked at too.
    async fn nearest(
        &self,
        terms: &Terms,
        wanted: Interval,
        moving: Option<BookingId>,
    ) -> Result<Vec<Slot>, SchedulerError> {
        let moving = match moving {
            Some(booking) => Some(self.store.booking(terms.event_type.org, booking).await?),
            None => None,
        };
        let wanted_at = wanted.start();
        let half = MAX_QUERY_DAYS / 2;
        let around = [1, 7, half].map(TimeDelta::days);
        let around = around.map(|reach| only_start(wanted).padded(reach, reach));
        let coming = Interval::starting_at(terms.now, TimeDelta::days(MAX_QUERY_DAYS)).ok();
        let mut found = Vec::new();
        for range in around.into_iter().chain(coming) {
            found.extend(
                self.slots_within(terms, range, wanted.duration(), moving.as_ref())
                    .await?,
            );
            found.sort_unstable();
            found.dedup();
            if found.len() >= ALTERNATIVES {
                break;
            }
        }
        Ok(slots::nearest(&found, wanted_at, ALTERNATIVES))
    }
}

fn checked_range(from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Interval, SchedulerError> {
    let wrong = |code, expected: String| {
        SchedulerError::Invalid(vec![FieldError::new("to", code, expected)])
    };
    let range = Interval::new(from, to)
        .map_err(|_| wrong("notAfterStart", "an instant after `from`".to_owned()))?;
    if range.duration() > TimeDelta::days(MAX_QUERY_DAYS) {
        return Err(wrong(
            "rangeTooLong",
            format!("at most {MAX_QUERY_DAYS} days after `from`"),
        ));
    }
    Ok(range)
}

fn checked_duration(duration: TimeDelta, terms: &Terms) -> Result<TimeDelta, SchedulerError> {
    let offered = &terms.event_type.durations;
    if offered.contains(&duration) {
        return Ok(duration);
    }
    let expected = format!("{} minutes", terms.event_type.offered_minutes());
    let error = FieldError::new("duration", "durationNotOffered", expected);
    Err(SchedulerError::Invalid(vec![error]))
}
