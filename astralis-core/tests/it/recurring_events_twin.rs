//! Calendars with all that a recurrence set can have, beside PyPI's `recurring-ical-events`, where
//! that is right. Left out is
//!
//! - what python-dateutil, its expander, makes of rules: `dateutil_twin` has the list;
//! - the end of an occurrence that starts at a skipped time or lasts over a change of the clock:
//!   lengths in hours are exact (RFC 5545 §3.3.6, §3.8.5.3), and there counted on the wall clock.
//!   That every occurrence lasts as long as it says is checked apart.

use std::fmt::Write;

use astralis_core::recurrence::{Frequency, Length, RecurrenceRule, Series, Start};
use astralis_core::time::{CivilResolution, Interval, Zone, ZoneDatabase};
use astralis_testkit::generators::{ODD_DAYS, recurrence_rule};
use astralis_testkit::readers::{answers, python_reader};
use chrono::{DateTime, Days, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::dateutil_twin::{is_known_failure, is_understood};
use crate::written_calendars::expected::{busy_in, instant, read_by_us};

/// How many calendars; always the same ones.
const CALENDARS: usize = 250;

/// What one series is made of.
#[derive(Debug, Clone)]
struct Parts {
    rule: RecurrenceRule,
    zone: usize,
    form: Form,
    /// DTSTART, in days after the odd day of its zone and minutes after midnight.
    start: (i64, u16),
    minutes: i64,
    excluded: Vec<usize>,
    /// Days and minutes after DTSTART.
    extra: Vec<(i64, i64)>,
    /// Which occurrence moves, and by how many minutes.
    moved: Option<(usize, i64)>,
    /// Where the window begins, in days after DTSTART.
    look_at: i64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Zoned,
    Utc,
    Date,
}

fn parts() -> impl Strategy<Value = Parts> {
    let rule = recurrence_rule().prop_filter("read by both", |rule| {
        rule.frequency() >= Frequency::Daily && is_understood(rule)
    });
    let form = prop::sample::select([Form::Zoned, Form::Zoned, Form::Utc, Form::Date].as_slice());
    let place = (form, 0..ODD_DAYS.len(), (-300..20_i64, 0..96_u16));
    let changes = (
        prop::collection::vec(0..12_usize, 0..3),
        prop::collection::vec((1..500_i64, 0..600_i64), 0..3),
        prop::option::of((0..12_usize, -3000..3000_i64)),
    );
    let window = (15..1600_i64, -30..700_i64);
    let parts = |(rule, place, changes, window)| {
        let (form, zone, (day, quarter)): (Form, _, (_, u16)) = place;
        let (excluded, extra, moved) = changes;
        let (minutes, look_at) = window;
        let start = (day, quarter * 15);
        Parts {
            rule,
            zone,
            form,
            start,
            minutes,
            excluded,
            extra,
            moved,
            look_at,
        }
    };
    let parts = (rule, place, changes, window).prop_map(parts);
    // Beside dates, times of day "MUST be ignored" (§3.3.10); an import reports them.
    parts.prop_filter("times of dates", |parts| {
        let by = parts.rule.by();
        let has_times = !(by.hours.is_empty() && by.minutes.is_empty() && by.seconds.is_empty());
        parts.form != Form::Date || !has_times
    })
}

/// A calendar with one series, and where to look at it.
struct Question {
    parts: Parts,
    zone: Zone,
    text: String,
    window: Interval,
}

impl Question {
    fn new(parts: Parts) -> Self {
        let (name, odd_day) = ODD_DAYS[parts.zone];
        let name = match parts.form {
            Form::Zoned => name,
            Form::Utc => "UTC",
            Form::Date => "Europe/Paris",
        };
        let zone = ZoneDatabase::bundled()
            .zone(&name.parse().unwrap())
            .unwrap();
        let day: chrono::NaiveDate = odd_day.parse().unwrap();
        let time = match parts.form {
            Form::Date => NaiveTime::MIN,
            _ => NaiveTime::MIN + TimeDelta::minutes(parts.start.1.into()),
        };
        let start = day.and_time(time) + TimeDelta::days(parts.start.0);
        let from = start.and_utc() + TimeDelta::days(parts.look_at);
        let window = Interval::starting_at(from, TimeDelta::days(200)).unwrap();
        let text = text(&parts, &zone, start);
        Self {
            parts,
            zone,
            text,
            window,
        }
    }

    fn asked(&self) -> String {
        let [from, to] = [self.window.start(), self.window.end()].map(instant);
        json!({"text": self.text, "from": from, "to": to}).to_string()
    }
}

impl Question {
    /// What we find, each time as long as the calendar says.
    fn busy(&self) -> Vec<[String; 2]> {
        let busy = busy_in(&read_by_us(&self.text), self.window);
        for [start, end] in &busy {
            if let Ok(starts) = start.parse::<DateTime<Utc>>() {
                assert_eq!(*end, instant(starts + self.length()), "{}", self.text);
            }
        }
        busy
    }

    fn length(&self) -> TimeDelta {
        TimeDelta::minutes(self.parts.minutes)
    }
}

/// The first recurrence ids after DTSTART, as the clock shows them.
fn first_ids(parts: &Parts, zone: &Zone, start: NaiveDateTime) -> Vec<NaiveDateTime> {
    let length = Length::elapsed(TimeDelta::minutes(1));
    let mut series = Series::new(Start::Zoned(start, zone.clone()), zone, length);
    series.repeat(parts.rule.clone()).unwrap();
    let year = Interval::starting_at(zone.instant_of(start), TimeDelta::days(700)).unwrap();
    let found = series.occurrences(year).unwrap();
    let ids = found.iter().skip(1).map(|one| one.recurrence_id);
    ids.map(|id| zone.to_civil(id)).collect()
}

fn text(parts: &Parts, zone: &Zone, start: NaiveDateTime) -> String {
    let value = |name: &str, at: NaiveDateTime| match parts.form {
        Form::Zoned => format!(
            "{name};TZID={}:{}\r\n",
            zone.name(),
            at.format("%Y%m%dT%H%M%S")
        ),
        Form::Utc => format!("{name}:{}\r\n", at.format("%Y%m%dT%H%M%SZ")),
        Form::Date => format!("{name};VALUE=DATE:{}\r\n", at.format("%Y%m%d")),
    };
    let length = match parts.form {
        Form::Date => format!("DURATION:P{}D\r\n", parts.minutes / 400 + 1),
        _ => format!("DURATION:PT{}M\r\n", parts.minutes),
    };
    let ids = first_ids(parts, zone, start);
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//twin//EN\r\n");
    let head = "BEGIN:VEVENT\r\nUID:one\r\nDTSTAMP:20260101T000000Z\r\n";
    write!(
        text,
        "{head}{}{length}RRULE:{}\r\n",
        value("DTSTART", start),
        parts.rule
    )
    .unwrap();
    for (days, minutes) in &parts.extra {
        let minutes = if parts.form == Form::Date {
            0
        } else {
            *minutes
        };
        let at = start + Days::new(days.unsigned_abs()) + TimeDelta::minutes(minutes);
        text.push_str(&value("RDATE", at));
    }
    for id in parts.excluded.iter().filter_map(|place| ids.get(*place)) {
        text.push_str(&value("EXDATE", *id));
    }
    text.push_str("END:VEVENT\r\n");
    let moved = parts
        .moved
        .filter(|(place, _)| !parts.excluded.contains(place));
    if let Some((id, minutes)) = moved.and_then(|(place, by)| Some((ids.get(place)?, by))) {
        let by = match parts.form {
            Form::Date => TimeDelta::days(minutes / 600),
            _ => TimeDelta::minutes(minutes),
        };
        let (id, start) = (value("RECURRENCE-ID", *id), value("DTSTART", *id + by));
        write!(text, "{head}{id}{start}{length}END:VEVENT\r\n").unwrap();
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

fn questions() -> Vec<Question> {
    let mut runner = TestRunner::deterministic();
    let strategy = parts();
    let one = || Question::new(strategy.new_tree(&mut runner).unwrap().current());
    std::iter::repeat_with(one).take(CALENDARS).collect()
}

/// What can be compared: without ends that are counted on the wall clock, and without whole days at the
/// edges of the window, which lies in UTC there, and here where the calendar's owner is.
fn comparable(busy: &[[String; 2]], question: &Question) -> Vec<[String; 2]> {
    let Question { zone, window, .. } = question;
    let inner = [window.start(), window.end()].map(|at| at.date_naive().to_string());
    let mut spans = Vec::new();
    for [start, end] in busy {
        if let Ok(starts) = start.parse::<DateTime<Utc>>() {
            let ends = starts + question.length();
            let is_even = zone.offset_at(starts) == zone.offset_at(ends);
            let is_exact = is_even && !may_be_skipped(zone, starts);
            let end = if is_exact { end } else { "" };
            spans.push([start.clone(), end.to_owned()]);
        } else if *start > inner[0] && *end < inner[1] {
            spans.push([start.clone(), end.clone()]);
        }
    }
    spans.sort_unstable();
    spans
}

/// Whether a time that the clock skips means this instant.
fn may_be_skipped(zone: &Zone, at: DateTime<Utc>) -> bool {
    let before = zone.offset_at(at - TimeDelta::days(1));
    let shown = at.naive_utc() + TimeDelta::seconds(before.into());
    zone.resolve(shown) == CivilResolution::Gap(at)
}

/// Those of the one and not of the other, as often as they are there.
fn only(some: &[[String; 2]], others: &[[String; 2]]) -> Vec<[String; 2]> {
    let mut rest = others.to_vec();
    let is_only = |one: &&[String; 2]| match rest.iter().position(|other| other == *one) {
        Some(place) => {
            rest.swap_remove(place);
            false
        }
        None => true,
    };
    some.iter().filter(is_only).cloned().collect()
}

#[test]
fn where_it_is_right_recurring_ical_events_finds_the_same_times() {
    let questions = questions();
    let asked: Vec<String> = questions.iter().map(Question::asked).collect();
    let answers = answers(python_reader("read_calendars.py"), &asked);
    let (mut compared, mut repeating, mut wrong) = (0, 0, Vec::new());
    for (question, answer) in questions.iter().zip(answers) {
        let answer: Value = serde_json::from_str(&answer).unwrap();
        if let Some(error) = answer["error"].as_str() {
            let rule = &question.parts.rule;
            assert!(is_known_failure(error, rule), "{error} for {rule}");
            continue;
        }
        let theirs: Vec<[String; 2]> = serde_json::from_value(answer["busy"].clone()).unwrap();
        let ours = question.busy();
        let (ours, theirs) = (comparable(&ours, question), comparable(&theirs, question));
        compared += 1;
        repeating += usize::from(ours.len() > 1);
        if ours != theirs {
            wrong.push(format!(
                "{}\nonly ours: {:?}\nonly theirs: {:?}\n{:?}\n",
                question.text,
                only(&ours, &theirs),
                only(&theirs, &ours),
                question.parts
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {compared}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        compared * 50 > CALENDARS * 49,
        "{compared} of {CALENDARS} compared"
    );
    assert!(
        repeating * 2 > CALENDARS,
        "{repeating} of {CALENDARS} have several times in the window"
    );
}
