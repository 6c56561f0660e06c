//! A subscribed calendar, its owner, and the server it is on.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use astralis_core::jobs::{Refreshed, refresh_next};
use astralis_core::memory::{ManualClock, MemoryStore, SequentialIds};
use astralis_core::model::{CalendarSubscription, CalendarUrl, SubscriptionState, Validators};
use astralis_core::ports::{CalendarFetcher, Command, FetchError, Fetched, Look};
use astralis_core::scheduler::Scheduler;
use astralis_core::time::ZoneDatabase;
use astralis_testkit::scenario::{Scenario, scenario};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// A server that answers as it was told, and remembers what it was asked.
#[derive(Default)]
pub(crate) struct Server {
    answers: Mutex<VecDeque<Result<Fetched, FetchError>>>,
    asked: Mutex<Vec<Validators>>,
}

#[async_trait]
impl CalendarFetcher for Server {
    async fn fetch(&self, _: &CalendarUrl, known: &Validators) -> Result<Fetched, FetchError> {
        self.asked.lock().unwrap().push(known.clone());
        let next = self.answers.lock().unwrap().pop_front();
        next.expect("the server was not to be asked that often")
    }
}

impl Server {
    pub(crate) fn answers(&self, answer: Result<Fetched, FetchError>) -> &Self {
        self.answers.lock().unwrap().push_back(answer);
        self
    }

    pub(crate) fn sends(&self, file: &str) -> &Self {
        self.answers(Ok(Fetched::File {
            bytes: file.as_bytes().to_vec(),
            validators: version("1"),
        }))
    }

    pub(crate) fn last_asked(&self) -> Validators {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

pub(crate) fn version(etag: &str) -> Validators {
    Validators {
        etag: Some(etag.to_owned()),
        last_modified: None,
    }
}

/// A host in UTC with a subscription that is due, on a Saturday at noon.
pub(crate) struct World {
    pub(crate) scenario: Scenario,
    pub(crate) scheduler: Scheduler,
    pub(crate) clock: ManualClock,
    pub(crate) server: Server,
}

impl World {
    pub(crate) async fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        let scenario = scenario().host_in("UTC").open_weekdays("09:00-17:00");
        let scenario = scenario.offering(60).set_up(&*store).await;
        let clock = ManualClock::at(scenario.now());
        let ids = Arc::new(SequentialIds::series(99));
        let zones = ZoneDatabase::bundled();
        let scheduler = Scheduler::new(store, zones, Arc::new(clock.clone()), ids);
        let subscription = CalendarSubscription {
            id: scenario.next_id().into(),
            org: scenario.org(),
            user: scenario.host().id,
            url: "https://example.org/work.ics".parse().unwrap(),
            name: "Work".to_owned(),
            added_at: scenario.now(),
            due_at: scenario.now(),
            begun: 0,
            state: SubscriptionState::default(),
        };
        let store = scheduler.store();
        store.add_subscription(&subscription).await.unwrap();
        Self {
            scenario,
            scheduler,
            clock,
            server: Server::default(),
        }
    }

    pub(crate) async fn step_with(&self, fetcher: &dyn CalendarFetcher) -> Option<Refreshed> {
        let token = self.scheduler.next_id().into();
        let step = refresh_next(&self.scheduler, fetcher, &self.clock, token);
        step.await.unwrap()
    }

    /// One step, at the time the subscription is due.
    pub(crate) async fn refresh(&self) -> Refreshed {
        self.clock
            .set(self.subscription().await.due_at.max(self.clock_now()));
        self.step_with(&self.server).await.unwrap()
    }

    pub(crate) fn clock_now(&self) -> DateTime<Utc> {
        self.scheduler.now()
    }

    pub(crate) async fn subscription(&self) -> CalendarSubscription {
        let store = self.scheduler.store();
        let found = store.subscriptions(self.scenario.org(), self.scenario.host().id);
        found.await.unwrap().remove(0)
    }

    /// How many stretches of Monday are taken.
    pub(crate) async fn taken(&self) -> usize {
        let command = Command {
            look: Look {
                claims: Some("2026-03-30T00:00Z/2026-03-31T00:00Z".parse().unwrap()),
                ..Look::default()
            },
            ..self.scenario.command()
        };
        let facts = self.scheduler.store().facts(&command).await.unwrap();
        facts.claims.len()
    }
}

pub(crate) fn calendar(events: usize) -> String {
    let event = |n| {
        let times = "DTSTART:20260330T090000Z\r\nDTEND:20260330T100000Z";
        format!("BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:Busy\r\n{times}\r\nEND:VEVENT\r\n")
    };
    let events: String = (0..events).map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:test\r\n{events}END:VCALENDAR\r\n")
}

/// The file without its end.
pub(crate) fn broken_off(file: &str) -> &str {
    let end = file.rfind("END:VEVENT").unwrap();
    &file[..end]
}
