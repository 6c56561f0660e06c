//! Occurrences have claims so far ahead; beyond that, every decision expands the rule.

use astralis_core::jobs::extend_series;
use astralis_core::model::Conflict;
use astralis_core::policy::Refusal;
use astralis_core::scheduler::{BookError, ExplainQuery, SlotsQuery};
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
async fn two_workers_at_once_extend_once() {
    let office = Office::open().await;
    let series = office.create(office.draft("2026-03-30T07:00:00Z", MONDAYS));
    let series = series.await.unwrap();
    office.clock.advance(TimeDelta::days(31));
    let before = office.scheduler.now() + TimeDelta::days(370);
    let due = office.scheduler.store().series_to_extend(before, 10).await;
    assert_eq!(due.unwrap(), [series]);

    let (one, other) = tokio::join!(
        extend_series(&office.scheduler, 10),
        extend_series(&office.scheduler, 10)
    );

    assert!(one.is_ok() && other.is_ok());
    let claims = office.claims(office.ada(), "2026-03-28T00:00Z/2028-01-01T00:00Z");
    let mut starts: Vec<_> = claims.await.iter().map(|claim| claim.during).collect();
    let all = starts.len();
    starts.dedup();
    assert_eq!(starts.len(), all);
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
async fn a_series_that_ends_is_claimed_whole_and_left_alone() {
    let office = Office::open().await;
    for rule in ["FREQ=WEEKLY;COUNT=10", "FREQ=WEEKLY;UNTIL=20260601T070000Z"] {
        let draft = office.draft("2026-03-30T07:00:00Z", Some(rule));
        let series = office.create(draft).await.unwrap();
        assert_eq!(series.recurrence.as_ref().unwrap().claimed_until, None);
        let claims = office.claims(office.ada(), "2026-01-01T00:00Z/2030-01-01T00:00Z");
        assert_eq!(claims.await.len(), 10, "{rule}");
        office
            .cancel(&series, astralis_core::scheduler::Scope::All)
            .await;
    }
    office.clock.advance(TimeDelta::days(31));
    let step = extend_series(&office.scheduler, 10).await.unwrap();
    assert_eq!(step.extended, []);
}
