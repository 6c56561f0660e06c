//! The same site on a database that several servers share.

use std::sync::Arc;

use astralis_server::config::{Config, Settings};
use astralis_server::startup;
use astralis_store_postgres::PostgresStore;
use astralis_testkit::postgres::Database;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::office::{FAR, Office, path_of, weekly};
use crate::site::{FIRST, Site};
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

#[tokio::test]
async fn a_weekly_meeting_keeps_its_time_on_postgres() {
    let database = Database::create().await;
    let store = PostgresStore::open(&database.url()).await.unwrap();
    let office = Office::on(Arc::new(store)).await;
    let meeting = office.created(&weekly()).await;
    assert!(!office.offers("grace", FAR).await);
    assert_eq!(office.book("grace", FIRST).await.json()["code"], "taken");

    let path = format!("{}?scope=THIS&recurrenceId={FIRST}", path_of(&meeting));
    let none = Value::Null;
    let cancelled = office.api(&office.grace, Method::DELETE, &path, &none);

    assert_eq!(cancelled.await.json()["excluded"], json!([FIRST]));
    assert_eq!(
        office.book("grace", FIRST).await.status,
        StatusCode::CREATED
    );
    let refused = office.book("grace", FAR).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
}
