//! A file that is not ours to open is refused, and every byte of it stays.

#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test's helper is a failing test"
)]

mod fresh;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use astralis_store_sqlite::{OpenError, SqliteConfig, SqliteStore};
use astralis_testkit::scenario::scenario;
use fresh::fresh_store;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode};
use tempfile::TempDir;

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, std::fs::read(entry.path()).unwrap())
    });
    files.collect()
}

/// Tries to open `file` and asserts that the folder holds the same bytes afterwards.
async fn refused(folder: &TempDir, file: &str) -> OpenError {
    let before = contents(folder.path());
    let path = folder.path().join(file);
    let error = SqliteStore::open(path.to_str().unwrap()).await.unwrap_err();
    assert!(before == contents(folder.path()), "the files have changed");
    error
}

async fn edit(path: &Path, statement: &'static str) {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    let mut shell = options.connect().await.unwrap();
    sqlx::raw_sql(statement).execute(&mut shell).await.unwrap();
    sqlx::Connection::close(shell).await.unwrap();
}

/// Another process that has begun to write.
async fn lock(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true);
    let mut hog = options.connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut hog)
        .await
        .unwrap();
    hog
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_unchanged() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("a.db"), "Dear diary, ".repeat(1000)).unwrap();

    let error = refused(&folder, "a.db").await;

    assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn a_damaged_database_is_refused_unchanged() {
    let store = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    world
        .meeting("2026-03-30T09:00Z/2026-03-30T10:00Z")
        .book(&*store)
        .await
        .unwrap();
    let (folder, path) = store.close().await;
    let mut bytes = std::fs::read(&path).unwrap();
    for byte in &mut bytes[8192..16384] {
        *byte = 0xA5;
    }
    std::fs::write(&path, &bytes).unwrap();

    let error = refused(&folder, "astralis.db").await;

    assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn a_truncated_database_is_refused_unchanged() {
    let (folder, path) = fresh_store().await.close().await;
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();

    let error = refused(&folder, "astralis.db").await;

    assert!(matches!(error, OpenError::Damaged { .. }), "{error:?}");
}

#[tokio::test]
async fn a_newer_database_is_refused_unchanged() {
    let (folder, path) = fresh_store().await.close().await;
    edit(&path, "PRAGMA user_version = 999").await;

    let error = refused(&folder, "astralis.db").await;

    assert!(
        matches!(error, OpenError::Newer { found: 999, .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("use a newer one"), "{error}");
}

/// The newer schema stands in the write-ahead log only, as after a crash.
#[tokio::test]
async fn a_newer_database_is_refused_by_what_its_log_says() {
    let store = fresh_store().await;
    let path = store.path().to_owned();
    let options = SqliteConnectOptions::new().filename(&path);
    let mut shell = options.connect().await.unwrap();
    sqlx::query("PRAGMA user_version = 999")
        .execute(&mut shell)
        .await
        .unwrap();
    let crashed = TempDir::new().unwrap();
    for suffix in ["", "-wal"] {
        let from = format!("{}{suffix}", path.display());
        let to = crashed.path().join(format!("astralis.db{suffix}"));
        std::fs::copy(from, to).unwrap();
    }
    let before = contents(crashed.path());

    let copy = crashed.path().join("astralis.db");
    let error = SqliteStore::open(copy.to_str().unwrap()).await.unwrap_err();

    assert!(matches!(error, OpenError::Newer { .. }), "{error:?}");
    // SQLite may have left an index of the log; the data are as they were.
    let after = contents(crashed.path());
    for (name, bytes) in before {
        assert!(after.get(&name) == Some(&bytes), "{name} has changed");
    }
}

#[tokio::test]
async fn a_database_of_another_program_is_refused_unchanged() {
    let folder = TempDir::new().unwrap();
    edit(&folder.path().join("a.db"), "CREATE TABLE notes (text)").await;

    let error = refused(&folder, "a.db").await;

    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
}

#[tokio::test]
async fn a_folder_that_does_not_exist_is_not_created() {
    let folder = TempDir::new().unwrap();

    let error = refused(&folder, "missing/a.db").await;

    assert!(matches!(error, OpenError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn an_empty_file_and_an_empty_database_become_stores() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("empty.db"), "").unwrap();
    let options = SqliteConnectOptions::new()
        .filename(folder.path().join("begun.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal);
    let begun = options.connect().await.unwrap();
    sqlx::Connection::close(begun).await.unwrap();
    for file in ["empty.db", "begun.db"] {
        let path = folder.path().join(file);
        let store = SqliteStore::open(path.to_str().unwrap()).await.unwrap();
        store.ping().await.unwrap();
    }
}

#[tokio::test]
async fn an_older_database_is_brought_up_to_date() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("old.db");
    edit(&path, include_str!("../migrations/0001_catalog.sql")).await;
    edit(&path, include_str!("../migrations/0002_credentials.sql")).await;
    let marks = "PRAGMA application_id = 0x41535452; PRAGMA user_version = 2; \
                 INSERT INTO organizations VALUES (randomblob(16), 'Kept')";
    edit(&path, marks).await;

    let store = SqliteStore::open(path.to_str().unwrap()).await.unwrap();

    assert!(
        astralis_core::ports::Catalog::is_set_up(&store)
            .await
            .unwrap()
    );
    let world = scenario().host_in("UTC").offering(60).set_up(&store).await;
    let meeting = world.meeting("2026-03-30T09:00Z/2026-03-30T10:00Z");
    meeting.book(&store).await.unwrap();
}

#[tokio::test]
async fn a_closed_store_leaves_one_file() {
    let store = fresh_store().await;
    let _world = scenario().host_in("UTC").offering(60).set_up(&*store).await;

    let (folder, _path) = store.close().await;

    let names: Vec<_> = contents(folder.path()).into_keys().collect();
    assert_eq!(names, ["astralis.db"]);
}

#[tokio::test]
async fn a_word_nobody_knows_is_corrupt_and_not_a_default() {
    use astralis_core::ports::{Catalog, StoreError};

    let store = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    edit(store.path(), "UPDATE users SET role = 'WIZARD'").await;

    let found = store.host(world.org(), world.host().id).await;

    assert!(
        matches!(found, Err(StoreError::Corrupt { kind: "role", .. })),
        "{found:?}"
    );
}

/// Two servers that are started together, on a machine that was never set up: each switches the
/// new file to write-ahead logging, and SQLite does not wait for that lock.
#[test]
fn whoever_opens_a_new_file_at_the_same_time_waits_for_the_others() {
    for _ in 0..16 {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("astralis.db");
        let start = std::sync::Barrier::new(8);
        let open = || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                start.wait();
                let store = SqliteStore::open(path.to_str().unwrap()).await?;
                store.ping().await.unwrap();
                store.close().await;
                Ok::<(), OpenError>(())
            })
        };
        std::thread::scope(|scope| {
            let opened: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
            for opened in opened {
                opened.join().unwrap().unwrap();
            }
        });
    }
}

/// The same, with one that is slower.
#[tokio::test]
async fn a_new_file_that_is_locked_for_a_moment_is_waited_for() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.db");
    let mut hog = lock(&path).await;
    let mut opening = Box::pin(SqliteStore::open(path.to_str().unwrap()));

    let meanwhile = tokio::time::timeout(Duration::from_millis(50), &mut opening).await;
    assert!(meanwhile.is_err(), "{meanwhile:?}");
    sqlx::query("ROLLBACK").execute(&mut hog).await.unwrap();

    opening.await.unwrap().ping().await.unwrap();
}

/// Another process that holds the new file for longer than anybody would wait.
#[tokio::test]
async fn a_file_that_stays_locked_is_unavailable_in_time() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.db");
    let mut hog = lock(&path).await;
    let mut config = SqliteConfig::new(&path);
    config.patience = Duration::from_millis(300);

    let refused = SqliteStore::open_with(&config).await;

    assert!(
        matches!(refused, Err(OpenError::Unavailable(_))),
        "{refused:?}"
    );
    sqlx::query("ROLLBACK").execute(&mut hog).await.unwrap();
    SqliteStore::open_with(&config).await.unwrap();
}

/// Somebody keeps the version of their own format in an otherwise empty file.
#[tokio::test]
async fn an_empty_database_with_a_version_is_refused_unchanged() {
    let folder = TempDir::new().unwrap();
    edit(&folder.path().join("a.db"), "PRAGMA user_version = 3").await;

    let error = refused(&folder, "a.db").await;

    assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
}
