//! Hours of dates that a recurrence rule names, as a schedule opens them.

use astralis_core::availability::{
    AvailabilityRule, DateOverride, DateRange, LocalWindow, RuleDays, Schedule, TravelSegment,
    expand,
};
use astralis_core::recurrence::RecurringDates;
use astralis_core::time::{Interval, ZoneDatabase};
use chrono::{NaiveDate, Weekday};
use uuid::Uuid;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `09:00-12:00`, into the next day if it ends before it begins.
fn window(hours: &str) -> LocalWindow {
    let (start, end) = hours.split_once('-').unwrap();
    let (start, end) = (start.parse().unwrap(), end.parse().unwrap());
    LocalWindow::new(start, end)
        .unwrap_or_else(|_| LocalWindow::until_next_day(start, end).unwrap())
}

fn rule(days: impl Into<RuleDays>, hours: &str) -> AvailabilityRule {
    AvailabilityRule {
        id: Uuid::nil().into(),
        days: days.into(),
        window: window(hours),
        active: true,
        valid: None,
    }
}

fn recurring(rule: &str, first: &str) -> RecurringDates {
    RecurringDates::new(rule.parse().unwrap(), date(first)).unwrap()
}

fn in_paris(rules: Vec<AvailabilityRule>) -> Schedule {
    Schedule {
        rules,
        ..Schedule::closed("Europe/Paris".parse().unwrap())
    }
}

/// What is open in March and April 2026.
#[track_caller]
fn check(schedule: &Schedule, expected: &[&str]) {
    let spring: Interval = "2026-03-01T00:00Z/2026-05-01T00:00Z".parse().unwrap();
    let open = expand(schedule, spring, &ZoneDatabase::bundled()).unwrap();
    let open: Vec<_> = open.iter().collect();
    let expected: Vec<Interval> = expected.iter().map(|text| text.parse().unwrap()).collect();
    assert_eq!(open, expected);
}

#[test]
fn the_last_friday_of_the_month_is_open_on_the_clock_of_its_own_date() {
    let last_friday = recurring("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01");
    let schedule = in_paris(vec![rule(last_friday, "09:00-12:00")]);
    // The clocks change on Sunday 29 March.
    let [march, april] = [
        "2026-03-27T08:00Z/2026-03-27T11:00Z",
        "2026-04-24T07:00Z/2026-04-24T10:00Z",
    ];
    check(&schedule, &[march, april]);
}

#[test]
fn hours_of_a_recurring_date_join_those_of_its_day_of_the_week() {
    let schedule = in_paris(vec![
        rule(
            recurring("FREQ=WEEKLY;INTERVAL=2;COUNT=2", "2026-03-02"),
            "12:00-14:00",
        ),
        AvailabilityRule {
            valid: Some(DateRange {
                first: None,
                last: Some(date("2026-03-16")),
            }),
            ..rule(Weekday::Mon, "09:00-12:00")
        },
    ]);
    check(
        &schedule,
        &[
            "2026-03-02T08:00Z/2026-03-02T13:00Z",
            "2026-03-09T08:00Z/2026-03-09T11:00Z",
            "2026-03-16T08:00Z/2026-03-16T13:00Z",
        ],
    );
}

#[test]
fn hours_that_begin_before_the_window_reach_into_it_and_lose_what_the_clock_skips() {
    // The nights to 1 March and to 29 March, which has no hour from two to three.
    let nights = recurring("FREQ=WEEKLY;INTERVAL=4", "2026-02-28");
    let schedule = in_paris(vec![rule(nights, "23:30-04:00")]);
    check(
        &schedule,
        &[
            "2026-03-01T00:00Z/2026-03-01T03:00Z",
            "2026-03-28T22:30Z/2026-03-29T02:00Z",
            "2026-04-25T21:30Z/2026-04-26T02:00Z",
        ],
    );
}

#[test]
fn an_override_replaces_what_recurring_rules_say_of_its_date() {
    let schedule = Schedule {
        overrides: ["2026-03-10", "2026-03-24"]
            .map(|day| DateOverride {
                id: Uuid::nil().into(),
                date: date(day),
                windows: if day == "2026-03-10" {
                    vec![window("10:00-11:00")]
                } else {
                    Vec::new()
                },
            })
            .to_vec(),
        ..in_paris(vec![rule(
            recurring("FREQ=WEEKLY;INTERVAL=2;COUNT=3", "2026-03-10"),
            "09:00-12:00",
        )])
    };
    check(
        &schedule,
        &[
            "2026-03-10T09:00Z/2026-03-10T10:00Z",
            "2026-04-07T07:00Z/2026-04-07T10:00Z",
        ],
    );
}

#[test]
fn recurring_hours_keep_to_validity_travel_and_activity() {
    let daily = || recurring("FREQ=DAILY", "2026-03-01");
    let schedule = Schedule {
        travel: vec![TravelSegment {
            first: date("2026-03-03"),
            last: date("2026-03-03"),
            time_zone: "America/New_York".parse().unwrap(),
        }],
        ..in_paris(vec![
            AvailabilityRule {
                valid: Some(DateRange {
                    first: Some(date("2026-03-02")),
                    last: Some(date("2026-03-03")),
                }),
                ..rule(daily(), "09:00-12:00")
            },
            AvailabilityRule {
                active: false,
                ..rule(daily(), "00:00-24:00")
            },
        ])
    };
    check(
        &schedule,
        &[
            "2026-03-02T08:00Z/2026-03-02T11:00Z",
            "2026-03-03T14:00Z/2026-03-03T17:00Z",
        ],
    );
}
