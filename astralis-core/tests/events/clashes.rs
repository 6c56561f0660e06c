//! Who keeps the time when two meetings want it.

use astralis_core::model::{CalendarEvent, Conflict, EventStatus};
use astralis_core::scheduler::{ImportRequest, OnClash, Scope};
use chrono::TimeDelta;

use crate::office::{Office, at, during, refused, user};

const MONDAYS: Option<&str> = Some("FREQ=WEEKLY;BYDAY=MO;COUNT=4");
const MONDAY_NINE: &str = "2026-03-30T07:00:00Z";
const APRIL: &str = "2026-03-28T00:00Z/2026-05-01T00:00Z";

fn with(event: &CalendarEvent, interval: &str) -> Conflict {
    Conflict {
        event: event.id,
        during: during(interval),
    }
}

async fn exclusive(office: &Office, event: &CalendarEvent) -> Vec<bool> {
    let claims = [
        office.claims(office.ada(), APRIL).await,
        office.claims(office.grace(), APRIL).await,
    ];
    let own = claims
        .iter()
        .flatten()
        .filter(|claim| claim.event == event.id);
    own.map(|claim| claim.exclusive).collect()
}

#[tokio::test]
async fn single_meetings_may_overlap_and_both_say_so() {
    let office = Office::open().await;
    let first = office
        .create(office.draft(MONDAY_NINE, None))
        .await
        .unwrap();
    let mut draft = office.draft("2026-03-30T07:30:00Z", None);
    draft.participants.push(user(office.grace()));

    let second = office.create(draft).await.unwrap();

    let both = "2026-03-30T07:30Z/2026-03-30T08:00Z";
    assert_eq!(second.conflicts, [with(&first, both)]);
    let first = office.event(first.id).await;
    assert_eq!(first.conflicts, [with(&second, both)]);
    assert_eq!(exclusive(&office, &first).await, [true]);
    // Grace is free, and taken as usual.
    assert_eq!(exclusive(&office, &second).await, [false, true]);
}

#[tokio::test]
async fn when_a_meeting_goes_the_oldest_that_waited_gets_the_time() {
    let office = Office::open().await;
    let first = office
        .create(office.draft(MONDAY_NINE, None))
        .await
        .unwrap();
    office.clock.advance(TimeDelta::seconds(1));
    let second = office
        .create(office.draft(MONDAY_NINE, None))
        .await
        .unwrap();
    office.clock.advance(TimeDelta::seconds(1));
    let third = office
        .create(office.draft(MONDAY_NINE, None))
        .await
        .unwrap();
    office.clock.advance(TimeDelta::seconds(1));
    let first = office.event(first.id).await;

    office.cancel(&first, Scope::All).await;

    let whole = "2026-03-30T07:00Z/2026-03-30T08:00Z";
    let [second, third] = [office.event(second.id).await, office.event(third.id).await];
    assert_eq!(second.conflicts, [with(&third, whole)]);
    assert_eq!(third.conflicts, [with(&second, whole)]);
    assert_eq!(exclusive(&office, &second).await, [true]);
    assert_eq!(exclusive(&office, &third).await, [false]);

    let later = office.draft("2026-03-30T09:00:00Z", None);
    let second = office.change(&second, Scope::All, later).await.unwrap();
    assert_eq!(second.conflicts, []);
    assert_eq!(office.event(third.id).await.conflicts, []);
    assert_eq!(exclusive(&office, &second).await, [true]);
    assert_eq!(exclusive(&office, &third).await, [true]);
}

#[tokio::test]
async fn a_series_that_cannot_have_all_its_times_is_refused_with_those_it_cannot() {
    let office = Office::open().await;
    let booked = office.book("2026-04-06T07:00:00Z").await.unwrap();
    let single = office.draft("2026-04-20T07:30:00Z", None);
    let single = office.create(single).await.unwrap();

    let series = office.create(office.draft(MONDAY_NINE, MONDAYS)).await;

    assert_eq!(
        refused(series),
        [
            ("2026-04-06".to_owned(), Some(booked.record.event.id)),
            ("2026-04-20".to_owned(), Some(single.id)),
        ]
    );
    assert_eq!(office.listed(APRIL).await, ["04-06 07:00", "04-20 07:30"]);
}

#[tokio::test]
async fn a_series_goes_without_the_times_it_cannot_have_if_asked_to() {
    let office = Office::open().await;
    office.book("2026-04-06T07:00:00Z").await.unwrap();
    let draft = office.draft(MONDAY_NINE, MONDAYS);
    let request = office.request(draft, OnClash::LeaveOut);

    let saved = office.scheduler.create_event(&request).await.unwrap();
    let again = office.scheduler.create_event(&request).await.unwrap();

    assert!(!saved.repeated && again.repeated);
    assert_eq!(saved.event, again.event);
    let recurrence = saved.event.recurrence.clone().unwrap();
    let left_out = "2026-04-06T09:00:00".parse().unwrap();
    assert_eq!(recurrence.excluded, [left_out].into());
    assert_eq!(saved.event.conflicts, []);
    assert_eq!(exclusive(&office, &saved.event).await, [true; 3]);
}

#[tokio::test]
async fn a_series_of_which_nothing_would_be_left_is_refused_all_the_same() {
    let office = Office::open().await;
    office.book(MONDAY_NINE).await.unwrap();
    let draft = office.draft(MONDAY_NINE, Some("FREQ=WEEKLY;COUNT=1"));
    let request = office.request(draft, OnClash::LeaveOut);

    let saved = office.scheduler.create_event(&request).await;

    assert_eq!(refused(saved).len(), 1);
}

#[tokio::test]
async fn a_single_meeting_on_an_occurrence_conflicts_with_that_one() {
    let office = Office::open().await;
    let series = office
        .create(office.draft(MONDAY_NINE, MONDAYS))
        .await
        .unwrap();
    let single = office.draft("2026-04-06T07:30:00Z", None);
    let single = office.create(single).await.unwrap();

    let both = "2026-04-06T07:30Z/2026-04-06T08:00Z";
    assert_eq!(single.conflicts, [with(&series, both)]);
    let entries = office.scheduler.event_occurrences(
        office.world.org(),
        office.ada(),
        during("2026-03-28T00:00Z/2026-05-01T00:00Z"),
    );
    let entries = entries.await.unwrap();
    let clashing: Vec<_> = entries
        .iter()
        .filter(|entry| !entry.conflicts.is_empty())
        .map(|entry| (entry.event.id, entry.during.start()))
        .collect();
    assert_eq!(
        clashing,
        [
            (series.id, at("2026-04-06T07:00:00Z")),
            (single.id, at("2026-04-06T07:30:00Z")),
        ]
    );

    // What clashes already is no reason to refuse a change of words.
    let mut draft = office.draft(MONDAY_NINE, MONDAYS);
    draft.title = "Planning".to_owned();
    let series = office.event(series.id).await;
    let renamed = office.change(&series, Scope::All, draft).await.unwrap();
    assert_eq!(renamed.title, "Planning");
    assert_eq!(renamed.conflicts, [with(&single, both)]);
    assert_eq!(renamed.sequence, series.sequence);

    let single = office.event(single.id).await;
    let cancelled = office.cancel(&single, Scope::All).await;
    assert_eq!(cancelled.event.status, EventStatus::Cancelled);
    assert_eq!(office.event(series.id).await.conflicts, []);
    assert_eq!(exclusive(&office, &series).await, [true; 4]);
}

#[tokio::test]
async fn when_a_guest_goes_elsewhere_who_waited_gets_the_time() {
    let office = Office::open().await;
    let cancelled = office.book(MONDAY_NINE).await.unwrap();
    let moved = office.book("2026-03-30T08:00:00Z").await.unwrap();
    let mut draft = office.draft(MONDAY_NINE, None);
    draft.participants.push(user(office.grace()));
    let first = office.create(draft).await.unwrap();
    let second = office.draft("2026-03-30T08:00:00Z", None);
    let second = office.create(second).await.unwrap();
    assert_eq!(exclusive(&office, &first).await, [false, true]);
    assert_eq!(exclusive(&office, &second).await, [false]);

    office.cancel_booking(&cancelled).await.unwrap();
    office
        .move_booking(&moved, "2026-03-30T12:00:00Z")
        .await
        .unwrap();

    for event in [first, second] {
        let event = office.event(event.id).await;
        assert_eq!(event.conflicts, []);
        assert!(
            exclusive(&office, &event)
                .await
                .iter()
                .all(|exclusive| *exclusive)
        );
    }
    let moved = office.event(moved.record.event.id).await;
    assert_eq!(moved.conflicts, []);
}

#[tokio::test]
async fn a_transparent_meeting_takes_nobodys_time() {
    let office = Office::open().await;
    let mut draft = office.draft(MONDAY_NINE, MONDAYS);
    draft.transparency = astralis_core::model::Transparency::Transparent;

    let series = office.create(draft).await.unwrap();

    assert_eq!(office.claims(office.ada(), APRIL).await, []);
    office.book(MONDAY_NINE).await.unwrap();
    assert_eq!(office.event(series.id).await.conflicts, []);
    assert_eq!(office.listed(APRIL).await.len(), 5);
}

#[tokio::test]
async fn what_several_imports_clash_with_is_told_in_order_of_time() {
    let office = Office::open().await;
    let single = office.create(office.draft(MONDAY_NINE, None));
    let single = single.await.unwrap();
    for (source, start, end) in [
        ("later.ics", "20260330T073000Z", "20260330T080000Z"),
        ("earlier.ics", "20260330T070000Z", "20260330T072000Z"),
    ] {
        let file = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:{source}\r\n\
             DTSTAMP:20260301T000000Z\r\nDTSTART:{start}\r\nDTEND:{end}\r\nSUMMARY:Busy\r\n\
             END:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        let request = ImportRequest {
            command: office.world.next_id().into(),
            org: office.world.org(),
            user: office.ada(),
            source: source.to_owned(),
            bytes: file.into_bytes(),
        };
        office.scheduler.import(&request).await.unwrap();
    }

    let conflicts = office.event(single.id).await.conflicts;

    let times: Vec<_> = conflicts.iter().map(|conflict| conflict.during).collect();
    assert_eq!(
        times,
        [
            during("2026-03-30T07:00Z/2026-03-30T07:20Z"),
            during("2026-03-30T07:30Z/2026-03-30T08:00Z"),
        ]
    );
}
