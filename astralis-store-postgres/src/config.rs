use std::time::Duration;

use sqlx::postgres::PgConnectOptions;

use crate::error::OpenError;

/// How to open a [`PostgresStore`](crate::PostgresStore).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PostgresConfig {
    /// Where the database is, and who asks.
    pub connect: PgConnectOptions,
    /// How many connections at most; at least 1. Many servers share what one database allows. A
    /// quarter of them is kept from commands, which wait for each other's locks; commands about one
    /// subject get two.
    pub connections: u32,
    /// How long to wait for a connection before giving up with
    /// [`StoreError::Unavailable`](astralis_core::ports::StoreError::Unavailable); also how long a
    /// command is tried again whose connection was lost, or whose subjects are in use. A commit that
    /// got no answer is looked up even when that time is over; then it begins once more.
    pub patience: Duration,
    /// How long a statement may wait for a lock that another transaction holds.
    pub lock_timeout: Duration,
    /// How long a statement may take, its waiting included, before the server ends it; positive. A
    /// server that says nothing for a second more is taken to be gone.
    pub statement_timeout: Duration,
}

impl PostgresConfig {
    /// Reads a URL such as `postgres://user:password@host:5432/database?sslmode=verify-full`. What
    /// it leaves out is taken from libpq's environment variables (`PGPASSWORD`, `PGSSLMODE` and so
    /// on) and `~/.pgpass`.
    ///
    /// Sixteen connections, five seconds of patience, one for a lock, five for a statement.
    ///
    /// # Errors
    ///
    /// [`OpenError::Address`] for anything else.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        let is_ours = url.starts_with("postgres://") || url.starts_with("postgresql://");
        if !is_ours {
            return Err(OpenError::Address("it has another scheme".into()));
        }
        let connect: PgConnectOptions = url
            .parse()
            .map_err(|error: sqlx::Error| OpenError::Address(error.into()))?;
        Ok(Self {
            connect,
            connections: 16,
            patience: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(1),
            statement_timeout: Duration::from_secs(5),
        })
    }

    /// The options of every connection.
    ///
    /// Plans are made once for all parameters, and planning some statements anew would take longer
    /// than carrying them out. They may be made when the tables are still empty, so the planner is
    /// told what holds at any size: every statement finds its rows by an index.
    pub(crate) fn connect_options(&self) -> PgConnectOptions {
        let milliseconds = |time: Duration| time.as_millis().to_string();
        self.connect.clone().options([
            ("lock_timeout", milliseconds(self.lock_timeout)),
            ("statement_timeout", milliseconds(self.statement_timeout)),
            // A server that froze between two statements must not keep its locks.
            (
                "idle_in_transaction_session_timeout",
                milliseconds(self.statement_timeout),
            ),
            ("plan_cache_mode", "force_generic_plan".to_owned()),
            ("enable_seqscan", "off".to_owned()),
            ("enable_hashjoin", "off".to_owned()),
            ("enable_mergejoin", "off".to_owned()),
            ("jit", "off".to_owned()),
        ])
    }

    /// How long to wait for any answer. The server gives up first, unless it is gone or commits: no
    /// timeout of its own ends the wait for the disk and for a standby.
    pub(crate) fn longest_silence(&self) -> Duration {
        self.statement_timeout + Duration::from_secs(1)
    }

    /// The database as an operator may see it: without the password.
    pub(crate) fn address(&self) -> String {
        let connect = &self.connect;
        let host = match connect.get_socket() {
            Some(socket) => socket.display().to_string(),
            None => format!("{}:{}", connect.get_host(), connect.get_port()),
        };
        let database = connect.get_database().unwrap_or(connect.get_username());
        format!("postgres://{host}/{database}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_shows_no_password() {
        let config = PostgresConfig::parse("postgres://ada:secret@db.example/books").unwrap();
        assert_eq!(config.address(), "postgres://db.example:5432/books");
    }

    #[test]
    fn what_is_no_url_of_postgresql_is_refused_unseen() {
        for url in [
            "",
            "books",
            "mysql://ada:secret@db",
            "postgres://ada:secret@db:port/books",
        ] {
            let refused = PostgresConfig::parse(url).unwrap_err();
            assert!(matches!(refused, OpenError::Address(_)), "{url:?}");
            assert!(!astralis_core::ports::chain(&refused).contains("secret"));
        }
    }
}
