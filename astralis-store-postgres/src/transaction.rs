//! Transactions whose every end is accounted for.

use sqlx::postgres::PgConnection;

use crate::connections::Held;
use crate::error::{Failure, keeps_connection};

/// A transaction that writes what somebody is told is kept: its commit waits for the disk, and for
/// a synchronous standby, whatever the role, the database or the server is set to.
pub(crate) const WRITE: &str =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on";
/// A transaction in which every statement sees the same moment.
pub(crate) const VIEW: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A transaction with the connection it runs on.
///
/// The connection is given back only after a commit or a roll-back that the server has answered. If
/// the caller goes away or panics in between, it is closed, and the server rolls back.
pub(crate) struct Transaction<'a> {
    held: Held<'a>,
}

impl<'a> Transaction<'a> {
    /// Begins with a simple query, which may hold more statements than one; it takes one round trip.
    pub(crate) async fn begin(
        mut held: Held<'a>,
        statements: impl sqlx::SqlSafeStr,
    ) -> Result<Self, sqlx::Error> {
        let home = held.home();
        let begun = sqlx::raw_sql(statements).execute(held.connection());
        let begun = home.answer(begun).await;
        let transaction = Self { held };
        match begun {
            Ok(_) => Ok(transaction),
            Err(error) => {
                transaction.end_after(&error).await;
                Err(error)
            }
        }
    }

    pub(crate) fn connection(&mut self) -> &mut PgConnection {
        self.held.connection()
    }

    /// Commits. After an error of the connection it is unknown whether it did.
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        let home = self.held.home();
        let committed = sqlx::raw_sql("COMMIT").execute(self.held.connection());
        let committed = home.answer(committed).await;
        // A commit that the database refused has rolled back.
        self.held.give_back_after(committed.as_ref().err());
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
    pub(crate) async fn abandon(self, failure: &Failure) {
        match failure {
            Failure::Answer(_) => self.roll_back().await,
            Failure::Database(error) => self.end_after(error).await,
        }
    }

    async fn end_after(self, error: &sqlx::Error) {
        if keeps_connection(error) {
            self.roll_back().await;
        }
    }

    async fn roll_back(mut self) {
        let home = self.held.home();
        let rolled_back = sqlx::raw_sql("ROLLBACK").execute(self.held.connection());
        if home.answer(rolled_back).await.is_ok() {
            self.held.give_back();
        }
    }
}
