//! Whatever is stored, mail goes on, and claiming costs what it hands out.

#![expect(
    clippy::unwrap_used,
    reason = "a failing unwrap in a test's helper is a failing test"
)]

mod fresh;

use astralis_core::model::{MessageId, MessageKind};
use astralis_core::ports::{ClaimDue, Outbox};
use astralis_testkit::scenario::{Meeting, Scenario, instant, scenario};
use chrono::TimeDelta;
use fresh::{FreshStore, fresh_store};
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

const NINE: &str = "2026-03-30T09:00Z/2026-03-30T10:00Z";
const TEN: &str = "2026-03-30T10:00Z/2026-03-30T11:00Z";
const NOON: &str = "2026-03-28T12:00:00Z";

async fn shell(store: &FreshStore) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(store.path());
    options.connect().await.unwrap()
}

async fn confirmed(store: &FreshStore, world: &Scenario, during: &str) -> Meeting {
    let meeting = world.meeting(during);
    let meeting = meeting.with_message(MessageKind::Confirmation, instant(NOON));
    meeting.write(&**store).await.unwrap();
    meeting
}

async fn claim(store: &FreshStore, world: &Scenario, limit: u32) -> Vec<MessageId> {
    let claim = ClaimDue {
        now: instant(NOON),
        lease_until: instant(NOON) + TimeDelta::minutes(1),
        token: world.next_id().into(),
        limit,
    };
    let due = store.claim_due(&claim).await.unwrap();
    due.iter().map(|due| due.message.id).collect()
}

#[tokio::test]
async fn a_message_that_cannot_be_read_has_failed_and_the_others_go_out() {
    let store = fresh_store().await;
    let world = scenario().host_in("UTC").offering(60).set_up(&*store).await;
    let broken = confirmed(&store, &world, NINE).await.messages[0].id;
    let sound = confirmed(&store, &world, TEN).await.messages[0].id;
    let mut shell = shell(&store).await;
    sqlx::query("UPDATE messages SET document = '{}' WHERE id = ?1")
        .bind(broken.as_uuid())
        .execute(&mut shell)
        .await
        .unwrap();

    let due = claim(&store, &world, 1).await;

    assert_eq!(due, [sound]);
    let (state, error): (String, String) =
        sqlx::query_as("SELECT state, error FROM messages WHERE id = ?1")
            .bind(broken.as_uuid())
            .fetch_one(&mut shell)
            .await
            .unwrap();
    assert_eq!(state, "FAILED");
    assert!(
        error.starts_with("a stored message cannot be read: missing field"),
        "{error}"
    );
    assert_eq!(claim(&store, &world, 1).await, []);
}
