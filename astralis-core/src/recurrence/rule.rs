use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// More times of day than this in one rule are not a calendar but an attack.
const MAX_TIMES_A_DAY: usize = 96;

/// A longer interval between two occurrences has no use, and arithmetic on it no guarantee.
const MAX_INTERVAL: u16 = 10_000;

/// An RRULE (RFC 5545 §3.3.10), checked when it is read.
///
/// Stricter than most readers: an unknown part, a part that appears twice or a number out of
/// range is an error, because a rule that is half understood names the wrong times. Rules that
/// repeat more often than daily are not expanded, as a policy.
///
/// ```
/// # use astralis_core::recurrence::RecurrenceRule;
/// let rule: RecurrenceRule = "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10".parse()?;
/// assert_eq!(rule.to_string(), "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10");
/// assert!("FREQ=SECONDLY".parse::<RecurrenceRule>().is_err());
/// # Ok::<(), astralis_core::recurrence::InvalidRule>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecurrenceRule {
    text: String,
    pub(super) frequency: Frequency,
    pub(super) count: Option<u32>,
    pub(super) until: Option<Until>,
    // The rule without COUNT and UNTIL, which are counted and compared here.
    pub(super) pattern: String,
}

/// How often a rule repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// The last moment an occurrence may start at, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// In UTC.
    Instant(NaiveDateTime),
    /// On the wall clock of the series.
    Civil(NaiveDateTime),
    /// Any time of a date.
    Date(NaiveDate),
}

/// Why a text is not a rule that can be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRule {
    /// There is no FREQ.
    #[error("the rule has no FREQ")]
    NoFrequency,
    /// FREQ is HOURLY, MINUTELY or SECONDLY.
    #[error("rules that repeat more often than daily are not expanded")]
    SubDaily,
    /// A part that is not known, or has a meaning that is not supported.
    #[error("the rule's part {0} is not known")]
    UnknownPart(String),
    /// A part that appears twice.
    #[error("the rule's part {0} appears twice")]
    Repeated(String),
    /// A value out of its range or not allowed together with the others.
    #[error("the rule's part {0} cannot be read")]
    Value(String),
    /// Too many times of day.
    #[error("the rule names more than {MAX_TIMES_A_DAY} times a day")]
    TooDense,
    /// Both COUNT and UNTIL.
    #[error("the rule has both COUNT and UNTIL")]
    CountAndUntil,
}

impl RecurrenceRule {
    /// How often it repeats.
    #[must_use]
    pub const fn frequency(&self) -> Frequency {
        self.frequency
    }

    /// Whether UNTIL lies before `instant` in whichever zone it is read.
    pub(super) fn is_over_before(&self, instant: DateTime<Utc>) -> bool {
        let last = match self.until {
            None => return false,
            Some(Until::Instant(last) | Until::Civil(last)) => last,
            Some(Until::Date(last)) => last.and_time(NaiveTime::MIN),
        };
        // A date lasts a day, and no clock is further from UTC than a day and two hours.
        last.checked_add_signed(TimeDelta::days(3))
            .is_some_and(|last| last < instant.naive_utc())
    }
}

impl FromStr for RecurrenceRule {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = Parts::read(text)?;
        let frequency = parts.frequency()?;
        parts.check_ranges(frequency)?;
        let pattern = parts.pattern();
        Ok(Self {
            text: text.to_owned(),
            frequency,
            count: parts.number("COUNT", 1, u32::MAX)?,
            until: parts.until()?,
            pattern,
        })
    }
}

impl fmt::Display for RecurrenceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The parts of a rule as written, names in upper case.
struct Parts(Vec<(String, String)>);

impl Parts {
    fn read(text: &str) -> Result<Self, InvalidRule> {
        let mut seen = BTreeSet::new();
        let mut parts = Vec::new();
        // A trailing semicolon is common and means nothing.
        for part in text.trim().split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| InvalidRule::UnknownPart(part.to_owned()))?;
            let name = name.trim().to_ascii_uppercase();
            if !seen.insert(name.clone()) {
                return Err(InvalidRule::Repeated(name));
            }
            parts.push((name, value.trim().to_ascii_uppercase()));
        }
        Ok(Self(parts))
    }

    fn value(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    fn frequency(&self) -> Result<Frequency, InvalidRule> {
        match self.value("FREQ").ok_or(InvalidRule::NoFrequency)? {
            "DAILY" => Ok(Frequency::Daily),
            "WEEKLY" => Ok(Frequency::Weekly),
            "MONTHLY" => Ok(Frequency::Monthly),
            "YEARLY" => Ok(Frequency::Yearly),
            "HOURLY" | "MINUTELY" | "SECONDLY" => Err(InvalidRule::SubDaily),
            _ => Err(InvalidRule::Value("FREQ".to_owned())),
        }
    }

    fn check_ranges(&self, frequency: Frequency) -> Result<(), InvalidRule> {
        for (name, value) in &self.0 {
            let valid = match name.as_str() {
                "FREQ" | "COUNT" | "UNTIL" => true,
                "INTERVAL" => in_range(value, 1, MAX_INTERVAL.into()) && !value.contains(','),
                "WKST" => weekday(value),
                "BYSECOND" | "BYMINUTE" => in_range(value, 0, 59),
                "BYHOUR" => in_range(value, 0, 23),
                "BYMONTH" => in_range(value, 1, 12),
                "BYMONTHDAY" => frequency != Frequency::Weekly && around_zero(value, 31),
                "BYYEARDAY" => frequency == Frequency::Yearly && around_zero(value, 366),
                "BYWEEKNO" => frequency == Frequency::Yearly && around_zero(value, 53),
                "BYSETPOS" => around_zero(value, 366),
                "BYDAY" => self.days_are_valid(value, frequency),
                "SKIP" => value == "OMIT",
                "RSCALE" => value == "GREGORIAN",
                _ => return Err(InvalidRule::UnknownPart(name.clone())),
            };
            if !valid {
                return Err(InvalidRule::Value(name.clone()));
            }
        }
        if self.value("COUNT").is_some() && self.value("UNTIL").is_some() {
            return Err(InvalidRule::CountAndUntil);
        }
        let times = |name| self.value(name).map_or(1, |list| list.split(',').count());
        if times("BYHOUR") * times("BYMINUTE") * times("BYSECOND") > MAX_TIMES_A_DAY {
            return Err(InvalidRule::TooDense);
        }
        Ok(())
    }

    /// `2MO` counts within a month or a year, and within nothing else.
    fn days_are_valid(&self, value: &str, frequency: Frequency) -> bool {
        let ordinals = match frequency {
            Frequency::Monthly => 5,
            Frequency::Yearly if self.value("BYWEEKNO").is_none() => 53,
            _ => 0,
        };
        value.split(',').all(|day| {
            let day = day.trim();
            let Some(split) = day
                .len()
                .checked_sub(2)
                .filter(|at| day.is_char_boundary(*at))
            else {
                return false;
            };
            let (ordinal, name) = day.split_at(split);
            weekday(name) && (ordinal.is_empty() || around_zero(ordinal, ordinals))
        })
    }

    fn number(&self, name: &str, min: u32, max: u32) -> Result<Option<u32>, InvalidRule> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        match value.parse() {
            Ok(number) if (min..=max).contains(&number) => Ok(Some(number)),
            _ => Err(InvalidRule::Value(name.to_owned())),
        }
    }

    fn until(&self) -> Result<Option<Until>, InvalidRule> {
        let Some(value) = self.value("UNTIL") else {
            return Ok(None);
        };
        let civil = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S");
        let until = if let Some(utc) = value.strip_suffix('Z') {
            civil(utc).map(Until::Instant)
        } else if value.contains('T') {
            civil(value).map(Until::Civil)
        } else {
            NaiveDate::parse_from_str(value, "%Y%m%d").map(Until::Date)
        };
        until
            .map(Some)
            .map_err(|_| InvalidRule::Value("UNTIL".to_owned()))
    }

    fn pattern(&self) -> String {
        let kept = |name: &str| !matches!(name, "COUNT" | "UNTIL" | "SKIP" | "RSCALE");
        let parts = self.0.iter().filter(|(name, _)| kept(name));
        parts
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join(";")
    }
}

fn weekday(name: &str) -> bool {
    matches!(name, "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU")
}

fn numbers(list: &str) -> impl Iterator<Item = Option<i32>> + '_ {
    list.split(',').map(|number| number.trim().parse().ok())
}

fn in_range(list: &str, min: i32, max: i32) -> bool {
    numbers(list).all(|number| number.is_some_and(|number| (min..=max).contains(&number)))
}

/// From `-most` to `most`, but not 0.
fn around_zero(list: &str, most: i32) -> bool {
    numbers(list).all(|n| n.is_some_and(|n| n != 0 && (-most..=most).contains(&n)))
}
