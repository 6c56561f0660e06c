//! Throw-away PostgreSQL databases.
//!
//! Every test gets a database of its own, on the server that `ASTRALIS_TEST_POSTGRES_URL` names or,
//! without it, on one that the first test starts and that all test processes share: it stops some
//! seconds after the last of them has ended, however it ended. Where no PostgreSQL is installed the
//! tests fail and say how to get it.

mod server;
mod wire;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use uuid::Uuid;

pub use server::{Server, shared_server};
pub use wire::{Cut, Wire};

/// An empty database; it goes when it is [dropped](Self::remove), or with its server.
#[derive(Debug, Clone)]
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// A database on the server that all tests share.
    ///
    /// # Panics
    ///
    /// If there is no server, with words on how to get one.
    pub async fn create() -> Self {
        Self::create_on(&shared_server().await).await
    }

    /// A database on the server at `url`.
    ///
    /// # Panics
    ///
    /// If the server does not answer.
    pub async fn create_on(url: &str) -> Self {
        let database = Self {
            server: url.to_owned(),
            name: format!("test_{}", unique_name()),
        };
        database.administrate("CREATE DATABASE").await;
        database
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        at_database(&self.server, &self.name)
    }

    /// A database shell beside whoever else uses it.
    ///
    /// # Panics
    ///
    /// If the server does not answer.
    pub async fn shell(&self) -> PgConnection {
        let options: PgConnectOptions = self.url().parse().expect("a URL we have made");
        options.connect().await.expect("a database that exists")
    }

    /// Deletes it, whoever is connected.
    ///
    /// # Panics
    ///
    /// If the server does not answer.
    pub async fn remove(self) {
        self.administrate("DROP DATABASE").await;
    }

    async fn administrate(&self, verb: &str) {
        let options: PgConnectOptions = self.server.parse().expect("the URL of a server");
        let mut shell = options.connect().await.expect("the server answers");
        let statement = format!("{verb} {}", self.name);
        sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut shell)
            .await
            .expect("the server creates and drops databases");
        shell.close().await.expect("the server answers");
    }
}

/// Two tests never share a name, also not those of two processes.
fn unique_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let space = Uuid::new_v5(&Uuid::NAMESPACE_OID, &std::process::id().to_be_bytes());
    let hasher = std::hash::BuildHasher::build_hasher(&std::hash::RandomState::new());
    let seed = std::hash::Hasher::finish(&hasher);
    Uuid::new_v5(&space, format!("{number}/{seed}").as_bytes())
        .simple()
        .to_string()
}

/// `url` with another database.
fn at_database(url: &str, name: &str) -> String {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let scheme = address.find("://").map_or(0, |position| position + 3);
    let host_ends = address[scheme..]
        .find('/')
        .map_or(address.len(), |position| scheme + position);
    let parameters = match parameters {
        "" => String::new(),
        parameters => format!("?{parameters}"),
    };
    format!("{}/{name}{parameters}", &address[..host_ends])
}

#[cfg(test)]
mod tests {
    use super::at_database;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        for (url, expected) in [
            ("postgres://a@b:1/postgres", "postgres://a@b:1/x"),
            ("postgres://a@b", "postgres://a@b/x"),
            ("postgres://a@b/c?host=/run", "postgres://a@b/x?host=/run"),
            ("postgres://a@b?host=/run", "postgres://a@b/x?host=/run"),
        ] {
            assert_eq!(at_database(url, "x"), expected);
        }
    }
}
