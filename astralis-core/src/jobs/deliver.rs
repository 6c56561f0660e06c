use std::future::poll_fn;
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
    /// Whether the lease still held, so that the outcome was recorded. If not, somebody else is
    /// trying.
    pub recorded: bool,
}

/// Claims a batch of messages that are due, sends them side by side and records how each ended.
///
/// A failure is retried after a [`retry_delay`], until [`MAX_ATTEMPTS`]; a permanent one fails
/// visibly at once, and so does a reminder of a meeting that has begun. No message waits for
/// another one's failure. `token` proves the claim and is never used twice; the clock is asked again
/// after each send, since a mail server may be slow.
///
/// Run it to its end: a step that is dropped half-way repeats its mails when the lease ends.
///
/// # Errors
///
/// [`StoreError::Unavailable`], after every message of the batch was tried. What could not be
/// recorded is sent again when the lease ends, with the same `Message-ID`.
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
    let tries = due.iter().map(|each| deliver(outbox, mailer, clock, each));
    let outcomes = side_by_side(tries).await;
    Ok(Step {
        delivered: outcomes.into_iter().collect::<Result<_, _>>()?,
        more: due.len() >= BATCH as usize,
    })
}

async fn deliver(
    outbox: &dyn Outbox,
    mailer: &dyn Mailer,
    clock: &dyn Clock,
    due: &DueMessage,
) -> Result<Delivered, StoreError> {
    let delivery = if comes_too_late(&due.message, clock.now()) {
        Delivery::Failed {
            at: clock.now(),
            error: "the meeting had begun before its reminder could be sent".to_owned(),
        }
    } else {
        let sent = mailer.send(&due.message).await;
        outcome(sent, due, clock.now())
    };
    let message = due.message.id;
    let recorded = outbox
        .record_delivery(message, due.token, &delivery)
        .await?;
    Ok(Delivered {
        message,
        attempt: due.attempt,
        delivery,
        recorded,
    })
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
