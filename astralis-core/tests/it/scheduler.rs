//! Booking and listing through the public door.

use astralis_core::model::BookingState;
use astralis_core::policy::Refusal;
use astralis_core::ports::StoreError;
use astralis_core::scheduler::{BookError, SchedulerError, SlotsQuery};
use astralis_core::time::Interval;
use astralis_testkit::generators::{host, org};
use chrono::{DateTime, TimeDelta, Utc};

use crate::paris::{at, codes, refusal, world};

const MONDAY: &str = "2026-03-02T00:00Z/2026-03-03T00:00Z";

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
