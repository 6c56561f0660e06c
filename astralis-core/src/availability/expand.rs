use chrono::TimeDelta;

use crate::availability::Schedule;
use crate::availability::timetable::{DAY, Day, Timetable};
use crate::time::{
    Interval, IntervalSet, Stretch, TimeZoneName, UnknownTimeZone, Zone, ZoneDatabase,
};

/// Longer than any date that a clock ever skipped, plus the hours that a rule carries past
/// midnight.
pub(super) const LOOK_BACK: TimeDelta = TimeDelta::days(4);

/// More stretches than a year of ordinary hours: what lists of them are made for at once.
const MANY: usize = 4096;

/// The instants inside `window` at which a schedule is open.
///
/// An instant is open if its own wall-clock reading lies in a rule of its own wall-clock date; a
/// rule that runs into the next day goes on there. A date that the clock skips opens nothing.
///
/// `O(d × r)` for `d` days in the window and `r` rules a day, and one look at the zone per change
/// of its offset. Dates that recurring rules name are found before, all at once: each costs a look
/// at the hours of its day of the week, and every day of the window `O(log d)` more.
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
    let mut open = IntervalSet::new();
    for (name, zone) in zones_of(schedule, zones)? {
        let here = open_in(&zone, &Timetable::new(schedule, name, window), window);
        open = if open.is_empty() {
            here
        } else {
            open.union(&here)
        };
    }
    Ok(open)
}

/// The zones a schedule is read in, each once, with its name as the schedule spells it.
pub(super) fn zones_of<'a>(
    schedule: &'a Schedule,
    zones: &ZoneDatabase,
) -> Result<Vec<(&'a TimeZoneName, Zone)>, UnknownTimeZone> {
    let mut found: Vec<(&TimeZoneName, Zone)> = Vec::with_capacity(1);
    for name in schedule.time_zones() {
        if found.iter().all(|(known, _)| *known != name) {
            found.push((name, zones.zone(name)?));
        }
    }
    Ok(found)
}

/// What the dates that are spent in one zone open, stretch by stretch of one offset: inside one,
/// wall clock and instant differ by a constant, so that hours need no further look at the zone.
fn open_in(zone: &Zone, timetable: &Timetable, window: Interval) -> IntervalSet {
    let estimate = timetable.estimate(window.duration().num_days());
    let mut open = IntervalSet::with_capacity(estimate.min(MANY));
    let mut skipped: Vec<Day> = Vec::new();
    let mut last_reading: Option<i64> = None;
    for stretch in zone.stretches(window.padded(LOOK_BACK, TimeDelta::zero())) {
        let (start, end) = stretch.readings();
        if let Some(last) = last_reading {
            skipped.extend(whole_days(last, start));
        }
        last_reading = Some(end);
        if let Some(during) = stretch.during.intersection(&window) {
            let part = Stretch { during, ..stretch };
            open_during(part, timetable, &skipped, &mut open);
        }
    }
    open
}

/// Adds the hours of every day that the wall clock shows during `part`.
fn open_during(part: Stretch, timetable: &Timetable, skipped: &[Day], open: &mut IntervalSet) {
    let (first, last) = part.days();
    // The day before may carry hours past midnight.
    for day in first - 1..=last {
        if skipped.contains(&day) {
            continue;
        }
        let midnight = day * DAY - part.offset;
        for (start, end) in timetable.hours_of(day) {
            let start = (midnight + start).max(part.during.start_micros());
            let end = (midnight + end).min(part.during.end_micros());
            if start < end {
                open.push(Interval::between(start, end));
            }
        }
    }
}

/// The days that lie wholly between two readings.
fn whole_days(from: i64, to: i64) -> impl Iterator<Item = Day> {
    (from + DAY - 1).div_euclid(DAY)..to.div_euclid(DAY)
}

impl Stretch {
    /// What the wall clock shows as it begins and as it ends, in microseconds since the local
    /// 1970-01-01.
    fn readings(&self) -> (i64, i64) {
        (
            self.during.start_micros() + self.offset,
            self.during.end_micros() + self.offset,
        )
    }

    /// The first and the last day that the wall clock shows.
    pub(super) fn days(&self) -> (Day, Day) {
        let (start, end) = self.readings();
        (start.div_euclid(DAY), (end - 1).div_euclid(DAY))
    }
}
