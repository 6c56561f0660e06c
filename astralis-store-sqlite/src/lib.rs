//! The embedded store of Astralis: one SQLite file, nothing else to install.
//!
//! ```no_run
//! use astralis_core::ports::Catalog;
//! use astralis_store_sqlite::SqliteStore;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let store = SqliteStore::open("sqlite://astralis.db").await?;
//! if !store.is_set_up().await? {
//!     println!("nobody can be booked yet");
//! }
//! store.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! - **Never twice.** Triggers refuse overlapping exclusive claims of one subject, whoever writes:
//!   this crate, another process, or somebody with a database shell.
//! - **One writer, many readers.** All writing goes through one task that owns the write
//!   connection. Commands that arrive while it is busy share one transaction, and so one flush to
//!   disk; each has its own savepoint, so that one that fails takes back only itself. Reads run
//!   beside it on connections that cannot write.
//! - **Accepted is kept.** `synchronous=FULL`: once a call has answered, its effect survives the
//!   loss of the process and of power.
//! - **Nothing is touched unseen.** A file that is damaged, that belongs to something else or that
//!   a newer version wrote is refused before a byte of it changes; see [`OpenError`].
//!
//! It passes `astralis_testkit::store_conformance!`. A second process may write to the same file,
//! such as an import beside a running server; see [`SqliteConfig::patience`].

mod bookings;
mod catalog;
mod config;
mod credentials;
mod error;
mod events;
mod facts;
mod inspect;
mod migrate;
mod outbox;
mod plan;
mod rows;
mod writer;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use astralis_core::ports::StoreError;
use sqlx::sqlite::{Sqlite, SqliteConnection, SqlitePool, SqlitePoolOptions};
use sqlx::{ConnectOptions, Transaction};

pub use config::SqliteConfig;
pub use error::OpenError;

use crate::error::{is_busy, store_error};
use crate::writer::Writer;

/// A store in one SQLite file, in WAL mode (two more files stand beside it while it is open).
///
/// Dropping it ends the writer after the calls it has accepted; [`close`](Self::close) waits for
/// that.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    readers: SqlitePool,
    writer: Writer,
    patience: Duration,
}

/// How soon a file is tried again that another process has locked while we were opening it.
const OPEN_AGAIN: Duration = Duration::from_millis(10);

impl SqliteStore {
    /// Opens the file at a path or a `sqlite://` URL, and creates or migrates it if need be. The
    /// folder must exist.
    ///
    /// # Errors
    ///
    /// See [`OpenError`]. A file that is refused is left exactly as it was.
    pub async fn open(path_or_url: &str) -> Result<Self, OpenError> {
        Self::open_with(&SqliteConfig::parse(path_or_url)?).await
    }

    /// Like [`open`](Self::open), with every option.
    ///
    /// # Errors
    ///
    /// See [`OpenError`]. A file that is refused is left exactly as it was.
    pub async fn open_with(config: &SqliteConfig) -> Result<Self, OpenError> {
        let connection = open_patiently(config).await?;
        let options = config.write_options();
        let readers = SqlitePoolOptions::new()
            .max_connections(config.readers.max(1))
            .acquire_timeout(config.patience)
            .connect_lazy_with(config.read_options());
        Ok(Self {
            path: config.path.clone(),
            readers,
            // A file that vanishes later is a failure, not a reason to begin with an empty one.
            writer: Writer::start(connection, options.create_if_missing(false)),
            patience: config.patience,
        })
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether reading and writing work right now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1")
            .execute(&self.readers)
            .await
            .map_err(store_error)?;
        self.writer.run(|_| Box::pin(async { Ok(()) })).await
    }

    /// How many transactions this store has committed in which at least one call succeeded: with
    /// many callers at once it grows slower than the number of calls. Readings, refusals and other
    /// processes' transactions are not counted.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.writer.commits()
    }

    /// Carries out what was accepted, refuses what comes later with [`StoreError::Unavailable`],
    /// and closes the file.
    pub async fn close(&self) {
        // The writer last: whoever leaves last folds the write-ahead log into the file.
        self.readers.close().await;
        self.writer.close().await;
    }

    /// A consistent view for several reads.
    async fn view(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.readers.begin().await.map_err(store_error)
    }
}

/// The write connection to a file of the present schema. SQLite does not wait for everybody here:
/// whoever switches a new file to write-ahead logging while another one does is told at once.
async fn open_patiently(config: &SqliteConfig) -> Result<SqliteConnection, OpenError> {
    let patience_ends = Instant::now() + config.patience;
    loop {
        match open_once(config).await {
            Err(OpenError::Unavailable(error))
                if is_busy(&error) && Instant::now() < patience_ends =>
            {
                tokio::time::sleep(OPEN_AGAIN).await;
            }
            outcome => return outcome,
        }
    }
}

async fn open_once(config: &SqliteConfig) -> Result<SqliteConnection, OpenError> {
    inspect::look_before_touching(&config.path).await?;
    let options = config.write_options();
    let mut connection = options.connect().await.map_err(OpenError::Unavailable)?;
    migrate::migrate(&mut connection, &config.path).await?;
    Ok(connection)
}
