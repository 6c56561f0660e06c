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
    let mut series = Series::once(
        start.parse().unwrap(),
        zone(zone_name),
        Length::elapsed(TimeDelta::hours(1)),
    );
    series.rules = rules.iter().map(|rule| rule.parse().unwrap()).collect();
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
    daily
        .excluded
        .insert("2026-05-02T08:00:00Z".parse().unwrap());
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
    let mut days = series(
        "2026-05-01T00:00:00",
        "America/New_York",
        &["FREQ=DAILY;UNTIL=20260502T000000Z"],
    );
    days.length = Length::days(1);
    check(
        &days,
        YEAR_2026,
        &["2026-05-01T04:00Z", "2026-05-02T04:00Z"],
    );
}

#[test]
fn a_series_that_ended_long_ago_still_reaches_as_far_as_it_lasts() {
    let mut weekly = series(
        "2025-11-03T08:00:00",
        "UTC",
        &["FREQ=WEEKLY;UNTIL=20251110T080000Z"],
    );
    check(&weekly, YEAR_2026, &[]);
    weekly.length = Length::days(60);
    check(
        &weekly,
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
    weekly
        .excluded
        .insert("2026-05-11T02:15:00Z".parse().unwrap());
    check(&weekly, YEAR_2026, &["2026-05-04T02:15Z"]);
}

#[test]
fn the_start_counts_even_if_the_rule_does_not_name_it() {
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
fn instants_are_a_set() {
    let mut daily = series("2026-05-01T08:00:00", "UTC", &["FREQ=DAILY;COUNT=2"]);
    daily.extra.push(ExtraDate {
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
    let lasting = |length| {
        Series::once(
            "2026-03-28T12:00:00".parse().unwrap(),
            zone("Europe/Paris"),
            length,
        )
    };
    let end = |series: Series| series.first().unwrap().end().to_rfc3339();
    assert_eq!(end(lasting(Length::days(1))), "2026-03-29T10:00:00+00:00");
    assert_eq!(
        end(lasting(Length::elapsed(TimeDelta::hours(24)))),
        "2026-03-29T11:00:00+00:00"
    );
}

#[test]
fn a_rule_that_yields_nothing_for_centuries_is_an_error_not_an_empty_list() {
    for rule in [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ] {
        let hostile = series("2026-01-01T08:00:00", "UTC", &[rule]);
        assert!(
            matches!(
                hostile.occurrences(window(YEAR_2026)),
                Err(RecurrenceError::TooManySteps { .. })
            ),
            "{rule}"
        );
    }
}

#[test]
fn a_rule_that_began_too_long_ago_is_an_error_not_a_shorter_list() {
    let ancient = series("0001-01-01T08:00:00", "UTC", &["FREQ=DAILY"]);
    assert!(matches!(
        ancient.occurrences(window(YEAR_2026)),
        Err(RecurrenceError::TooManySteps { .. })
    ));
}

#[test]
fn rules_that_are_not_understood_are_refused() {
    use InvalidRule as Bad;
    let value = |name: &str| Bad::Value(name.to_owned());
    for (rule, expected) in [
        ("", Bad::NoFrequency),
        ("COUNT=3", Bad::NoFrequency),
        ("FREQ=SECONDLY", Bad::SubDaily),
        ("FREQ=HOURLY;COUNT=2", Bad::SubDaily),
        ("FREQ=FORTNIGHTLY", value("FREQ")),
        ("FREQ=DAILY;INTERVAL=0", value("INTERVAL")),
        ("FREQ=DAILY;INTERVAL=65537", value("INTERVAL")),
        ("FREQ=DAILY;COUNT=0", value("COUNT")),
        ("FREQ=DAILY;COUNT=-1", value("COUNT")),
        ("FREQ=DAILY;UNTIL=never", value("UNTIL")),
        ("FREQ=DAILY;COUNT=1;UNTIL=20260101", Bad::CountAndUntil),
        ("FREQ=MONTHLY;BYMONTHDAY=300", value("BYMONTHDAY")),
        ("FREQ=WEEKLY;BYMONTHDAY=3", value("BYMONTHDAY")),
        ("FREQ=WEEKLY;BYDAY=2MO", value("BYDAY")),
        ("FREQ=WEEKLY;BYDAY=é", value("BYDAY")),
        ("FREQ=DAILY;FREQ=WEEKLY", Bad::Repeated("FREQ".to_owned())),
        ("FREQ=DAILY;BYMOON=1", Bad::UnknownPart("BYMOON".to_owned())),
        ("FREQ=YEARLY;RSCALE=HEBREW", value("RSCALE")),
        (
            "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,1,2,3,4,5,6,7,8,9",
            Bad::TooDense,
        ),
    ] {
        assert_eq!(rule.parse::<RecurrenceRule>(), Err(expected), "{rule}");
    }
}
