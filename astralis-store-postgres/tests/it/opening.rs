//! A database that is not ours to open is refused as it is, and the rest is brought up to date.

use astralis_core::ports::Catalog;
use astralis_store_postgres::{OpenError, PostgresStore};
use astralis_testkit::postgres::Database;
use astralis_testkit::scenario::{instant, scenario};
use chrono::TimeDelta;

use crate::fresh::fresh_store;
use crate::partitions::spread_store;

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
        include_str!("../../migrations/0001_catalog.sql"),
        include_str!("../../migrations/0002_credentials.sql"),
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

/// The locks alone would go on working, until somebody writes without them.
#[tokio::test]
async fn a_database_that_does_not_refuse_overlaps_is_refused() {
    let guarded = fresh_store().await;
    let mut shell = guarded.database.shell().await;
    let overlap = "ADD CONSTRAINT claims_no_overlap EXCLUDE USING gist";
    for (change, missing) in [
        ("DROP CONSTRAINT claims_no_overlap", "claims_no_overlap"),
        // Deferrable, for one kind of claims only, over the wrong columns, for the other claims.
        (
            "(org_id WITH =, subject_id WITH =, during WITH &&) WHERE (exclusive) DEFERRABLE",
            "claims_no_overlap",
        ),
        (
            "(org_id WITH =, subject_id WITH =, kind WITH =, during WITH &&) WHERE (exclusive)",
            "claims_no_overlap",
        ),
        (
            "(org_id WITH =, event_id WITH =, during WITH &&) WHERE (exclusive)",
            "claims_no_overlap",
        ),
        (
            "(org_id WITH =, subject_id WITH =, during WITH &&) WHERE (NOT exclusive)",
            "claims_no_overlap",
        ),
        (
            "(org_id WITH =, subject_id WITH =, during WITH &&) WHERE (exclusive)",
            "",
        ),
        // Only stored in another way.
        (
            "(org_id WITH =, subject_id WITH =, during WITH &&) WITH (fillfactor = 70) \
             WHERE (exclusive)",
            "",
        ),
        (
            "DROP CONSTRAINT claims_during_is_half_open",
            "claims_during_is_half_open",
        ),
    ] {
        let change = match change.strip_prefix('(') {
            None => change.to_owned(),
            Some(_) => format!("DROP CONSTRAINT IF EXISTS claims_no_overlap, {overlap} {change}"),
        };
        let alter = format!("ALTER TABLE claims {change}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(alter))
            .execute(&mut shell)
            .await
            .unwrap();

        let opened = PostgresStore::open(&guarded.database.url()).await;

        assert_unguarded(opened, "claims", missing, &change);
    }
}

/// One partition is enough.
#[tokio::test]
async fn a_partition_that_does_not_refuse_overlaps_is_refused() {
    let spread = spread_store().await;
    PostgresStore::open(&spread.database.url()).await.unwrap();
    let mut shell = spread.database.shell().await;
    // Where the guard stands on the parent, a partition's own cannot be dropped.
    let alter = "ALTER TABLE claims DETACH PARTITION claims_p3;
                 DO $$
                 DECLARE guard text;
                 BEGIN
                     SELECT conname INTO guard FROM pg_constraint
                     WHERE conrelid = 'claims_p3'::regclass AND contype = 'x';
                     EXECUTE format('ALTER TABLE claims_p3 DROP CONSTRAINT %I', guard);
                 END $$";
    sqlx::raw_sql(alter).execute(&mut shell).await.unwrap();
    let attach = "ALTER TABLE claims ATTACH PARTITION claims_p3 \
                  FOR VALUES WITH (MODULUS 8, REMAINDER 3)";
    sqlx::raw_sql(attach).execute(&mut shell).await.unwrap();
    let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::integer")
        .fetch_one(&mut shell)
        .await
        .unwrap();

    let opened = PostgresStore::open(&spread.database.url()).await;

    // From version 17 on, attaching has made the guard anew.
    let missing = if version < 170_000 {
        "claims_no_overlap"
    } else {
        ""
    };
    assert_unguarded(opened, "claims_p3", missing, "detached");
}

/// Refused for lack of `missing`, or opened if nothing is.
#[track_caller]
fn assert_unguarded(
    opened: Result<PostgresStore, OpenError>,
    expected: &str,
    missing: &str,
    after: &str,
) {
    match opened {
        Err(OpenError::Unguarded { table, constraint }) => {
            assert_eq!((&*table, &*constraint), (expected, missing), "{after}");
        }
        other => assert!(missing.is_empty() && other.is_ok(), "{after}: {other:?}"),
    }
}
