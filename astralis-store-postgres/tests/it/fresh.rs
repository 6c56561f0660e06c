//! A store on an empty database of its own.

use std::ops::Deref;

use astralis_store_postgres::PostgresStore;
use astralis_testkit::postgres::Database;
use astralis_testkit::scenario::{Scenario, instant};
use chrono::TimeDelta;
use sqlx::postgres::PgConnection;

/// A time that many tests want.
pub(crate) const NINE: &str = "2026-03-30T09:00Z/2026-03-30T10:00Z";

pub(crate) struct FreshStore {
    store: PostgresStore,
    pub(crate) database: Database,
}

pub(crate) async fn fresh_store() -> FreshStore {
    let database = Database::create().await;
    let store = PostgresStore::open(&database.url()).await;
    FreshStore {
        store: store.expect("a new database"),
        database,
    }
}

impl Deref for FreshStore {
    type Target = PostgresStore;

    fn deref(&self) -> &PostgresStore {
        &self.store
    }
}

/// One of many hours that do not overlap.
pub(crate) fn an_hour(n: i64) -> String {
    let start = instant("2026-03-30T09:00:00Z") + TimeDelta::hours(n);
    let end = start + TimeDelta::hours(1);
    format!("{}/{}", start.format("%FT%TZ"), end.format("%FT%TZ"))
}

/// How many claims and bookings there are.
pub(crate) async fn rows(shell: &mut PgConnection) -> (i64, i64) {
    let count = "SELECT (SELECT count(*) FROM claims), (SELECT count(*) FROM bookings)";
    sqlx::query_as(count).fetch_one(shell).await.unwrap()
}

/// How many others wait for a lock in this database.
pub(crate) async fn waiting(shell: &mut PgConnection) -> i64 {
    let count = "SELECT count(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    sqlx::query_scalar(count).fetch_one(shell).await.unwrap()
}

/// Begins a transaction in which nobody of this organization can be booked by others.
pub(crate) async fn lock_time_of(shell: &mut PgConnection, world: &Scenario) {
    sqlx::raw_sql("BEGIN").execute(&mut *shell).await.unwrap();
    sqlx::query("SELECT FROM subjects WHERE org_id = $1 FOR UPDATE")
        .bind(world.org().as_uuid())
        .execute(shell)
        .await
        .unwrap();
}
