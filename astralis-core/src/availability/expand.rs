use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};

use crate::availability::Schedule;
use crate::time::{Interval, IntervalSet, TimeZoneName, UnknownTimeZone, Zone, ZoneDatabase};

const DAY: i64 = 86_400_000_000;
const MINUTE: i64 = 60_000_000;
const SECOND: i64 = 1_000_000;

/// Longer than any date that a clock ever skipped, plus the hours that a rule carries past
/// midnight.
const LOOK_BACK: TimeDelta = TimeDelta::days(4);

/// The instants inside `window` at which a schedule is open.
///
/// An instant is open if its own wall-clock reading lies in a rule of its own wall-clock date; a
/// rule that runs into the next day goes on there. A date that the clock skips opens nothing.
///
/// `O(d × r)` for `d` days in the window and `r` rules a day, and one look at the zone per change
/// of its offset.
///
/// # Errors
///
/// [`UnknownTimeZone`] if one of the schedule's zones is not in the zone data: unknown is not
/// open, and not closed either.
pub fn expand(
    schedule: &Schedule,
    window: Interval,
    zones: &ZoneDatabase,
) -> Result<IntervalSet, UnknownTimeZone> {
    let mut open = Vec::new();
    for (name, zone) in zones_of(schedule, zones)? {
        Expansion {
            schedule,
            name,
            zone: &zone,
            window,
            open: &mut open,
        }
        .run();
    }
    Ok(open.into_iter().collect())
}

/// The beginnings of the schedule's local dates inside `window`, ascending: where its grid of
/// starts begins anew.
///
/// # Errors
///
/// [`UnknownTimeZone`] as for [`expand`].
pub fn local_midnights(
    schedule: &Schedule,
    window: Interval,
    zones: &ZoneDatabase,
) -> Result<Vec<DateTime<Utc>>, UnknownTimeZone> {
    let mut midnights = BTreeSet::new();
    for (name, zone) in zones_of(schedule, zones)? {
        let mut date = zone.date_at(window.start());
        let last = zone.date_at(window.end());
        let mut start = zone.start_of(date);
        while let Some(next) = date.checked_add_days(Days::new(1)).filter(|_| date <= last) {
            let end = zone.start_of(next);
            // A date that the clock skips begins nowhere: the next one starts at the same instant.
            if start < end && schedule.time_zone_on(date) == name {
                midnights.extend(start.filter(|at| window.contains(*at)));
            }
            (date, start) = (next, end);
        }
    }
    Ok(midnights.into_iter().collect())
}

/// The zones a schedule is read in, each with its name as the schedule spells it.
fn zones_of<'a>(
    schedule: &'a Schedule,
    zones: &ZoneDatabase,
) -> Result<Vec<(&'a TimeZoneName, Zone)>, UnknownTimeZone> {
    let names: BTreeSet<_> = schedule.time_zones().collect();
    names
        .into_iter()
        .map(|name| Ok((name, zones.zone(name)?)))
        .collect()
}

/// Reads the dates that belong to one zone.
struct Expansion<'a> {
    schedule: &'a Schedule,
    name: &'a TimeZoneName,
    zone: &'a Zone,
    window: Interval,
    open: &'a mut Vec<Interval>,
}

impl Expansion<'_> {
    /// Walks the stretches of one offset each: inside one, wall clock and instant differ by a
    /// constant, so that civil rules cut with it need no further look at the zone.
    fn run(&mut self) {
        let lead = self.window.padded(LOOK_BACK, TimeDelta::zero());
        let mut skipped = Vec::new();
        let mut second = lead.start_micros().div_euclid(SECOND);
        let last = self.window.end_micros().div_euclid(SECOND);
        let mut previous_end: Option<i64> = None;
        while second <= last {
            let segment = self.zone.segment_at(second);
            let offset = i64::from(segment.offset) * SECOND;
            let until = segment.until.unwrap_or(last + 1).min(last + 1);
            let local_start = second * SECOND + offset;
            if let Some(previous_end) = previous_end {
                skipped.extend(whole_dates(previous_end, local_start));
            }
            previous_end = Some(until * SECOND + offset);
            let part = Interval::from_micros(second * SECOND, until * SECOND)
                .and_then(|stretch| stretch.intersection(&self.window));
            if let Some(part) = part {
                self.read(part, offset, &skipped);
            }
            second = until;
        }
    }

    /// Reads the rules of every date that the wall clock shows during `part`.
    fn read(&mut self, part: Interval, offset: i64, skipped: &[i64]) {
        let first = (part.start_micros() + offset).div_euclid(DAY) - 1;
        let last = (part.end_micros() + offset - 1).div_euclid(DAY);
        for day in first..=last {
            let Some(date) = date_of(day) else { continue };
            if skipped.contains(&day) || self.schedule.time_zone_on(date) != self.name {
                continue;
            }
            for window in self.schedule.windows_on(date) {
                let (start, end) = window.minutes();
                let midnight = day * DAY - offset;
                let instants =
                    Interval::from_micros(midnight + start * MINUTE, midnight + end * MINUTE);
                self.open
                    .extend(instants.and_then(|instants| instants.intersection(&part)));
            }
        }
    }
}

/// The days since 1970 that lie wholly between two local readings.
fn whole_dates(from: i64, to: i64) -> impl Iterator<Item = i64> {
    (from + DAY - 1).div_euclid(DAY)..to.div_euclid(DAY)
}

fn date_of(day: i64) -> Option<NaiveDate> {
    const EPOCH: i64 = 719_163; // 1970-01-01, counted from the year 1.
    let date = NaiveDate::from_num_days_from_ce_opt(i32::try_from(day + EPOCH).ok()?)?;
    debug_assert_eq!(i64::from(date.num_days_from_ce()), day + EPOCH);
    Some(date)
}
