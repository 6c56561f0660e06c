//! Transactions whose every end is accounted for.

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnection, PgPool, Postgres};

use crate::error::{Failure, is_connection_lost};

/// A transaction that writes.
pub(crate) const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// A transaction in which every statement sees the same moment.
pub(crate) const VIEW: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A transaction with the connection it runs on.
///
/// A connection goes back to its pool only after a commit or a roll-back that the server has
/// answered. If the caller goes away or panics in between, it is closed, and the server rolls back:
/// nobody finds somebody else's locks, or half of somebody else's work, on a connection they were
/// given.
pub(crate) struct Transaction {
    connection: Option<PoolConnection<Postgres>>,
}

impl Transaction {
    /// Begins with a simple query, which may hold more statements than one; it takes one round trip.
    pub(crate) async fn begin(
        pool: &PgPool,
        statements: impl sqlx::SqlSafeStr,
    ) -> Result<Self, sqlx::Error> {
        let mut transaction = Self {
            connection: Some(pool.acquire().await?),
        };
        match sqlx::raw_sql(statements)
            .execute(transaction.connection())
            .await
        {
            Ok(_) => Ok(transaction),
            Err(error) => {
                transaction.end_after(&error).await;
                Err(error)
            }
        }
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        let connection = self.connection.as_mut();
        connection.expect("it is taken out only by what ends the transaction")
    }

    /// Commits. After an error of the connection it is unknown whether it did.
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        let committed = sqlx::raw_sql("COMMIT").execute(self.connection()).await;
        match &committed {
            Err(error) if is_connection_lost(error) => {}
            // A commit that the database refused has rolled back.
            Ok(_) | Err(_) => drop(self.connection.take()),
        }
        committed.map(drop)
    }

    /// Commits what succeeded and rolls back what failed.
    pub(crate) async fn finish<T>(self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        match outcome {
            Ok(value) => self.commit().await.map(|()| value).map_err(Failure::from),
            Err(failure) => {
                self.abandon(&failure).await;
                Err(failure)
            }
        }
    }

    /// Rolls back because of `failure`.
    pub(crate) async fn abandon(mut self, failure: &Failure) {
        match failure {
            Failure::Answer(_) => self.roll_back().await,
            Failure::Database(error) => self.end_after(error).await,
        }
    }

    async fn end_after(&mut self, error: &sqlx::Error) {
        // Only of what the database itself said is it clear how the connection stands.
        if error.as_database_error().is_some() && !is_connection_lost(error) {
            self.roll_back().await;
        }
    }

    async fn roll_back(&mut self) {
        let rolled_back = sqlx::raw_sql("ROLLBACK").execute(self.connection()).await;
        if rolled_back.is_ok() {
            drop(self.connection.take());
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(unfinished) = self.connection.take() {
            drop(unfinished.detach());
        }
    }
}
