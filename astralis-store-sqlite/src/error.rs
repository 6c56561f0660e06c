use std::path::PathBuf;

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
const CONSTRAINT_TRIGGER: &str = "1811";
const CONSTRAINT_FOREIGN_KEY: &str = "787";
const CONSTRAINT_CHECK: &str = "275";
const CONSTRAINT_PRIMARY_KEY: &str = "1555";
const CONSTRAINT_UNIQUE: &str = "2067";
const CORRUPT: &str = "11";
const NOT_A_DATABASE: &str = "26";

/// What a failed statement means to the caller.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) => match cause.code().as_deref() {
            Some(CONSTRAINT_TRIGGER) if cause.message() == CLAIMS_NO_OVERLAP => {
                StoreError::TimeTaken
            }
            Some(CONSTRAINT_UNIQUE | CONSTRAINT_PRIMARY_KEY) => StoreError::NotUnique {
                field: field_in_use(cause.as_ref()),
            },
            Some(CONSTRAINT_CHECK | CONSTRAINT_FOREIGN_KEY | CORRUPT | NOT_A_DATABASE) => {
                corrupt("row", error)
            }
            _ => StoreError::Unavailable(error.into()),
        },
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::ColumnNotFound(_) => corrupt("row", error),
        _ => StoreError::Unavailable(error.into()),
    }
}

/// Whether a row names another one that does not exist.
pub(crate) fn is_dangling(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.as_deref() == Some(CONSTRAINT_FOREIGN_KEY)
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
        _ => "id",
    }
}
