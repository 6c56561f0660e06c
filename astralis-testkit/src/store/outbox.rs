//! What is to be sent, to whom it was handed, and how it ended.

use astralis_core::model::{DeliveryState, LeaseToken, Message, MessageKind};
use astralis_core::ports::{ClaimDue, Delivery, DueMessage, Plan, Store};
use chrono::{DateTime, TimeDelta, Utc};

use super::{NINE, TEN, carry_out, one_host};
use crate::scenario::{Meeting, Scenario, instant};

const ONE: &str = "2026-03-28T12:01:00Z";
const TWO: &str = "2026-03-28T12:02:00Z";
const THREE: &str = "2026-03-28T12:03:00Z";

/// Due at exactly now is due; a moment before it is not.
pub async fn a_message_is_due_at_its_time(store: &dyn Store) {
    let world = one_host(store).await;
    let message = booked_with_message(store, &world, TWO).await;

    let early = claim(store, &world, "2026-03-28T12:01:59.999999Z").await;
    let in_time = claim(store, &world, TWO).await;

    assert_eq!(early, []);
    assert_eq!(in_time.len(), 1);
    assert_eq!((&in_time[0].message, in_time[0].attempt), (&message, 1));
}

/// By due time, then sequence, then id, and no more than asked for.
pub async fn due_messages_come_in_order(store: &dyn Store) {
    let world = one_host(store).await;
    let mut ids = Vec::new();
    for (sequence, due_at) in [(1, TWO), (0, TWO), (0, TWO), (2, ONE), (0, THREE)] {
        let mut meeting = world.meeting(NINE).not_exclusive();
        meeting.event.sequence = sequence;
        let meeting = meeting.with_message(MessageKind::Confirmation, instant(due_at));
        meeting.write(store).await.unwrap();
        ids.push(meeting.messages[0].id);
    }

    let first = claim_up_to(store, &world, THREE, 2).await;
    let rest = claim_up_to(store, &world, THREE, 3).await;

    let order = |due: &[DueMessage]| due.iter().map(|due| due.message.id).collect::<Vec<_>>();
    assert_eq!(order(&first), [ids[3], ids[1]]);
    assert_eq!(order(&rest), [ids[2], ids[0], ids[4]]);
}

/// While a lease holds, nobody else gets the message; when it ends, somebody does.
pub async fn a_lease_keeps_others_away_until_it_ends(store: &dyn Store) {
    let world = one_host(store).await;
    booked_with_message(store, &world, ONE).await;

    let first = claim(store, &world, ONE).await;
    let meanwhile = claim(store, &world, "2026-03-28T12:01:59.999999Z").await;
    let after = claim(store, &world, TWO).await;

    assert_eq!((first.len(), meanwhile.len()), (1, 0));
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].attempt, 2);
}

/// Who lost a lease changes nothing.
pub async fn a_lost_lease_records_nothing(store: &dyn Store) {
    let world = one_host(store).await;
    let message = booked_with_message(store, &world, ONE).await;
    let lost = claim(store, &world, ONE).await;
    let held = claim(store, &world, TWO).await;
    let failed = Delivery::Failed {
        at: instant(TWO),
        error: "no such address".to_owned(),
    };

    let by_the_slow = store
        .record_delivery(message.id, lost[0].token, &failed)
        .await;
    assert!(!by_the_slow.unwrap());
    let by_a_stranger = LeaseToken::new(world.next_id());
    let by_a_stranger = store
        .record_delivery(message.id, by_a_stranger, &failed)
        .await;
    assert!(!by_a_stranger.unwrap());

    let by_the_holder = store
        .record_delivery(message.id, held[0].token, &sent(THREE))
        .await;
    assert!(by_the_holder.unwrap());
    assert_eq!(
        state(store, &message).await,
        DeliveryState::Sent { at: instant(THREE) }
    );
}

/// Whoever gave a message back for later no longer holds it.
pub async fn a_lease_ends_with_its_retry(store: &dyn Store) {
    let world = one_host(store).await;
    let message = booked_with_message(store, &world, ONE).await;
    let due = claim(store, &world, ONE).await;
    let retry = Delivery::Retry {
        due_at: instant(TWO),
        error: "greylisted".to_owned(),
    };
    let (id, token) = (message.id, due[0].token);
    assert!(store.record_delivery(id, token, &retry).await.unwrap());

    let recorded = store.record_delivery(id, token, &sent(ONE)).await;

    assert!(!recorded.unwrap());
    assert!(is_pending(&state(store, &message).await));
}

/// A message that was sent is never due again.
pub async fn a_sent_message_is_done(store: &dyn Store) {
    let world = one_host(store).await;
    let message = booked_with_message(store, &world, ONE).await;
    let due = claim(store, &world, ONE).await;

    let recorded = store
        .record_delivery(message.id, due[0].token, &sent(ONE))
        .await;

    assert!(recorded.unwrap());
    assert_eq!(
        state(store, &message).await,
        DeliveryState::Sent { at: instant(ONE) }
    );
    assert_eq!(claim(store, &world, "2026-04-30T00:00:00Z").await, []);
    let again = store
        .record_delivery(message.id, due[0].token, &sent(TWO))
        .await;
    assert!(!again.unwrap());
}

/// A message that failed now is due later, and remembers why.
pub async fn a_retry_is_due_again_later(store: &dyn Store) {
    let world = one_host(store).await;
    let message = booked_with_message(store, &world, ONE).await;
    let due = claim(store, &world, ONE).await;
    let later = Delivery::Retry {
        due_at: instant(THREE),
        error: "greylisted".to_owned(),
    };

    let recorded = store
        .record_delivery(message.id, due[0].token, &later)
        .await;

    assert!(recorded.unwrap());
    let pending = DeliveryState::Pending {
        attempts: 1,
        last_error: Some("greylisted".to_owned()),
    };
    assert_eq!(state(store, &message).await, pending);
    assert_eq!(
        claim(store, &world, "2026-03-28T12:02:59.999999Z").await,
        []
    );
    let again = claim(store, &world, THREE).await;
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].attempt, 2);
}

/// A message that can never be delivered is done, and says so.
pub async fn a_failed_message_is_done_and_says_why(store: &dyn Store) {
    let world = one_host(store).await;
    let message = booked_with_message(store, &world, ONE).await;
    let due = claim(store, &world, ONE).await;
    let failed = Delivery::Failed {
        at: instant(TWO),
        error: "no such address".to_owned(),
    };

    let recorded = store
        .record_delivery(message.id, due[0].token, &failed)
        .await;

    assert!(recorded.unwrap());
    let expected = DeliveryState::Failed {
        at: instant(TWO),
        error: "no such address".to_owned(),
    };
    assert_eq!(state(store, &message).await, expected);
    assert_eq!(claim(store, &world, "2026-04-30T00:00:00Z").await, []);
}

/// The same key is the same message, whatever its id: it is sent once.
pub async fn a_message_is_kept_once_per_key(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE);
    let first = meeting.message(MessageKind::Confirmation, instant(ONE));
    let again = meeting.message(MessageKind::Confirmation, instant(TWO));
    let mut meeting = meeting;
    meeting.messages = vec![first.clone(), again.clone()];
    meeting.book(store).await.unwrap();
    let once_more = Plan {
        messages: vec![again],
        ..Plan::default()
    };
    carry_out(store, &world.command(), &once_more)
        .await
        .unwrap();

    let due = claim(store, &world, THREE).await;

    assert_eq!(due.len(), 1);
    assert_eq!(due[0].message, first);
}

/// Only reminders that were not sent, and only of the events named.
pub async fn reminders_are_dropped(store: &dyn Store) {
    let world = one_host(store).await;
    let sent_one = MessageKind::Reminder {
        before: TimeDelta::days(1),
    };
    let meeting = world
        .meeting(NINE)
        .with_message(MessageKind::Confirmation, instant(TWO))
        .with_message(sent_one, instant(ONE))
        .with_reminder(60);
    meeting.book(store).await.unwrap();
    let other = world.meeting(TEN).with_reminder(60);
    other.book(store).await.unwrap();
    let early = claim(store, &world, ONE).await;
    let recorded = store
        .record_delivery(early[0].message.id, early[0].token, &sent(ONE))
        .await;
    assert!(recorded.unwrap());

    drop_reminders(store, &world, &meeting).await;

    let [confirmation, sent_one, reminder] = &meeting.messages[..] else {
        panic!("three messages were planned");
    };
    assert!(is_pending(&state(store, confirmation).await));
    assert_eq!(
        state(store, sent_one).await,
        DeliveryState::Sent { at: instant(ONE) }
    );
    assert_eq!(state(store, reminder).await, DeliveryState::Dropped);
    assert!(is_pending(&state(store, &other.messages[0]).await));
    let due = claim(store, &world, "2026-04-30T00:00:00Z").await;
    let due: Vec<_> = due.iter().map(|due| due.message.id).collect();
    assert_eq!(due, [confirmation.id, other.messages[0].id]);
}

/// What went out is sent, even if it was no longer wanted.
pub async fn a_reminder_dropped_while_it_was_sent_is_sent(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE).with_reminder(60);
    meeting.book(store).await.unwrap();
    let message = &meeting.messages[0];
    let due = claim_at(store, &world, message.due_at, 10).await;
    drop_reminders(store, &world, &meeting).await;
    assert_eq!(state(store, message).await, DeliveryState::Dropped);

    let recorded = store
        .record_delivery(message.id, due[0].token, &sent(THREE))
        .await;

    assert!(recorded.unwrap());
    assert_eq!(
        state(store, message).await,
        DeliveryState::Sent { at: instant(THREE) }
    );
}

/// A failure of what is no longer wanted is neither retried nor shown.
pub async fn a_reminder_dropped_while_it_failed_stays_dropped(store: &dyn Store) {
    let world = one_host(store).await;
    let far = "2026-05-01T00:00:00Z";
    let retry = Delivery::Retry {
        due_at: instant(TWO),
        error: "greylisted".to_owned(),
    };
    let failed = Delivery::Failed {
        at: instant(TWO),
        error: "no such address".to_owned(),
    };
    for (during, delivery) in [(NINE, retry), (TEN, failed)] {
        let meeting = world.meeting(during).with_reminder(60);
        meeting.book(store).await.unwrap();
        let message = &meeting.messages[0];
        let due = claim_at(store, &world, message.due_at, 10).await;
        drop_reminders(store, &world, &meeting).await;

        let recorded = store
            .record_delivery(message.id, due[0].token, &delivery)
            .await;

        assert!(recorded.unwrap());
        assert_eq!(state(store, message).await, DeliveryState::Dropped);
        assert_eq!(claim(store, &world, far).await, []);
    }
}

/// If its worker dies, a dropped reminder is not handed to another.
pub async fn a_reminder_dropped_while_leased_is_not_due_again(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world.meeting(NINE).with_reminder(60);
    meeting.book(store).await.unwrap();
    let due = claim_at(store, &world, meeting.messages[0].due_at, 10).await;
    assert_eq!(due.len(), 1);
    drop_reminders(store, &world, &meeting).await;

    assert_eq!(claim(store, &world, "2026-05-01T00:00:00Z").await, []);
    let message = &meeting.messages[0];
    assert_eq!(state(store, message).await, DeliveryState::Dropped);
}

/// Sent or not, by due time, then id.
pub async fn messages_of_an_event_come_in_order(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = world
        .meeting(NINE)
        .with_reminder(60)
        .with_reminder(1440)
        .with_message(MessageKind::Confirmation, world.now());
    meeting.book(store).await.unwrap();
    let due = claim(store, &world, ONE).await;
    let recorded = store
        .record_delivery(due[0].message.id, due[0].token, &sent(ONE))
        .await;
    assert!(recorded.unwrap());

    let found = store.messages(world.org(), meeting.event.id).await.unwrap();

    let [hour, day, confirmation] = &meeting.messages[..] else {
        panic!("three messages were planned");
    };
    let ids: Vec<_> = found.iter().map(|record| record.message.id).collect();
    assert_eq!(ids, [confirmation.id, day.id, hour.id]);
    assert_eq!(found[0].state, DeliveryState::Sent { at: instant(ONE) });
}

/// Of workers that ask at the same time, each message goes to one.
pub async fn workers_share_what_is_due(store: &dyn Store) {
    let world = one_host(store).await;
    let mut meeting = world.meeting(NINE);
    for minutes in 1..=20 {
        let before = TimeDelta::minutes(minutes);
        meeting = meeting.with_message(MessageKind::Reminder { before }, instant(ONE));
    }
    meeting.book(store).await.unwrap();

    let workers = (0..8).map(|_| claim_up_to(store, &world, ONE, 5));
    let claimed = futures_util::future::join_all(workers).await;

    let mut ids: Vec<_> = claimed.iter().flatten().map(|due| due.message.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 20);
    assert_eq!(claimed.iter().flatten().count(), 20);
}

async fn booked_with_message(store: &dyn Store, world: &Scenario, due_at: &str) -> Message {
    let meeting = world.meeting(NINE);
    let meeting = meeting.with_message(MessageKind::Confirmation, instant(due_at));
    meeting.book(store).await.unwrap();
    meeting.messages[0].clone()
}

async fn drop_reminders(store: &dyn Store, world: &Scenario, meeting: &Meeting) {
    let plan = Plan {
        drop_reminders: vec![meeting.event.id],
        ..Plan::default()
    };
    carry_out(store, &world.command(), &plan).await.unwrap();
}

async fn claim(store: &dyn Store, world: &Scenario, now: &str) -> Vec<DueMessage> {
    claim_at(store, world, instant(now), 10).await
}

async fn claim_up_to(
    store: &dyn Store,
    world: &Scenario,
    now: &str,
    limit: u32,
) -> Vec<DueMessage> {
    claim_at(store, world, instant(now), limit).await
}

/// Claims with a lease of one minute.
async fn claim_at(
    store: &dyn Store,
    world: &Scenario,
    now: DateTime<Utc>,
    limit: u32,
) -> Vec<DueMessage> {
    let claim = ClaimDue {
        now,
        lease_until: now + TimeDelta::minutes(1),
        token: world.next_id().into(),
        limit,
    };
    let due = store.claim_due(&claim).await.unwrap();
    assert!(due.iter().all(|due| due.token == claim.token));
    due
}

async fn state(store: &dyn Store, message: &Message) -> DeliveryState {
    let found = store.messages(message.org, message.event).await.unwrap();
    let record = found.into_iter().find(|r| r.message.id == message.id);
    record.expect("the message is kept").state
}

fn sent(at: &str) -> Delivery {
    Delivery::Sent { at: instant(at) }
}

fn is_pending(state: &DeliveryState) -> bool {
    matches!(state, DeliveryState::Pending { .. })
}
