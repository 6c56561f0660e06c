//! What older versions wrote, in the present schema.

use astralis_core::model::{BookingRecord, When};
use astralis_core::ports::{Bookings, Events, StoreError};
use astralis_store_postgres::PostgresStore;
use astralis_testkit::postgres::Database;
use astralis_testkit::scenario::{Meeting, Scenario, instant, scenario};

use crate::fresh::NINE;

const TEN: &str = "2026-03-30T10:00Z/2026-03-30T11:00Z";

const VERSION_6: [&str; 8] = [
    include_str!("../../migrations/0001_catalog.sql"),
    include_str!("../../migrations/0002_credentials.sql"),
    include_str!("../../migrations/0003_events.sql"),
    include_str!("../../migrations/0004_bookings.sql"),
    include_str!("../../migrations/0005_claims.sql"),
    include_str!("../../migrations/0006_outbox.sql"),
    "CREATE TABLE schema_version (version bigint NOT NULL); INSERT INTO schema_version VALUES (6)",
    include_str!("schema_6.sql"),
];

/// What may have been done to its tables since.
const TREATMENTS: [&str; 2] = ["", include_str!("../../partitions/by_tenant.sql")];

/// A database of version 6, opened by this one.
async fn store_of_version_6(database: &Database, treatment: &'static str) -> PostgresStore {
    let mut shell = database.shell().await;
    for statements in VERSION_6.into_iter().chain([treatment]) {
        sqlx::raw_sql(statements).execute(&mut shell).await.unwrap();
    }
    PostgresStore::open(&database.url()).await.unwrap()
}

/// Whose ids the rows of version 6 have, and the meeting that was booked.
fn what_version_6_knew() -> (Scenario, Meeting) {
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

#[tokio::test]
async fn bookings_of_version_6_are_kept_with_their_time() {
    for treatment in TREATMENTS {
        let database = Database::create().await;
        let store = store_of_version_6(&database, treatment).await;
        let (world, meeting) = what_version_6_knew();
        let expected = as_written_then(&meeting);

        let record = store.booking(world.org(), meeting.booking.id).await;
        let window = "2026-03-30T00:00Z/2026-03-31T00:00Z".parse().unwrap();
        let calendar = store.events_between(world.org(), world.host().id, window);
        let calendar = calendar.await.unwrap();
        let taken = world.meeting(NINE).write(&store).await;

        assert_eq!(record.unwrap(), expected);
        assert_eq!(calendar, [expected.event]);
        assert!(matches!(taken, Err(StoreError::TimeTaken)), "{taken:?}");
    }
}

#[tokio::test]
async fn meetings_repeat_among_those_of_version_6() {
    for treatment in TREATMENTS {
        let database = Database::create().await;
        let store = store_of_version_6(&database, treatment).await;
        let (world, meeting) = what_version_6_knew();
        let claimed_until = instant("2026-04-01T00:00:00Z");
        let daily = world.meeting(TEN);
        let daily = daily.repeating("FREQ=DAILY", Some(claimed_until));
        daily.write(&store).await.unwrap();
        let changed = || {
            let elsewhen = world.meeting("2026-04-02T12:00Z/2026-04-02T13:00Z");
            let id = "2026-04-02T10:00:00".parse().unwrap();
            elsewhen.not_exclusive().instead_of(&daily.event, id)
        };
        changed().write(&store).await.unwrap();
        let mut known = world.meeting("2026-04-03T12:00Z/2026-04-03T13:00Z");
        known.event.uid.clone_from(&meeting.event.uid);

        let twice = changed().write(&store).await;
        let known = known.write(&store).await;
        let facts = store.facts(&changed().command).await.unwrap();

        assert_not_unique(twice, "recurrenceId");
        assert_not_unique(known, "uid");
        assert_eq!(facts.series, [daily.event]);
    }
}

#[track_caller]
fn assert_not_unique<T: std::fmt::Debug>(refused: Result<T, StoreError>, expected: &str) {
    match refused {
        Err(StoreError::NotUnique { field }) => assert_eq!(field, expected),
        other => panic!("{expected}: {other:?}"),
    }
}
