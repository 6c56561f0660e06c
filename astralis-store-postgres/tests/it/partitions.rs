//! The suite once more, on tables that are spread over partitions by tenant.

use crate::fresh::{FreshStore, NINE, fresh_store};

/// A migrated database, spread before anything is in it.
pub(crate) async fn spread_store() -> FreshStore {
    let fresh = fresh_store().await;
    let mut shell = fresh.database.shell().await;
    sqlx::raw_sql(include_str!("../../partitions/by_tenant.sql"))
        .execute(&mut shell)
        .await
        .unwrap();
    fresh
}

astralis_testkit::store_conformance!(spread_store);

/// What is spread later keeps its rows and its guard.
#[tokio::test]
async fn tables_with_rows_are_spread_as_they_are() {
    use astralis_core::ports::{Bookings, StoreError};
    use astralis_testkit::scenario::{instant, scenario};

    let store = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let meeting = world.meeting(NINE).with_reminder(60);
    meeting.book(&*store).await.unwrap();
    let claimed_until = Some(instant("2026-03-30T00:00:00Z"));
    let weekly = world.meeting("2026-03-29T09:00Z/2026-03-29T10:00Z");
    let weekly = weekly.repeating("FREQ=WEEKLY", claimed_until);
    weekly.write(&*store).await.unwrap();
    let mut shell = store.database.shell().await;

    sqlx::raw_sql(include_str!("../../partitions/by_tenant.sql"))
        .execute(&mut shell)
        .await
        .unwrap();

    let record = store.booking(world.org(), meeting.booking.id).await;
    assert_eq!(record.unwrap(), meeting.record());
    let taken = world.meeting(NINE).write(&*store).await;
    assert!(matches!(taken, Err(StoreError::TimeTaken)), "{taken:?}");
    let facts = store.facts(&meeting.command).await.unwrap();
    assert_eq!(facts.series, [weekly.event]);
}
