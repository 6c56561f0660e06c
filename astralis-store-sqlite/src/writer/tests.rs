use tempfile::TempDir;

use super::*;
use crate::SqliteStore;
use crate::config::SqliteConfig;

async fn fresh_store(patience: Duration) -> (SqliteStore, TempDir) {
    let folder = TempDir::new().unwrap();
    let mut config = SqliteConfig::new(folder.path().join("a.db"));
    config.patience = patience;
    (SqliteStore::open_with(&config).await.unwrap(), folder)
}

/// 2 is FULL: the log is on disk before a commit is answered.
#[tokio::test]
async fn what_is_answered_is_on_disk() {
    let (store, _folder) = fresh_store(Duration::from_secs(5)).await;

    let level = store.writer.run(|connection| {
        Box::pin(async {
            let level = sqlx::query_scalar::<_, i64>("PRAGMA synchronous");
            level
                .fetch_one(connection)
                .await
                .map_err(crate::error::store_error)
        })
    });

    assert_eq!(level.await.unwrap(), 2);
}

#[tokio::test]
async fn a_job_that_panics_leaves_nothing_and_does_not_end_the_writer() {
    let (store, _folder) = fresh_store(Duration::from_secs(5)).await;

    let failed = store.writer.run(|connection| {
        Box::pin(async {
            let insert = "INSERT INTO organizations VALUES (randomblob(16), 'Half')";
            execute(connection, insert).await.unwrap();
            // Unlike `panic!`, this prints nothing into the test's output.
            std::panic::resume_unwind(Box::new("a job that fails"))
        })
    });
    let failed: Result<(), _> = failed.await;

    assert!(
        matches!(failed, Err(StoreError::Unavailable(_))),
        "{failed:?}"
    );
    store.ping().await.unwrap();
    assert!(
        !astralis_core::ports::Catalog::is_set_up(&store)
            .await
            .unwrap()
    );
}

/// Another process lets go after the first call has given up: the second one, which came later, is
/// not dragged along.
#[tokio::test]
async fn who_came_later_is_not_failed_with_who_waited_in_vain() {
    let patience = Duration::from_millis(400);
    let (store, folder) = fresh_store(patience).await;
    let options = SqliteConnectOptions::new().filename(folder.path().join("a.db"));
    let mut hog = options.connect().await.unwrap();
    execute(&mut hog, "BEGIN IMMEDIATE").await.unwrap();

    let mut first = Box::pin(store.ping());
    let meanwhile = tokio::time::timeout(patience / 4, &mut first).await;
    assert!(meanwhile.is_err(), "{meanwhile:?}");
    let second = store.writer.queue(|_| Box::pin(async { Ok(()) })).await;
    let first = first.await;
    execute(&mut hog, "ROLLBACK").await.unwrap();

    assert!(
        matches!(first, Err(StoreError::Unavailable(_))),
        "{first:?}"
    );
    second.unwrap().outcome().await.unwrap();
}
