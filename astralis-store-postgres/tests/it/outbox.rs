//! Several workers on one database: each message is one worker's, whatever is stored and whoever
//! dies, mail goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use astralis_core::jobs::{BATCH, LEASE, deliver_next};
use astralis_core::memory::ManualClock;
use astralis_core::model::{DeliveryState, Message, MessageId, MessageKind};
use astralis_core::ports::{ClaimDue, Delivery, MailError, Mailer, Outbox, Store};
use astralis_store_postgres::PostgresStore;
use astralis_testkit::scenario::{Meeting, Scenario, instant, scenario};
use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::fresh::{FreshStore, fresh_store};

/// Each takes no more than three batches, so that the last one finds a full one.
const KILLS: usize = 3;

const NOON: &str = "2026-03-28T12:00:00Z";

fn claim(world: &Scenario, limit: u32) -> ClaimDue {
    ClaimDue {
        now: instant(NOON),
        lease_until: instant(NOON) + TimeDelta::minutes(1),
        token: world.next_id().into(),
        limit,
    }
}

async fn confirmed(store: &dyn Store, world: &Scenario, during: &str) -> Meeting {
    let meeting = world.meeting(during);
    let meeting = meeting.with_message(MessageKind::Confirmation, instant(NOON));
    meeting.write(store).await.unwrap();
    meeting
}

/// Three servers on one database, two workers each.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn workers_of_several_servers_send_each_message_once() {
    let first = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*first).await;
    for day in 1..=28 {
        for hour in 9..=16 {
            let during = format!("2026-04-{day:02}T{hour:02}:00Z/2026-04-{day:02}T{hour:02}:30Z");
            confirmed(&*first, &world, &during).await;
        }
    }
    let mut servers = Vec::new();
    for _ in 0..3 {
        let server = PostgresStore::open(&first.database.url()).await.unwrap();
        servers.push(Arc::new(server));
    }
    let workers: Vec<_> = servers
        .iter()
        .chain(&servers)
        .map(|server| {
            let (server, world) = (Arc::clone(server), world.clone());
            tokio::spawn(async move { send_all(&server, &world).await })
        })
        .collect();
    let mut sent = Vec::new();
    for worker in workers {
        sent.extend(worker.await.unwrap());
    }

    let different: BTreeSet<_> = sent.iter().collect();
    assert_eq!((sent.len(), different.len()), (28 * 8, 28 * 8));
    let deadlocks: i64 = sqlx::query_scalar(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()",
    )
    .fetch_one(&mut first.database.shell().await)
    .await
    .unwrap();
    assert_eq!(deadlocks, 0);
}

/// What one worker sent, in small bites, until nothing was left.
async fn send_all(server: &PostgresStore, world: &Scenario) -> Vec<MessageId> {
    let mut sent = Vec::new();
    loop {
        let due = server.claim_due(&claim(world, 5)).await.unwrap();
        if due.is_empty() {
            return sent;
        }
        for due in due {
            let delivery = Delivery::Sent { at: instant(NOON) };
            let recorded = server.record_delivery(due.message.id, due.token, &delivery);
            assert!(recorded.await.unwrap());
            sent.push(due.message.id);
        }
    }
}

/// Where mails end up.
type Post = Arc<Mutex<Vec<MessageId>>>;

/// A mailer that hands over every mail.
struct Sound(Post);

#[async_trait]
impl Mailer for Sound {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        self.0.lock().unwrap().push(message.id);
        Ok(())
    }
}

/// The mailer of a worker that is about to be killed: some mails are on their way and never handed
/// over, the others are handed over and nobody hears of it.
struct Doomed {
    post: Post,
    tried: UnboundedSender<Option<MessageId>>, // What was handed over.
}

#[async_trait]
impl Mailer for Doomed {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        let handed_over = message.id.as_uuid().as_bytes()[15].is_multiple_of(2);
        if handed_over {
            self.post.lock().unwrap().push(message.id);
        }
        self.tried.send(handed_over.then_some(message.id)).unwrap();
        std::future::pending().await
    }
}

/// A worker is killed in the middle of its batch again and again, while others go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reminders_leave_once_unless_their_worker_was_killed_before_it_could_say_so() {
    let store = Arc::new(fresh_store().await);
    let world = scenario().host_in("UTC").offering(60);
    let world = world.set_up(&**store).await;
    let clock = Arc::new(ManualClock::at(instant(NOON)));
    let mut meetings = Vec::new();
    for day in 1..=20 {
        for hour in 9..=16 {
            let during = format!("2026-04-{day:02}T{hour:02}:00Z/2026-04-{day:02}T{hour:02}:30Z");
            meetings.push(reminded(&**store, &world, &during).await);
        }
    }
    let post = Post::default();
    let mut unheard = BTreeMap::<MessageId, usize>::new();
    for _ in 0..KILLS {
        let (tried, mut tries) = unbounded_channel();
        let post_of_doomed = Arc::clone(&post);
        let doomed = work(
            &store,
            &world,
            &clock,
            Doomed {
                post: post_of_doomed,
                tried,
            },
        );
        for _ in 0..BATCH {
            if let Some(id) = tries.recv().await.expect("a full batch") {
                *unheard.entry(id).or_default() += 1;
            }
        }
        let mut others = JoinSet::new();
        for _ in 0..2 {
            others.spawn(work(&store, &world, &clock, Sound(Arc::clone(&post))));
        }
        doomed.abort();
        others.join_all().await;
        clock.advance(LEASE);
    }
    while work(&store, &world, &clock, Sound(Arc::clone(&post)))
        .await
        .unwrap()
        > 0
    {}

    let mut sent = BTreeMap::<MessageId, usize>::new();
    for id in post.lock().unwrap().iter() {
        *sent.entry(*id).or_default() += 1;
    }
    assert!(unheard.values().sum::<usize>() > 0);
    for meeting in &meetings {
        let id = meeting.messages[0].id;
        let times = 1 + unheard.get(&id).copied().unwrap_or_default();
        assert_eq!(sent.remove(&id), Some(times), "{id}");
        let records = store.messages(world.org(), meeting.event.id).await.unwrap();
        let state = &records[0].state;
        assert!(matches!(state, DeliveryState::Sent { .. }), "{state:?}");
    }
    assert_eq!(sent, BTreeMap::new(), "nothing else was sent");
}

async fn reminded(store: &dyn Store, world: &Scenario, during: &str) -> Meeting {
    let before = TimeDelta::hours(1);
    let meeting = world.meeting(during);
    let meeting = meeting.with_message(MessageKind::Reminder { before }, instant(NOON));
    meeting.write(store).await.unwrap();
    meeting
}

/// One step of a worker of its own; answers how many mails it took on.
fn work(
    store: &Arc<FreshStore>,
    world: &Scenario,
    clock: &Arc<ManualClock>,
    mailer: impl Mailer + 'static,
) -> tokio::task::JoinHandle<usize> {
    let (store, clock) = (Arc::clone(store), Arc::clone(clock));
    let token = world.next_id().into();
    tokio::spawn(async move {
        let step = deliver_next(&**store, &mailer, &*clock, token).await;
        step.unwrap().delivered.len()
    })
}

/// What a mail server says may hold anything.
#[tokio::test]
async fn an_outcome_is_recorded_whatever_characters_it_holds() {
    let store = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let meeting = confirmed(&*store, &world, crate::fresh::NINE).await;
    let due = store.claim_due(&claim(&world, 1)).await.unwrap().remove(0);
    let delivery = Delivery::Failed {
        at: instant(NOON),
        error: "550 no\0such user".to_owned(),
    };

    let recorded = store
        .record_delivery(due.message.id, due.token, &delivery)
        .await;

    assert!(recorded.unwrap());
    let records = store.messages(world.org(), meeting.event.id).await.unwrap();
    let state = &records[0].state;
    assert!(
        matches!(state, DeliveryState::Failed { error, .. } if error == "550 no\u{FFFD}such user"),
        "{state:?}"
    );
}

#[tokio::test]
async fn a_message_that_cannot_be_read_has_failed_and_the_others_go_out() {
    let store = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let nine = "2026-03-30T09:00Z/2026-03-30T10:00Z";
    let ten = "2026-03-30T10:00Z/2026-03-30T11:00Z";
    let broken = confirmed(&*store, &world, nine).await.messages[0].id;
    let sound = confirmed(&*store, &world, ten).await.messages[0].id;
    let mut shell = store.database.shell().await;
    sqlx::query("UPDATE messages SET document = '{}' WHERE id = $1")
        .bind(broken.as_uuid())
        .execute(&mut shell)
        .await
        .unwrap();

    let due = store.claim_due(&claim(&world, 1)).await.unwrap();

    let due: Vec<_> = due.iter().map(|due| due.message.id).collect();
    assert_eq!(due, [sound]);
    let (state, error): (String, String) =
        sqlx::query_as("SELECT state, error FROM messages WHERE id = $1")
            .bind(broken.as_uuid())
            .fetch_one(&mut shell)
            .await
            .unwrap();
    assert_eq!(state, "FAILED");
    assert!(
        error.starts_with("a stored message cannot be read: missing field"),
        "{error}"
    );
    let rest = store.claim_due(&claim(&world, 1)).await.unwrap();
    assert_eq!(rest, []);
}
