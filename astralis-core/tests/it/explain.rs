//! Why a time is not offered, with what the owner needs to see of it.

use astralis_core::model::BusyKind;
use astralis_core::policy::{Blocker, Refusal};
use chrono::TimeDelta;

use crate::paris::{self, at};

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
