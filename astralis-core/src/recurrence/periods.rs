use crate::recurrence::calendar::{DAY, Year, start_of_week};
use crate::recurrence::{Frequency, RecurrenceRule};

/// The periods that a rule looks at, numbered on the calendar, so that the one around any second
/// is found by arithmetic, without those before it.
///
/// The rule's own are every `interval`-th from the one that DTSTART lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Periods {
    pub(super) unit: Unit,
    /// The number of the one around DTSTART.
    pub(super) first: i64,
    pub(super) interval: i64,
    /// From Monday = 0.
    pub(super) week_start: i64,
}

/// What a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// A day or a part of it, in seconds.
    Seconds(i64),
    Week,
    Month,
    Year,
    /// A year of whole weeks: what BYWEEKNO counts in. The RFC does not say which year a day
    /// belongs to that lies in week 1 of the next one; counted in years of the calendar, some
    /// would have a week number twice and others not at all, which INTERVAL makes visible.
    WeekYear,
}

impl Periods {
    /// Those of a rule whose DTSTART is this second.
    pub(super) fn new(rule: &RecurrenceRule, start: i64) -> Self {
        let unit = match rule.frequency {
            Frequency::Secondly => Unit::Seconds(1),
            Frequency::Minutely => Unit::Seconds(60),
            Frequency::Hourly => Unit::Seconds(3600),
            Frequency::Daily => Unit::Seconds(DAY),
            Frequency::Weekly => Unit::Week,
            Frequency::Monthly => Unit::Month,
            Frequency::Yearly if rule.by.week_numbers.is_empty() => Unit::Year,
            Frequency::Yearly => Unit::WeekYear,
        };
        let mut periods = Self {
            unit,
            first: 0,
            interval: rule.interval.get().into(),
            week_start: rule.week_start.num_days_from_monday().into(),
        };
        periods.first = periods.around(start);
        periods
    }

    /// The number of the period around a second, whether the rule looks at it or not.
    pub(super) fn around(&self, second: i64) -> i64 {
        let day = second.div_euclid(DAY);
        match self.unit {
            Unit::Seconds(unit) => second.div_euclid(unit),
            Unit::Week => (day - start_of_week(0, self.week_start)).div_euclid(7),
            Unit::Month => {
                let year = Year::containing(day);
                year.number * 12 + i64::try_from(year.month_of(day)).unwrap_or(0)
            }
            Unit::Year => Year::containing(day).number,
            Unit::WeekYear => {
                let year = Year::containing(day).number;
                let begins = |year| Year::new(year).week_one(self.week_start) <= day;
                year - i64::from(!begins(year)) + i64::from(begins(year + 1))
            }
        }
    }

    /// The days of a period, or the one that it is a part of: the first, and how many.
    pub(super) fn days(&self, number: i64) -> (i64, i64) {
        match self.unit {
            Unit::Seconds(unit) => ((number * unit).div_euclid(DAY), 1),
            Unit::Week => (number * 7 + start_of_week(0, self.week_start), 7),
            Unit::Month => {
                let year = Year::new(number.div_euclid(12));
                let month = number.rem_euclid(12) as usize;
                (year.month(month), year.month_length(month))
            }
            Unit::Year => {
                let year = Year::new(number);
                (year.first, year.length())
            }
            Unit::WeekYear => {
                let [this, next] =
                    [number, number + 1].map(|year| Year::new(year).week_one(self.week_start));
                (this, next - this)
            }
        }
    }

    /// The last of the rule's periods that is not after this one; its first at least.
    pub(super) fn on_or_before(&self, number: i64) -> i64 {
        number - (number - self.first).rem_euclid(self.interval)
    }

    /// The first of the rule's periods that is not before this one.
    pub(super) fn on_or_after(&self, number: i64) -> i64 {
        number + (self.first - number).rem_euclid(self.interval)
    }
}
