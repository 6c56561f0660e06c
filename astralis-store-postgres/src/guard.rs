//! Whether the database still refuses overlaps by itself.

use crate::connections::Connections;
use crate::error::OpenError;

/// Refuses a database that would book a time twice if the locks failed: somebody dropped the guard,
/// or loaded the tables from a dump without it.
///
/// Ranges that are empty or unbounded would slip through the exclusion constraint, so the check
/// that refuses them belongs to it.
pub(crate) async fn require(connections: &Connections) -> Result<(), OpenError> {
    let missing = sqlx::query_as(include_str!("../queries/guard/missing.sql"));
    let missing: Option<(String, String)> = connections.row(missing).await?;
    match missing {
        Some((table, constraint)) => Err(OpenError::Unguarded { table, constraint }),
        None => Ok(()),
    }
}
