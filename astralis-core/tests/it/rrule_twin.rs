//! Recurrence rules, beside the crate `rrule` 0.14, where that is right.

use astralis_core::recurrence::{Frequency, Length, NthWeekday, RecurrenceRule, Series, Start};
use astralis_core::time::{Interval, Zone};
use astralis_testkit::generators::recurrence_rule;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use rrule::{RRuleSet, Tz};

/// Whether the crate means by a rule what RFC 5545 §3.3.10 says; for each exception, the RFC's word
/// and an example.
fn is_understood(rule: &RecurrenceRule) -> bool {
    let by = rule.by();
    let weekly = rule.frequency() == Frequency::Weekly;
    // BYDAY=MO,2TH: "If an integer modifier is not present, it means all days of this type within
    // the specified frequency"; there, only Mondays that are also second Thursdays.
    let counts = |one: &&NthWeekday| one.nth.is_some();
    let counted = by.weekdays.iter().filter(counts).count();
    let mixed = counted > 0 && counted < by.weekdays.len();
    // FREQ=WEEKLY;BYDAY=MO,TH,SU;BYSETPOS=3: "A set of recurrence instances starts at the beginning
    // of the interval defined by the FREQ rule part"; there, the first week begins with DTSTART.
    let first_week = weekly && !by.set_positions.is_empty();
    // BYWEEKNO=20: "Information, not contained in the rule […] is derived from the DTSTART", and so
    // is the day of the week; there, all seven days. And days of a week number that lie in another
    // year of the calendar are taken for that year's, or for week 53 of a year that has 52.
    let weeks = !by.week_numbers.is_empty();
    // FREQ=MINUTELY;INTERVAL=55;BYHOUR=13: INTERVAL counts minutes; there, it counts anew after what
    // a part has ruled out, and FREQ=MINUTELY;BYHOUR=1;BYDAY=SU names nothing at all.
    let within_days = rule.frequency().is_sub_daily();
    !(mixed || first_week || weeks || within_days)
}

fn ours(rule: &RecurrenceRule, during: Interval) -> Vec<DateTime<Utc>> {
    let length = Length::elapsed(TimeDelta::seconds(1));
    let mut series = Series::new(Start::Instant(during.start()), &Zone::utc(), length);
    series.repeat(rule.clone()).unwrap();
    let found = series.occurrences(during).unwrap();
    found.iter().map(|one| one.during.start()).collect()
}

/// `None` if the crate refuses the rule.
fn theirs(rule: &RecurrenceRule, during: Interval) -> Option<Vec<DateTime<Utc>>> {
    let start = during.start().format("%Y%m%dT%H%M%SZ");
    let set: RRuleSet = format!("DTSTART:{start}\nRRULE:{rule}").parse().ok()?;
    let last = during.end() - TimeDelta::seconds(1);
    let found = set.before(last.with_timezone(&Tz::UTC)).all(u16::MAX);
    Some(found.dates.iter().map(DateTime::to_utc).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_global_rejects: 10_000, ..ProptestConfig::default() })]

    #[test]
    fn where_it_is_right_the_crate_rrule_names_the_same_times(
        rule in recurrence_rule().prop_filter("faults of rrule", is_understood),
        second in 946_000_000..1_010_000_000_i64,
    ) {
        let start = DateTime::from_timestamp(second, 0).unwrap();
        let during = Interval::starting_at(start, TimeDelta::days(1500)).unwrap();
        let expected = theirs(&rule, during);
        prop_assume!(expected.is_some());
        let mut expected = expected.unwrap();
        // DTSTART "defines the first instance" (§3.8.2.4); there, only if the rule names it.
        if expected.first() != Some(&start) {
            expected.insert(0, start);
        }
        prop_assert_eq!(ours(&rule, during), expected, "{} from {}", rule, start);
    }
}
