//! Recurrence rules, against a twin that tries every day and every second.

use astralis_core::recurrence::{
    Budget, End, Frequency, Length, RecurrenceError, RecurrenceRule, Series, Start,
};
use astralis_core::time::{Interval, Zone, ZoneDatabase};
use astralis_testkit::generators::recurrence_rule;
use astralis_testkit::twins::{most_steps, times_of};
use chrono::{DateTime, Days, NaiveDateTime, TimeDelta, Utc};
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
    fn a_window_takes_the_steps_of_its_own_periods_however_far_it_lies(
        rule in recurrence_rule(),
        start in start(),
        years in 0..8000_i64,
        part in 0.0..1.0,
    ) {
        let rule = rule.ending(End::Never);
        let from = start.and_utc() + TimeDelta::days(years * 365);
        let seconds = (span(rule.frequency()).num_seconds() as f64 * part) as i64 / 5 + 60;
        let window = Interval::starting_at(from, TimeDelta::seconds(seconds)).unwrap();
        let whole = Budget::default();
        let mut budget = whole;
        let found = series(&rule, start).occurrences_within(window, &mut budget).unwrap();
        let steps = whole.steps - budget.steps;
        prop_assert!(steps <= most_steps(&rule, window), "{} steps: {} in {}", steps, rule, window);
        prop_assert!(found.is_sorted_by_key(|one| one.during.start()));
        prop_assert!(found.iter().all(|one| one.during.overlaps(&window)));
    }

    #[test]
    fn a_rule_that_is_written_reads_as_the_same_rule(rule in recurrence_rule()) {
        prop_assert_eq!(rule.to_string().parse(), Ok(rule));
    }
}

fn daily(start: NaiveDateTime, zone: &Zone) -> Series {
    let start = Start::Zoned(start, zone.clone());
    let mut series = Series::new(start, zone, Length::elapsed(TimeDelta::minutes(1)));
    series.repeat("FREQ=DAILY".parse().unwrap()).unwrap();
    series
}

/// Daily for a week around every change of every clock from 2000 to 2037, at the times it shows
/// just before and just after.
#[test]
fn every_occurrence_is_the_instant_that_its_own_wall_clock_time_means() {
    let zones = ZoneDatabase::bundled();
    let (from, to) = (946_684_800, 2_145_916_800);
    let mut changes = 0;
    for name in zones.names() {
        let zone = zones.zone(&name).unwrap();
        let mut second = from;
        while let Some(change) = zone.segment_at(second).until.filter(|until| *until < to) {
            second = change;
            changes += 1;
            for probe in [change - 1, change, change + 1800] {
                let probe = DateTime::from_timestamp(probe, 0).unwrap();
                // The wall clock's reading, and the one that it skips or repeats.
                let [early, late] = [-1800, 1800].map(TimeDelta::seconds);
                for civil in [zone.to_civil(probe) + early, zone.to_civil(probe) + late] {
                    let start = civil - Days::new(3);
                    let days = (0..7).map(|day| zone.instant_of(start + Days::new(day)));
                    let mut expected: Vec<_> = days.collect();
                    expected.sort();
                    expected.dedup();
                    let end = expected.last().copied().unwrap() + TimeDelta::seconds(1);
                    let window = Interval::new(expected[0], end).unwrap();
                    let found = starts(&daily(start, &zone), window).unwrap();
                    assert_eq!(found, expected, "{name}, daily from {start}");
                }
            }
        }
    }
    assert!(changes > 10_000, "{changes} changes of the clock");
}

#[test]
fn a_midnight_that_a_clock_skips_is_the_moment_at_which_it_skips_it() {
    for (zone, start, instants) in [
        (
            "America/Sao_Paulo",
            "2018-11-03",
            ["2018-11-03T03", "2018-11-04T03", "2018-11-05T02"],
        ),
        (
            "Africa/Cairo",
            "2026-04-23",
            ["2026-04-22T22", "2026-04-23T22", "2026-04-24T21"],
        ),
        (
            "Asia/Beirut",
            "2026-03-28",
            ["2026-03-27T22", "2026-03-28T22", "2026-03-29T21"],
        ),
        (
            "America/Santiago",
            "2026-09-05",
            ["2026-09-05T04", "2026-09-06T04", "2026-09-07T03"],
        ),
        (
            "America/Havana",
            "2026-03-07",
            ["2026-03-07T05", "2026-03-08T05", "2026-03-09T04"],
        ),
        (
            "Atlantic/Azores",
            "2026-03-28",
            ["2026-03-28T01", "2026-03-29T01", "2026-03-30T00"],
        ),
        // Set back from one to midnight: the first of two.
        (
            "Atlantic/Azores",
            "2026-10-24",
            ["2026-10-24T00", "2026-10-25T00", "2026-10-26T01"],
        ),
        // The clock skips 30 December altogether: it is the same moment as the 31st.
        (
            "Pacific/Apia",
            "2011-12-29",
            ["2011-12-29T10", "2011-12-30T10", "2011-12-31T10"],
        ),
    ] {
        let zones = ZoneDatabase::bundled();
        let zone = zones.zone(&zone.parse().unwrap()).unwrap();
        let mut days = Series::new(Start::Date(start.parse().unwrap()), &zone, Length::days(1));
        days.repeat("FREQ=DAILY".parse().unwrap()).unwrap();
        let instants = instants.map(|hour| format!("{hour}:00:00Z").parse().unwrap());
        let window = Interval::new(instants[0], instants[2] + TimeDelta::hours(1)).unwrap();
        let found = days.occurrences(window).unwrap();
        let found: Vec<_> = found.iter().map(|one| one.recurrence_id).collect();
        assert_eq!(found, instants, "{}", zone.name());
    }
}
