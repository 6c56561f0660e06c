use chrono::{DateTime, Days, NaiveDateTime, TimeDelta, Utc};

use crate::time::Zone;

/// How long each occurrence lasts (RFC 5545 §3.3.6): whole days are counted on the calendar, the
/// rest in elapsed time.
///
/// `P1D` from Saturday noon ends on Sunday noon, also when the clock changes in between; `PT24H`
/// ends 24 hours later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// Days on the calendar.
    pub days: u32,
    /// Elapsed time after them; never negative.
    pub time: TimeDelta,
}

impl Length {
    /// `days` whole days on the calendar.
    #[must_use]
    pub const fn days(days: u32) -> Self {
        Self {
            days,
            time: TimeDelta::zero(),
        }
    }

    /// Elapsed time only: what a DTEND makes of every occurrence (RFC 5545 §3.8.5.3).
    #[must_use]
    pub const fn elapsed(time: TimeDelta) -> Self {
        Self { days: 0, time }
    }

    /// Elapsed time it cannot exceed: days on the calendar may last longer than so often 24 hours,
    /// by as much as the clock is set back.
    pub(crate) fn at_most(&self) -> TimeDelta {
        let days = match self.days {
            0 => TimeDelta::zero(),
            days => TimeDelta::days(i64::from(days) + 2),
        };
        self.time.checked_add(&days).unwrap_or(TimeDelta::MAX)
    }

    /// When what starts at `civil` in `zone`, which is the instant `start`, ends; at the latest at
    /// the last instant that can be written down.
    pub(crate) fn end(
        &self,
        civil: NaiveDateTime,
        start: DateTime<Utc>,
        zone: &Zone,
    ) -> DateTime<Utc> {
        let after_days = match self.days {
            0 => Some(start),
            days => civil
                .checked_add_days(Days::new(days.into()))
                .map(|civil| zone.instant_of(civil)),
        };
        after_days
            .and_then(|end| end.checked_add_signed(self.time))
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }
}
