use chrono::{DateTime, TimeDelta, Utc};

use crate::availability::Schedule;
use crate::availability::expand::{LOOK_BACK, zones_of};
use crate::availability::timetable::{DAY, Stays};
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
        add_midnights(zone, &Stays::new(schedule, name), window, &mut midnights);
    }
    if zones.len() > 1 {
        midnights.sort_unstable();
        midnights.dedup();
    }
    Ok(midnights)
}

/// Adds where those of the zone's local days begin that are spent there.
///
/// A day whose midnight the clock jumps over begins where it lands; one that it skips whole begins
/// nowhere; one whose midnight it repeats begins the first time.
fn add_midnights(zone: &Zone, stays: &Stays, window: Interval, midnights: &mut Vec<i64>) {
    let mut begun = None;
    for stretch in zone.stretches(window.padded(LOOK_BACK, TimeDelta::zero())) {
        let (first, last) = stretch.days();
        let start = stretch.during.start_micros();
        // Without a day before it, the first day of all has begun before.
        let begun_before = begun.map_or(first, |day: i64| day.max(first - 1));
        for day in begun_before + 1..=last {
            let at = (day * DAY - stretch.offset).max(start);
            if window.start_micros() <= at && stays.include(day) {
                midnights.push(at);
            }
        }
        begun = Some(begun_before.max(last));
    }
}
