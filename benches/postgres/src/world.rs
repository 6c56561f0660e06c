//! Many tenants with a few hosts each, and times to book.

use astralis_core::model::MessageKind;
use astralis_core::time::Interval;
use astralis_store_postgres::{PostgresConfig, PostgresStore};
use astralis_testkit::postgres::Database;
use astralis_testkit::scenario::{Meeting, Scenario, instant};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How many tenants.
pub(crate) const TENANTS: u64 = 200;
/// Starts lie five minutes apart, over two years.
pub(crate) const STARTS: u64 = 2 * 365 * 24 * 12;
/// The first start.
pub(crate) const FIRST: &str = "2026-04-01T00:00:00Z";

/// A database with everybody in it.
pub(crate) struct World {
    pub(crate) store: PostgresStore,
    pub(crate) database: Database,
    tenants: Vec<Scenario>,
}

impl World {
    /// Tenants with `hosts` hosts each, and a store with a connection for each client.
    pub(crate) async fn in_database(database: &Database, hosts: usize, clients: usize) -> Self {
        let mut config = PostgresConfig::parse(&database.url()).unwrap();
        config.connections = u32::try_from(clients.max(2)).unwrap();
        let store = PostgresStore::open_with(&config).await.unwrap();
        let mut tenants = Vec::new();
        for tenant in 1..=TENANTS {
            let world =
                (0..hosts).fold(Scenario::of_tenant(tenant), |world, _| world.host_in("UTC"));
            tenants.push(world.offering(30).set_up(&store).await);
        }
        Self {
            store,
            database: database.clone(),
            tenants,
        }
    }

    /// A meeting of every host of a tenant, with a confirmation and two reminders, that nobody has
    /// asked for yet. The hosts come in any order.
    pub(crate) fn meeting(&self, tenant: u64, start: u64, random: &mut fastrand::Rng) -> Meeting {
        let tenant = &self.tenants[usize::try_from(tenant).unwrap()];
        let during = half_hour(start);
        let meeting = tenant.meeting(&during.to_string());
        let noon = instant("2026-03-28T12:00:00Z");
        let mut meeting = meeting
            .with_message(MessageKind::Confirmation, noon)
            .with_reminder(24 * 60)
            .with_reminder(60);
        meeting.command.id = Uuid::now_v7().into();
        meeting.command.event_type = None; // It has no limits.
        random.shuffle(&mut meeting.command.subjects);
        random.shuffle(&mut meeting.claims);
        meeting
    }

    /// Pairs of exclusive claims of one subject that overlap: none, or nothing else matters.
    pub(crate) async fn overlaps(&self) -> i64 {
        let neighbours = "SELECT count(*) FROM ( \
            SELECT starts_at < lag(ends_at) OVER (PARTITION BY org_id, subject_id ORDER BY starts_at) \
            AS clashes FROM claims WHERE exclusive) AS each WHERE clashes";
        self.number(neighbours).await
    }

    pub(crate) async fn number(&self, query: &'static str) -> i64 {
        let mut shell = self.database.shell().await;
        sqlx::query_scalar(query)
            .fetch_one(&mut shell)
            .await
            .unwrap()
    }
}

/// Half an hour from one of the starts.
pub(crate) fn half_hour(start: u64) -> Interval {
    let first: DateTime<Utc> = FIRST.parse().unwrap();
    let start = first + TimeDelta::minutes(5 * i64::try_from(start).unwrap());
    Interval::new(start, start + TimeDelta::minutes(30)).unwrap()
}
