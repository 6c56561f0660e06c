use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};

use crate::availability::RuleDays;
use crate::model::RuleId;
use crate::recurrence::RecurrenceError;
use crate::time::TimeZoneName;

/// When one person offers time.
///
/// An instant is open if its own wall-clock reading lies in a rule of its own wall-clock date.
/// Hence a rule inside a gap of the clock opens nothing, and an hour that the clock repeats is
/// open twice. Rules may overlap and touch, across midnight too: what they open is merged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct Schedule {
    /// The zone whose clock the rules are read on.
    #[cfg_attr(feature = "serde", serde(rename = "timezone"))]
    pub time_zone: TimeZoneName,
    /// The hours of days of the week, and of dates that recur in other ways.
    pub rules: Vec<AvailabilityRule>,
    /// Dates whose rules are replaced; at most one per date.
    #[cfg_attr(feature = "serde", serde(default))]
    pub overrides: Vec<DateOverride>,
    /// The dates on which the schedule holds at all; `None`: always.
    #[cfg_attr(feature = "serde", serde(default))]
    pub valid: Option<DateRange>,
    /// Dates whose hours are read on another zone's clock; disjoint.
    #[cfg_attr(feature = "serde", serde(default))]
    pub travel: Vec<TravelSegment>,
}

/// Hours of some dates: of one day of the week, or those that a recurrence rule names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "camelCase"))]
pub struct AvailabilityRule {
    /// Its id.
    pub id: RuleId,
    /// The dates on which they begin.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub days: RuleDays,
    /// The hours.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub window: LocalWindow,
    /// An inactive rule opens nothing.
    #[cfg_attr(feature = "serde", serde(default = "yes"))]
    pub active: bool,
    /// The dates on which it holds at all; `None`: always.
    #[cfg_attr(
        feature = "serde",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    pub valid: Option<DateRange>,
}

#[cfg(feature = "serde")]
const fn yes() -> bool {
    true
}

/// The hours of one date, in place of what rules say of it; no windows means closed. Hours that a
/// rule of the day before carries past midnight stay open.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct DateOverride {
    /// Its id.
    pub id: RuleId,
    /// The local date.
    pub date: NaiveDate,
    /// The hours of that date.
    pub windows: Vec<LocalWindow>,
}

/// A range of local dates, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct DateRange {
    /// The first date; `None`: since ever.
    pub first: Option<NaiveDate>,
    /// The last date; `None`: for good.
    pub last: Option<NaiveDate>,
}

impl DateRange {
    /// Whether `date` lies inside.
    #[must_use]
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.first.is_none_or(|first| first <= date) && self.last.is_none_or(|last| date <= last)
    }
}

/// Dates spent in another zone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", deny_unknown_fields)
)]
pub struct TravelSegment {
    /// The first local date there.
    pub first: NaiveDate,
    /// The last local date there.
    pub last: NaiveDate,
    /// The zone of that place.
    #[cfg_attr(feature = "serde", serde(rename = "timezone"))]
    pub time_zone: TimeZoneName,
}

/// A time of day in whole minutes, from `00:00` to `24:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "String", into = "String"))]
pub struct LocalTime {
    minutes: u16, // Invariant: at most 1440.
}

/// The text is not a time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a time from 00:00 to 24:00 as HH:MM, got {0:?}")]
pub struct LocalTimeError(String);

impl LocalTime {
    /// `00:00`, where a day begins.
    pub const MIDNIGHT: Self = Self { minutes: 0 };
    /// `24:00`, where a day ends.
    pub const END_OF_DAY: Self = Self { minutes: 24 * 60 };

    /// The time `minutes` after midnight; `None` beyond `24:00`.
    #[must_use]
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes <= 24 * 60 {
            Some(Self { minutes })
        } else {
            None
        }
    }

    /// Minutes since midnight on the clock's face, 0 to 1440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.minutes
    }

    /// The same as a distance from midnight.
    #[must_use]
    pub fn since_midnight(self) -> TimeDelta {
        TimeDelta::minutes(self.minutes.into())
    }
}

impl FromStr for LocalTime {
    type Err = LocalTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || LocalTimeError(text.to_owned());
        if text == "24:00" {
            return Ok(Self::END_OF_DAY);
        }
        if text.len() != 5 {
            return Err(error());
        }
        let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| error())?;
        let minutes = time.num_seconds_from_midnight() / 60;
        Ok(Self {
            minutes: u16::try_from(minutes).expect("a day has 1440 minutes"),
        })
    }
}

impl TryFrom<String> for LocalTime {
    type Error = LocalTimeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LocalTime> for String {
    fn from(time: LocalTime) -> Self {
        time.to_string()
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl fmt::Debug for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A stretch of wall-clock time that begins on some date: `start` up to, but not including,
/// `end`, which lies on the next day if `until_next_day`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "serde",
    serde(rename_all = "camelCase", try_from = "wire::Window")
)]
pub struct LocalWindow {
    #[cfg_attr(feature = "serde", serde(rename = "startTime"))]
    start: LocalTime,
    #[cfg_attr(feature = "serde", serde(rename = "endTime"))]
    end: LocalTime, // Invariant: after `start`, unless on the next day, and then at most 24 h later.
    until_next_day: bool,
}

impl LocalWindow {
    /// `start` to `end` of one day; `end` may be `24:00`.
    ///
    /// # Errors
    ///
    /// [`ScheduleError::EndNotAfterStart`] if `end <= start`.
    pub fn new(start: LocalTime, end: LocalTime) -> Result<Self, ScheduleError> {
        if end <= start {
            return Err(ScheduleError::EndNotAfterStart { start, end });
        }
        Ok(Self {
            start,
            end,
            until_next_day: false,
        })
    }

    /// `start` of one day to `end` of the next.
    ///
    /// # Errors
    ///
    /// [`ScheduleError::LongerThanADay`] if more than 24 hours lie between,
    /// [`ScheduleError::EndNotAfterStart`] for `24:00` to `00:00`.
    pub fn until_next_day(start: LocalTime, end: LocalTime) -> Result<Self, ScheduleError> {
        if start == LocalTime::END_OF_DAY && end == LocalTime::MIDNIGHT {
            return Err(ScheduleError::EndNotAfterStart { start, end });
        }
        if end > start {
            return Err(ScheduleError::LongerThanADay { start, end });
        }
        Ok(Self {
            start,
            end,
            until_next_day: true,
        })
    }

    /// Where it begins.
    #[must_use]
    pub const fn start(&self) -> LocalTime {
        self.start
    }

    /// Where it ends, on the next day if [`ends_next_day`](Self::ends_next_day).
    #[must_use]
    pub const fn end(&self) -> LocalTime {
        self.end
    }

    /// Whether the end lies on the next day.
    #[must_use]
    pub const fn ends_next_day(&self) -> bool {
        self.until_next_day
    }

    /// The same with minutes since the midnight its date begins with: `(start, end)`, where the
    /// end may pass 1440.
    #[must_use]
    pub fn minutes(&self) -> (i64, i64) {
        let next_day = if self.until_next_day { 24 * 60 } else { 0 };
        (
            self.start.minutes.into(),
            i64::from(self.end.minutes) + next_day,
        )
    }
}

/// Why a schedule cannot be as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScheduleError {
    /// The window would be empty; one that runs past midnight says so.
    #[error(
        "the end {end} is not after the start {start}, and the window is not marked as running into the next day"
    )]
    EndNotAfterStart {
        /// The start that was given.
        start: LocalTime,
        /// The end that was given.
        end: LocalTime,
    },
    /// A window into the next day that would last more than 24 hours.
    #[error("a window from {start} to {end} of the next day is longer than 24 hours")]
    LongerThanADay {
        /// The start that was given.
        start: LocalTime,
        /// The end that was given.
        end: LocalTime,
    },
    /// Two overrides for one date.
    #[error("the date {0} has two overrides")]
    OverrideTwice(NaiveDate),
    /// Travel that ends before it begins, or overlaps other travel.
    #[error("travel from {first} to {last} ends before it begins or overlaps other travel")]
    Travel {
        /// The first date.
        first: NaiveDate,
        /// The last date.
        last: NaiveDate,
    },
    /// A recurrence rule that names no dates, or cannot be expanded.
    #[error(transparent)]
    Recurrence(#[from] RecurrenceError),
}

impl Schedule {
    /// A schedule without any hours.
    #[must_use]
    pub const fn closed(time_zone: TimeZoneName) -> Self {
        Self {
            time_zone,
            rules: Vec::new(),
            overrides: Vec::new(),
            valid: None,
            travel: Vec::new(),
        }
    }

    /// Checks that there is one override per date at most and that travel segments are disjoint.
    ///
    /// # Errors
    ///
    /// [`ScheduleError::OverrideTwice`] or [`ScheduleError::Travel`].
    pub fn check(&self) -> Result<(), ScheduleError> {
        let mut dates: Vec<_> = self.overrides.iter().map(|entry| entry.date).collect();
        dates.sort_unstable();
        if let Some(pair) = dates.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(ScheduleError::OverrideTwice(pair[0]));
        }
        let mut travel: Vec<_> = self.travel.iter().collect();
        travel.sort_unstable_by_key(|segment| segment.first);
        let inverted = travel.iter().find(|segment| segment.last < segment.first);
        let overlapping = travel.windows(2).find(|pair| pair[1].first <= pair[0].last);
        match inverted.or(overlapping.map(|pair| &pair[1])) {
            Some(segment) => Err(ScheduleError::Travel {
                first: segment.first,
                last: segment.last,
            }),
            None => Ok(()),
        }
    }

    /// Every zone whose clock it is read on, its own first; a zone may come twice.
    pub fn time_zones(&self) -> impl Iterator<Item = &TimeZoneName> {
        let travel = self.travel.iter().map(|segment| &segment.time_zone);
        std::iter::once(&self.time_zone).chain(travel)
    }

    /// The zone whose clock the hours of `date` are read on.
    #[must_use]
    pub fn time_zone_on(&self, date: NaiveDate) -> &TimeZoneName {
        self.travel
            .iter()
            .find(|segment| (segment.first..=segment.last).contains(&date))
            .map_or(&self.time_zone, |segment| &segment.time_zone)
    }

    /// The hours that begin on `date`, in no particular order, not merged.
    pub fn windows_on(&self, date: NaiveDate) -> impl Iterator<Item = LocalWindow> + '_ {
        let valid = self.valid.is_none_or(|range| range.contains(date));
        let replaced = self.overrides.iter().find(|entry| entry.date == date);
        let ruled = self.rules.iter().filter(move |rule| {
            rule.active
                && rule.valid.is_none_or(|range| range.contains(date))
                && rule.days.contains(date)
        });
        let replacing = replaced
            .map(|entry| entry.windows.iter().copied())
            .into_iter()
            .flatten();
        let ruled = ruled
            .map(|rule| rule.window)
            .filter(move |_| replaced.is_none());
        replacing.chain(ruled).filter(move |_| valid)
    }
}

#[cfg(feature = "serde")]
mod wire {
    use super::{LocalTime, LocalWindow, ScheduleError};

    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub(super) struct Window {
        start_time: LocalTime,
        end_time: LocalTime,
        #[serde(default)]
        until_next_day: bool,
    }

    impl TryFrom<Window> for LocalWindow {
        type Error = ScheduleError;

        fn try_from(window: Window) -> Result<Self, Self::Error> {
            let make = if window.until_next_day {
                Self::until_next_day
            } else {
                Self::new
            };
            make(window.start_time, window.end_time)
        }
    }
}
