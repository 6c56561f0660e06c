//! What becomes of exceptions, and of what a series has, when the series changes.

use astralis_core::model::{CalendarEvent, EventStatus};
use astralis_core::scheduler::{EventDraft, EventError, EventTime, OnClash, Scope};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::office::{Office, at};

const MONDAY_NINE: &str = "2026-03-30T07:00:00Z";
const MONDAYS: Option<&str> = Some("FREQ=WEEKLY;COUNT=4");
const SPRING: &str = "2026-03-20T00:00Z/2026-06-01T00:00Z";

async fn mondays(office: &Office) -> CalendarEvent {
    let draft = office.draft(MONDAY_NINE, MONDAYS);
    office.create(draft).await.unwrap()
}

fn nth(n: i64) -> DateTime<Utc> {
    at(MONDAY_NINE) + TimeDelta::weeks(n)
}

#[tokio::test]
async fn an_exception_at_a_time_that_the_clock_skips_stays_where_the_series_means_it() {
    let office = Office::open().await;
    // Half past two in Paris; on the 29th the clock shows half past three.
    let rule = Some("FREQ=DAILY;COUNT=6");
    let draft = office.draft("2026-03-26T01:30:00Z", rule);
    let series = office.create(draft).await.unwrap();
    let skipped = at("2026-03-29T01:30:00Z");
    let series = office.cancel(&series, Scope::This(skipped)).await.event;
    let later = office.draft("2026-03-26T02:30:00Z", rule);

    office.change(&series, Scope::All, later).await.unwrap();

    assert_eq!(
        office.listed(SPRING).await,
        [
            "03-26 02:30",
            "03-27 02:30",
            "03-28 02:30",
            "03-30 01:30",
            "03-31 01:30"
        ]
    );
}

#[tokio::test]
async fn a_changed_occurrence_there_moves_along() {
    let office = Office::open().await;
    let rule = Some("FREQ=DAILY;COUNT=6");
    let draft = office.draft("2026-03-26T01:30:00Z", rule);
    let series = office.create(draft).await.unwrap();
    let skipped = "2026-03-29T01:30:00Z";
    let mut renamed = office.draft(skipped, None);
    renamed.title = "Another".to_owned();
    let renamed = office.change(&series, Scope::This(at(skipped)), renamed);
    let renamed = renamed.await.unwrap();
    let series = office.event(series.id).await;
    let later = office.draft("2026-03-26T03:30:00Z", rule);

    office.change(&series, Scope::All, later).await.unwrap();

    let renamed = office.event(renamed.id).await;
    assert_eq!(renamed.status, EventStatus::Scheduled);
    assert_eq!(renamed.when.during().start(), at("2026-03-29T02:30:00Z"));
}

#[tokio::test]
async fn whole_days_without_a_midnight_keep_their_exceptions() {
    let office = Office::open().await;
    // In Santiago, 6 September 2026 begins at one o'clock.
    let day = |date: &str| EventTime::AllDay {
        first: date.parse().unwrap(),
        end: date.parse::<NaiveDate>().unwrap() + TimeDelta::days(1),
        time_zone: "America/Santiago".parse().unwrap(),
    };
    let draft = |date: &str| EventDraft {
        time: day(date),
        ..office.draft(MONDAY_NINE, Some("FREQ=DAILY;COUNT=5"))
    };
    let series = office.create(draft("2026-09-04")).await.unwrap();
    let sixth = at("2026-09-06T04:00:00Z");
    let mut renamed = draft("2026-09-06");
    (renamed.rule, renamed.title) = (None, "Another".to_owned());
    let renamed = office.change(&series, Scope::This(sixth), renamed);
    let renamed = renamed.await.unwrap();
    let series = office.event(series.id).await;
    let seventh = at("2026-09-07T03:00:00Z");
    let series = office.cancel(&series, Scope::This(seventh)).await.event;
    let window = "2026-09-01T00:00Z/2026-09-20T00:00Z";

    let moved = office.change(&series, Scope::All, draft("2026-09-05"));
    let moved = moved.await.unwrap();

    // The 8th was called off, and what was on the 6th is on the 7th.
    assert_eq!(
        office.listed(window).await,
        ["09-05 04:00", "09-06 04:00", "09-07 03:00", "09-09 03:00"]
    );
    let row = office.event(renamed.id).await;
    assert_eq!(row.when.during().start(), at("2026-09-07T03:00:00Z"));

    office
        .change(&moved, Scope::All, draft("2026-09-04"))
        .await
        .unwrap();
    assert_eq!(
        office.listed(window).await,
        ["09-04 04:00", "09-05 04:00", "09-06 04:00", "09-08 03:00"]
    );
    let row = office.event(renamed.id).await;
    assert_eq!(row.when.during().end(), at("2026-09-07T03:00:00Z"));
}

#[tokio::test]
async fn what_becomes_shorter_needs_nothing_new() {
    let office = Office::open().await;
    let series = mondays(&office).await;
    let single = office.draft("2026-04-06T07:10:00Z", None);
    office.create(single).await.unwrap();
    let series = office.event(series.id).await;
    let mut shorter = office.draft(MONDAY_NINE, MONDAYS);
    shorter.time = EventTime::Timed {
        start: at(MONDAY_NINE),
        end: at(MONDAY_NINE) + TimeDelta::minutes(45),
        time_zone: "Europe/Paris".parse().unwrap(),
    };

    for on_clash in [OnClash::Refuse, OnClash::LeaveOut] {
        let mut request = office.change_request(&series, Scope::All, shorter.clone());
        request.on_clash = on_clash;
        request.expected_version = office.event(series.id).await.version;
        let changed = office.scheduler.change_event(&request).await.unwrap().event;

        assert!(changed.recurrence.unwrap().excluded.is_empty());
        assert_eq!(changed.conflicts.len(), 1);
    }
    let longer = office.draft(MONDAY_NINE, MONDAYS);
    let series = office.event(series.id).await;
    let longer = office.change(&series, Scope::All, longer).await;
    assert!(matches!(longer, Err(EventError::Refused(_))), "{longer:?}");
}

#[tokio::test]
async fn following_the_first_needs_a_first_that_takes_place() {
    let office = Office::open().await;
    let series = mondays(&office).await;
    let series = office.cancel(&series, Scope::This(nth(0))).await.event;
    let draft = office.draft("2026-03-30T09:00:00Z", MONDAYS);

    let changed = office.change(&series, Scope::ThisAndFollowing(nth(0)), draft);
    let Err(EventError::Invalid(errors)) = changed.await else {
        panic!("expected the occurrence not to be one");
    };
    assert_eq!(errors[0].code, "noSuchOccurrence");
    let cancelled = office.try_cancel(&series, Scope::ThisAndFollowing(nth(0)));
    let Err(EventError::Invalid(errors)) = cancelled.await else {
        panic!("expected the occurrence not to be one");
    };
    assert_eq!(errors[0].code, "noSuchOccurrence");
}

#[tokio::test]
async fn following_a_first_that_was_changed_it_is_what_the_change_says() {
    let office = Office::open().await;
    let series = mondays(&office).await;
    let moved = office.draft("2026-03-31T12:00:00Z", None);
    let moved = office.change(&series, Scope::This(nth(0)), moved);
    let moved = moved.await.unwrap();
    let series = office.event(series.id).await;
    let draft = office.draft("2026-03-30T09:00:00Z", MONDAYS);

    let changed = office.change(&series, Scope::ThisAndFollowing(nth(0)), draft);
    let changed = changed.await.unwrap();

    assert_eq!(changed.id, series.id);
    assert_eq!(office.event(moved.id).await.status, EventStatus::Cancelled);
    assert_eq!(
        office.listed(SPRING).await,
        ["03-30 09:00", "04-06 09:00", "04-13 09:00", "04-20 09:00"]
    );
}
