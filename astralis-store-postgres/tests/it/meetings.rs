//! A meeting that takes nobody's time, and two servers that change it at once: nothing but its
//! organizer's lock and its version keeps them apart.

use std::sync::Arc;

use astralis_core::memory::ManualClock;
use astralis_core::model::{CalendarEvent, Transparency};
use astralis_core::policy::Refusal;
use astralis_core::ports::Ids;
use astralis_core::scheduler::{
    CancelEvent, ChangeEvent, CreateEvent, EventDraft, EventError, EventTime, Invited, Invitee,
    OnClash, Scheduler, Scope,
};
use astralis_core::time::ZoneDatabase;
use astralis_store_postgres::PostgresStore;
use astralis_testkit::scenario::{Scenario, instant, scenario};
use chrono::TimeDelta;
use uuid::Uuid;

use crate::fresh::{FreshStore, fresh_store, lock_time_of, waiting};

/// How many occurrences are called off at the same moment.
const CALLED_OFF: u32 = 12;

struct Servers {
    both: [Scheduler; 2],
    world: Scenario,
    books: FreshStore,
}

struct WorldIds(Scenario);

impl Ids for WorldIds {
    fn next(&self) -> Uuid {
        self.0.next_id()
    }
}

impl Servers {
    async fn start() -> Self {
        let books = fresh_store().await;
        let world = scenario().host_in("UTC").offering(60).set_up(&*books).await;
        let url = books.database.url();
        let server = async || {
            let store = PostgresStore::open(&url).await.unwrap();
            let clock = ManualClock::at(world.now());
            let ids = WorldIds(world.clone());
            let zones = ZoneDatabase::bundled();
            Scheduler::new(Arc::new(store), zones, Arc::new(clock), Arc::new(ids))
        };
        Self {
            both: [server().await, server().await],
            world,
            books,
        }
    }

    /// Weekly, for whoever wants to come.
    fn draft(&self, title: &str) -> EventDraft {
        let start = instant("2026-03-30T09:00:00Z");
        EventDraft {
            title: title.to_owned(),
            description: None,
            location: None,
            meeting_type: None,
            meeting_link: None,
            time: EventTime::Timed {
                start,
                end: start + TimeDelta::hours(1),
                time_zone: "UTC".parse().unwrap(),
            },
            rule: Some("FREQ=WEEKLY".to_owned()),
            extra: None,
            participants: vec![Invited {
                who: Invitee::User(self.world.host().id),
                optional: false,
            }],
            transparency: Transparency::Transparent,
        }
    }

    async fn created(&self) -> CalendarEvent {
        let request = CreateEvent {
            command: self.world.next_id().into(),
            org: self.world.org(),
            organizer: self.world.host().id,
            draft: self.draft("Office hours"),
            on_clash: OnClash::Refuse,
        };
        self.both[0].create_event(&request).await.unwrap().event
    }

    async fn stored(&self, series: &CalendarEvent) -> CalendarEvent {
        let stored = self.both[0].store().event(series.org, series.id).await;
        stored.unwrap()
    }
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made_and_the_other_refused() {
    let servers = Servers::start().await;
    let series = servers.created().await;
    let mut blocker = servers.books.database.shell().await;
    let mut shell = servers.books.database.shell().await;
    lock_time_of(&mut blocker, &servers.world).await;
    let changes = ["Open hours", "Closed hours"].map(|title| ChangeEvent {
        command: servers.world.next_id().into(),
        org: series.org,
        event: series.id,
        expected_version: 1,
        scope: Scope::All,
        draft: servers.draft(title),
        on_clash: OnClash::Refuse,
    });
    let changes: Vec<_> = servers.both.iter().cloned().zip(changes).collect();
    let changes = changes
        .into_iter()
        .map(|(server, change)| tokio::spawn(async move { server.change_event(&change).await }));
    let changes: Vec<_> = changes.collect();

    // Both have read the same version, and wait for the organizer's lock.
    while waiting(&mut shell).await < 2 {
        let is_lockless = changes.iter().any(tokio::task::JoinHandle::is_finished);
        assert!(!is_lockless, "somebody wrote without the organizer's lock");
    }
    sqlx::raw_sql("ROLLBACK")
        .execute(&mut blocker)
        .await
        .unwrap();
    let (mut made, mut refused) = (Vec::new(), Vec::new());
    for change in changes {
        match change.await.unwrap() {
            Ok(saved) => made.push(saved.event),
            Err(EventError::Refused(reasons)) => refused.extend(reasons),
            other => panic!("expected a change or a refusal, got {other:?}"),
        }
    }

    let stale = Refusal::StaleVersion {
        expected: 1,
        found: 2,
    };
    assert_eq!(refused, [stale]);
    assert_eq!(made, [servers.stored(&series).await]);
    assert_eq!(made[0].version, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_occurrences_that_are_called_off_at_once_none_takes_place() {
    let servers = Servers::start().await;
    let series = servers.created().await;
    let tasks = (0..CALLED_OFF).map(|week| {
        let (server, world) = (
            servers.both[week as usize % 2].clone(),
            servers.world.clone(),
        );
        let series = series.clone();
        tokio::spawn(async move { call_off(&server, &world, series, week).await })
    });
    let tasks: Vec<_> = tasks.collect();
    for task in tasks {
        task.await.unwrap();
    }

    let stored = servers.stored(&series).await;
    let excluded = stored.recurrence.unwrap().excluded;
    assert_eq!(excluded.len(), CALLED_OFF as usize);
    assert_eq!(stored.version, 1 + CALLED_OFF);
}

/// Calls one occurrence off, again for as long as others come first.
async fn call_off(server: &Scheduler, world: &Scenario, mut series: CalendarEvent, week: u32) {
    let id = series.when.during().start() + TimeDelta::weeks(week.into());
    loop {
        let request = CancelEvent {
            command: world.next_id().into(),
            org: series.org,
            event: series.id,
            expected_version: series.version,
            scope: Scope::This(id),
        };
        match server.cancel_event(&request).await {
            Ok(_) => return,
            Err(EventError::Refused(reasons)) => {
                let is_stale = |one: &Refusal| matches!(one, Refusal::StaleVersion { .. });
                assert!(reasons.iter().all(is_stale), "{reasons:?}");
            }
            other => panic!("expected to be done or too late, got {other:?}"),
        }
        series = server.store().event(series.org, series.id).await.unwrap();
    }
}
