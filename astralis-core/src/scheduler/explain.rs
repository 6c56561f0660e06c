use chrono::TimeDelta;

use crate::model::{FieldError, MAX_DURATION};
use crate::policy::Refusal;
use crate::scheduler::book::only_start;
use crate::scheduler::intent::Intent;
use crate::scheduler::reschedule::is_movable;
use crate::scheduler::{ExplainQuery, Scheduler, SchedulerError};
use crate::time::Interval;

impl Scheduler {
    /// Everything that speaks against a meeting at this moment, with its numbers: empty exactly if
    /// [`slots`](Self::slots) lists its start, and if [`book`](Self::book) accepts it, or
    /// [`reschedule`](Self::reschedule) if a booking is to be moved.
    ///
    /// A [`Refusal::Taken`] tells what is in the way. That part is for those who may see the
    /// host's calendar, and is not serialized with the rest.
    ///
    /// # Errors
    ///
    /// [`SchedulerError::Invalid`] for a duration that is no whole number of minutes from one
    /// minute to [`MAX_DURATION`], or a meeting that ends beyond representable time;
    /// [`SchedulerError::Store`] for an unknown event type or booking, or an unreachable store. A
    /// duration that some event type could have, but this one does not, is a reason, not an error.
    pub async fn explain(&self, query: &ExplainQuery) -> Result<Vec<Refusal>, SchedulerError> {
        let (terms, moving) = self
            .question(query.org, query.event_type, query.moving)
            .await?;
        let duration = match (&moving, query.duration) {
            (Some(record), _) => record.event.when.duration(),
            (None, Some(asked)) => checked_duration(asked)?,
            (None, None) => terms.event_type.default_duration(),
        };
        let meeting = Interval::starting_at(query.start, duration).map_err(|_| {
            out_of_range(
                "startTime",
                "an instant whose meeting ends before time does",
            )
        })?;
        if let Some(record) = &moving {
            if !is_movable(record, terms.now) {
                return Ok(vec![Refusal::NotChangeable]);
            }
            if record.event.when.during() == meeting {
                return Ok(vec![Refusal::Unchanged]);
            }
        }
        let look = terms.look(only_start(meeting), duration)?;
        let command = terms.command(Intent::question(query.org), look);
        let facts = self.facts(&command).await?;
        Ok(terms.reasons(&facts, moving.as_ref(), &meeting))
    }
}

/// A duration that event types can have. What is finer would be cut off where intervals begin, and
/// the answer would be about another meeting.
fn checked_duration(asked: TimeDelta) -> Result<TimeDelta, SchedulerError> {
    let minutes = TimeDelta::minutes(asked.num_minutes());
    if asked == minutes && TimeDelta::zero() < asked && asked <= MAX_DURATION {
        return Ok(asked);
    }
    let most = MAX_DURATION.num_minutes();
    let expected = format!("1 to {most} whole minutes");
    Err(out_of_range("duration", expected))
}

fn out_of_range(field: &'static str, expected: impl Into<String>) -> SchedulerError {
    SchedulerError::Invalid(vec![FieldError::new(field, "outOfRange", expected)])
}
