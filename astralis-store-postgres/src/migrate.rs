//! From an empty database, or an older schema, to the present one.
//!
//! Written here rather than taken from sqlx, so that both stores tell a newer schema in the same
//! way, and so that all missing migrations are one transaction: whoever looks sees none or all.

use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgPool};

use crate::error::OpenError;

/// Each brings the schema from its index to the version after it. A released one is never edited.
const MIGRATIONS: [&str; 6] = [
    include_str!("../migrations/0001_catalog.sql"),
    include_str!("../migrations/0002_credentials.sql"),
    include_str!("../migrations/0003_events.sql"),
    include_str!("../migrations/0004_bookings.sql"),
    include_str!("../migrations/0005_claims.sql"),
    include_str!("../migrations/0006_outbox.sql"),
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
pub(crate) async fn migrate(pool: &PgPool) -> Result<(), OpenError> {
    let mut connection = pool.acquire().await.map_err(OpenError::Unavailable)?;
    require_server(&mut connection).await?;
    if version(&mut connection).await? == KNOWN_VERSION {
        return Ok(());
    }
    // A connection whose transaction is abandoned half-way is closed with everything it locked.
    let mut connection = connection.detach();
    execute(&mut connection, "BEGIN ISOLATION LEVEL READ COMMITTED").await?;
    execute(&mut connection, "SET LOCAL lock_timeout = 0").await?;
    execute(&mut connection, "SET LOCAL statement_timeout = 0").await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut connection)
        .await
        .map_err(OpenError::Unavailable)?;
    apply_missing(&mut connection).await?;
    execute(&mut connection, "COMMIT").await?;
    // All is committed; the server notices a connection that is merely dropped as well.
    let _ = connection.close().await;
    Ok(())
}

async fn require_server(connection: &mut PgConnection) -> Result<(), OpenError> {
    let number: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::integer")
        .fetch_one(connection)
        .await
        .map_err(OpenError::Unavailable)?;
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
        .await
        .map_err(OpenError::Unavailable)?;
    if !exists {
        return Ok(0);
    }
    let version: i64 = sqlx::query_scalar("SELECT version FROM schema_version")
        .fetch_one(connection)
        .await
        .map_err(OpenError::Unavailable)?;
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
        .await
        .map(drop)
        .map_err(OpenError::Unavailable)
}

async fn execute(connection: &mut PgConnection, sql: &'static str) -> Result<(), OpenError> {
    sqlx::raw_sql(sql)
        .execute(connection)
        .await
        .map(drop)
        .map_err(OpenError::Unavailable)
}
