use chrono::NaiveDate;

use crate::recurrence::{RecurrenceError, RecurringDates, RulePart};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn dates(rule: &str, first: &str) -> Result<RecurringDates, RecurrenceError> {
    RecurringDates::new(rule.parse().unwrap(), date(first))
}

#[track_caller]
fn check(rule: &str, first: &str, [from, to]: [&str; 2], expected: &[&str]) {
    let dates = dates(rule, first).unwrap();
    let found: Vec<_> = dates.between(date(from), date(to)).collect();
    let expected: Vec<_> = expected.iter().map(|text| date(text)).collect();
    assert_eq!(found, expected, "{dates}");
}

#[test]
fn dates_are_those_that_the_rule_names_and_no_others() {
    let spring = ["2026-03-01", "2026-04-30"];
    let every_second_tuesday = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU";
    let tuesdays = [
        "2026-03-03",
        "2026-03-17",
        "2026-03-31",
        "2026-04-14",
        "2026-04-28",
    ];
    check(every_second_tuesday, "2026-01-06", spring, &tuesdays);
    // A first date that is not a Tuesday only says which weeks count, and is none itself.
    check(
        every_second_tuesday,
        "2026-03-04",
        ["2026-03-01", "2026-03-20"],
        &["2026-03-17"],
    );
    check(
        "FREQ=MONTHLY;BYDAY=-1FR",
        "2026-01-01",
        spring,
        &["2026-03-27", "2026-04-24"],
    );
    let first_working_day = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1";
    check(
        first_working_day,
        "2026-01-01",
        spring,
        &["2026-03-02", "2026-04-01"],
    );
    check(
        "FREQ=YEARLY",
        "2024-02-29",
        ["2026-01-01", "2029-01-01"],
        &["2028-02-29"],
    );
    check(
        "FREQ=DAILY",
        "2026-04-29",
        spring,
        &["2026-04-29", "2026-04-30"],
    );
}

#[test]
fn count_and_until_end_with_a_date() {
    let march = ["2026-03-01", "2026-03-31"];
    check(
        "FREQ=DAILY;COUNT=3",
        "2026-02-28",
        march,
        &["2026-03-01", "2026-03-02"],
    );
    check(
        "FREQ=DAILY;UNTIL=20260302",
        "2026-02-28",
        march,
        &["2026-03-01", "2026-03-02"],
    );
    // Months without a 31st do not count.
    check(
        "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3",
        "2025-12-31",
        march,
        &["2026-03-31"],
    );
    check(
        "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=2",
        "2025-12-31",
        march,
        &[],
    );
}

#[test]
fn a_rule_that_speaks_of_times_of_the_day_names_no_dates() {
    for (rule, part) in [
        ("FREQ=HOURLY", RulePart::Freq),
        ("FREQ=SECONDLY;COUNT=1", RulePart::Freq),
        ("FREQ=DAILY;BYHOUR=9", RulePart::ByHour),
        ("FREQ=DAILY;BYMINUTE=0", RulePart::ByMinute),
        ("FREQ=DAILY;BYSECOND=0", RulePart::BySecond),
        ("FREQ=DAILY;UNTIL=20260301T120000Z", RulePart::Until),
        ("FREQ=DAILY;UNTIL=20260301T120000", RulePart::Until),
    ] {
        let rule = rule.to_owned();
        let refused = dates(&rule, "2026-01-01");
        assert_eq!(refused, Err(RecurrenceError::NotOfDates { rule, part }));
    }
}

/// Counting them from the first date on would cost every window as much.
#[test]
fn a_count_whose_last_date_takes_too_long_to_find_is_refused() {
    for rule in [
        "FREQ=MONTHLY;COUNT=3;BYMONTHDAY=30;BYMONTH=2",
        "FREQ=YEARLY;COUNT=102",
        "FREQ=DAILY;COUNT=4000000000",
    ] {
        let refused = dates(rule, "2026-01-01").unwrap_err();
        let is_too_far = matches!(
            refused,
            RecurrenceError::CountedTooFar { .. } | RecurrenceError::TooMuch { .. }
        );
        assert!(is_too_far, "{rule}: {refused}");
    }
    assert!(dates("FREQ=YEARLY;COUNT=100", "2026-01-01").is_ok());
}

#[test]
fn dates_can_be_listed_to_the_end_of_the_calendar() {
    let yearly = "FREQ=YEARLY";
    let last = NaiveDate::MAX;
    let dates = RecurringDates::new(yearly.parse().unwrap(), date("2026-12-31")).unwrap();
    assert_eq!(dates.between(last, last).collect::<Vec<_>>(), [last]);
    assert!(dates.contains(last) && !dates.contains(NaiveDate::MIN));
}
