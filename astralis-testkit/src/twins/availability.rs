use std::ops::RangeInclusive;

use astralis_core::availability::{AvailabilityRule, DateRange, RuleDays, Schedule};
use astralis_core::recurrence::{End, RecurringDates, Until};
use astralis_core::time::{TimeZoneName, Zone, ZoneDatabase};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use crate::twins::times_of;

/// Whether a schedule is open at one instant: its own wall-clock reading lies in a rule of its
/// own wall-clock date, or in one of the date before that runs into it.
///
/// What recurring rules name is left to the model; [`spelled_out`] asks the twin.
///
/// # Panics
///
/// If a zone of the schedule is unknown.
#[must_use]
pub fn is_open(schedule: &Schedule, at: DateTime<Utc>, zones: &ZoneDatabase) -> bool {
    zones_of(schedule, zones).iter().any(|(name, zone)| {
        let civil = zone.to_civil(at);
        let today = civil.date();
        let minute = i64::from(civil.num_seconds_from_midnight()) / 60;
        let opens = |date: NaiveDate, minute: i64| {
            schedule.time_zone_on(date) == *name
                && zone.day(date).is_some()
                && schedule.windows_on(date).any(|window| {
                    let (start, end) = window.minutes();
                    start <= minute && minute < end
                })
        };
        let yesterday = today
            .pred_opt()
            .expect("not the first date of the calendar");
        opens(today, minute) || opens(yesterday, minute + 24 * 60)
    })
}

/// The same schedule, on these dates, without recurring rules: each date that one of them names has
/// a rule of its own, for its day of the week and valid on this one date.
#[must_use]
pub fn spelled_out(schedule: &Schedule, dates: RangeInclusive<NaiveDate>) -> Schedule {
    let rules = schedule.rules.iter().flat_map(|rule| match &rule.days {
        RuleDays::Weekly(_) => vec![rule.clone()],
        RuleDays::Recurring(recurring) => named_dates(recurring, *dates.end())
            .filter(|date| dates.contains(date))
            .filter(|date| rule.valid.is_none_or(|valid| valid.contains(*date)))
            .map(|date| on_date(rule, date))
            .collect(),
    });
    Schedule {
        rules: rules.collect(),
        ..schedule.clone()
    }
}

fn named_dates(dates: &RecurringDates, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let last = match dates.rule().end() {
        End::Until(Until::Date(until)) => last.min(until),
        _ => last,
    };
    let [first, last] = [dates.first(), last].map(|date| date.and_time(NaiveTime::MIN));
    let times = times_of(dates.rule(), first, last);
    times.into_iter().map(|midnight| midnight.date())
}

fn on_date(rule: &AvailabilityRule, date: NaiveDate) -> AvailabilityRule {
    AvailabilityRule {
        days: date.weekday().into(),
        valid: Some(DateRange {
            first: Some(date),
            last: Some(date),
        }),
        ..rule.clone()
    }
}

/// Whether a local date of the schedule begins at this instant; a midnight that the clock repeats
/// begins it the first time.
///
/// # Panics
///
/// If a zone of the schedule is unknown.
#[must_use]
pub fn is_local_midnight(schedule: &Schedule, at: DateTime<Utc>, zones: &ZoneDatabase) -> bool {
    zones_of(schedule, zones).iter().any(|(name, zone)| {
        let date = zone.date_at(at);
        let before = begun_date(zone, at - TimeDelta::microseconds(1));
        before < date && schedule.time_zone_on(date) == *name
    })
}

/// The local date an instant counts to: the last one that has begun. A clock that is set back over
/// midnight shows the date before once more, but that one is over.
pub(super) fn begun_date(zone: &Zone, at: DateTime<Utc>) -> NaiveDate {
    let shown = zone.date_at(at);
    let next = shown.succ_opt().expect("not the last date of the calendar");
    let begun = zone.start_of(next).is_some_and(|start| start <= at);
    if begun { next } else { shown }
}

fn zones_of<'a>(schedule: &'a Schedule, zones: &ZoneDatabase) -> Vec<(&'a TimeZoneName, Zone)> {
    let travel = schedule.travel.iter().map(|segment| &segment.time_zone);
    let names = std::iter::once(&schedule.time_zone).chain(travel);
    names
        .map(|name| (name, zones.zone(name).expect("a known zone")))
        .collect()
}
