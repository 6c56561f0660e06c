use astralis_core::recurrence::{Length, Series, Start};
use astralis_core::time::{Interval, Zone, ZoneDatabase};
use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

/// A question about a meeting that has repeated since Monday 3 January 2000, 09:00 in Paris, for
/// an hour each time.
#[derive(Debug)]
pub struct RepeatedMeeting {
    /// How it repeats, as a table calls it.
    pub name: &'static str,
    /// The same as an RRULE.
    pub rule: &'static str,
    /// When it takes place, ours.
    pub series: Series,
    /// What is asked.
    pub asked: &'static str,
    /// The window in which it is asked when it takes place.
    pub window: Interval,
}

const RULES: [(&str, &str); 3] = [
    ("weekly", "FREQ=WEEKLY;BYDAY=MO"),
    ("daily", "FREQ=DAILY"),
    ("first Monday of the month", "FREQ=MONTHLY;BYDAY=1MO"),
];

/// Name, first year and days of each window; a year counts from 2000.
const WINDOWS: [(&str, i32, u64); 4] = [
    (RepeatedMeeting::TEN_YEARS, 0, 3653),
    ("one month at year 10", 10, 31),
    ("one month at year 35", 35, 31),
    ("one year at year 25", 25, 365),
];

impl RepeatedMeeting {
    /// All of the first ten years.
    pub const TEN_YEARS: &str = "the first ten years";

    /// Each way to repeat, asked for each window.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let with_windows = |(name, rule)| {
            let meeting = move |(asked, year, days)| Self {
                name,
                rule,
                series: series(rule),
                asked,
                window: window(year, days),
            };
            WINDOWS.into_iter().map(meeting)
        };
        RULES.into_iter().flat_map(with_windows).collect()
    }

    /// When it first takes place, on the wall clock of [`zone`](Self::zone).
    #[must_use]
    pub fn start() -> NaiveDateTime {
        date(2000).and_hms_opt(9, 0, 0).expect("a time of day")
    }

    /// Paris.
    #[must_use]
    pub fn zone() -> Zone {
        let paris = "Europe/Paris".parse().expect("a zone name");
        ZoneDatabase::bundled().zone(&paris).expect("a known zone")
    }
}

fn series(rule: &str) -> Series {
    let zone = RepeatedMeeting::zone();
    let start = Start::Zoned(RepeatedMeeting::start(), zone.clone());
    let mut series = Series::new(start, &zone, Length::elapsed(TimeDelta::hours(1)));
    let rule = rule.parse().expect("a rule of RFC 5545");
    series.repeat(rule).expect("one time a day");
    series
}

/// The third of January: in 2000, a Monday.
fn date(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 3).expect("an ordinary year")
}

fn window(year: i32, days: u64) -> Interval {
    let first = date(2000 + year);
    let midnight = |date: NaiveDate| date.and_hms_opt(0, 0, 0).expect("midnight").and_utc();
    Interval::new(midnight(first), midnight(first + Days::new(days))).expect("some days")
}
