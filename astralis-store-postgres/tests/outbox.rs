//! Several workers on one database: each message is one worker's, and whatever is stored, mail goes
//! on.

#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test's helper is a failing test"
)]

mod fresh;

use std::collections::BTreeSet;
use std::sync::Arc;

use astralis_core::model::{MessageId, MessageKind};
use astralis_core::ports::{ClaimDue, Delivery, Outbox, Store};
use astralis_store_postgres::PostgresStore;
use astralis_testkit::scenario::{Meeting, Scenario, instant, scenario};
use chrono::TimeDelta;
use fresh::fresh_store;

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
