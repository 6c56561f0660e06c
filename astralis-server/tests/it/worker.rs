//! The worker beside the requests: what goes wrong in one step must not end it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use astralis_core::model::{DeliveryState, Message, MessageId};
use astralis_core::ports::{Clock, MailError, Mailer};
use astralis_server::{AppState, worker};
use astralis_testkit::store::{Call, FaultyStore, Moment};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
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
