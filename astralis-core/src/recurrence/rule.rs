use std::fmt::{self, Display};
use std::num::NonZeroU32;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc, Weekday};

use crate::recurrence::{InvalidRule, parse};

/// An RRULE (RFC 5545 §3.3.10): which civil times repeat, seen from a DTSTART.
///
/// Read from text by a parser that knows every part and refuses whatever the RFC forbids, because
/// a rule that is half understood names the wrong times. Written, it comes out in one canonical
/// order, and reads back as the same rule.
///
/// ```
/// # use astralis_core::recurrence::RecurrenceRule;
/// let rule: RecurrenceRule = "BYDAY=WE,MO;COUNT=10;FREQ=WEEKLY".parse()?;
/// assert_eq!(rule.to_string(), "FREQ=WEEKLY;COUNT=10;BYDAY=MO,WE");
///
/// let error = "FREQ=DAILY;BYDAY=-1MO".parse::<RecurrenceRule>().unwrap_err();
/// assert_eq!(error.at, 17);
/// assert_eq!(error.to_string(), "-1MO counts weekdays, which a DAILY rule cannot (at byte 17)");
/// # Ok::<(), astralis_core::recurrence::InvalidRule>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct RecurrenceRule {
    pub(super) frequency: Frequency,
    pub(super) interval: NonZeroU32,
    pub(super) end: End,
    pub(super) week_start: Weekday,
    pub(super) by: By,
}

/// FREQ: the period that a rule looks at as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// Every second.
    Secondly,
    /// Every minute.
    Minutely,
    /// Every hour.
    Hourly,
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// COUNT and UNTIL: where a rule ends. It has one of them at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It goes on for ever.
    Never,
    /// It names so many times, those that are excluded afterwards included. It counts what the rule
    /// names: a DTSTART that it does not name takes place beside them.
    Count(NonZeroU32),
    /// It names nothing later than this.
    Until(Until),
}

/// The last moment that a rule may name, inclusive, in each way that it is written.
///
/// RFC 5545 wants UTC for a DTSTART with a zone, and otherwise the type of DTSTART. Programs write
/// every form beside every DTSTART, and mean: this time on the same clock; all of this date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// All of a date.
    Date(NaiveDate),
    /// On the wall clock of DTSTART.
    Civil(NaiveDateTime),
    /// In UTC.
    Instant(DateTime<Utc>),
}

/// The parts of a rule whose names begin with BY; each ascending and without repetitions, empty if
/// the rule does not have it. Negative numbers count from the end, −1 is the last.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct By {
    /// BYMONTH, 1 to 12.
    pub months: Vec<u8>,
    /// BYWEEKNO, ±1 to ±53: weeks as ISO 8601 counts them, but from the rule's WKST.
    pub week_numbers: Vec<i16>,
    /// BYYEARDAY, ±1 to ±366.
    pub year_days: Vec<i16>,
    /// BYMONTHDAY, ±1 to ±31.
    pub month_days: Vec<i16>,
    /// BYDAY, in order of ordinal and day.
    pub weekdays: Vec<NthWeekday>,
    /// BYHOUR, 0 to 23.
    pub hours: Vec<u8>,
    /// BYMINUTE, 0 to 59.
    pub minutes: Vec<u8>,
    /// BYSECOND, 0 to 60; a leap second is read as the second before it (§3.3.12).
    pub seconds: Vec<u8>,
    /// BYSETPOS, ±1 to ±366: which of the times of each period.
    pub set_positions: Vec<i16>,
}

/// A day of the week, every one or the n-th: `MO`, `2MO`, `-1MO`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NthWeekday {
    /// Which one of a month or a year, ±1 to ±53; `None`: every one.
    pub nth: Option<i16>,
    /// The day.
    pub day: Weekday,
}

impl RecurrenceRule {
    /// The period that it looks at as a whole.
    #[must_use]
    pub const fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// INTERVAL: 2 is every second period, counted from that of DTSTART.
    #[must_use]
    pub const fn interval(&self) -> NonZeroU32 {
        self.interval
    }

    /// Where it ends.
    #[must_use]
    pub const fn end(&self) -> End {
        self.end
    }

    /// The same rule with another end.
    #[must_use]
    pub fn ending(mut self, end: End) -> Self {
        self.end = end;
        self
    }

    /// WKST: the day that weeks begin on.
    #[must_use]
    pub const fn week_start(&self) -> Weekday {
        self.week_start
    }

    /// What narrows it down, or multiplies it, within each period.
    #[must_use]
    pub const fn by(&self) -> &By {
        &self.by
    }
}

impl Frequency {
    pub(super) const ALL: [Self; 7] = [
        Self::Secondly,
        Self::Minutely,
        Self::Hourly,
        Self::Daily,
        Self::Weekly,
        Self::Monthly,
        Self::Yearly,
    ];

    /// Whether it can name several times of one day without BYHOUR and its like.
    #[must_use]
    pub fn is_sub_daily(self) -> bool {
        self < Self::Daily
    }
}

impl FromStr for RecurrenceRule {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse::rule(text)
    }
}

impl TryFrom<String> for RecurrenceRule {
    type Error = InvalidRule;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RecurrenceRule> for String {
    fn from(rule: RecurrenceRule) -> Self {
        rule.to_string()
    }
}

impl Display for RecurrenceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ={}", self.frequency)?;
        if self.interval.get() > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        match self.end {
            End::Never => {}
            End::Count(count) => write!(f, ";COUNT={count}")?,
            End::Until(until) => write!(f, ";UNTIL={until}")?,
        }
        let by = &self.by;
        list(f, "BYMONTH", &by.months)?;
        list(f, "BYWEEKNO", &by.week_numbers)?;
        list(f, "BYYEARDAY", &by.year_days)?;
        list(f, "BYMONTHDAY", &by.month_days)?;
        list(f, "BYDAY", &by.weekdays)?;
        list(f, "BYHOUR", &by.hours)?;
        list(f, "BYMINUTE", &by.minutes)?;
        list(f, "BYSECOND", &by.seconds)?;
        list(f, "BYSETPOS", &by.set_positions)?;
        if self.week_start != Weekday::Mon {
            write!(f, ";WKST={}", weekday_name(self.week_start))?;
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, name: &str, values: &[impl Display]) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        if index == 0 {
            write!(f, ";{name}={value}")?;
        } else {
            write!(f, ",{value}")?;
        }
    }
    Ok(())
}

impl Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Secondly => "SECONDLY",
            Self::Minutely => "MINUTELY",
            Self::Hourly => "HOURLY",
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        })
    }
}

impl Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{}", date.format("%Y%m%d")),
            Self::Civil(civil) => write!(f, "{}", civil.format("%Y%m%dT%H%M%S")),
            Self::Instant(instant) => write!(f, "{}", instant.format("%Y%m%dT%H%M%SZ")),
        }
    }
}

impl Display for NthWeekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(f, "{nth}")?;
        }
        f.write_str(weekday_name(self.day))
    }
}

/// Two letters, as in BYDAY.
pub(super) fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}
