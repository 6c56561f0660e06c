//! The worker's step: what is due is sent, and every failure is on its own.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml lets tests unwrap, but only inside of functions marked #[test]"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use astralis_core::jobs::{
    BATCH, LEASE, MAX_ATTEMPTS, Recorded, Step, deliver_next, record_again, retry_delay,
};
use astralis_core::memory::{ManualClock, MemoryStore, SequentialIds};
use astralis_core::model::{DeliveryState, Message, MessageId, MessageKind, RecipientRole};
use astralis_core::ports::{
    Bookings, ClaimDue, Clock, Command, Delivery, Ids, Look, MailError, Mailer, Outbox, Plan,
};
use astralis_testkit::mailer::message;
use astralis_testkit::store::{Call, FaultyStore, Moment};
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// A mailer that fails as it is told, message by message, and whose sends take a minute.
struct Scripted<'a> {
    clock: &'a ManualClock,
    answers: Mutex<BTreeMap<MessageId, fn() -> MailError>>,
    sent: Mutex<Vec<MessageId>>,
}

#[async_trait]
impl Mailer for Scripted<'_> {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        self.clock.advance(TimeDelta::minutes(1));
        if let Some(error) = self.answers.lock().unwrap().get(&message.id) {
            return Err(error());
        }
        self.sent.lock().unwrap().push(message.id);
        Ok(())
    }
}

/// A store with messages, and what a worker needs.
struct Office {
    store: FaultyStore,
    clock: ManualClock,
    ids: SequentialIds,
}

const NOON: &str = "2026-03-01T12:00:00Z";

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A confirmation whose id ends in zeros, so that its retries come at round times.
fn numbered(number: u32) -> Message {
    let mut message = message(MessageKind::Confirmation, RecipientRole::Guest);
    message.id = MessageId::new(Uuid::from_u128(u128::from(number) << 64));
    message.event = Uuid::from_u128(number.into()).into();
    message.due_at = instant(NOON);
    message
}

impl Office {
    async fn with(messages: Vec<Message>) -> Self {
        let office = Self {
            store: FaultyStore::around_store(Arc::new(MemoryStore::new())),
            clock: ManualClock::at(instant(NOON)),
            ids: SequentialIds::new(),
        };
        let command = Command {
            id: office.ids.next().into(),
            fingerprint: Uuid::nil(),
            org: messages[0].org,
            now: office.clock.now(),
            subjects: Vec::new(),
            event_type: None,
            look: Look::default(),
        };
        let plan = |_: &_| {
            Ok(Plan {
                messages: messages.clone(),
                ..Plan::default()
            })
        };
        office.store.transact(&command, &plan).await.unwrap();
        office
    }

    fn mailer(&self) -> Scripted<'_> {
        Scripted {
            clock: &self.clock,
            answers: Mutex::default(),
            sent: Mutex::default(),
        }
    }

    async fn step(&self, mailer: &dyn Mailer) -> Step {
        let token = self.ids.next().into();
        deliver_next(&self.store, mailer, &self.clock, token)
            .await
            .unwrap()
    }

    async fn state_of(&self, message: &Message) -> DeliveryState {
        let records = self.store.messages(message.org, message.event).await;
        records.unwrap()[0].state.clone()
    }
}

fn busy() -> MailError {
    MailError::Transient("451 busy".into())
}

fn lost() -> MailError {
    MailError::Unknown("connection lost".into())
}

fn no_such_user() -> MailError {
    MailError::Permanent("550 no such user".into())
}

#[tokio::test]
async fn what_is_due_is_sent_and_recorded_when_it_was_accepted() {
    let letter = numbered(1);
    let office = Office::with(vec![letter.clone()]).await;
    let mailer = office.mailer();

    let step = office.step(&mailer).await;

    let at = instant("2026-03-01T12:01:00Z");
    assert_eq!(step.delivered[0].delivery, Delivery::Sent { at });
    assert_eq!(step.delivered[0].recorded, Recorded::Yes);
    assert!(!step.more);
    assert_eq!(office.state_of(&letter).await, DeliveryState::Sent { at });
    assert_eq!(office.step(&mailer).await, Step::default());
}

#[tokio::test]
async fn what_is_not_due_yet_waits() {
    let mut letter = numbered(1);
    letter.due_at += TimeDelta::seconds(1);
    let office = Office::with(vec![letter]).await;
    assert_eq!(office.step(&office.mailer()).await, Step::default());
}

#[tokio::test]
async fn one_failure_does_not_hold_up_the_others() {
    let letters = [numbered(1), numbered(2), numbered(3), numbered(4)];
    let office = Office::with(letters.to_vec()).await;
    let mailer = office.mailer();
    let failures: [fn() -> MailError; 3] = [busy, no_such_user, lost];
    let answers = letters.iter().map(|letter| letter.id).zip(failures);
    mailer.answers.lock().unwrap().extend(answers);

    let step = office.step(&mailer).await;

    assert_eq!(*mailer.sent.lock().unwrap(), [letters[3].id]);
    assert!(matches!(step.delivered[0].delivery, Delivery::Retry { .. }));
    assert!(matches!(
        step.delivered[1].delivery,
        Delivery::Failed { .. }
    ));
    assert!(matches!(step.delivered[2].delivery, Delivery::Retry { .. }));
    let DeliveryState::Failed { error, .. } = office.state_of(&letters[1]).await else {
        panic!("a permanent failure is final");
    };
    assert_eq!(error, "the mail cannot be delivered: 550 no such user");
}

#[tokio::test]
async fn a_failure_is_tried_again_later_and_given_up_after_two_days() {
    let letter = numbered(1);
    let office = Office::with(vec![letter.clone()]).await;
    let mailer = office.mailer();
    mailer.answers.lock().unwrap().insert(letter.id, busy);

    for attempt in 1..MAX_ATTEMPTS {
        let step = office.step(&mailer).await;
        let Delivery::Retry { due_at, .. } = &step.delivered[0].delivery else {
            panic!("try {attempt}: {step:?}");
        };
        assert_eq!(
            *due_at,
            office.clock.now() + retry_delay(attempt, letter.id)
        );
        assert_eq!(
            office.step(&mailer).await,
            Step::default(),
            "not before its time"
        );
        office.clock.set(*due_at);
    }
    let last = office.step(&mailer).await;

    assert_eq!(last.delivered[0].attempt, MAX_ATTEMPTS);
    assert!(matches!(
        last.delivered[0].delivery,
        Delivery::Failed { .. }
    ));
    assert!(office.clock.now() - instant(NOON) >= TimeDelta::hours(48));
    assert!(matches!(
        office.state_of(&letter).await,
        DeliveryState::Failed { .. }
    ));
}

#[tokio::test]
async fn a_full_batch_says_that_there_may_be_more() {
    let office = Office::with((1..=BATCH + 1).map(numbered).collect()).await;
    let mailer = office.mailer();
    let first = office.step(&mailer).await;
    assert_eq!((first.delivered.len(), first.more), (BATCH as usize, true));
    let second = office.step(&mailer).await;
    assert_eq!((second.delivered.len(), second.more), (1, false));
}

#[tokio::test]
async fn what_a_lost_worker_had_claimed_falls_due_when_its_lease_ends() {
    let office = Office::with(vec![numbered(1)]).await;
    let now = office.clock.now();
    let claim = ClaimDue {
        now,
        lease_until: now + LEASE,
        token: office.ids.next().into(),
        limit: BATCH,
    };
    office.store.claim_due(&claim).await.unwrap();

    let mailer = office.mailer();
    assert_eq!(office.step(&mailer).await, Step::default());
    office.clock.set(now + LEASE);
    let step = office.step(&mailer).await;
    assert_eq!(step.delivered[0].attempt, 2);
    assert_eq!(step.delivered[0].recorded, Recorded::Yes);
}

#[tokio::test]
async fn a_reminder_of_a_meeting_that_has_begun_is_not_sent() {
    let before = TimeDelta::hours(1);
    let mut letter = message(MessageKind::Reminder { before }, RecipientRole::Guest);
    letter.due_at = instant(NOON);
    let office = Office::with(vec![letter.clone()]).await;
    let start = letter.subject_matter.event.when.during().start();
    office.clock.set(start);

    let mailer = office.mailer();
    let step = office.step(&mailer).await;

    assert!(mailer.sent.lock().unwrap().is_empty());
    assert!(matches!(
        step.delivered[0].delivery,
        Delivery::Failed { .. }
    ));
}

/// A mailer with a bug that one message brings out.
struct Buggy<'a>(MessageId, Scripted<'a>);

#[async_trait]
impl Mailer for Buggy<'_> {
    async fn send(&self, message: &Message) -> Result<(), MailError> {
        assert_ne!(message.id, self.0, "the bug");
        self.1.send(message).await
    }
}

#[tokio::test]
async fn a_mailer_that_panics_is_a_failure_of_that_message_alone() {
    let letters = [numbered(1), numbered(2)];
    let office = Office::with(letters.to_vec()).await;

    let step = office.step(&Buggy(letters[0].id, office.mailer())).await;

    let Delivery::Retry { error, .. } = &step.delivered[0].delivery else {
        panic!("{step:?}");
    };
    assert!(error.ends_with("the mailer panicked"), "{error}");
    assert!(matches!(step.delivered[1].delivery, Delivery::Sent { .. }));
}

#[tokio::test]
async fn an_outcome_is_recorded_although_the_store_fails_for_a_moment() {
    let letter = numbered(1);
    let office = Office::with(vec![letter.clone()]).await;
    office.store.fail_next(Call::RecordDelivery, Moment::Before);

    let step = office.step(&office.mailer()).await;

    assert_eq!(step.delivered[0].recorded, Recorded::Yes);
    let state = office.state_of(&letter).await;
    assert!(matches!(state, DeliveryState::Sent { .. }), "{state:?}");
}

#[tokio::test]
async fn an_outcome_that_could_not_be_recorded_can_be_later_and_hides_no_other() {
    let letters = [numbered(1), numbered(2)];
    let office = Office::with(letters.to_vec()).await;
    for _ in 0..3 {
        office.store.fail_next(Call::RecordDelivery, Moment::Before);
    }

    let mut step = office.step(&office.mailer()).await;

    let [first, second] = &mut step.delivered[..] else {
        panic!("{step:?}");
    };
    assert!(matches!(first.recorded, Recorded::NotYet { .. }));
    assert_eq!(second.recorded, Recorded::Yes);
    record_again(&office.store, first).await;
    assert_eq!(first.recorded, Recorded::Yes);
    let state = office.state_of(&letters[0]).await;
    assert!(matches!(state, DeliveryState::Sent { .. }), "{state:?}");
}

#[tokio::test]
async fn an_outcome_is_not_recorded_over_anothers_try() {
    let office = Office::with(vec![numbered(1)]).await;
    for _ in 0..3 {
        office.store.fail_next(Call::RecordDelivery, Moment::Before);
    }
    let mut late = office.step(&office.mailer()).await.delivered.remove(0);
    office.clock.set(late.lease_until);
    office.step(&office.mailer()).await;

    record_again(&office.store, &mut late).await;

    assert_eq!(late.recorded, Recorded::LeaseLost);
}
