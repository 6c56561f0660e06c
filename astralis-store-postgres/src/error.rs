use astralis_core::ports::{BoxError, StoreError};
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

/// Why a database cannot be opened. It is then exactly as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Not the URL of a PostgreSQL database. It is not shown: it may hold a password.
    #[error("expected a URL such as postgres://user@host/database")]
    Address(#[source] BoxError),
    /// The server is of a version that is not supported any more.
    #[error("the server is PostgreSQL {found}; {oldest} or newer is needed")]
    TooOld {
        /// The server's major version.
        found: u32,
        /// The oldest one that works.
        oldest: u32,
    },
    /// A newer version of Astralis migrated it.
    #[error(
        "the database has schema version {found}, and this version of Astralis knows {known}: \
         use a newer one"
    )]
    Newer {
        /// The schema version of the database.
        found: u32,
        /// The newest schema version known here.
        known: u32,
    },
    /// The database itself does not refuse overlaps (any more).
    #[error(
        "the table {table} lacks its constraint {constraint}, without which times could be booked \
         twice: restore it as the migrations (or partitions) make it"
    )]
    Unguarded {
        /// The table, or the partition of it.
        table: String,
        /// What it has to have, not deferrable and over the right columns.
        constraint: String,
    },
    /// PostgreSQL could not be reached, or would not create or migrate the schema.
    #[error("the database cannot be opened")]
    Unavailable(#[from] sqlx::Error),
}

/// What a call inside the store ended with instead of an answer: a word of the domain, or whatever
/// the database said, which whoever holds the transaction may read before it is translated.
#[derive(Debug)]
pub(crate) enum Failure {
    Answer(StoreError),
    Database(sqlx::Error),
}

impl Failure {
    /// What the database said, if it is that.
    pub(crate) fn of_database(&self) -> Option<&sqlx::Error> {
        match self {
            Self::Answer(_) => None,
            Self::Database(error) => Some(error),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Answer(error)
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Answer(error) => error,
            Failure::Database(error) => store_error(error),
        }
    }
}

// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
pub(crate) const SERIALIZATION_FAILURE: &str = "40001";
pub(crate) const DEADLOCK_DETECTED: &str = "40P01";
const FOREIGN_KEY_VIOLATION: &str = "23503";
const UNIQUE_VIOLATION: &str = "23505";
const EXCLUSION_VIOLATION: &str = "23P01";
const NUL_IN_TEXT: &str = "22021";
const NUL_IN_JSON: &str = "22P05";
const READ_ONLY: &str = "25006";
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "25P03";
const TRANSACTION_TIMEOUT: &str = "25P04";
pub(crate) const LOCK_NOT_AVAILABLE: &str = "55P03";
const QUERY_CANCELED: &str = "57014";
const TOO_MANY_CONNECTIONS: &str = "53300";
const CANNOT_CONNECT_NOW: &str = "57P03";

/// PostgreSQL has a zero byte in no text, and no escape for it in JSON.
#[derive(Debug, thiserror::Error)]
#[error("a text holds a NUL character")]
struct NulInText(#[source] sqlx::Error);

/// What a failed statement means to the caller.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) => match code(cause.as_ref()).as_str() {
            EXCLUSION_VIOLATION if concerns(cause.as_ref(), "claims") => StoreError::TimeTaken,
            UNIQUE_VIOLATION => StoreError::NotUnique {
                field: field_in_use(cause.as_ref()),
            },
            code if may_pass(code) => StoreError::Unavailable(error.into()),
            NUL_IN_TEXT | NUL_IN_JSON => StoreError::Impossible(NulInText(error).into()),
            // Data or index corrupted.
            "XX001" | "XX002" => corrupt("database", error),
            _ => StoreError::Impossible(error.into()),
        },
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::ColumnNotFound(_) => corrupt("row", error),
        _ => StoreError::Unavailable(error.into()),
    }
}

/// Whether the same statement may work later: no connection, too few resources (a full disk
/// included), a server that stops or starts or only reads for now, a wait that took too long.
fn may_pass(code: &str) -> bool {
    let class = code.get(..2).unwrap_or_default();
    matches!(class, "08" | "53" | "58")
        || code.starts_with("57P")
        || matches!(
            code,
            SERIALIZATION_FAILURE
                | DEADLOCK_DETECTED
                | LOCK_NOT_AVAILABLE
                | QUERY_CANCELED
                | READ_ONLY
                | IDLE_IN_TRANSACTION_TIMEOUT
                | TRANSACTION_TIMEOUT
        )
}

/// The SQLSTATE; empty for an error without one.
pub(crate) fn code(cause: &dyn DatabaseError) -> String {
    cause.code().unwrap_or_default().into_owned()
}

/// Whether the connection is gone, or of no use any more: it was cut, the server stops, or it has
/// become a standby, which only reads.
pub(crate) fn is_connection_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(cause) => {
            let code = code(cause.as_ref());
            code.starts_with("08")
                || code.starts_with("57P")
                || [READ_ONLY, IDLE_IN_TRANSACTION_TIMEOUT, TRANSACTION_TIMEOUT]
                    .contains(&code.as_str())
        }
        _ => false,
    }
}

/// Whether the connection can be used on: the database itself has answered, and not that it ends.
/// After any other error it is unclear how the connection stands.
pub(crate) fn keeps_connection(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some() && !is_connection_lost(error)
}

/// Whether a server that cannot be connected to may just be starting, or have no place for now.
pub(crate) fn is_starting(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(error) => matches!(
            error.kind(),
            // No port is listened on yet, or there is no socket yet.
            std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::NotFound
        ),
        sqlx::Error::Database(cause) => {
            [TOO_MANY_CONNECTIONS, CANNOT_CONNECT_NOW].contains(&code(cause.as_ref()).as_str())
        }
        _ => false,
    }
}

/// Whether another transaction has recorded the same command first.
pub(crate) fn is_command_known(error: &sqlx::Error) -> bool {
    violates(error, UNIQUE_VIOLATION, "commands")
}

/// Whether a row of `table` names another one that does not exist.
pub(crate) fn is_dangling(error: &sqlx::Error, table: &str) -> bool {
    violates(error, FOREIGN_KEY_VIOLATION, table)
}

fn violates(error: &sqlx::Error, violation: &str, table: &str) -> bool {
    let cause = error.as_database_error();
    cause.is_some_and(|cause| code(cause) == violation && concerns(cause, table))
}

/// Whether the error is about a row of `table`, or of one of its partitions: those are called
/// `table_p0`, `table_p1` and so on.
fn concerns(cause: &dyn DatabaseError, table: &str) -> bool {
    cause.table().is_some_and(|found| {
        found == table
            || found
                .strip_prefix(table)
                .is_some_and(|rest| rest.starts_with("_p"))
    })
}

/// What a failed statement means, if all it can lack is the row it names.
pub(crate) fn or_not_found(
    error: sqlx::Error,
    table: &str,
    kind: &'static str,
    id: impl ToString,
) -> StoreError {
    if is_dangling(&error, table) {
        not_found(kind, id)
    } else {
        store_error(error)
    }
}

pub(crate) fn corrupt(kind: &'static str, cause: impl Into<BoxError>) -> StoreError {
    StoreError::Corrupt {
        kind,
        source: cause.into(),
    }
}

pub(crate) fn not_found(kind: &'static str, id: impl ToString) -> StoreError {
    StoreError::NotFound {
        kind,
        id: id.to_string(),
    }
}

fn field_in_use(cause: &dyn DatabaseError) -> &'static str {
    let cause = cause.try_downcast_ref::<PgDatabaseError>();
    match cause.and_then(PgDatabaseError::constraint) {
        Some("users_slug" | "event_types_slug") => "slug",
        Some("users_email") => "email",
        // On a partition the index has another name, made of its columns.
        Some(name) if name.starts_with("events") && name.contains("recurrence_id") => {
            "recurrenceId"
        }
        // The only other key of a meeting is its id, and a known id replaces.
        _ if cause.is_some_and(|cause| concerns(cause, "events")) => "uid",
        _ => "id",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_transient() {
        for code in [
            "08006", "25006", "25P03", "25P04", "40001", "40P01", "53100", "53300", "55P03",
            "57014", "57P01", "58030",
        ] {
            assert!(may_pass(code), "{code}");
        }
        for code in ["", "22001", "23514", "42P01", "42501", "XX001"] {
            assert!(!may_pass(code), "{code}");
        }
    }

    #[test]
    fn a_connection_that_failed_is_lost_and_an_exhausted_pool_is_none() {
        let cut = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert!(is_connection_lost(&sqlx::Error::Io(cut)));
        assert!(!is_connection_lost(&sqlx::Error::PoolTimedOut));
    }
}
