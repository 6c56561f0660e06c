//! What happens to readers, and to subscriptions, while a calendar is read.

use astralis_core::jobs::{READING_LEASE, Reread};
use astralis_core::model::{CalendarUrl, Validators};
use astralis_core::ports::{CalendarFetcher, FetchError, Fetched};
use async_trait::async_trait;

use crate::world::{World, calendar};

/// A server that kills whoever reads from it.
struct Deadly;

#[async_trait]
impl CalendarFetcher for Deadly {
    async fn fetch(&self, _: &CalendarUrl, _: &Validators) -> Result<Fetched, FetchError> {
        std::future::pending().await
    }
}

/// A server whose answer makes its reader panic.
struct Upsetting;

#[async_trait]
impl CalendarFetcher for Upsetting {
    async fn fetch(&self, _: &CalendarUrl, _: &Validators) -> Result<Fetched, FetchError> {
        panic!("nobody thought of this")
    }
}

#[tokio::test]
async fn a_reading_that_kills_its_reader_is_a_failure_and_tried_later_and_later() {
    let world = World::new().await;
    let mut pauses = Vec::new();
    for failures in 1..=3 {
        let due = world.subscription().await.due_at;
        world.clock.set(due);
        tokio::select! {
            biased;
            _ = world.step_with(&Deadly) => unreachable!("it never ends"),
            () = std::future::ready(()) => {}
        }
        assert!(world.subscription().await.is_being_read(due));

        let done = world.refresh().await;

        assert!(matches!(done.reread, Reread::Kept { .. }), "{done:?}");
        let state = world.subscription().await.state;
        assert_eq!(state.failures, failures);
        assert!(state.last_error.unwrap().contains("did not come to an end"));
        pauses.push(done.due_at - world.clock_now());
    }
    assert!(pauses[0] < pauses[1] && pauses[1] < pauses[2], "{pauses:?}");
    world.server.sends(&calendar(1));
    assert!(matches!(world.refresh().await.reread, Reread::Written(_)));
}

#[tokio::test]
async fn a_panic_is_a_failure_of_the_calendar_that_brought_it_out() {
    let world = World::new().await;

    let done = world.step_with(&Upsetting).await.unwrap();

    assert!(matches!(done.reread, Reread::Kept { .. }), "{done:?}");
    assert!(done.recorded);
    let subscription = world.subscription().await;
    assert_eq!((subscription.state.failures, subscription.begun), (1, 0));
    assert!(subscription.due_at > world.clock_now());
}

/// A server during whose answer the host unsubscribes.
struct Slow<'a>(&'a World);

#[async_trait]
impl CalendarFetcher for Slow<'_> {
    async fn fetch(&self, url: &CalendarUrl, known: &Validators) -> Result<Fetched, FetchError> {
        let subscription = self.0.subscription().await;
        self.0.scheduler.unsubscribe(&subscription).await.unwrap();
        self.0.server.fetch(url, known).await
    }
}

#[tokio::test]
async fn what_was_removed_while_it_was_read_stays_away() {
    let world = World::new().await;
    world.server.sends(&calendar(2));

    let done = world.step_with(&Slow(&world)).await.unwrap();

    assert!(matches!(done.reread, Reread::Lost));
    assert!(!done.recorded);
    assert_eq!(world.taken().await, 0);
}

/// A server during whose answer somebody else takes over.
struct TooSlow<'a>(&'a World);

#[async_trait]
impl CalendarFetcher for TooSlow<'_> {
    async fn fetch(&self, url: &CalendarUrl, known: &Validators) -> Result<Fetched, FetchError> {
        let late = self.0.server.fetch(url, known).await;
        self.0.clock.advance(READING_LEASE);
        let given_up = self.0.refresh().await;
        assert!(matches!(given_up.reread, Reread::Kept { .. }));
        self.0.refresh().await;
        late
    }
}

#[tokio::test]
async fn an_old_answer_is_not_written_over_a_newer_one() {
    let world = World::new().await;
    world.server.sends(&calendar(3)).sends(&calendar(1));

    let done = world.step_with(&TooSlow(&world)).await.unwrap();

    assert!(matches!(done.reread, Reread::Lost));
    assert_eq!(world.taken().await, 1);
}
