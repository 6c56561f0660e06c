use proptest::prelude::*;

use super::*;
use crate::model::EmailAddress;

fn read_in_paris(bytes: &[u8]) -> Result<CalendarFile, NotACalendar> {
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
        assert_eq!(read_in_paris(bytes), Err(NotACalendar));
    }
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

/// Weekly on Tuesdays at nine in Paris, four times; the clock springs forward before the second.
const SERIES: &str =
    "BEGIN:VEVENT\nUID:one\nDTSTART;TZID=Europe/Paris:20260324T090000\nDURATION:PT1H
RRULE:FREQ=WEEKLY;COUNT=4\nEND:VEVENT\n";

fn from_now_on(id: &str, lines: &str) -> String {
    format!(
        "BEGIN:VEVENT\nUID:one\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:{id}\n{lines}\nEND:VEVENT\n"
    )
}

#[test]
fn a_change_of_this_and_all_that_follow_moves_them_all() {
    let text = [
        &from_now_on(
            "20260331T090000",
            "DTSTART;TZID=Europe/Paris:20260401T140000\nDURATION:PT2H",
        ),
        SERIES,
        "BEGIN:VEVENT\nUID:one\nRECURRENCE-ID:20260407T070000Z\nSTATUS:CANCELLED\nDTSTART:20260407T070000Z\nEND:VEVENT\n",
    ]
    .concat();
    let file = read_in_paris(&calendar(&text)).unwrap();
    assert_eq!(file.findings, []);
    let mut busy = busy(&file);
    busy.sort();
    assert_eq!(
        busy,
        [
            "2026-03-24T08:00:00Z/2026-03-24T09:00:00Z",
            "2026-04-01T12:00:00Z/2026-04-01T14:00:00Z",
            "2026-04-15T12:00:00Z/2026-04-15T14:00:00Z",
        ]
    );
}

#[test]
fn later_changes_take_over_from_earlier_ones_and_a_cancelled_rest_is_free() {
    let text = [
        SERIES,
        &from_now_on(
            "20260414T090000",
            "DTSTART;TZID=Europe/Paris:20260414T090000\nSTATUS:CANCELLED",
        ),
        &from_now_on(
            "20260331T090000",
            "DTSTART;TZID=Europe/Paris:20260331T100000\nDURATION:PT1H",
        ),
    ]
    .concat();
    let file = read_in_paris(&calendar(&text)).unwrap();
    assert_eq!(
        busy(&file),
        [
            "2026-03-24T08:00:00Z/2026-03-24T09:00:00Z",
            "2026-03-31T08:00:00Z/2026-03-31T09:00:00Z",
            "2026-04-07T08:00:00Z/2026-04-07T09:00:00Z",
        ]
    );
    assert_eq!(file.not_blocking[0].reason, WhyFree::Cancelled);
}

#[test]
fn a_change_of_all_that_follow_without_its_series_stands_for_itself_and_is_reported() {
    let alone = from_now_on("20260331T090000", "DTSTART:20260401T120000Z\nDURATION:PT2H");
    let file = read_in_paris(&calendar(&alone)).unwrap();
    assert_eq!(busy(&file), ["2026-04-01T12:00:00Z/2026-04-01T14:00:00Z"]);
    assert_eq!(file.findings[0].problem, Problem::ThisAndFuture);
}

fn problems(file: &CalendarFile) -> Vec<Problem> {
    let findings = file.findings.iter();
    findings.map(|one| one.problem.clone()).collect()
}

#[test]
fn a_series_that_changes_too_often_from_one_occurrence_on_goes_on_and_says_so() {
    let change = from_now_on(
        "20260331T090000",
        "DTSTART;TZID=Europe/Paris:20260331T140000\nDURATION:PT1H",
    );
    let file = read_in_paris(&calendar(&(SERIES.to_owned() + &change.repeat(52)))).unwrap();
    assert_eq!(
        problems(&file),
        [Problem::TooManyChanges, Problem::TooManyChanges]
    );
    // One before the change; fifty with three each; and two that stand for themselves.
    assert_eq!(busy(&file).len(), 1 + 50 * 3 + 2);
}

#[test]
fn of_too_many_series_with_one_uid_the_last_keep_what_was_changed_and_say_so() {
    let change = "BEGIN:VEVENT\nUID:one\nRECURRENCE-ID:20260331T070000Z\nSTATUS:CANCELLED\nDTSTART:20260331T070000Z\nEND:VEVENT\n";
    let file = read_in_paris(&calendar(&(SERIES.repeat(52) + change))).unwrap();
    assert_eq!(
        problems(&file),
        [Problem::TooManySeries, Problem::TooManySeries]
    );
    assert_eq!(busy(&file).len(), 50 * 3 + 2 * 4);
}

#[test]
fn a_change_of_all_that_follow_keeps_how_it_repeats_itself() {
    let change = from_now_on(
        "20260414T090000",
        "DTSTART;TZID=Europe/Paris:20260414T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2",
    );
    let file = read_in_paris(&calendar(&(SERIES.to_owned() + &change))).unwrap();
    let busy = busy(&file);
    assert!(busy.contains(&"2026-04-15T07:00:00Z/2026-04-15T08:00:00Z".to_owned()));
    assert_eq!(busy.len(), 4 + 2);
}

#[test]
fn changes_of_occurrences_that_nobody_can_name_do_not_replace_each_other() {
    let change = |sequence: u32, hour: u32| {
        format!(
            "BEGIN:VEVENT\nUID:one\nSEQUENCE:{sequence}\nRECURRENCE-ID:soon\nDTSTART:20260401T{hour:02}0000Z\nDURATION:PT1H\nEND:VEVENT\n"
        )
    };
    let file = read_in_paris(&calendar(&(change(1, 8) + &change(2, 12)))).unwrap();
    assert_eq!(busy(&file).len(), 2);
    assert_eq!(file.not_blocking, []);
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
        lines: Vec::new(),
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
fn an_unknown_zone_blocks_every_occurrence_wherever_it_may_be() {
    let unknown = Problem::UnknownZone {
        name: "Nowhere/Land".to_owned(),
    };
    check(
        "DTSTART;TZID=Nowhere/Land:20260401T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2
EXDATE;TZID=Nowhere/Land:20260408T100000\nRDATE;TZID=Nowhere/Land:20260415T230000",
        &[
            "2026-03-31T10:00:00Z/2026-04-02T12:00:00Z",
            // From 23:00 to midnight.
            "2026-04-14T10:00:00Z/2026-04-16T12:00:00Z",
        ],
        &[unknown],
    );
}

#[test]
fn a_date_in_another_unknown_zone_frees_nothing_and_blocks_wherever_it_may_be() {
    let daily = "DTSTART:20260401T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\n";
    let both = [
        "2026-04-01T08:00:00Z/2026-04-01T09:00:00Z",
        "2026-04-02T08:00:00Z/2026-04-02T09:00:00Z",
    ];
    let unreadable = |property| Problem::UnreadableDate { property };
    check(
        &format!("{daily}EXDATE;TZID=Nowhere/Land:20260402T080000"),
        &both,
        &[unreadable("EXDATE")],
    );
    let change = "BEGIN:VEVENT\nUID:one\nRECURRENCE-ID;TZID=Nowhere/Land:20260402T080000\nDTSTART:20260402T080000Z\nSTATUS:CANCELLED";
    check(
        &format!("{daily}END:VEVENT\n{change}"),
        &both,
        &[unreadable("RECURRENCE-ID")],
    );
    check(
        "DTSTART:20260401T080000Z\nDURATION:PT1H\nRDATE;TZID=Nowhere/Land:20260410T230000",
        &[
            "2026-03-31T10:00:00Z/2026-04-02T12:00:00Z",
            "2026-04-09T10:00:00Z/2026-04-11T12:00:00Z",
        ],
        &[Problem::UnknownZone {
            name: "Nowhere/Land".to_owned(),
        }],
    );
}

#[test]
fn the_zone_of_the_file_is_used_only_where_it_can_be_read_without_doubt() {
    let zone = |parts: &str| {
        format!(
            "BEGIN:VTIMEZONE\nTZID:Ours\n{parts}\nEND:VTIMEZONE
BEGIN:VEVENT\nUID:one\nDTSTART;TZID=Ours:20260401T100000\nDURATION:PT1H\nEND:VEVENT"
        )
    };
    let fixed = "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0530\nTZOFFSETTO:+0530\nEND:STANDARD";
    let read = |parts: &str| read_in_paris(&calendar(&zone(parts))).unwrap();
    assert_eq!(
        busy(&read(fixed)),
        ["2026-04-01T04:30:00Z/2026-04-01T05:30:00Z"]
    );
    let west = fixed.replace("+0530", "-0330");
    assert_eq!(
        busy(&read(&west)),
        ["2026-04-01T13:30:00Z/2026-04-01T14:30:00Z"]
    );
    for doubtful in [
        String::new(),
        fixed.replace("1970", "2027"),
        fixed.replace("+0530", "+5"),
        format!(
            "{fixed}\n{}",
            fixed.replace("TZOFFSETTO:+0530", "TZOFFSETTO:+0630")
        ),
        fixed.replace("END:STANDARD", "RDATE:20260101T000000\nEND:STANDARD"),
    ] {
        let file = read(&doubtful);
        assert_eq!(
            busy(&file),
            ["2026-03-31T10:00:00Z/2026-04-02T12:00:00Z"],
            "{doubtful}"
        );
        assert_eq!(file.findings.len(), 1);
    }
}

#[test]
fn zones_have_many_names() {
    let berlin = ["2026-04-01T08:00:00Z/2026-04-01T09:00:00Z"];
    for name in [
        "Europe/Berlin",
        "europe/berlin",
        "\"Europe/Berlin\"",
        "W. Europe Standard Time",
        "\"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna\"",
        "\"(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna\"",
        "/freeassociation.sourceforge.net/Europe/Berlin",
    ] {
        check(
            &format!("DTSTART;TZID={name}:20260401T100000\nDURATION:PT1H"),
            &berlin,
            &[],
        );
    }
    let utc = ["2026-04-01T10:00:00Z/2026-04-01T11:00:00Z"];
    for name in ["UTC", "Etc/UTC", "GMT", "\"tzone://Microsoft/Utc\""] {
        check(
            &format!("DTSTART;TZID={name}:20260401T100000\nDURATION:PT1H"),
            &utc,
            &[],
        );
    }
}

#[test]
fn the_latest_revision_of_an_event_holds() {
    let revision = |sequence: u32, hour: u32| {
        format!(
            "BEGIN:VEVENT\nUID:one\nSEQUENCE:{sequence}\nDTSTART:20260401T{hour:02}0000Z\nDURATION:PT1H\nEND:VEVENT\n"
        )
    };
    let text = [revision(2, 8), revision(1, 12), revision(2, 16)].concat();
    let file = read_in_paris(&calendar(&text)).unwrap();
    assert_eq!(
        busy(&file),
        [
            "2026-04-01T08:00:00Z/2026-04-01T09:00:00Z",
            "2026-04-01T16:00:00Z/2026-04-01T17:00:00Z"
        ]
    );
    assert_eq!(file.not_blocking[0].reason, WhyFree::Superseded);
}

#[test]
fn a_declined_or_cancelled_occurrence_is_free_and_the_others_are_not() {
    let change = |what: &str| {
        let text = format!(
            "BEGIN:VEVENT\nUID:one\nDTSTART:20260401T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nEND:VEVENT
BEGIN:VEVENT\nUID:one\nRECURRENCE-ID:20260401T080000Z\nDTSTART:20260401T080000Z\nDURATION:PT1H\n{what}\nEND:VEVENT"
        );
        busy(&read_in_paris(&calendar(&text)).unwrap())
    };
    let second = ["2026-04-02T08:00:00Z/2026-04-02T09:00:00Z"];
    assert_eq!(change("STATUS:CANCELLED"), second);
    assert_eq!(
        change("ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.org"),
        second
    );
    assert_eq!(change("TRANSP:TRANSPARENT"), second);
    assert_eq!(
        change("ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org").len(),
        2
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

/// Where a VEVENT begins.
fn event_lines(bytes: &[u8]) -> Vec<usize> {
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    lines
        .filter(|(_, line)| line.trim_ascii_end() == b"BEGIN:VEVENT")
        .map(|(index, _)| index + 1)
        .collect()
}

fn accounted_for(file: &CalendarFile, line: usize) -> bool {
    file.events.iter().any(|one| one.line == line)
        || file.not_blocking.iter().any(|one| one.line == line)
        || file.findings.iter().any(|one| one.line == line)
}

/// Pieces of calendars in any order.
fn scraps() -> impl Strategy<Value = Vec<u8>> {
    let scrap = prop_oneof![
        4 => prop::sample::select(vec![
            "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM",
            "END:VALARM", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "BEGIN:STANDARD", "END:STANDARD",
            "UID:one", "DTSTART:20260401T080000Z", "DTSTART;VALUE=DATE:20260401", "DTEND:20260401T090000Z",
            "DTSTART;TZID=X:20260401T080000", "DURATION:P1D", "DURATION:P99999999999W", "TZID:X",
            "TZOFFSETFROM:+0100", "TZOFFSETTO:-9959", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "RRULE:FREQ=DAILY", "RRULE:FREQ=MONTHLY;BYDAY=5MO,-5SU;BYSETPOS=-366", "RDATE;VALUE=PERIOD:20260401T080000Z/PT1H",
            "RDATE;VALUE=RECUR:FREQ=DAILY", "DTSTART;VALUE=DURATION:P1D", "EXDATE:", "RECURRENCE-ID:20260401T080000Z",
            "ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.org", "DTSTART:00000101T000000Z",
            "DTEND:99991231T235959Z", "DTSTART:99991231T235959", " folded", "\\", "\"", ";:,=",
        ]).prop_map(|line| line.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..40),
    ];
    prop::collection::vec(scrap, 0..60).prop_map(|lines| lines.join(&b"\r\n"[..]))
}

fn exercise(bytes: &[u8]) {
    let Ok(file) = read_in_paris(bytes) else {
        return;
    };
    for line in event_lines(bytes) {
        assert!(
            accounted_for(&file, line),
            "the event of line {line} is lost"
        );
    }
    let month = "2026-04-01T00:00Z/2026-05-01T00:00Z".parse().unwrap();
    for event in file.events {
        if event.busy(month).is_err() {
            event
                .without_rules()
                .busy(month)
                .expect("without rules nothing is too long");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        exercise(&bytes);
        exercise(&[&b"BEGIN:VEVENT\n"[..], &bytes].concat());
    }

    #[test]
    fn of_scraps_of_calendars_no_event_is_lost(bytes in scraps()) {
        exercise(&[&b"BEGIN:VCALENDAR\r\n"[..], &bytes].concat());
    }

    #[test]
    fn damage_never_reaches_back(
        file in prop::sample::select(vec![
            &include_bytes!("../../../tests/calendars/google.ics")[..],
            include_bytes!("../../../tests/calendars/outlook.ics"),
            include_bytes!("../../../tests/calendars/fastmail.ics"),
        ]),
        at in any::<prop::sample::Index>(),
        damage in prop::collection::vec(any::<u8>(), 0..60),
        cut in any::<bool>(),
    ) {
        let at = at.index(file.len());
        let rest = if cut { &[][..] } else { &file[(at + damage.len()).min(file.len())..] };
        let damaged = [&file[..at], &damage, rest].concat();
        exercise(&damaged);
        let before = event_lines(&file[..at]);
        let (Ok(whole), Ok(read)) = (read_in_paris(file), read_in_paris(&damaged)) else {
            return Ok(());
        };
        // All that ended before the damage still blocks, unless what it left of a changed
        // occurrence now reads as a newer revision of the whole.
        let complete = &before[..before.len().saturating_sub(1)];
        for event in whole.events.iter().filter(|event| complete.contains(&event.line)) {
            let superseded = NotBlocking {
                line: event.line,
                uid: event.uid.clone(),
                reason: WhyFree::Superseded,
            };
            prop_assert!(
                read.events.iter().any(|one| one.line == event.line)
                    || read.not_blocking.contains(&superseded),
                "the event of line {} is lost", event.line
            );
        }
    }
}
