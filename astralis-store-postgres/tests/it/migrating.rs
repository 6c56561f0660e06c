//! What older versions wrote, in the present schema.

use astralis_store_postgres::PostgresStore;
use astralis_testkit::postgres::Database;
use astralis_testkit::store::version_6;

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

#[tokio::test]
async fn bookings_of_version_6_are_kept_with_their_time() {
    for treatment in TREATMENTS {
        let database = Database::create().await;
        let store = store_of_version_6(&database, treatment).await;
        version_6::a_booking_is_kept_with_its_time(&store).await;
    }
}

#[tokio::test]
async fn meetings_repeat_among_those_of_version_6() {
    for treatment in TREATMENTS {
        let database = Database::create().await;
        let store = store_of_version_6(&database, treatment).await;
        version_6::meetings_repeat_among_the_old_ones(&store).await;
    }
}
