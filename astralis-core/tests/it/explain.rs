//! Why a time is not offered, with what the owner needs to see of it.

use astralis_core::model::BusyKind;
use astralis_core::policy::{Blocker, Refusal};
use astralis_core::scheduler::{BookError, ExplainQuery, SchedulerError, SlotsQuery};
use astralis_testkit::generators::org;
use chrono::{DateTime, TimeDelta, Utc};

use crate::paris::{self, at};
use crate::world::World;

#[tokio::test]
async fn the_owner_is_told_which_meeting_is_in_the_way_and_how_far_it_reaches() {
    let world = paris::world(|parts| parts.buffer_after(TimeDelta::minutes(15))).await;
    let booked = world.book(at("2026-03-30T09:00:00Z")).await.unwrap();
    let core = booked.record.event.when.during();

    let reasons = world.explain(core.end(), None).await;

    let [
        Refusal::Taken {
            during,
            by: Some(by),
            buffer_only: true,
            ..
        },
    ] = reasons.as_slice()
    else {
        panic!("expected one claim in the way, got {reasons:?}");
    };
    assert_eq!(*during, core);
    let Blocker {
        event,
        kind,
        kept_free,
        expires_at,
        ..
    } = *by;
    assert_eq!((event, kind), (booked.record.event.id, BusyKind::Busy));
    let buffer = TimeDelta::minutes(15);
    assert_eq!(kept_free, core.padded(buffer, buffer));
    assert_eq!(expires_at, None);
}

#[tokio::test]
async fn every_reason_is_given_not_only_the_first() {
    let world = paris::world(|parts| parts.minimum_notice(TimeDelta::days(30))).await;
    let reasons = world.explain(at("2026-03-29T03:07:00Z"), None).await;
    let codes: Vec<_> = reasons.iter().map(Refusal::code).collect();
    assert_eq!(codes, ["minimumNotice", "outsideHours"]);
}

#[tokio::test]
async fn a_booking_is_not_in_its_own_way_but_is_there_already() {
    let world = paris::world(|parts| parts.step(TimeDelta::minutes(15))).await;
    let start = at("2026-03-30T09:00:00Z");
    let booked = world.book(start).await.unwrap();
    let later = start + TimeDelta::minutes(15);

    assert_eq!(world.explain(later, Some(&booked)).await, []);
    assert_eq!(
        world.explain(start, Some(&booked)).await,
        [Refusal::Unchanged]
    );
    world.cancel(&booked).await.unwrap();
    assert_eq!(
        world.explain(later, Some(&booked)).await,
        [Refusal::NotChangeable]
    );
}

/// The codes of the reasons, or `Err` with the field that is wrong and how.
async fn codes(
    world: &World,
    start: DateTime<Utc>,
    duration: TimeDelta,
) -> Result<Vec<&'static str>, (&'static str, &'static str)> {
    let query = ExplainQuery {
        org: org(),
        event_type: world.event_type.id,
        start,
        duration: Some(duration),
        moving: None,
    };
    match world.scheduler.explain(&query).await {
        Ok(reasons) => Ok(reasons.iter().map(Refusal::code).collect()),
        Err(SchedulerError::Invalid(fields)) => Err((fields[0].field, fields[0].code)),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_duration_that_no_event_type_could_have_is_refused_not_cut() {
    let world = paris::world(|parts| parts).await;
    let (start, half_hour) = (at("2026-03-30T09:00:00Z"), TimeDelta::minutes(30));
    let out_of_range = Err(("duration", "outOfRange"));
    for odd in [
        half_hour + TimeDelta::nanoseconds(500),
        half_hour + TimeDelta::seconds(1),
        TimeDelta::zero(),
        -half_hour,
        TimeDelta::days(7) + TimeDelta::minutes(1),
        TimeDelta::MAX,
        TimeDelta::MIN,
    ] {
        assert_eq!(codes(&world, start, odd).await, out_of_range, "{odd}");
        let mut request = world.request(start);
        if let Some(end) = start.checked_add_signed(odd) {
            request.end = end;
            let booked = world.scheduler.book(&request).await;
            assert!(matches!(booked, Err(BookError::Invalid(_))), "{odd}");
        }
    }
    assert_eq!(codes(&world, start, half_hour).await, Ok(vec![]));
    let hour = TimeDelta::hours(1);
    let not_offered = Ok(vec!["durationNotOffered"]);
    assert_eq!(codes(&world, start, hour).await, not_offered);
}

#[tokio::test]
async fn the_ends_of_time_have_answers_too() {
    let world = paris::world(|parts| parts).await;
    let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    let half_hour = TimeDelta::minutes(30);
    let past = Ok(vec!["inThePast", "outsideBookingWindow", "outsideHours"]);
    assert_eq!(codes(&world, first, half_hour).await, past);
    let latest = last - half_hour;
    let closed = Ok(vec!["outsideBookingWindow", "outsideHours"]);
    assert_eq!(codes(&world, latest, half_hour).await, closed);
    let beyond = Err(("startTime", "outOfRange"));
    assert_eq!(codes(&world, last, half_hour).await, beyond);

    let query = SlotsQuery {
        org: org(),
        event_type: world.event_type.id,
        from: first,
        to: last,
        duration: None,
        moving: None,
    };
    let Err(SchedulerError::Invalid(fields)) = world.scheduler.slots(&query).await else {
        panic!("expected all of time to be too long");
    };
    assert_eq!(fields[0].code, "rangeTooLong");
}
