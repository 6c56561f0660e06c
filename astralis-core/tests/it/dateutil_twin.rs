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

fn answers(questions: &[Question]) -> Vec<Option<Vec<NaiveDateTime>>> {
    let questions: Vec<_> = questions
        .iter()
        .map(|one| one.asked().to_string())
        .collect();
    let answers = readers::answers(python_reader("expand_rules.py"), &questions);
    answers
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn where_it_is_right_python_dateutil_names_the_same_times() {
    let questions = Question::all();
    let answers = answers(&questions);
    assert_eq!(answers.len(), RULES);
    let mut compared = 0;
    for (question, answer) in questions.iter().zip(answers) {
        let Some(mut expected) = answer else {
            continue;
        };
        compared += 1;
        // DTSTART "defines the first instance" (§3.8.2.4); there, only if the rule names it.
        let start = question.during.start().naive_utc();
        if expected.first() != Some(&start) {
            expected.insert(0, start);
        }
        assert_eq!(question.ours(), expected, "{} from {start}", question.rule);
    }
    assert!(compared > RULES * 3 / 4, "{compared} of {RULES} compared");
}
