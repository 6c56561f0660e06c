//! What one address is told about one meeting arrives in the order in which it happened.

use astralis_core::model::{LeaseToken, MessageId, MessageKind};
use astralis_core::ports::{ClaimDue, Delivery, Plan, Store};
use chrono::TimeDelta;

use super::{NINE, TEN, carry_out, one_host};
use crate::scenario::{Meeting, Scenario, instant};

const ONE: &str = "2026-03-28T12:01:00Z";
const TWO: &str = "2026-03-28T12:02:00Z";
const THREE: &str = "2026-03-28T12:03:00Z";

/// However long the older one takes, the newer one is not handed out before it is done.
pub async fn a_newer_message_waits_for_an_older_one(store: &dyn Store) {
    let world = one_host(store).await;
    let meeting = called_off(world.meeting(NINE), ONE);
    meeting.book(store).await.unwrap();
    let [confirmation, cancellation] = ids(&meeting);

    let (token, first) = claim(store, &world, ONE).await;
    let (_, while_it_is_sent) = claim(store, &world, ONE).await;
    let retry = Delivery::Retry {
        due_at: instant(THREE),
        error: "greylisted".to_owned(),
    };
    record(store, confirmation, token, &retry).await;
    let (_, while_it_waits) = claim(store, &world, TWO).await;
    let (token, again) = claim(store, &world, THREE).await;
    record(store, confirmation, token, &sent()).await;
    let (_, afterwards) = claim(store, &world, THREE).await;

    assert_eq!((first, while_it_is_sent), (vec![confirmation], vec![]));
    assert_eq!((while_it_waits, again), (vec![], vec![confirmation]));
    assert_eq!(afterwards, [cancellation]);
}

/// An address is the same in any case.
pub async fn a_newer_message_waits_whatever_the_case_of_the_address(store: &dyn Store) {
    let world = one_host(store).await;
    let mut meeting = called_off(world.meeting(NINE), ONE);
    let to = &mut meeting.messages[1].to;
    to.email = to.email.as_str().to_uppercase().parse().unwrap();
    meeting.book(store).await.unwrap();

    let (_, due) = claim(store, &world, ONE).await;

    assert_eq!(due, [meeting.messages[0].id]);
}

/// Sent, given up or dropped: an older message that is done holds nothing up.
pub async fn a_newer_message_waits_for_none_that_is_done(store: &dyn Store) {
    let world = one_host(store).await;
    let failed = Delivery::Failed {
        at: instant(ONE),
        error: "no such address".to_owned(),
    };
    for (during, delivery) in [(NINE, sent()), (TEN, failed)] {
        let meeting = called_off(world.meeting(during), ONE);
        meeting.book(store).await.unwrap();
        let [confirmation, cancellation] = ids(&meeting);
        let (token, _) = claim(store, &world, ONE).await;
        record(store, confirmation, token, &delivery).await;

        let (token, due) = claim(store, &world, ONE).await;

        assert_eq!(due, [cancellation]);
        record(store, cancellation, token, &sent()).await;
    }
}

/// A dropped reminder holds nothing up, not even while a worker is still sending it.
pub async fn a_newer_message_does_not_wait_for_a_dropped_reminder(store: &dyn Store) {
    let world = one_host(store).await;
    let before = TimeDelta::hours(21);
    for (during, leased) in [(NINE, false), (TEN, true)] {
        let reminder = MessageKind::Reminder { before };
        let meeting = world.meeting(during).with_message(reminder, instant(ONE));
        meeting.book(store).await.unwrap();
        if leased {
            claim(store, &world, ONE).await;
        }
        let mut cancelled = meeting.clone();
        cancelled.event.sequence = 1;
        let cancellation = cancelled.message(MessageKind::Cancellation, instant(ONE));
        let plan = Plan {
            drop_reminders: vec![meeting.event.id],
            messages: vec![cancellation.clone()],
            ..Plan::default()
        };
        carry_out(store, &world.command(), &plan).await.unwrap();

        let (_, due) = claim(store, &world, ONE).await;

        assert_eq!(due, [cancellation.id], "leased: {leased}");
    }
}

/// Only the same meeting's mail to the same address waits.
pub async fn messages_of_others_do_not_wait(store: &dyn Store) {
    let world = one_host(store).await;
    let confirmed = world
        .meeting(NINE)
        .with_message(MessageKind::Confirmation, instant(ONE));
    confirmed.book(store).await.unwrap();
    let mut elsewhere = called_off(world.meeting(TEN), ONE);
    elsewhere.messages.remove(0);
    elsewhere.book(store).await.unwrap();
    let mut to_another = called_off(confirmed.clone(), ONE).messages.remove(2);
    to_another.to.email = "ada@example.com".parse().unwrap();
    let plan = Plan {
        messages: vec![to_another.clone()],
        ..Plan::default()
    };
    carry_out(store, &world.command(), &plan).await.unwrap();

    let (_, mut due) = claim(store, &world, ONE).await;

    let mut all = vec![
        confirmed.messages[0].id,
        elsewhere.messages[0].id,
        to_another.id,
    ];
    due.sort_unstable();
    all.sort_unstable();
    assert_eq!(due, all);
}

/// Adds a confirmation and the cancellation that follows it, both due at the same time.
fn called_off(meeting: Meeting, due_at: &str) -> Meeting {
    let mut meeting = meeting.with_message(MessageKind::Confirmation, instant(due_at));
    let mut cancelled = meeting.clone();
    cancelled.event.sequence += 1;
    let cancellation = cancelled.message(MessageKind::Cancellation, instant(due_at));
    meeting.messages.push(cancellation);
    meeting
}

fn ids<const N: usize>(meeting: &Meeting) -> [MessageId; N] {
    let ids: Vec<_> = meeting.messages.iter().map(|message| message.id).collect();
    ids.try_into().expect("as many messages as named")
}

/// Claims with a lease of one hour.
async fn claim(store: &dyn Store, world: &Scenario, now: &str) -> (LeaseToken, Vec<MessageId>) {
    let claim = ClaimDue {
        now: instant(now),
        lease_until: instant(now) + TimeDelta::hours(1),
        token: world.next_id().into(),
        limit: 10,
    };
    let due = store.claim_due(&claim).await.unwrap();
    let ids = due.iter().map(|due| due.message.id).collect();
    (claim.token, ids)
}

async fn record(store: &dyn Store, message: MessageId, token: LeaseToken, delivery: &Delivery) {
    let recorded = store.record_delivery(message, token, delivery).await;
    assert!(recorded.unwrap());
}

fn sent() -> Delivery {
    Delivery::Sent { at: instant(ONE) }
}
