//! Exclusive claims of one subject never overlap, whatever was decided.

use astralis_core::ports::{Store, StoreError};
use chrono::TimeDelta;

use super::{NINE, TEN, carry_out, claims_during, one_host};
use crate::scenario::scenario;

/// The guard is the second line: it holds when the decision did not look.
pub async fn overlapping_exclusive_claims_are_refused(store: &dyn Store) {
    let world = one_host(store).await;
    world.meeting(NINE).book(store).await.unwrap();
    for overlapping in [
        NINE,
        "2026-03-30T08:30Z/2026-03-30T09:00:00.000001Z",
        "2026-03-30T09:59:59.999999Z/2026-03-30T10:30Z",
        "2026-03-30T09:15Z/2026-03-30T09:45Z",
        "2026-03-29T00:00Z/2026-04-02T00:00Z",
    ] {
        let refused = world.meeting(overlapping).write(store).await;

        assert!(
            matches!(refused, Err(StoreError::TimeTaken)),
            "{overlapping}: {refused:?}"
        );
    }
}

/// A long claim that began days ago is in the way, and so is one that begins days later.
pub async fn long_exclusive_claims_are_refused_as_well(store: &dyn Store) {
    let world = one_host(store).await;
    let week = world.meeting("2026-03-30T00:00Z/2026-04-05T00:00Z");
    week.write(store).await.unwrap();
    for inside in [
        "2026-04-04T23:00Z/2026-04-05T01:00Z",
        "2026-03-29T23:00Z/2026-03-30T01:00Z",
        "2026-04-02T09:00Z/2026-04-02T10:00Z",
        "2026-01-01T00:00Z/2026-12-31T00:00Z",
    ] {
        let refused = world.meeting(inside).write(store).await;

        assert!(matches!(refused, Err(StoreError::TimeTaken)), "{inside}");
    }
}

/// Half-open: the end of one may be the start of the next.
pub async fn a_meeting_may_start_the_moment_another_ends(store: &dyn Store) {
    let world = one_host(store).await;
    world.meeting(NINE).write(store).await.unwrap();
    let before = "2026-03-30T08:00Z/2026-03-30T09:00Z";

    world.meeting(TEN).write(store).await.unwrap();
    world.meeting(before).write(store).await.unwrap();
}

/// The guard also looks inside one plan.
pub async fn a_plan_may_not_overlap_itself(store: &dyn Store) {
    let world = one_host(store).await;
    let mut meeting = world.meeting(NINE);
    let mut again = meeting.claims[0].clone();
    again.id = world.next_id().into();
    meeting.claims.push(again);

    let refused = meeting.write(store).await;

    assert!(matches!(refused, Err(StoreError::TimeTaken)), "{refused:?}");
    assert_eq!(claims_during(store, &world, NINE).await, []);
}

/// Imported events and participations that conflict may overlap anything, in either order.
pub async fn claims_that_are_not_exclusive_may_overlap(store: &dyn Store) {
    let world = one_host(store).await;

    world
        .meeting(NINE)
        .not_exclusive()
        .write(store)
        .await
        .unwrap();
    world.meeting(NINE).write(store).await.unwrap();
    world
        .meeting(NINE)
        .not_exclusive()
        .write(store)
        .await
        .unwrap();

    assert_eq!(claims_during(store, &world, NINE).await.len(), 3);
}

/// The guard keeps subjects apart.
pub async fn two_hosts_may_be_taken_at_the_same_time(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(60);
    let world = world.set_up(store).await;
    let (mut first, mut second) = (world.meeting(NINE), world.meeting(NINE));
    first.claims.remove(1);
    second.claims.remove(0);

    first.write(store).await.unwrap();
    second.write(store).await.unwrap();
}

/// One host of several taken is enough.
pub async fn a_collective_meeting_needs_every_host(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(60);
    let world = world.set_up(store).await;
    let mut second_only = world.meeting(NINE);
    second_only.claims.remove(0);
    second_only.write(store).await.unwrap();

    let refused = world.meeting(NINE).write(store).await;

    assert!(matches!(refused, Err(StoreError::TimeTaken)));
    assert_eq!(claims_during(store, &world, NINE).await, second_only.claims);
}

/// Buffers are policy: the guard knows core ranges only.
pub async fn buffers_are_kept_and_not_guarded(store: &dyn Store) {
    let world = scenario().host_in("UTC").offering_with(60, |parts| {
        parts
            .buffer_before(TimeDelta::minutes(10))
            .buffer_after(TimeDelta::hours(24))
    });
    let world = world.set_up(store).await;
    let (first, second) = (world.meeting(NINE), world.meeting(TEN));

    first.write(store).await.unwrap();
    second.write(store).await.unwrap();

    assert_eq!(claims_during(store, &world, NINE).await, first.claims);
}

/// What was released can be taken again.
pub async fn released_time_is_free(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    meeting.book(store).await.unwrap();
    let cancel = astralis_core::ports::Plan {
        release: vec![meeting.event.id],
        ..Default::default()
    };
    carry_out(store, &world.command(), &cancel).await.unwrap();

    assert_eq!(claims_during(store, &world, NINE).await, []);
    world.meeting(NINE).book(store).await.unwrap();
}
