//! Revisions, and changes of one occurrence or of all that follow.

use super::*;

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
