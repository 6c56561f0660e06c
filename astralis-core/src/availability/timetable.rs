use std::ops::{Range, RangeInclusive};

use chrono::{Datelike, NaiveDate};

use crate::availability::expand::LOOK_BACK;
use crate::availability::{DateRange, LocalWindow, RuleDays, Schedule};
use crate::time::{Interval, TimeZoneName};

/// A local day, counted from 1970-01-01.
pub(super) type Day = i64;

pub(super) const DAY: i64 = 86_400_000_000;
const MINUTE: i64 = 60_000_000;

/// A schedule as one of its zones reads it, made for walking day by day: dates are numbers, and
/// the hours of each are at hand, in order.
pub(super) struct Timetable {
    // The weekly hours, one day of the week after the other, then those of single days.
    hours: Vec<Hours>,
    // Which of the hours are those of Monday to Sunday: the first one, and where they all end.
    weekdays: [usize; 8],
    // Which of the hours are those of a day that has others than its day of the week: all that it
    // has, by day.
    single_days: Vec<(Day, Range<usize>)>,
    valid: RangeInclusive<Day>,
    stays: Stays,
}

/// On which days the hours of a schedule are read in one of its zones.
pub(super) struct Stays {
    is_home: bool,
    // Days away, each with whether this is the zone they are spent in.
    travel: Vec<(RangeInclusive<Day>, bool)>,
}

/// A stretch of a day in microseconds from its midnight; the end may lie on the next day.
#[derive(Clone)]
struct Hours {
    start: i64,
    end: i64,
    valid: RangeInclusive<Day>,
}

impl Timetable {
    /// What `zone` needs to know for the days that its clock shows during `window`.
    pub(super) fn new(schedule: &Schedule, zone: &TimeZoneName, window: Interval) -> Self {
        let mut timetable = Self {
            hours: Vec::with_capacity(schedule.rules.len()),
            weekdays: [0; 8],
            single_days: Vec::new(),
            valid: days(schedule.valid),
            stays: Stays::new(schedule, zone),
        };
        timetable.add_weekly(schedule);
        timetable.add_overrides(schedule);
        timetable.add_recurring(schedule, window);
        timetable
    }

    fn add_weekly(&mut self, schedule: &Schedule) {
        for weekday in 0..7 {
            let first = self.hours.len();
            let is_of_day = |days: &RuleDays| matches!(days, RuleDays::Weekly(day) if day.num_days_from_monday() as usize == weekday);
            let rules = schedule.rules.iter();
            let rules = rules.filter(|rule| rule.active && is_of_day(&rule.days));
            self.hours
                .extend(rules.map(|rule| Hours::new(&rule.window, days(rule.valid))));
            self.hours[first..].sort_unstable_by_key(|hours| hours.start);
            self.weekdays[weekday + 1] = self.hours.len();
        }
    }

    fn add_overrides(&mut self, schedule: &Schedule) {
        for entry in &schedule.overrides {
            let first = self.hours.len();
            let windows = entry.windows.iter();
            self.hours
                .extend(windows.map(|window| Hours::new(window, days(None))));
            self.hours[first..].sort_unstable_by_key(|hours| hours.start);
            self.single_days
                .push((number(entry.date), first..self.hours.len()));
        }
        self.single_days.sort_by_key(|(day, _)| *day);
    }

    /// Makes single days of those that recurring rules name: their own hours and the weekly ones.
    /// An override of the same day comes first, and counts.
    fn add_recurring(&mut self, schedule: &Schedule, window: Interval) {
        let mut named = recurring_hours(schedule, window);
        if named.is_empty() {
            return;
        }
        named.sort_unstable_by_key(|(day, hours)| (*day, hours.start));
        for of_day in named.chunk_by(|(one, _), (next, _)| one == next) {
            let (day, first) = (of_day[0].0, self.hours.len());
            self.hours.extend_from_within(self.weekly_range(day));
            let recurring = of_day.iter().map(|(_, hours)| hours.clone());
            self.hours.extend(recurring);
            self.hours[first..].sort_unstable_by_key(|hours| hours.start);
            self.single_days.push((day, first..self.hours.len()));
        }
        self.single_days.sort_by_key(|(day, _)| *day); // Stable: overrides stay first.
    }

    /// The hours that begin on `day`, in order of start and not merged: microseconds from its
    /// midnight, whose end may lie on the next day. None if the day is spent in another zone.
    #[inline]
    pub(super) fn hours_of(&self, day: Day) -> impl Iterator<Item = (i64, i64)> + '_ {
        let hours = if self.valid.contains(&day) && self.stays.include(day) {
            &self.hours[self.range_of(day)]
        } else {
            &[]
        };
        hours
            .iter()
            .filter(move |hours| hours.valid.contains(&day))
            .map(|hours| (hours.start, hours.end))
    }

    fn range_of(&self, day: Day) -> Range<usize> {
        let place = self.single_days.partition_point(|(date, _)| *date < day);
        match self.single_days.get(place) {
            Some((date, hours)) if *date == day => hours.clone(),
            _ => self.weekly_range(day),
        }
    }

    fn weekly_range(&self, day: Day) -> Range<usize> {
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).expect("under seven");
        self.weekdays[weekday]..self.weekdays[weekday + 1]
    }

    /// About how many stretches so many days open.
    pub(super) fn estimate(&self, days: i64) -> usize {
        let weeks = usize::try_from(days / 7 + 2).unwrap_or(0);
        weeks * self.weekdays[7] + self.hours.len()
    }
}

impl Stays {
    pub(super) fn new(schedule: &Schedule, zone: &TimeZoneName) -> Self {
        let travel = schedule.travel.iter();
        Self {
            is_home: schedule.time_zone == *zone,
            travel: travel
                .map(|away| {
                    let days = number(away.first)..=number(away.last);
                    (days, away.time_zone == *zone)
                })
                .collect(),
        }
    }

    /// Whether `day` is spent in this zone.
    pub(super) fn include(&self, day: Day) -> bool {
        let away = self.travel.iter().find(|(days, _)| days.contains(&day));
        away.map_or(self.is_home, |(_, here)| *here)
    }
}

impl Hours {
    fn new(window: &LocalWindow, valid: RangeInclusive<Day>) -> Self {
        let (start, end) = window.minutes();
        Self {
            start: start * MINUTE,
            end: end * MINUTE,
            valid,
        }
    }
}

/// The hours of recurring rules, each with the day it begins on: all that a clock may show during
/// `window`, and those before it that reach into it.
fn recurring_hours(schedule: &Schedule, window: Interval) -> Vec<(Day, Hours)> {
    let mut named = Vec::new();
    let around = window.padded(LOOK_BACK, LOOK_BACK);
    let [first, last] = [around.start_micros(), around.end_micros()].map(|at| at.div_euclid(DAY));
    for rule in schedule.rules.iter().filter(|rule| rule.active) {
        if let RuleDays::Recurring(dates) = &rule.days {
            let valid = days(rule.valid);
            let asked = first.max(*valid.start())..=last.min(*valid.end());
            let hours = |day| (day, Hours::new(&rule.window, days(None)));
            named.extend(dates.days(asked).into_iter().map(hours));
        }
    }
    named
}

fn days(range: Option<DateRange>) -> RangeInclusive<Day> {
    let first = range.and_then(|range| range.first).map_or(Day::MIN, number);
    let last = range.and_then(|range| range.last).map_or(Day::MAX, number);
    first..=last
}

fn number(date: NaiveDate) -> Day {
    const EPOCH: i64 = 719_163; // 1970-01-01, counted from the year 1.
    i64::from(date.num_days_from_ce()) - EPOCH
}
