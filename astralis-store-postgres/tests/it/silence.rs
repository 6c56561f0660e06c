//! Whoever goes away without a word, the database or the caller, leaves nothing behind that others
//! wait for.

use std::sync::Arc;
use std::time::Duration;

use astralis_core::ports::{Bookings, ClaimDue, Outbox, StoreError, Transacted};
use astralis_store_postgres::{OpenError, PostgresConfig, PostgresStore};
use astralis_testkit::postgres::{Database, Wire};
use astralis_testkit::scenario::{Meeting, Scenario, instant, scenario};
use chrono::TimeDelta;
use sqlx::postgres::PgConnection;
use tokio::task::JoinHandle;

use crate::fresh::{FreshStore, NINE, an_hour, fresh_store, lock_time_of, rows, waiting};

/// Longer than any test may take: what ends in time does not end because of this.
const FOR_EVER: Duration = Duration::from_secs(600);

fn claim(world: &Scenario) -> ClaimDue {
    ClaimDue {
        now: instant("2026-03-28T12:00:00Z"),
        lease_until: instant("2026-03-28T12:00:00Z") + TimeDelta::minutes(1),
        token: world.next_id().into(),
        limit: 1,
    }
}

/// A second store on the same database that would wait for ever.
async fn patient(store: &FreshStore, connections: u32) -> Arc<PostgresStore> {
    let mut config = PostgresConfig::parse(&store.database.url()).unwrap();
    config.connections = connections;
    config.patience = FOR_EVER;
    config.lock_timeout = FOR_EVER;
    config.statement_timeout = FOR_EVER;
    Arc::new(PostgresStore::open_with(&config).await.unwrap())
}

async fn execute(shell: &mut PgConnection, statement: &'static str) {
    sqlx::raw_sql(statement).execute(shell).await.unwrap();
}

/// Its machine lost power: connections stand, and nothing comes back. Then another one takes over.
#[tokio::test]
async fn a_database_that_vanishes_is_unavailable_and_comes_back_by_itself() {
    let database = Database::create().await;
    let wire = Wire::to(&database).await;
    let mut config = PostgresConfig::parse(wire.url()).unwrap();
    config.connections = 2;
    config.patience = Duration::from_secs(4);
    config.statement_timeout = Duration::from_secs(2);
    let store = PostgresStore::open_with(&config).await.unwrap();
    let world = scenario().host_in("UTC").offering(60).set_up(&store).await;
    let meeting = world.meeting(NINE);
    wire.go_dead();

    // More at once than there are connections, some of which had been made before.
    let (claim, command) = (claim(&world), world.command());
    let (booked, claimed, facts, pinged, opened) = tokio::join!(
        meeting.book(&store),
        store.claim_due(&claim),
        store.facts(&command),
        store.ping(),
        PostgresStore::open_with(&config),
    );

    assert!(
        matches!(booked, Err(StoreError::Unavailable(_))),
        "{booked:?}"
    );
    assert!(
        matches!(claimed, Err(StoreError::Unavailable(_))),
        "{claimed:?}"
    );
    assert!(
        matches!(facts, Err(StoreError::Unavailable(_))),
        "{facts:?}"
    );
    assert!(
        matches!(pinged, Err(StoreError::Unavailable(_))),
        "{pinged:?}"
    );
    assert!(
        matches!(opened, Err(OpenError::Unavailable(_))),
        "{opened:?}"
    );
    wire.come_back();
    let booked = meeting.book(&store).await;
    assert!(matches!(booked, Ok(Transacted::Done(_))), "{booked:?}");
    store.close().await;
}

/// A guest who closes the page while the booking is half-written.
#[tokio::test]
async fn a_caller_that_goes_away_leaves_nothing_locked_and_nothing_written() {
    let store = fresh_store().await;
    let patient = patient(&store, 2).await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let mut shell = store.database.shell().await;
    let mut blocker = store.database.shell().await;
    // The subject is locked and the time taken, but the booking cannot be written.
    execute(&mut blocker, "BEGIN; LOCK TABLE bookings IN EXCLUSIVE MODE").await;
    let leaving = tokio::spawn({
        let (patient, meeting) = (Arc::clone(&patient), world.meeting(NINE));
        async move { meeting.book(&*patient).await }
    });
    while waiting(&mut shell).await == 0 {}

    leaving.abort();
    assert!(leaving.await.unwrap_err().is_cancelled());
    execute(&mut blocker, "ROLLBACK").await;
    let booked = world.meeting(NINE).book(&*patient).await;

    assert!(matches!(booked, Ok(Transacted::Done(_))), "{booked:?}");
    assert_eq!(rows(&mut shell).await, (1, 1));
}

/// Everybody wants one person, whose lock somebody holds.
#[tokio::test]
async fn a_subject_that_is_stuck_keeps_nobody_from_booking_others() {
    let store = fresh_store().await;
    let patient = patient(&store, 4).await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let other = Scenario::of_tenant(2).host_in("UTC").offering(60);
    let other = other.set_up(&*store).await;
    let mut shell = store.database.shell().await;
    let mut blocker = store.database.shell().await;
    lock_time_of(&mut blocker, &world).await;
    let bookings = book(&patient, (0..8).map(|n| world.meeting(&an_hour(n))));
    while waiting(&mut shell).await < 2 {}

    let booked = other.meeting(NINE).book(&*patient).await;

    booked.unwrap();
    assert_eq!(waiting(&mut shell).await, 2);
    execute(&mut blocker, "ROLLBACK").await;
    for booking in bookings {
        booking.await.unwrap().unwrap();
    }
}

/// Everybody wants somebody else, and an event type with a limit is what they share.
#[tokio::test]
async fn commands_that_are_stuck_leave_connections_for_reads_and_the_outbox() {
    let store = fresh_store().await;
    let patient = patient(&store, 4).await;
    let world = (0..4).fold(scenario(), |world, _| world.host_in("UTC"));
    let world = world.offering(60).set_up(&*store).await;
    let mut shell = store.database.shell().await;
    let mut blocker = store.database.shell().await;
    execute(&mut blocker, "BEGIN; SELECT FROM event_types FOR UPDATE").await;
    let of_one_host = |n: usize| {
        let mut meeting = world.meeting(NINE);
        meeting.claims = vec![meeting.claims.swap_remove(n)];
        meeting.command.subjects = vec![meeting.claims[0].subject];
        meeting
    };
    let bookings = book(&patient, (0..4).map(of_one_host));
    while waiting(&mut shell).await < 3 {}

    patient.ping().await.unwrap();
    patient.facts(&world.command()).await.unwrap();
    patient.claim_due(&claim(&world)).await.unwrap();

    assert_eq!(waiting(&mut shell).await, 3);
    execute(&mut blocker, "ROLLBACK").await;
    for booking in bookings {
        booking.await.unwrap().unwrap();
    }
}

fn book(store: &Arc<PostgresStore>, meetings: impl Iterator<Item = Meeting>) -> Vec<Booking> {
    let book = |meeting: Meeting| {
        let store = Arc::clone(store);
        tokio::spawn(async move { meeting.book(&*store).await })
    };
    meetings.map(book).collect()
}

type Booking = JoinHandle<Result<Transacted, StoreError>>;
