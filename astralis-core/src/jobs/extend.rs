use chrono::TimeDelta;

use crate::model::EventId;
use crate::ports::{StoreError, chain};
use crate::scheduler::{CLAIMED_DAYS_AHEAD, EventError, Scheduler};

/// How near the end of its claims may come before a series is claimed farther, in days: so that
/// each is touched about once a month.
const EXTENDED_DAYS_AHEAD: i64 = CLAIMED_DAYS_AHEAD - 30;

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extended {
    /// The series that are claimed farther now.
    pub extended: Vec<EventId>,
    /// Those of them that clash with something on the way.
    pub clashing: Vec<EventId>,
    /// What could not be read, and why, for the operator. All time beyond its claims counts as
    /// taken.
    pub failed: Vec<(EventId, String)>,
    /// Whether the batch was full, so that more may be due already.
    pub more: bool,
}

/// Claims the occurrences of up to `limit` series whose claims end less than 370 days ahead, to
/// 400 days from now, in a transaction each.
///
/// Safe to run in several workers, and to run again: what one has extended, the others leave alone.
///
/// # Errors
///
/// [`StoreError`] if the store could not tell or write; series that were extended before stay so.
pub async fn extend_series(scheduler: &Scheduler, limit: u32) -> Result<Extended, StoreError> {
    let before = scheduler
        .now()
        .checked_add_signed(TimeDelta::days(EXTENDED_DAYS_AHEAD));
    let Some(before) = before else {
        return Ok(Extended::default());
    };
    let due = scheduler.store().series_to_extend(before, limit).await?;
    let mut step = Extended {
        more: !due.is_empty() && due.len() >= usize::try_from(limit).unwrap_or(usize::MAX),
        ..Extended::default()
    };
    for series in due {
        match scheduler.extend(&series).await {
            Ok(clashes) => {
                step.extended.push(series.id);
                step.clashing.extend(clashes.then_some(series.id));
            }
            Err(EventError::Store(error)) => return Err(error),
            Err(error) => step.failed.push((series.id, chain(&error))),
        }
    }
    step.more &= step.failed.is_empty(); // Those would only come again.
    Ok(step)
}
