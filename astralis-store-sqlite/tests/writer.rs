//! One writer: what waits together is written together, and nobody can stop it.

mod fresh;

use std::sync::Arc;
use std::time::Duration;

use astralis_core::ports::{Catalog, StoreError, Transacted};
use astralis_store_sqlite::{SqliteConfig, SqliteStore};
use astralis_testkit::scenario::scenario;
use fresh::{FreshStore, fresh_store};
use futures_util::FutureExt;
use futures_util::future::join_all;
use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use tempfile::TempDir;

const NINE: &str = "2026-03-30T09:00Z/2026-03-30T10:00Z";
const TEN: &str = "2026-03-30T10:00Z/2026-03-30T11:00Z";

async fn one_host(store: &FreshStore) -> astralis_testkit::scenario::Scenario {
    let world = scenario().host_in("UTC").offering(60);
    world.set_up(&**store).await
}

fn impatient(folder: &TempDir) -> SqliteConfig {
    let mut config = SqliteConfig::new(folder.path().join("astralis.db"));
    config.patience = Duration::from_secs(1);
    config
}

fn hour(n: u32) -> String {
    format!(
        "2026-04-{:02}T{:02}:00Z/2026-04-{:02}T{:02}:00Z",
        n / 20 + 1,
        n % 20,
        n / 20 + 1,
        n % 20 + 1
    )
}

#[tokio::test]
async fn bookings_that_wait_together_share_a_commit() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    let meetings: Vec<_> = (0..64).map(|n| world.meeting(&hour(n))).collect();
    let before = store.commits();

    let outcomes = join_all(meetings.iter().map(|meeting| meeting.book(&*store))).await;

    assert!(outcomes.iter().all(Result::is_ok));
    let commits = store.commits() - before;
    assert!(
        (1..=8).contains(&commits),
        "{commits} commits for 64 bookings"
    );
}

#[tokio::test]
async fn a_refusal_commits_nothing() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    world.meeting(NINE).book(&*store).await.unwrap();
    let before = store.commits();

    let refused = world.meeting(NINE).book(&*store).await;

    assert!(matches!(refused, Err(StoreError::Refused(_))));
    assert_eq!(store.commits(), before);
}

/// A future that is neither run nor dropped holds up the others for a moment, not for good.
#[tokio::test]
async fn a_caller_that_stops_in_the_middle_does_not_stop_the_others() {
    let folder = TempDir::new().unwrap();
    let store = SqliteStore::open_with(&impatient(&folder)).await.unwrap();
    let world = scenario().host_in("UTC").offering(60).set_up(&store).await;
    let (stuck, other) = (world.meeting(NINE), world.meeting(TEN));
    let mut attempt = Box::pin(stuck.book(&store));
    // Far enough to be in the queue, and never again until the other one is done.
    assert!(attempt.as_mut().now_or_never().is_none());

    let done = other.book(&store).await;

    assert!(matches!(done, Ok(Transacted::Done(_))), "{done:?}");
    let late = attempt.await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    assert!(stuck.book(&store).await.is_ok());
}

#[tokio::test]
async fn what_was_accepted_is_there_after_reopening() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    let meeting = world.meeting(NINE).with_reminder(60);
    meeting.book(&*store).await.unwrap();
    let (_folder, path) = store.close().await;

    let again = SqliteStore::open(path.to_str().unwrap()).await.unwrap();

    assert!(again.is_set_up().await.unwrap());
    let repeated = meeting.book(&again).await.unwrap();
    assert_eq!(repeated, Transacted::AlreadyDone(Some(meeting.record())));
}

#[tokio::test]
async fn dropping_the_store_keeps_what_was_accepted() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("astralis.db");
    let path = path.to_str().unwrap();
    let store = SqliteStore::open(path).await.unwrap();
    let world = scenario().host_in("UTC").offering(60).set_up(&store).await;
    let meeting = world.meeting(NINE);
    meeting.book(&store).await.unwrap();
    drop(store);

    let again = SqliteStore::open(path).await.unwrap();

    let repeated = meeting.book(&again).await.unwrap();
    assert_eq!(repeated, Transacted::AlreadyDone(Some(meeting.record())));
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    store.ping().await.unwrap();

    SqliteStore::close(&store).await;

    assert!(store.ping().await.is_err());
    let refused = world.meeting(NINE).book(&*store).await;
    assert!(
        matches!(refused, Err(StoreError::Unavailable(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn two_stores_on_one_file_see_each_other() {
    let store = fresh_store().await;
    let other = SqliteStore::open(store.path().to_str().unwrap())
        .await
        .unwrap();
    let world = one_host(&store).await;
    let all = (0..32).map(|n| world.meeting(&hour(n)));
    let (ours, theirs): (Vec<_>, Vec<_>) =
        all.partition(|m| m.event.id.as_uuid().as_u128() % 2 == 0);

    let ours = join_all(ours.iter().map(|meeting| meeting.book(&*store)));
    let theirs = join_all(theirs.iter().map(|meeting| meeting.book(&other)));
    let (ours, theirs) = tokio::join!(ours, theirs);

    assert!(ours.iter().chain(&theirs).all(Result::is_ok));
}

#[tokio::test]
async fn a_writer_that_never_finishes_makes_us_unavailable_in_time() {
    let folder = TempDir::new().unwrap();
    let config = impatient(&folder);
    let store = Arc::new(SqliteStore::open_with(&config).await.unwrap());
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let options = SqliteConnectOptions::new().filename(&config.path);
    let mut hog = options.connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE")
        .execute(&mut hog)
        .await
        .unwrap();

    let meeting = world.meeting(NINE);
    let blocked = meeting.book(&*store).await;
    assert!(
        matches!(blocked, Err(StoreError::Unavailable(_))),
        "{blocked:?}"
    );

    sqlx::query("ROLLBACK").execute(&mut hog).await.unwrap();
    let done = meeting.book(&*store).await;
    assert!(matches!(done, Ok(Transacted::Done(_))), "{done:?}");
}
