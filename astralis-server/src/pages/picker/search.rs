use std::collections::BTreeMap;

use astralis_core::model::{BookingId, EventType};
use astralis_core::scheduler::{MAX_QUERY_DAYS, SlotsQuery};
use astralis_core::time::{Interval, Zone};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::pages::PageError;
use crate::state::AppState;

/// How many times the longest query is repeated before "nothing free" is said: almost two years.
const FURTHEST: usize = 12;

/// Free times by the reader's dates.
pub(super) type FreeDays = BTreeMap<NaiveDate, Vec<Interval>>;

/// Asks for the free times of one event type.
pub(super) struct Search<'a> {
    pub(super) state: &'a AppState,
    pub(super) event_type: &'a EventType,
    pub(super) duration: Option<TimeDelta>,
    pub(super) moving: Option<BookingId>,
    pub(super) zone: &'a Zone,
}

impl Search<'_> {
    /// Everything free on the dates from `first` up to, but not including, `end`; nothing that
    /// has passed.
    pub(super) async fn between(
        &self,
        first: NaiveDate,
        end: NaiveDate,
    ) -> Result<FreeDays, PageError> {
        let from = start_of(self.zone, first).max(self.state.scheduler.now());
        let to = start_of(self.zone, end);
        let mut days = FreeDays::new();
        if from < to {
            for during in self.starting(from, to).await? {
                let date = self.zone.date_at(during.start());
                days.entry(date).or_default().push(during);
            }
        }
        Ok(days)
    }

    /// The first date with a free time at or after `from`.
    pub(super) async fn first_day_from(
        &self,
        from: DateTime<Utc>,
    ) -> Result<Option<NaiveDate>, PageError> {
        let reach = TimeDelta::days(MAX_QUERY_DAYS);
        let mut from = from.max(self.state.scheduler.now());
        for _ in 0..FURTHEST {
            let Some(to) = from.checked_add_signed(reach) else {
                break;
            };
            let found = self.starting(from, to).await?;
            if let Some(first) = found.first() {
                return Ok(Some(self.zone.date_at(first.start())));
            }
            from = to;
        }
        Ok(None)
    }

    /// Whether a meeting can start exactly then; answers when it would be.
    pub(super) async fn at(&self, start: DateTime<Utc>) -> Result<Option<Interval>, PageError> {
        let Some(end) = start.checked_add_signed(TimeDelta::microseconds(1)) else {
            return Ok(None);
        };
        Ok(self.starting(start, end).await?.first().copied())
    }

    async fn starting(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<Interval>, PageError> {
        let query = SlotsQuery {
            org: self.event_type.org,
            event_type: self.event_type.id,
            from,
            to,
            duration: self.duration,
            moving: self.moving,
        };
        let slots = self.state.scheduler.slots(&query).await?;
        Ok(slots.into_iter().map(|slot| slot.during).collect())
    }
}

/// The first instant of a date; of the next one if the clock skips the whole date.
pub(super) fn start_of(zone: &Zone, date: NaiveDate) -> DateTime<Utc> {
    let begins = |days| Some(zone.day(date.checked_add_days(Days::new(days))?)?.start());
    begins(0)
        .or_else(|| begins(1))
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}
