//! What an expansion costs, and what it may.

use super::*;

#[test]
fn a_window_costs_what_lies_in_it_however_long_ago_the_series_began() {
    let cost = |start: &str, rule: &str| {
        let mut budget = Budget::default();
        let series = series(start, "Europe/Paris", &[rule]);
        series
            .occurrences_within(window(YEAR_2026), &mut budget)
            .unwrap();
        budget.spent_of(&Budget::default())
    };
    for rule in [
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=HOURLY",
    ] {
        let ancient = cost("0001-01-01T08:00:00", rule);
        assert_eq!(ancient, cost("2024-01-01T08:00:00", rule), "{rule}");
    }
    // Where all periods have as many times, it takes one step to see that COUNT ends later.
    let counted = cost("2000-01-01T08:00:00", "FREQ=DAILY;COUNT=100000");
    assert_eq!(counted, cost("2000-01-01T08:00:00", "FREQ=DAILY") + 1);
}

#[test]
fn a_count_that_has_to_be_walked_is_walked_once() {
    let spent = |series: &Series| {
        let mut budget = Budget::default();
        series
            .occurrences_within(window(YEAR_2026), &mut budget)
            .unwrap();
        budget.spent_of(&Budget::default())
    };
    let leap_days = series(
        "2000-02-29T08:00:00",
        "UTC",
        &["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;BYDAY=MO,TU,WE,TH,FR;COUNT=15"],
    );
    let first = spent(&leap_days);
    assert!(spent(&leap_days) < first / 5);
}

#[test]
fn limits_within_a_day_are_jumped_over() {
    let mut budget = Budget::default();
    let daily = series(
        "2026-01-01T09:00:00",
        "UTC",
        &["FREQ=SECONDLY;BYHOUR=9;BYMINUTE=0;BYSECOND=0;BYDAY=MO"],
    );
    let found = daily
        .occurrences_within(window(YEAR_2026), &mut budget)
        .unwrap();
    assert_eq!(found.len(), 1 + 52);
    assert!(
        budget.spent_of(&Budget::default()) < 400,
        "{}",
        budget.spent_of(&Budget::default())
    );
}

#[test]
fn what_passes_a_bound_is_an_error_that_names_it() {
    let bound = |start: &str, rule: &str| {
        let found = series(start, "UTC", &[rule]).occurrences(window(YEAR_2026));
        match found.unwrap_err() {
            RecurrenceError::TooMuch { bound, .. } => bound,
            other => panic!("{other}"),
        }
    };
    let now = "2026-01-01T08:00:00";
    assert_eq!(bound(now, "FREQ=SECONDLY"), Bound::Steps);
    assert_eq!(
        bound(now, "FREQ=SECONDLY;BYDAY=MO;BYSECOND=30"),
        Bound::Steps
    );
    assert_eq!(
        bound(
            now,
            "FREQ=HOURLY;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55"
        ),
        Bound::Occurrences
    );
    assert_eq!(
        bound(
            "0001-01-01T08:00:00",
            "FREQ=DAILY;BYDAY=MO,TU;COUNT=4000000000"
        ),
        Bound::Steps
    );
    let sixty = |from: u8| {
        let numbers: Vec<_> = (from..60).map(|number| number.to_string()).collect();
        numbers.join(",")
    };
    let dense = format!(
        "FREQ=DAILY;BYHOUR=8;BYMINUTE={};BYSECOND={}",
        sixty(0),
        sixty(35)
    );
    let mut series = series(now, "UTC", &[]);
    let refused = series.repeat(dense.parse().unwrap()).unwrap_err();
    assert!(
        refused
            .to_string()
            .ends_with("makes more than 1440 times in one period"),
        "{refused}"
    );
}
