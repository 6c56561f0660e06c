//! What version 6 of a schema wrote, opened by this one. Each store fills its own old tables with the
//! same rows, so these checks are not of the suite.

use astralis_core::model::{BookingRecord, When};
use astralis_core::ports::{Store, StoreError};

use super::{NINE, TEN};
use crate::scenario::{Meeting, Scenario, instant, scenario};

/// A booking is read as it was, and its time is nobody else's.
pub async fn a_booking_is_kept_with_its_time(store: &dyn Store) {
    let (world, meeting) = what_it_knew();
    let expected = as_written_then(&meeting);

    let record = store.booking(world.org(), meeting.booking.id).await;
    let window = "2026-03-30T00:00Z/2026-03-31T00:00Z".parse().unwrap();
    let calendar = store.events_between(world.org(), world.host().id, window);
    let calendar = calendar.await.unwrap();
    let taken = world.meeting(NINE).write(store).await;

    assert_eq!(record.unwrap(), expected);
    assert_eq!(calendar, [expected.event]);
    assert!(matches!(taken, Err(StoreError::TimeTaken)), "{taken:?}");
}

/// What version 6 did not know works beside its rows, with all that is unique about it.
pub async fn meetings_repeat_among_the_old_ones(store: &dyn Store) {
    let (world, meeting) = what_it_knew();
    let claimed_until = instant("2026-04-01T00:00:00Z");
    let daily = world.meeting(TEN);
    let daily = daily.repeating("FREQ=DAILY", Some(claimed_until));
    daily.write(store).await.unwrap();
    let changed = || {
        let elsewhen = world.meeting("2026-04-02T12:00Z/2026-04-02T13:00Z");
        let id = "2026-04-02T10:00:00".parse().unwrap();
        elsewhen.not_exclusive().instead_of(&daily.event, id)
    };
    changed().write(store).await.unwrap();
    let mut known = world.meeting("2026-04-03T12:00Z/2026-04-03T13:00Z");
    known.event.uid.clone_from(&meeting.event.uid);

    let twice = changed().write(store).await;
    let known = known.write(store).await;
    let facts = store.facts(&changed().command).await.unwrap();

    assert_not_unique(twice, "recurrenceId");
    assert_not_unique(known, "uid");
    assert_eq!(facts.series, [daily.event]);
}

/// Whose ids its rows have, and the meeting that was booked.
fn what_it_knew() -> (Scenario, Meeting) {
    let world = scenario().host_in("UTC").offering(60);
    let meeting = world.meeting(NINE);
    (world, meeting)
}

/// With the zone data of that time.
fn as_written_then(meeting: &Meeting) -> BookingRecord {
    let mut record = meeting.record();
    if let When::Timed { zone_data, .. } = &mut record.event.when {
        "2026e".clone_into(zone_data);
    }
    record
}

#[track_caller]
fn assert_not_unique<T: std::fmt::Debug>(refused: Result<T, StoreError>, expected: &str) {
    match refused {
        Err(StoreError::NotUnique { field }) => assert_eq!(field, expected),
        other => panic!("{expected}: {other:?}"),
    }
}
