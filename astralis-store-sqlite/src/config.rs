use std::path::PathBuf;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use crate::error::OpenError;

/// How to open a [`SqliteStore`](crate::SqliteStore).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SqliteConfig {
    /// The database file.
    pub path: PathBuf,
    /// How many connections read at the same time; at least 1.
    pub readers: u32,
    /// How long to wait for another process that is writing, or for a caller that was asked to
    /// decide, before giving up with
    /// [`StoreError::Unavailable`](astralis_core::ports::StoreError::Unavailable).
    pub patience: Duration,
}

impl SqliteConfig {
    /// The file at `path`, four readers, five seconds of patience.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            readers: 4,
            patience: Duration::from_secs(5),
        }
    }

    /// Reads a path or a URL such as `sqlite:///var/lib/astralis.db` or `sqlite://relative.db`.
    ///
    /// # Errors
    ///
    /// [`OpenError::Address`] for another scheme, for URL parameters, and for databases without a
    /// file: `astralis_core::memory` is made for those.
    pub fn parse(path_or_url: &str) -> Result<Self, OpenError> {
        let refuse = || OpenError::Address(path_or_url.to_owned());
        let path = match path_or_url.split_once(':') {
            Some(("sqlite", rest)) => rest.strip_prefix("//").unwrap_or(rest),
            // A single letter is a drive.
            Some((scheme, rest)) if scheme.len() > 1 && rest.starts_with("//") => {
                return Err(refuse());
            }
            _ => path_or_url,
        };
        if path.is_empty() || path.starts_with(':') || path.contains('?') {
            return Err(refuse());
        }
        Ok(Self::new(path))
    }

    pub(crate) fn write_options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(&self.path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(self.patience)
    }

    pub(crate) fn read_options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(&self.path)
            .read_only(true)
            .busy_timeout(self.patience)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, path: &str) {
        assert_eq!(SqliteConfig::parse(text).unwrap(), SqliteConfig::new(path));
    }

    #[test]
    fn paths_and_urls_name_a_file() {
        check("astralis.db", "astralis.db");
        check("/var/lib/a b.db", "/var/lib/a b.db");
        check("sqlite://astralis.db", "astralis.db");
        check("sqlite:astralis.db", "astralis.db");
        check("sqlite:///var/lib/astralis.db", "/var/lib/astralis.db");
        check(r"C:\data\astralis.db", r"C:\data\astralis.db");
    }

    #[test]
    fn what_names_no_file_is_refused() {
        for text in [
            "",
            ":memory:",
            "sqlite::memory:",
            "sqlite://",
            "sqlite://a.db?mode=ro",
            "postgres://localhost/astralis",
        ] {
            let refused = SqliteConfig::parse(text);
            assert!(matches!(refused, Err(OpenError::Address(_))), "{text:?}");
        }
    }
}
