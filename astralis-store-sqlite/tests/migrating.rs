//! What older versions wrote, in the present schema.

#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test's helper is a failing test"
)]

use astralis_store_sqlite::SqliteStore;
use astralis_testkit::store::version_6;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

const VERSION_6: [&str; 8] = [
    include_str!("../migrations/0001_catalog.sql"),
    include_str!("../migrations/0002_credentials.sql"),
    include_str!("../migrations/0003_events.sql"),
    include_str!("../migrations/0004_bookings.sql"),
    include_str!("../migrations/0005_claims.sql"),
    include_str!("../migrations/0006_outbox.sql"),
    "PRAGMA application_id = 0x41535452; PRAGMA user_version = 6",
    include_str!("schema_6.sql"),
];

/// A file of version 6, opened by this one.
async fn store_of_version_6(folder: &TempDir) -> SqliteStore {
    let path = folder.path().join("old.db");
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let mut shell = options.connect().await.unwrap();
    for statements in VERSION_6 {
        sqlx::raw_sql(statements).execute(&mut shell).await.unwrap();
    }
    sqlx::Connection::close(shell).await.unwrap();
    SqliteStore::open(path.to_str().unwrap()).await.unwrap()
}

#[tokio::test]
async fn bookings_of_version_6_are_kept_with_their_time() {
    let folder = TempDir::new().unwrap();
    let store = store_of_version_6(&folder).await;
    version_6::a_booking_is_kept_with_its_time(&store).await;
}

#[tokio::test]
async fn meetings_repeat_among_those_of_version_6() {
    let folder = TempDir::new().unwrap();
    let store = store_of_version_6(&folder).await;
    version_6::meetings_repeat_among_the_old_ones(&store).await;
}
