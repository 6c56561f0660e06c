//! Recurrence rules, beside PyPI's `python-dateutil`, where that is right.

use astralis_core::recurrence::{Frequency, Length, RecurrenceRule, Series, Start};
use astralis_core::time::{Interval, Zone};
use astralis_testkit::generators::recurrence_rule;
use astralis_testkit::readers::{self, python_reader};
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// How many rules; always the same ones.
const RULES: usize = 400;

/// Whether dateutil means by a rule what RFC 5545 §3.3.10 says. `rrule_twin` has examples and the
/// RFC's words for what they have in common.
pub(crate) fn is_understood(rule: &RecurrenceRule) -> bool {
    let by = rule.by();
    let counted = by.weekdays.iter().filter(|one| one.nth.is_some()).count();
    let mixed = counted > 0 && counted < by.weekdays.len();
    let first_week = rule.frequency() == Frequency::Weekly && !by.set_positions.is_empty();
    let weeks = !by.week_numbers.is_empty();
    // "Valid values are 0 to 60"; there, 60 is an error.
    let leap_second = by.seconds.contains(&60);
    !(mixed || first_week || weeks || leap_second)
}

/// Whether dateutil fails where it always does; any other error is a fault of ours, or a new one of
/// theirs. "Each BYDAY value can also be preceded by a positive (+n) or negative (-n) integer […]
/// within the MONTHLY or YEARLY "RRULE"" (§3.3.10), whether or not there is such a day; there, a fifth
/// or a later one that a month does not have is an IndexError.
pub(crate) fn is_known_failure(error: &str, rule: &RecurrenceRule) -> bool {
    let mut ordinals = rule.by().weekdays.iter().filter_map(|one| one.nth);
    error.starts_with("IndexError: ") && ordinals.any(|nth| nth.unsigned_abs() > 4)
}

struct Question {
    rule: RecurrenceRule,
    during: Interval,
}

impl Question {
    fn all() -> Vec<Self> {
        let mut runner = TestRunner::deterministic();
        let strategy = (
            recurrence_rule().prop_filter("faults of dateutil", is_understood),
            946_000_000..1_010_000_000_i64,
        );
        let question = |(rule, second): (RecurrenceRule, i64)| {
            let start = DateTime::from_timestamp(second, 0).unwrap();
            let length = match rule.frequency() {
                Frequency::Hourly => TimeDelta::days(30),
                Frequency::Minutely => TimeDelta::days(2),
                Frequency::Secondly => TimeDelta::hours(1),
                _ => TimeDelta::days(1500),
            };
            let during = Interval::starting_at(start, length).unwrap();
            Self { rule, during }
        };
        let questions =
            std::iter::repeat_with(|| strategy.new_tree(&mut runner).unwrap().current());
        questions.take(RULES).map(question).collect()
    }

    fn asked(&self) -> Value {
        let last = self.during.end() - TimeDelta::seconds(1);
        json!({
            "rule": self.rule.to_string(),
            "start": self.during.start().naive_utc(),
            "last": last.naive_utc(),
        })
    }

    fn ours(&self) -> Vec<NaiveDateTime> {
        let length = Length::elapsed(TimeDelta::seconds(1));
        let start = Start::Instant(self.during.start());
        let mut series = Series::new(start, &Zone::utc(), length);
        series.repeat(self.rule.clone()).unwrap();
        let found = series.occurrences(self.during).unwrap();
        found
            .iter()
            .map(|one| one.during.start().naive_utc())
            .collect()
    }
}

/// `None` where dateutil fails.
fn answers(questions: &[Question]) -> Vec<Option<Vec<NaiveDateTime>>> {
    let asked: Vec<_> = questions
        .iter()
        .map(|one| one.asked().to_string())
        .collect();
    let answers = readers::answers(python_reader("expand_rules.py"), &asked);
    let parse = |(question, line): (&Question, &String)| {
        let answer: Value = serde_json::from_str(line).unwrap();
        match answer["error"].as_str() {
            None => Some(serde_json::from_value(answer["times"].clone()).unwrap()),
            Some("ValueError: Invalid rrule byxxx generates an empty set.") => Some(Vec::new()),
            Some(error) => {
                let rule = &question.rule;
                assert!(is_known_failure(error, rule), "{error} for {rule}");
                None
            }
        }
    };
    questions.iter().zip(&answers).map(parse).collect()
}

#[test]
fn where_it_is_right_python_dateutil_names_the_same_times() {
    let questions = Question::all();
    let (mut compared, mut repeating) = (0, 0);
    for (question, answer) in questions.iter().zip(answers(&questions)) {
        let Some(mut expected) = answer else {
            continue;
        };
        compared += 1;
        repeating += usize::from(expected.len() > 1);
        // DTSTART "defines the first instance" (§3.8.2.4); there, only if the rule names it.
        let start = question.during.start().naive_utc();
        if expected.first() != Some(&start) {
            expected.insert(0, start);
        }
        assert_eq!(question.ours(), expected, "{} from {start}", question.rule);
    }
    assert!(compared * 50 > RULES * 49, "{compared} of {RULES} compared");
    assert!(repeating * 2 > RULES, "{repeating} of {RULES} repeat");
}
