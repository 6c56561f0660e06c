//! The expansion of any schedule in any zone, against asking minute by minute.
#![no_main]

use astralis_core::availability::{Schedule, expand, local_midnights};
use astralis_core::time::{Interval, IntervalSet, Zone, ZoneDatabase};
use astralis_fuzz::Draw;
use astralis_testkit::twins::{is_local_midnight, is_open, spelled_out};
use chrono::{DateTime, Days, DurationRound, NaiveTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static ZONES: LazyLock<ZoneDatabase> = LazyLock::new(ZoneDatabase::bundled);

/// In seconds.
const DAY: i64 = 86_400;

/// Some weeks at most, in seconds, so that an input takes milliseconds.
const LONGEST: i64 = 21 * DAY;

/// A schedule, and a window around the dates that its overrides, travel and validity are about.
fn question(bytes: &[u8]) -> Option<(Schedule, Interval)> {
    let mut draw = Draw::from(bytes);
    let (zone, date) = (draw.zone(&ZONES)?, draw.date()?);
    let before = TimeDelta::seconds(draw.between(-DAY..LONGEST)?);
    let start = date.and_time(NaiveTime::MIN).and_utc() - before;
    let length = TimeDelta::seconds(draw.between(1..LONGEST)?);
    let window = Interval::starting_at(start, length).ok()?;
    Some((draw.schedule(&zone, date)?, window))
}

fuzz_target!(|bytes: &[u8]| {
    let Some((schedule, window)) = question(bytes) else {
        return;
    };
    let open = expand(&schedule, window, &ZONES).expect("zones of the database");
    let midnights = local_midnights(&schedule, window, &ZONES).expect("zones of the database");
    assert!(midnights.is_sorted_by(|a, b| a < b), "{midnights:?}");
    // The clock shows the dates around, and hours of those before reach into the window.
    let [first, last] = [window.start(), window.end()].map(|at| at.date_naive());
    let schedule = spelled_out(&schedule, first - Days::new(4)..=last + Days::new(4));
    bounds_are_where_it_opens_and_closes(&open, &schedule, window);
    for at in instants_that_tell(&schedule, window) {
        let is_in_set = open.enclosing(at.timestamp_micros()).is_some();
        assert_eq!(is_in_set, is_open(&schedule, at, &ZONES), "open at {at}?");
        let begins_date = midnights.binary_search(&at).is_ok();
        assert_eq!(
            begins_date,
            is_local_midnight(&schedule, at, &ZONES),
            "midnight at {at}?"
        );
    }
});

fn bounds_are_where_it_opens_and_closes(open: &IntervalSet, schedule: &Schedule, window: Interval) {
    let instant = TimeDelta::microseconds(1);
    for interval in open.iter() {
        let (start, end) = (interval.start(), interval.end());
        assert!(window.encloses(&interval), "{interval} leaves the window");
        assert!(is_open(schedule, start, &ZONES) && is_open(schedule, end - instant, &ZONES));
        let before = start - instant;
        assert!(
            start == window.start() || !is_open(schedule, before, &ZONES),
            "{interval}"
        );
        assert!(
            end == window.end() || !is_open(schedule, end, &ZONES),
            "{interval}"
        );
    }
}

/// The rules lie on quarter hours, and so do offsets: a look at each of them tells everything.
/// Only around a clock change, which need not keep to them, it takes every minute.
fn instants_that_tell(
    schedule: &Schedule,
    window: Interval,
) -> impl Iterator<Item = DateTime<Utc>> {
    let zones: Vec<Zone> = schedule
        .time_zones()
        .map(|name| ZONES.zone(name).expect("a zone of the database"))
        .collect();
    let near = TimeDelta::hours(2);
    let step = move |at: &DateTime<Utc>| {
        let changes = |zone: &Zone| zone.offset_at(*at - near) != zone.offset_at(*at + near);
        let minutes = if zones.iter().any(changes) { 1 } else { 15 };
        let step = TimeDelta::minutes(minutes);
        Some(at.duration_trunc(step).expect("an ordinary year") + step)
    };
    std::iter::successors(Some(window.start()), step).take_while(move |at| window.contains(*at))
}
