//! The database itself refuses overlaps: whoever writes, and however many at once.

use std::sync::Arc;

use crate::fresh::{FreshStore, NINE, fresh_store};
use astralis_core::ports::{Catalog, StoreError, Transacted};
use astralis_core::time::Interval;
use astralis_testkit::scenario::{Meeting, Scenario, scenario};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

const TEN: &str = "2026-03-30T10:00Z/2026-03-30T11:00Z";

/// How many callers race, and how many write directly beside them.
const CALLERS: u32 = 64;
const INTRUDERS: u32 = 4;

async fn insert(
    shell: &mut PgConnection,
    meeting: &Meeting,
    during: Interval,
) -> Result<(), sqlx::Error> {
    let statement = "INSERT INTO claims (org_id, id, subject_id, during, buffer_before_minutes, \
                     buffer_after_minutes, event_id, kind, exclusive) \
                     VALUES ($1, gen_random_uuid(), $2, tstzrange($3, $4), 0, 0, $5, 'BUSY', TRUE)";
    let claim = &meeting.claims[0];
    sqlx::query(statement)
        .bind(claim.org.as_uuid())
        .bind(claim.subject.as_uuid())
        .bind(during.start())
        .bind(during.end())
        .bind(claim.event.as_uuid())
        .execute(shell)
        .await
        .map(drop)
}

/// The constraint that refused a statement.
#[track_caller]
fn refusing<T>(result: Result<T, sqlx::Error>) -> String {
    let Err(error) = result else {
        panic!("the statement was accepted");
    };
    let cause = error
        .as_database_error()
        .and_then(|cause| cause.constraint());
    cause.unwrap_or_else(|| panic!("{error}")).to_owned()
}

/// Pairs of exclusive claims of one subject that overlap.
async fn overlaps(shell: &mut PgConnection) -> i64 {
    let pairs = "SELECT count(*) FROM claims AS a JOIN claims AS b \
                 ON a.org_id = b.org_id AND a.subject_id = b.subject_id AND a.id < b.id \
                 WHERE a.exclusive AND b.exclusive AND a.during && b.during";
    sqlx::query_scalar(pairs).fetch_one(shell).await.unwrap()
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
    let mut shell = store.database.shell().await;
    for overlapping in [
        NINE,
        "2026-03-30T09:59:59.999999Z/2026-03-30T10:30Z",
        "2026-03-01T00:00Z/2026-04-30T00:00Z",
        "2026-03-30T09:15Z/2026-03-30T09:20Z",
    ] {
        let refused = insert(&mut shell, &meeting, overlapping.parse().unwrap()).await;
        assert_eq!(refusing(refused), "claims_no_overlap", "{overlapping}");
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
    let mut shell = store.database.shell().await;
    for update in [
        "UPDATE claims SET during = tstzrange(starts_at, ends_at + interval '1 s') \
         WHERE exclusive AND starts_at = (SELECT min(starts_at) FROM claims)",
        "UPDATE claims SET during = tstzrange(starts_at - interval '1 s', ends_at) \
         WHERE starts_at = (SELECT max(starts_at) FROM claims)",
        "UPDATE claims SET exclusive = TRUE",
    ] {
        let refused = sqlx::query(update).execute(&mut shell).await;
        assert_eq!(refusing(refused), "claims_no_overlap", "{update}");
    }
    assert_eq!(overlaps(&mut shell).await, 0);
}

/// An exclusion constraint by itself lets any number of empty ranges through.
#[tokio::test]
async fn claims_that_cannot_be_are_refused_by_name() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    world.meeting(NINE).book(&*store).await.unwrap();
    let mut shell = store.database.shell().await;
    for (set, constraint) in [
        ("during = 'empty'", "claims_during_is_half_open"),
        (
            "during = tstzrange(starts_at, starts_at)",
            "claims_during_is_half_open",
        ),
        (
            "during = tstzrange(starts_at, NULL)",
            "claims_during_is_half_open",
        ),
        (
            "during = tstzrange(NULL, ends_at)",
            "claims_during_is_half_open",
        ),
        (
            "during = tstzrange(starts_at, 'infinity')",
            "claims_during_is_half_open",
        ),
        (
            "during = tstzrange(starts_at, ends_at, '[]')",
            "claims_during_is_half_open",
        ),
        (
            "during = tstzrange(starts_at, ends_at, '(]')",
            "claims_during_is_half_open",
        ),
        (
            "buffer_before_minutes = -1",
            "claims_buffer_before_up_to_a_day",
        ),
        (
            "buffer_after_minutes = 1441",
            "claims_buffer_after_up_to_a_day",
        ),
    ] {
        let update = format!("UPDATE claims SET {set}");
        let refused = sqlx::query(sqlx::AssertSqlSafe(update))
            .execute(&mut shell)
            .await;
        assert_eq!(refusing(refused), constraint, "{set}");
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

/// PostgreSQL keeps no such character; what holds one is told apart from what may work later.
#[tokio::test]
async fn text_with_a_nul_character_is_refused_or_found_nowhere() {
    let store = fresh_store().await;
    let world = one_host(&store).await;
    let mut meeting = world.meeting(NINE);
    meeting.booking.note = Some("a\0b".to_owned());

    let booked = meeting.write(&*store).await;
    let page = store.page("a\0b").await;

    let Err(StoreError::Impossible(cause)) = booked else {
        panic!("expected a refusal, got {booked:?}");
    };
    assert!(cause.to_string().contains("NUL"), "{cause}");
    assert!(matches!(page, Err(StoreError::NotFound { .. })), "{page:?}");
}

/// A guest that looks for a free time, with claims of several hosts in one meeting: whatever order
/// the hosts are named in, nobody waits in a circle.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn collective_meetings_at_once_meet_no_deadlock() {
    let store = Arc::new(fresh_store().await);
    let world = scenario().host_in("UTC").host_in("UTC").host_in("UTC");
    let world = world.offering(60).set_up(&**store).await;
    let attempts: Vec<_> = (0..CALLERS)
        .map(|n| {
            let mut meeting = world.meeting(&quarter_hour(n % 16));
            meeting.command.subjects.rotate_left(n as usize % 3);
            meeting.claims.rotate_left(n as usize % 3);
            let store = Arc::clone(&store);
            tokio::spawn(async move { meeting.book(&**store).await })
        })
        .collect();
    let mut won = 0;
    for attempt in attempts {
        match attempt.await.unwrap() {
            Ok(Transacted::Done(_)) => won += 1,
            Err(StoreError::Refused(_)) => {}
            other => panic!("expected a winner or a loser, got {other:?}"),
        }
    }

    // Sixteen starts, and a meeting is in the way of seven: whoever was refused met a winner.
    assert!(won >= 3, "{won}");
    let mut shell = store.database.shell().await;
    assert_eq!(overlaps(&mut shell).await, 0);
    assert_eq!(store.repeats().deadlocks, 0);
}

/// An hour that begins `n` quarters after nine: it overlaps its neighbours without being equal.
fn quarter_hour(n: u32) -> String {
    let start: chrono::DateTime<chrono::Utc> = "2026-03-30T09:00:00Z".parse().unwrap();
    let start = start + chrono::TimeDelta::minutes(15 * i64::from(n));
    let end = start + chrono::TimeDelta::hours(1);
    format!("{}/{}", start.format("%FT%TZ"), end.format("%FT%TZ"))
}

/// Callers and a database shell want overlapping times at the same moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_overlapping_bookings_beside_direct_sql_none_overlap() {
    let store = Arc::new(fresh_store().await);
    let world = one_host(&store).await;
    let owner = world.meeting("2026-04-30T09:00Z/2026-04-30T10:00Z");
    owner.book(&**store).await.unwrap();
    let intruders: Vec<_> = (0..INTRUDERS)
        .map(|_| tokio::spawn(intrude(Arc::clone(&store), owner.clone())))
        .collect();
    let attempts: Vec<_> = (0..CALLERS)
        .map(|n| {
            let (store, meeting) = (Arc::clone(&store), world.meeting(&quarter_hour(n % 40)));
            tokio::spawn(async move { (meeting.event.when.during(), meeting.book(&**store).await) })
        })
        .collect();

    let mut won = Vec::new();
    let mut lost = Vec::new();
    for attempt in attempts {
        match attempt.await.unwrap() {
            (during, Ok(Transacted::Done(_))) => won.push(during),
            (during, Err(StoreError::Refused(_) | StoreError::TimeTaken)) => lost.push(during),
            other => panic!("expected a winner or a loser, got {other:?}"),
        }
    }
    for intruder in intruders {
        won.extend(intruder.await.unwrap());
    }

    let mut shell = store.database.shell().await;
    assert_eq!(overlaps(&mut shell).await, 0);
    let claims: i64 = sqlx::query_scalar("SELECT count(*) FROM claims")
        .fetch_one(&mut shell)
        .await
        .unwrap();
    assert_eq!(claims, 1 + i64::try_from(won.len()).unwrap());
    for loser in lost {
        let is_in_the_way = |winner: &Interval| winner.overlaps(&loser);
        assert!(won.iter().any(is_in_the_way), "{loser} lost to nobody");
    }
    assert_eq!(store.repeats().deadlocks, 0);
}

/// Inserts directly, as the store does; answers what was accepted.
async fn intrude(store: Arc<FreshStore>, owner: Meeting) -> Vec<Interval> {
    let claim = &owner.claims[0];
    let mut shell = store.database.shell().await;
    let mut accepted = Vec::new();
    for minute in 0..30 {
        let during = format!("2026-03-30T11:{minute:02}Z/2026-03-30T12:{minute:02}Z");
        let during: Interval = during.parse().unwrap();
        let statement = "INSERT INTO claims (org_id, id, subject_id, during, \
                         buffer_before_minutes, buffer_after_minutes, event_id, kind, exclusive) \
                         VALUES ($1, gen_random_uuid(), $2, tstzrange($3, $4), 0, 0, $5, 'BUSY', \
                         TRUE) ON CONFLICT DO NOTHING RETURNING id";
        let written: Option<Uuid> = sqlx::query_scalar(statement)
            .bind(claim.org.as_uuid())
            .bind(claim.subject.as_uuid())
            .bind(during.start())
            .bind(during.end())
            .bind(claim.event.as_uuid())
            .fetch_optional(&mut shell)
            .await
            .unwrap();
        accepted.extend(written.map(|_| during));
    }
    accepted
}
