//! From an empty database, or an older schema, to the present one.
//!
//! Written here rather than taken from sqlx, so that both stores tell a newer schema in the same
//! way, and so that all missing migrations are one transaction: whoever looks sees none or all.

use sqlx::Connection;
use sqlx::postgres::PgConnection;

use crate::connections::Connections;
use crate::error::OpenError;

/// Each brings the schema from its index to the version after it. A released one is never edited.
const MIGRATIONS: [&str; 7] = [
    include_str!("../migrations/0001_catalog.sql"),
    include_str!("../migrations/0002_credentials.sql"),
    include_str!("../migrations/0003_events.sql"),
    include_str!("../migrations/0004_bookings.sql"),
    include_str!("../migrations/0005_claims.sql"),
    include_str!("../migrations/0006_outbox.sql"),
    include_str!("../migrations/0007_recurrence.sql"),
];

/// The newest schema version.
#[expect(
    clippy::cast_possible_truncation,
    reason = "there are far fewer migrations than u32 can count"
)]
const KNOWN_VERSION: u32 = MIGRATIONS.len() as u32;

/// The oldest PostgreSQL that the suite runs on.
const OLDEST_SERVER: u32 = 15;

/// Of servers that start at the same time, one migrates and the others wait; "ASTRALIS" in ASCII.
const MIGRATION_LOCK: i64 = 0x4153_5452_414C_4953;

/// Brings the schema up to date in one transaction, unless it is.
///
/// How long a migration takes depends on how much there is to migrate: it is waited for without end.
pub(crate) async fn migrate(connections: &Connections) -> Result<(), OpenError> {
    let mut held = connections.acquire().await?;
    if connections.answer(is_up_to_date(held.connection())).await? {
        held.give_back();
        return Ok(());
    }
    // A connection whose transaction is abandoned half-way is closed with everything it locked.
    let mut connection = held.into_connection();
    execute(&mut connection, "BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    execute(&mut connection, "SET LOCAL lock_timeout = 0").await?;
    execute(&mut connection, "SET LOCAL statement_timeout = 0").await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut connection)
        .await?;
    apply_missing(&mut connection).await?;
    execute(&mut connection, "COMMIT").await?;
    // All is committed; the server notices a connection that is merely dropped as well.
    let _ = connection.close().await;
    Ok(())
}

async fn is_up_to_date(connection: &mut PgConnection) -> Result<bool, OpenError> {
    require_server(connection).await?;
    Ok(version(connection).await? == KNOWN_VERSION)
}

async fn require_server(connection: &mut PgConnection) -> Result<(), OpenError> {
    let number: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::integer")
        .fetch_one(connection)
        .await?;
    let found = u32::try_from(number / 10_000).unwrap_or_default();
    if found < OLDEST_SERVER {
        return Err(OpenError::TooOld {
            found,
            oldest: OLDEST_SERVER,
        });
    }
    Ok(())
}

/// The schema version of the database, 0 without a schema.
async fn version(connection: &mut PgConnection) -> Result<u32, OpenError> {
    let exists: bool = sqlx::query_scalar("SELECT to_regclass('schema_version') IS NOT NULL")
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        return Ok(0);
    }
    let version: i64 = sqlx::query_scalar("SELECT version FROM schema_version")
        .fetch_one(connection)
        .await?;
    let found = u32::try_from(version).unwrap_or(u32::MAX);
    if found > KNOWN_VERSION {
        return Err(OpenError::Newer {
            found,
            known: KNOWN_VERSION,
        });
    }
    Ok(found)
}

async fn apply_missing(connection: &mut PgConnection) -> Result<(), OpenError> {
    let version = version(connection).await?;
    if version == 0 {
        let table = "CREATE TABLE schema_version (version bigint NOT NULL); \
                     INSERT INTO schema_version VALUES (0)";
        execute(connection, table).await?;
    }
    for migration in MIGRATIONS.iter().skip(version as usize) {
        execute(connection, migration).await?;
    }
    sqlx::query("UPDATE schema_version SET version = $1")
        .bind(i64::from(KNOWN_VERSION))
        .execute(connection)
        .await?;
    Ok(())
}

async fn execute(connection: &mut PgConnection, sql: &'static str) -> Result<(), OpenError> {
    sqlx::raw_sql(sql).execute(connection).await?;
    Ok(())
}
