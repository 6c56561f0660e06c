mod bounds;
mod changes;
mod dates;

use chrono::TimeDelta;

use super::*;
use crate::time::{Interval, Zone, ZoneDatabase};

fn zone(name: &str) -> Zone {
    ZoneDatabase::bundled()
        .zone(&name.parse().unwrap())
        .unwrap()
}

/// One hour from `start`, a civil time in `zone`.
fn series(start: &str, zone_name: &str, rules: &[&str]) -> Series {
    lasting(
        Length::elapsed(TimeDelta::hours(1)),
        start,
        zone_name,
        rules,
    )
}

fn lasting(length: Length, start: &str, zone_name: &str, rules: &[&str]) -> Series {
    let zone = zone(zone_name);
    let start = match start.parse() {
        Ok(date) => Start::Date(date),
        Err(_) => Start::Zoned(start.parse().unwrap(), zone.clone()),
    };
    let mut series = Series::new(start, &zone, length);
    for rule in rules {
        series.repeat(rule.parse().unwrap()).unwrap();
    }
    series
}

fn window(text: &str) -> Interval {
    text.parse().unwrap()
}

#[track_caller]
fn check(series: &Series, during: &str, expected: &[&str]) {
    let found = series.occurrences(window(during)).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|one| one.during.start().format("%Y-%m-%dT%H:%MZ").to_string())
        .collect();
    assert_eq!(found, expected);
}

const YEAR_2026: &str = "2026-01-01T00:00Z/2027-01-01T00:00Z";

#[test]
fn a_weekly_meeting_keeps_its_wall_clock_time_when_the_clock_changes() {
    // New York springs forward on 8 March 2026, Paris on 29 March.
    check(
        &series(
            "2026-03-02T09:00:00",
            "America/New_York",
            &["FREQ=WEEKLY;COUNT=2"],
        ),
        YEAR_2026,
        &["2026-03-02T14:00Z", "2026-03-09T13:00Z"],
    );
    check(
        &series(
            "2026-03-23T09:00:00",
            "Europe/Paris",
            &["FREQ=WEEKLY;COUNT=2"],
        ),
        YEAR_2026,
        &["2026-03-23T08:00Z", "2026-03-30T07:00Z"],
    );
}

#[test]
fn a_skipped_time_is_read_with_the_offset_before_the_gap_and_a_repeated_one_as_its_first() {
    check(
        &series(
            "2026-03-28T02:30:00",
            "Europe/Paris",
            &["FREQ=DAILY;COUNT=3"],
        ),
        YEAR_2026,
        &[
            "2026-03-28T01:30Z",
            "2026-03-29T01:30Z",
            "2026-03-30T00:30Z",
        ],
    );
    check(
        &series(
            "2026-10-24T02:30:00",
            "Europe/Paris",
            &["FREQ=DAILY;COUNT=3"],
        ),
        YEAR_2026,
        &[
            "2026-10-24T00:30Z",
            "2026-10-25T00:30Z",
            "2026-10-26T01:30Z",
        ],
    );
}

#[test]
fn an_occurrence_that_began_before_the_window_and_reaches_into_it_counts() {
    let daily = series("2026-05-01T08:00:00", "UTC", &["FREQ=DAILY;COUNT=5"]);
    check(
        &daily,
        "2026-05-02T08:59Z/2026-05-03T08:00Z",
        &["2026-05-02T08:00Z"],
    );
    check(&daily, "2026-05-02T09:00Z/2026-05-03T08:00Z", &[]);
}

#[test]
fn count_includes_what_is_excluded() {
    let mut daily = series("2026-05-01T08:00:00", "UTC", &["FREQ=DAILY;COUNT=3"]);
    daily.exclude("2026-05-02T08:00:00Z".parse().unwrap());
    check(
        &daily,
        YEAR_2026,
        &["2026-05-01T08:00Z", "2026-05-03T08:00Z"],
    );
}

#[test]
fn until_is_inclusive_and_compares_as_an_instant() {
    let until = |value: &str| {
        let rule = format!("FREQ=DAILY;UNTIL={value}");
        series("2026-05-01T08:00:00", "America/New_York", &[&rule])
    };
    let two = ["2026-05-01T12:00Z", "2026-05-02T12:00Z"];
    check(&until("20260502T120000Z"), YEAR_2026, &two);
    check(&until("20260502T115959Z"), YEAR_2026, &two[..1]);
    check(&until("20260502T080000"), YEAR_2026, &two);
    check(&until("20260502"), YEAR_2026, &two);
}

#[test]
fn whole_days_repeat_until_a_date_even_if_it_is_written_as_an_instant() {
    let days = lasting(
        Length::days(1),
        "2026-05-01",
        "America/New_York",
        &["FREQ=DAILY;UNTIL=20260502T000000Z"],
    );
    check(
        &days,
        YEAR_2026,
        &["2026-05-01T04:00Z", "2026-05-02T04:00Z"],
    );
    // Midnight in Paris, as Exchange writes it, and the end of the day, as others do.
    for until in ["20260501T220000Z", "20260502T235959Z", "20260502T235959"] {
        let rule = format!("FREQ=DAILY;UNTIL={until}");
        check(
            &lasting(Length::days(1), "2026-05-01", "Europe/Paris", &[&rule]),
            YEAR_2026,
            &["2026-04-30T22:00Z", "2026-05-01T22:00Z"],
        );
    }
}

#[test]
fn whole_days_repeat_until_a_date_whose_midnight_the_clock_skips() {
    // The clock springs forward at midnight: 24 April begins at one.
    check(
        &lasting(
            Length::days(1),
            "2026-04-20",
            "Africa/Cairo",
            &["FREQ=DAILY;UNTIL=20260423T220000Z"],
        ),
        "2026-04-22T22:00Z/2026-05-01T00:00Z",
        &["2026-04-22T22:00Z", "2026-04-23T22:00Z"],
    );
}

#[test]
fn a_series_that_ended_long_ago_still_reaches_as_far_as_it_lasts() {
    let weekly = |length| {
        let rules = ["FREQ=WEEKLY;UNTIL=20251110T080000Z"];
        lasting(length, "2025-11-03T08:00:00", "UTC", &rules)
    };
    check(&weekly(Length::days(1)), YEAR_2026, &[]);
    check(
        &weekly(Length::days(60)),
        YEAR_2026,
        &["2025-11-03T08:00Z", "2025-11-10T08:00Z"],
    );
}

#[test]
fn an_excluded_instant_may_be_written_in_any_zone() {
    let mut weekly = series(
        "2026-05-04T08:00:00",
        "Asia/Kathmandu",
        &["FREQ=WEEKLY;COUNT=2"],
    );
    // 08:00 in Kathmandu (+05:45).
    weekly.exclude("2026-05-11T02:15:00Z".parse().unwrap());
    check(&weekly, YEAR_2026, &["2026-05-04T02:15Z"]);
}

#[test]
fn a_start_that_the_rule_does_not_name_takes_place_beside_what_count_counts() {
    // A Friday that repeats on Mondays.
    check(
        &series(
            "2026-05-01T08:00:00",
            "UTC",
            &["FREQ=WEEKLY;BYDAY=MO;COUNT=2"],
        ),
        YEAR_2026,
        &[
            "2026-05-01T08:00Z",
            "2026-05-04T08:00Z",
            "2026-05-11T08:00Z",
        ],
    );
}

#[test]
fn what_ends_beyond_the_last_instant_lasts_until_then() {
    let last = chrono::DateTime::<chrono::Utc>::MAX_UTC.timestamp_micros();
    for length in [
        Length::days(99_999_999),
        Length::elapsed(TimeDelta::hours(4_294_967_295)),
        Length::elapsed(TimeDelta::MAX),
    ] {
        let mut series = lasting(length, "2026-05-01T08:00:00", "Europe/Paris", &[]);
        series.add(ExtraDate {
            start: "2026-05-02T08:00:00Z".parse().unwrap(),
            length: Some(length),
        });
        let found = series.occurrences(window("2030-01-01T00:00Z/2030-01-02T00:00Z"));
        let ends: Vec<_> = found
            .unwrap()
            .iter()
            .map(|one| one.during.end_micros())
            .collect();
        assert_eq!(ends, [last; 2], "{length:?}");
        assert_eq!(series.first().unwrap().end_micros(), last, "{length:?}");
    }
}

#[test]
fn instants_are_a_set() {
    let mut daily = series("2026-05-01T08:00:00", "UTC", &["FREQ=DAILY;COUNT=2"]);
    daily.add(ExtraDate {
        start: "2026-05-02T08:00:00Z".parse().unwrap(),
        length: Some(Length::elapsed(TimeDelta::hours(3))),
    });
    check(
        &daily,
        YEAR_2026,
        &["2026-05-01T08:00Z", "2026-05-02T08:00Z"],
    );
    let found = daily.occurrences(window(YEAR_2026)).unwrap();
    assert_eq!(
        found[1].during.duration(),
        TimeDelta::hours(3),
        "the longer one blocks"
    );
}

#[test]
fn common_rules_name_the_days_they_say() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "2025-10-27T14:00:00",
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1MO",
            &[
                "2026-02-23",
                "2026-04-27",
                "2026-06-29",
                "2026-08-31",
                "2026-10-26",
                "2026-12-28",
            ],
        ),
        (
            "2026-01-30T14:00:00",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
            &["2026-01-30", "2026-02-27", "2026-03-31"],
        ),
        ("2024-02-29T14:00:00", "FREQ=YEARLY", &[]),
        (
            "2025-12-31T14:00:00",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,SU;WKST=SU;UNTIL=20260131",
            &["2026-01-11", "2026-01-14", "2026-01-25", "2026-01-28"],
        ),
        ("1960-06-15T14:00:00", "FREQ=YEARLY", &["2026-06-15"]),
        (
            "2020-01-31T14:00:00",
            "FREQ=MONTHLY;UNTIL=20260401",
            &["2026-01-31", "2026-03-31"],
        ),
        (
            "2020-05-18T14:00:00",
            "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
            &["2026-05-11"],
        ),
        (
            "2020-01-01T14:00:00",
            "FREQ=YEARLY;BYYEARDAY=-1",
            &["2026-12-31"],
        ),
    ];
    for (start, rule, days) in cases {
        let found = series(start, "UTC", &[rule]).occurrences(window(YEAR_2026));
        let found: Vec<_> = found
            .unwrap()
            .iter()
            .map(|one| one.during.start().date_naive().to_string())
            .collect();
        assert_eq!(found, *days, "{start} {rule}");
    }
}

#[test]
fn days_are_counted_on_the_calendar_and_hours_in_elapsed_time() {
    let end = |length| {
        let series = lasting(length, "2026-03-28T12:00:00", "Europe/Paris", &[]);
        series.first().unwrap().end().to_rfc3339()
    };
    assert_eq!(end(Length::days(1)), "2026-03-29T10:00:00+00:00");
    assert_eq!(
        end(Length::elapsed(TimeDelta::hours(24))),
        "2026-03-29T11:00:00+00:00"
    );
}

#[test]
fn a_rule_that_names_no_day_leaves_the_start_alone() {
    for rule in [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
        "FREQ=MONTHLY;BYDAY=6MO;COUNT=5",
    ] {
        check(
            &series("2026-01-01T08:00:00", "UTC", &[rule]),
            "2026-01-01T00:00Z/2100-01-01T00:00Z",
            &["2026-01-01T08:00Z"],
        );
    }
}

#[test]
fn whole_days_ignore_times_of_day_and_do_not_repeat_within_one() {
    let mut days = lasting(
        Length::days(1),
        "2026-05-01",
        "UTC",
        &["FREQ=DAILY;COUNT=2;BYHOUR=9,10;BYMINUTE=30;BYSECOND=15"],
    );
    check(
        &days,
        YEAR_2026,
        &["2026-05-01T00:00Z", "2026-05-02T00:00Z"],
    );
    // BYSETPOS counts times that are ignored: nobody knows which days are meant.
    for rule in ["FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9,10;BYSETPOS=2"] {
        let refused = days.repeat(rule.parse().unwrap());
        assert!(
            matches!(refused, Err(RecurrenceError::WithinDays { .. })),
            "{rule}"
        );
    }
    let first = "FREQ=MONTHLY;BYDAY=MO;BYHOUR=9;BYSETPOS=1";
    assert_eq!(days.repeat(first.parse().unwrap()), Ok(()));
}

#[test]
fn a_floating_time_and_a_date_are_read_in_the_zone_of_the_calendars_owner() {
    let local = zone("Pacific/Apia");
    let starts = [
        Start::Date("2026-05-01".parse().unwrap()),
        Start::Floating("2026-05-01T00:00:00".parse().unwrap()),
        Start::Zoned("2026-05-01T00:00:00".parse().unwrap(), local.clone()),
        Start::Instant("2026-04-30T11:00:00Z".parse().unwrap()),
    ];
    for start in starts {
        let mut series = Series::new(start, &local, Length::days(1));
        series
            .repeat("FREQ=DAILY;COUNT=2".parse().unwrap())
            .unwrap();
        check(
            &series,
            YEAR_2026,
            &["2026-04-30T11:00Z", "2026-05-01T11:00Z"],
        );
    }
}
