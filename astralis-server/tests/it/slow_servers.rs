//! Calendars of servers that take their time, beside those of others.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use astralis_core::jobs::READING_LEASE;
use astralis_core::model::{CalendarUrl, Validators};
use astralis_core::ports::{CalendarFetcher, FetchError, Fetched};
use astralis_server::desk::{self, SubscriptionDraft};
use astralis_server::subscriptions;
use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::office::{Office, Person};

/// Longer than anything here takes, and shorter than a test may hang.
const PATIENCE: Duration = Duration::from_secs(30);

/// A network in which some servers answer nothing until they are told to.
struct Network {
    told: UnboundedSender<String>,
    may_answer: watch::Receiver<bool>,
}

#[async_trait]
impl CalendarFetcher for Network {
    async fn fetch(&self, url: &CalendarUrl, _: &Validators) -> Result<Fetched, FetchError> {
        self.told.send(url.as_str().to_owned()).unwrap();
        if url.host().starts_with("slow") {
            let mut may_answer = self.may_answer.clone();
            may_answer.wait_for(|may_answer| *may_answer).await.unwrap();
        }
        Err(FetchError::Permanent("the server answers 404".into()))
    }
}

/// A running worker, and the addresses it asked for.
struct Reader {
    asked: UnboundedReceiver<String>,
    answer: watch::Sender<bool>,
    stop: watch::Sender<bool>,
    working: JoinHandle<()>,
}

impl Reader {
    fn start(office: &Office) -> Self {
        let (told, asked) = unbounded_channel();
        let (answer, may_answer) = watch::channel(false);
        let (stop, stopping) = watch::channel(false);
        let network = Arc::new(Network { told, may_answer });
        let work = subscriptions::refresh(office.site.state.clone(), network, stopping);
        Self {
            asked,
            answer,
            stop,
            working: tokio::spawn(work),
        }
    }

    /// What is asked for next, so many addresses in any order.
    async fn asked(&mut self, how_many: usize) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        while found.len() < how_many {
            let next = timeout(PATIENCE, self.asked.recv()).await;
            found.insert(next.expect("somebody is asked").expect("it works"));
        }
        found
    }

    /// Stops the worker; answers what it asked for meanwhile.
    async fn stop(mut self) -> BTreeSet<String> {
        self.stop.send(true).unwrap();
        let stopped = timeout(PATIENCE, self.working).await;
        stopped.expect("a silent server is not waited for").unwrap();
        let mut found = BTreeSet::new();
        while let Ok(url) = self.asked.try_recv() {
            found.insert(url);
        }
        found
    }
}

async fn subscribed(office: &Office, person: &Person, url: &str) {
    let draft = SubscriptionDraft {
        url: url.to_owned(),
        name: None,
    };
    let done = desk::subscribe(&office.site.state, &person.user, &draft).await;
    done.unwrap();
}

fn these(urls: &[&str]) -> BTreeSet<String> {
    urls.iter().map(|url| (*url).to_owned()).collect()
}

#[tokio::test]
async fn a_slow_server_holds_up_nobody_but_who_subscribed_to_it() {
    let office = Office::open().await;
    for n in 0..5 {
        subscribed(&office, &office.grace, &format!("https://slow.example/{n}")).await;
    }
    subscribed(&office, &office.grace, "https://quick.example/grace").await;
    subscribed(&office, &office.joan, "https://slow.example/joan").await;
    subscribed(&office, &office.joan, "https://quick.example/joan").await;
    subscribed(&office, &office.ada, "https://quick.example/ada").await;

    let mut reader = Reader::start(&office);
    let beside = reader.asked(3).await;
    reader.answer.send(true).unwrap();
    let then = reader.asked(6).await;

    assert_eq!(
        beside,
        these(&[
            "https://slow.example/0",
            "https://quick.example/joan",
            "https://quick.example/ada",
        ])
    );
    assert!(then.contains("https://slow.example/joan"), "{then:?}");
    assert!(then.contains("https://quick.example/grace"), "{then:?}");
    assert_eq!(reader.stop().await, these(&[]));
}

#[tokio::test]
async fn a_worker_that_stops_waits_for_no_silent_server() {
    let office = Office::open().await;
    subscribed(&office, &office.grace, "https://slow.example/").await;
    let mut reader = Reader::start(&office);
    reader.asked(1).await;

    reader.stop().await;

    let left = desk::subscriptions(&office.site.state, &office.grace.user).await;
    assert_eq!(left.unwrap()[0].begun, 1);
}

#[tokio::test]
async fn a_reading_that_never_ends_holds_up_others_no_longer_than_its_lease() {
    let office = Office::open().await;
    subscribed(&office, &office.grace, "https://slow.example/").await;
    let mut reader = Reader::start(&office);
    reader.asked(1).await;
    let second = TimeDelta::seconds(1);
    office.site.clock.advance(READING_LEASE + second);

    subscribed(&office, &office.grace, "https://quick.example/").await;
    let then = reader.asked(1).await;

    assert_eq!(then, these(&["https://quick.example/"]));
    // What was due first had its turn first.
    let known = desk::subscriptions(&office.site.state, &office.grace.user).await;
    let error = known.unwrap().remove(0).state.last_error;
    assert_eq!(error.unwrap(), "reading it did not come to an end");
    reader.stop().await;
}

#[tokio::test]
async fn a_worker_that_nobody_can_stop_any_more_ends_with_what_it_is_reading() {
    let office = Office::open().await;
    subscribed(&office, &office.grace, "https://slow.example/").await;
    let mut reader = Reader::start(&office);
    reader.asked(1).await;

    drop(reader.stop);
    reader.answer.send(true).unwrap();
    let ended = timeout(PATIENCE, reader.working).await;

    ended.expect("it does not work on").unwrap();
    let left = desk::subscriptions(&office.site.state, &office.grace.user).await;
    let left = left.unwrap().remove(0);
    assert_eq!((left.begun, left.state.failures), (0, 1));
}
