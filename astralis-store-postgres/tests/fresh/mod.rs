//! A store on an empty database of its own.

use std::ops::Deref;

use astralis_store_postgres::PostgresStore;
use astralis_testkit::postgres::Database;

pub(crate) struct FreshStore {
    store: PostgresStore,
    #[allow(dead_code, reason = "not every test file opens it a second time")]
    pub(crate) database: Database,
}

pub(crate) async fn fresh_store() -> FreshStore {
    let database = Database::create().await;
    let store = PostgresStore::open(&database.url()).await;
    FreshStore {
        store: store.expect("a new database"),
        database,
    }
}

impl Deref for FreshStore {
    type Target = PostgresStore;

    fn deref(&self) -> &PostgresStore {
        &self.store
    }
}
