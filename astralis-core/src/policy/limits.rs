use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};

use crate::model::{EventType, Limit, LimitAmount, LimitPeriod, Tally};
use crate::policy::{Policy, Refusal, Situation};
use crate::time::{Interval, UnknownTimeZone, Zone};

/// How much of the event type there is already in each period of its limits.
#[derive(Debug)]
pub(super) struct Limits {
    counted: Vec<Counted>,
}

/// One period of one limit.
#[derive(Debug)]
struct Counted {
    limit: Limit,
    during: Interval,
    bookings: u32,
    booked: TimeDelta,
}

/// The instants in which tallies matter for meetings of this event type that start within
/// `range`: every period of its limits that the range touches, whole. `None` without limits.
#[must_use]
pub fn tally_range(event_type: &EventType, range: Interval, zone: &Zone) -> Option<Interval> {
    let periods = event_type
        .limits
        .iter()
        .flat_map(|limit| [range.start(), range.end()].map(|at| period_at(zone, limit.period, at)));
    periods.flatten().reduce(|all, period| {
        let start = all.start().min(period.start());
        Interval::new(start, all.end().max(period.end())).expect("a hull is not empty")
    })
}

impl Limits {
    pub(super) fn prepare(
        situation: &Situation<'_>,
        range: Interval,
    ) -> Result<Self, UnknownTimeZone> {
        let zone = situation.calendar_zone()?;
        let moving = situation.moving.map(|record| record.booking.id);
        let others: Vec<_> = situation
            .tallies
            .iter()
            .filter(|tally| moving != Some(tally.booking))
            .collect();
        let mut counted = Vec::new();
        for limit in &situation.event_type.limits {
            let mut at = range.start();
            while at < range.end() {
                let Some(during) = period_at(&zone, limit.period, at) else {
                    break;
                };
                counted.push(Counted::new(*limit, during, &others));
                at = during.end();
            }
        }
        Ok(Self { counted })
    }
}

impl Counted {
    fn new(limit: Limit, during: Interval, tallies: &[&Tally]) -> Self {
        let inside = tallies.iter().filter(|tally| during.contains(tally.start));
        let (bookings, booked) = inside.fold((0, TimeDelta::zero()), |(n, sum), tally| {
            (n + 1, sum + tally.duration)
        });
        Self {
            limit,
            during,
            bookings,
            booked,
        }
    }

    fn is_full_for(&self, meeting: &Interval) -> bool {
        match self.limit.amount {
            LimitAmount::Bookings(most) => self.bookings >= most,
            LimitAmount::Minutes(most) => {
                self.booked + meeting.duration() > TimeDelta::minutes(most.into())
            }
        }
    }

    fn used(&self) -> u32 {
        match self.limit.amount {
            LimitAmount::Bookings(_) => self.bookings,
            LimitAmount::Minutes(_) => u32::try_from(self.booked.num_minutes()).unwrap_or(u32::MAX),
        }
    }
}

impl Policy for Limits {
    fn examine(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal)) {
        for counted in &self.counted {
            if counted.during.contains(meeting.start()) && counted.is_full_for(meeting) {
                let used = counted.used();
                object(Refusal::LimitReached {
                    limit: counted.limit,
                    during: counted.during,
                    used,
                });
            }
        }
    }
}

/// The calendar period that an instant lies in; `None` at the end of the calendar.
fn period_at(zone: &Zone, period: LimitPeriod, at: DateTime<Utc>) -> Option<Interval> {
    let date = zone.date_at(at);
    let (first, next) = match period {
        LimitPeriod::Day => (date, date.checked_add_days(Days::new(1))?),
        LimitPeriod::Week => {
            let since_monday = Days::new(date.weekday().num_days_from_monday().into());
            let monday = date.checked_sub_days(since_monday)?;
            (monday, monday.checked_add_days(Days::new(7))?)
        }
        LimitPeriod::Month => {
            let first = date.with_day(1)?;
            (first, first.checked_add_months(Months::new(1))?)
        }
        LimitPeriod::Year => {
            let january = |year| NaiveDate::from_ymd_opt(year, 1, 1);
            (january(date.year())?, january(date.year().checked_add(1)?)?)
        }
    };
    Interval::new(zone.start_of(first)?, zone.start_of(next)?).ok()
}
