//! Occurrences have claims so far ahead; beyond that, every decision expands the rule.

use std::sync::Arc;

use astralis_core::jobs::extend_series;
use astralis_core::memory::MemoryStore;
use astralis_core::model::{Conflict, When};
use astralis_core::policy::Refusal;
use astralis_core::ports::Plan;
use astralis_core::scheduler::{BookError, ExplainQuery, ImportRequest, Scope, SlotsQuery};
use astralis_testkit::store::{Call, FaultyStore, Moment};
use chrono::TimeDelta;

use crate::office::{Office, at, during};

const MONDAYS: Option<&str> = Some("FREQ=WEEKLY;BYDAY=MO");
/// A Monday five quarters after the present.
const FAR_OFF: &str = "2027-06-14T00:00Z/2027-06-15T00:00Z";

#[tokio::test]
async fn a_weekly_meeting_next_year_blocks_a_booking_beyond_what_is_claimed() {
    let office = Office::open().await;
    let series = office.create(office.draft("2026-03-30T07:00:00Z", MONDAYS));
    let series = series.await.unwrap();
    assert_eq!(office.claims(office.ada(), FAR_OFF).await, []);

    // Nine o'clock in Paris.
    let refused = office.book("2027-06-14T07:00:00Z").await;

    let Err(BookError::Refused(refused)) = refused else {
        panic!("expected a refusal, got {refused:?}");
    };
    let [Refusal::Taken { during, by, .. }] = refused.reasons.as_slice() else {
        panic!("expected the time to be taken, got {:?}", refused.reasons);
    };
    assert_eq!(
        *during,
        "2027-06-14T07:00Z/2027-06-14T08:00Z".parse().unwrap()
    );
    assert_eq!(by.map(|by| by.event), Some(series.id));
    let alternatives = refused.alternatives.iter().map(|slot| slot.start());
    assert!(
        !alternatives
            .collect::<Vec<_>>()
            .contains(&at("2027-06-14T07:00:00Z"))
    );
    office.book("2027-06-14T08:00:00Z").await.unwrap();
}

#[tokio::test]
async fn what_is_listed_there_is_what_can_be_booked_and_explained() {
    let office = Office::open().await;
    let daily = office.draft("2026-03-30T07:30:00Z", Some("FREQ=DAILY;INTERVAL=2"));
    office.create(daily).await.unwrap();
    let org = office.world.org();
    let event_type = office.world.event_type().id;
    let window = during("2027-06-14T00:00Z/2027-06-16T00:00Z");
    let query = SlotsQuery {
        org,
        event_type,
        from: window.start(),
        to: window.end(),
        duration: None,
        moving: None,
    };
    let slots = office.scheduler.slots(&query).await.unwrap();
    let starts: Vec<_> = slots.iter().map(|slot| slot.start()).collect();
    let mut taken = 0;

    for hour in 0..48 {
        let start = window.start() + TimeDelta::hours(hour);
        let query = ExplainQuery {
            org,
            event_type,
            start,
            duration: None,
            moving: None,
        };
        let reasons = office.scheduler.explain(&query).await.unwrap();
        assert_eq!(reasons.is_empty(), starts.contains(&start), "{start}");
        taken += usize::from(!reasons.is_empty());
    }
    assert_eq!(taken, 2);
}

#[tokio::test]
async fn the_worker_claims_farther_as_time_goes_by_and_only_once() {
    let office = Office::open().await;
    let series = office.create(office.draft("2026-03-30T07:00:00Z", MONDAYS));
    let series = series.await.unwrap();
    let whole = "2026-03-28T00:00Z/2028-01-01T00:00Z";
    let before = office.claims(office.ada(), whole).await;
    let step = extend_series(&office.scheduler, 10).await.unwrap();
    assert_eq!(step.extended, []);

    office.clock.advance(TimeDelta::days(31));
    let step = extend_series(&office.scheduler, 10).await.unwrap();
    let again = extend_series(&office.scheduler, 10).await.unwrap();

    assert_eq!(step.extended, [series.id]);
    assert_eq!((step.clashing, again.extended), (vec![], vec![]));
    let after = office.claims(office.ada(), whole).await;
    assert!(after.starts_with(&before));
    let weeks: Vec<_> = after.iter().map(|claim| claim.during.start()).collect();
    assert_eq!(after.len(), before.len() + 5);
    let is_monday_nine = |at: &chrono::DateTime<chrono::Utc>| at.format("%a").to_string() == "Mon";
    assert!(weeks.iter().all(is_monday_nine));
    assert!(after.iter().all(|claim| claim.exclusive));
}

#[tokio::test]
async fn an_extension_whose_answer_was_lost_is_not_made_twice() {
    let store = Arc::new(FaultyStore::around_store(Arc::new(MemoryStore::new())));
    let office = Office::open_on(store.clone()).await;
    let series = office.create(office.draft("2026-03-30T07:00:00Z", MONDAYS));
    let series = series.await.unwrap();
    office.clock.advance(TimeDelta::days(31));
    let claims = async || {
        let claims = office.claims(office.ada(), "2026-03-28T00:00Z/2028-01-01T00:00Z");
        claims.await.len()
    };
    let before = claims().await;

    store.fail_next(Call::Transact, Moment::Before);
    assert!(extend_series(&office.scheduler, 10).await.is_err());
    assert_eq!(claims().await, before);
    store.fail_next(Call::Transact, Moment::After);
    assert!(extend_series(&office.scheduler, 10).await.is_err());
    assert_eq!(claims().await, before + 5);
    let again = extend_series(&office.scheduler, 10).await.unwrap();

    assert_eq!(again.extended, []);
    assert_eq!(claims().await, before + 5);
    assert_eq!(office.event(series.id).await.version, series.version);
}

#[tokio::test]
async fn an_extension_that_clashes_becomes_conflict_data_on_both_sides() {
    let office = Office::open().await;
    let series = office.create(office.draft("2026-03-30T07:00:00Z", MONDAYS));
    let series = series.await.unwrap();
    // Somebody who ignores the rule, directly in the store.
    let rogue = office.world.meeting("2027-05-10T07:30Z/2027-05-10T08:30Z");
    rogue.write(&**office.scheduler.store()).await.unwrap();
    office.clock.advance(TimeDelta::days(31));

    let step = extend_series(&office.scheduler, 10).await.unwrap();

    assert_eq!(step.clashing, [series.id]);
    let both = during("2027-05-10T07:30Z/2027-05-10T08:00Z");
    let conflict = |event| Conflict {
        event,
        during: both,
    };
    let extended = office.event(series.id).await;
    assert_eq!(extended.conflicts, [conflict(rogue.event.id)]);
    let other = office.event(rogue.event.id).await;
    assert_eq!(other.conflicts, [conflict(series.id)]);
    let claims = office.claims(office.ada(), "2027-05-10T00:00Z/2027-05-18T00:00Z");
    let exclusive: Vec<_> = claims.await.iter().map(|claim| claim.exclusive).collect();
    assert_eq!(exclusive, [false, true, true]);
}

#[tokio::test]
async fn what_cannot_be_extended_keeps_no_other_from_its_turn() {
    let office = Office::open().await;
    let mut all = Vec::new();
    for hour in 7..10 {
        let draft = office.draft(&format!("2026-03-30T{hour:02}:00:00Z"), MONDAYS);
        all.push(office.create(draft).await.unwrap());
    }
    // Two name a zone that nobody knows, and are due first.
    for (n, series) in all[..2].iter_mut().enumerate() {
        let When::Timed { time_zone, .. } = &mut series.when else {
            panic!("a series of hours");
        };
        *time_zone = "Nowhere/Land".parse().unwrap();
        let recurrence = series.recurrence.as_mut().unwrap();
        recurrence.claimed_until = Some(at("2027-01-01T00:00:00Z") + TimeDelta::days(n as i64));
        let plan = Plan {
            events: vec![series.clone()],
            ..Plan::default()
        };
        let command = office.world.command();
        let store = office.scheduler.store();
        let written = store.transact(&command, &|_| Ok(plan.clone())).await;
        written.unwrap();
    }
    office.clock.advance(TimeDelta::days(31));

    let step = extend_series(&office.scheduler, 1).await.unwrap();
    let again = extend_series(&office.scheduler, 1).await.unwrap();

    let failed: Vec<_> = step.failed.iter().map(|(id, _)| *id).collect();
    assert_eq!(failed, [all[0].id, all[1].id]);
    assert_eq!((step.extended, step.more), (vec![all[2].id], true));
    assert_eq!((again.extended, again.more), (vec![], false));
}

#[tokio::test]
async fn what_somebody_else_has_changed_is_not_said_to_be_extended() {
    let memory = Arc::new(MemoryStore::new());
    let store = Arc::new(FaultyStore::around_store(memory.clone()));
    let office = Office::open_on(store.clone()).await;
    let series = office.create(office.draft("2026-03-30T07:00:00Z", MONDAYS));
    let series = series.await.unwrap();
    office.clock.advance(TimeDelta::days(31));
    let mut draft = office.draft("2026-03-30T07:00:00Z", MONDAYS);
    draft.title = "Planning".to_owned();
    let change = office.change_request(&series, Scope::All, draft);
    let elsewhere = office.another_on(memory);
    store.before_next_transact(async move {
        elsewhere.change_event(&change).await.unwrap();
    });

    let step = extend_series(&office.scheduler, 10).await.unwrap();

    assert_eq!(step.extended, []);
}

#[tokio::test]
async fn a_series_that_ends_is_claimed_whole_and_left_alone() {
    let office = Office::open().await;
    for rule in ["FREQ=WEEKLY;COUNT=10", "FREQ=WEEKLY;UNTIL=20260601T070000Z"] {
        let draft = office.draft("2026-03-30T07:00:00Z", Some(rule));
        let series = office.create(draft).await.unwrap();
        assert_eq!(series.recurrence.as_ref().unwrap().claimed_until, None);
        let claims = office.claims(office.ada(), "2026-01-01T00:00Z/2030-01-01T00:00Z");
        assert_eq!(claims.await.len(), 10, "{rule}");
        office.cancel(&series, Scope::All).await;
    }
    office.clock.advance(TimeDelta::days(31));
    let step = extend_series(&office.scheduler, 10).await.unwrap();
    assert_eq!(step.extended, []);
}

#[tokio::test]
async fn what_is_imported_there_conflicts_with_the_series() {
    let office = Office::open().await;
    let series = office.create(office.draft("2026-03-30T07:00:00Z", MONDAYS));
    let series = series.await.unwrap();
    let file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:dentist\r\n\
        DTSTAMP:20260301T000000Z\r\nDTSTART:20270614T073000Z\r\nDTEND:20270614T090000Z\r\n\
        SUMMARY:Dentist\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let request = ImportRequest {
        command: office.world.next_id().into(),
        org: office.world.org(),
        user: office.ada(),
        source: "private.ics".to_owned(),
        bytes: file.as_bytes().to_vec(),
    };

    let report = office.scheduler.import(&request).await.unwrap();

    assert_eq!(report.clashes.len(), 1);
    let conflicts = office.event(series.id).await.conflicts;
    let times: Vec<_> = conflicts.iter().map(|conflict| conflict.during).collect();
    assert_eq!(times, [during("2027-06-14T07:30Z/2027-06-14T08:00Z")]);
}
