//! A database that is not ours to open is refused as it is, and the rest is brought up to date.

mod fresh;

use astralis_core::ports::Catalog;
use astralis_store_postgres::{OpenError, PostgresStore};
use astralis_testkit::postgres::Database;
use astralis_testkit::scenario::{instant, scenario};
use chrono::TimeDelta;
use fresh::fresh_store;

#[tokio::test]
async fn a_newer_database_is_refused_unchanged() {
    let store = fresh_store().await;
    let mut shell = store.database.shell().await;
    sqlx::raw_sql("UPDATE schema_version SET version = 999")
        .execute(&mut shell)
        .await
        .unwrap();

    let refused = PostgresStore::open(&store.database.url())
        .await
        .unwrap_err();

    assert!(
        matches!(refused, OpenError::Newer { found: 999, .. }),
        "{refused:?}"
    );
    assert!(refused.to_string().contains("use a newer one"), "{refused}");
    let version: i64 = sqlx::query_scalar("SELECT version FROM schema_version")
        .fetch_one(&mut shell)
        .await
        .unwrap();
    assert_eq!(version, 999);
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_date() {
    let database = Database::create().await;
    let mut shell = database.shell().await;
    for statement in [
        include_str!("../migrations/0001_catalog.sql"),
        include_str!("../migrations/0002_credentials.sql"),
        "CREATE TABLE schema_version (version bigint NOT NULL); \
         INSERT INTO schema_version VALUES (2); \
         INSERT INTO organizations VALUES (gen_random_uuid(), 'Kept')",
    ] {
        sqlx::raw_sql(statement).execute(&mut shell).await.unwrap();
    }

    let store = PostgresStore::open(&database.url()).await.unwrap();

    assert!(store.is_set_up().await.unwrap());
    let world = scenario().host_in("UTC").offering(60);
    let world = world.set_up(&store).await;
    let meeting = world.meeting("2026-03-30T09:00Z/2026-03-30T10:00Z");
    meeting.book(&store).await.unwrap();
}

/// All or nothing: the second migration finds a table in its way.
#[tokio::test]
async fn a_migration_that_fails_leaves_nothing_behind() {
    let database = Database::create().await;
    let mut shell = database.shell().await;
    sqlx::raw_sql("CREATE TABLE credentials (note text)")
        .execute(&mut shell)
        .await
        .unwrap();

    let refused = PostgresStore::open(&database.url()).await;

    assert!(
        matches!(refused, Err(OpenError::Unavailable(_))),
        "{refused:?}"
    );
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
            .fetch_one(&mut shell)
            .await
            .unwrap();
    assert_eq!(tables, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_that_start_at_once_migrate_once() {
    let database = Database::create().await;
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let url = database.url();
            tokio::spawn(async move { PostgresStore::open(&url).await })
        })
        .collect();
    for start in starts {
        start.await.unwrap().unwrap().ping().await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_does_not_exist_is_not_created() {
    let missing = Database::create().await;
    let url = missing.url();
    missing.remove().await;

    let refused = PostgresStore::open(&url).await;

    assert!(
        matches!(refused, Err(OpenError::Unavailable(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_clock_that_is_hours_off_is_noticed() {
    let store = fresh_store().await;
    let past = instant("2001-01-01T00:00:00Z");
    let behind = store.ahead_of_database(&move || past).await.unwrap();
    assert!(behind < -TimeDelta::days(9000), "{behind}");
}
