use chrono::{DateTime, TimeDelta, Utc};

use crate::policy::{Policy, Refusal, Situation, within};
use crate::time::{Interval, IntervalSet};

/// How soon a meeting may start: never in the past, and not before the minimum notice.
#[derive(Debug)]
pub(super) struct Notice {
    now: DateTime<Utc>,
    earliest: DateTime<Utc>,
}

impl Notice {
    pub(super) fn prepare(situation: &Situation<'_>) -> Self {
        let now = situation.now;
        let notice = situation.event_type.minimum_notice;
        Self {
            now,
            earliest: now
                .checked_add_signed(notice)
                .unwrap_or(DateTime::<Utc>::MAX_UTC),
        }
    }

    /// The first whole microsecond that is not too early.
    fn first(&self) -> DateTime<Utc> {
        let almost = TimeDelta::nanoseconds(999);
        let rounded_up = self.earliest.checked_add_signed(almost);
        rounded_up.unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}

impl Policy for Notice {
    fn narrow(&self, starts: IntervalSet) -> IntervalSet {
        let late_enough = Interval::new(self.first(), DateTime::<Utc>::MAX_UTC);
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
