use chrono::{DateTime, Utc};

use crate::policy::{Policy, Refusal, Situation};
use crate::time::Interval;

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
}

impl Policy for Notice {
    fn examine(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal)) {
        let start = meeting.start();
        if start < self.now {
            object(Refusal::InThePast { now: self.now });
        } else if start < self.earliest {
            object(Refusal::MinimumNotice {
                earliest: self.earliest,
            });
        }
    }
}
