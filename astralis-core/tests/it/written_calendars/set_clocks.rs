//! Times that a clock skips or repeats, one by one: what they mean, and what others make of them.

use astralis_core::icalendar::Calendar;
use astralis_core::model::CalendarEvent;
use astralis_core::time::ZoneDatabase;
use astralis_testkit::readers::{answers, node_reader, python_reader};
use serde_json::{Value, json};

use super::expected::{busy_in, read_by_us};
use super::meetings::{change, civil, repeating, timed};

/// In the night, half an hour long.
fn nightly(zone: &str, from: &str) -> CalendarEvent {
    let when = timed(zone, &format!("{from}T02:30:00"), 30);
    repeating(1, when, "FREQ=DAILY;COUNT=3")
}

/// What everybody finds in a calendar: starts and ends, ascending.
struct Found {
    ours: Value,
    by_python: Value,
    by_ical_js: Value,
}

fn written(events: &[CalendarEvent]) -> String {
    let zones = ZoneDatabase::bundled();
    Calendar::new("Nights", events, &zones).to_string()
}

#[track_caller]
fn check(events: &[CalendarEvent], expected: &Found) {
    let text = written(events);
    let ours = busy_in(
        &read_by_us(&text),
        "2026-01-01T00:00Z/2027-01-01T00:00Z".parse().unwrap(),
    );
    assert_eq!(json!(ours), expected.ours, "ours");
    let [from, to] = ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"];
    let question = [json!({"text": text, "from": from, "to": to}).to_string()];
    for (reader, expected) in [
        (python_reader("read_calendars.py"), &expected.by_python),
        (node_reader("read_calendars.mjs"), &expected.by_ical_js),
    ] {
        let name = format!("{reader:?}");
        let answer: Value = serde_json::from_str(&answers(reader, &question)[0]).unwrap();
        assert_eq!(answer["busy"], *expected, "{name}");
    }
}

#[test]
fn a_time_that_a_clock_skips_is_read_with_the_offset_before() {
    let [before, after] = [
        ["2026-03-28T01:30:00Z", "2026-03-28T02:00:00Z"],
        ["2026-03-30T00:30:00Z", "2026-03-30T01:00:00Z"],
    ];
    check(
        &[nightly("Europe/Paris", "2026-03-28")],
        &Found {
            ours: json!([
                before,
                ["2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z"],
                after
            ]),
            // Until three o'clock on the wall clock, which is before it started.
            by_python: json!([
                before,
                ["2026-03-29T01:30:00Z", "2026-03-29T01:00:00Z"],
                after
            ]),
            // With the offset after: the clock shows half past one.
            by_ical_js: json!([
                before,
                ["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z"],
                after
            ]),
        },
    );
}

#[test]
fn a_time_that_a_clock_repeats_is_the_first_of_two() {
    let [before, after] = [
        ["2026-10-24T00:30:00Z", "2026-10-24T01:00:00Z"],
        ["2026-10-26T01:30:00Z", "2026-10-26T02:00:00Z"],
    ];
    check(
        &[nightly("Europe/Paris", "2026-10-24")],
        &Found {
            ours: json!([
                before,
                ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"],
                after
            ]),
            // Until three o'clock, which comes an hour later.
            by_python: json!([
                before,
                ["2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z"],
                after
            ]),
            by_ical_js: json!([
                before,
                ["2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"],
                after
            ]),
        },
    );
}

/// The same for everybody.
fn all_find(busy: &[[&str; 2]]) -> Found {
    Found {
        ours: json!(busy),
        by_python: json!(busy),
        by_ical_js: json!(busy),
    }
}

/// What the clock shows when a meeting at 2:30 takes place that night: it jumps from two to three.
const SKIPPED: &str = "2026-03-29T03:30:00";

#[test]
fn an_occurrence_at_a_skipped_time_can_be_moved_and_left_out() {
    let others = [
        ["2026-03-28T01:30:00Z", "2026-03-28T02:00:00Z"],
        ["2026-03-30T00:30:00Z", "2026-03-30T01:00:00Z"],
    ];
    let mut series = nightly("Europe/Paris", "2026-03-28");
    let noon = timed("Europe/Paris", "2026-03-31T12:00:00", 30);
    let noon = change(&mut series, SKIPPED, 2, noon);
    let moved = ["2026-03-31T10:00:00Z", "2026-03-31T10:30:00Z"];
    check(&[series, noon], &all_find(&[others[0], others[1], moved]));
    let mut series = nightly("Europe/Paris", "2026-03-28");
    exclude(&mut series, SKIPPED);
    check(&[series], &all_find(&others));
}

fn exclude(series: &mut CalendarEvent, time: &str) {
    let recurrence = series.recurrence.as_mut().unwrap();
    recurrence.excluded.insert(civil(time));
}

/// Every day from 28 March, without the night that the clock skips.
fn without_the_night(start: &str, rule: &str) -> CalendarEvent {
    let when = timed("Europe/Paris", &format!("2026-03-28T{start}"), 15);
    let mut series = repeating(1, when, rule);
    exclude(&mut series, SKIPPED);
    series
}

#[test]
fn an_hour_of_a_rule_that_a_clock_skips_is_left_out_by_the_name_that_the_rule_gives_it() {
    let series = without_the_night("02:30:00", "FREQ=DAILY;BYHOUR=2,14;COUNT=6");
    let text = written(std::slice::from_ref(&series));
    assert!(
        text.contains("\r\nEXDATE;TZID=Europe/Paris:20260329T023000\r\n"),
        "{text}"
    );
    check(
        &[series],
        &all_find(&[
            ["2026-03-28T01:30:00Z", "2026-03-28T01:45:00Z"],
            ["2026-03-28T13:30:00Z", "2026-03-28T13:45:00Z"],
            ["2026-03-29T12:30:00Z", "2026-03-29T12:45:00Z"],
            ["2026-03-30T00:30:00Z", "2026-03-30T00:45:00Z"],
            ["2026-03-30T12:30:00Z", "2026-03-30T12:45:00Z"],
        ]),
    );
}

#[test]
fn an_hour_after_one_that_a_clock_skips_keeps_its_name_if_the_rule_gives_it() {
    // Both 2:30 and 3:30 mean that instant; 3:30 is what the clock shows.
    for (start, rule) in [
        ("02:30:00", "FREQ=DAILY;BYHOUR=2,3;COUNT=6"),
        ("03:30:00", "FREQ=DAILY;BYHOUR=3;COUNT=3"),
        ("03:30:00", "FREQ=DAILY;COUNT=3"),
        ("03:30:00", "FREQ=HOURLY;INTERVAL=8"),
        ("03:30:00", "FREQ=DAILY;BYMINUTE=0,30;COUNT=6"),
    ] {
        let series = without_the_night(start, rule);
        let text = written(std::slice::from_ref(&series));
        assert!(
            text.contains("\r\nEXDATE;TZID=Europe/Paris:20260329T033000\r\n"),
            "{rule}: {text}"
        );
        let busy = busy_in(
            &read_by_us(&text),
            "2026-03-29T00:00Z/2026-03-29T02:00Z".parse().unwrap(),
        );
        assert!(
            !busy.contains(&["2026-03-29T01:30:00Z", "2026-03-29T01:45:00Z"].map(str::to_owned)),
            "{rule}"
        );
    }
}

#[test]
fn minutes_and_seconds_of_a_rule_tell_which_hour_is_left_out() {
    for (start, rule, named) in [
        ("02:30:00", "FREQ=DAILY;BYMINUTE=0,30;COUNT=6", "023000"),
        ("02:00:00", "FREQ=DAILY;BYHOUR=2;BYMINUTE=0,30", "023000"),
        ("02:30:00", "FREQ=DAILY;BYHOUR=2;BYSECOND=0,20", "023000"),
        // No time of it: as the clock shows it.
        ("02:00:00", "FREQ=DAILY;BYHOUR=2;BYMINUTE=0,15", "033000"),
    ] {
        let text = written(&[without_the_night(start, rule)]);
        let line = format!("\r\nEXDATE;TZID=Europe/Paris:20260329T{named}\r\n");
        assert!(text.contains(&line), "{rule}: {text}");
    }
}
