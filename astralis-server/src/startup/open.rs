use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use astralis_core::ports::{Store, StoreError};
use astralis_core::time::ZoneDatabase;
use astralis_store_postgres::PostgresStore;
use astralis_store_sqlite::{SqliteConfig, SqliteStore};

use crate::config::{Config, Database, Location};
use crate::site::PublicUrl;
use crate::state::AppState;
use crate::subscriptions::NoFetcher;
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
    /// The database file cannot be used.
    #[error("the database cannot be opened")]
    Open(#[from] astralis_store_sqlite::OpenError),
    /// The PostgreSQL database cannot be used.
    #[error("the database cannot be opened")]
    OpenPostgres(#[from] astralis_store_postgres::OpenError),
    /// The key file cannot be used.
    #[error("the secret key cannot be read")]
    Key(#[from] KeyFileError),
    /// The configured time zone data cannot be used.
    #[error("ASTRALIS_ZONEINFO: expected a zoneinfo directory")]
    Zones(#[from] SystemZonesError),
    /// The mail server's settings cannot be used.
    #[error("mail cannot be set up")]
    Mail(#[from] astralis_mail::SetUpError),
    /// Calendars cannot be fetched.
    #[error("subscriptions to calendars cannot be set up")]
    Fetcher(#[from] NoFetcher),
    /// What was to be created first is not well-formed.
    #[error("the first host cannot be created")]
    FirstHost(#[source] astralis_core::ports::BoxError),
    /// The store refused or did not answer.
    #[error("the database does not answer")]
    Store(#[from] StoreError),
}

/// The database, opened, with the zone data it is read by.
pub struct OpenedBooks {
    store: OpenedStore,
    zones: ZoneDatabase,
}

/// Opens the database and picks the zone data.
///
/// # Errors
///
/// [`StartError`]; a database that cannot be used is left as it was.
pub async fn open(config: &Config) -> Result<OpenedBooks, StartError> {
    let folder = config.database.folder();
    if !folder.as_os_str().is_empty() {
        create_private(folder).map_err(|source| StartError::Folder {
            path: folder.to_owned(),
            source,
        })?;
    }
    let zones = zones::newest(config.zoneinfo.as_deref())?;
    let store = open_store(&config.database).await?;
    Ok(OpenedBooks { store, zones })
}

/// The store that the settings ask for.
enum OpenedStore {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

async fn open_store(database: &Database) -> Result<OpenedStore, StartError> {
    Ok(match &database.location {
        Location::Sqlite(path) => {
            let store = SqliteStore::open_with(&SqliteConfig::new(path)).await?;
            OpenedStore::Sqlite(Arc::new(store))
        }
        Location::Postgres(config) => {
            let store = PostgresStore::open_with(config).await?;
            OpenedStore::Postgres(Arc::new(store))
        }
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
        let state = AppState::new(
            self.store(),
            self.zones.clone(),
            Arc::new(chrono::Utc::now),
            secret_key(config)?,
            site.unwrap_or_else(|| PublicUrl::of_listener(listening)),
            config.rate_limit.clone(),
        );
        Ok(match &self.store {
            // The file is read by this machine's clock alone.
            OpenedStore::Sqlite(_) => state,
            OpenedStore::Postgres(store) => state.with_shared_clock(store.clone()),
        })
    }

    /// Where the books are, for the operator: no password.
    #[must_use]
    pub fn address(&self) -> String {
        match &self.store {
            OpenedStore::Sqlite(store) => store.path().display().to_string(),
            OpenedStore::Postgres(store) => store.address().to_owned(),
        }
    }

    /// Ends what was accepted and closes the database.
    pub async fn close(&self) {
        match &self.store {
            OpenedStore::Sqlite(store) => store.close().await,
            OpenedStore::Postgres(store) => store.close().await,
        }
    }

    fn store(&self) -> Arc<dyn Store> {
        match &self.store {
            OpenedStore::Sqlite(store) => store.clone(),
            OpenedStore::Postgres(store) => store.clone(),
        }
    }
}

fn secret_key(config: &Config) -> Result<SecretKey, StartError> {
    match &config.secret_key {
        Some(text) => Ok(SecretKey::from_text(text.reveal())),
        None => Ok(load_or_create(&config.database.beside("secret.key"))?),
    }
}
