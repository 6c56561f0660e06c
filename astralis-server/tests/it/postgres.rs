//! The same site on a database that several servers share.

use std::sync::Arc;

use astralis_server::config::{Config, Settings};
use astralis_server::startup;
use astralis_store_postgres::PostgresStore;
use astralis_testkit::postgres::Database;

use crate::site::Site;
use crate::sqlite::made_moved_and_cancelled;

#[tokio::test]
async fn a_booking_is_made_moved_and_cancelled_on_postgres() {
    let database = Database::create().await;
    let store = PostgresStore::open(&database.url()).await.unwrap();
    made_moved_and_cancelled(&Site::on(Arc::new(store)).await).await;
}

/// Each tries to be the first one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn servers_that_start_at_once_make_one_host() {
    let database = Database::create().await;
    let folder = tempfile::tempdir().unwrap();
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let settings = Settings::from_pairs([
                ("DATABASE_URL", database.url()),
                ("XDG_DATA_HOME", folder.path().display().to_string()),
                (
                    "ASTRALIS_SECRET_KEY",
                    "the same for every server of it".repeat(2),
                ),
            ]);
            tokio::spawn(async move {
                let config = Config::from_settings(&settings).unwrap();
                let listening = "127.0.0.1:3001".parse().unwrap();
                startup::start(&config, listening, None).await.unwrap()
            })
        })
        .collect();
    let mut tokens = 0;
    for start in starts {
        let started = start.await.unwrap();
        tokens += usize::from(started.announcement.api_token.is_some());
        assert!(started.announcement.database.starts_with("postgres://"));
        started.books.close().await;
    }

    assert_eq!(tokens, 1);
    let hosts: i64 = sqlx::query_scalar("SELECT count(*) FROM users")
        .fetch_one(&mut database.shell().await)
        .await
        .unwrap();
    assert_eq!(hosts, 1);
}
