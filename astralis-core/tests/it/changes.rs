//! Moving and cancelling, and what people are told, through the public door.

use astralis_core::model::{BookingState, DeliveryState, EventStatus, MessageKind};
use astralis_core::policy::Refusal;
use astralis_core::scheduler::{Booked, SlotsQuery};
use astralis_testkit::generators::org;
use chrono::{DateTime, TimeDelta, Utc};

use crate::paris::{at, codes, refusal, world};
use crate::world::World;

#[tokio::test]
async fn a_moved_meeting_stays_the_same_meeting_and_frees_its_old_time() {
    let world = world(|it| it).await;
    let booked = world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
    let moved = world
        .reschedule(&booked, at("2026-03-02T09:00:00Z"))
        .await
        .unwrap();
    let (before, after) = (&booked.record.event, &moved.record.event);
    assert_eq!((after.id, &after.uid), (before.id, &before.uid));
    assert_eq!((after.sequence, after.version), (1, 2));
    world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
    let refused = refusal(world.book(at("2026-03-02T09:00:00Z")).await);
    assert_eq!(codes(&refused), ["taken"]);
}

#[tokio::test]
async fn a_meeting_may_move_onto_part_of_its_own_time() {
    let world = world(|it| it.step(TimeDelta::minutes(10))).await;
    let booked = world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
    let query = SlotsQuery {
        org: org(),
        event_type: world.event_type.id,
        from: at("2026-03-02T08:40:00Z"),
        to: at("2026-03-02T08:41:00Z"),
        duration: None,
        moving: Some(booked.record.booking.id),
    };
    assert_eq!(world.scheduler.slots(&query).await.unwrap().len(), 1);
    world
        .reschedule(&booked, at("2026-03-02T08:40:00Z"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_meeting_is_not_offered_the_time_it_has() {
    let world = world(|it| it).await;
    let start = at("2026-03-02T08:30:00Z");
    let booked = world.book(start).await.unwrap();
    let query = SlotsQuery {
        org: org(),
        event_type: world.event_type.id,
        from: at("2026-03-02T08:00:00Z"),
        to: at("2026-03-02T10:00:00Z"),
        duration: None,
        moving: Some(booked.record.booking.id),
    };
    let slots = world.scheduler.slots(&query).await.unwrap();
    let starts: Vec<_> = slots.iter().map(|slot| slot.during.start()).collect();
    assert_eq!(
        starts,
        [
            "2026-03-02T08:00:00Z",
            "2026-03-02T09:00:00Z",
            "2026-03-02T09:30:00Z"
        ]
        .map(at)
    );
    let refused = refusal(world.reschedule(&booked, start).await);
    assert_eq!(codes(&refused), ["unchanged"]);
}

#[tokio::test]
async fn a_move_that_is_refused_leaves_the_meeting_where_it_is() {
    let world = world(|it| it).await;
    let booked = world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
    world.book(at("2026-03-02T09:00:00Z")).await.unwrap();
    let refused = refusal(world.reschedule(&booked, at("2026-03-02T09:00:00Z")).await);
    assert_eq!(codes(&refused), ["taken"]);
    assert_eq!(refused.alternatives.len(), 3);
    let id = booked.record.booking.id;
    assert_eq!(
        world.scheduler.store().booking(org(), id).await.unwrap(),
        booked.record
    );
    let refused = refusal(world.book(at("2026-03-02T08:30:00Z")).await);
    assert_eq!(codes(&refused), ["taken"]);
}

#[tokio::test]
async fn a_change_by_somebody_who_saw_an_older_version_is_refused() {
    let world = world(|it| it).await;
    let booked = world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
    world
        .reschedule(&booked, at("2026-03-02T09:00:00Z"))
        .await
        .unwrap();
    let stale = [Refusal::StaleVersion {
        expected: 1,
        found: 2,
    }];
    assert_eq!(refusal(world.cancel(&booked).await).reasons, stale);
    let moved = world.reschedule(&booked, at("2026-03-02T10:00:00Z")).await;
    assert_eq!(refusal(moved).reasons, stale);
}

#[tokio::test]
async fn a_cancelled_meeting_frees_its_time_and_cannot_be_changed_again() {
    let world = world(|it| it).await;
    let booked = world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
    let cancelled = world.cancel(&booked).await.unwrap();
    assert_eq!(cancelled.record.booking.state, BookingState::Cancelled);
    assert_eq!(cancelled.record.event.status, EventStatus::Cancelled);
    assert_eq!(cancelled.record.event.sequence, 1);
    assert_eq!(
        refusal(world.cancel(&cancelled).await).reasons,
        [Refusal::NotChangeable]
    );
    world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
}

#[tokio::test]
async fn a_meeting_that_began_cannot_be_moved_and_one_that_ended_cannot_be_cancelled() {
    let world = world(|it| it).await;
    let booked = world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
    world.clock.set(at("2026-03-02T08:30:00Z"));
    let moved = world.reschedule(&booked, at("2026-03-02T10:00:00Z")).await;
    assert_eq!(refusal(moved).reasons, [Refusal::NotChangeable]);
    world.clock.set(at("2026-03-02T09:00:00Z"));
    assert_eq!(
        refusal(world.cancel(&booked).await).reasons,
        [Refusal::NotChangeable]
    );
}

#[tokio::test]
async fn guest_and_host_are_told_and_reminded_and_only_of_what_is_ahead() {
    let world = world(|it| it).await;
    // 20 hours ahead: of the reminders 24 h and 1 h before, only the second still makes sense.
    let booked = world.book(at("2026-03-02T08:00:00Z")).await.unwrap();
    let planned = planned(&world, &booked).await;
    let hour = MessageKind::Reminder {
        before: TimeDelta::hours(1),
    };
    let now = at("2026-03-01T12:00:00Z");
    assert_eq!(
        planned,
        [
            ("ada@example.org".to_owned(), MessageKind::Confirmation, now),
            (
                "grace@example.com".to_owned(),
                MessageKind::Confirmation,
                now
            ),
            (
                "ada@example.org".to_owned(),
                hour,
                at("2026-03-02T07:00:00Z")
            ),
            (
                "grace@example.com".to_owned(),
                hour,
                at("2026-03-02T07:00:00Z")
            ),
        ]
    );
}

#[tokio::test]
async fn a_move_plans_reminders_anew_and_a_cancellation_drops_them() {
    let world = world(|it| it).await;
    let booked = world.book(at("2026-03-02T08:00:00Z")).await.unwrap();
    let moved = world
        .reschedule(&booked, at("2026-03-03T08:00:00Z"))
        .await
        .unwrap();
    let due = |planned: Vec<(String, MessageKind, DateTime<Utc>)>| {
        let reminders = planned
            .into_iter()
            .filter(|(_, kind, _)| matches!(kind, MessageKind::Reminder { .. }));
        reminders.map(|(_, _, due)| due).collect::<Vec<_>>()
    };
    let (day, hour) = (at("2026-03-02T08:00:00Z"), at("2026-03-03T07:00:00Z"));
    assert_eq!(due(planned(&world, &moved).await), [day, day, hour, hour]);
    world.cancel(&moved).await.unwrap();
    assert!(due(planned(&world, &moved).await).is_empty());
}

/// What is still to be sent, by due time and address.
async fn planned(world: &World, booked: &Booked) -> Vec<(String, MessageKind, DateTime<Utc>)> {
    let event = booked.record.event.id;
    let records = world
        .scheduler
        .store()
        .messages(org(), event)
        .await
        .unwrap();
    let mut planned: Vec<_> = records
        .into_iter()
        .filter(|record| matches!(record.state, DeliveryState::Pending { .. }))
        .map(|record| {
            let message = record.message;
            (message.to.email.to_string(), message.kind, message.due_at)
        })
        .collect();
    planned.sort_by(|a, b| (a.2, &a.0).cmp(&(b.2, &b.0)));
    planned
}

#[tokio::test]
async fn a_move_to_the_time_it_already_has_is_refused() {
    let world = world(|it| it).await;
    let start = at("2026-03-02T08:00:00Z");
    let booked = world.book(start).await.unwrap();
    assert_eq!(
        refusal(world.reschedule(&booked, start).await).reasons,
        [Refusal::Unchanged]
    );
}

#[tokio::test]
async fn a_meeting_that_cannot_be_moved_is_offered_no_slots() {
    let world = world(|it| it).await;
    let booked = world.book(at("2026-03-02T08:00:00Z")).await.unwrap();
    let query = SlotsQuery {
        org: org(),
        event_type: world.event_type.id,
        from: at("2026-03-02T00:00:00Z"),
        to: at("2026-03-04T00:00:00Z"),
        duration: None,
        moving: Some(booked.record.booking.id),
    };
    assert!(!world.scheduler.slots(&query).await.unwrap().is_empty());
    world.cancel(&booked).await.unwrap();
    assert!(world.scheduler.slots(&query).await.unwrap().is_empty());
}
