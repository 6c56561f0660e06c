use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};

use crate::model::{EventType, Limit, LimitAmount, LimitPeriod, Tally};
use crate::policy::{Policy, Refusal, Situation};
use crate::time::{Interval, IntervalSet, UnknownTimeZone, Zone};

/// The periods of the event type's limits that have no room for one more meeting.
#[derive(Debug)]
pub(super) struct Limits {
    full: Vec<Full>,
}

/// One such period.
#[derive(Debug)]
struct Full {
    limit: Limit,
    during: Interval,
    used: u32,
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
    /// One sweep along periods and tallies for each limit.
    pub(super) fn prepare(
        situation: &Situation<'_>,
        range: Interval,
        duration: TimeDelta,
    ) -> Result<Self, UnknownTimeZone> {
        let mut full = Vec::new();
        if situation.event_type.limits.is_empty() {
            return Ok(Self { full });
        }
        let zone = situation.calendar_zone()?;
        let moving = situation.moving.map(|record| record.booking.id);
        let others = situation.tallies.iter();
        let mut others: Vec<_> = others
            .filter(|tally| moving != Some(tally.booking))
            .collect();
        others.sort_by_key(|tally| tally.start);
        for limit in &situation.event_type.limits {
            let mut ahead = others.as_slice();
            for during in periods(&zone, limit.period, range) {
                let inside = take_within(&mut ahead, during);
                full.extend(Full::with(*limit, during, inside, duration));
            }
        }
        Ok(Self { full })
    }
}

impl Full {
    /// The period, unless it has room for a meeting of `duration` beside those inside.
    fn with(
        limit: Limit,
        during: Interval,
        inside: &[&Tally],
        duration: TimeDelta,
    ) -> Option<Self> {
        let (used, is_full) = match limit.amount {
            LimitAmount::Bookings(most) => {
                let used = u32::try_from(inside.len()).unwrap_or(u32::MAX);
                (used, used >= most)
            }
            LimitAmount::Minutes(most) => {
                let booked: TimeDelta = inside.iter().map(|tally| tally.duration).sum();
                let used = u32::try_from(booked.num_minutes()).unwrap_or(u32::MAX);
                (used, booked + duration > TimeDelta::minutes(most.into()))
            }
        };
        is_full.then_some(Self {
            limit,
            during,
            used,
        })
    }
}

impl Policy for Limits {
    fn narrow(&self, starts: IntervalSet) -> IntervalSet {
        if self.full.is_empty() {
            return starts;
        }
        let full = self.full.iter().map(|full| full.during);
        starts.subtract(&full.collect())
    }

    fn objections(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal)) {
        let at = meeting.start();
        for full in self.full.iter().filter(|full| full.during.contains(at)) {
            object(Refusal::LimitReached {
                limit: full.limit,
                during: full.during,
                used: full.used,
            });
        }
    }
}

/// The tallies that start within `during`; leaves those after it in `ahead`, which is in order of
/// start.
fn take_within<'a, 'b>(ahead: &mut &'a [&'b Tally], during: Interval) -> &'a [&'b Tally] {
    let before = ahead.partition_point(|tally| tally.start < during.start());
    let until = ahead.partition_point(|tally| tally.start < during.end());
    let inside = &ahead[before..until];
    *ahead = &ahead[until..];
    inside
}

/// The periods that touch `range`, ascending; up to the end of the calendar at most.
fn periods(zone: &Zone, period: LimitPeriod, range: Interval) -> impl Iterator<Item = Interval> {
    let after = move |last: &Interval| period_at(zone, period, last.end());
    std::iter::successors(period_at(zone, period, range.start()), after)
        .take_while(move |during| during.start() < range.end())
}

/// The calendar period that an instant lies in; `None` at the end of the calendar.
fn period_at(zone: &Zone, period: LimitPeriod, at: DateTime<Utc>) -> Option<Interval> {
    let date = zone.begun_date_at(at);
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
