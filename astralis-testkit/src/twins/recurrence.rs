//! Recurrence rules, read word by word: every day and every second is held against each part of
//! the rule.

use astralis_core::recurrence::{End, Frequency, NthWeekday, RecurrenceRule};
use astralis_core::time::Interval;
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

/// Every wall-clock time that a rule names, from DTSTART to `last`, both included; UNTIL is not
/// looked at, for it may be an instant.
#[must_use]
pub fn times_of(
    rule: &RecurrenceRule,
    start: NaiveDateTime,
    last: NaiveDateTime,
) -> Vec<NaiveDateTime> {
    let twin = Twin { rule, start };
    let mut named = Vec::new();
    let mut period = Vec::new();
    // A period that BYSETPOS looks at as a whole begins at most a year and a week before DTSTART,
    // and ends as long after `last`; one within a day does so within that day.
    let around = Days::new(if rule.frequency().is_sub_daily() {
        0
    } else {
        373
    });
    let mut day = start.date() - around;
    while day <= last.date() + around {
        if twin.names_day(day) {
            for time in twin.times(day) {
                let same = |first: &NaiveDateTime| twin.period(*first) == twin.period(time);
                if !period.first().is_none_or(same) {
                    twin.close(&mut period, &mut named);
                }
                period.push(time);
            }
        }
        day = day + Days::new(1);
    }
    twin.close(&mut period, &mut named);
    named.retain(|time| *time >= start);
    if let End::Count(count) = rule.end() {
        named.truncate(count.get() as usize);
    }
    named.retain(|time| *time <= last);
    named
}

/// The steps that a rule without COUNT may take, wherever the window lies: its periods in there and
/// some around them, each for itself and for each of its positions.
#[must_use]
pub fn most_steps(rule: &RecurrenceRule, window: Interval) -> usize {
    let seconds = match rule.frequency() {
        Frequency::Yearly => 360 * 86_400,
        Frequency::Monthly => 28 * 86_400,
        Frequency::Weekly => 7 * 86_400,
        Frequency::Daily => 86_400,
        Frequency::Hourly => 3600,
        Frequency::Minutely => 60,
        Frequency::Secondly => 1,
    };
    let periods = window.duration().num_seconds() / (seconds * i64::from(rule.interval().get()));
    let periods = usize::try_from(periods).expect("a window has a length");
    (2 * periods + 10) * (1 + rule.by().set_positions.len())
}

struct Twin<'a> {
    rule: &'a RecurrenceRule,
    start: NaiveDateTime,
}

impl Twin<'_> {
    /// Ends a period: what BYSETPOS picks of it is named.
    fn close(&self, period: &mut Vec<NaiveDateTime>, named: &mut Vec<NaiveDateTime>) {
        let positions = &self.rule.by().set_positions;
        let size = i16::try_from(period.len()).unwrap_or(i16::MAX);
        for (place, time) in (1..).zip(period.drain(..)) {
            let from_end = place - 1 - size;
            if positions.is_empty() || positions.contains(&place) || positions.contains(&from_end) {
                named.push(time);
            }
        }
    }

    fn is(&self, frequency: Frequency) -> bool {
        self.rule.frequency() == frequency
    }

    /// A number that is the same for all times of one period, and one more for the next period.
    fn period(&self, time: NaiveDateTime) -> i64 {
        let date = time.date();
        let seconds = time.and_utc().timestamp();
        match self.rule.frequency() {
            Frequency::Yearly if self.rule.by().week_numbers.is_empty() => date.year().into(),
            Frequency::Yearly => self.middle_of_week(date).year().into(),
            Frequency::Monthly => i64::from(date.year()) * 12 + i64::from(date.month()),
            Frequency::Weekly => i64::from(self.middle_of_week(date).num_days_from_ce()) / 7,
            Frequency::Daily => date.num_days_from_ce().into(),
            Frequency::Hourly => seconds.div_euclid(3600),
            Frequency::Minutely => seconds.div_euclid(60),
            Frequency::Secondly => seconds,
        }
    }

    fn is_in_turn(&self, time: NaiveDateTime) -> bool {
        let since = self.period(time) - self.period(self.start);
        since.rem_euclid(self.rule.interval().get().into()) == 0
    }

    /// The fourth day of its week, which lies in the year that the week is counted in.
    fn middle_of_week(&self, date: NaiveDate) -> NaiveDate {
        date.week(self.rule.week_start()).first_day() + Days::new(3)
    }

    fn week_number(&self, date: NaiveDate) -> i16 {
        let middle = self.middle_of_week(date);
        i16::try_from(middle.ordinal0() / 7 + 1).expect("there are 53 at most")
    }

    fn names_day(&self, date: NaiveDate) -> bool {
        let by = self.rule.by();
        let says_days = !(by.month_days.is_empty() && by.weekdays.is_empty());
        let in_year = place(date.ordinal(), days_in_year(date.year()));
        let in_month = place(date.day(), days_in_month(date));
        let has = |list: &[i16], [first, last]: [i16; 2]| {
            list.is_empty() || list.contains(&first) || list.contains(&last)
        };
        let from_start = match self.rule.frequency() {
            Frequency::Yearly if says_days || !by.year_days.is_empty() => true,
            Frequency::Yearly if !by.week_numbers.is_empty() => self.is_weekday_of_start(date),
            Frequency::Yearly => {
                let same_month = date.month() == self.start.month() || !by.months.is_empty();
                same_month && date.day() == self.start.day()
            }
            Frequency::Monthly => says_days || date.day() == self.start.day(),
            Frequency::Weekly => says_days || self.is_weekday_of_start(date),
            _ => true,
        };
        let of_months =
            by.months.is_empty() || by.months.iter().any(|m| date.month() == u32::from(*m));
        let of_weekdays =
            by.weekdays.is_empty() || by.weekdays.iter().any(|one| self.is_nth(date, one));
        let of_weeks = by.week_numbers.is_empty() || {
            let number = self.week_number(date);
            let year = self.middle_of_week(date).year();
            let last = NaiveDate::from_ymd_opt(year, 12, 28).expect("28 December");
            has(
                &by.week_numbers,
                [number, number - self.week_number(last) - 1],
            )
        };
        from_start
            && of_months
            && of_weekdays
            && of_weeks
            && has(&by.year_days, in_year)
            && has(&by.month_days, in_month)
    }

    fn is_weekday_of_start(&self, date: NaiveDate) -> bool {
        date.weekday() == self.start.weekday()
    }

    fn is_nth(&self, date: NaiveDate, one: &NthWeekday) -> bool {
        let counted_in_year = self.is(Frequency::Yearly) && self.rule.by().months.is_empty();
        let [first, last] = if counted_in_year {
            place(date.ordinal(), days_in_year(date.year()))
        } else {
            place(date.day(), days_in_month(date))
        };
        let nth = [(first - 1) / 7 + 1, (last + 1) / 7 - 1];
        date.weekday() == one.day && one.nth.is_none_or(|wanted| nth.contains(&wanted))
    }

    fn times(&self, date: NaiveDate) -> impl Iterator<Item = NaiveDateTime> + '_ {
        let by = self.rule.by();
        let frequency = self.rule.frequency();
        let start = self.start.time();
        // A part that is missing: the own one of DTSTART if the rule repeats less often, else any.
        let fits = move |list: &[u8], value: u32, unit: Frequency, own: u32| {
            let listed = |listed: &u8| u32::from(*listed) == value;
            if list.is_empty() {
                frequency <= unit || value == own
            } else {
                list.iter().any(listed) || (list.contains(&60) && value == 59)
            }
        };
        let hours = (0..24).filter(move |h| fits(&by.hours, *h, Frequency::Hourly, start.hour()));
        let times = hours.flat_map(move |hour| {
            let fits = move |m: &u32| fits(&by.minutes, *m, Frequency::Minutely, start.minute());
            (0..60).filter(fits).map(move |minute| (hour, minute))
        });
        let times = times.flat_map(move |(hour, minute)| {
            let fits = move |s: &u32| fits(&by.seconds, *s, Frequency::Secondly, start.second());
            (0..60)
                .filter(fits)
                .map(move |second| (hour, minute, second))
        });
        let midnight = date.and_time(NaiveTime::MIN);
        times
            .map(move |(h, m, s)| midnight + TimeDelta::seconds((h * 3600 + m * 60 + s).into()))
            .filter(|time| self.is_in_turn(*time))
    }
}

/// Where a day lies in a month or a year, counted from its start and from its end.
fn place(day: u32, length: u32) -> [i16; 2] {
    let [day, length] = [day, length].map(|days| i16::try_from(days).expect("366 at most"));
    [day, day - length - 1]
}

fn days_in_month(date: NaiveDate) -> u32 {
    date.num_days_in_month().into()
}

fn days_in_year(year: i32) -> u32 {
    NaiveDate::from_ymd_opt(year, 12, 31).map_or(365, |last| last.ordinal())
}
