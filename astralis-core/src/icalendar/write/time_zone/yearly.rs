use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDateTime, NaiveTime, Weekday};

use crate::recurrence::NthWeekday;

/// The one time of each year at which a clock is set.
pub(super) struct Yearly {
    time: NaiveTime,
    /// A day of the week that falls on one of `days` every year; `None`: `days` is one date.
    weekday: Option<Weekday>,
    /// Month and day of the month.
    days: BTreeSet<(u32, u32)>,
}

impl Yearly {
    /// What these times, at least one of each date that can be, have in common; `None` if they do
    /// not follow one rule, or one that falls into some year not exactly once.
    pub(super) fn of(times: &[NaiveDateTime]) -> Option<Self> {
        let first = times.first()?;
        let is_yearly = times
            .windows(2)
            .all(|pair| pair[0].year() + 1 == pair[1].year());
        let same_time = times.iter().all(|time| time.time() == first.time());
        let days: BTreeSet<_> = times
            .iter()
            .map(|time| (time.month(), time.day()))
            .collect();
        let weekday = match days.len() {
            1 => None,
            7 if times.iter().all(|time| time.weekday() == first.weekday()) => {
                Some(first.weekday())
            }
            _ => return None,
        };
        (is_yearly && same_time).then_some(Self {
            time: first.time(),
            weekday,
            days,
        })
    }

    /// Whether it falls on this time.
    pub(super) fn names(&self, time: NaiveDateTime) -> bool {
        self.time == time.time()
            && self.days.contains(&(time.month(), time.day()))
            && self.weekday.is_none_or(|weekday| weekday == time.weekday())
    }

    /// It as RRULEs, one for each month that it can fall into.
    pub(super) fn rules(&self) -> Vec<(u32, String)> {
        let months: BTreeSet<u32> = self.days.iter().map(|(month, _)| *month).collect();
        let rule = |month: u32| {
            let days = self.days.iter().filter(|(of, _)| *of == month);
            let days: Vec<u32> = days.map(|(_, day)| *day).collect();
            (
                month,
                format!("FREQ=YEARLY;BYMONTH={month};{}", self.day_of(month, &days)),
            )
        };
        months.into_iter().map(rule).collect()
    }

    /// `BYDAY=-1SU`, `BYDAY=2SU`, `BYMONTHDAY=23,24,25,26,27,28,29;BYDAY=FR` or `BYMONTHDAY=21`.
    fn day_of(&self, month: u32, days: &[u32]) -> String {
        let listed: Vec<String> = days.iter().map(ToString::to_string).collect();
        let listed = format!("BYMONTHDAY={}", listed.join(","));
        let Some(day) = self.weekday else {
            return listed;
        };
        let nth = match days {
            [first @ (1 | 8 | 15 | 22), .., _] if days.len() == 7 => {
                i16::try_from(first / 7 + 1).ok()
            }
            [.., last] if days.len() == 7 && Some(*last) == last_day(month) => Some(-1),
            _ => None,
        };
        match nth {
            Some(_) => format!("BYDAY={}", NthWeekday { nth, day }),
            None => format!("{listed};BYDAY={}", NthWeekday { nth, day }),
        }
    }
}

/// The last day of a month that has as many days every year.
const fn last_day(month: u32) -> Option<u32> {
    match month {
        2 => None,
        4 | 6 | 9 | 11 => Some(30),
        _ => Some(31),
    }
}
