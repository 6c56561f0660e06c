//! Dates of a series that no rule names.

use std::collections::BTreeSet;

use astralis_core::jobs::extend_series;
use astralis_core::model::{CalendarEvent, EventStatus};
use astralis_core::scheduler::{
    BookError, EventDraft, EventError, EventTime, MAX_EXTRA_DATES, OnClash, Scope,
};
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use crate::office::{Office, at, refused};

/// Nine o'clock in Paris.
const MONDAY_NINE: &str = "2026-03-30T07:00:00Z";
const MONDAYS: Option<&str> = Some("FREQ=WEEKLY;COUNT=4");
const SPRING: &str = "2026-03-28T00:00Z/2026-06-01T00:00Z";
/// Two afternoons in Paris, a week and a half apart.
const THURSDAY: &str = "2026-04-02T14:00:00";
const TUESDAY: &str = "2026-04-14T16:00:00";

fn civil(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn with(mut draft: EventDraft, extra: &[&str]) -> EventDraft {
    draft.extra = Some(extra.iter().map(|date| civil(date)).collect());
    draft
}

/// Four Mondays, and two dates more.
async fn course(office: &Office) -> CalendarEvent {
    let draft = with(office.draft(MONDAY_NINE, MONDAYS), &[THURSDAY, TUESDAY]);
    office.create(draft).await.unwrap()
}

fn extra(event: &CalendarEvent) -> Vec<String> {
    let recurrence = event.recurrence.iter();
    let dates = recurrence.flat_map(|recurrence| &recurrence.extra);
    dates
        .map(|date| date.format("%m-%d %H:%M").to_string())
        .collect()
}

async fn claimed(office: &Office) -> Vec<String> {
    let claims = office.claims(office.ada(), SPRING).await;
    assert!(claims.iter().all(|claim| claim.exclusive));
    let starts = claims.iter().map(|claim| claim.during.start());
    starts
        .map(|at| at.format("%m-%d %H:%M").to_string())
        .collect()
}

#[track_caller]
fn check_code<T: std::fmt::Debug>(result: Result<T, EventError>, field: &str, code: &str) {
    let Err(EventError::Invalid(errors)) = result else {
        panic!("expected {field} {code}, got {result:?}");
    };
    let found: Vec<_> = errors.iter().map(|one| (one.field, one.code)).collect();
    assert_eq!(found, [(field, code)]);
}

#[tokio::test]
async fn an_extra_date_is_taken_beside_what_the_rule_names() {
    let office = Office::open().await;
    course(&office).await;
    let all = [
        "03-30 07:00",
        "04-02 12:00",
        "04-06 07:00",
        "04-13 07:00",
        "04-14 14:00",
        "04-20 07:00",
    ];
    assert_eq!(office.listed(SPRING).await, all);
    assert_eq!(claimed(&office).await, all);
    let booked = office.book("2026-04-02T12:00:00Z").await;
    assert!(matches!(booked, Err(BookError::Refused(_))), "{booked:?}");
}

#[tokio::test]
async fn an_extra_date_beyond_the_claims_is_taken_and_claimed_in_time() {
    let office = Office::open().await;
    let far = "2027-09-02T12:00:00Z";
    let draft = with(office.draft(MONDAY_NINE, MONDAYS), &["2027-09-02T14:00:00"]);
    let series = office.create(draft).await.unwrap();
    let booked = office.book(far).await;
    assert!(matches!(booked, Err(BookError::Refused(_))), "{booked:?}");

    office.clock.advance(TimeDelta::days(200));
    let step = extend_series(&office.scheduler, 10).await.unwrap();

    assert_eq!(step.extended, [series.id]);
    let day = "2027-09-02T00:00Z/2027-09-03T00:00Z";
    assert_eq!(office.claims(office.ada(), day).await.len(), 1);
    let over = office.event(series.id).await.recurrence.unwrap();
    assert_eq!(over.claimed_until, None);
}

#[tokio::test]
async fn extra_dates_that_cannot_be_are_named() {
    let office = Office::open().await;
    let create = async |draft| office.create(draft).await;
    let series = || office.draft(MONDAY_NINE, MONDAYS);
    for (dates, code) in [
        (vec![THURSDAY, THURSDAY], "twice"),
        (vec!["2026-03-30T09:00:00"], "notAfterStart"),
        (vec!["2026-03-29T14:00:00"], "notAfterStart"),
        (vec!["2026-04-02T14:00:00.5"], "notWholeSeconds"),
        (vec!["0026-04-02T14:00:00"], "outOfRange"),
    ] {
        check_code(create(with(series(), &dates)).await, "extra", code);
    }
    let single = with(office.draft(MONDAY_NINE, None), &[THURSDAY]);
    check_code(create(single).await, "extra", "notAllowed");
    let hours = |n| civil(THURSDAY) + TimeDelta::hours(n);
    let mut many = series();
    many.extra = Some((0..=MAX_EXTRA_DATES as i64).map(hours).collect());
    check_code(create(many.clone()).await, "extra", "tooLong");
    // Each an hour long, one after the other.
    many.extra.as_mut().unwrap().pop();
    many.rule = Some("FREQ=DAILY;COUNT=1".to_owned());
    assert!(create(many).await.is_ok());
    let mut days = with(series(), &[THURSDAY]);
    days.time = EventTime::AllDay {
        first: civil(MONDAY_NINE.trim_end_matches('Z')).date(),
        end: civil(THURSDAY).date(),
        time_zone: "Europe/Paris".parse().unwrap(),
    };
    check_code(create(days).await, "extra", "notADate");
}

#[tokio::test]
async fn an_extra_date_leaves_room_for_the_others_however_far_away_it_is() {
    let office = Office::open().await;
    for date in ["2026-04-06T09:30:00", "2031-03-31T08:30:00"] {
        let draft = office.draft(MONDAY_NINE, Some("FREQ=WEEKLY"));
        let created = office.create(with(draft, &[date])).await;
        check_code(created, "recurrence", "overlapsItself");
    }
    let draft = office.draft(MONDAY_NINE, Some("FREQ=WEEKLY"));
    let created = office.create(with(draft, &["2031-03-31T08:00:00"])).await;
    assert!(created.is_ok(), "{created:?}");
}

#[tokio::test]
async fn extra_dates_far_away_are_counted_to_but_once() {
    let office = Office::open().await;
    // Not every day has an occurrence, so where COUNT ends is known only by going there.
    let rule = "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=2000";
    let first = civil("2031-03-31T14:00:00");
    let mut dates: Vec<_> = (0..199).map(|day| first + TimeDelta::days(day)).collect();
    for (last, is_apart) in [
        ("2031-10-16T08:30:00", false),
        ("2031-10-16T08:00:00", true),
    ] {
        dates.push(civil(last));
        let mut draft = office.draft(MONDAY_NINE, Some(rule));
        draft.extra = Some(dates.clone());

        let created = office.create(draft).await;

        if is_apart {
            assert_eq!(extra(&created.unwrap()).len(), 200);
        } else {
            check_code(created, "recurrence", "overlapsItself");
        }
        dates.pop();
    }
}

#[tokio::test]
async fn extra_dates_that_stay_as_they_are_move_along_with_all() {
    let office = Office::open().await;
    let series = course(&office).await;
    // A day and two hours later; once as they were sent, and once not named at all.
    let later = office.draft("2026-03-31T09:00:00Z", MONDAYS);
    let later = with(later, &[THURSDAY, TUESDAY]);
    let moved = office.change(&series, Scope::All, later).await.unwrap();
    assert_eq!(extra(&moved), ["04-03 16:00", "04-15 18:00"]);
    let back = office.draft(MONDAY_NINE, MONDAYS);
    let back = office.change(&moved, Scope::All, back).await.unwrap();
    assert_eq!(back.recurrence, series.recurrence);
    assert_eq!(claimed(&office).await.len(), 6);

    // Others are taken at their word, whatever moves.
    let later = office.draft("2026-03-31T09:00:00Z", MONDAYS);
    let other = with(later.clone(), &[THURSDAY]);
    let other = office.change(&back, Scope::All, other).await.unwrap();
    assert_eq!(extra(&other), ["04-02 14:00"]);
    let none = with(later, &[]);
    let none = office.change(&other, Scope::All, none).await.unwrap();
    assert_eq!(extra(&none), [""; 0]);
    assert_eq!(claimed(&office).await.len(), 4);
}

#[tokio::test]
async fn one_that_was_changed_follows_its_extra_date_or_is_called_off_with_it() {
    let office = Office::open().await;
    let series = course(&office).await;
    let id = at("2026-04-02T12:00:00Z");
    let mut renamed = office.draft("2026-04-02T12:00:00Z", None);
    renamed.title = "With guests".to_owned();
    let renamed = office.change(&series, Scope::This(id), renamed);
    let renamed = renamed.await.unwrap();
    let series = office.event(series.id).await;
    let later = office.draft("2026-03-30T09:00:00Z", MONDAYS);

    let series = office.change(&series, Scope::All, later.clone());
    let series = series.await.unwrap();

    let row = office.event(renamed.id).await;
    assert_eq!(row.when.during().start(), at("2026-04-02T14:00:00Z"));
    office
        .change(&series, Scope::All, with(later, &[TUESDAY]))
        .await
        .unwrap();
    let row = office.event(renamed.id).await;
    assert_eq!(row.status, EventStatus::Cancelled);
}

#[tokio::test]
async fn extra_dates_are_divided_between_this_and_following() {
    let office = Office::open().await;
    for extra_dates in [None, Some(vec![civil(THURSDAY), civil(TUESDAY)])] {
        let series = course(&office).await;
        let id = at(MONDAY_NINE) + TimeDelta::weeks(1);
        let mut later = office.draft("2026-04-06T09:00:00Z", MONDAYS);
        later.extra = extra_dates;

        let rest = office.change(&series, Scope::ThisAndFollowing(id), later);
        let rest = rest.await.unwrap();

        let first = office.event(series.id).await;
        assert_eq!(extra(&first), ["04-02 14:00"]);
        assert_eq!(extra(&rest), ["04-14 18:00"]);
        let all = [
            "03-30 07:00",
            "04-02 12:00",
            "04-06 09:00",
            "04-13 09:00",
            "04-14 16:00",
            "04-20 09:00",
        ];
        assert_eq!(office.listed(SPRING).await, all);
        assert_eq!(claimed(&office).await, all);
        office.cancel(&first, Scope::All).await;
        office.cancel(&rest, Scope::All).await;
    }
}

#[tokio::test]
async fn another_extra_date_is_the_second_parts() {
    let office = Office::open().await;
    let series = course(&office).await;
    let id = at(MONDAY_NINE) + TimeDelta::weeks(1);
    let rest = office.draft("2026-04-06T07:00:00Z", MONDAYS);
    let rest = with(rest, &[THURSDAY, TUESDAY, "2026-04-16T10:00:00"]);

    let rest = office.change(&series, Scope::ThisAndFollowing(id), rest);
    let rest = rest.await.unwrap();

    assert_eq!(extra(&office.event(series.id).await), ["04-02 14:00"]);
    assert_eq!(extra(&rest), ["04-14 16:00", "04-16 10:00"]);
}

#[tokio::test]
async fn a_series_is_parted_at_an_extra_date_that_its_rule_names_as_well() {
    let office = Office::open().await;
    let both = "2026-04-06T09:00:00";
    for extra_dates in [None, Some(vec![civil(both), civil(TUESDAY)])] {
        let draft = with(office.draft(MONDAY_NINE, MONDAYS), &[both, TUESDAY]);
        let series = office.create(draft).await.unwrap();
        let id = at(MONDAY_NINE) + TimeDelta::weeks(1);
        let mut later = office.draft("2026-04-06T09:00:00Z", MONDAYS);
        later.extra = extra_dates;

        let rest = office.change(&series, Scope::ThisAndFollowing(id), later);
        let rest = rest.await.unwrap();

        let first = office.event(series.id).await;
        assert_eq!(extra(&first), [""; 0]);
        assert_eq!(extra(&rest), ["04-14 18:00"]);
        let all = [
            "03-30 07:00",
            "04-06 09:00",
            "04-13 09:00",
            "04-14 16:00",
            "04-20 09:00",
        ];
        assert_eq!(office.listed(SPRING).await, all);
        assert_eq!(claimed(&office).await, all);
        office.cancel(&first, Scope::All).await;
        office.cancel(&rest, Scope::All).await;
    }
}

#[tokio::test]
async fn no_series_begins_with_an_extra_date_but_one_ends_before_it() {
    let office = Office::open().await;
    let series = course(&office).await;
    let id = at("2026-04-14T14:00:00Z");
    let draft = office.draft("2026-04-14T14:00:00Z", MONDAYS);

    let changed = office.change(&series, Scope::ThisAndFollowing(id), draft);
    check_code(changed.await, "recurrenceId", "notNamed");
    office.cancel(&series, Scope::ThisAndFollowing(id)).await;

    let left = ["03-30 07:00", "04-02 12:00", "04-06 07:00", "04-13 07:00"];
    assert_eq!(office.listed(SPRING).await, left);
    assert_eq!(claimed(&office).await, left);
}

#[tokio::test]
async fn an_extra_date_that_was_called_off_takes_place_again_if_it_is_named_again() {
    let office = Office::open().await;
    let series = course(&office).await;
    let thursday = at("2026-04-02T12:00:00Z");
    let monday = at("2026-04-06T07:00:00Z");
    let series = office.cancel(&series, Scope::This(thursday)).await.event;
    let series = office.cancel(&series, Scope::This(monday)).await.event;
    assert_eq!(extra(&series), ["04-14 16:00"]);
    let mut draft = office.draft(MONDAY_NINE, MONDAYS);
    draft.title = "Course".to_owned();
    let renamed = office.change(&series, Scope::All, draft.clone());
    let renamed = renamed.await.unwrap();
    assert_eq!(claimed(&office).await.len(), 4);

    let again = with(draft, &[THURSDAY, TUESDAY, "2026-04-06T09:00:00"]);
    let again = office.change(&renamed, Scope::All, again).await.unwrap();

    assert_eq!(claimed(&office).await.len(), 6);
    assert_eq!(again.recurrence.unwrap().excluded, BTreeSet::new());
}

#[tokio::test]
async fn an_extra_date_that_clashes_is_refused_with_its_date_or_left_out() {
    let office = Office::open().await;
    let single = office.draft("2026-04-02T12:30:00Z", None);
    let single = office.create(single).await.unwrap();
    let draft = with(office.draft(MONDAY_NINE, MONDAYS), &[THURSDAY, TUESDAY]);

    let clashes = refused(office.create(draft.clone()).await);
    assert_eq!(clashes, [("2026-04-02".to_owned(), Some(single.id))]);
    let request = office.request(draft, OnClash::LeaveOut);
    let series = office.scheduler.create_event(&request).await.unwrap();

    assert_eq!(extra(&series.event), ["04-14 16:00"]);
    let excluded = series.event.recurrence.unwrap().excluded;
    assert_eq!(excluded, [civil(THURSDAY)].into());
}

/// Whole days in Santiago, where 6 September 2026 begins at one o'clock.
fn days(office: &Office, first: &str, rule: &str, extra: &[&str]) -> EventDraft {
    let first: NaiveDate = first.parse().unwrap();
    EventDraft {
        time: EventTime::AllDay {
            first,
            end: first + TimeDelta::days(1),
            time_zone: "America/Santiago".parse().unwrap(),
        },
        ..with(office.draft(MONDAY_NINE, Some(rule)), extra)
    }
}

#[tokio::test]
async fn whole_days_have_extra_dates_without_a_time() {
    let office = Office::open().await;
    let draft = |first, extra| days(&office, first, "FREQ=DAILY;COUNT=2", &[extra]);
    let series = office.create(draft("2026-09-01", "2026-09-05T00:00:00"));
    let series = series.await.unwrap();

    let moved = draft("2026-09-02", "2026-09-05T00:00:00");
    let moved = office.change(&series, Scope::All, moved).await.unwrap();

    let window = "2026-08-30T00:00Z/2026-09-20T00:00Z";
    assert_eq!(
        office.listed(window).await,
        ["09-02 04:00", "09-03 04:00", "09-06 04:00"]
    );
    let back = draft("2026-09-01", "2026-09-06T01:00:00");
    let mut back = EventDraft {
        extra: None,
        ..back
    };
    back.title = "Back".to_owned();
    let back = office.change(&moved, Scope::All, back).await.unwrap();
    assert_eq!(extra(&back), ["09-05 00:00"]);
}

#[tokio::test]
async fn a_date_without_midnight_that_is_sent_as_it_was_read_moves_along() {
    let office = Office::open().await;
    let read = ["2026-09-06T00:00:00", "2026-09-10T00:00:00"];
    let draft = |first| days(&office, first, "FREQ=WEEKLY;COUNT=3", &read);
    let series = office.create(draft("2026-09-01")).await.unwrap();
    assert_eq!(extra(&series), ["09-06 01:00", "09-10 00:00"]);

    let moved = office.change(&series, Scope::All, draft("2026-09-02"));
    let moved = moved.await.unwrap();

    assert_eq!(extra(&moved), ["09-07 00:00", "09-11 00:00"]);
}

#[tokio::test]
async fn a_date_without_midnight_that_is_sent_as_it_was_read_stays_in_the_first_part() {
    let office = Office::open().await;
    let read = ["2026-09-06T00:00:00", "2026-09-10T00:00:00"];
    let draft = |first| days(&office, first, "FREQ=WEEKLY;COUNT=3", &read);
    let series = office.create(draft("2026-09-01")).await.unwrap();
    // The midnight before 8 September.
    let id = at("2026-09-08T03:00:00Z");

    let rest = draft("2026-09-09");
    let rest = office.change(&series, Scope::ThisAndFollowing(id), rest);
    let rest = rest.await.unwrap();

    assert_eq!(extra(&office.event(series.id).await), ["09-06 01:00"]);
    assert_eq!(extra(&rest), ["09-11 00:00"]);
}

#[tokio::test]
async fn a_series_is_parted_at_a_date_without_midnight_that_its_rule_names_as_well() {
    let office = Office::open().await;
    let read = ["2026-09-06T00:00:00", "2026-09-10T00:00:00"];
    let draft = |first| days(&office, first, "FREQ=WEEKLY;COUNT=3", &read);
    let series = office.create(draft("2026-08-30")).await.unwrap();
    let id = at("2026-09-06T04:00:00Z");

    let rest = draft("2026-09-07");
    let rest = office.change(&series, Scope::ThisAndFollowing(id), rest);
    let rest = rest.await.unwrap();

    assert_eq!(extra(&office.event(series.id).await), [""; 0]);
    assert_eq!(extra(&rest), ["09-11 00:00"]);
}
