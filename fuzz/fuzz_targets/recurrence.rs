//! The expansion of any rule that can be read, against holding every day and every second against
//! each of its parts; without COUNT, at the cost of the window alone.
#![no_main]

use astralis_core::recurrence::{
    Budget, End, Frequency, Length, RecurrenceError, RecurrenceRule, Series, Start, Until,
};
use astralis_core::time::{Interval, Zone};
use astralis_fuzz::Draw;
use astralis_testkit::twins::{most_steps, times_of};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use libfuzzer_sys::fuzz_target;

/// Bytes for DTSTART and the window; the rest is the rule, as text, for which a fuzzer learns the
/// words.
const NUMBERS: usize = 16;

/// In seconds, so that the twin takes milliseconds.
fn longest(frequency: Frequency) -> i64 {
    let days = match frequency {
        Frequency::Yearly => 3 * 366,
        Frequency::Monthly | Frequency::Weekly => 400,
        Frequency::Daily => 100,
        Frequency::Hourly => 10,
        Frequency::Minutely | Frequency::Secondly => 1,
    };
    days * 86_400
}

fn question(bytes: &[u8]) -> Option<(RecurrenceRule, DateTime<Utc>, Interval)> {
    let (numbers, text) = bytes.split_at_checked(NUMBERS)?;
    let rule: RecurrenceRule = std::str::from_utf8(text).ok()?.parse().ok()?;
    let mut draw = Draw::from(numbers);
    let second = draw.between(0..86_400)?;
    let start = draw.date()?.and_hms_opt(0, 0, 0)?.and_utc() + TimeDelta::seconds(second);
    let longest = longest(rule.frequency());
    let from = start + TimeDelta::seconds(draw.between(0..longest)?);
    let length = TimeDelta::seconds(draw.between(1..longest.min(86_400 * 366))?);
    Some((rule, start, Interval::starting_at(from, length).ok()?))
}

/// Whether UNTIL, read in UTC, lets a time pass.
fn is_until(rule: &RecurrenceRule, time: NaiveDateTime) -> bool {
    match rule.end() {
        End::Until(Until::Date(last)) => time.date() <= last,
        End::Until(Until::Civil(last)) => time <= last,
        End::Until(Until::Instant(last)) => time <= last.naive_utc(),
        End::Never | End::Count(_) => true,
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((rule, start, window)) = question(bytes) else {
        return;
    };
    let length = Length::elapsed(TimeDelta::seconds(1));
    let mut series = Series::new(Start::Instant(start), &Zone::utc(), length);
    if series.repeat(rule.clone()).is_err() {
        return;
    }
    let mut budget = Budget::default();
    let found = match series.occurrences_within(window, &mut budget) {
        Ok(found) => found,
        // What passes a bound is an error that says so; there is nothing to compare.
        Err(RecurrenceError::TooMuch { .. }) => return,
        Err(error) => panic!("{error}: {rule} from {start}"),
    };
    if !matches!(rule.end(), End::Count(_)) {
        let steps = Budget::default().steps - budget.steps;
        let most = most_steps(&rule, window);
        assert!(steps <= most, "{steps} of {most}: {rule} in {window}");
    }
    let found: Vec<_> = found
        .iter()
        .map(|one| one.during.start().naive_utc())
        .collect();

    let (start, last) = (start.naive_utc(), window.end() - TimeDelta::seconds(1));
    let mut expected = times_of(&rule, start, last.naive_utc());
    if expected.first() != Some(&start) {
        expected.insert(0, start);
    }
    expected.retain(|time| window.contains(time.and_utc()));
    expected.retain(|time| *time == start || is_until(&rule, *time));
    assert_eq!(found, expected, "{rule} from {start} in {window}");
});
