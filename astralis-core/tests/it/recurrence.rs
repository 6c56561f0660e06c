//! Recurrence rules, against a twin that tries every day and every second.

use astralis_core::recurrence::{
    Frequency, Length, RecurrenceError, RecurrenceRule, Series, Start,
};
use astralis_core::time::{Interval, Zone};
use astralis_testkit::generators::recurrence_rule;
use astralis_testkit::twins::times_of;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use proptest::prelude::*;

/// A minute at each time that a rule names, in UTC.
fn series(rule: &RecurrenceRule, start: NaiveDateTime) -> Series {
    let length = Length::elapsed(TimeDelta::seconds(1));
    let mut series = Series::new(Start::Instant(start.and_utc()), &Zone::utc(), length);
    series.repeat(rule.clone()).unwrap();
    series
}

fn starts(series: &Series, window: Interval) -> Result<Vec<DateTime<Utc>>, RecurrenceError> {
    let found = series.occurrences(window)?;
    Ok(found.iter().map(|one| one.during.start()).collect())
}

/// How long to look: long enough for leap years and for the ends of weeks, months and years.
fn span(frequency: Frequency) -> TimeDelta {
    match frequency {
        Frequency::Yearly => TimeDelta::days(366 * 9),
        Frequency::Monthly | Frequency::Weekly => TimeDelta::days(366 * 5),
        Frequency::Daily => TimeDelta::days(500),
        Frequency::Hourly => TimeDelta::days(60),
        Frequency::Minutely => TimeDelta::days(3),
        Frequency::Secondly => TimeDelta::hours(5),
    }
}

fn start() -> impl Strategy<Value = NaiveDateTime> {
    let days = prop_oneof![
        10_950..11_700_i64, // 1999-12-25 to 2002-01-13
        Just(11_016),       // 2000-02-29
        Just(12_417),       // 2003-12-31
    ];
    (days, 0..86_400_i64).prop_map(|(day, second)| {
        let at = DateTime::from_timestamp(day * 86_400 + second, 0);
        at.unwrap().naive_utc()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_rule_names_in_any_window_what_it_names_word_by_word(
        rule in recurrence_rule(),
        start in start(),
        (from, to) in (0.0..1.0, 0.0..1.0),
    ) {
        let span = span(rule.frequency());
        let instant = |part: f64| {
            let seconds = span.num_seconds() as f64 * part;
            start.and_utc() + TimeDelta::seconds(seconds as i64)
        };
        let (from, to) = (instant(f64::min(from, to)), instant(f64::max(from, to)));
        let window = Interval::new(from, to + TimeDelta::seconds(1)).unwrap();

        let mut expected = times_of(&rule, start, to.naive_utc());
        expected.insert(0, start);
        expected.sort();
        expected.dedup();
        expected.retain(|time| *time >= from.naive_utc());

        let found = starts(&series(&rule, start), window).unwrap();
        let found: Vec<_> = found.iter().map(DateTime::naive_utc).collect();
        prop_assert_eq!(found, expected, "{} from {} in {}", rule, start, window);
    }

    #[test]
    fn a_rule_that_is_written_reads_as_the_same_rule(rule in recurrence_rule()) {
        prop_assert_eq!(rule.to_string().parse(), Ok(rule));
    }
}
