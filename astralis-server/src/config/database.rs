use std::path::{Path, PathBuf};

use crate::config::{ConfigError, Settings};

/// Where the SQLite database lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabasePath(PathBuf);

impl DatabasePath {
    /// The database at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The file.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// A file or folder beside the database.
    #[must_use]
    pub fn beside(&self, name: &str) -> PathBuf {
        self.0.with_file_name(name)
    }

    /// `DATABASE_URL`, or `astralis.db` in the user's data directory.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a URL of another kind, or if there is no data directory.
    pub fn from_settings(settings: &Settings) -> Result<Self, ConfigError> {
        const NAME: &str = "DATABASE_URL";
        let Some(url) = settings.text(NAME) else {
            return Ok(Self(data_directory(settings)?.join("astralis.db")));
        };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Err(ConfigError::NotYet {
                name: NAME,
                what: "PostgreSQL",
                instead: "use sqlite:///path/to/astralis.db, or leave it out",
            });
        }
        let path = url
            .strip_prefix("sqlite://")
            .or_else(|| url.strip_prefix("sqlite:"))
            .map(|rest| rest.split('?').next().unwrap_or(rest))
            .filter(|path| !path.is_empty() && *path != ":memory:");
        path.map(Self::new).ok_or_else(|| ConfigError::Secret {
            // A URL of another kind may hold a password.
            name: NAME,
            expected: "a URL such as sqlite:///var/lib/astralis/astralis.db".to_owned(),
        })
    }
}

/// `$XDG_DATA_HOME/astralis`, or `~/.local/share/astralis`.
///
/// # Errors
///
/// [`ConfigError`] if neither `XDG_DATA_HOME` nor `HOME` is an absolute path.
pub fn data_directory(settings: &Settings) -> Result<PathBuf, ConfigError> {
    let absolute = |name: &str| {
        settings
            .text(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_DATA_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
        .map(|data| data.join("astralis"))
        .ok_or_else(|| settings.refuse("HOME", "an absolute path, or DATABASE_URL to be set"))
}
