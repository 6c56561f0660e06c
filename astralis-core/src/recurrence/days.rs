use chrono::Weekday;

use crate::recurrence::calendar::{KINDS_OF_YEARS, Year, weekday};
use crate::recurrence::{By, Frequency};

/// All days of a month, and days that do not exist in some.
const ALL: u32 = (1 << 31) - 1;

/// Every seventh day of a month from its first.
const EVERY_SEVENTH: u32 = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;

/// Which days a rule names, for every month there can be: bit 0 is the first of the month.
///
/// Each of BYMONTH, BYYEARDAY, BYMONTHDAY and BYDAY names days of its own, and a day counts if it
/// is named by all that the rule has; that is what the table of RFC 5545 §3.3.10 comes down to,
/// where "expand" and "limit" differ only in what the rule would name without the part. (BYWEEKNO
/// is left out: its weeks cross the ends of years.)
///
/// All four depend on nothing but the kind of year, of which there are fourteen. So the whole
/// answer is a table of 14 × 12 numbers, made once for a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DayTable([[u32; 12]; KINDS_OF_YEARS]);

/// A month, and which of its days are named.
#[derive(Debug, Clone, Copy)]
pub(super) struct Month {
    year: Year,
    month: usize,
    /// Its first day, and the first after it.
    pub(super) begin: i64,
    pub(super) end: i64,
    days: u32,
}

impl Month {
    /// Whether a day lies in it.
    pub(super) const fn contains(&self, day: i64) -> bool {
        self.begin <= day && day < self.end
    }

    /// Its named days from one on that lies in it, as bits of which that one is the first.
    pub(super) const fn days_from(&self, day: i64) -> u64 {
        self.days as u64 >> (day - self.begin)
    }
}

impl DayTable {
    /// `O(14 × 12 × n)` for a rule whose lists have `n` values.
    pub(super) fn new(frequency: Frequency, by: &By) -> Self {
        let mut table = [[ALL; 12]; KINDS_OF_YEARS];
        let counts_in_years = frequency == Frequency::Yearly && by.months.is_empty();
        for (kind, months) in table.iter_mut().enumerate() {
            let year = Year::of_kind(kind);
            for (month, days) in months.iter_mut().enumerate() {
                *days &=
                    all_of(&year, month) & of_months(by, month) & of_month_days(by, &year, month);
                if !counts_in_years {
                    *days &= of_weekdays(by, &year, month);
                }
            }
            if counts_in_years {
                keep(months, &weekdays_of_year(by, &year));
            }
            keep(months, &year_days(by, &year));
        }
        Self(table)
    }

    /// The days of a month.
    const fn month(&self, year: &Year, month: usize) -> u32 {
        self.0[year.kind()][month]
    }

    /// The month around a day.
    pub(super) const fn around(&self, day: i64) -> Month {
        let year = Year::containing(day);
        let month = year.month_of(day);
        self.named(year, month)
    }

    /// The month after another.
    pub(super) const fn following(&self, month: &Month) -> Month {
        match month.month {
            11 => self.named(Year::new(month.year.number + 1), 0),
            earlier => self.named(month.year, earlier + 1),
        }
    }

    const fn named(&self, year: Year, month: usize) -> Month {
        Month {
            year,
            month,
            begin: year.month(month),
            end: year.month(month + 1),
            days: self.month(&year, month),
        }
    }

    /// The first named day of a month from this one on, or the first of the next month.
    pub(super) const fn next_from(&self, day: i64) -> i64 {
        let month = self.around(day);
        match month.days_from(day) {
            0 => month.end,
            later => day + later.trailing_zeros() as i64,
        }
    }

    /// Whether no day of any year is left out.
    pub(super) fn is_every_day(&self) -> bool {
        let every = |kind| {
            let year = Year::of_kind(kind);
            (0..12).all(|month| self.month(&year, month) == all_of(&year, month))
        };
        (0..KINDS_OF_YEARS).all(every)
    }

    /// How many days of every month are named, if of all the same number.
    pub(super) fn a_month(&self) -> Option<usize> {
        same(self.0.iter().flatten().map(|days| days.count_ones()))
    }

    /// How many days of every year are named, if of all the same number.
    pub(super) fn a_year(&self) -> Option<usize> {
        let days = |months: &[u32; 12]| months.iter().map(|days| days.count_ones()).sum();
        same(self.0.iter().map(days))
    }
}

fn same(mut counts: impl Iterator<Item = u32>) -> Option<usize> {
    let first = counts.next()?;
    counts.all(|count| count == first).then_some(first as usize)
}

fn keep(months: &mut [u32; 12], others: &[u32; 12]) {
    for (days, other) in months.iter_mut().zip(others) {
        *days &= other;
    }
}

fn all_of(year: &Year, month: usize) -> u32 {
    ALL >> (31 - year.month_length(month))
}

fn of_months(by: &By, month: usize) -> u32 {
    let is_named = by.months.is_empty() || by.months.iter().any(|m| usize::from(*m) == month + 1);
    if is_named { ALL } else { 0 }
}

fn of_month_days(by: &By, year: &Year, month: usize) -> u32 {
    if by.month_days.is_empty() {
        return ALL;
    }
    let days = by.month_days.iter();
    let places = days.filter_map(|day| place(*day, year.month_length(month)));
    places.fold(0, |days, place| days | 1 << place)
}

/// BYDAY: plain days, and those that are counted within the month.
fn of_weekdays(by: &By, year: &Year, month: usize) -> u32 {
    if by.weekdays.is_empty() {
        return ALL;
    }
    let (first, length) = (year.month(month), year.month_length(month));
    let mut days = 0;
    for one in &by.weekdays {
        let offset = days_until(one.day, first);
        match one.nth {
            None => days |= EVERY_SEVENTH << offset,
            Some(nth) => days |= nth_in(nth, offset, length).map_or(0, |place| 1 << place),
        }
    }
    days
}

/// BYDAY where its days are counted within the year.
fn weekdays_of_year(by: &By, year: &Year) -> [u32; 12] {
    let mut months = [if by.weekdays.is_empty() { ALL } else { 0 }; 12];
    for one in &by.weekdays {
        match one.nth {
            None => {
                for (month, days) in months.iter_mut().enumerate() {
                    *days |= EVERY_SEVENTH << days_until(one.day, year.month(month));
                }
            }
            Some(nth) => {
                let place = nth_in(nth, days_until(one.day, year.first), year.length());
                add(&mut months, year, place);
            }
        }
    }
    months
}

fn year_days(by: &By, year: &Year) -> [u32; 12] {
    let mut months = [if by.year_days.is_empty() { ALL } else { 0 }; 12];
    for day in &by.year_days {
        add(&mut months, year, place(*day, year.length()));
    }
    months
}

fn add(months: &mut [u32; 12], year: &Year, place: Option<i64>) {
    if let Some(place) = place {
        let month = year.month_of(year.first + place);
        months[month] |= 1 << (year.first + place - year.month(month));
    }
}

/// Where the `nth` day of a stretch lies, from 0; −1 is the last one.
fn place(nth: i16, length: i64) -> Option<i64> {
    let nth = i64::from(nth);
    let place = if nth > 0 { nth - 1 } else { length + nth };
    (0..length).contains(&place).then_some(place)
}

/// Where the `nth` of the days lies that come every week from `offset` on.
fn nth_in(nth: i16, offset: i64, length: i64) -> Option<i64> {
    let weeks = (length - offset + 6) / 7;
    Some(offset + 7 * place(nth, weeks)?)
}

/// How long it is from `first` to the next such day of the week.
fn days_until(day: Weekday, first: i64) -> i64 {
    (i64::from(day.num_days_from_monday()) - weekday(first)).rem_euclid(7)
}
