//! Many tenants with a few hosts each, and times to book.

use std::ops::Deref;

use astralis_core::model::{Claim, MAX_GAP, MessageKind};
use astralis_core::policy::Refusal;
use astralis_core::ports::{Bookings, Facts, StoreError, Transacted};
use astralis_core::time::Interval;
use astralis_store_postgres::PostgresStore;
use astralis_testkit::postgres::Database;
use astralis_testkit::scenario::{Meeting, Scenario, instant};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::cell::Wish;

/// How many tenants.
pub(crate) const TENANTS: u64 = 200;
/// Starts lie five minutes apart, over two years.
pub(crate) const STARTS: u64 = 2 * 365 * 24 * 12;
/// What is kept free before and after a meeting, where anything is.
pub(crate) const BUFFER_MINUTES: i64 = 15;
/// The first start.
pub(crate) const FIRST: &str = "2026-04-01T00:00:00Z";

/// A database with everybody in it.
pub(crate) struct World {
    pub(crate) store: PostgresStore,
    pub(crate) database: Database,
    tenants: Vec<Scenario>,
}

impl World {
    /// Tenants with `hosts` hosts each, and a store as servers have it.
    pub(crate) async fn in_database(database: &Database, hosts: usize) -> Self {
        let store = PostgresStore::open(&database.url()).await.unwrap();
        let mut shell = database.shell().await;
        let extension = sqlx::raw_sql("CREATE EXTENSION pgstattuple");
        extension.execute(&mut shell).await.unwrap();
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
    pub(crate) fn meeting(&self, wish: Wish, buffers: bool, random: &mut fastrand::Rng) -> Asked {
        let (tenant, start) = wish;
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
        meeting.command.look.claims = Some(during.padded(MAX_GAP, MAX_GAP));
        for claim in &mut meeting.claims {
            let minutes = if buffers { BUFFER_MINUTES } else { 0 };
            claim.buffer_before = TimeDelta::minutes(minutes);
            claim.buffer_after = TimeDelta::minutes(minutes);
        }
        random.shuffle(&mut meeting.command.subjects);
        random.shuffle(&mut meeting.claims);
        Asked(meeting)
    }

    /// Pairs of neighbours of one subject that lie closer than their buffers ask for: none, or
    /// nothing else matters.
    pub(crate) async fn too_close(&self) -> i64 {
        self.number(
            "SELECT count(*) FROM ( \
                SELECT starts_at < lag(ends_at) OVER neighbours + make_interval(mins => greatest( \
                    buffer_before_minutes, lag(buffer_after_minutes) OVER neighbours)::integer) \
                AS clashes FROM claims WHERE exclusive \
                WINDOW neighbours AS (PARTITION BY org_id, subject_id ORDER BY starts_at) \
            ) AS each WHERE clashes",
        )
        .await
    }

    /// Rows of claims that nobody can see any more and that take up room all the same.
    pub(crate) async fn dead_rows(&self) -> i64 {
        self.number("SELECT dead_tuple_count FROM pgstattuple('claims')")
            .await
    }

    /// As if nobody had ever booked.
    pub(crate) async fn clear(&self) {
        let clear =
            "TRUNCATE events, attendances, series, bookings, messages, jobs, claims, commands";
        let mut shell = self.database.shell().await;
        sqlx::raw_sql(clear).execute(&mut shell).await.unwrap();
    }

    pub(crate) async fn number(&self, query: &'static str) -> i64 {
        let mut shell = self.database.shell().await;
        sqlx::query_scalar(query)
            .fetch_one(&mut shell)
            .await
            .unwrap()
    }
}

/// A meeting that is booked if no claim lies closer than the buffers ask for.
pub(crate) struct Asked(Meeting);

impl Deref for Asked {
    type Target = Meeting;

    fn deref(&self) -> &Meeting {
        &self.0
    }
}

impl Asked {
    pub(crate) async fn book(&self, store: &PostgresStore) -> Result<Transacted, StoreError> {
        let (wanted, own) = (self.event.when.during(), &self.claims[0]);
        let decide = |facts: &Facts| {
            let in_the_way = |claim: &&Claim| {
                let before = own.buffer_before.max(claim.buffer_after);
                let after = own.buffer_after.max(claim.buffer_before);
                wanted.padded(before, after).overlaps(&claim.during)
            };
            match facts.claims.iter().find(in_the_way) {
                None => Ok(self.plan()),
                Some(claim) => Err(vec![Refusal::Taken {
                    subject: claim.subject,
                    during: claim.during,
                    by: None,
                    buffer_only: false,
                }]),
            }
        };
        store.transact(&self.command, &decide).await
    }
}

/// Half an hour from one of the starts.
pub(crate) fn half_hour(start: u64) -> Interval {
    let first: DateTime<Utc> = FIRST.parse().unwrap();
    let start = first + TimeDelta::minutes(5 * i64::try_from(start).unwrap());
    Interval::new(start, start + TimeDelta::minutes(30)).unwrap()
}
