//! The database itself refuses overlaps: whoever writes, and however many at once.

#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test's helper is a failing test"
)]

mod fresh;

use std::sync::Arc;

use astralis_core::ports::{StoreError, Transacted};
use astralis_core::time::Interval;
use astralis_testkit::scenario::{Meeting, Scenario, scenario};
use fresh::{FreshStore, fresh_store};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Row};

const NINE: &str = "2026-03-30T09:00Z/2026-03-30T10:00Z";
const TEN: &str = "2026-03-30T10:00Z/2026-03-30T11:00Z";

/// A database shell beside the store.
async fn shell(store: &FreshStore) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(store.path())
        .foreign_keys(true)
        .connect()
        .await
        .unwrap()
}

async fn insert(
    shell: &mut SqliteConnection,
    meeting: &Meeting,
    during: Interval,
) -> Result<(), sqlx::Error> {
    let statement = "INSERT INTO claims (org_id, id, subject_id, starts_at, ends_at, \
                     buffer_before_minutes, buffer_after_minutes, event_id, kind, exclusive) \
                     VALUES (?1, randomblob(16), ?2, ?3, ?4, 0, 0, ?5, 'BUSY', 1)";
    let claim = &meeting.claims[0];
    sqlx::query(statement)
        .bind(claim.org.as_uuid())
        .bind(claim.subject.as_uuid())
        .bind(during.start_micros())
        .bind(during.end_micros())
        .bind(claim.event.as_uuid())
        .execute(shell)
        .await
        .map(drop)
}

#[track_caller]
fn assert_refused(result: Result<(), sqlx::Error>) {
    let error = result.expect_err("the claims overlap");
    let message = error.as_database_error().map(|cause| cause.message());
    assert_eq!(message, Some("claims_no_overlap"), "{error}");
}

/// Pairs of exclusive claims of one subject that overlap.
async fn overlaps(shell: &mut SqliteConnection) -> i64 {
    let pairs = "SELECT count(*) FROM claims AS a JOIN claims AS b \
                 ON a.org_id = b.org_id AND a.subject_id = b.subject_id AND a.id < b.id \
                 WHERE a.exclusive AND b.exclusive \
                 AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at";
    sqlx::query(pairs).fetch_one(shell).await.unwrap().get(0)
}

async fn one_host(store: &FreshStore) -> Scenario {
    let world = scenario().host_in("UTC").offering(60);
    world.set_up(&**store).await
}

#[tokio::test]
async fn direct_sql_cannot_insert_an_overlap() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    let meeting = world.meeting(NINE);
    meeting.book(&*store).await.unwrap();
    let mut shell = shell(&store).await;
    for overlapping in [
        NINE,
        "2026-03-30T09:59:59.999999Z/2026-03-30T10:30Z",
        "2026-03-01T00:00Z/2026-04-30T00:00Z",
        "2026-03-30T09:15Z/2026-03-30T09:20Z",
    ] {
        assert_refused(insert(&mut shell, &meeting, overlapping.parse().unwrap()).await);
    }

    insert(&mut shell, &meeting, TEN.parse().unwrap())
        .await
        .unwrap();
    assert_eq!(overlaps(&mut shell).await, 0);
}

#[tokio::test]
async fn direct_sql_cannot_update_into_an_overlap() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    world.meeting(NINE).book(&*store).await.unwrap();
    world.meeting(TEN).book(&*store).await.unwrap();
    let loose = world.meeting(NINE).not_exclusive();
    loose.write(&*store).await.unwrap();
    let mut shell = shell(&store).await;
    for update in [
        "UPDATE claims SET ends_at = ends_at + 1 WHERE exclusive AND starts_at = (SELECT min(starts_at) FROM claims)",
        "UPDATE claims SET starts_at = starts_at - 1 WHERE starts_at = (SELECT max(starts_at) FROM claims)",
        "UPDATE claims SET exclusive = 1",
        "UPDATE OR REPLACE claims SET starts_at = 0 WHERE exclusive",
    ] {
        let result = sqlx::query(update).execute(&mut shell).await.map(drop);
        assert_refused(result);
    }
    assert_eq!(overlaps(&mut shell).await, 0);
}

#[tokio::test]
async fn direct_sql_may_move_a_claim_onto_part_of_its_own_time() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    world.meeting(NINE).book(&*store).await.unwrap();
    let mut shell = shell(&store).await;
    let half_an_hour = 30_i64 * 60 * 1_000_000;

    let moved = sqlx::query("UPDATE claims SET starts_at = starts_at + ?1, ends_at = ends_at + ?1")
        .bind(half_an_hour)
        .execute(&mut shell)
        .await;

    assert_eq!(moved.unwrap().rows_affected(), 1);
}

#[tokio::test]
async fn claims_that_cannot_be_are_refused_by_name() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    world.meeting(NINE).book(&*store).await.unwrap();
    let mut shell = shell(&store).await;
    for (update, constraint) in [
        (
            "UPDATE claims SET ends_at = starts_at",
            "claims_end_after_start",
        ),
        (
            "UPDATE claims SET buffer_before_minutes = -1",
            "claims_buffer_before_up_to_a_day",
        ),
        (
            "UPDATE claims SET buffer_after_minutes = 1441",
            "claims_buffer_after_up_to_a_day",
        ),
        (
            "UPDATE claims SET subject_id = x'00'",
            "claims_subject_id_is_uuid",
        ),
    ] {
        let error = sqlx::query(update).execute(&mut shell).await.unwrap_err();
        assert!(error.to_string().contains(constraint), "{error}");
    }
}

/// Nothing that is stored is damaged, and trying again would not help.
#[tokio::test]
async fn what_the_schema_refuses_to_write_is_impossible() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    let mut meeting = world.meeting(NINE);
    meeting.claims[0].buffer_after = chrono::TimeDelta::days(2);

    let refused = meeting.write(&*store).await;

    assert!(
        matches!(refused, Err(StoreError::Impossible(_))),
        "{refused:?}"
    );
}

/// Each overlaps its neighbours without being equal, and a shell inserts beside them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_overlapping_bookings_beside_direct_sql_none_overlap() {
    let store = Arc::new(fresh_store().await);
    let world = one_host(&store).await;
    let owner = world.meeting("2026-04-30T09:00Z/2026-04-30T10:00Z");
    owner.book(&**store).await.unwrap();
    let meetings = (0..64).map(|n| {
        let (hour, minute) = (n / 12, n % 12 * 5);
        let start = format!("2026-03-30T{:02}:{minute:02}Z", 9 + hour);
        let end = format!("2026-03-30T{:02}:{minute:02}Z", 10 + hour);
        world.meeting(&format!("{start}/{end}"))
    });
    let intruder = tokio::spawn({
        let (store, owner) = (Arc::clone(&store), owner.clone());
        async move {
            let mut shell = shell(&store).await;
            let mut inserted = 0;
            for minute in 0..30 {
                let during = format!("2026-03-30T11:{minute:02}Z/2026-03-30T12:{minute:02}Z");
                let result = insert(&mut shell, &owner, during.parse().unwrap()).await;
                inserted += usize::from(result.is_ok());
            }
            inserted
        }
    });

    let attempts: Vec<_> = meetings
        .map(|meeting| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                let outcome = meeting.book(&**store).await;
                (meeting.event.when.during(), outcome)
            })
        })
        .collect();
    let mut won = 0;
    for attempt in attempts {
        match attempt.await.unwrap() {
            (_, Ok(Transacted::Done(_))) => won += 1,
            (_, Err(StoreError::Refused(_) | StoreError::TimeTaken)) => {}
            other => panic!("expected a winner or a loser, got {other:?}"),
        }
    }

    let inserted = intruder.await.unwrap();
    assert!(inserted <= 1 && won >= 3, "{inserted} and {won}");
    let mut shell = shell(&store).await;
    assert_eq!(overlaps(&mut shell).await, 0);
    let claims: i64 = sqlx::query_scalar("SELECT count(*) FROM claims")
        .fetch_one(&mut shell)
        .await
        .unwrap();
    assert_eq!(claims, 1 + won + i64::try_from(inserted).unwrap());
}
