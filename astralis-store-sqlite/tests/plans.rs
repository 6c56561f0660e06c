//! What grows is looked up by an index: the plan of each query that runs inside a command.

#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test's helper is a failing test"
)]

mod fresh;

use fresh::{FreshStore, fresh_store};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Row};

/// The steps of a query, as SQLite plans it.
async fn steps_of(store: &FreshStore, query: &str) -> String {
    let explain = format!("EXPLAIN QUERY PLAN {query}");
    let options = SqliteConnectOptions::new().filename(store.path());
    let mut shell = options.connect().await.unwrap();
    let rows = sqlx::query(sqlx::AssertSqlSafe(explain))
        .fetch_all(&mut shell)
        .await
        .unwrap();
    let steps = rows.iter().map(|row| row.get::<String, _>("detail"));
    steps.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn claims_are_looked_up_by_their_indexes() {
    let store = fresh_store().await;

    let steps = steps_of(&store, include_str!("../queries/claims/overlapping.sql")).await;

    let recent = "claims_by_start (org_id=? AND subject_id=? AND starts_at>? AND starts_at<?)";
    let long = "claims_long (org_id=? AND subject_id=? AND starts_at<?)";
    assert!(steps.contains(recent) && steps.contains(long), "{steps}");
    assert!(!steps.contains("SCAN"), "{steps}");
}

#[tokio::test]
async fn bookings_are_looked_up_by_who_attends() {
    let store = fresh_store().await;
    let query = concat!(
        include_str!("../queries/bookings/record.sql"),
        include_str!("../queries/bookings/between.sql")
    );

    let steps = steps_of(&store, query).await;

    let recent = "PRIMARY KEY (org_id=? AND user_id=? AND starts_at>? AND starts_at<?)";
    let long = "attendances_long (org_id=? AND user_id=? AND starts_at<?)";
    assert!(steps.contains(recent) && steps.contains(long), "{steps}");
    assert!(!steps.contains("SCAN"), "{steps}");
}

#[tokio::test]
async fn meetings_are_looked_up_by_who_attends() {
    let store = fresh_store().await;
    let query = concat!(
        include_str!("../queries/events/meeting.sql"),
        include_str!("../queries/events/between.sql")
    );

    let steps = steps_of(&store, query).await;

    let recent = "PRIMARY KEY (org_id=? AND user_id=? AND starts_at>? AND starts_at<?)";
    let long = "attendances_long (org_id=? AND user_id=? AND starts_at<?)";
    let repeating = "attendances_repeating (org_id=? AND user_id=? AND starts_at<?)";
    let changed = "changed USING INDEX events_recurrence_id (org_id=? AND series_id=?)";
    for step in [recent, long, repeating, changed] {
        assert!(steps.contains(step), "{step}: {steps}");
    }
    assert!(!steps.contains("SCAN events"), "{steps}");
}

/// Of everybody's series only those of the subject that are not claimed far enough.
#[tokio::test]
async fn series_are_looked_up_by_whose_time_they_take() {
    let store = fresh_store().await;
    let query = concat!(
        include_str!("../queries/events/meeting.sql"),
        include_str!("../queries/events/beyond_claims.sql")
    );

    let steps = steps_of(&store, query).await;

    let beyond = "series USING PRIMARY KEY (org_id=? AND subject_id=? AND claimed_until<?)";
    assert!(steps.contains(beyond), "{steps}");
    assert!(!steps.contains("SCAN"), "{steps}");
}

#[tokio::test]
async fn changed_occurrences_are_looked_up_by_their_series() {
    let store = fresh_store().await;
    let query = concat!(
        include_str!("../queries/events/meeting.sql"),
        include_str!("../queries/events/own_with_changed.sql")
    );

    let steps = steps_of(&store, query).await;

    let changed = "events_recurrence_id (org_id=? AND series_id=?)";
    assert!(steps.contains(changed), "{steps}");
    assert!(!steps.contains("SCAN events"), "{steps}");
}

/// Neither what is claimed far enough nor what never repeats is sorted or read through.
#[tokio::test]
async fn series_to_extend_are_looked_up_in_their_order() {
    let store = fresh_store().await;
    let query = concat!(
        include_str!("../queries/events/meeting.sql"),
        include_str!("../queries/events/to_extend.sql")
    );

    let steps = steps_of(&store, query).await;

    let due = "SEARCH events USING INDEX events_to_extend (claimed_until<?)";
    assert!(steps.contains(due), "{steps}");
    assert!(!steps.contains("TEMP B-TREE"), "{steps}");
}

#[tokio::test]
async fn what_counts_towards_a_limit_is_looked_up_by_event_type_and_start() {
    let store = fresh_store().await;

    let steps = steps_of(&store, include_str!("../queries/bookings/tallies.sql")).await;

    let range = "bookings_by_start (org_id=? AND event_type_id=? AND starts_at>? AND starts_at<?)";
    assert!(steps.contains(range), "{steps}");
    assert!(
        !steps.contains("events") && !steps.contains("TEMP B-TREE"),
        "{steps}"
    );
}

/// Workers ask every few seconds, for every tenant.
#[tokio::test]
async fn subscriptions_are_looked_up_by_when_they_are_due_and_whose_they_are() {
    let store = fresh_store().await;

    let look = concat!(
        include_str!("../queries/subscriptions/first_due.sql"),
        include_str!("../queries/subscriptions/is_any_due.sql")
    );
    let lease = concat!(
        include_str!("../queries/subscriptions/first_due.sql"),
        include_str!("../queries/subscriptions/lease.sql")
    );
    let theirs = steps_of(&store, include_str!("../queries/subscriptions/of_user.sql")).await;

    let due = "SEARCH due USING INDEX subscriptions_due (due_at<?)";
    for query in [look, lease] {
        let steps = steps_of(&store, query).await;
        assert!(steps.contains(due), "{steps}");
        assert!(!steps.contains("TEMP B-TREE"), "{steps}");
    }
    let of_user = "subscriptions_url (org_id=? AND user_id=?)";
    assert!(theirs.contains(of_user), "{theirs}");
}

/// Neither what waits for an older message nor what is due later is sorted or read through.
#[tokio::test]
async fn due_messages_are_looked_up_in_their_order() {
    let store = fresh_store().await;

    let steps = steps_of(&store, include_str!("../queries/outbox/due.sql")).await;

    let due = "SEARCH jobs USING INDEX jobs_due (due_at<?)";
    let older = "jobs_by_recipient (org_id=? AND event_id=? AND recipient_key=? AND sequence<?)";
    assert!(steps.contains(due) && steps.contains(older), "{steps}");
    assert!(!steps.contains("SCAN"), "{steps}");
    assert!(!steps.contains("TEMP B-TREE"), "{steps}");
}
