//! What we write is read the same by us, by `calcard`, by PyPI's `icalendar` with
//! `recurring-ical-events`, and by npm's `ical.js`.

mod busy_time;
mod by_calcard;
mod cases;
pub(crate) mod expected;
mod faults;
mod injections;
pub(crate) mod meetings;
mod set_clocks;
mod zoned;

use std::process::Command;
use std::sync::LazyLock;

use astralis_core::model::BusyKind;
use astralis_testkit::readers::{answers, node_reader, python_reader};
use serde_json::Value;

use cases::written;
use expected::{Written, busy_in, read_by_us, sorted};
use faults::Reading;

/// Starts and ends, ascending.
type Spans = Vec<[String; 2]>;

static WRITTEN: LazyLock<Vec<Written>> = LazyLock::new(written);

fn asked(reader: Command) -> Vec<Value> {
    let questions: Vec<String> = WRITTEN.iter().map(Written::question).collect();
    let answers = answers(reader, &questions);
    let parse = |line: &String| serde_json::from_str(line).unwrap();
    answers.iter().map(parse).collect()
}

/// `reading` is how a reader places the times of a file.
fn check(reader: Command, reading: fn(&Written) -> Reading) {
    for (file, found) in WRITTEN.iter().zip(asked(reader)) {
        let name = &file.name;
        assert_eq!(found["error"], Value::Null, "{name}");
        assert_eq!(found["method"], file.method, "{name}");
        assert_eq!(
            found["name"].as_str().map(unescaped),
            file.title(),
            "{name}"
        );
        check_events(file, found["events"].as_array().unwrap());
        if file.method != "REPLY" {
            let mut busy: Spans = serde_json::from_value(found["busy"].clone()).unwrap();
            busy.sort_unstable();
            check_times(file, &busy, &file.busy(reading(file)));
        }
    }
}

/// Neither of the two undoes the escapes of X-WR-CALNAME, which is TEXT (§3.8.8.2).
fn unescaped(name: &str) -> String {
    let lines = name.replace("\\n", "\n");
    lines.replace("\\;", ";").replace("\\,", ",")
}

fn check_events(file: &Written, found: &[Value]) {
    assert_eq!(sorted(found.to_vec()), file.events(), "{}", file.name);
}

/// All of them, as often as they are there, says what differs.
fn check_times(file: &Written, found: &Spans, expected: &Spans) {
    let only = |some: &Spans, others: &Spans| -> Spans {
        some.iter()
            .filter(|one| !others.contains(one))
            .cloned()
            .collect()
    };
    assert!(
        found == expected,
        "{}: {} times for {}; {:?} are missing, {:?} are strange",
        file.name,
        found.len(),
        expected.len(),
        only(expected, found),
        only(found, expected)
    );
}

#[test]
fn we_read_what_we_write() {
    for file in WRITTEN.iter().filter(|file| file.method != "REPLY") {
        let found = read_by_us(&file.text);
        assert_eq!(found.findings, [], "{}", file.name);
        assert_eq!(
            busy_in(&found, file.window),
            file.busy(Reading::RIGHT),
            "{}\n{}",
            file.name,
            file.text
        );
        let kind = |one: &BusyKind| matches!(one, BusyKind::Busy | BusyKind::AllDay);
        assert!(found.events.iter().all(|event| kind(&event.kind)));
        let expected = file.events();
        for event in &found.events {
            assert!(
                expected.iter().any(|one| one["summary"] == event.title),
                "{}",
                file.name
            );
        }
    }
}

fn in_python(file: &Written) -> Reading {
    if file.describes_its_zone_alone {
        Reading::DATEUTIL
    } else {
        Reading::PYTHON
    }
}

#[test]
fn pypi_icalendar_reads_what_we_write() {
    check(python_reader("read_calendars.py"), in_python);
}

#[test]
fn npm_ical_js_reads_what_we_write() {
    check(node_reader("read_calendars.mjs"), |_| Reading::ICAL_JS);
}
