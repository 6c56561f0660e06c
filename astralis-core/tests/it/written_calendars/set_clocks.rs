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

/// What everybody finds in a calendar; the times of three nights without the date of the first two
/// digits of the year.
struct Found {
    ours: Value,
    by_python: Value,
    by_ical_js: Value,
}

#[track_caller]
fn check(events: &[CalendarEvent], expected: &Found) {
    let zones = ZoneDatabase::bundled();
    let text = Calendar::new("Nights", events, &zones).to_string();
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

#[test]
fn an_occurrence_at_a_skipped_time_can_be_moved_and_left_out() {
    let expected = |moved: &[[&str; 2]]| {
        let mut busy = vec![["2026-03-28T01:30:00Z", "2026-03-28T02:00:00Z"]];
        busy.push(["2026-03-30T00:30:00Z", "2026-03-30T01:00:00Z"]);
        busy.extend(moved);
        Found {
            ours: json!(busy),
            by_python: json!(busy),
            by_ical_js: json!(busy),
        }
    };
    // As the clock shows it: it jumps from two to three.
    let id = "2026-03-29T03:30:00";
    let mut series = nightly("Europe/Paris", "2026-03-28");
    let noon = timed("Europe/Paris", "2026-03-31T12:00:00", 30);
    let noon = change(&mut series, id, 2, noon);
    let moved = [["2026-03-31T10:00:00Z", "2026-03-31T10:30:00Z"]];
    check(&[series, noon], &expected(&moved));
    let mut series = nightly("Europe/Paris", "2026-03-28");
    series
        .recurrence
        .as_mut()
        .unwrap()
        .excluded
        .insert(civil(id));
    check(&[series], &expected(&[]));
}
