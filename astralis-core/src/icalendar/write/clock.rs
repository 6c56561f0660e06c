use std::collections::BTreeSet;
use std::fmt::{self, Write};

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::line::ContentLine;
use super::values::{civil, day, duration, utc};
use crate::model::When;
use crate::recurrence::Until;
use crate::time::{CivilResolution, Interval, TimeZoneName, WIDEST_OFFSET, Zone, ZoneDatabase};

/// The clock that the times of a series are written on.
pub(super) struct Clock {
    form: Form,
    /// The zone it hangs in; `None` if the database does not know it.
    zone: Option<Zone>,
}

enum Form {
    /// Dates (RFC 5545 §3.3.4).
    Dates,
    /// UTC (form 2 of §3.3.5), which needs no VTIMEZONE.
    Utc,
    /// Wall-clock time in a zone (form 3).
    Zoned(TimeZoneName),
}

impl Clock {
    pub(super) fn of(when: &When, zones: &ZoneDatabase) -> Self {
        let zone = zones.zone(when.time_zone()).ok();
        let name = zone.as_ref().map_or(when.time_zone(), Zone::name);
        let form = match when {
            When::AllDay { .. } => Form::Dates,
            When::Timed { .. } if matches!(name.as_str(), "UTC" | "Etc/UTC") => Form::Utc,
            When::Timed { .. } => Form::Zoned(name.clone()),
        };
        Self { form, zone }
    }

    /// The zone that a VTIMEZONE has to describe, if any.
    pub(super) fn described_zone(&self) -> Option<&Zone> {
        match self.form {
            Form::Zoned(_) => self.zone.as_ref(),
            Form::Dates | Form::Utc => None,
        }
    }

    /// DTSTART with DTEND. The end of a timed meeting is written as a DURATION if its wall-clock
    /// time means another instant, as in the second of two repeated hours.
    pub(super) fn write_span(&self, out: &mut impl Write, when: &When) -> fmt::Result {
        match when {
            When::AllDay { first, end, .. } => {
                self.line("DTSTART").value(day(*first), out)?;
                self.line("DTEND").value(day(*end), out)
            }
            When::Timed {
                local_start,
                during,
                ..
            } => {
                self.write_time("DTSTART", *local_start, out)?;
                match self.end_of(*local_start, *during) {
                    Some(end) => self.write_time("DTEND", end, out),
                    None => {
                        let length = duration(during.duration());
                        ContentLine::new("DURATION").value(length, out)
                    }
                }
            }
        }
    }

    /// Whether `local_start` on this clock means the instant at which `during` starts.
    pub(super) fn means(&self, local_start: NaiveDateTime, during: Interval) -> bool {
        let zone = self.zone.as_ref();
        zone.is_some_and(|zone| zone.instant_of(local_start) == during.start())
    }

    fn end_of(&self, local_start: NaiveDateTime, during: Interval) -> Option<NaiveDateTime> {
        let zone = self.zone.as_ref()?;
        let end = zone.to_civil(during.end());
        let is_exact = self.means(local_start, during) && zone.instant_of(end) == during.end();
        is_exact.then_some(end)
    }

    /// A property with one time as its value.
    pub(super) fn write_time(
        &self,
        name: &'static str,
        time: NaiveDateTime,
        out: &mut impl Write,
    ) -> fmt::Result {
        self.line(name).value(self.time(time), out)
    }

    /// A property with a list of times as its value; none if the list is empty.
    pub(super) fn write_times(
        &self,
        name: &'static str,
        times: &BTreeSet<NaiveDateTime>,
        out: &mut impl Write,
    ) -> fmt::Result {
        if times.is_empty() {
            return Ok(());
        }
        let times: Vec<String> = times.iter().map(|time| self.time(*time)).collect();
        self.line(name).value(times.join(","), out)
    }

    fn line(&self, name: &'static str) -> ContentLine {
        let line = ContentLine::new(name);
        match &self.form {
            Form::Dates => line.keyword("VALUE", "DATE"),
            Form::Utc => line,
            Form::Zoned(name) => line.time_zone(name),
        }
    }

    fn time(&self, time: NaiveDateTime) -> String {
        match self.form {
            Form::Dates => day(time.date()).to_string(),
            Form::Utc => utc(time.and_utc()).to_string(),
            Form::Zoned(_) => civil(time).to_string(),
        }
    }

    /// UNTIL as RFC 5545 §3.3.10 wants it: a date beside dates, UTC beside times.
    pub(super) fn until(&self, until: Until) -> Until {
        let Some(zone) = &self.zone else {
            return until;
        };
        match (&self.form, until) {
            (Form::Dates, Until::Date(_)) => until,
            (Form::Dates, Until::Civil(time)) => Until::Date(time.date()),
            (Form::Dates, Until::Instant(at)) => Until::Date(zone.date_at(at)),
            (_, Until::Date(date)) => {
                let second = TimeDelta::seconds(1);
                let last = date.and_time(NaiveTime::MIN) + (TimeDelta::days(1) - second);
                let last = zone.instant_of(last);
                let next = date.succ_opt().and_then(|next| zone.start_of(next));
                Until::Instant(next.map_or(last, |next| last.min(next - second)))
            }
            (_, Until::Civil(time)) => Until::Instant(zone.instant_of(time)),
            (_, Until::Instant(_)) => until,
        }
    }

    /// The name that a series of times gives to its occurrence at `time`: the time that the clock
    /// skips, if that means the same instant (RFC 5545 §3.3.5) and is one of the times of day that the
    /// series `names`. There are readers that know an occurrence by no other name.
    pub(super) fn named_by_series(
        &self,
        time: NaiveDateTime,
        names: impl Fn(NaiveTime) -> bool,
    ) -> NaiveDateTime {
        let zone = match (&self.form, &self.zone) {
            (Form::Utc | Form::Zoned(_), Some(zone)) => zone,
            (Form::Dates, _) | (_, None) => return time,
        };
        if names(time.time()) {
            return time;
        }
        let at = zone.instant_of(time);
        let before = zone.offset_at(at - TimeDelta::seconds(WIDEST_OFFSET));
        let skipped = at.naive_utc() + TimeDelta::seconds(before.into());
        let means_the_same = zone.resolve(skipped) == CivilResolution::Gap(at);
        if means_the_same && names(skipped.time()) {
            skipped
        } else {
            time
        }
    }

    /// The instant that a time on this clock means; `None` if the database does not know its zone.
    pub(super) fn instant_of(&self, time: NaiveDateTime) -> Option<DateTime<Utc>> {
        self.zone.as_ref().map(|zone| zone.instant_of(time))
    }
}
