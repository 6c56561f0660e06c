use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::recurrence::bounds::{Bound, Budget};
use crate::recurrence::calendar::{DAY, seconds_of};
use crate::recurrence::expand::Recurrence;
use crate::recurrence::wall_clock::WallClock;
use crate::recurrence::{End, ExtraDate, Length, Occurrence, Series, Until};
use crate::time::Interval;

/// In microseconds.
const SECOND: i64 = 1_000_000;

/// The occurrences of a series in one window, as they are found.
///
/// The rules speak of wall-clock time, and are asked for a little more than the window: as far as
/// an occurrence lasts, has moved, and the clock was set. What they name becomes instants, and only
/// those decide.
pub(super) struct Expansion<'a> {
    series: &'a Series,
    window: Interval,
    found: Vec<Occurrence>,
    starts: WallClock<'a>,
    shifted: WallClock<'a>,
    ends: WallClock<'a>,
}

/// Where UNTIL cuts a rule: on the wall clock, and as an instant, both in seconds and inclusive.
#[derive(Clone, Copy)]
struct Cut {
    civil: i64,
    instant: i64,
}

impl Cut {
    const NEVER: Self = Self {
        civil: i64::MAX,
        instant: i64::MAX,
    };

    /// At the end of a date on the wall clock.
    fn after(date: NaiveDate) -> Self {
        Self {
            civil: seconds_of(date.and_time(NaiveTime::MIN)) + DAY - 1,
            ..Self::NEVER
        }
    }
}

impl<'a> Expansion<'a> {
    pub(super) fn new(series: &'a Series, window: Interval) -> Self {
        let clock = || WallClock::new(&series.zone);
        Self {
            series,
            window,
            found: Vec::new(),
            starts: clock(),
            shifted: clock(),
            ends: clock(),
        }
    }

    pub(super) fn add_start(&mut self) {
        self.add_civil(seconds_of(self.series.civil), i64::MAX);
    }

    pub(super) fn add_rule(
        &mut self,
        recurrence: &Recurrence,
        budget: &mut Budget,
    ) -> Result<(), Bound> {
        let reach = self.series.length.at_most().num_seconds();
        let shift = self.series.shift.num_seconds();
        let [start, end] = [self.window.start_micros(), self.window.end_micros()];
        let start = start.div_euclid(SECOND).saturating_sub(reach);
        let [start, _] = self.starts.shown_around(start);
        let [_, end] = self.starts.shown_around(end.div_euclid(SECOND));
        let cut = self.cut(recurrence.rule.end);
        let each = |civil| self.add_civil(civil, cut.instant);
        recurrence.walk(start - shift, (end - shift).min(cut.civil), budget, each)
    }

    pub(super) fn add_extra(&mut self, extra: &ExtraDate) {
        let series = self.series;
        let civil = seconds_of(series.zone.to_civil(extra.start));
        let length = extra.length.unwrap_or(series.length);
        self.add(civil, extra.start.timestamp(), length);
    }

    /// All of them, in order of time.
    pub(super) fn finish(mut self) -> Vec<Occurrence> {
        // Instants are a set; of two occurrences with one start the longer one blocks.
        let ascend = |[one, next]: &[Occurrence; 2]| one.recurrence_id < next.recurrence_id;
        if !self.found.array_windows().all(ascend) {
            let longest = |one: &Occurrence| std::cmp::Reverse(one.during.end_micros());
            self.found
                .sort_unstable_by_key(|one| (one.recurrence_id, longest(one)));
            self.found.dedup_by_key(|one| one.recurrence_id);
        }
        let changed = self.series.changed.iter();
        let changed = changed.map(|(id, during)| Occurrence {
            during: *during,
            recurrence_id: *id,
        });
        let window = self.window;
        self.found
            .extend(changed.filter(|one| one.during.overlaps(&window)));
        self.found.sort_unstable();
        self.found
    }

    /// UNTIL in each of its forms; for whole days it means a date, however it is written.
    fn cut(&self, end: End) -> Cut {
        let End::Until(until) = end else {
            return Cut::NEVER;
        };
        let is_of_days = self.series.is_of_days;
        let instant = match until {
            Until::Date(date) => return Cut::after(date),
            Until::Civil(civil) if is_of_days => return Cut::after(civil.date()),
            Until::Instant(instant) if is_of_days => return Cut::after(self.date_of(instant)),
            Until::Civil(civil) => self.series.zone.instant_of(civil),
            Until::Instant(instant) => instant,
        };
        let instant = instant.timestamp();
        let [_, civil] = self.starts.shown_around(instant);
        Cut { civil, instant }
    }

    /// The date that somebody means who writes UTC where a date should stand: that of the wall clock
    /// if it shows midnight or skips it, else the one that is written; in doubt the later one.
    fn date_of(&self, instant: DateTime<Utc>) -> NaiveDate {
        let zone = &self.series.zone;
        let (local, written) = (zone.to_civil(instant), instant.date_naive());
        let is_midnight = local.time() == NaiveTime::MIN;
        if is_midnight || zone.start_of(local.date()) == Some(instant) {
            local.date().max(written)
        } else {
            written
        }
    }

    /// An occurrence that starts, or would start, when the clock shows `civil`, unless that is
    /// after `last`.
    fn add_civil(&mut self, civil: i64, last: i64) {
        let length = self.series.length;
        if let Some(id) = self.starts.instant(civil).filter(|id| *id <= last) {
            self.add(civil, id, length);
        }
    }

    fn add(&mut self, civil: i64, id: i64, length: Length) {
        if let Some(occurrence) = self.occurrence(civil, id, length)
            && occurrence.during.overlaps(&self.window)
            && self.is_own(occurrence.recurrence_id)
        {
            self.found.push(occurrence);
        }
    }

    /// `None` if it has no length, or starts beyond the last instant that can be written down; one
    /// that ends there lasts until then.
    fn occurrence(&mut self, civil: i64, id: i64, length: Length) -> Option<Occurrence> {
        let shift = self.series.shift.num_seconds();
        let (civil, start) = match shift {
            0 => (civil, id),
            shift => (civil + shift, self.shifted.instant(civil + shift)?),
        };
        let after_days = match length.days {
            0 => Some(start),
            days => self.ends.instant(civil + i64::from(days) * DAY),
        };
        let time = length.time.num_microseconds().unwrap_or(i64::MAX);
        let end = after_days.map_or(i64::MAX, |end| end.saturating_mul(SECOND));
        let end = end.saturating_add(time).min(Interval::LAST);
        Some(Occurrence {
            during: Interval::from_micros(start.checked_mul(SECOND)?, end)?,
            recurrence_id: DateTime::from_timestamp(id, 0)?,
        })
    }

    /// Whether the series has it, by its recurrence id.
    fn is_own(&self, id: DateTime<Utc>) -> bool {
        let series = self.series;
        series.since.is_none_or(|since| since <= id)
            && series.before.is_none_or(|before| id < before)
            && !(series.excluded.contains(&id) || series.changed.contains_key(&id))
    }
}
