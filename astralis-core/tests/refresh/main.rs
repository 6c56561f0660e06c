//! Subscribed calendars, read again and again: what they bring counts until something better does.
#![cfg(all(feature = "icalendar", feature = "services"))]
#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test is a failing test"
)]

mod meanwhile;
mod world;

use astralis_core::icalendar::BusyCalendar;
use astralis_core::jobs::{EXPAND_AGAIN_AFTER, INTERVAL, LONGEST_INTERVAL, Reread};
use astralis_core::model::{BusyKind, UserId, Validators};
use astralis_core::ports::{FetchError, Fetched, RetryAfter, StoreError};
use astralis_core::scheduler::ImportError;
use chrono::{DateTime, TimeDelta, Utc};

use crate::world::{World, broken_off, calendar, version};

const NINE: &str = "2026-03-30T09:00Z/2026-03-30T10:00Z";

#[tokio::test]
async fn a_subscribed_calendar_is_its_owners_busy_time() {
    let world = World::new().await;
    world.server.sends(&calendar(2));

    let done = world.refresh().await;

    assert!(matches!(&done.reread, Reread::Written(report) if report.events == 2));
    assert!(done.recorded);
    assert_eq!(world.taken().await, 2);
    assert_eq!(world.server.last_asked(), Validators::default());
    let state = world.subscription().await.state;
    assert_eq!((state.failures, state.stale_since()), (0, None));
    let reading = state.reading.unwrap();
    assert_eq!((reading.events, reading.validators), (2, version("1")));
}

#[tokio::test]
async fn nothing_is_read_before_it_is_due() {
    let world = World::new().await;
    world.server.sends(&calendar(1));
    let done = world.refresh().await;

    let early = world.step_with(&world.server).await;

    assert!(early.is_none());
    assert!(done.due_at >= world.clock_now() + INTERVAL);
}

#[tokio::test]
async fn a_calendar_that_changed_replaces_what_it_was() {
    let world = World::new().await;
    world.server.sends(&calendar(3)).sends(&calendar(1));
    world.refresh().await;

    world.refresh().await;

    assert_eq!(world.taken().await, 1);
}

#[tokio::test]
async fn a_calendar_that_did_not_change_is_not_written_again() {
    let world = World::new().await;
    world.server.sends(&calendar(1));
    world.refresh().await;
    let written_at = world
        .subscription()
        .await
        .state
        .reading
        .unwrap()
        .imported_at;

    for answer in [
        Fetched::NotModified,
        Fetched::File {
            bytes: calendar(1).into_bytes(),
            validators: version("2"),
        },
    ] {
        world.server.answers(Ok(answer));
        let done = world.refresh().await;

        assert!(matches!(done.reread, Reread::Unchanged));
        assert_eq!(world.server.last_asked(), version("1"));
        let reading = world.subscription().await.state.reading.unwrap();
        assert_eq!(reading.imported_at, written_at);
        assert_eq!(reading.checked_at, world.clock_now());
    }
}

#[tokio::test]
async fn a_calendar_that_did_not_change_is_expanded_anew_each_day() {
    let world = World::new().await;
    world.server.sends(&calendar(1)).sends(&calendar(1));
    world.refresh().await;
    world.clock.advance(EXPAND_AGAIN_AFTER);

    let done = world.refresh().await;

    assert!(matches!(done.reread, Reread::Written(_)));
    assert_eq!(world.server.last_asked(), Validators::default());
}

#[tokio::test]
async fn what_cannot_be_read_leaves_everything_as_it_was() {
    let world = World::new().await;
    let whole = calendar(2);
    world.server.sends(&whole);
    world.refresh().await;
    let read = world.subscription().await.state.reading;

    let page = "<!DOCTYPE html><title>Sign in</title>";
    world.server.sends(page).sends(broken_off(&whole)).sends("");
    world
        .server
        .answers(Err(FetchError::Transient("the server answers 500".into())));
    world
        .server
        .answers(Err(FetchError::Permanent("the server answers 404".into())));
    world.clock.advance(EXPAND_AGAIN_AFTER);
    world.server.answers(Ok(Fetched::NotModified));
    for failures in 1..=6 {
        let done = world.refresh().await;

        assert!(
            matches!(done.reread, Reread::Kept { .. }),
            "{:?}",
            done.reread
        );
        assert_eq!(world.taken().await, 2);
        let state = world.subscription().await.state;
        assert_eq!(state.failures, failures);
        assert!(state.last_error.is_some() && state.stale_since().is_some());
        assert_eq!(state.reading, read);
    }
}

#[tokio::test]
async fn what_fails_is_tried_later_and_later_and_soon_again_when_it_works() {
    let world = World::new().await;
    let mut pauses = Vec::new();
    for _ in 0..3 {
        let error = FetchError::Transient("no connection".into());
        world.server.answers(Err(error));
        let done = world.refresh().await;
        pauses.push(done.due_at - world.clock_now());
    }
    world.server.sends(&calendar(1));

    let done = world.refresh().await;

    assert!(pauses[0] < pauses[1] && pauses[1] < pauses[2], "{pauses:?}");
    assert!(done.due_at - world.clock_now() < INTERVAL * 5 / 4);
    assert_eq!(world.subscription().await.state.failures, 0);
}

/// How long an address is left alone whose server wants it to be until `when`.
async fn left_alone(when: impl FnOnce(DateTime<Utc>) -> RetryAfter) -> TimeDelta {
    let world = World::new().await;
    world.server.answers(Err(FetchError::NotBefore {
        when: when(world.clock_now()),
        source: "the server answers 503".into(),
    }));

    let done = world.refresh().await;

    let state = world.subscription().await.state;
    assert_eq!(state.failures, 1);
    assert_eq!(state.last_error.unwrap(), "the server answers 503");
    done.due_at - world.clock_now()
}

#[tokio::test]
async fn an_address_is_left_alone_for_as_long_as_its_server_wants() {
    let (hour, day) = (TimeDelta::hours(1), LONGEST_INTERVAL);
    let week = TimeDelta::days(7);
    let soon = left_alone(|_| RetryAfter::Pause(TimeDelta::seconds(1))).await;
    for (pause, at_least) in [(hour, hour), (week, day), (TimeDelta::MAX, day)] {
        let left = left_alone(|_| RetryAfter::Pause(pause)).await;
        assert!(
            at_least <= left && left < at_least * 5 / 4,
            "{pause}: {left}"
        );
    }
    for (pause, at_least) in [(hour, hour), (week, day)] {
        let left = left_alone(|now| RetryAfter::At(now + pause)).await;
        assert!(
            at_least <= left && left < at_least * 5 / 4,
            "{pause}: {left}"
        );
    }
    let passed = left_alone(|now| RetryAfter::At(now - hour)).await;
    // It is in trouble all the same.
    assert_eq!(soon, passed);
    assert!(soon >= TimeDelta::minutes(5));
}

#[tokio::test]
async fn a_calendar_that_always_broke_off_is_better_than_none() {
    let world = World::new().await;
    let (first, second) = (calendar(2), calendar(3));
    world
        .server
        .sends(broken_off(&first))
        .sends(broken_off(&second));

    world.refresh().await;
    world.refresh().await;

    assert_eq!(world.taken().await, 3);
    let reading = world.subscription().await.state.reading.unwrap();
    assert!(!reading.is_whole && !reading.findings.is_empty());
}

#[tokio::test]
async fn of_what_breaks_off_the_larger_part_is_kept() {
    let world = World::new().await;
    let (first, second) = (calendar(3), calendar(2));
    world
        .server
        .sends(broken_off(&first))
        .sends(broken_off(&second))
        .sends(&second);
    world.refresh().await;

    let less = world.refresh().await;
    let taken_then = world.taken().await;
    world.refresh().await;

    assert!(matches!(less.reread, Reread::Kept { .. }), "{less:?}");
    assert_eq!((taken_then, world.taken().await), (3, 2));
}

#[tokio::test]
async fn another_zone_moves_whole_days_at_the_next_reading() {
    let world = World::new().await;
    let day = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:20260331\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n";
    world.server.sends(day).sends(day);
    world.refresh().await;
    let before = world.taken().await;
    let mut user = world.scenario.hosts()[0].user.clone();
    user.time_zone = "Asia/Tokyo".parse().unwrap();
    world.scheduler.store().save_user(&user).await.unwrap();

    let done = world.refresh().await;

    assert!(matches!(done.reread, Reread::Written(_)), "{done:?}");
    // Tuesday begins on Monday in UTC.
    assert_eq!((before, world.taken().await), (0, 1));
}

#[tokio::test]
async fn the_owners_own_busy_time_is_not_read_back() {
    let world = World::new().await;
    let busy = [(NINE.parse().unwrap(), BusyKind::Busy)];
    let feed_of = |owner: UserId| {
        let feed = BusyCalendar {
            name: "Grace",
            owner,
            id: owner.as_uuid(),
            busy: &busy,
            as_of: world.clock_now(),
            refresh: None,
        };
        feed.to_string()
    };
    let own = feed_of(world.scenario.host().id);
    let mixed = own.replace("END:VCALENDAR\r\n", "") + &calendar(1);
    let colleagues = feed_of(world.scenario.next_id().into());
    world.server.sends(&own).sends(&mixed).sends(&colleagues);

    let refused = world.refresh().await;
    assert!(matches!(&refused.reread, Reread::Kept { error } if error.contains("own feed")));
    assert_eq!(world.taken().await, 0);

    for _ in [mixed, colleagues] {
        let done = world.refresh().await;
        assert!(matches!(done.reread, Reread::Written(_)), "{done:?}");
        assert_eq!(world.taken().await, 1);
    }
}

#[tokio::test]
async fn what_was_not_understood_is_kept_for_its_owner() {
    let world = World::new().await;
    let nonsense = "BEGIN:VEVENT\r\nUID:x\r\nDTSTART:soon\r\nEND:VEVENT\r\n".repeat(30);
    let file = format!("BEGIN:VCALENDAR\r\n{nonsense}END:VCALENDAR\r\n");
    world.server.sends(&file);

    world.refresh().await;

    let reading = world.subscription().await.state.reading.unwrap();
    assert_eq!((reading.findings.len(), reading.more_findings), (20, 10));
    assert!(reading.findings[0].starts_with("line 2: "));
}

#[tokio::test]
async fn a_booking_that_it_overlaps_gets_conflict_data_until_it_goes() {
    let world = World::new().await;
    let meeting = world.scenario.meeting(NINE);
    meeting.book(&**world.scheduler.store()).await.unwrap();
    world.server.sends(&calendar(1));
    world.refresh().await;
    let conflicts = async || {
        let store = world.scheduler.store();
        let record = store
            .booking(world.scenario.org(), meeting.booking.id)
            .await;
        record.unwrap().event.conflicts.len()
    };
    let overlapping = conflicts().await;

    let subscription = world.subscription().await;
    world.scheduler.unsubscribe(&subscription).await.unwrap();

    assert_eq!((overlapping, conflicts().await), (1, 0));
    assert_eq!(world.taken().await, 1);
    let again = world.scheduler.unsubscribe(&subscription).await;
    let gone =
        |error: &ImportError| matches!(error, ImportError::Store(StoreError::NotFound { .. }));
    assert!(again.is_err_and(|error| gone(&error)));
}
