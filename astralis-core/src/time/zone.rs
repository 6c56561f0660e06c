use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use tz::timezone::{AlternateTime, RuleDay, TimeZoneRef, TransitionRule};

use crate::time::{Interval, TimeZoneName};

/// The Gregorian calendar, days of the week included, repeats every 400 years.
pub(crate) const CYCLE: i64 = 146_097 * 86_400;

/// No zone was ever further from UTC, in seconds.
pub(crate) const WIDEST_OFFSET: i64 = 26 * 3600;

/// In microseconds.
const SECOND: i64 = 1_000_000;

/// A time zone: its name, and what its clocks showed and will show.
///
/// A table of stretches with one offset each, made from TZif data (RFC 9636). Where the data end
/// in a rule, the table holds 400 years of it and is read in a circle, so that any instant is
/// exact. Cloning is cheap.
///
/// ```
/// # use astralis_core::time::{TimeZoneName, ZoneDatabase};
/// let paris = ZoneDatabase::bundled().zone(&"Europe/Paris".parse()?)?;
/// let summer = "2026-07-01T12:00:00Z".parse().unwrap();
/// assert_eq!(paris.to_civil(summer).to_string(), "2026-07-01 14:00:00");
/// # Ok::<(), astralis_core::time::UnknownTimeZone>(())
/// ```
#[derive(Clone)]
pub struct Zone(Arc<Table>);

#[derive(PartialEq, Eq)]
struct Table {
    name: TimeZoneName,
    // Second `starts[i]` of Unix time is the first with `offsets[i]`; ascending, `i64::MIN` first.
    starts: Vec<i64>,
    offsets: Vec<i32>,
    // From here on the last `CYCLE` seconds before it repeat.
    repeats_from: Option<i64>,
}

/// A stretch of time with one offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffsetSegment {
    /// Seconds east of UTC.
    pub offset: i32,
    /// The first second of Unix time after it; `None`: it never ends.
    pub until: Option<i64>,
}

/// A moment at which a zone's clock is set to another offset.
#[cfg(feature = "icalendar")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OffsetChange {
    /// The first second of Unix time with the new offset.
    pub(crate) at: i64,
    /// Seconds east of UTC before it.
    pub(crate) from: i32,
    /// Seconds east of UTC from it on.
    pub(crate) to: i32,
}

/// A part of a window in which a zone's clock runs evenly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) during: Interval,
    /// Microseconds east of UTC.
    pub(crate) offset: i64,
}

/// Which instants a wall clock shows some civil time at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CivilResolution {
    /// Exactly one.
    Single(DateTime<Utc>),
    /// None: the clock skips it. Holds the instant that the offset before the gap gives, as
    /// RFC 5545 §3.3.5 wants it read.
    Gap(DateTime<Utc>),
    /// Several: the clock repeats it.
    Fold {
        /// The first of them.
        first: DateTime<Utc>,
        /// The last of them.
        last: DateTime<Utc>,
    },
}

impl CivilResolution {
    /// The one instant that RFC 5545 §3.3.5 means: in a gap, the offset before it; in a fold, the
    /// first occurrence.
    #[must_use]
    pub const fn instant(self) -> DateTime<Utc> {
        match self {
            Self::Single(at) | Self::Gap(at) | Self::Fold { first: at, .. } => at,
        }
    }
}

impl Zone {
    pub(super) fn from_tzif(name: TimeZoneName, data: &[u8]) -> Result<Self, tz::TzError> {
        let parsed = tz::TimeZone::from_tz_data(data)?;
        Ok(Self(Arc::new(Table::new(name, parsed.as_ref()))))
    }

    /// Coordinated Universal Time, which takes no zone data.
    #[must_use]
    pub fn utc() -> Self {
        Self(Arc::new(Table {
            name: TimeZoneName::utc(),
            starts: vec![i64::MIN],
            offsets: vec![0],
            repeats_from: None,
        }))
    }

    /// A zone that somebody else describes: the changes of its offset, ascending, and from when on
    /// the 400 years before repeat.
    #[cfg(feature = "icalendar")]
    pub(crate) fn described(
        name: TimeZoneName,
        changes: impl IntoIterator<Item = OffsetChange>,
        repeats_from: Option<i64>,
    ) -> Self {
        let mut changes = changes.into_iter().peekable();
        let first = changes.peek().map_or(0, |change| change.from);
        let mut table = Table {
            name,
            starts: vec![i64::MIN],
            offsets: vec![first],
            repeats_from,
        };
        for change in changes {
            table.push(change.at, change.to);
        }
        Self(Arc::new(table))
    }

    /// The zone's IANA name.
    #[must_use]
    pub fn name(&self) -> &TimeZoneName {
        &self.0.name
    }

    /// The offset in force at a second of Unix time, and until when.
    #[must_use]
    pub fn segment_at(&self, second: i64) -> OffsetSegment {
        self.0.segment_at(second)
    }

    /// `window` in parts of one offset each, ascending and without gaps: one look at the table
    /// per part.
    pub(crate) fn stretches(&self, window: Interval) -> impl Iterator<Item = Stretch> + '_ {
        let mut next = Some(window.start_micros());
        std::iter::from_fn(move || {
            let start = next.filter(|start| *start < window.end_micros())?;
            let segment = self.segment_at(start.div_euclid(SECOND));
            next = segment.until.map(|until| until.saturating_mul(SECOND));
            let end = next.map_or(window.end_micros(), |next| next.min(window.end_micros()));
            Some(Stretch {
                during: Interval::between(start, end),
                offset: i64::from(segment.offset) * SECOND,
            })
        })
    }

    /// When the clock is set: from the change in force at a second of Unix time on, if there was
    /// one; ascending, and without end if the zone data end in a rule.
    #[cfg(feature = "icalendar")]
    pub(crate) fn changes_from(&self, second: i64) -> impl Iterator<Item = OffsetChange> + '_ {
        let since = self.0.since(second);
        let mut next = since.or_else(|| self.segment_at(second).until);
        std::iter::from_fn(move || {
            loop {
                let at = next?;
                let OffsetSegment { offset, until } = self.segment_at(at);
                next = until;
                let from = self.segment_at(at - 1).offset;
                // A cycle of the table may begin where no clock is set.
                if from != offset {
                    let to = offset;
                    return Some(OffsetChange { at, from, to });
                }
            }
        })
    }

    /// The second of Unix time from which on the clock does what it did 400 years before; `None`
    /// if there is no rule that it follows for good.
    #[cfg(feature = "icalendar")]
    pub(crate) fn repeats_from(&self) -> Option<i64> {
        self.0.repeats_from
    }

    /// Seconds east of UTC at an instant.
    #[must_use]
    pub fn offset_at(&self, instant: DateTime<Utc>) -> i32 {
        self.segment_at(instant.timestamp()).offset
    }

    /// What the wall clock shows at an instant.
    #[must_use]
    pub fn to_civil(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        let offset = TimeDelta::seconds(self.offset_at(instant).into());
        let edge = if offset < TimeDelta::zero() {
            NaiveDateTime::MIN
        } else {
            NaiveDateTime::MAX
        };
        instant
            .naive_utc()
            .checked_add_signed(offset)
            .unwrap_or(edge)
    }

    /// The date the wall clock shows at an instant.
    #[must_use]
    pub fn date_at(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.to_civil(instant).date()
    }

    /// The last date that has begun by an instant: the day it counts to.
    ///
    /// That is the date the wall clock shows, unless it was set back over midnight and shows the
    /// date before once more, which is over.
    #[must_use]
    pub fn begun_date_at(&self, instant: DateTime<Utc>) -> NaiveDate {
        let shown = self.date_at(instant);
        let next = shown.checked_add_days(Days::new(1));
        let begun = |next: &NaiveDate| self.start_of(*next).is_some_and(|start| start <= instant);
        next.filter(begun).unwrap_or(shown)
    }

    /// Which instants the wall clock shows `civil` at.
    #[must_use]
    pub fn resolve(&self, civil: NaiveDateTime) -> CivilResolution {
        let local = civil.and_utc().timestamp();
        let with_offset = |offset: i32| {
            let offset = TimeDelta::seconds(offset.into());
            let east = offset > TimeDelta::zero();
            let edge = if east {
                DateTime::<Utc>::MIN_UTC
            } else {
                DateTime::<Utc>::MAX_UTC
            };
            civil.and_utc().checked_sub_signed(offset).unwrap_or(edge)
        };
        let mut second = local.saturating_sub(WIDEST_OFFSET);
        let mut before_gap = self.segment_at(second).offset;
        let mut found: Option<(DateTime<Utc>, DateTime<Utc>)> = None;
        loop {
            let OffsetSegment { offset, until } = self.segment_at(second);
            let candidate = local - i64::from(offset);
            if second <= candidate && until.is_none_or(|until| candidate < until) {
                let at = with_offset(offset);
                found = Some((found.map_or(at, |(first, _)| first), at));
            }
            match until {
                Some(until) if until <= local + WIDEST_OFFSET => {
                    // The clock jumps over `civil` where it shows less before and more after.
                    let after = self.segment_at(until).offset;
                    if until + i64::from(offset) <= local && local < until + i64::from(after) {
                        before_gap = offset;
                    }
                    second = until;
                }
                _ => break,
            }
        }
        match found {
            None => CivilResolution::Gap(with_offset(before_gap)),
            Some((first, last)) if first < last => CivilResolution::Fold { first, last },
            Some((only, _)) => CivilResolution::Single(only),
        }
    }

    /// The one instant that RFC 5545 §3.3.5 means by `civil`: in a gap, the offset before it; in
    /// a fold, the first occurrence.
    #[must_use]
    pub fn instant_of(&self, civil: NaiveDateTime) -> DateTime<Utc> {
        self.resolve(civil).instant()
    }

    /// From where `date` begins to where the next date does; `None` if the clock skips the whole
    /// date, as Apia did 2011-12-30, or if it is the last one of the calendar.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Option<Interval> {
        let start = self.start_of(date)?;
        let end = self.start_of(date.checked_add_days(Days::new(1))?)?;
        Interval::new(start, end).ok()
    }

    /// The first instant that shows `date` or a later one; `None` at the end of the calendar.
    #[must_use]
    pub fn start_of(&self, date: NaiveDate) -> Option<DateTime<Utc>> {
        let midnight = date.and_hms_opt(0, 0, 0)?;
        Some(match self.resolve(midnight) {
            CivilResolution::Single(at) | CivilResolution::Fold { first: at, .. } => at,
            // The date begins where the gap does: read with the offset before the gap, a skipped
            // time lies as far after the jump as it lies after the gap's beginning.
            CivilResolution::Gap(at) => self.transition_at_or_before(at),
        })
    }

    fn transition_at_or_before(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        let mut second = instant.timestamp() - WIDEST_OFFSET;
        while let Some(until) = self.segment_at(second).until {
            if until > instant.timestamp() {
                break;
            }
            second = until;
        }
        DateTime::from_timestamp(second, 0).unwrap_or(instant)
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.0.name)
    }
}

impl Table {
    fn new(name: TimeZoneName, zone: TimeZoneRef<'_>) -> Self {
        let types = zone.local_time_types();
        let first = types.first().map_or(0, |local| local.ut_offset());
        let mut table = Self {
            name,
            starts: vec![i64::MIN],
            offsets: vec![first],
            repeats_from: None,
        };
        for transition in zone.transitions() {
            let offset = types[transition.local_time_type_index()].ut_offset();
            table.push(transition.unix_leap_time(), offset);
        }
        match zone.extra_rule() {
            Some(TransitionRule::Alternate(rule)) => {
                let last = zone.transitions().last();
                table.extend_by(rule, last.map(|transition| transition.unix_leap_time()));
            }
            Some(TransitionRule::Fixed(local)) if zone.transitions().is_empty() => {
                table.offsets[0] = local.ut_offset();
            }
            Some(TransitionRule::Fixed(_)) | None => {}
        }
        table
    }

    fn push(&mut self, start: i64, offset: i32) {
        let last = *self.offsets.last().expect("a table has a first offset");
        if offset != last {
            self.starts.push(start);
            self.offsets.push(offset);
        }
    }

    /// Appends one whole cycle of a rule that holds for good after the last transition in the
    /// data, even if that one left the offset as it was.
    fn extend_by(&mut self, rule: &AlternateTime, last: Option<i64>) {
        let last_year = last
            .and_then(|start| DateTime::from_timestamp(start, 0))
            .map_or(1900, |start| start.year().clamp(1900, 9999));
        let (standard, summer) = (rule.std().ut_offset(), rule.dst().ut_offset());
        let mut changes: Vec<(i64, i32)> = (last_year..=last_year + 401)
            .flat_map(|year| {
                let starts = midnight_of(rule.dst_start(), year) + i64::from(rule.dst_start_time())
                    - i64::from(standard);
                let ends = midnight_of(rule.dst_end(), year) + i64::from(rule.dst_end_time())
                    - i64::from(summer);
                [(starts, summer), (ends, standard)]
            })
            .collect();
        changes.sort_unstable();
        let after_data = last.unwrap_or(i64::MIN);
        for (start, offset) in changes.into_iter().filter(|(start, _)| *start > after_data) {
            self.push(start, offset);
        }
        let horizon = NaiveDate::from_ymd_opt(last_year + 401, 7, 1)
            .and_then(|date| date.and_hms_opt(0, 0, 0))
            .expect("TZif years are within the calendar's");
        self.repeats_from = Some(horizon.and_utc().timestamp());
    }

    fn segment_at(&self, second: i64) -> OffsetSegment {
        let (index, shift) = self.place_of(second);
        let until = self.starts.get(index + 1).copied();
        let until = match (until, self.repeats_from) {
            (Some(until), Some(from)) => Some(until.min(from)),
            (until, from) => until.or(from),
        };
        OffsetSegment {
            offset: self.offsets[index],
            until: until.map(|until| until.saturating_add(shift)),
        }
    }

    /// The second at which the offset in force at `second` began; `None` if it always was.
    #[cfg(feature = "icalendar")]
    fn since(&self, second: i64) -> Option<i64> {
        let (index, shift) = self.place_of(second);
        (index > 0).then(|| self.starts[index] + shift)
    }

    /// Where in the table a second stands, and how many seconds of whole cycles lie in between.
    fn place_of(&self, second: i64) -> (usize, i64) {
        let shift = match self.repeats_from {
            Some(from) if second >= from => ((second - from) / CYCLE + 1) * CYCLE,
            _ => 0,
        };
        let place = self
            .starts
            .partition_point(|start| *start <= second - shift);
        (place - 1, shift)
    }
}

/// The Unix second at which the day of a rule begins, as if in UTC.
fn midnight_of(day: &RuleDay, year: i32) -> i64 {
    let january = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("TZif years are ordinary");
    let date = match day {
        // Day 1 to 365, where 29 February is never counted.
        RuleDay::Julian1WithoutLeap(day) => {
            let ordinal = u64::from(day.get());
            let leap = u64::from(january(year).leap_year() && ordinal >= 60);
            january(year) + Days::new(ordinal - 1 + leap)
        }
        RuleDay::Julian0WithLeap(day) => january(year) + Days::new(u64::from(day.get())),
        RuleDay::MonthWeekDay(day) => {
            let weekday = Weekday::try_from((day.week_day() + 6) % 7).expect("a week has 7 days");
            let month = u32::from(day.month());
            // Week 5 means the last one, which may be the fourth.
            (1..=day.week())
                .rev()
                .find_map(|week| NaiveDate::from_weekday_of_month_opt(year, month, weekday, week))
                .expect("every month has four of each day of the week")
        }
    };
    date.and_hms_opt(0, 0, 0)
        .expect("midnight is a time")
        .and_utc()
        .timestamp()
}

#[cfg(test)]
mod tests;
