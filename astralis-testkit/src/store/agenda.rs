//! Meetings as the people in them see their calendar.

use astralis_core::model::{EventId, EventStatus, ParticipationStatus, UserId};
use astralis_core::ports::Store;

use super::series::{NEXT_YEAR, changed, daily, ids, weekly};
use super::{NINE, TEN, carry_out, one_host};
use crate::scenario::{Scenario, scenario};

/// By start, then id; half-open; cancelled ones too, and changed occurrences with their series.
pub async fn meetings_between_come_in_order(store: &dyn Store) {
    let world = one_host(store).await;
    let series = daily(&world);
    let moved = changed(&world, &series, "2026-05-01T09:00:00", TEN);
    let booked = world.meeting(NINE).not_exclusive();
    let mut cancelled = world.meeting(NINE).not_exclusive();
    cancelled.event.status = EventStatus::Cancelled;
    for meeting in [&series, &moved, &cancelled, &booked] {
        let mut plan = meeting.plan();
        plan.claims.clear();
        carry_out(store, &world.command(), &plan).await.unwrap();
    }
    let all = vec![
        series.event.id,
        booked.event.id,
        cancelled.event.id,
        moved.event.id,
    ];
    for (window, expected) in [
        ("2026-03-30T08:00Z/2026-03-30T09:00Z", vec![]),
        ("2026-03-30T08:00Z/2026-03-30T09:00:00.000001Z", all.clone()),
        ("2026-03-30T09:59:59.999999Z/2026-03-30T10:00Z", all.clone()),
        ("2026-03-30T08:00Z/2026-03-30T12:00Z", all),
        (
            "2026-03-30T10:00Z/2026-03-30T12:00Z",
            vec![series.event.id, moved.event.id],
        ),
    ] {
        let mut expected = expected;
        expected.sort_by_key(|id| (*id == moved.event.id, *id));
        let found = between(store, &world, world.host().id, window).await;
        assert_eq!(found, expected, "{window}");
    }
}

/// Whatever they answered; and to the organizer, even if nobody invited them.
pub async fn meetings_between_belong_to_everyone_invited(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").host_in("UTC");
    let world = world.offering(60).set_up(store).await;
    let mut meeting = weekly(&world);
    meeting.event.participants.truncate(2);
    meeting.event.participants.remove(0);
    meeting.event.participants[0].status = ParticipationStatus::Declined;
    meeting.write(store).await.unwrap();

    for (n, is_theirs) in [(0, true), (1, true), (2, false)] {
        let user = world.hosts()[n].user.id;
        let found = between(store, &world, user, "2026-05-01T00:00Z/2026-06-01T00:00Z").await;
        assert_eq!(found == [meeting.event.id], is_theirs, "user {n}");
    }
}

/// From its first occurrence on, wherever the window lies: the rule is not the store's to read.
pub async fn a_series_is_between_wherever_it_may_reach(store: &dyn Store) {
    let world = one_host(store).await;
    let endless = weekly(&world);
    endless.write(store).await.unwrap();
    let finished = world.meeting(TEN).repeating("FREQ=DAILY;COUNT=3", None);
    finished.write(store).await.unwrap();
    let both = vec![endless.event.id, finished.event.id];
    for (window, expected) in [
        ("2026-03-01T00:00Z/2026-03-30T09:00Z", vec![]),
        (
            "2026-03-01T00:00Z/2026-03-30T09:00:00.000001Z",
            vec![endless.event.id],
        ),
        ("2026-06-01T00:00Z/2026-06-02T00:00Z", both.clone()),
        ("2046-06-01T00:00Z/2046-06-02T00:00Z", both),
    ] {
        let found = between(store, &world, world.host().id, window).await;
        assert_eq!(found, expected, "{window}");
    }
}

/// Wherever they were moved; those of the user only, so that a series alone tells what is missing.
pub async fn a_series_is_between_with_its_changed_occurrences(store: &dyn Store) {
    let world = scenario().host_in("UTC").host_in("UTC").offering(60);
    let world = world.set_up(store).await;
    let series = weekly(&world);
    series.write(store).await.unwrap();
    let tuesday = "2026-04-07T09:00Z/2026-04-07T10:00Z";
    let moved = changed(&world, &series, "2026-04-06T09:00:00", tuesday);
    moved.write(store).await.unwrap();
    let mut others = changed(&world, &series, "2026-04-13T09:00:00", TEN);
    others.event.organizer = world.hosts()[1].user.id;
    others.event.participants.clear();
    others.write(store).await.unwrap();

    for (window, expected) in [
        ("2026-03-01T00:00Z/2026-03-30T09:00Z", vec![]),
        (NEXT_YEAR, vec![series.event.id, moved.event.id]),
    ] {
        let found = between(store, &world, world.host().id, window).await;
        assert_eq!(found, expected, "{window}");
    }
}

/// What was imported is busy time, and no meeting to open.
pub async fn meetings_between_are_our_own(store: &dyn Store) {
    let world = one_host(store).await;
    let imported = world.meeting(NINE).imported_from("work.ics");
    imported.write(store).await.unwrap();
    let own = world.meeting(NINE);
    own.write(store).await.unwrap();

    let found = between(store, &world, world.host().id, NINE).await;

    assert_eq!(found, [own.event.id]);
}

pub(super) async fn between(
    store: &dyn Store,
    world: &Scenario,
    user: UserId,
    window: &str,
) -> Vec<EventId> {
    let window = window.parse().expect("an interval");
    let found = store.events_between(world.org(), user, window).await;
    ids(&found.expect("meetings"))
}
