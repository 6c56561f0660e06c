//! What `calcard` reads of what we write: it parses and expands nothing here, so that its answers are
//! values as they are written.

use std::collections::BTreeSet;

use astralis_core::time::{TimeZoneName, ZoneDatabase};
use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameter,
    ICalendarParameterName, ICalendarValue,
};
use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::expected::{Written, instant};
use super::{WRITTEN, check_events};

fn parsed(file: &Written) -> ICalendar {
    ICalendar::parse(&file.text).unwrap_or_else(|error| panic!("{}: {error:?}", file.name))
}

fn inside<'a>(
    calendar: &'a ICalendar,
    component: &'a ICalendarComponent,
    kind: ICalendarComponentType,
) -> impl Iterator<Item = &'a ICalendarComponent> {
    let ids = component.component_ids.iter();
    let components = ids.map(|id| &calendar.components[*id as usize]);
    components.filter(move |one| one.component_type == kind)
}

fn entries<'a>(
    component: &'a ICalendarComponent,
    name: &str,
) -> impl Iterator<Item = &'a ICalendarEntry> {
    let entries = component.entries.iter();
    entries.filter(move |entry| entry.name.as_str() == name)
}

fn entry<'a>(component: &'a ICalendarComponent, name: &str) -> Option<&'a ICalendarEntry> {
    let mut found = entries(component, name);
    let first = found.next();
    assert!(found.next().is_none(), "{name} stands there once");
    first
}

/// The only value of a property; an empty text is none.
fn text(component: &ICalendarComponent, name: &str) -> Option<String> {
    match &entry(component, name)?.values[..] {
        [] => Some(String::new()),
        [value] => Some(written(value)),
        values => panic!("{name} has one value: {values:?}"),
    }
}

/// A value as RFC 5545 writes it.
fn written(value: &ICalendarValue) -> String {
    match value {
        ICalendarValue::PartialDateTime(time) => moment(time),
        ICalendarValue::Integer(number) => number.to_string(),
        ICalendarValue::RecurrenceRule(rule) => rule.to_string(),
        ICalendarValue::Duration(duration) => duration.to_string(),
        value => value.as_text().expect("a value of ours").to_owned(),
    }
}

fn moment(time: &PartialDateTime) -> String {
    let two = |part: Option<u8>| part.map(|part| format!("{part:02}")).unwrap_or_default();
    let date = format!(
        "{:04}{}{}",
        time.year.unwrap(),
        two(time.month),
        two(time.day)
    );
    if time.hour.is_none() {
        return date;
    }
    let zulu = if time.tz_hour == Some(0) { "Z" } else { "" };
    let [hour, minute, second] = [time.hour, time.minute, time.second].map(two);
    format!("{date}T{hour}{minute}{second}{zulu}")
}

/// A parameter's value. This reader leaves the escapes of RFC 6868 as they are.
fn parameter(entry: &ICalendarEntry, name: &ICalendarParameterName) -> String {
    let value = entry.parameter(name).and_then(|value| value.as_text());
    let parts = value.unwrap_or_default().split("^^");
    let parts: Vec<_> = parts.map(|part| part.replace("^'", "\"")).collect();
    parts.join("^")
}

/// A property as it stands there, but for quotes.
fn line(entry: &ICalendarEntry) -> String {
    let name = |one: &ICalendarParameter| {
        let value = parameter(entry, &one.name);
        format!(";{}={value}", one.name.as_str())
    };
    let parameters: String = entry.params.iter().map(name).collect();
    let values: Vec<_> = entry.values.iter().map(written).collect();
    format!("{}{parameters}:{}", entry.name.as_str(), values.join(","))
}

/// An instant in UTC, or a date.
fn recurrence_id(event: &ICalendarComponent) -> Option<String> {
    let entry = entry(event, "RECURRENCE-ID")?;
    let time = written(&entry.values[0]);
    let Ok(civil) = NaiveDateTime::parse_from_str(&time, "%Y%m%dT%H%M%S") else {
        return Some(format!("{}-{}-{}", &time[..4], &time[4..6], &time[6..]));
    };
    let zone: TimeZoneName = parameter(entry, &ICalendarParameterName::Tzid)
        .parse()
        .unwrap();
    let zone = ZoneDatabase::bundled().zone(&zone).unwrap();
    Some(instant(zone.instant_of(civil)))
}

fn attendee(entry: &ICalendarEntry) -> Value {
    json!({
        "name": parameter(entry, &ICalendarParameterName::Cn),
        "address": written(&entry.values[0]),
        "status": parameter(entry, &ICalendarParameterName::Partstat),
        "role": parameter(entry, &ICalendarParameterName::Role),
        "rsvp": parameter(entry, &ICalendarParameterName::Rsvp),
    })
}

/// Seconds from the start.
fn trigger(alarm: &ICalendarComponent) -> i64 {
    let [ICalendarValue::Duration(duration)] = &entry(alarm, "TRIGGER").unwrap().values[..] else {
        panic!("a duration");
    };
    let whole = i64::from(duration.hours) * 3600
        + i64::from(duration.minutes) * 60
        + i64::from(duration.seconds);
    assert_eq!((duration.weeks, duration.days), (0, 0), "elapsed time");
    if duration.neg { -whole } else { whole }
}

/// The same answer as the other readers give.
fn event(calendar: &ICalendar, event: &ICalendarComponent) -> Value {
    let mut names: Vec<_> = event.entries.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    let organizers = entries(event, "ORGANIZER");
    let name = |one| parameter(one, &ICalendarParameterName::Cn);
    let sequence: i64 = text(event, "SEQUENCE").unwrap().parse().unwrap();
    let alarms = inside(calendar, event, ICalendarComponentType::VAlarm);
    json!({
        "uid": text(event, "UID"),
        "sequence": sequence,
        "summary": text(event, "SUMMARY"),
        "description": text(event, "DESCRIPTION"),
        "location": text(event, "LOCATION"),
        "url": text(event, "URL"),
        "status": text(event, "STATUS"),
        "recurrenceId": recurrence_id(event),
        "organizer": organizers.map(name).collect::<Vec<_>>(),
        "attendees": entries(event, "ATTENDEE").map(attendee).collect::<Vec<_>>(),
        "alarms": alarms.map(trigger).collect::<Vec<_>>(),
        "properties": names,
    })
}

#[test]
fn calcard_reads_what_we_write() {
    for file in WRITTEN.iter() {
        let calendar = parsed(file);
        let root = &calendar.components[0];
        assert_eq!(
            text(root, "METHOD").as_deref(),
            Some(file.method),
            "{}",
            file.name
        );
        assert_eq!(text(root, "X-WR-CALNAME"), file.title(), "{}", file.name);
        let events = inside(&calendar, root, ICalendarComponentType::VEvent);
        let found: Vec<Value> = events.map(|one| event(&calendar, one)).collect();
        check_events(file, &found);
    }
}

#[test]
fn calcard_finds_no_component_but_those_that_we_write_and_each_zone_described_once() {
    for file in WRITTEN.iter() {
        let calendar = parsed(file);
        let root = &calendar.components[0];
        let kinds = |of: &ICalendarComponent| -> BTreeSet<String> {
            let ids = of.component_ids.iter();
            let kind = |id: &u32| format!("{:?}", calendar.components[*id as usize].component_type);
            ids.map(kind).collect()
        };
        let named = calendar.components.iter().flat_map(|one| &one.entries);
        let named: BTreeSet<String> = named
            .map(|entry| parameter(entry, &ICalendarParameterName::Tzid))
            .filter(|name| !name.is_empty())
            .collect();
        let zones: Vec<_> = inside(&calendar, root, ICalendarComponentType::VTimezone).collect();
        let described = zones.iter().map(|zone| text(zone, "TZID").unwrap());
        let described: Vec<String> = described.collect();
        assert_eq!(described, Vec::from_iter(named), "{}", file.name);
        for one in &calendar.components {
            let of_ours: &[&str] = match one.component_type {
                ICalendarComponentType::VCalendar => &["VEvent", "VTimezone"],
                ICalendarComponentType::VTimezone => &["Daylight", "Standard"],
                ICalendarComponentType::VEvent => &["VAlarm"],
                _ => &[],
            };
            let kinds = kinds(one);
            assert!(
                kinds.iter().all(|kind| of_ours.contains(&kind.as_str())),
                "{}: {kinds:?} in {:?}",
                file.name,
                one.component_type
            );
        }
        let inner: usize = calendar
            .components
            .iter()
            .map(|one| one.component_ids.len())
            .sum();
        assert_eq!(
            inner + 1,
            calendar.components.len(),
            "{}: nothing beside",
            file.name
        );
    }
}

#[track_caller]
fn check_times(name: &str, expected: &[&[&str]]) {
    let file = WRITTEN.iter().find(|file| file.name == name).unwrap();
    let calendar = parsed(file);
    let events = inside(
        &calendar,
        &calendar.components[0],
        ICalendarComponentType::VEvent,
    );
    let times = [
        "RECURRENCE-ID",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "STATUS",
    ];
    let lines = |event: &ICalendarComponent| -> Vec<String> {
        let named = |name| entries(event, name).map(line).collect::<Vec<_>>();
        times.iter().flat_map(|name| named(name)).collect()
    };
    let found: Vec<Vec<String>> = events.map(lines).collect();
    assert_eq!(found, expected, "{name}");
}

#[test]
fn calcard_reads_the_times_of_a_series_and_of_its_changed_occurrences() {
    check_times(
        "an invitation to a series",
        &[
            &[
                "DTSTART;TZID=Europe/Paris:20260316T103000",
                "DTEND;TZID=Europe/Paris:20260316T111500",
                "RRULE:FREQ=WEEKLY;UNTIL=20261130T093000Z;BYDAY=MO,TH",
                "RDATE;TZID=Europe/Paris:20260331T080000,20261215T080000",
                // What was called off, and what was left out.
                "EXDATE;TZID=Europe/Paris:20260406T103000,20261026T103000",
                "STATUS:CONFIRMED",
            ],
            &[
                "RECURRENCE-ID;TZID=Europe/Paris:20260330T103000",
                "DTSTART;TZID=Europe/Paris:20260330T120000",
                "DTEND;TZID=Europe/Paris:20260330T130000",
                "STATUS:CONFIRMED",
            ],
            &[
                "RECURRENCE-ID;TZID=Europe/Paris:20261102T103000",
                "DTSTART;TZID=America/New_York:20261103T103000",
                "DTEND;TZID=America/New_York:20261103T110000",
                "STATUS:CONFIRMED",
            ],
        ],
    );
    check_times(
        "the end of an occurrence",
        &[&[
            "RECURRENCE-ID;TZID=Europe/Paris:20261102T103000",
            "DTSTART;TZID=America/New_York:20261103T103000",
            "DTEND;TZID=America/New_York:20261103T110000",
            "STATUS:CANCELLED",
        ]],
    );
    check_times(
        "whole days",
        &[&[
            "DTSTART;VALUE=DATE:20260402",
            "DTEND;VALUE=DATE:20260404",
            "STATUS:CONFIRMED",
        ]],
    );
}

#[test]
fn calcard_reads_the_people_that_an_invitation_names() {
    let file = WRITTEN.iter().find(|file| file.name == "an invitation");
    let calendar = parsed(file.unwrap());
    let root = &calendar.components[0];
    let mut events = inside(&calendar, root, ICalendarComponentType::VEvent);
    let event = events.next().unwrap();
    let people = ["ORGANIZER", "ATTENDEE"].map(|name| entries(event, name).map(line));
    assert_eq!(
        people.into_iter().flatten().collect::<Vec<_>>(),
        [
            "ORGANIZER;CN=Grace:mailto:grace@example.com",
            "ATTENDEE;CN=Grace;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:grace@example.com",
            "ATTENDEE;CN=Ada;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ada@example.org",
        ]
    );
}
