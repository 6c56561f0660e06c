use std::path::PathBuf;
use std::sync::Arc;

use astralis_core::ports::{BoxError, StoreError};
use sqlx::error::DatabaseError;

/// Why a database cannot be opened. The file is then exactly as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Neither a path nor a URL of a file.
    #[error("expected a path or sqlite://path, got {0:?}")]
    Address(String),
    /// It is damaged, or no SQLite database at all.
    #[error("{} is damaged or no database", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: BoxError,
    },
    /// It is a database, but of another program.
    #[error("{} belongs to another program", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of Astralis wrote it.
    #[error(
        "{} has schema version {found}, and this version of Astralis knows {known}: use a newer one",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The schema version of the file.
        found: u32,
        /// The newest schema version known here.
        known: u32,
    },
    /// The file could not be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// SQLite could not open, create or migrate it: no such folder, no permission, a full disk,
    /// another process that would not finish.
    #[error("the database cannot be opened")]
    Unavailable(#[source] sqlx::Error),
}

/// The exact word with which the triggers refuse overlapping claims.
const CLAIMS_NO_OVERLAP: &str = "claims_no_overlap";

// Extended result codes, <https://www.sqlite.org/rescode.html>.
const CONSTRAINT_FOREIGN_KEY: u32 = 787;
const CONSTRAINT_PRIMARY_KEY: u32 = 1555;
const CONSTRAINT_TRIGGER: u32 = 1811;
const CONSTRAINT_UNIQUE: u32 = 2067;

// Primary result codes: the low byte of the extended ones.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const NO_MEMORY: u32 = 7;
const INTERRUPTED: u32 = 9;
const IO_ERROR: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;
const PROTOCOL: u32 = 15;
const NOT_A_DATABASE: u32 = 26;

/// What a failed statement means to the caller.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) => match extended_code(cause.as_ref()) {
            CONSTRAINT_TRIGGER if cause.message() == CLAIMS_NO_OVERLAP => StoreError::TimeTaken,
            CONSTRAINT_UNIQUE | CONSTRAINT_PRIMARY_KEY => StoreError::NotUnique {
                field: field_in_use(cause.as_ref()),
            },
            code => fault(code, error.into()),
        },
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::ColumnNotFound(_) => corrupt("row", error),
        _ => StoreError::Unavailable(error.into()),
    }
}

/// What the loss of a whole transaction means to each of its callers.
pub(crate) fn transaction_lost(cause: &Arc<sqlx::Error>) -> StoreError {
    let lost = TransactionLost(Arc::clone(cause)).into();
    match cause.as_ref() {
        sqlx::Error::Database(cause) => fault(extended_code(cause.as_ref()), lost),
        _ => StoreError::Unavailable(lost),
    }
}

/// The transaction that a call was part of did not come to an end.
#[derive(Debug, thiserror::Error)]
#[error("the transaction was not committed")]
struct TransactionLost(#[source] Arc<sqlx::Error>);

fn fault(extended_code: u32, cause: BoxError) -> StoreError {
    match extended_code & 0xff {
        BUSY | LOCKED | NO_MEMORY | INTERRUPTED | IO_ERROR | FULL | CANNOT_OPEN | PROTOCOL => {
            StoreError::Unavailable(cause)
        }
        CORRUPT | NOT_A_DATABASE => corrupt("database", cause),
        _ => StoreError::Impossible(cause),
    }
}

/// 0 for an error without a code.
fn extended_code(cause: &dyn DatabaseError) -> u32 {
    let code = cause.code().and_then(|code| code.parse().ok());
    code.unwrap_or_default()
}

/// Whether another process has locked the file.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    let cause = error.as_database_error();
    cause.is_some_and(|cause| extended_code(cause) & 0xff == BUSY)
}

/// Whether a row names another one that does not exist.
fn is_dangling(error: &sqlx::Error) -> bool {
    let cause = error.as_database_error();
    cause.is_some_and(|cause| extended_code(cause) == CONSTRAINT_FOREIGN_KEY)
}

/// What a failed statement means, if all it can lack is the row it names.
pub(crate) fn or_not_found(
    error: sqlx::Error,
    kind: &'static str,
    id: impl ToString,
) -> StoreError {
    if is_dangling(&error) {
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

/// SQLite has no names for unique constraints: the columns in its message are all there is.
fn field_in_use(cause: &dyn DatabaseError) -> &'static str {
    match cause.message() {
        "UNIQUE constraint failed: users.slug"
        | "UNIQUE constraint failed: event_types.org_id, event_types.owner_id, event_types.slug" => {
            "slug"
        }
        "UNIQUE constraint failed: users.email_key" => "email",
        "UNIQUE constraint failed: events.org_id, events.uid" => "uid",
        "UNIQUE constraint failed: events.org_id, events.series_id, events.recurrence_id" => {
            "recurrenceId"
        }
        _ => "id",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(extended_code: u32, is_expected: fn(&StoreError) -> bool) {
        let error = fault(extended_code, "some cause".into());
        assert!(is_expected(&error), "{extended_code}: {error:?}");
    }

    #[test]
    fn only_what_may_pass_is_transient() {
        check(5, StoreError::is_transient);
        check(517, StoreError::is_transient); // SQLITE_BUSY_SNAPSHOT
        check(3850, StoreError::is_transient); // SQLITE_IOERR_LOCK
        check(8, |error| matches!(error, StoreError::Impossible(_))); // SQLITE_READONLY
        check(1, |error| matches!(error, StoreError::Impossible(_))); // no such table
    }

    #[test]
    fn damage_is_damage_in_every_detail() {
        let is_corrupt = |error: &_| matches!(error, StoreError::Corrupt { .. });
        check(11, is_corrupt);
        check(779, is_corrupt); // SQLITE_CORRUPT_INDEX
        check(26, is_corrupt);
    }
}
