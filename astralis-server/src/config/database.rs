use std::path::{Path, PathBuf};

use astralis_store_postgres::PostgresConfig;

use crate::config::{ConfigError, Settings};

/// Which database the books are in, and the folder for what is kept in files.
#[derive(Debug, Clone)]
pub struct Database {
    /// Where the books are.
    pub location: Location,
    folder: PathBuf,
}

/// Where the books are.
#[derive(Debug, Clone)]
pub enum Location {
    /// In a file of this machine, of one server.
    Sqlite(PathBuf),
    /// In a database that several servers may share.
    Postgres(Box<PostgresConfig>),
}

impl Database {
    /// An SQLite database at `path`; other files lie in the same folder.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self {
            folder: path.parent().map(Path::to_owned).unwrap_or_default(),
            location: Location::Sqlite(path),
        }
    }

    /// The folder for what is kept in files, such as mails that no server takes.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file or folder in [`folder`](Self::folder).
    #[must_use]
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// `DATABASE_URL`, or `astralis.db` in the user's data directory.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for a URL of another kind, or if there is no data directory.
    pub fn from_settings(settings: &Settings) -> Result<Self, ConfigError> {
        let Some(url) = settings.text(NAME) else {
            return Ok(Self::sqlite(data_directory(settings)?.join("astralis.db")));
        };
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self {
                location: Location::Postgres(Box::new(postgres(url, settings)?)),
                folder: data_directory(settings)?,
            });
        }
        let path = url
            .strip_prefix("sqlite://")
            .or_else(|| url.strip_prefix("sqlite:"))
            .map(|rest| rest.split('?').next().unwrap_or(rest))
            .filter(|path| !path.is_empty() && *path != ":memory:");
        path.map(Self::sqlite).ok_or_else(|| {
            // A URL of another kind may hold a password.
            ConfigError::secret(
                NAME,
                "a URL such as sqlite:///var/lib/astralis/astralis.db or postgres://user@host/database",
            )
        })
    }
}

const NAME: &str = "DATABASE_URL";

fn postgres(url: &str, settings: &Settings) -> Result<PostgresConfig, ConfigError> {
    const CONNECTIONS: &str = "ASTRALIS_DATABASE_CONNECTIONS";
    let expected = "a URL such as postgres://user:password@host:5432/database";
    let mut config = PostgresConfig::parse(url).map_err(|_| ConfigError::secret(NAME, expected))?;
    let expected = "a number of connections from 2 to 1000";
    config.connections = settings.parse(CONNECTIONS, expected, config.connections)?;
    if (2..=1000).contains(&config.connections) {
        Ok(config)
    } else {
        Err(settings.refuse(CONNECTIONS, expected))
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
