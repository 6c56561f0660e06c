use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use astralis_core::ports::StoreError;
use astralis_core::time::ZoneDatabase;
use astralis_store_sqlite::{OpenError, SqliteConfig, SqliteStore};

use crate::config::Config;
use crate::site::PublicUrl;
use crate::state::AppState;
use crate::tokens::{KeyFileError, SecretKey, load_or_create};
use crate::zones::{self, SystemZonesError};

/// What is in the way of a start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The folder for the database cannot be made.
    #[error("the folder {path} cannot be created")]
    Folder {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database cannot be used.
    #[error("the database cannot be opened")]
    Open(#[from] OpenError),
    /// The key file cannot be used.
    #[error("the secret key cannot be read")]
    Key(#[from] KeyFileError),
    /// The configured time zone data cannot be used.
    #[error("ASTRALIS_ZONEINFO: expected a zoneinfo directory")]
    Zones(#[from] SystemZonesError),
    /// The mail server's settings cannot be used.
    #[error("mail cannot be set up")]
    Mail(#[from] astralis_mail::SetUpError),
    /// What was to be created first is not well-formed.
    #[error("the first host cannot be created")]
    FirstHost(#[source] astralis_core::ports::BoxError),
    /// The store refused or did not answer.
    #[error("the database does not answer")]
    Store(#[from] StoreError),
}

/// The database, opened, with the zone data it is read by.
pub struct OpenedBooks {
    store: Arc<SqliteStore>,
    zones: ZoneDatabase,
}

/// Opens the database and picks the zone data.
///
/// # Errors
///
/// [`StartError`]; a database that cannot be used is left as it was.
pub async fn open(config: &Config) -> Result<OpenedBooks, StartError> {
    let path = config.database.as_path();
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        create_private(folder).map_err(|source| StartError::Folder {
            path: folder.to_owned(),
            source,
        })?;
    }
    let zones = zones::newest(config.zoneinfo.as_deref())?;
    let store = SqliteStore::open_with(&SqliteConfig::new(path)).await?;
    Ok(OpenedBooks {
        store: Arc::new(store),
        zones,
    })
}

/// Creates a folder that others on this machine cannot look into: it will hold guests' names and
/// addresses. One that exists stays as it is.
fn create_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

impl OpenedBooks {
    /// A state on this database with the system's clock.
    ///
    /// # Errors
    ///
    /// [`StartError::Key`].
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the system's clock enters"
    )]
    pub fn state(&self, config: &Config, listening: SocketAddr) -> Result<AppState, StartError> {
        let site = config.public_url.clone();
        Ok(AppState::new(
            self.store.clone(),
            self.zones.clone(),
            Arc::new(chrono::Utc::now),
            secret_key(config)?,
            site.unwrap_or_else(|| PublicUrl::of_listener(listening)),
            config.rate_limit.clone(),
        ))
    }

    /// Ends what was accepted and closes the file.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

fn secret_key(config: &Config) -> Result<SecretKey, StartError> {
    match &config.secret_key {
        Some(text) => Ok(SecretKey::from_text(text.reveal())),
        None => Ok(load_or_create(&config.database.beside("secret.key"))?),
    }
}
