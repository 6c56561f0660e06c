//! Everything that outlives a server.

use astralis_testkit::postgres::Database;
use tempfile::TempDir;

use crate::books::Books;
use crate::server::Server;

/// Where a server without settings keeps its books.
const FILE: &str = "data/astralis/astralis.db";

/// Where servers keep their books and their files.
pub(crate) struct Home {
    folder: TempDir,
    database: Option<Database>, // None: a file in the folder.
}

impl Home {
    /// Books in a file.
    pub(crate) fn of_one_server() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            database: None,
        }
    }

    /// Books in a database that several servers may share.
    pub(crate) async fn of_many_servers() -> Self {
        Self {
            database: Some(Database::create().await),
            ..Self::of_one_server()
        }
    }

    /// A server that finds here what the ones before it left.
    pub(crate) async fn start(&self, settings: &[(&str, &str)]) -> Server {
        let url = self.database.as_ref().map(Database::url);
        let mut settings = settings.to_vec();
        if let Some(url) = &url {
            let key = "a key that all servers of a test share";
            settings.extend([("DATABASE_URL", url.as_str()), ("ASTRALIS_SECRET_KEY", key)]);
        }
        Server::start(self.folder.path(), &settings).await
    }

    /// A connection of its own to the books.
    pub(crate) async fn books(&self) -> Books {
        match &self.database {
            Some(database) => Books::on_server(database).await,
            None => Books::in_file(&self.folder.path().join(FILE)).await,
        }
    }
}
