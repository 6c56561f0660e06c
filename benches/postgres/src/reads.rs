//! The busy time of ten people for a week: the store beside the bare query, and how it grows.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use astralis_core::model::{OrgId, SubjectId};
use astralis_core::ports::{Bookings, Command, Look};
use astralis_store_postgres::PostgresStore;
use astralis_testkit::postgres::Database;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::ROUNDS;
use crate::measured::Measured;
use crate::{pgbench, script};

/// People of a tenant, and claims of each, over two years.
const PEOPLE: u64 = 10;
const CLIENTS: usize = 2;

/// Everybody has a meeting of an hour at about every 35th hour, for two years.
const CLAIMS: &str = "
    INSERT INTO organizations
    SELECT org, 'Organization' FROM (SELECT DISTINCT ORG AS org FROM TENANTS) AS orgs;
    INSERT INTO events (
        org_id, id, organizer_id, title, local_start, time_zone, zone_data, starts_at, ends_at,
        participants, status, conflicts, transparency, uid, sequence, version, origin, created_at,
        updated_at
    )
    SELECT
        ORG, ORG, ORG, 'All of them', '2026-04-01', 'UTC', '2026e', '2026-04-01', '2028-04-01', '[]',
        'CONFIRMED', '[]', 'OPAQUE', 'all', 0, 1, '{\"kind\": \"INTERNAL\"}', now(), now()
    FROM TENANTS;
    INSERT INTO claims (
        org_id, id, subject_id, during, buffer_before_minutes, buffer_after_minutes, event_id, kind,
        exclusive
    )
    SELECT
        ORG, gen_random_uuid(), PERSON,
        tstzrange(start, start + interval '1 hour'), 0, 0, ORG, 'BUSY', TRUE
    FROM TENANTS
    CROSS JOIN generate_series(1, PEOPLE) AS person
    CROSS JOIN LATERAL (
        SELECT '2026-04-01T00:00Z'::timestamptz + number * interval '35 hours' AS start
        FROM generate_series(1, 500) AS number
    ) AS starts;";

/// Prints both sides at a hundred thousand and at a million claims.
pub(crate) async fn run(server: &str, length: Duration) {
    println!("\n## Reading ten people's week\n");
    println!("| claims | store/s | query/s | ratio | store p50 ms | query p50 ms |");
    println!("|---|---|---|---|---|---|");
    let mut medians = Vec::new();
    for tenants in [20, 200] {
        let database = Database::create_on(server).await;
        let store = PostgresStore::open(&database.url()).await.unwrap();
        fill(&database, tenants).await;
        let store = Arc::new(store);
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(ask_store(&store, tenants, length).await);
            theirs.push(ask_query(&database, tenants, length).await);
        }
        let (ours, theirs) = (Measured::median(ours), Measured::median(theirs));
        println!(
            "| {} | {:.0} | {:.0} | {:.2} | {:.3} | {:.3} |",
            tenants * PEOPLE * 500,
            ours.rate(),
            theirs.rate(),
            ours.rate() / theirs.rate(),
            ours.percentile(50),
            theirs.percentile(50),
        );
        medians.push(ours.percentile(50));
        store.close().await;
        database.remove().await;
    }
    println!(
        "\nA million claims take {:.2} times as long as a hundred thousand (hold: 2.5); ratio to the \
         query alone: hold 0.80.",
        medians[1] / medians[0]
    );
}

async fn fill(database: &Database, tenants: u64) {
    let claims = CLAIMS
        .replace("ORG", &uuid_of("tenant", "0"))
        .replace("PERSON", &uuid_of("tenant", "person"))
        .replace(
            "TENANTS",
            &format!("generate_series(1, {tenants}) AS tenant"),
        )
        .replace("PEOPLE", &PEOPLE.to_string());
    let mut shell = database.shell().await;
    for statement in [
        // Reading never looks at the guard, and a million rows come in faster without it.
        "ALTER TABLE claims DROP CONSTRAINT claims_no_overlap; SET session_replication_role = replica",
        claims.as_str(),
        "VACUUM ANALYZE claims",
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&mut shell)
            .await
            .unwrap();
    }
}

/// The id that [`Uuid::from_u64_pair`] makes of two numbers, in SQL.
fn uuid_of(high: &str, low: &str) -> String {
    let half = |number: &str| format!("lpad(to_hex({number}::bigint), 16, '0')");
    format!("({} || {})::uuid", half(high), half(low))
}

async fn ask_store(store: &Arc<PostgresStore>, tenants: u64, length: Duration) -> Measured {
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let store = Arc::clone(store);
        clients.spawn(async move {
            let mut random = fastrand::Rng::with_seed(client as u64);
            let mut latencies = Vec::new();
            while begun.elapsed() < length {
                let question = question(random.u64(1..=tenants), random.u64(..100));
                let asked = Instant::now();
                let facts = store.facts(&question).await.unwrap();
                latencies.push(asked.elapsed());
                assert!(facts.claims.len() >= 40, "{}", facts.claims.len());
            }
            latencies
        });
    }
    let latencies = clients.join_all().await.concat();
    Measured::of(latencies, 0, begun.elapsed())
}

fn question(tenant: u64, week: u64) -> Command {
    let monday = crate::world::half_hour(week * 7 * 24 * 12).start();
    let people = (1..=PEOPLE).map(|person| SubjectId::new(Uuid::from_u64_pair(tenant, person)));
    Command {
        id: Uuid::nil().into(),
        fingerprint: Uuid::nil(),
        org: OrgId::new(Uuid::from_u64_pair(tenant, 0)),
        now: monday,
        subjects: people.collect(),
        event_type: None,
        look: Look {
            claims: astralis_core::time::Interval::new(monday, monday + chrono::TimeDelta::days(7))
                .ok(),
            ..Look::default()
        },
    }
}

async fn ask_query(database: &Database, tenants: u64, length: Duration) -> Measured {
    let folder = tempfile::tempdir().unwrap();
    let people: Vec<_> = (1..=PEOPLE)
        .map(|person| uuid_of(":t", &person.to_string()))
        .collect();
    let monday = "('20260401T000000Z'::timestamptz + :w::bigint * interval '168 hours')";
    let facts = script::filled(
        include_str!("../../../astralis-store-postgres/queries/facts/subjects.sql"),
        &[
            uuid_of(":t", "0"),
            format!("ARRAY[{}]", people.join(", ")),
            monday.to_owned(),
            format!("{monday} + interval '168 hours'"),
            monday.to_owned(),
            "NULL::uuid".to_owned(),
        ],
    );
    let script = format!("\\set t random(1, {tenants})\n\\set w random(0, 99)\n{facts};\n");
    let file: &Path = &folder.path().join("read.sql");
    std::fs::write(file, script).unwrap();
    pgbench::run(&database.url(), file, CLIENTS, length).await
}
