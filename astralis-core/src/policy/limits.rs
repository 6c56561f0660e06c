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

/// The periods that touch `range`, ascending; the last one of the calendar runs to the end of
/// representable time.
fn periods(zone: &Zone, period: LimitPeriod, range: Interval) -> impl Iterator<Item = Interval> {
    let after = move |last: &Interval| {
        let is_last = range.end() <= last.end();
        (!is_last).then(|| period_at(zone, period, last.end()))?
    };
    std::iter::successors(period_at(zone, period, range.start()), after)
}

/// The calendar period that an instant lies in, as far as time can be represented; `None` beyond.
fn period_at(zone: &Zone, period: LimitPeriod, at: DateTime<Utc>) -> Option<Interval> {
    let date = zone.begun_date_at(at);
    let (first, next) = match period {
        LimitPeriod::Day => (Some(date), date.checked_add_days(Days::new(1))),
        LimitPeriod::Week => {
            let begun = u64::from(date.weekday().num_days_from_monday());
            let next = date.checked_add_days(Days::new(7 - begun));
            (date.checked_sub_days(Days::new(begun)), next)
        }
        LimitPeriod::Month => {
            let first = date.with_day(1);
            let next = first.and_then(|first| first.checked_add_months(Months::new(1)));
            (first, next)
        }
        LimitPeriod::Year => {
            let january = |year| NaiveDate::from_ymd_opt(year, 1, 1);
            (january(date.year()), january(date.year() + 1))
        }
    };
    // The first date of the calendar stands for those before it, too.
    let start = first
        .filter(|first| NaiveDate::MIN < *first)
        .and_then(|first| zone.start_of(first));
    let end = next.and_then(|next| zone.start_of(next));
    let (earliest, latest) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    Interval::new(start.unwrap_or(earliest), end.unwrap_or(latest)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::ZoneDatabase;

    #[test]
    fn periods_reach_from_the_beginning_of_time_to_its_end() {
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        let beginning = Interval::starting_at(first, TimeDelta::days(800)).unwrap();
        let ending = Interval::new(last - TimeDelta::days(800), last).unwrap();
        for name in ["UTC", "Asia/Tokyo", "America/New_York"] {
            let zone = ZoneDatabase::bundled().zone(&name.parse().unwrap());
            let zone = zone.unwrap();
            for period in [
                LimitPeriod::Day,
                LimitPeriod::Week,
                LimitPeriod::Month,
                LimitPeriod::Year,
            ] {
                for range in [beginning, ending] {
                    let all: Vec<_> = periods(&zone, period, range).collect();
                    let whole = Interval::new(all[0].start(), all[all.len() - 1].end());
                    assert!(whole.unwrap().encloses(&range), "{name} {period:?}");
                    assert!(
                        all.windows(2).all(|pair| pair[0].end() == pair[1].start()),
                        "{name} {period:?}"
                    );
                }
            }
        }
    }
}
