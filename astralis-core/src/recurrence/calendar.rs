//! The Gregorian calendar in plain numbers: days from 1970-01-01, seconds from its midnight, days
//! of the week from Monday = 0, months from January = 0. No zones: the seconds are those of a wall
//! clock.
//!
//! Total for every number that a date of `chrono` and an interval of a rule can lead to, so that
//! nothing here has to fail.

use chrono::{DateTime, NaiveDateTime};

/// In seconds.
pub(super) const DAY: i64 = 86_400;

/// Years differ in two things only: whether they are leap years, and their first day of the week.
pub(super) const KINDS_OF_YEARS: usize = 14;

/// Where each month begins, in days from 1 January, and the length of the year; by whether it is a
/// leap year.
const MONTHS: [[i64; 13]; 2] = [
    [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365],
    [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366],
];

/// A year of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Year {
    pub(super) number: i64,
    /// 1 January.
    pub(super) first: i64,
    is_leap: bool,
}

impl Year {
    pub(super) const fn new(number: i64) -> Self {
        // Leap days of all years before it, less those before 1970.
        let before = number - 1;
        let leap_days =
            before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400) - 477;
        Self {
            number,
            first: 365 * (number - 1970) + leap_days,
            is_leap: number % 4 == 0 && (number % 100 != 0 || number % 400 == 0),
        }
    }

    pub(super) const fn containing(day: i64) -> Self {
        // 400 years have 146,097 days: the mean year misses the right one by one at most.
        let year = Self::new(1970 + (day * 400).div_euclid(146_097));
        if day < year.first {
            Self::new(year.number - 1)
        } else if day >= year.first + year.length() {
            Self::new(year.number + 1)
        } else {
            year
        }
    }

    /// In days.
    pub(super) const fn length(&self) -> i64 {
        MONTHS[self.is_leap as usize][12]
    }

    /// One of the [`KINDS_OF_YEARS`].
    pub(super) const fn kind(&self) -> usize {
        weekday(self.first) as usize + if self.is_leap { 7 } else { 0 }
    }

    /// A year of that kind.
    pub(super) fn of_kind(kind: usize) -> Self {
        let mut years = (2000..2028).map(Self::new);
        years
            .find(|year| year.kind() == kind)
            .expect("28 years in a row have years of every kind")
    }

    /// The first day of a month.
    pub(super) const fn month(&self, month: usize) -> i64 {
        self.first + MONTHS[self.is_leap as usize][month]
    }

    /// In days.
    pub(super) const fn month_length(&self, month: usize) -> i64 {
        self.month(month + 1) - self.month(month)
    }

    /// Which month a day of this year lies in.
    pub(super) const fn month_of(&self, day: i64) -> usize {
        let starts = &MONTHS[self.is_leap as usize];
        let since = day - self.first;
        // No month is longer than 31 days: a 32nd of the days misses it by one at most.
        let month = (since / 32) as usize;
        month + (starts[month + 1] <= since) as usize
    }

    /// The first day of week number one, the first that has four days in this year, for weeks that
    /// begin on `week_start` (RFC 5545 §3.3.10, BYWEEKNO).
    pub(super) const fn week_one(&self, week_start: i64) -> i64 {
        start_of_week(self.first + 3, week_start)
    }
}

/// From Monday = 0.
pub(super) const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7) // 1970-01-01 was a Thursday.
}

/// The last `week_start` on or before a day.
pub(super) const fn start_of_week(day: i64, week_start: i64) -> i64 {
    day - (weekday(day) - week_start).rem_euclid(7)
}

/// Whole seconds; fractions are dropped, as iCalendar has none.
pub(super) fn seconds_of(civil: NaiveDateTime) -> i64 {
    civil.and_utc().timestamp()
}

/// `None` beyond the first and the last date of `chrono`.
pub(super) fn civil_of(seconds: i64) -> Option<NaiveDateTime> {
    Some(DateTime::from_timestamp(seconds, 0)?.naive_utc())
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, NaiveDate};

    use super::*;

    #[test]
    fn days_years_and_weeks_are_those_of_chrono() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        // A whole cycle of 400 years, and some days before the first year.
        for day in -720_000..-720_000 + 146_500 {
            let date = epoch + chrono::TimeDelta::days(day);
            let year = Year::containing(day);
            let month = year.month_of(day);
            assert_eq!(year.number, i64::from(date.year()));
            assert_eq!(month, date.month0() as usize);
            assert_eq!(day - year.month(month), i64::from(date.day0()));
            assert_eq!(
                weekday(day),
                i64::from(date.weekday().num_days_from_monday())
            );
            let week_year = Year::new(i64::from(date.iso_week().year()));
            let week = (day - week_year.week_one(0)) / 7;
            assert_eq!(week, i64::from(date.iso_week().week0()));
        }
    }
}
