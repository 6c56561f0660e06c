//! From an empty file, or an older schema, to the present one.
//!
//! Written here rather than taken from sqlx, because the schema version then stands in the file's
//! header (`user_version`): it can be read without writing a table first, and it changes in the
//! same transaction as the schema does.

use std::path::Path;

use sqlx::sqlite::SqliteConnection;

use crate::error::OpenError;
use crate::inspect::require_known;

/// Marks a file as ours (`PRAGMA application_id`): "ASTR".
pub(crate) const APPLICATION_ID: i64 = 0x4153_5452;

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
pub(crate) const KNOWN_VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings the schema up to date in one transaction. Of processes that start at the same time, one
/// does it and the others find it done.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), OpenError> {
    execute(connection, "BEGIN IMMEDIATE").await?;
    match apply_missing(connection, path).await {
        Ok(()) => execute(connection, "COMMIT").await,
        Err(error) => {
            // What went wrong first counts. Closing the connection rolls back as well.
            let _ = execute(connection, "ROLLBACK").await;
            Err(error)
        }
    }
}

async fn apply_missing(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let version: u32 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await
        .map_err(OpenError::Unavailable)?;
    require_known(path, version)?;
    if version == KNOWN_VERSION {
        return Ok(());
    }
    for migration in MIGRATIONS.iter().skip(version as usize) {
        execute(connection, migration).await?;
    }
    // Pragmas take no parameters.
    let marks =
        format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {KNOWN_VERSION}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(marks))
        .execute(&mut *connection)
        .await
        .map_err(OpenError::Unavailable)?;
    Ok(())
}

async fn execute(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), OpenError> {
    sqlx::raw_sql(sql)
        .execute(connection)
        .await
        .map(drop)
        .map_err(OpenError::Unavailable)
}
