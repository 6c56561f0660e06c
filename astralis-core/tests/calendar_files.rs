//! Calendar files in the manner of the programs people export from, read as busy time. Every
//! time is worked out by hand.
#![cfg(feature = "icalendar")]
#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test is a failing test"
)]

use astralis_core::icalendar::{CalendarFile, CalendarOwner, Problem, read};
use astralis_core::model::EmailAddress;
use astralis_core::recurrence::Budget;
use astralis_core::time::{Interval, ZoneDatabase};
use astralis_testkit::calendars::{
    APPLE, APPLE_CHANGES, EXCHANGE_CHANGES, FASTMAIL, GOOGLE, GOOGLE_CHANGES, NEXTCLOUD,
    NEXTCLOUD_CHANGES, OUTLOOK, OUTLOOK_ZONES, WrittenFile, producers,
};

/// Read for Ada, who lives in Paris.
fn read_for_ada(bytes: &[u8]) -> CalendarFile {
    let zones = ZoneDatabase::bundled();
    let owner = CalendarOwner {
        zone: &zones.zone(&"Europe/Paris".parse().unwrap()).unwrap(),
        addresses: &["ada@example.org".parse::<EmailAddress>().unwrap()],
        zones: &zones,
    };
    read(bytes, &owner).unwrap()
}

fn year() -> Interval {
    "2026-01-01T00:00Z/2027-01-01T00:00Z".parse().unwrap()
}

fn busy_in_2026(file: &CalendarFile) -> Vec<String> {
    let year = year();
    let line = |uid: &str, kind, during: Interval| {
        let text = |at: chrono::DateTime<chrono::Utc>| at.format("%m-%dT%H:%M");
        format!(
            "{uid} {kind:?} {}/{}",
            text(during.start()),
            text(during.end())
        )
    };
    file.events
        .iter()
        .flat_map(|event| {
            let busy = event.busy(year).unwrap().into_iter();
            busy.map(|during| line(&event.uid, event.kind, during))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn not_blocking(file: &CalendarFile) -> Vec<String> {
    let reason =
        |one: &astralis_core::icalendar::NotBlocking| format!("{}: {}", one.uid, one.reason);
    file.not_blocking.iter().map(reason).collect()
}

#[test]
fn a_google_export() {
    let file = read_for_ada(GOOGLE);
    assert_eq!(
        busy_in_2026(&file),
        [
            "standup@google.com Busy 03-02T14:00/03-02T14:30",
            // New York has sprung forward; the 16th is excluded, the 23rd moved.
            "standup@google.com Busy 03-09T13:00/03-09T13:30",
            "standup@google.com Busy 03-30T13:00/03-30T13:30",
            "standup@google.com Busy 03-23T19:00/03-23T20:00",
            "trip@google.com AllDay 03-04T23:00/03-06T23:00",
        ]
    );
    assert_eq!(
        not_blocking(&file),
        [
            "lunch@google.com: declined",
            "birthday@google.com: shown as free",
            "off@google.com: cancelled",
        ]
    );
    assert_eq!(file.findings, []);
}

#[test]
fn an_outlook_export() {
    let file = read_for_ada(OUTLOOK);
    let custom = "040000008200E00074C5B7101A82E008";
    assert_eq!(
        busy_in_2026(&file),
        [
            &format!("{custom} Busy 03-24T09:00/03-24T10:00"),
            &format!("{custom} Busy 03-31T08:00/03-31T09:00"),
            &format!("{custom} Busy 04-07T08:00/04-07T09:00"),
            "away OutOfOffice 04-05T22:00/04-10T22:00",
            "maybe Tentative 04-13T07:00/04-13T08:00",
            // The file's own zone: two hours ahead of UTC, three in summer.
            "custom Busy 04-16T06:00/04-16T07:00",
            // All that can be 20 April somewhere.
            "nowhere Busy 04-19T10:00/04-21T12:00",
        ]
    );
    assert_eq!(
        not_blocking(&file),
        ["home-office: shown as free", "free: shown as free"]
    );
    let [finding] = &file.findings[..] else {
        panic!("expected one finding, got {:?}", file.findings);
    };
    assert_eq!(finding.uid.as_deref(), Some("nowhere"));
    assert_eq!(
        finding.problem,
        Problem::UnknownZone {
            name: "Middle Earth Standard Time".to_owned()
        }
    );
}

#[test]
fn an_apple_export() {
    let file = read_for_ada(APPLE);
    assert_eq!(
        busy_in_2026(&file),
        [
            "4C1E5D2E-0001 Busy 10-18T07:00/10-18T08:00",
            "4C1E5D2E-0001 Busy 10-25T08:00/10-25T09:00",
            "4C1E5D2E-0002 Busy 10-05T16:00/10-05T17:00",
            // A day and an hour across the end of summer time: 26 hours of elapsed time.
            "4C1E5D2E-0003 Busy 10-24T10:00/10-25T12:00",
            "4C1E5D2E-0004 AllDay 10-24T22:00/10-25T23:00",
        ]
    );
    assert_eq!(not_blocking(&file), ["4C1E5D2E-0005: ends when it starts"]);
    assert_eq!(file.findings, []);
    let titles: Vec<_> = file
        .events
        .iter()
        .map(|event| event.title.as_str())
        .collect();
    assert_eq!(
        titles,
        ["Marché", "Floating", "Déménagement", "One day, no end"]
    );
}

#[test]
fn a_fastmail_export_with_changed_occurrences() {
    let file = read_for_ada(FASTMAIL);
    assert_eq!(
        busy_in_2026(&file),
        [
            "fm-series Busy 05-01T03:30/05-01T04:15",
            "fm-series Busy 05-04T03:30/05-04T04:15",
            "fm-series Busy 05-03T08:15/05-03T09:00",
            "fm-orphan Busy 05-05T09:00/05-05T10:00",
            "fm-rdate Busy 05-06T07:00/05-06T08:00",
            "fm-rdate Busy 05-08T07:00/05-08T08:00",
            "fm-rdate Busy 05-10T07:00/05-10T10:00",
            "fm-second-calendar Tentative 05-07T09:00/05-07T10:00",
        ]
    );
    assert_eq!(not_blocking(&file), ["fm-series: cancelled"]);
    assert_eq!(file.findings, []);
}

#[test]
fn a_nextcloud_export_with_what_cannot_be_read_as_meant() {
    let file = read_for_ada(NEXTCLOUD);
    assert_eq!(
        busy_in_2026(&file),
        [
            "nc-mozilla Busy 06-01T14:00/06-01T15:00",
            "nc-hourly Busy 06-02T07:00/06-02T07:10",
            "nc-hourly Busy 06-01T22:00/06-02T22:00",
            "nc-backwards Busy 06-03T07:00/06-04T07:00",
            "nc-invited Tentative 06-04T07:00/06-04T08:00",
        ]
    );
    let findings: Vec<_> = file.findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [
            "line 17: the event does not repeat as written (rules that repeat more often than \
             daily are not expanded); it blocks its first day",
            "line 25: the event's end cannot be used; it blocks a day from its start",
            "line 32: the event has no start that can be read; it blocks nothing",
        ]
    );
}

#[test]
fn an_outlook_export_whose_zones_have_names_of_their_own() {
    let file = read_for_ada(OUTLOOK_ZONES);
    assert_eq!(
        busy_in_2026(&file),
        [
            "display-name Busy 03-02T17:00/03-02T17:30",
            "display-name Busy 03-09T16:00/03-09T16:30",
            "listed Busy 03-28T08:00/03-28T09:00",
            "listed Busy 03-29T07:00/03-29T08:00",
            // All that can be 20 April somewhere.
            "doubtful Busy 04-19T10:00/04-21T12:00",
            "windows OutOfOffice 03-06T14:00/03-06T14:30",
            "windows OutOfOffice 03-08T13:00/03-08T13:30",
            "windows OutOfOffice 03-10T13:00/03-10T13:30",
        ]
    );
    let findings: Vec<_> = file.findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        [
            "line 64: the time zone \"Summer for ever\" is not known; the event blocks its days \
             wherever they might be"
        ]
    );
}

#[test]
fn a_nextcloud_export_with_changes_that_last_and_published_busy_time() {
    let file = read_for_ada(NEXTCLOUD_CHANGES);
    assert_eq!(
        busy_in_2026(&file),
        [
            "nc-following Busy 05-04T07:00/05-04T08:00",
            "nc-following Busy 05-11T07:00/05-11T08:00",
            "nc-following Busy 05-19T09:00/05-19T10:30",
            "nc-following Busy 05-26T09:00/05-26T10:30",
            "nc-periods Busy 05-06T09:00/05-06T10:00",
            "nc-periods Busy 05-07T09:00/05-07T12:00",
            "nc-periods Busy 05-08T09:00/05-08T10:00",
            "nc-free-busy Tentative 05-09T09:00/05-09T10:00",
            "nc-free-busy Tentative 05-10T09:00/05-10T09:30",
        ]
    );
    assert_eq!(file.findings, []);
}

#[test]
fn a_google_export_with_changed_and_divided_series() {
    let file = read_for_ada(GOOGLE_CHANGES);
    assert_eq!(
        busy_in_2026(&file),
        [
            // The 8th is excluded, the 15th moved to the 16th.
            "gg-days@google.com AllDay 03-31T22:00/04-01T22:00",
            "gg-days@google.com AllDay 04-15T22:00/04-16T22:00",
            "gg-sync@google.com Busy 04-06T13:00/04-06T13:30",
            "gg-sync@google.com Busy 04-13T13:00/04-13T13:30",
            "gg-sync_R20260420T130000@google.com Busy 04-20T14:00/04-20T14:30",
            "gg-sync_R20260420T130000@google.com Busy 04-27T14:00/04-27T14:30",
            "gg-maybe@google.com Tentative 04-21T12:00/04-21T13:00",
            "gg-invited@google.com Busy 04-22T12:00/04-22T13:00",
            "gg-invited@google.com Busy 04-24T12:00/04-24T13:00",
        ]
    );
    assert_eq!(
        not_blocking(&file),
        [
            "gg-invited@google.com: declined",
            "gg-home@google.com: shown as free",
        ]
    );
    assert_eq!(file.findings, []);
}

#[test]
fn an_exchange_calendar_whose_occurrences_have_a_busy_status_of_their_own() {
    let file = read_for_ada(EXCHANGE_CHANGES);
    assert_eq!(
        busy_in_2026(&file),
        [
            // The 14th is excluded, the 21st shown as free, the 28th moved.
            "ex-series Busy 04-07T16:00/04-07T16:30",
            "ex-series OutOfOffice 04-29T17:00/04-29T18:00",
            "ex-last-monday Busy 04-27T15:00/04-27T16:00",
            "ex-last-monday Busy 05-25T15:00/05-25T16:00",
            "ex-floating Tentative 04-30T07:00/04-30T08:00",
            "ex-whole-day Busy 05-01T07:00/05-02T07:00",
            "ex-custom Busy 05-04T05:30/05-04T06:30",
        ]
    );
    assert_eq!(not_blocking(&file), ["ex-series: shown as free"]);
    assert_eq!(file.findings, []);
}

#[test]
fn an_apple_export_with_a_changed_series_and_an_offset_for_a_zone() {
    let file = read_for_ada(APPLE_CHANGES);
    assert_eq!(
        busy_in_2026(&file),
        [
            "ap-series Busy 03-23T17:30/03-23T18:30",
            "ap-series Busy 03-30T16:30/03-30T17:30",
            "ap-series Busy 04-21T17:30/04-21T18:30",
            "ap-offset Busy 04-25T08:00/04-25T09:00",
            "ap-yearly AllDay 07-13T22:00/07-14T22:00",
        ]
    );
    assert_eq!(
        not_blocking(&file),
        ["ap-holidays: shown as free", "ap-declined: declined"]
    );
    assert_eq!(file.findings, []);
}

#[test]
fn what_programs_export_takes_few_steps() {
    for WrittenFile { name, bytes } in producers() {
        let whole = Budget::default();
        let mut budget = whole;
        for event in read_for_ada(&bytes).events {
            event.busy_within(year(), &mut budget).unwrap();
        }
        // Steps and occurrences, for some ten of those.
        let spent = budget.spent_of(&whole);
        assert!(spent <= 40, "{name} takes {spent}");
    }
}

#[test]
fn how_lines_of_a_file_end_makes_no_difference() {
    for WrittenFile { name, bytes } in producers() {
        let text = std::str::from_utf8(&bytes).unwrap().replace("\r\n", "\n");
        let file = read_for_ada(&bytes);
        assert!(!file.events.is_empty(), "{name}");
        assert_eq!(read_for_ada(text.as_bytes()), file, "{name}");
        let text = text.replace('\n', "\r\n");
        assert_eq!(read_for_ada(text.as_bytes()), file, "{name}");
    }
}
