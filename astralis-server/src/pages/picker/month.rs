use chrono::{Datelike, Days, Months, NaiveDate};

use crate::pages::Reader;
use crate::pages::picker::links::PickerLinks;
use crate::pages::picker::search::FreeDays;
use crate::pages::wording::month_title;

/// How far ahead anybody can leaf.
const FURTHEST_MONTHS: u32 = 120;

/// One month as a table of weeks, Monday first.
pub(crate) struct MonthGrid {
    /// Such as `November 2026`.
    pub(crate) title: String,
    /// The month before, unless it is over.
    pub(crate) previous: Option<MonthLink>,
    /// The month after.
    pub(crate) next: Option<MonthLink>,
    /// Seven cells each; `None` belongs to another month.
    pub(crate) weeks: Vec<Vec<Option<DayCell>>>,
    /// Free times in the whole month.
    pub(crate) free: usize,
}

/// A month to go to.
pub(crate) struct MonthLink {
    pub(crate) url: String,
    pub(crate) title: String,
}

/// One day.
pub(crate) struct DayCell {
    /// Day of the month.
    pub(crate) number: u32,
    /// The whole date, in words.
    pub(crate) date: String,
    /// How many times are free.
    pub(crate) free: usize,
    /// Where to see them.
    pub(crate) url: String,
    /// Whether it is today for the reader.
    pub(crate) today: bool,
    /// Whether its times are shown.
    pub(crate) chosen: bool,
}

impl MonthGrid {
    pub(super) fn new(
        month: NaiveDate,
        today: NaiveDate,
        chosen: Option<NaiveDate>,
        free: &FreeDays,
        links: &PickerLinks,
        reader: &Reader,
    ) -> Self {
        let link = |month: NaiveDate| MonthLink {
            url: links.month(month),
            title: month_title(month),
        };
        let this_month = today.with_day(1).unwrap_or(today);
        let previous = month.checked_sub_months(Months::new(1));
        let days: Vec<_> = days_of(month)
            .map(|date| DayCell {
                number: date.day(),
                date: reader.date(date),
                free: free.get(&date).map_or(0, Vec::len),
                url: links.date(date),
                today: date == today,
                chosen: Some(date) == chosen,
            })
            .collect();
        Self {
            title: month_title(month),
            previous: previous.filter(|month| *month >= this_month).map(link),
            next: month_after(month)
                .filter(|month| *month <= this_month + Months::new(FURTHEST_MONTHS))
                .map(link),
            free: days.iter().map(|day| day.free).sum(),
            weeks: weeks(month.weekday().num_days_from_monday() as usize, days),
        }
    }

    /// Whether a month can be shown at all.
    pub(super) fn reaches(month: NaiveDate, today: NaiveDate) -> bool {
        let furthest = today + Months::new(FURTHEST_MONTHS);
        let earliest = today - Months::new(12);
        (earliest..=furthest).contains(&month)
    }
}

pub(super) fn month_after(month: NaiveDate) -> Option<NaiveDate> {
    month.checked_add_months(Months::new(1))
}

fn days_of(month: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..31)
        .filter_map(move |day| month.checked_add_days(Days::new(day)))
        .filter(move |date| date.month() == month.month())
}

fn weeks(before_the_first: usize, days: Vec<DayCell>) -> Vec<Vec<Option<DayCell>>> {
    let empty = std::iter::repeat_with(|| None).take(before_the_first);
    let mut cells = empty.chain(days.into_iter().map(Some));
    let mut weeks = Vec::with_capacity(6);
    loop {
        let mut week: Vec<_> = cells.by_ref().take(7).collect();
        if week.is_empty() {
            return weeks;
        }
        week.resize_with(7, || None);
        weeks.push(week);
    }
}
