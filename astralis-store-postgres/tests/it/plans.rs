//! What grows is looked up by an index: the plan of each query that runs inside a command, made for
//! any parameters, as connections do.

use astralis_core::time::Interval;
use astralis_testkit::scenario::scenario;
use chrono::{DateTime, TimeDelta, Utc};

use crate::fresh::{FreshStore, fresh_store, rows};

const PARAMETERS: &str = "uuid, uuid[], timestamptz, timestamptz, timestamptz, uuid";

/// The plan of a query, where reading a whole table is the last resort.
async fn plan_of(store: &FreshStore, types: &str, query: &str) -> String {
    let nulls = types.split(',').map(|_| "NULL").collect::<Vec<_>>();
    let mut shell = store.database.shell().await;
    for statement in [
        "SET enable_seqscan = off".to_owned(),
        "SET enable_bitmapscan = off".to_owned(),
        "SET plan_cache_mode = force_generic_plan".to_owned(),
        format!("PREPARE query ({types}) AS {query}"),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&mut shell)
            .await
            .unwrap();
    }
    let explain = format!("EXPLAIN EXECUTE query ({})", nulls.join(", "));
    let lines: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(explain))
        .fetch_all(&mut shell)
        .await
        .unwrap();
    lines.join("\n")
}

#[track_caller]
fn assert_uses(plan: &str, indexes: &[&str]) {
    for index in indexes {
        assert!(plan.contains(&format!("using {index}")), "{index}: {plan}");
    }
    assert!(!plan.contains("Seq Scan"), "{plan}");
}

/// The present ones without a look at the table; and whether a series reaches beyond them.
#[tokio::test]
async fn claims_and_series_are_looked_up_by_their_indexes() {
    let store = fresh_store().await;
    let mut shell = store.database.shell().await;
    sqlx::raw_sql(MEETINGS).execute(&mut shell).await.unwrap();
    let query = include_str!("../../queries/facts/subjects.sql");

    let plan = plan_of(&store, PARAMETERS, query).await;

    let indexes = ["claims_by_start", "claims_long", "series_by_subject"];
    assert_uses(&plan, &indexes);
    assert_uses(&plan, &["events_pkey", "commands_once"]);
    for index in ["claims_by_start", "series_by_subject"] {
        let alone = format!("Index Only Scan using {index}");
        assert!(plan.contains(&alone), "{index}: {plan}");
    }
}

/// A hundred tenants with twenty meetings each, so that the planner has something to go by.
const MEETINGS: &str = "
    CREATE TEMPORARY TABLE meetings AS
    SELECT md5(tenant::text)::uuid AS org_id, gen_random_uuid() AS id, gen_random_uuid() AS user_id,
        '2026-03-30T09:00Z'::timestamptz + number * interval '1 hour' AS starts_at,
        '2026-03-30T10:00Z'::timestamptz + number * interval '1 hour' AS ends_at
    FROM generate_series(1, 100) AS tenant, generate_series(1, 20) AS number;
    INSERT INTO organizations SELECT DISTINCT org_id, 'Organization' FROM meetings;
    INSERT INTO events
    SELECT org_id, id, user_id, 'Title', NULL, starts_at, NULL, 'UTC', '2026e', starts_at, ends_at,
        '[]', NULL, NULL, NULL, 'CONFIRMED', '[]', 'OPAQUE', id, 0, 1, '{}', NULL, now(), now()
    FROM meetings;
    INSERT INTO attendances SELECT org_id, id, user_id, starts_at, ends_at FROM meetings;
    INSERT INTO series SELECT org_id, user_id, id, ends_at FROM meetings;
    INSERT INTO bookings
    SELECT org_id, id, id, id, 1, starts_at, ends_at, 'Guest', 'guest@example.org', NULL, 'UTC', NULL,
        'CONFIRMED', 0, 1, now()
    FROM meetings;
    ANALYZE events, attendances, series, bookings;";

#[tokio::test]
async fn bookings_are_looked_up_by_who_attends() {
    let store = fresh_store().await;
    let mut shell = store.database.shell().await;
    sqlx::raw_sql(MEETINGS).execute(&mut shell).await.unwrap();
    let query = concat!(
        include_str!("../../queries/bookings/record.sql"),
        include_str!("../../queries/bookings/between.sql")
    );

    let plan = plan_of(&store, "uuid, uuid, timestamptz, timestamptz", query).await;

    assert_uses(
        &plan,
        &["attendances_by_start", "attendances_long", "events_pkey"],
    );
}

#[tokio::test]
async fn meetings_are_looked_up_by_who_attends() {
    let store = fresh_store().await;
    let mut shell = store.database.shell().await;
    sqlx::raw_sql(MEETINGS).execute(&mut shell).await.unwrap();
    let query = concat!(
        include_str!("../../queries/events/meeting.sql"),
        include_str!("../../queries/events/between.sql")
    );

    let plan = plan_of(&store, "uuid, uuid, timestamptz, timestamptz", query).await;

    let attendances = [
        "attendances_by_start",
        "attendances_long",
        "attendances_repeating",
    ];
    assert_uses(&plan, &attendances);
    assert_uses(&plan, &["events_pkey", "events_recurrence_id"]);
}

/// Workers ask every few seconds, for every tenant.
#[tokio::test]
async fn subscriptions_are_looked_up_by_when_they_are_due_and_whose_they_are() {
    let store = fresh_store().await;
    let lease = include_str!("../../queries/subscriptions/lease.sql");
    let of_user = include_str!("../../queries/subscriptions/of_user.sql");

    let types = "timestamptz, timestamptz, uuid, uuid[], text[]";
    let lease = plan_of(&store, types, lease).await;
    let of_user = plan_of(&store, "uuid, uuid", of_user).await;

    assert_uses(&lease, &["subscriptions_due"]);
    assert_uses(&of_user, &["subscriptions_url"]);
}

#[tokio::test]
async fn changed_occurrences_are_looked_up_by_their_series() {
    let store = fresh_store().await;
    let mut shell = store.database.shell().await;
    sqlx::raw_sql(MEETINGS).execute(&mut shell).await.unwrap();
    let query = concat!(
        include_str!("../../queries/events/meeting.sql"),
        include_str!("../../queries/events/own_with_changed.sql")
    );

    let plan = plan_of(&store, "uuid, uuid", query).await;

    assert_uses(&plan, &["events_recurrence_id", "events_pkey"]);
}

/// Neither what is claimed far enough nor what never repeats is sorted or read through.
#[tokio::test]
async fn series_to_extend_are_looked_up_in_their_order() {
    let store = fresh_store().await;
    let query = concat!(
        include_str!("../../queries/events/meeting.sql"),
        include_str!("../../queries/events/to_extend.sql")
    );

    let plan = plan_of(&store, "timestamptz, bigint", query).await;

    assert_uses(&plan, &["events_to_extend"]);
    assert!(!plan.contains("Sort"), "{plan}");
}

#[tokio::test]
async fn what_counts_towards_a_limit_is_looked_up_by_event_type_and_start() {
    let store = fresh_store().await;
    let query = include_str!("../../queries/facts/tallies.sql");

    let plan = plan_of(&store, "uuid, uuid, timestamptz, timestamptz", query).await;

    assert_uses(&plan, &["bookings_by_start"]);
    assert!(!plan.contains("Sort"), "{plan}");
}

/// Neither what waits for an older message nor what is due later is read through.
#[tokio::test]
async fn due_messages_are_looked_up_in_their_order() {
    let store = fresh_store().await;
    let query = include_str!("../../queries/outbox/lease_due.sql");

    let plan = plan_of(&store, "timestamptz, timestamptz, uuid, bigint", query).await;

    assert_uses(&plan, &["jobs_due", "jobs_by_recipient"]);
}

/// Claims of half a year ago go, the rest stays; found by the index of each subject's time.
#[tokio::test]
async fn archiving_forgets_only_what_has_long_been_over() {
    let store = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let mut shell = store.database.shell().await;
    let today: DateTime<Utc> = sqlx::query_scalar("SELECT now()")
        .fetch_one(&mut shell)
        .await
        .unwrap();
    for days_ago in [200, 91, 89, -5] {
        let start = today - TimeDelta::days(days_ago);
        let during = Interval::new(start, start + TimeDelta::hours(1)).unwrap();
        world
            .meeting(&during.to_string())
            .book(&*store)
            .await
            .unwrap();
    }
    for statement in [
        include_str!("../../maintenance/archive_claims.sql"),
        include_str!("../../maintenance/archive_commands.sql"),
        "SET enable_seqscan = off",
    ] {
        sqlx::raw_sql(statement).execute(&mut shell).await.unwrap();
    }

    assert_eq!(rows(&mut shell).await, (2, 4));
    let statement = include_str!("../../maintenance/archive_claims.sql");
    let explain = statement.replacen("\nDELETE", "\nEXPLAIN DELETE", 1);
    let plan: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(explain))
        .fetch_all(&mut shell)
        .await
        .unwrap();
    let plan = plan.join("\n");
    assert!(
        plan.contains("using claims_by_start on claims past"),
        "{plan}"
    );
}
