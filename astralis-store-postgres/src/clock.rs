use astralis_core::ports::{Clock, StoreError};
use chrono::{DateTime, TimeDelta, Utc};

use crate::PostgresStore;
use crate::error::store_error;

impl PostgresStore {
    /// How far `clock` is ahead of the database's clock; negative if it is behind. Exact to half the
    /// time the question takes.
    ///
    /// Servers that share a database judge by their own clocks which holds have expired and which
    /// mail is due. One whose clock is wrong decides wrongly for all.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    pub async fn ahead_of_database(&self, clock: &dyn Clock) -> Result<TimeDelta, StoreError> {
        let before = clock.now();
        let database = sqlx::query_as("SELECT clock_timestamp()");
        let database = self.connections.value(database).await;
        let database: DateTime<Utc> = database.map_err(store_error)?;
        let after = clock.now();
        Ok(before + (after - before) / 2 - database)
    }
}
