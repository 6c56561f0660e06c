//! What is written all the same, and worth knowing.

use std::sync::Arc;

use astralis_core::availability::{AvailabilityRule, LocalWindow, Schedule};
use astralis_core::memory::MemoryStore;
use astralis_core::model::{EventStatus, Transparency};
use astralis_core::scheduler::{
    EventDraft, EventSaved, EventTime, MAX_WARNED, OnClash, Scope, Warning,
};
use astralis_testkit::store::{Call, FaultyStore, Moment};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};

use crate::office::{Office, at, during, user};

/// Nine o'clock in Paris.
const MONDAY_NINE: &str = "2026-03-30T07:00:00Z";

/// An office whose Ada is there on weekdays from nine to five.
async fn weekdays() -> Office {
    let office = Office::open().await;
    let mut schedule = Schedule::closed("Europe/Paris".parse().unwrap());
    for day in [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
    ] {
        let (nine, five) = ("09:00".parse().unwrap(), "17:00".parse().unwrap());
        schedule.rules.push(AvailabilityRule {
            id: office.world.next_id().into(),
            days: day.into(),
            window: LocalWindow::new(nine, five).unwrap(),
            active: true,
            valid: None,
        });
    }
    save(&office, &schedule).await;
    office
}

async fn save(office: &Office, schedule: &Schedule) {
    let store = office.scheduler.store();
    let saved = store.save_schedule(office.world.org(), office.ada(), schedule, 1);
    saved.await.unwrap();
}

async fn created(office: &Office, draft: EventDraft) -> EventSaved {
    let request = office.request(draft, OnClash::Refuse);
    office.scheduler.create_event(&request).await.unwrap()
}

fn outside(times: &[&str], count: usize) -> Vec<Warning> {
    let first = times.iter().map(|time| during(time)).collect();
    vec![Warning::OutsideAvailability { first, count }]
}

#[tokio::test]
async fn a_meeting_outside_of_its_organizers_availability_is_written_with_a_warning() {
    let office = weekdays().await;
    for (start, end) in [
        ("2026-03-30T18:00:00Z", "2026-03-30T19:00:00Z"),
        // To half past five, from half past eight, and on a Sunday.
        ("2026-03-30T14:30:00Z", "2026-03-30T15:30:00Z"),
        ("2026-03-31T06:30:00Z", "2026-03-31T07:30:00Z"),
        ("2026-04-05T08:00:00Z", "2026-04-05T09:00:00Z"),
    ] {
        let saved = created(&office, office.draft(start, None)).await;

        assert_eq!(saved.event.status, EventStatus::Scheduled);
        let expected = outside(&[&format!("{start}/{end}")], 1);
        assert_eq!(saved.warnings, expected, "{start}");
    }
    // To five o'clock, and whoever else is invited may be anywhere.
    let mut draft = office.draft("2026-04-01T14:00:00Z", None);
    draft.participants.push(user(office.grace()));
    assert_eq!(created(&office, draft).await.warnings, []);
}

#[tokio::test]
async fn a_series_names_the_first_times_and_how_many_there_are() {
    let office = weekdays().await;
    let start = at(MONDAY_NINE);
    let draft = office.draft(MONDAY_NINE, Some("FREQ=DAILY"));

    let saved = created(&office, draft).await;

    let days = (0..400).map(|day| start + TimeDelta::days(day));
    let weekends: Vec<_> = days
        .filter(|day| matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .collect();
    let [Warning::OutsideAvailability { first, count }] = &saved.warnings[..] else {
        panic!("expected one warning, got {:?}", saved.warnings);
    };
    assert_eq!(*count, weekends.len());
    let first: Vec<_> = first.iter().map(|during| during.start()).collect();
    assert_eq!(first, weekends[..MAX_WARNED]);
    assert_eq!(saved.warnings[0].code(), "outsideAvailability");
    let words = saved.warnings[0].to_string();
    assert!(words.starts_with("114 times within 400 days"), "{words}");
}

#[tokio::test]
async fn only_what_is_ahead_is_warned_of() {
    let office = weekdays().await;
    // Daily since Monday, two weeks ago; it is Saturday noon.
    let draft = office.draft("2026-03-16T08:00:00Z", Some("FREQ=DAILY;COUNT=15"));
    let saved = created(&office, draft).await;
    let sunday = "2026-03-29T07:00:00Z/2026-03-29T08:00:00Z";
    assert_eq!(saved.warnings, outside(&[sunday], 1));

    let past = office.draft("2026-03-15T08:00:00Z", None);
    assert_eq!(created(&office, past).await.warnings, []);
}

#[tokio::test]
async fn a_change_warns_of_what_it_makes() {
    let office = weekdays().await;
    let rule = Some("FREQ=WEEKLY;COUNT=3");
    let series = created(&office, office.draft(MONDAY_NINE, rule))
        .await
        .event;
    let id = at(MONDAY_NINE) + TimeDelta::weeks(1);
    let evening = "2026-04-06T18:00:00Z";
    let request = office.change_request(&series, Scope::This(id), office.draft(evening, None));

    let moved = office.scheduler.change_event(&request).await.unwrap();
    let again = office.scheduler.change_event(&request).await.unwrap();

    let expected = outside(&["2026-04-06T18:00:00Z/2026-04-06T19:00:00Z"], 1);
    assert_eq!(moved.warnings, expected);
    assert_eq!((again.repeated, again.warnings), (true, expected));
    let series = office.event(series.id).await;
    let renamed = office.draft(MONDAY_NINE, rule);
    let request = office.change_request(&series, Scope::All, renamed);
    let renamed = office.scheduler.change_event(&request).await.unwrap();
    assert_eq!(renamed.warnings, []);
    let cancelled = office.cancel(&renamed.event, Scope::All).await;
    assert_eq!(cancelled.warnings, []);
}

#[tokio::test]
async fn whole_days_are_outside_if_nothing_is_open_and_what_takes_no_time_never_is() {
    let office = weekdays().await;
    let days = |first: &str, last: &str| EventDraft {
        time: EventTime::AllDay {
            first: first.parse().unwrap(),
            end: last.parse::<NaiveDate>().unwrap() + TimeDelta::days(1),
            time_zone: "Europe/Paris".parse().unwrap(),
        },
        ..office.draft(MONDAY_NINE, None)
    };
    let weekend = created(&office, days("2026-04-04", "2026-04-05")).await;
    let expected = outside(&["2026-04-03T22:00:00Z/2026-04-05T22:00:00Z"], 1);
    assert_eq!(weekend.warnings, expected);
    let longer = created(&office, days("2026-04-10", "2026-04-12")).await;
    assert_eq!(longer.warnings, []);
    let mut birthday = days("2026-04-18", "2026-04-18");
    birthday.transparency = Transparency::Transparent;
    assert_eq!(created(&office, birthday).await.warnings, []);
}

#[tokio::test]
async fn availability_that_cannot_be_told_is_a_warning_and_no_refusal() {
    let office = Office::open().await;
    save(&office, &Schedule::closed("Mars/Olympus".parse().unwrap())).await;

    let saved = created(&office, office.draft(MONDAY_NINE, None)).await;

    assert_eq!(saved.event.status, EventStatus::Scheduled);
    let codes: Vec<_> = saved.warnings.iter().map(Warning::code).collect();
    assert_eq!(codes, ["availabilityUnknown"]);
}

/// What was written is not answered as if it had not been: somebody would make it once more.
#[tokio::test]
async fn hours_that_cannot_be_read_do_not_hide_what_was_written() {
    let store = Arc::new(FaultyStore::around_store(Arc::new(MemoryStore::new())));
    let office = Office::open_on(store.clone()).await;
    let broken = store.clone();
    store.before_next_transact(async move { broken.fail_next(Call::Catalog, Moment::Before) });

    let saved = created(&office, office.draft(MONDAY_NINE, None)).await;

    let [Warning::AvailabilityUnknown { zone: None, cause }] = &saved.warnings[..] else {
        panic!("expected a warning, got {:?}", saved.warnings);
    };
    assert!(!cause.is_empty());
    assert_eq!(office.event(saved.event.id).await, saved.event);
}

#[tokio::test]
async fn an_entry_of_a_calendar_knows_whether_it_lies_outside() {
    let office = weekdays().await;
    office
        .create(office.draft(MONDAY_NINE, None))
        .await
        .unwrap();
    let evening = office.draft("2026-03-30T18:00:00Z", None);
    office.create(evening).await.unwrap();
    let day = during("2026-03-30T00:00Z/2026-03-31T00:00Z");
    let (org, ada) = (office.world.org(), office.ada());

    let entries = office.scheduler.event_occurrences(org, ada, day).await;
    let hours = office.scheduler.open_hours(org, ada, day).await.unwrap();

    let entries = entries.unwrap();
    let outside = entries.iter().filter(|entry| entry.is_outside(&hours));
    let starts: Vec<DateTime<Utc>> = outside.map(|entry| entry.during.start()).collect();
    assert_eq!(starts, [at("2026-03-30T18:00:00Z")]);
}
