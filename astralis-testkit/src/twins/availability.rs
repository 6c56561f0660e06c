use astralis_core::availability::Schedule;
use astralis_core::time::{CivilResolution, TimeZoneName, Zone, ZoneDatabase};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

/// Whether a schedule is open at one instant: its own wall-clock reading lies in a rule of its
/// own wall-clock date, or in one of the date before that runs into it.
///
/// # Panics
///
/// If a zone of the schedule is unknown.
#[must_use]
pub fn is_open(schedule: &Schedule, at: DateTime<Utc>, zones: &ZoneDatabase) -> bool {
    zones_of(schedule, zones).iter().any(|(name, zone)| {
        let civil = zone.to_civil(at);
        let today = civil.date();
        let minute = i64::from(civil.num_seconds_from_midnight()) / 60;
        let opens = |date: NaiveDate, minute: i64| {
            schedule.time_zone_on(date) == *name
                && zone.day(date).is_some()
                && schedule.windows_on(date).any(|window| {
                    let (start, end) = window.minutes();
                    start <= minute && minute < end
                })
        };
        let yesterday = today
            .pred_opt()
            .expect("not the first date of the calendar");
        opens(today, minute) || opens(yesterday, minute + 24 * 60)
    })
}

/// Whether a local date of the schedule begins at this instant; a midnight that the clock repeats
/// begins it the first time.
///
/// # Panics
///
/// If a zone of the schedule is unknown.
#[must_use]
pub fn is_local_midnight(schedule: &Schedule, at: DateTime<Utc>, zones: &ZoneDatabase) -> bool {
    zones_of(schedule, zones).iter().any(|(name, zone)| {
        let date = zone.date_at(at);
        let before = zone.date_at(at - TimeDelta::microseconds(1));
        // A clock set back over midnight shows the same date once more.
        let midnight = zone.resolve(date.and_time(NaiveTime::MIN));
        let begun_earlier = matches!(midnight, CivilResolution::Fold { first, .. } if first < at);
        before < date && !begun_earlier && schedule.time_zone_on(date) == *name
    })
}

fn zones_of<'a>(schedule: &'a Schedule, zones: &ZoneDatabase) -> Vec<(&'a TimeZoneName, Zone)> {
    let travel = schedule.travel.iter().map(|segment| &segment.time_zone);
    let names = std::iter::once(&schedule.time_zone).chain(travel);
    names
        .map(|name| (name, zones.zone(name).expect("a known zone")))
        .collect()
}
