use chrono::{DateTime, TimeDelta, Utc};

use crate::model::CalendarEvent;
use crate::recurrence::{Occurrence, RecurrenceError, Series};
use crate::scheduler::events::MAX_CLAIMS;
use crate::time::{Interval, Zone};

/// As much of a window as one command can claim of a series.
#[derive(Debug, Clone)]
pub(super) struct Claimable {
    /// What takes place in it, what is underway when it begins included; in order of time.
    pub(super) occurrences: Vec<Occurrence>,
    /// Up to where; `None` if nothing of anybody's time is left to claim.
    pub(super) claimed_until: Option<DateTime<Utc>>,
}

/// The occurrences within a window, up to [`MAX_CLAIMS`] claims. A rule that names too much for
/// one expansion is looked at less far ahead.
pub(super) fn claimable(
    event: &CalendarEvent,
    zone: &Zone,
    window: Interval,
) -> Result<Claimable, RecurrenceError> {
    let subjects = event.subjects().len();
    let series = event.series(zone)?;
    let (mut occurrences, mut end) = first_within(&series, window)?;
    let is_underway = |one: &Occurrence| one.during.start() < window.start();
    let most = occurrences.partition_point(is_underway) + MAX_CLAIMS / subjects.max(1);
    if let Some(next) = occurrences.get(most) {
        end = next.during.start();
        occurrences.truncate(most);
    }
    let is_all = subjects == 0 || end == window.end() && series.is_over_by(end)?;
    Ok(Claimable {
        occurrences,
        claimed_until: (!is_all).then_some(end),
    })
}

/// All occurrences to the end of a window, or to where one expansion comes.
fn first_within(
    series: &Series,
    window: Interval,
) -> Result<(Vec<Occurrence>, DateTime<Utc>), RecurrenceError> {
    let mut part = window;
    loop {
        match series.occurrences(part) {
            Ok(found) => return Ok((found, part.end())),
            Err(error) => part = half(part).ok_or(error)?,
        }
    }
}

/// The first half of an interval; `None` if it is shorter than a day.
fn half(interval: Interval) -> Option<Interval> {
    let duration = interval.duration();
    let is_long = duration >= TimeDelta::days(1);
    let half = Interval::starting_at(interval.start(), duration / 2).ok()?;
    is_long.then_some(half)
}
