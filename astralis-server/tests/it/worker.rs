//! The worker beside the requests: what goes wrong in one step must not end it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use astralis_core::model::{DeliveryState, Message, MessageId, MessageKind};
use astralis_core::ports::{Clock, MailError, Mailer, StoreError};
use astralis_server::{AppState, SharedClock, worker};
use astralis_testkit::store::{Call, FaultyStore, Moment};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use crate::site::{FIRST, Site, instant};

/// A mailer that tells of each mail.
struct Telling(UnboundedSender<MessageId>);

#[async_trait]
impl Mailer for Telling {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        self.0.send(message.id).unwrap();
        Ok(())
    }
}

/// A clock with a bug that shows once.
struct Buggy {
    shown: AtomicBool,
    time: DateTime<Utc>,
}

impl Clock for Buggy {
    fn now(&self) -> DateTime<Utc> {
        assert!(self.shown.swap(true, Ordering::Relaxed), "the bug");
        self.time
    }
}

/// Lets a worker send the two confirmations of a booking, then tells it to stop; answers how many
/// mails it sent until then.
async fn work(state: AppState) -> usize {
    let (told, mut sent) = unbounded_channel();
    let (stop, stopping) = watch::channel(false);
    let working = tokio::spawn(worker::deliver(state, Arc::new(Telling(told)), stopping));
    let two = [next(&mut sent).await, next(&mut sent).await];
    stop.send(true).unwrap();
    working.await.unwrap();
    sent.close();
    let mut count = two.len();
    while sent.recv().await.is_some() {
        count += 1;
    }
    count
}

async fn next(sent: &mut UnboundedReceiver<MessageId>) -> MessageId {
    sent.recv().await.expect("the worker works")
}

#[tokio::test]
async fn mails_leave_although_the_worker_panicked() {
    let site = Site::open().await;
    site.booked(FIRST).await;
    let mut state = site.state.clone();
    state.clock = Arc::new(Buggy {
        shown: AtomicBool::new(false),
        time: instant(crate::site::NOW),
    });
    assert_eq!(work(state).await, 2);
}

/// A database whose clock stands still at this instant.
struct Shared(DateTime<Utc>);

#[async_trait]
impl SharedClock for Shared {
    async fn lead_of(&self, clock: &dyn Clock) -> Result<TimeDelta, StoreError> {
        Ok(clock.now() - self.0)
    }
}

/// Reminders go out a day and an hour before the start, which is a day away.
#[tokio::test]
async fn a_worker_whose_clock_is_hours_off_sends_by_the_databases_clock() {
    for hours in [-30, -3, 3, 30] {
        let site = Site::open().await;
        site.booked("2026-03-03T08:00:00Z").await;
        let mut state = site.state.clone();
        state = state.with_shared_clock(Arc::new(Shared(instant(crate::site::NOW))));
        site.clock.advance(TimeDelta::hours(hours));

        // Two confirmations. Of reminders none is due, and what was sent stays sent.
        assert_eq!(work(state.clone()).await, 2, "{hours} h");
        let host = state.store().first_admin().await.unwrap();
        let window = "2026-03-03T00:00Z/2026-03-04T00:00Z".parse().unwrap();
        let bookings = state.store().bookings_between(host.org, host.id, window);
        let event = bookings.await.unwrap().remove(0).event;
        let messages = state.store().messages(event.org, event.id).await.unwrap();
        for record in messages {
            let is_reminder = matches!(record.message.kind, MessageKind::Reminder { .. });
            match record.state {
                DeliveryState::Sent { at } => assert_eq!(at, instant(crate::site::NOW)),
                other => assert!(is_reminder, "{hours} h: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn mails_leave_once_although_their_outcome_could_not_be_recorded_at_first() {
    let site = Site::open().await;
    let store = FaultyStore::around_store(site.state.scheduler.store().clone());
    let store = Arc::new(store);
    let site = site.before(store.clone());
    site.booked(FIRST).await;
    for _ in 0..6 {
        store.fail_next(Call::RecordDelivery, Moment::Before);
    }

    assert_eq!(work(site.state.clone()).await, 2);

    let window = "2026-03-02T00:00Z/2026-03-03T00:00Z".parse().unwrap();
    let host = site.state.store().first_admin().await.unwrap();
    let found = site.state.store();
    let bookings = found.bookings_between(host.org, host.id, window).await;
    let event = bookings.unwrap().remove(0).event;
    let messages = found.messages(event.org, event.id).await.unwrap();
    let sent = messages
        .iter()
        .filter(|record| matches!(record.state, DeliveryState::Sent { .. }));
    assert_eq!(sent.count(), 2);
}
