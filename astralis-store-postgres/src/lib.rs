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
//!   process and of the database's: every such commit asks for `synchronous_commit = on` itself.
//!   Surviving the loss of the database's *machine* takes a synchronous standby. Only that a mail
//!   was sent is recorded as durably as the database is set to: lost, it is sent once more.
//! - **An outcome is never unknown for long.** If the connection is lost while a command commits,
//!   the command is repeated: it finds its own effect, or takes place now.
//! - **Nobody waits for ever.** A database that has vanished without a word is given up after
//!   seconds, and whatever was under way there comes to nothing. Only a migration is waited for
//!   without end.
//! - **Several servers need no agreement.** Jobs are claimed with `FOR UPDATE SKIP LOCKED` under a
//!   lease; of servers that start at the same time, one migrates.
//!
//! It passes `astralis_testkit::store_conformance!`, with and without partitions by tenant.

mod bookings;
mod catalog;
mod clock;
mod config;
mod connections;
mod credentials;
mod error;
mod events;
mod facts;
mod guard;
mod migrate;
mod outbox;
mod plan;
mod queues;
mod retry;
mod rows;
mod transaction;

use std::time::Duration;

use astralis_core::ports::StoreError;
pub use config::PostgresConfig;
pub use error::OpenError;
pub use retry::Repeats;

use crate::connections::Connections;
use crate::error::store_error;
use crate::retry::Repeated;

/// A store in a PostgreSQL database.
#[derive(Debug)]
pub struct PostgresStore {
    connections: Connections,
    address: String,
    patience: Duration,
    repeated: Repeated,
}

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
        let connections = Connections::new(config);
        migrate::migrate(&connections).await?;
        guard::require(&connections).await?;
        Ok(Self {
            connections,
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
        let answered = self.connections.execute(sqlx::query("SELECT 1")).await;
        answered.map(drop).map_err(store_error)
    }

    /// Waits for calls that have a connection, refuses what comes later with [`StoreError::Unavailable`], and
    /// closes every connection.
    pub async fn close(&self) {
        self.connections.close().await;
    }
}
