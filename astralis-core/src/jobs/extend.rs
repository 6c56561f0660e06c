use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::model::EventId;
use crate::ports::{StoreError, chain};
use crate::scheduler::{CLAIMED_DAYS_AHEAD, EventError, Extending, Scheduler};

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
    /// What could not be read or written, and why, for the operator. All time beyond its claims counts as
    /// taken.
    pub failed: Vec<(EventId, String)>,
    /// Whether the batch was full, so that more may be due already.
    pub more: bool,
}

/// Claims the occurrences of up to `limit` series whose claims end less than 370 days ahead, to
/// 400 days from now, in a transaction each. One that fails keeps no other from its turn.
///
/// Safe to run in several workers, and to run again: what one has extended, the others leave alone.
///
/// # Errors
///
/// [`StoreError::Unavailable`] or whatever else keeps the store from telling what is due; series
/// that were extended before stay so.
pub async fn extend_series(scheduler: &Scheduler, limit: u32) -> Result<Extended, StoreError> {
    let before = scheduler
        .now()
        .checked_add_signed(TimeDelta::days(EXTENDED_DAYS_AHEAD));
    let Some(before) = before else {
        return Ok(Extended::default());
    };
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut step = Extended::default();
    let mut tried = BTreeSet::new();
    while step.extended.len() < wanted {
        // Whatever failed is still due, and comes first.
        let behind = u32::try_from(tried.len()).unwrap_or(u32::MAX);
        let due = limit.saturating_add(behind);
        let mut due = scheduler.store().series_to_extend(before, due).await?;
        due.retain(|series| !tried.contains(&series.id));
        if due.is_empty() {
            return Ok(step);
        }
        due.truncate(wanted - step.extended.len());
        for series in due {
            tried.insert(series.id);
            step.note(series.id, scheduler.extend(&series).await)?;
        }
    }
    step.more = !step.extended.is_empty();
    Ok(step)
}

impl Extended {
    fn note(
        &mut self,
        series: EventId,
        extended: Result<Extending, EventError>,
    ) -> Result<(), StoreError> {
        match extended {
            Ok(Extending::Done { clashes }) => {
                self.extended.push(series);
                self.clashing.extend(clashes.then_some(series));
            }
            Ok(Extending::LeftAlone) => {}
            Err(EventError::Store(error)) if error.is_transient() => return Err(error),
            Err(error) => self.failed.push((series, chain(&error))),
        }
        Ok(())
    }
}
