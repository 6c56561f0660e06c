use chrono::{DateTime, TimeDelta, Utc};

use crate::availability::Schedule;
use crate::availability::expand::{LOOK_BACK, zones_of};
use crate::availability::timetable::{DAY, Day, Timetable};
use crate::time::{Interval, UnknownTimeZone, Zone, ZoneDatabase};

/// The beginnings of the schedule's local dates inside `window`, ascending: where its grid of
/// starts begins anew.
///
/// `O(d)` for `d` days in the window.
///
/// # Errors
///
/// [`UnknownTimeZone`] as for [`expand`](crate::availability::expand).
pub fn local_midnights(
    schedule: &Schedule,
    window: Interval,
    zones: &ZoneDatabase,
) -> Result<Vec<DateTime<Utc>>, UnknownTimeZone> {
    let midnights = midnights_in_micros(schedule, window, zones)?;
    let instants = midnights
        .into_iter()
        .filter_map(DateTime::from_timestamp_micros);
    Ok(instants.collect())
}

/// The same in microseconds since the epoch.
pub(crate) fn midnights_in_micros(
    schedule: &Schedule,
    window: Interval,
    zones: &ZoneDatabase,
) -> Result<Vec<i64>, UnknownTimeZone> {
    let days = usize::try_from(window.duration().num_days()).unwrap_or(0);
    let mut midnights = Vec::with_capacity((days + 2).min(1024));
    let zones = zones_of(schedule, zones)?;
    for (name, zone) in &zones {
        let timetable = Timetable::new(schedule, name);
        let here = beginnings(zone, window).filter(|(_, day)| timetable.is_spent_here(*day));
        midnights.extend(here.map(|(at, _)| at));
    }
    if zones.len() > 1 {
        midnights.sort_unstable();
        midnights.dedup();
    }
    Ok(midnights)
}

/// Where the zone's local days begin inside `window`, ascending, each with the day.
///
/// A day whose midnight the clock jumps over begins where it lands; one that it skips whole begins
/// nowhere; one whose midnight it repeats begins the first time.
fn beginnings(zone: &Zone, window: Interval) -> impl Iterator<Item = (i64, Day)> + '_ {
    let mut begun: Option<Day> = None;
    zone.stretches(window.padded(LOOK_BACK, TimeDelta::zero()))
        .flat_map(move |stretch| {
            let (first, last) = stretch.days();
            let start = stretch.during.start_micros();
            let known = begun.unwrap_or(first);
            begun = Some(known.max(last));
            (known.max(first - 1) + 1..=last)
                .map(move |day| ((day * DAY - stretch.offset).max(start), day))
        })
        .filter(move |(at, _)| (window.start_micros()..window.end_micros()).contains(at))
}
