#![doc = include_str!("../README.md")]

pub use astralis_core::*;

/// Mails with invitations over SMTP, or into a spool folder.
#[cfg(feature = "mail")]
pub use astralis_mail as mail;

/// The PostgreSQL store, for any number of servers.
#[cfg(feature = "postgres")]
pub use astralis_store_postgres as postgres;

/// The embedded SQLite store.
#[cfg(feature = "sqlite")]
pub use astralis_store_sqlite as sqlite;
