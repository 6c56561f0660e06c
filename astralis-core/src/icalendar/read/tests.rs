mod changes;
mod damage;
mod zones;

use super::*;
use crate::model::EmailAddress;

fn read_in_paris(bytes: &[u8]) -> Result<CalendarFile, UnreadableCalendar> {
    let zones = ZoneDatabase::bundled();
    let owner = CalendarOwner {
        zone: &zones.zone(&"Europe/Paris".parse().unwrap()).unwrap(),
        addresses: &["ada@example.org".parse::<EmailAddress>().unwrap()],
        zones: &zones,
    };
    read(bytes, &owner)
}

/// A calendar around these lines.
fn calendar(lines: &str) -> Vec<u8> {
    let text = format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\n{}\nEND:VCALENDAR\n",
        lines.trim()
    );
    text.replace('\n', "\r\n").into_bytes()
}

/// A VEVENT around these lines.
fn event(lines: &str) -> Vec<u8> {
    calendar(&format!(
        "BEGIN:VEVENT\nUID:one\n{}\nEND:VEVENT",
        lines.trim()
    ))
}

fn busy(file: &CalendarFile) -> Vec<String> {
    let ever = "2000-01-01T00:00Z/2040-01-01T00:00Z".parse().unwrap();
    let busy = file
        .events
        .iter()
        .flat_map(|event| event.busy(ever).unwrap());
    busy.map(|during| during.to_string()).collect()
}

#[track_caller]
fn check(lines: &str, expected: &[&str], problems: &[Problem]) {
    let file = read_in_paris(&event(lines)).unwrap();
    assert_eq!(busy(&file), expected, "{lines}");
    let found: Vec<_> = file.findings.into_iter().map(|one| one.problem).collect();
    assert_eq!(found, problems, "{lines}");
}

#[test]
fn lines_are_unfolded_before_they_are_decoded() {
    let mut bytes = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:one\r\nDTSTART;VALUE=DA\r\n TE:20260401\r\nSUMMARY:Caf\xC3".to_vec();
    bytes.extend_from_slice(b"\r\n \xA9\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    let file = read_in_paris(&bytes).unwrap();
    assert_eq!(file.events[0].title, "Café");
    assert_eq!(busy(&file), ["2026-03-31T22:00:00Z/2026-04-01T22:00:00Z"]);
    assert_eq!(file.findings, []);
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced_and_reported() {
    let mut bytes = event("DTSTART;VALUE=DATE:20260401\nSUMMARY:Caf?");
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xE9;
    let file = read_in_paris(&bytes).unwrap();
    assert_eq!(file.events[0].title, "Caf\u{FFFD}");
    assert_eq!(file.findings[0].problem, Problem::NotUtf8);
    assert_eq!(file.findings[0].line, 6);
}

#[test]
fn what_is_no_calendar_is_refused() {
    for bytes in [
        &b""[..],
        b"\xEF\xBB\xBF",
        b"PK\x03\x04",
        b"<html></html>",
        b"UID:1\r\n",
    ] {
        assert_eq!(read_in_paris(bytes), Err(UnreadableCalendar::NotACalendar));
    }
}

#[test]
fn a_file_without_end_is_refused_before_it_takes_memory_without_end() {
    let empty = "BEGIN:VEVENT\nEND:VEVENT\n";
    let stray = "END:VEVENT\n";
    for (text, times) in [(empty, 100_001), (stray, 100_001)] {
        let text = calendar(&text.repeat(times));
        let read = read_in_paris(&text);
        assert_eq!(read, Err(UnreadableCalendar::TooMuch));
    }
    let text = calendar(&empty.repeat(1000));
    assert_eq!(read_in_paris(&text).unwrap().findings.len(), 1000);
}

#[test]
fn a_truncated_file_keeps_what_came_before_and_what_can_be_read_of_the_rest() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:good\nDTSTART:20260401T080000Z\nDTEND:20260401T090000Z\nEND:VEVENT
BEGIN:VEVENT\nUID:cut\nDTSTART:20260402T080000Z\nDTEND:20260402T090000Z\nDESCRIPTION:It goes on",
    );
    let end = text
        .windows(5)
        .rposition(|window| window == b"DESCR")
        .unwrap();
    let file = read_in_paris(&text[..end + 4]).unwrap();
    let uids: Vec<_> = file.events.iter().map(|event| event.uid.as_str()).collect();
    assert_eq!(uids, ["good", "cut"]);
    let problems: Vec<_> = file.findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "line 1: the VCALENDAR is not closed; it is read as far as it goes",
            "line 8: the VEVENT is not closed; it is read as far as it goes",
        ]
    );
}

#[test]
fn an_event_that_is_not_closed_does_not_swallow_the_next() {
    let file = read_in_paris(&calendar(
        "BEGIN:VEVENT\nUID:a\nDTSTART:20260401T080000Z\nDURATION:PT1H
BEGIN:VALARM\nTRIGGER:-PT5M
BEGIN:VEVENT\nUID:b\nDTSTART:20260402T080000Z\nDURATION:PT1H\nEND:VEVENT",
    ))
    .unwrap();
    assert_eq!(
        busy(&file),
        [
            "2026-04-01T08:00:00Z/2026-04-01T09:00:00Z",
            "2026-04-02T08:00:00Z/2026-04-02T09:00:00Z"
        ]
    );
    assert_eq!(file.findings.len(), 2);
}

#[test]
fn busy_time_of_a_kind_that_is_not_read_is_reported() {
    let file = read_in_paris(&calendar(
        "BEGIN:VAVAILABILITY\nDTSTART:20260401T080000Z\nEND:VAVAILABILITY",
    ))
    .unwrap();
    assert_eq!(
        file.findings[0].to_string(),
        "line 3: the VAVAILABILITY is not read; it blocks nothing"
    );
}

#[test]
fn published_busy_time_blocks_by_kind() {
    let file = read_in_paris(&calendar(
        "BEGIN:VFREEBUSY\nUID:week\nDTSTART:20260401T000000Z\nDTEND:20260408T000000Z
FREEBUSY:20260401T080000Z/PT1H,20260402T080000Z/20260402T093000Z
FREEBUSY;FBTYPE=FREE:20260403T080000Z/PT1H
FREEBUSY;FBTYPE=BUSY-TENTATIVE:20260404T080000Z/PT1H
FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260405T080000Z/P1D
FREEBUSY;FBTYPE=X-NEW:20260406T080000Z/PT1H
FREEBUSY:20260407T080000Z
END:VFREEBUSY",
    ))
    .unwrap();
    let kinds: Vec<_> = file.events.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [BusyKind::Busy, BusyKind::Tentative, BusyKind::OutOfOffice]
    );
    assert_eq!(
        busy(&file),
        [
            "2026-04-01T08:00:00Z/2026-04-01T09:00:00Z",
            "2026-04-02T08:00:00Z/2026-04-02T09:30:00Z",
            "2026-04-06T08:00:00Z/2026-04-06T09:00:00Z",
            "2026-04-04T08:00:00Z/2026-04-04T09:00:00Z",
            "2026-04-05T08:00:00Z/2026-04-06T08:00:00Z",
        ]
    );
    assert_eq!(
        file.findings[0].to_string(),
        "line 3: a value of FREEBUSY cannot be read; the event blocks as if it were not there"
    );
}

fn problems(file: &CalendarFile) -> Vec<Problem> {
    let findings = file.findings.iter();
    findings.map(|one| one.problem.clone()).collect()
}

#[test]
fn published_busy_time_that_cannot_be_parsed_is_reported() {
    let zones = ZoneDatabase::bundled();
    let owner = CalendarOwner {
        zone: &Zone::utc(),
        addresses: &[],
        zones: &zones,
    };
    let block = blocks::Block {
        name: "VCARD".to_owned(),
        line: 7,
        text: String::new(),
        inside: Vec::new(),
    };
    let mut findings = Vec::new();
    assert_eq!(free_busy::read(&block, &owner, &mut findings), []);
    assert_eq!(
        findings[0].to_string(),
        "line 7: the VCARD is not read; it blocks nothing"
    );
}

#[test]
fn an_occurrence_that_ends_beyond_the_calendar_blocks() {
    let later = "2030-01-01T00:00Z/2030-01-02T00:00Z".parse().unwrap();
    let start = "DTSTART:20260401T080000Z\n";
    for text in [
        event(&format!("{start}DURATION:P99999999D")),
        event(&format!("{start}DURATION:PT4294967295H")),
        event(&format!(
            "{start}DURATION:PT1H\nRDATE;VALUE=PERIOD:20260402T080000Z/P99999999D"
        )),
        calendar("BEGIN:VFREEBUSY\nUID:one\nFREEBUSY:20260401T080000Z/P99999999D\nEND:VFREEBUSY"),
    ] {
        let file = read_in_paris(&text).unwrap();
        assert_eq!(file.events[0].busy(later).unwrap().len(), 1);
    }
}

#[test]
fn whole_days_picked_by_ignored_times_block_the_first_and_are_reported() {
    let file = read_in_paris(&event(
        "DTSTART;VALUE=DATE:20260401\nRRULE:FREQ=DAILY;BYHOUR=9,10;BYSETPOS=2",
    ))
    .unwrap();
    assert!(matches!(
        problems(&file)[..],
        [Problem::CannotExpand { .. }]
    ));
    assert_eq!(file.events[0].certainty, Certainty::FirstDay);
}

#[test]
fn an_alarm_cannot_speak_for_its_event() {
    check(
        "BEGIN:VALARM\nDTSTART:20990101T000000Z\nSTATUS:CANCELLED\nEND:VALARM
DTSTART:20260401T080000Z\nDURATION:PT1H",
        &["2026-04-01T08:00:00Z/2026-04-01T09:00:00Z"],
        &[],
    );
}

#[test]
fn the_end_may_be_written_in_many_ways() {
    let start = "DTSTART;TZID=Europe/Paris:20260401T100000";
    let one_hour = ["2026-04-01T08:00:00Z/2026-04-01T09:00:00Z"];
    check(
        &format!("{start}\nDTEND;TZID=Europe/Paris:20260401T110000"),
        &one_hour,
        &[],
    );
    check(&format!("{start}\nDTEND:20260401T090000Z"), &one_hour, &[]);
    check(
        &format!("{start}\nDTEND;TZID=America/New_York:20260401T050000"),
        &one_hour,
        &[],
    );
    check(&format!("{start}\nDURATION:PT60M"), &one_hour, &[]);
    check(
        &format!("{start}\nDTEND;TZID=Europe/Paris:20260401T100000"),
        &[],
        &[],
    );
    check(start, &[], &[]);
    let a_day = ["2026-04-01T08:00:00Z/2026-04-02T08:00:00Z"];
    for end in [
        "DTEND:20260401T070000Z",
        "DTEND:tomorrow",
        "DURATION:-PT1H",
        "DURATION:long",
    ] {
        check(&format!("{start}\n{end}"), &a_day, &[Problem::UnusableEnd]);
    }
}

#[test]
fn whole_days_end_exclusively_and_last_at_least_one() {
    let day = ["2026-03-31T22:00:00Z/2026-04-01T22:00:00Z"];
    for end in [
        "",
        "DTEND;VALUE=DATE:20260402",
        "DTEND;VALUE=DATE:20260401",
        "DURATION:P1D",
    ] {
        check(&format!("DTSTART;VALUE=DATE:20260401\n{end}"), &day, &[]);
    }
    check("DTSTART:20260401", &day, &[]);
    // The clock changes on 29 March.
    check(
        "DTSTART;VALUE=DATE:20260328\nDTEND;VALUE=DATE:20260330",
        &["2026-03-27T23:00:00Z/2026-03-29T22:00:00Z"],
        &[],
    );
}

#[test]
fn the_busy_kind_follows_the_strongest_word() {
    for (lines, kind) in [
        ("", BusyKind::Busy),
        ("STATUS:TENTATIVE", BusyKind::Tentative),
        (
            "ATTENDEE;PARTSTAT=TENTATIVE:MAILTO:ADA@EXAMPLE.ORG",
            BusyKind::Tentative,
        ),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", BusyKind::OutOfOffice),
        (
            "STATUS:TENTATIVE\nX-MICROSOFT-CDO-BUSYSTATUS:OOF",
            BusyKind::OutOfOffice,
        ),
        (
            "TRANSP:TRANSPARENT\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY",
            BusyKind::Busy,
        ),
    ] {
        let text = format!("DTSTART:20260401T080000Z\nDURATION:PT1H\n{lines}");
        let file = read_in_paris(&event(&text)).unwrap();
        assert_eq!(file.events[0].kind, kind, "{lines}");
    }
}

#[test]
fn an_event_without_a_uid_is_recognized_by_its_text() {
    let text = calendar("BEGIN:VEVENT\nDTSTART:20260401T080000Z\nDURATION:PT1H\nEND:VEVENT");
    let uid = |bytes: &[u8]| read_in_paris(bytes).unwrap().events[0].uid.clone();
    assert_eq!(uid(&text), uid(&text));
    let other = String::from_utf8(text.clone())
        .unwrap()
        .replace("PT1H", "PT2H");
    assert_ne!(uid(&text), uid(other.as_bytes()));
}
