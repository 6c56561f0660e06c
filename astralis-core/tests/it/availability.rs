//! Expansion, minute by minute, and in every zone around every change of its clock.

use astralis_core::availability::{
    AvailabilityRule, LocalTime, LocalWindow, Schedule, TravelSegment, expand, local_midnights,
};
use astralis_core::time::{Interval, ZoneDatabase};
use astralis_testkit::generators::{odd_day, schedule};
use astralis_testkit::twins::{is_local_midnight, is_open, spelled_out};
use chrono::{DateTime, Datelike, Days, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

fn minutes(window: Interval) -> impl Iterator<Item = DateTime<Utc>> {
    std::iter::successors(Some(window.start()), |at| Some(*at + TimeDelta::minutes(1)))
        .take_while(move |at| *at < window.end())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_minute_is_open_exactly_if_its_own_reading_lies_in_a_rule(
        (schedule, date) in odd_day().prop_flat_map(|(zone, date)| (schedule(zone, date), Just(date))),
    ) {
        let zones = ZoneDatabase::bundled();
        let noon = date.and_hms_opt(12, 0, 0).unwrap().and_utc();
        let window = Interval::new(noon - TimeDelta::hours(50), noon + TimeDelta::hours(50)).unwrap();
        let open = expand(&schedule, window, &zones).unwrap();
        let midnights = local_midnights(&schedule, window, &zones).unwrap();
        let spelled_out = spelled_out(&schedule, date - Days::new(4)..=date + Days::new(4));
        for at in minutes(window) {
            let expected = is_open(&spelled_out, at, &zones);
            let found = open.enclosing(at.timestamp_micros()).is_some();
            prop_assert_eq!(found, expected, "open at {}", at);
            let expected = is_local_midnight(&schedule, at, &zones);
            prop_assert_eq!(midnights.contains(&at), expected, "midnight at {}", at);
        }
    }
}

proptest! {
    #[test]
    fn the_windows_of_a_date_are_those_that_its_rules_spell_out(
        (schedule, date) in odd_day().prop_flat_map(|(zone, date)| (schedule(zone, date), Just(date))),
    ) {
        let (first, last) = (date - Days::new(5), date + Days::new(5));
        let spelled_out = spelled_out(&schedule, first..=last);
        for date in first.iter_days().take_while(|date| *date <= last) {
            let found: Vec<_> = schedule.windows_on(date).collect();
            let mut missing: Vec<_> = spelled_out.windows_on(date).collect();
            for window in &found {
                let at = missing.iter().position(|other| other == window);
                prop_assert!(at.is_some(), "{:?} on {}", window, date);
                missing.swap_remove(at.unwrap());
            }
            prop_assert!(missing.is_empty(), "{:?} on {}", missing, date);
        }
    }
}

/// One rule, a quarter of an hour to either side of every change from 2000 to 2037, in every zone.
#[test]
fn rules_that_touch_a_change_of_the_clock_open_what_the_clock_shows() {
    let zones = ZoneDatabase::bundled();
    let (from, to) = (946_684_800, 2_145_916_800); // 2000-01-01 to 2038-01-01.
    let mut changes = 0;
    for name in zones.names() {
        let zone = zones.zone(&name).unwrap();
        let mut second = from;
        while let Some(change) = zone.segment_at(second).until.filter(|until| *until < to) {
            second = change;
            changes += 1;
            let instant = DateTime::from_timestamp(change, 0).unwrap();
            // The reading just before, and the one at the change, on the quarter hour.
            for probe in [instant - TimeDelta::seconds(1), instant] {
                let civil = zone.to_civil(probe);
                let midnight = civil.date().and_hms_opt(0, 0, 0).unwrap();
                let quarter = (civil - midnight).num_minutes() / 15;
                let at = |quarter: i64| {
                    let minutes = u16::try_from(quarter.clamp(0, 96) * 15).unwrap();
                    LocalTime::from_minutes(minutes).unwrap()
                };
                let window = LocalWindow::new(at(quarter - 1), at(quarter + 2)).unwrap();
                let mut schedule = Schedule::closed(name.clone());
                schedule.rules.push(AvailabilityRule {
                    id: Uuid::nil().into(),
                    days: civil.weekday().into(),
                    window,
                    active: true,
                    valid: None,
                });
                let around =
                    Interval::new(probe - TimeDelta::hours(3), probe + TimeDelta::hours(3));
                let open = expand(&schedule, around.unwrap(), &zones).unwrap();
                let step = TimeDelta::minutes(5);
                for minute in (-36..36).map(|k| instant + step * k) {
                    let found = open.enclosing(minute.timestamp_micros()).is_some();
                    let expected = is_open(&schedule, minute, &zones);
                    assert_eq!(found, expected, "{name} at {minute} with {window:?}");
                }
            }
        }
    }
    assert!(changes > 10_000, "only {changes} changes were tried");
}

/// Apia skipped 2011-12-30; the day after is spent elsewhere, so nothing of Apia begins there.
#[test]
fn a_skipped_date_begins_no_grid() {
    let zones = ZoneDatabase::bundled();
    let mut schedule = Schedule::closed("Pacific/Apia".parse().unwrap());
    let away = "2011-12-31".parse().unwrap();
    let time_zone = "UTC".parse().unwrap();
    schedule.travel.push(TravelSegment {
        first: away,
        last: away,
        time_zone,
    });
    let window: Interval = "2011-12-29T12:00Z/2012-01-01T09:00Z".parse().unwrap();
    let midnights = local_midnights(&schedule, window, &zones).unwrap();
    let expected = ["2011-12-31T00:00:00Z", "2011-12-31T10:00:00Z"];
    assert_eq!(
        midnights,
        expected.map(|at| at.parse::<DateTime<Utc>>().unwrap())
    );
}
