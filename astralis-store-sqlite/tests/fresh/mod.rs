//! An empty store in a folder of its own.

use std::ops::Deref;
use std::path::PathBuf;

use astralis_store_sqlite::{SqliteConfig, SqliteStore};
use tempfile::TempDir;

/// The folder goes with it.
pub(crate) struct FreshStore {
    store: SqliteStore,
    folder: TempDir,
}

pub(crate) async fn fresh_store() -> FreshStore {
    let folder = TempDir::new().expect("a folder for the database");
    let config = SqliteConfig::new(folder.path().join("astralis.db"));
    let store = SqliteStore::open_with(&config).await;
    FreshStore {
        store: store.expect("a new database"),
        folder,
    }
}

impl Deref for FreshStore {
    type Target = SqliteStore;

    fn deref(&self) -> &SqliteStore {
        &self.store
    }
}

impl FreshStore {
    /// Closes the store and hands over its file, which lasts as long as the folder.
    #[allow(dead_code, reason = "not every test file closes its store")]
    pub(crate) async fn close(self) -> (TempDir, PathBuf) {
        self.store.close().await;
        let path = self.store.path().to_owned();
        (self.folder, path)
    }
}
