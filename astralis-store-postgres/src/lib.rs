//! The PostgreSQL store of Astralis: one database, any number of servers.
//!
//! ```no_run
//! use astralis_core::ports::Catalog;
//! use astralis_store_postgres::PostgresStore;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let store = PostgresStore::open("postgres://astralis@localhost/astralis").await?;
//! if !store.is_set_up().await? {
//!     println!("nobody can be booked yet");
//! }
//! store.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! - **Never twice.** An exclusion constraint refuses overlapping exclusive claims of one subject,
//!   whoever writes: this crate, another server, or somebody with a database shell.
//! - **Decided on the truth.** A command first locks its subjects, in the order of their ids; what
//!   it then reads stays true until it commits. Commands about other subjects run beside it.
//! - **Accepted is kept.** Once a call has answered, its effect survives the loss of the server's
//!   process and of the database's. Whether it survives the loss of the database's *machine* is
//!   up to its settings: it takes a synchronous standby.
//! - **An outcome is never unknown for long.** If the connection is lost while a command commits,
//!   the command is repeated: it finds its own effect, or takes place now.
//! - **Several servers need no agreement.** Jobs are claimed with `FOR UPDATE SKIP LOCKED` under a
//!   lease; of servers that start at the same time, one migrates.
//!
//! It passes `astralis_testkit::store_conformance!`, with and without partitions by tenant.

mod bookings;
mod catalog;
mod clock;
mod config;
mod credentials;
mod error;
mod facts;
mod migrate;
mod outbox;
mod plan;
mod retry;
mod rows;
mod transaction;

use std::time::Duration;

use astralis_core::ports::StoreError;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::{Connection, PgConnection};

pub use config::PostgresConfig;
pub use error::OpenError;
pub use retry::Repeats;

use crate::error::store_error;
use crate::retry::Repeated;

/// A store in a PostgreSQL database.
#[derive(Debug)]
pub struct PostgresStore {
    pool: PgPool,
    address: String,
    patience: Duration,
    repeated: Repeated,
}

/// A connection that nobody used for so long is tried before it is handed out: the server may have
/// been restarted.
const IDLE: Duration = Duration::from_secs(1);

impl PostgresStore {
    /// Opens the database at a `postgres://` URL, and creates or migrates its schema if need be.
    /// The database itself must exist.
    ///
    /// # Errors
    ///
    /// See [`OpenError`]. A database that is refused is left exactly as it was.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        Self::open_with(&PostgresConfig::parse(url)?).await
    }

    /// Like [`open`](Self::open), with every option.
    ///
    /// # Errors
    ///
    /// See [`OpenError`]. A database that is refused is left exactly as it was.
    pub async fn open_with(config: &PostgresConfig) -> Result<Self, OpenError> {
        let pool = PgPoolOptions::new()
            .max_connections(config.connections.max(1))
            .acquire_timeout(config.patience)
            .test_before_acquire(false)
            .before_acquire(|connection, age| Box::pin(is_usable(connection, age.idle_for)))
            .connect_lazy_with(config.connect_options());
        migrate::migrate(&pool).await?;
        Ok(Self {
            pool,
            address: config.address(),
            patience: config.patience,
            repeated: Repeated::default(),
        })
    }

    /// Where the database is, without a password.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How often commands had to be repeated since this store was opened, and why.
    #[must_use]
    pub fn repeats(&self) -> Repeats {
        self.repeated.so_far()
    }

    /// Whether the database answers right now.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] if not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1")
            .execute(&self.pool)
            .await
            .map(drop)
            .map_err(store_error)
    }

    /// Waits for calls under way, refuses what comes later with [`StoreError::Unavailable`], and
    /// closes every connection.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

async fn is_usable(connection: &mut PgConnection, idle_for: Duration) -> Result<bool, sqlx::Error> {
    if idle_for > IDLE {
        connection.ping().await?;
    }
    Ok(true)
}
