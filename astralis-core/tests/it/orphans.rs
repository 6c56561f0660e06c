//! Changed occurrences whose series is not there: what we make of them in what we read and write.

use astralis_core::icalendar::{Calendar, WhyFree};
use astralis_core::model::{CalendarEvent, EventStatus};
use astralis_core::time::ZoneDatabase;

use crate::written_calendars::expected::{busy_in, read_by_us};
use crate::written_calendars::meetings::{change, repeating, timed};

const YEAR: &str = "2026-01-01T00:00Z/2027-01-01T00:00Z";

/// An occurrence of 9 April that takes place on the 10th, at 15:00 in Paris.
fn moved() -> (CalendarEvent, CalendarEvent) {
    let when = timed("Europe/Paris", "2026-03-12T10:30:00", 30);
    let mut series = repeating(60, when, "FREQ=WEEKLY;COUNT=6");
    let later = timed("Europe/Paris", "2026-04-10T15:00:00", 30);
    let change = change(&mut series, "2026-04-09T10:30:00", 61, later);
    (series, change)
}

fn written(events: &[CalendarEvent]) -> String {
    let zones = ZoneDatabase::bundled();
    let calendar = Calendar::new("Grace", events, &zones);
    calendar.to_string().replace("\r\n ", "")
}

fn uids(text: &str) -> Vec<&str> {
    let lines = text.lines();
    lines.filter_map(|line| line.strip_prefix("UID:")).collect()
}

#[test]
fn an_occurrence_that_is_written_without_its_series_is_a_meeting_of_its_own() {
    let (series, moved) = moved();
    let text = written(std::slice::from_ref(&moved));
    assert!(!text.contains("RECURRENCE-ID"), "{text}");
    assert!(text.contains("\r\nDTSTART:20260410T130000Z\r\nDTEND:20260410T133000Z\r\n"));
    assert_ne!(
        uids(&text),
        [series.uid.as_str()],
        "that would be all of it"
    );
    let file = read_by_us(&text);
    assert_eq!(file.findings, []);
    assert_eq!(
        busy_in(&file, YEAR.parse().unwrap()),
        [["2026-04-10T13:00:00Z", "2026-04-10T13:30:00Z"]]
    );
}

#[test]
fn the_uid_of_an_orphan_stays_and_no_other_occurrence_has_it() {
    let (mut series, moved) = moved();
    let mut again = moved.clone();
    again.title = "Renamed".to_owned();
    again.when = timed("America/New_York", "2026-04-11T15:00:00", 60);
    again.sequence += 1;
    let later = timed("Europe/Paris", "2026-04-10T15:00:00", 30);
    let other = change(&mut series, "2026-04-16T10:30:00", 62, later);
    let [uid, again, other] = [moved, again, other].map(|one| {
        let text = written(&[one]);
        uids(&text)[0].to_owned()
    });
    assert_eq!(uid, again);
    assert_ne!(uid, other);
}

#[test]
fn beside_its_series_an_occurrence_is_no_orphan() {
    let (series, moved) = moved();
    let text = written(&[moved, series]);
    assert!(text.contains("\r\nRECURRENCE-ID;TZID=Europe/Paris:20260409T103000\r\n"));
    let uids = uids(&text);
    assert_eq!(uids.len(), 2);
    assert_eq!(uids[0], uids[1]);
}

#[test]
fn an_orphan_that_was_called_off_takes_no_time() {
    let (_, mut moved) = moved();
    moved.status = EventStatus::Cancelled;
    let file = read_by_us(&written(&[moved]));
    assert_eq!(busy_in(&file, YEAR.parse().unwrap()), [[""; 2]; 0]);
    assert_eq!(file.not_blocking[0].reason, WhyFree::Cancelled);
}

fn calendar(events: &[&str]) -> String {
    let event = |lines: &&str| format!("BEGIN:VEVENT\r\nUID:one\r\n{lines}\r\nEND:VEVENT\r\n");
    let events: String = events.iter().map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

const SERIES: &str = "DTSTART:20260401T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3";
const SECOND: &str = "RECURRENCE-ID:20260402T080000Z\r\nDTSTART:20260405T120000Z\r\nDURATION:PT30M";
const THIRD: &str = "RECURRENCE-ID:20260403T080000Z\r\nDTSTART:20260406T120000Z\r\nDURATION:PT30M";

#[track_caller]
fn reads(text: &str, expected: &[[&str; 2]]) {
    let file = read_by_us(text);
    assert_eq!(busy_in(&file, YEAR.parse().unwrap()), expected);
    assert_eq!(file.findings, []);
}

#[test]
fn orphans_that_are_read_block_where_they_take_place() {
    let both = [
        ["2026-04-05T12:00:00Z", "2026-04-05T12:30:00Z"],
        ["2026-04-06T12:00:00Z", "2026-04-06T12:30:00Z"],
    ];
    reads(&calendar(&[SECOND, THIRD]), &both);
    // Neither is a revision of the other.
    let revised = format!("{THIRD}\r\nSEQUENCE:5");
    reads(&calendar(&[SECOND, &revised]), &both);
    let newer = SECOND.replace("T12", "T14") + "\r\nSEQUENCE:1";
    reads(
        &calendar(&[&newer, SECOND]),
        &[["2026-04-05T14:00:00Z", "2026-04-05T14:30:00Z"]],
    );
    let off = format!("{SECOND}\r\nSTATUS:CANCELLED");
    reads(&calendar(&[&off, THIRD]), &both[1..]);
}

#[test]
fn a_series_anywhere_in_the_file_takes_its_orphans_in() {
    let joined = [
        ["2026-04-01T08:00:00Z", "2026-04-01T09:00:00Z"],
        ["2026-04-03T08:00:00Z", "2026-04-03T09:00:00Z"],
        ["2026-04-05T12:00:00Z", "2026-04-05T12:30:00Z"],
    ];
    reads(&calendar(&[SECOND, SERIES]), &joined);
    reads(&(calendar(&[SECOND]) + &calendar(&[SERIES])), &joined);
    // Another meeting's occurrence at the same time is not this one's.
    let other = calendar(&[SECOND]).replace("UID:one", "UID:two");
    reads(
        &(other + &calendar(&[SERIES])),
        &[
            joined[0],
            ["2026-04-02T08:00:00Z", "2026-04-02T09:00:00Z"],
            joined[1],
            joined[2],
        ],
    );
}
