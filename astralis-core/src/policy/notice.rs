use chrono::{DateTime, TimeDelta, Utc};

use crate::policy::{Policy, Refusal, Situation, within};
use crate::time::{Interval, IntervalSet};

/// How soon a meeting may start: never in the past, and not before the minimum notice.
#[derive(Debug)]
pub(super) struct Notice {
    now: DateTime<Utc>,
    // The first whole microsecond that is not too early.
    earliest: DateTime<Utc>,
}

impl Notice {
    pub(super) fn prepare(situation: &Situation<'_>) -> Self {
        let now = situation.now;
        let notice = situation.event_type.minimum_notice;
        let almost = TimeDelta::nanoseconds(999);
        let earliest = now
            .checked_add_signed(notice)
            .and_then(|earliest| earliest.checked_add_signed(almost))
            .and_then(|above| DateTime::from_timestamp_micros(above.timestamp_micros()))
            .unwrap_or(DateTime::<Utc>::MAX_UTC);
        Self { now, earliest }
    }
}

impl Policy for Notice {
    fn narrow(&self, starts: IntervalSet) -> IntervalSet {
        let late_enough = Interval::new(self.earliest, DateTime::<Utc>::MAX_UTC);
        within(&starts, late_enough.ok())
    }

    fn objections(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal)) {
        object(if meeting.start() < self.now {
            Refusal::InThePast { now: self.now }
        } else {
            Refusal::MinimumNotice {
                earliest: self.earliest,
            }
        });
    }
}
