//! Booking, moving and cancelling through the public door.

use astralis_core::availability::{AvailabilityRule, LocalWindow, Schedule};
use astralis_core::model::{
    BookingState, DeliveryState, EventStatus, EventType, EventTypeBuilder, MessageKind,
};
use astralis_core::policy::Refusal;
use astralis_core::ports::StoreError;
use astralis_core::scheduler::{BookError, Booked, Refused, SchedulerError, SlotsQuery};
use astralis_core::time::Interval;
use astralis_testkit::generators::{host, org};
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use uuid::Uuid;

use crate::world::World;

const MONDAY: &str = "2026-03-02T00:00Z/2026-03-03T00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Open Mondays and Tuesdays 09:00–12:00 in Paris; it is Sunday 1 March 2026, noon UTC.
async fn world(adjust: impl FnOnce(EventTypeBuilder) -> EventTypeBuilder) -> World {
    let mut schedule = Schedule::closed("Europe/Paris".parse().unwrap());
    for day in [Weekday::Mon, Weekday::Tue] {
        schedule.rules.push(AvailabilityRule {
            id: Uuid::nil().into(),
            day,
            window: LocalWindow::new("09:00".parse().unwrap(), "12:00".parse().unwrap()).unwrap(),
            active: true,
            valid: None,
        });
    }
    let slug = "intro".parse().unwrap();
    let id = Uuid::from_u128(3).into();
    let builder = EventType::builder(id, org(), host(), slug, TimeDelta::minutes(30));
    let event_type = adjust(builder.title("Intro")).build().unwrap();
    World::new(event_type, schedule, at("2026-03-01T12:00:00Z")).await
}

fn refusal(result: Result<Booked, BookError>) -> Refused {
    match result {
        Err(BookError::Refused(refused)) => refused,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn codes(refused: &Refused) -> Vec<&'static str> {
    refused.reasons.iter().map(Refusal::code).collect()
}

#[tokio::test]
async fn a_booking_is_confirmed_claims_its_time_and_keeps_what_it_was_meant_in() {
    let world = world(|it| it).await;
    let booked = world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
    let event = &booked.record.event;
    assert_eq!(booked.record.booking.state, BookingState::Confirmed);
    assert_eq!(event.title, "Intro: Grace Hopper and Ada Lovelace");
    assert_eq!((event.sequence, event.version), (0, 1));
    assert_eq!(event.when.time_zone().as_str(), "Europe/Paris");
    assert_eq!(event.participants.len(), 2);
    assert_eq!(world.slots(MONDAY.parse().unwrap()).await.len(), 5);
}

#[tokio::test]
async fn a_taken_time_is_refused_with_the_three_nearest_that_are_free() {
    let world = world(|it| it).await;
    world.book(at("2026-03-02T09:00:00Z")).await.unwrap();
    let refused = refusal(world.book(at("2026-03-02T09:00:00Z")).await);
    assert_eq!(codes(&refused), ["taken"]);
    let starts: Vec<_> = refused
        .alternatives
        .iter()
        .map(|slot| slot.start())
        .collect();
    let expected = [
        "2026-03-02T08:30:00Z",
        "2026-03-02T09:30:00Z",
        "2026-03-02T10:00:00Z",
    ];
    assert_eq!(starts, expected.map(at));
}

#[tokio::test]
async fn a_time_far_beyond_the_booking_window_is_offered_the_last_ones_inside() {
    let world = world(|it| it).await;
    let refused = refusal(world.book(at("2027-03-01T08:00:00Z")).await);
    assert_eq!(codes(&refused), ["outsideBookingWindow"]);
    assert_eq!(refused.alternatives.len(), 3);
    assert_eq!(refused.alternatives[2].start(), at("2026-04-28T09:30:00Z"));
}

#[tokio::test]
async fn a_meeting_may_start_the_moment_another_ends() {
    let world = world(|it| it).await;
    world.book(at("2026-03-02T08:30:00Z")).await.unwrap();
    world.book(at("2026-03-02T09:00:00Z")).await.unwrap();
    world.book(at("2026-03-02T08:00:00Z")).await.unwrap();
}

#[tokio::test]
async fn a_repeated_command_books_once_and_answers_the_same() {
    let world = world(|it| it).await;
    let request = world.request(at("2026-03-02T08:30:00Z"));
    let first = world.scheduler.book(&request).await.unwrap();
    let again = world.scheduler.book(&request).await.unwrap();
    assert!(!first.repeated && again.repeated);
    assert_eq!(first.record, again.record);

    let mut other = request.clone();
    other.guest.name = "Somebody Else".to_owned();
    let reused = world.scheduler.book(&other).await;
    assert!(
        matches!(reused, Err(BookError::Store(StoreError::CommandReused(_)))),
        "{reused:?}"
    );
}

#[tokio::test]
async fn a_notice_of_exactly_the_minimum_is_enough() {
    let world = world(|it| it.minimum_notice(TimeDelta::hours(24))).await;
    world.clock.set(at("2026-03-01T08:30:00Z"));
    let refused = refusal(world.book(at("2026-03-02T08:00:00Z")).await);
    let earliest = at("2026-03-02T08:30:00Z");
    assert_eq!(refused.reasons, [Refusal::MinimumNotice { earliest }]);
    world.book(earliest).await.unwrap();
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let world = world(|it| it).await;
    let mut request = world.request(at("2026-03-02T08:30:00Z"));
    request.end = request.start + TimeDelta::minutes(31);
    request.guest.name = "  ".to_owned();
    request.guest.time_zone = "Mars/Olympus".parse().unwrap();
    request.note = Some("x".repeat(2001));
    let Err(BookError::Invalid(errors)) = world.scheduler.book(&request).await else {
        panic!("expected the request to be invalid");
    };
    let found: Vec<_> = errors
        .iter()
        .map(|error| (error.field, error.code))
        .collect();
    assert_eq!(
        found,
        [
            ("guestName", "required"),
            ("description", "tooLong"),
            ("endTime", "durationNotOffered"),
            ("timezone", "unknownTimeZone"),
        ]
    );
}

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
async fn a_query_of_more_than_62_days_is_refused_and_not_shortened() {
    let world = world(|it| it).await;
    let from = at("2026-03-01T00:00:00Z");
    let query = |to| SlotsQuery {
        org: org(),
        event_type: world.event_type.id,
        from,
        to,
        duration: None,
        moving: None,
    };
    let most = from + TimeDelta::days(62);
    assert!(world.scheduler.slots(&query(most)).await.is_ok());
    for (to, code) in [
        (most + TimeDelta::seconds(1), "rangeTooLong"),
        (from, "notAfterStart"),
    ] {
        match world.scheduler.slots(&query(to)).await {
            Err(SchedulerError::Invalid(errors)) => assert_eq!(errors[0].code, code),
            other => panic!("expected {code}, got {other:?}"),
        }
    }
}

#[tokio::test]
async fn limits_count_moved_meetings_once_and_cancelled_ones_not_at_all() {
    use astralis_core::model::{Limit, LimitAmount, LimitPeriod};

    let limit = Limit {
        period: LimitPeriod::Day,
        amount: LimitAmount::Bookings(1),
    };
    let world = world(|it| it.limits(vec![limit])).await;
    let booked = world.book(at("2026-03-02T08:00:00Z")).await.unwrap();
    let refused = refusal(world.book(at("2026-03-02T09:00:00Z")).await);
    assert_eq!(codes(&refused), ["limitReached"]);
    assert_eq!(refused.alternatives[0].start(), at("2026-03-03T08:00:00Z"));
    let moved = world
        .reschedule(&booked, at("2026-03-02T09:00:00Z"))
        .await
        .unwrap();
    world.cancel(&moved).await.unwrap();
    world.book(at("2026-03-02T08:00:00Z")).await.unwrap();
    let monday: Interval = MONDAY.parse().unwrap();
    assert!(world.slots(monday).await.is_empty());
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

#[tokio::test]
async fn a_repeated_command_is_answered_even_if_its_request_would_be_refused_by_now() {
    let world = world(|it| it).await;
    let request = world.request(at("2026-03-02T08:00:00Z"));
    let first = world.scheduler.book(&request).await.unwrap();
    let mut edited = world.event_type.clone();
    edited.durations = vec![TimeDelta::minutes(60)];
    edited.version += 1;
    world
        .scheduler
        .store()
        .save_event_type(&edited)
        .await
        .unwrap();
    let again = world.scheduler.book(&request).await.unwrap();
    assert!(again.repeated);
    assert_eq!(again.record, first.record);
    let invalid = world.book(at("2026-03-02T09:00:00Z")).await;
    assert!(matches!(invalid, Err(BookError::Invalid(_))), "{invalid:?}");
}

#[tokio::test]
async fn buffers_that_add_up_are_kept_whatever_is_asked() {
    use astralis_core::model::BufferRule;

    let long = TimeDelta::hours(20);
    let world = world(|it| {
        it.buffer_before(long)
            .buffer_after(long)
            .buffer_rule(BufferRule::Sum)
    })
    .await;
    world.book(at("2026-03-02T08:00:00Z")).await.unwrap();
    let tuesday = "2026-03-03T00:00Z/2026-03-04T00:00Z".parse().unwrap();
    assert!(world.slots(tuesday).await.is_empty());
    let late = refusal(world.book(at("2026-03-03T10:30:00Z")).await);
    assert_eq!(codes(&late), ["taken"]);
}

#[tokio::test]
async fn what_is_taken_exclusively_is_refused_even_if_meetings_are_to_be_ignored() {
    use astralis_core::model::{Blocking, BusyPolicy};

    let policy = BusyPolicy {
        busy: Blocking::Ignored,
        ..BusyPolicy::default()
    };
    let world = world(|it| it.busy_policy(policy)).await;
    world.book(at("2026-03-02T08:00:00Z")).await.unwrap();
    let refused = refusal(world.book(at("2026-03-02T08:00:00Z")).await);
    assert_eq!(codes(&refused), ["taken"]);
    assert_eq!(refused.alternatives.len(), 3);
}

#[tokio::test]
async fn a_start_at_the_beginning_of_time_is_refused_like_any_other_past_one() {
    let world = world(|it| it).await;
    let refused = refusal(world.book(DateTime::<Utc>::MIN_UTC).await);
    assert!(codes(&refused).contains(&"inThePast"), "{refused:?}");
}

#[tokio::test]
async fn a_meeting_booked_while_travelling_is_meant_on_the_clock_of_that_place() {
    use astralis_core::availability::TravelSegment;

    let world = world(|it| it).await;
    let store = world.scheduler.store();
    let host = store.host(org(), host()).await.unwrap();
    let mut schedule = host.schedule;
    let tuesday = "2026-03-03".parse().unwrap();
    let time_zone = "Asia/Tokyo".parse().unwrap();
    schedule.travel.push(TravelSegment {
        first: tuesday,
        last: tuesday,
        time_zone,
    });
    store
        .save_schedule(org(), host.user.id, &schedule, 1)
        .await
        .unwrap();
    // Nine o'clock in Tokyo.
    let booked = world.book(at("2026-03-03T00:00:00Z")).await.unwrap();
    assert_eq!(booked.record.event.when.time_zone().as_str(), "Asia/Tokyo");
    let booked = world.book(at("2026-03-02T08:00:00Z")).await.unwrap();
    assert_eq!(
        booked.record.event.when.time_zone().as_str(),
        "Europe/Paris"
    );
}
