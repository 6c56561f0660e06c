//! What we write is read the same by us, by `calcard`, by PyPI's `icalendar` with
//! `recurring-ical-events`, and by npm's `ical.js`.

mod busy_time;
mod cases;
pub(crate) mod expected;
mod meetings;

use std::process::Command;
use std::sync::LazyLock;

use astralis_core::model::BusyKind;
use astralis_testkit::readers::{answers, node_reader, python_reader};
use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use serde_json::{Value, json};

use cases::written;
use expected::{Written, busy_in, read_by_us, sorted};

/// Starts and ends, ascending.
type Spans = Vec<[String; 2]>;

/// What we write in a VEVENT; whatever people typed adds nothing to it.
const OUR_PROPERTIES: [&str; 20] = [
    "UID",
    "SEQUENCE",
    "DTSTAMP",
    "CREATED",
    "LAST-MODIFIED",
    "RECURRENCE-ID",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "RDATE",
    "EXDATE",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "STATUS",
    "TRANSP",
    "ORGANIZER",
    "ATTENDEE",
    "URL",
];

static WRITTEN: LazyLock<Vec<Written>> = LazyLock::new(written);

fn asked(reader: Command) -> Vec<Value> {
    let questions: Vec<String> = WRITTEN.iter().map(Written::question).collect();
    let answers = answers(reader, &questions);
    let parse = |line: &String| serde_json::from_str(line).unwrap();
    answers.iter().map(parse).collect()
}

fn check(reader: Command) {
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
            check_times(file, &busy);
        }
    }
}

/// Neither of the two undoes the escapes of X-WR-CALNAME, which is TEXT (§3.8.8.2).
fn unescaped(name: &str) -> String {
    let lines = name.replace("\\n", "\n");
    lines.replace("\\;", ";").replace("\\,", ",")
}

fn check_events(file: &Written, found: &[Value]) {
    let mut events = found.to_vec();
    for event in &mut events {
        let event = event.as_object_mut().unwrap();
        let names: Vec<String> =
            serde_json::from_value(event.remove("properties").unwrap()).unwrap();
        let strange = names
            .iter()
            .find(|name| !OUR_PROPERTIES.contains(&name.as_str()));
        assert_eq!(strange, None, "{}", file.name);
    }
    let mut expected = file.events();
    for event in events.iter_mut().chain(&mut expected) {
        // ical.js reads a skipped time as another instant, as `check_times` says.
        let id = event["recurrenceId"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if file.is_near_a_change(&[id.clone(), id]) {
            event["recurrenceId"] = json!("near a change");
        }
    }
    assert_eq!(sorted(events), sorted(expected), "{}", file.name);
}

/// Compares what does not touch a skipped or repeated time: "the same exact duration will apply to all"
/// occurrences (RFC 5545 §3.8.5.3), but recurring-ical-events counts it on the wall clock; a skipped time
/// hangs on the offset before the gap, and a repeated one is the first (§3.3.5), but ical.js takes the
/// offset after and the last, as python-dateutil does in a zone that a file describes.
fn check_times(file: &Written, busy: &Spans) {
    let expected = file.busy();
    let far_from_changes = |busy: &Spans| -> Spans {
        let is_far = |span: &&[String; 2]| !file.is_near_a_change(span);
        busy.iter().filter(is_far).cloned().collect()
    };
    let (found, wanted) = (far_from_changes(busy), far_from_changes(&expected));
    let missing: Vec<_> = wanted.iter().filter(|one| !found.contains(one)).collect();
    let strange: Vec<_> = found.iter().filter(|one| !wanted.contains(one)).collect();
    assert!(
        missing.is_empty() && strange.is_empty(),
        "{}: {missing:?} are missing, {strange:?} are strange",
        file.name
    );
    assert!(
        wanted.len() * 10 >= expected.len() * 9,
        "{}: nearly all are compared",
        file.name
    );
}

#[test]
fn we_read_what_we_write() {
    for file in WRITTEN.iter().filter(|file| file.method != "REPLY") {
        let found = read_by_us(&file.text);
        assert_eq!(found.findings, [], "{}", file.name);
        assert_eq!(
            busy_in(&found, file.window),
            file.busy(),
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

#[test]
fn pypi_icalendar_reads_what_we_write() {
    check(python_reader("read_calendars.py"));
}

#[test]
fn npm_ical_js_reads_what_we_write() {
    check(node_reader("read_calendars.mjs"));
}

#[test]
fn calcard_reads_what_we_write() {
    for file in WRITTEN.iter() {
        let calendar = ICalendar::parse(&file.text).unwrap();
        let events = calendar.components.iter();
        let events = events.filter(|one| one.component_type == ICalendarComponentType::VEvent);
        let found: Vec<Value> = events
            .map(|event| {
                let text = |name| {
                    let entry = event.entries.iter().find(|entry| entry.name == name)?;
                    entry.values.first().and_then(|value| value.as_text())
                };
                json!([
                    text(ICalendarProperty::Uid),
                    text(ICalendarProperty::Summary).unwrap_or_default(),
                    text(ICalendarProperty::Description),
                    text(ICalendarProperty::Location),
                ])
            })
            .collect();
        for event in file.events() {
            let one = json!([
                event["uid"],
                event["summary"],
                event["description"],
                event["location"]
            ]);
            assert!(
                found.contains(&one),
                "{}: {one} not in {found:?}",
                file.name
            );
        }
        assert_eq!(found.len(), file.events.len(), "{}", file.name);
    }
}
