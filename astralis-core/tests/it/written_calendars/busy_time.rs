//! Busy time without words.

use std::collections::BTreeSet;

use astralis_core::icalendar::{BusyCalendar, FreeBusy};
use astralis_core::model::{BusyKind, EmailAddress};
use astralis_core::time::Interval;
use astralis_testkit::readers::{answers, node_reader, python_reader};
use serde_json::{Value, json};
use uuid::Uuid;

use super::expected::{busy_in, read_by_us};

/// In no order, and of several kinds by turns.
const BUSY: [(&str, BusyKind); 7] = [
    ("2026-04-06T09:00Z/2026-04-06T10:00Z", BusyKind::Busy),
    ("2026-04-06T07:00Z/2026-04-06T09:30Z", BusyKind::Tentative),
    ("2026-04-03T09:00Z/2026-04-03T10:00Z", BusyKind::Tentative),
    ("2026-04-02T09:00Z/2026-04-02T10:00Z", BusyKind::Busy),
    ("2026-04-02T09:30Z/2026-04-02T11:00Z", BusyKind::Busy),
    ("2026-04-04T09:00Z/2026-04-04T10:00Z", BusyKind::Free),
    ("2026-04-05T00:00Z/2026-04-06T00:00Z", BusyKind::OutOfOffice),
];

const WINDOW: &str = "2026-04-01T00:00Z/2026-04-08T00:00Z";

fn busy() -> Vec<(Interval, BusyKind)> {
    BUSY.map(|(during, kind)| (during.parse().unwrap(), kind))
        .to_vec()
}

fn busy_calendar() -> String {
    let calendar = BusyCalendar {
        name: "Grace",
        owner: Uuid::from_u128(7).into(),
        id: Uuid::from_u128(1),
        busy: &busy(),
        as_of: "2026-03-01T12:00:00Z".parse().unwrap(),
        refresh: None,
    };
    calendar.to_string()
}

fn free_busy() -> String {
    let owner: EmailAddress = "grace@example.com".parse().unwrap();
    let published = FreeBusy {
        owner: &owner,
        uid: "busy-time-of-grace",
        during: WINDOW.parse().unwrap(),
        busy: &busy(),
        as_of: "2026-03-01T12:00:00Z".parse().unwrap(),
    };
    published.to_string()
}

#[test]
fn we_read_the_kinds_of_busy_time_that_we_write() {
    for text in [busy_calendar(), free_busy()] {
        let file = read_by_us(&text);
        assert_eq!(file.findings, []);
        assert_eq!(
            busy_in(&file, WINDOW.parse().unwrap()),
            [
                ["2026-04-02T09:00:00Z", "2026-04-02T11:00:00Z"],
                ["2026-04-03T09:00:00Z", "2026-04-03T10:00:00Z"],
                ["2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z"],
                ["2026-04-06T07:00:00Z", "2026-04-06T09:30:00Z"],
                ["2026-04-06T09:00:00Z", "2026-04-06T10:00:00Z"],
            ]
        );
        let kinds: BTreeSet<BusyKind> = file.events.iter().map(|event| event.kind).collect();
        let expected = [BusyKind::Busy, BusyKind::Tentative, BusyKind::OutOfOffice];
        assert_eq!(kinds, BTreeSet::from(expected));
    }
}

#[test]
fn published_busy_time_ascends_whatever_its_kind() {
    let text = free_busy().replace("\r\n ", "");
    let lines = text.lines().filter(|line| line.starts_with("FREEBUSY"));
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "FREEBUSY;FBTYPE=BUSY:20260402T090000Z/20260402T110000Z",
            "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260403T090000Z/20260403T100000Z",
            "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260405T000000Z/20260406T000000Z",
            "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260406T070000Z/20260406T093000Z",
            "FREEBUSY;FBTYPE=BUSY:20260406T090000Z/20260406T100000Z",
        ]
    );
}

#[test]
fn others_read_the_busy_time_that_we_write() {
    let question = |text| {
        let [from, to] = ["2026-04-01T00:00:00Z", "2026-04-08T00:00:00Z"];
        json!({"text": text, "from": from, "to": to}).to_string()
    };
    let questions = [question(busy_calendar()), question(free_busy())];
    for reader in [
        python_reader("read_calendars.py"),
        node_reader("read_calendars.mjs"),
    ] {
        let answers = answers(reader, &questions);
        let answers: Vec<Value> = answers
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let [calendar, published] = &answers[..] else {
            panic!("two answers");
        };
        assert_eq!(
            calendar["busy"],
            json!([
                ["2026-04-02T09:00:00Z", "2026-04-02T11:00:00Z"],
                ["2026-04-03T09:00:00Z", "2026-04-03T10:00:00Z"],
                ["2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z"],
                ["2026-04-06T07:00:00Z", "2026-04-06T09:30:00Z"],
                ["2026-04-06T09:00:00Z", "2026-04-06T10:00:00Z"],
            ])
        );
        let words: Vec<&Value> = calendar["events"].as_array().unwrap().iter().collect();
        assert!(words.iter().all(|event| event["summary"] == "Busy"));
        assert!(words.iter().all(|event| event["attendees"] == json!([])));
        assert_eq!(
            published["freeBusy"],
            json!([
                ["BUSY", "2026-04-02T09:00:00Z", "2026-04-02T11:00:00Z"],
                [
                    "BUSY-TENTATIVE",
                    "2026-04-03T09:00:00Z",
                    "2026-04-03T10:00:00Z"
                ],
                [
                    "BUSY-UNAVAILABLE",
                    "2026-04-05T00:00:00Z",
                    "2026-04-06T00:00:00Z"
                ],
                [
                    "BUSY-TENTATIVE",
                    "2026-04-06T07:00:00Z",
                    "2026-04-06T09:30:00Z"
                ],
                ["BUSY", "2026-04-06T09:00:00Z", "2026-04-06T10:00:00Z"],
            ])
        );
    }
}
