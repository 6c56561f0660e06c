//! Series are claimed farther as time goes on, whatever goes wrong in one step.

use std::sync::Arc;
use std::time::Duration;

use astralis_core::memory::MemoryStore;
use astralis_core::model::CalendarEvent;
use astralis_core::ports::Events;
use astralis_server::series;
use astralis_testkit::store::{Call, FaultyStore, Moment};
use chrono::TimeDelta;
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::office::{Office, weekly};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// A weekly meeting whose claims end in 400 days, and a worker. The worker's clock jumps when
/// everybody waits, so that no test does.
struct Extending {
    office: Office,
    books: Arc<MemoryStore>,
    store: Arc<FaultyStore>,
    meeting: Value,
}

struct Worker {
    stop: watch::Sender<bool>,
    working: JoinHandle<()>,
    started: Instant,
}

impl Extending {
    async fn written() -> Self {
        let books = Arc::new(MemoryStore::new());
        let store = Arc::new(FaultyStore::around_store(books.clone()));
        let office = Office::on(store.clone()).await;
        let meeting = office.created(&weekly()).await;
        Self {
            office,
            books,
            store,
            meeting,
        }
    }

    fn start(&self) -> Worker {
        let (stop, stopping) = watch::channel(false);
        let state = self.office.site.state.clone();
        Worker {
            stop,
            working: tokio::spawn(series::extend(state, stopping)),
            started: Instant::now(),
        }
    }

    fn months_pass(&self) {
        self.office.site.clock.advance(TimeDelta::days(60));
    }

    async fn event(&self) -> CalendarEvent {
        let id = self.meeting["id"].as_str().unwrap().parse().unwrap();
        let org = self.office.grace.user.org;
        self.books.event(org, id).await.unwrap()
    }

    /// Waits until the series is claimed 400 days ahead and stops the worker; answers how long that
    /// took since its start.
    async fn until_extended(&self, worker: Worker) -> Duration {
        let wanted = self.office.site.state.scheduler.now() + TimeDelta::days(400);
        while self.event().await.recurrence.unwrap().claimed_until != Some(wanted) {
            assert!(worker.started.elapsed() < 3 * HOUR, "it was never extended");
            sleep(Duration::from_secs(1)).await;
        }
        let took = worker.started.elapsed();
        worker.stop.send(true).unwrap();
        worker.working.await.unwrap();
        took
    }
}

#[tokio::test(start_paused = true)]
async fn a_series_is_claimed_farther_at_the_start() {
    let extending = Extending::written().await;
    extending.months_pass();

    let took = extending.until_extended(extending.start()).await;

    assert!(took < MINUTE, "{took:?}");
    let version = extending.event().await.version;
    assert_eq!(version, 1, "nobody who has it open has missed anything");
}

#[tokio::test(start_paused = true)]
async fn a_series_is_claimed_farther_within_the_hour() {
    let extending = Extending::written().await;
    let worker = extending.start();
    // The first look finds nothing due.
    sleep(MINUTE).await;
    extending.months_pass();

    let took = extending.until_extended(worker).await;

    assert!(took <= HOUR + MINUTE, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_step_that_failed_is_soon_tried_again() {
    for call in [Call::Events, Call::Transact] {
        let extending = Extending::written().await;
        extending.months_pass();
        extending.store.fail_next(call, Moment::Before);

        let took = extending.until_extended(extending.start()).await;

        assert!((MINUTE..=2 * MINUTE).contains(&took), "{call:?}: {took:?}");
    }
}
