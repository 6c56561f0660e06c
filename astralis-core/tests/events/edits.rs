//! This one, this and following, all.

use astralis_core::model::{CalendarEvent, EventStatus};
use astralis_core::scheduler::{EventError, EventTime, Scope};
use chrono::TimeDelta;

use crate::office::{Office, at};

const TUESDAY_NINE: &str = "2026-03-31T07:00:00Z";
const TUESDAYS: Option<&str> = Some("FREQ=WEEKLY;BYDAY=TU;COUNT=5");
const SPRING: &str = "2026-03-28T00:00Z/2026-06-01T00:00Z";

async fn tuesdays(office: &Office) -> CalendarEvent {
    let draft = office.draft(TUESDAY_NINE, TUESDAYS);
    office.create(draft).await.unwrap()
}

/// The recurrence id of the n-th Tuesday.
fn nth(n: i64) -> chrono::DateTime<chrono::Utc> {
    at(TUESDAY_NINE) + TimeDelta::weeks(n)
}

/// The n-th Tuesday at another time, and the series since then.
async fn moved(
    office: &Office,
    series: &CalendarEvent,
    n: i64,
    to: &str,
) -> (CalendarEvent, CalendarEvent) {
    let draft = office.draft(to, None);
    let moved = office.change(series, Scope::This(nth(n)), draft).await;
    (moved.unwrap(), office.event(series.id).await)
}

fn rule(event: &CalendarEvent) -> String {
    event.recurrence.clone().unwrap().rule.to_string()
}

async fn claimed(office: &Office) -> Vec<String> {
    let claims = office.claims(office.ada(), SPRING).await;
    assert!(claims.iter().all(|claim| claim.exclusive));
    let starts = claims.iter().map(|claim| claim.during.start());
    starts
        .map(|at| at.format("%m-%d %H:%M").to_string())
        .collect()
}

#[tokio::test]
async fn one_occurrence_is_moved_and_moved_again() {
    let office = Office::open().await;
    let series = tuesdays(&office).await;
    let wednesday = office.draft("2026-04-08T10:00:00Z", None);

    let moved = office.change(&series, Scope::This(nth(1)), wednesday);
    let moved = moved.await.unwrap();

    assert_eq!((moved.version, &moved.uid), (1, &series.uid));
    let all = [
        "03-31 07:00",
        "04-08 10:00",
        "04-14 07:00",
        "04-21 07:00",
        "04-28 07:00",
    ];
    assert_eq!(office.listed(SPRING).await, all);
    assert_eq!(claimed(&office).await, all);

    // By its own id, it is that occurrence that is meant.
    let thursday = office.draft("2026-04-09T10:00:00Z", None);
    let again = office.change(&moved, Scope::All, thursday).await.unwrap();
    assert_eq!((again.id, again.version), (moved.id, 2));
    assert_eq!(office.listed(SPRING).await[1], "04-09 10:00");

    let series = office.event(series.id).await;
    assert_eq!(series.version, 3);
    let cancelled = office.cancel(&series, Scope::This(nth(1))).await;
    assert_eq!(office.event(again.id).await.status, EventStatus::Cancelled);
    assert_eq!(office.listed(SPRING).await.len(), 4);
    let recurrence = cancelled.event.recurrence.unwrap();
    assert!(recurrence.changed.is_empty());
    assert_eq!(recurrence.excluded.len(), 1);
}

#[tokio::test]
async fn what_does_not_take_place_cannot_be_changed() {
    let office = Office::open().await;
    let series = tuesdays(&office).await;
    let series = office.cancel(&series, Scope::This(nth(2))).await.event;
    for id in [nth(2), nth(5), nth(1) + TimeDelta::hours(1)] {
        for scope in [Scope::This(id), Scope::ThisAndFollowing(id)] {
            let draft = office.draft(TUESDAY_NINE, None);
            let changed = office.change(&series, scope, draft).await;
            let Err(EventError::Invalid(errors)) = changed else {
                panic!("expected {scope:?} to be wrong, got {changed:?}");
            };
            assert_eq!(errors[0].code, "noSuchOccurrence");
        }
    }
}

#[tokio::test]
async fn words_are_changed_for_all_and_exceptions_stay() {
    let office = Office::open().await;
    let series = tuesdays(&office).await;
    let (_, series) = moved(&office, &series, 1, "2026-04-08T10:00:00Z").await;
    let series = office.cancel(&series, Scope::This(nth(3))).await.event;
    let before = office.listed(SPRING).await;
    let mut draft = office.draft(TUESDAY_NINE, TUESDAYS);
    draft.title = "Stand-up".to_owned();

    let renamed = office.change(&series, Scope::All, draft).await.unwrap();

    assert_eq!(renamed.title, "Stand-up");
    assert_eq!(renamed.recurrence, series.recurrence);
    assert_eq!(office.listed(SPRING).await, before);
    assert_eq!(claimed(&office).await, before);
}

#[tokio::test]
async fn exceptions_move_along_with_all() {
    let office = Office::open().await;
    let series = tuesdays(&office).await;
    let (moved, series) = moved(&office, &series, 1, "2026-04-08T10:00:00Z").await;
    let mut renamed = office.draft("2026-04-14T07:00:00Z", None);
    renamed.title = "With guests".to_owned();
    let renamed = office
        .change(&series, Scope::This(nth(2)), renamed)
        .await
        .unwrap();
    let series = office.event(series.id).await;
    let series = office.cancel(&series, Scope::This(nth(3))).await.event;
    // A week later and two hours, so that each id becomes the next one's.
    let draft = office.draft("2026-04-07T09:00:00Z", TUESDAYS);

    let shifted = office.change(&series, Scope::All, draft).await.unwrap();

    let expected = ["04-07 09:00", "04-08 10:00", "04-21 09:00", "05-05 09:00"];
    assert_eq!(office.listed(SPRING).await, expected);
    assert_eq!(claimed(&office).await, expected);
    let recurrence_id = |event: &CalendarEvent| {
        let place = event.occurrence_of.clone().unwrap();
        place.recurrence_id.to_string()
    };
    let moved = office.event(moved.id).await;
    assert_eq!(recurrence_id(&moved), "2026-04-14 11:00:00");
    let renamed = office.event(renamed.id).await;
    assert_eq!(recurrence_id(&renamed), "2026-04-21 11:00:00");
    assert_eq!(renamed.when.during().start(), at("2026-04-21T09:00:00Z"));
    assert_eq!(shifted.sequence, series.sequence + 1);
}

#[tokio::test]
async fn what_a_new_rule_does_not_name_is_forgotten_or_called_off() {
    let office = Office::open().await;
    let series = tuesdays(&office).await;
    let (moved, series) = moved(&office, &series, 1, "2026-04-08T10:00:00Z").await;
    let series = office.cancel(&series, Scope::This(nth(3))).await.event;
    let every_other = Some("FREQ=WEEKLY;INTERVAL=2;COUNT=3");
    let draft = office.draft(TUESDAY_NINE, every_other);

    let changed = office.change(&series, Scope::All, draft).await.unwrap();

    assert_eq!(office.event(moved.id).await.status, EventStatus::Cancelled);
    assert!(changed.recurrence.unwrap().excluded.is_empty());
    let expected = ["03-31 07:00", "04-14 07:00", "04-28 07:00"];
    assert_eq!(office.listed(SPRING).await, expected);
    assert_eq!(claimed(&office).await, expected);
}

#[tokio::test]
async fn this_and_following_become_a_series_of_their_own() {
    let office = Office::open().await;
    let series = tuesdays(&office).await;
    let (_, series) = moved(&office, &series, 3, "2026-04-22T10:00:00Z").await;
    let later = office.draft("2026-04-14T08:00:00Z", TUESDAYS);
    let request = office.change_request(&series, Scope::ThisAndFollowing(nth(2)), later);

    let saved = office.scheduler.change_event(&request).await.unwrap();
    let again = office.scheduler.change_event(&request).await.unwrap();

    assert!(!saved.repeated && again.repeated);
    assert_eq!(saved.event, again.event);
    let rest = saved.event;
    assert!(rest.id != series.id && rest.uid != series.uid);
    assert_eq!(rule(&rest), "FREQ=WEEKLY;COUNT=3;BYDAY=TU");
    let first = office.event(series.id).await;
    assert_eq!(rule(&first), "FREQ=WEEKLY;UNTIL=20260414T065959Z;BYDAY=TU");
    let expected = [
        "03-31 07:00",
        "04-07 07:00",
        "04-14 08:00",
        "04-22 10:00",
        "04-28 08:00",
    ];
    assert_eq!(office.listed(SPRING).await, expected);
    assert_eq!(claimed(&office).await, expected);
}

#[tokio::test]
async fn the_rest_may_begin_at_a_time_that_the_clock_skips() {
    let office = Office::open().await;
    // Half past two in Paris, daily; on the 29th the clock shows half past three.
    let daily = Some("FREQ=DAILY;COUNT=6");
    let draft = office.draft("2026-03-26T01:30:00Z", daily);
    let series = office.create(draft).await.unwrap();
    let window = "2026-03-20T00:00Z/2026-04-20T00:00Z";
    let before = office.listed(window).await;
    let id = at("2026-03-29T01:30:00Z");
    let draft = office.draft("2026-03-29T01:30:00Z", daily);

    let rest = office.change(&series, Scope::ThisAndFollowing(id), draft);
    rest.await.unwrap();

    assert_eq!(before[3..], ["03-29 01:30", "03-30 00:30", "03-31 00:30"]);
    assert_eq!(office.listed(window).await, before);
}

#[tokio::test]
async fn this_and_following_are_called_off_with_what_was_changed_of_them() {
    let office = Office::open().await;
    let series = tuesdays(&office).await;
    let (moved, series) = moved(&office, &series, 3, "2026-04-22T10:00:00Z").await;

    office
        .cancel(&series, Scope::ThisAndFollowing(nth(2)))
        .await;

    let expected = ["03-31 07:00", "04-07 07:00"];
    assert_eq!(office.listed(SPRING).await, expected);
    assert_eq!(claimed(&office).await, expected);
    let moved = office.event(moved.id).await;
    assert_eq!(
        (moved.status, &moved.uid),
        (EventStatus::Cancelled, &series.uid)
    );
}

#[tokio::test]
async fn following_the_first_are_all() {
    let office = Office::open().await;
    let series = tuesdays(&office).await;
    let draft = office.draft("2026-03-31T12:00:00Z", TUESDAYS);

    let changed = office.change(&series, Scope::ThisAndFollowing(nth(0)), draft);
    let changed = changed.await.unwrap();

    assert_eq!(changed.id, series.id);
    assert_eq!(office.listed(SPRING).await.len(), 5);
    office
        .cancel(
            &changed,
            Scope::ThisAndFollowing(at("2026-03-31T12:00:00Z")),
        )
        .await;
    assert_eq!(claimed(&office).await, [""; 0]);
    assert_eq!(office.event(series.id).await.status, EventStatus::Cancelled);
}

#[tokio::test]
async fn a_single_meeting_becomes_a_series_and_single_again() {
    let office = Office::open().await;
    let single = office.draft(TUESDAY_NINE, None);
    let single = office.create(single).await.unwrap();
    let series = office.draft(TUESDAY_NINE, TUESDAYS);
    let series = office.change(&single, Scope::All, series).await.unwrap();
    assert_eq!(claimed(&office).await.len(), 5);

    let single = office.draft(TUESDAY_NINE, None);
    let single = office.change(&series, Scope::All, single).await.unwrap();

    assert_eq!((single.recurrence, single.version), (None, 3));
    assert_eq!(claimed(&office).await, ["03-31 07:00"]);
}

#[tokio::test]
async fn whole_days_are_split_by_date() {
    let office = Office::open().await;
    let mut draft = office.draft(TUESDAY_NINE, Some("FREQ=WEEKLY;COUNT=4"));
    let day = |date: &str| EventTime::AllDay {
        first: date.parse().unwrap(),
        end: date.parse::<chrono::NaiveDate>().unwrap() + TimeDelta::days(1),
        time_zone: "Europe/Paris".parse().unwrap(),
    };
    draft.time = day("2026-03-24");
    let series = office.create(draft.clone()).await.unwrap();
    draft.time = day("2026-04-08");
    draft.rule = Some("FREQ=WEEKLY;COUNT=4".to_owned());

    // Midnight in Paris, a week after the clock sprang forward.
    let id = at("2026-04-06T22:00:00Z");
    let rest = office.change(&series, Scope::ThisAndFollowing(id), draft);
    let rest = rest.await.unwrap();

    assert_eq!(rule(&rest), "FREQ=WEEKLY;COUNT=2");
    let first = office.event(series.id).await;
    assert_eq!(rule(&first), "FREQ=WEEKLY;UNTIL=20260406");
    let spring = "2026-03-20T00:00Z/2026-06-01T00:00Z";
    assert_eq!(
        office.listed(spring).await,
        ["03-23 23:00", "03-30 22:00", "04-07 22:00", "04-14 22:00"]
    );
}
