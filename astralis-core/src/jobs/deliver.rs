use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};

use super::backoff::{MAX_ATTEMPTS, retry_delay};
use crate::model::{LeaseToken, Message, MessageId, MessageKind};
use crate::ports::{
    ClaimDue, Clock, Delivery, DueMessage, MailError, Mailer, Outbox, StoreError, chain,
};

/// How many messages one step takes on.
pub const BATCH: u32 = 16;

/// How long a step may take before others try its messages too; every mailer gives up sooner. It is
/// also how long the mails wait that a lost process was about to send.
pub const LEASE: TimeDelta = TimeDelta::minutes(3);

/// How often an outcome is offered to the outbox at once.
const RECORD_TRIES: u32 = 3;

const PANICKED: &str = "the mailer panicked";

/// What one step did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// Each message that was claimed, in the order of its due time.
    pub delivered: Vec<Delivered>,
    /// Whether the batch was full, so that more may be due already.
    pub more: bool,
}

/// How one try to deliver ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Which message.
    pub message: MessageId,
    /// Which try it was, 1 for the first.
    pub attempt: u32,
    /// How it ended.
    pub delivery: Delivery,
    /// Whether the outbox knows.
    pub recorded: Recorded,
    /// The lease it was tried under.
    pub token: LeaseToken,
    /// When others may try.
    pub lease_until: DateTime<Utc>,
}

/// Whether the outbox knows how a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// It does.
    Yes,
    /// The lease no longer held: somebody else is trying, or an earlier answer was lost.
    LeaseLost,
    /// The outbox did not answer; see [`record_again`].
    NotYet {
        /// What went wrong, for the operator.
        error: String,
    },
}

/// Claims a batch of messages that are due, sends them side by side and records how each ended.
///
/// A failure is retried after a [`retry_delay`], until [`MAX_ATTEMPTS`]; a permanent one fails
/// visibly at once, and so does a reminder of a meeting that has begun. A message
/// waits for another one only where [`Outbox::claim_due`] keeps the mails about one meeting in
/// order; a panic of the mailer is one message's failure like any other. `token` proves the claim and is never
/// used twice; the clock is asked again after each send, since a mail server may be slow.
///
/// Run it to its end: a step that is dropped half-way repeats its mails when the lease ends.
///
/// # Errors
///
/// [`StoreError::Unavailable`] if nothing could be claimed, and then nothing was sent.
pub async fn deliver_next(
    outbox: &dyn Outbox,
    mailer: &dyn Mailer,
    clock: &dyn Clock,
    token: LeaseToken,
) -> Result<Step, StoreError> {
    let now = clock.now();
    let claim = ClaimDue {
        now,
        lease_until: now + LEASE,
        token,
        limit: BATCH,
    };
    let due = outbox.claim_due(&claim).await?;
    let tries = due.iter().map(async |due| {
        let delivery = deliver(mailer, clock, due).await;
        Delivered {
            message: due.message.id,
            attempt: due.attempt,
            recorded: record(outbox, due.message.id, due.token, &delivery).await,
            delivery,
            token: due.token,
            lease_until: claim.lease_until,
        }
    });
    Ok(Step {
        delivered: side_by_side(tries).await,
        more: due.len() >= BATCH as usize,
    })
}

/// Tries again to record an outcome that is [`Recorded::NotYet`].
///
/// Call it now and then until `lease_until`, better before anything new is claimed: what is not
/// recorded by then is sent once more, with the same `Message-ID`.
pub async fn record_again(outbox: &dyn Outbox, delivered: &mut Delivered) {
    let Delivered { message, token, .. } = *delivered;
    delivered.recorded = record(outbox, message, token, &delivered.delivery).await;
}

async fn record(
    outbox: &dyn Outbox,
    message: MessageId,
    token: LeaseToken,
    delivery: &Delivery,
) -> Recorded {
    let mut error = String::new();
    for _ in 0..RECORD_TRIES {
        match outbox.record_delivery(message, token, delivery).await {
            Ok(true) => return Recorded::Yes,
            Ok(false) => return Recorded::LeaseLost,
            Err(failed) => error = chain(&failed),
        }
    }
    Recorded::NotYet { error }
}

async fn deliver(mailer: &dyn Mailer, clock: &dyn Clock, due: &DueMessage) -> Delivery {
    if comes_too_late(&due.message, clock.now()) {
        return Delivery::Failed {
            at: clock.now(),
            error: "the meeting had begun before its reminder could be sent".to_owned(),
        };
    }
    let sent = send(mailer, &due.message).await;
    outcome(sent, due, clock.now())
}

/// Sends a message. A bug that it brings out in the mailer must not keep the others from being
/// sent; whether the mail had left by then, nobody knows.
async fn send(mailer: &dyn Mailer, message: &Message) -> Result<(), MailError> {
    let mut sending = Box::pin(async { mailer.send(message).await });
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| sending.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(MailError::Unknown(PANICKED.into()))))
    })
    .await
}

fn comes_too_late(message: &Message, now: DateTime<Utc>) -> bool {
    let start = message.subject_matter.event.when.during().start();
    matches!(message.kind, MessageKind::Reminder { .. }) && start <= now
}

fn outcome(sent: Result<(), MailError>, due: &DueMessage, now: DateTime<Utc>) -> Delivery {
    match sent {
        Ok(()) => Delivery::Sent { at: now },
        Err(error) if error.is_transient() && due.attempt < MAX_ATTEMPTS => Delivery::Retry {
            due_at: now + retry_delay(due.attempt, due.message.id),
            error: chain(&error),
        },
        Err(error) => Delivery::Failed {
            at: now,
            error: chain(&error),
        },
    }
}

/// Runs futures at the same time on this task; answers in their order, once all have ended.
async fn side_by_side<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.map(Box::pin).collect();
    let mut ended: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut all_ended = Poll::Ready(());
        for (future, output) in running.iter_mut().zip(&mut ended) {
            if output.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *output = Some(value),
                    Poll::Pending => all_ended = Poll::Pending,
                }
            }
        }
        all_ended
    })
    .await;
    ended.into_iter().flatten().collect()
}
