//! Calendars in zones whose clocks do what clocks can do.

use astralis_core::icalendar::Calendar;
use astralis_core::model::CalendarEvent;
use astralis_core::time::{Interval, ZoneDatabase};
use chrono::{DateTime, TimeDelta, Utc};

use super::cases::file;
use super::expected::Written;
use super::meetings::{repeating, timed};

/// A zone, and a day from which on its clock does something worth reading.
const ODD_ZONES: [(&str, &str); 21] = [
    ("America/Sao_Paulo", "2018-10-20"),
    ("Africa/Cairo", "2026-04-10"),
    ("Asia/Beirut", "2026-03-10"),
    ("America/Santiago", "2026-03-20"),
    ("America/Havana", "2026-02-20"),
    ("Atlantic/Azores", "2026-03-10"),
    ("Africa/Casablanca", "2026-02-01"),
    ("Asia/Tehran", "2022-02-20"),
    ("Europe/Dublin", "2026-03-10"),
    ("Australia/Lord_Howe", "2026-03-20"),
    ("Pacific/Chatham", "2026-03-20"),
    ("Asia/Kathmandu", "2026-03-20"),
    ("Asia/Gaza", "2026-01-20"),
    ("America/New_York", "2006-09-20"),
    ("Europe/Paris", "2026-10-01"),
    ("Pacific/Apia", "2011-12-01"),
    ("Europe/Istanbul", "2016-03-01"),
    ("America/Vancouver", "2026-02-01"),
    ("America/Nuuk", "2026-03-01"),
    ("Asia/Jerusalem", "2026-03-01"),
    ("Etc/UTC", "2026-03-01"),
];

pub(super) fn zoned() -> Vec<Written> {
    let of_zone = |(zone, from)| {
        let daily = every_day(zone, from);
        let own = with_a_zone_of_its_own(every_day(zone, from), "daily");
        let rare = with_a_zone_of_its_own(for_decades(zone, from), "for decades");
        [daily, own, rare]
    };
    ODD_ZONES.into_iter().flat_map(of_zone).collect()
}

/// At midnight and in the night, for eight months.
fn every_day(zone: &str, from: &str) -> Written {
    let times = ["00:00:00", "02:30:00"];
    let series = |(number, time): (u128, &&str)| {
        let when = timed(zone, &format!("{from}T{time}"), 30);
        repeating(number, when, "FREQ=DAILY")
    };
    let events: Vec<CalendarEvent> = (10..).zip(&times).map(series).collect();
    calendar(zone, &events, window(from, 240))
}

/// At noon, twice a year for thirty years.
fn for_decades(zone: &str, from: &str) -> Written {
    let when = timed(zone, &format!("{from}T12:00:00"), 30);
    let series = repeating(20, when, "FREQ=MONTHLY;INTERVAL=6");
    calendar(zone, &[series], window(from, 30 * 365))
}

pub(super) fn window(from: &str, days: i64) -> Interval {
    let start: DateTime<Utc> = format!("{from}T00:00:00Z").parse().unwrap();
    Interval::starting_at(start, TimeDelta::days(days)).unwrap()
}

fn calendar(zone: &str, events: &[CalendarEvent], window: Interval) -> Written {
    let zones = ZoneDatabase::bundled();
    let written: Vec<&CalendarEvent> = events.iter().collect();
    let calendar = Calendar::new(zone, events, &zones);
    Written {
        title: Some(zone.to_owned()),
        window,
        ..file(zone, "PUBLISH", &written, calendar)
    }
}

/// The same under a name that nobody knows: what its zone means is told by its VTIMEZONE alone.
fn with_a_zone_of_its_own(mut file: Written, how: &str) -> Written {
    let zone = file.name.clone();
    // Readers keep what they learned of a name.
    let own = format!("{how} in {}", zone.replace('/', " "));
    for name in ["TZID:", "TZID="] {
        file.text = file
            .text
            .replace(&format!("{name}{zone}"), &format!("{name}{own}"));
    }
    file.name = own;
    file.describes_its_zone_alone = true;
    file
}
