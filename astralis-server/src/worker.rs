//! Sends what is due, beside the requests.

use std::sync::Arc;
use std::time::Duration;

use astralis_core::jobs::{Delivered, Recorded, deliver_next, record_again};
use astralis_core::ports::{Delivery, Mailer, chain};
use tokio::sync::watch;

use crate::state::AppState;

/// How long it waits when nothing wakes it: for reminders that become due, retries, and mail that
/// another process planned.
const PATIENCE: Duration = Duration::from_secs(1);

/// Delivers until `stopping` says true, then ends the step it is in and returns. A panic is logged
/// and the work taken up again: mails must not cease while requests are answered.
pub async fn deliver(state: AppState, mailer: Arc<dyn Mailer>, stopping: watch::Receiver<bool>) {
    let work = || work(state.clone(), mailer.clone(), stopping.clone());
    while let Err(panic) = tokio::spawn(work()).await {
        let error = chain(&panic);
        tracing::error!(error, "the worker panicked and starts again");
        rest(&state, &mut stopping.clone()).await;
    }
}

async fn work(state: AppState, mailer: Arc<dyn Mailer>, mut stopping: watch::Receiver<bool>) {
    let mut unrecorded = Vec::new();
    while !*stopping.borrow() {
        let more = step(&state, &*mailer, &mut unrecorded).await;
        if !more {
            rest(&state, &mut stopping).await;
        }
    }
    settle(&state, &mut unrecorded).await;
}

/// Waits until there may be something to do.
async fn rest(state: &AppState, stopping: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = state.mail_is_due.notified() => {}
        () = tokio::time::sleep(PATIENCE) => {}
        _ = stopping.changed() => {}
    }
}

/// Delivers one batch; answers whether more is due already.
///
/// While the outbox cannot be written nothing more is sent: it would be sent twice.
async fn step(state: &AppState, mailer: &dyn Mailer, unrecorded: &mut Vec<Delivered>) -> bool {
    settle(state, unrecorded).await;
    if !unrecorded.is_empty() {
        return false;
    }
    let token = state.scheduler.next_id().into();
    match deliver_next(state.store(), mailer, &*state.clock, token).await {
        Ok(step) => {
            step.delivered.iter().for_each(log);
            let is_open = |each: &Delivered| matches!(each.recorded, Recorded::NotYet { .. });
            unrecorded.extend(step.delivered.into_iter().filter(is_open));
            step.more
        }
        Err(error) => {
            tracing::warn!(error = chain(&error), "the outbox could not be read");
            false
        }
    }
}

/// Records what could not be recorded before, and gives up what others may try by now.
async fn settle(state: &AppState, unrecorded: &mut Vec<Delivered>) {
    for delivered in unrecorded.iter_mut() {
        record_again(state.store(), delivered).await;
    }
    let now = state.clock.now();
    unrecorded.retain(|delivered| {
        let Recorded::NotYet { error } = &delivered.recorded else {
            return false;
        };
        let gives_up = delivered.lease_until <= now;
        if gives_up {
            tracing::error!(outbox.id = %delivered.message, error, "an outcome was never recorded");
        }
        !gives_up
    });
}

fn log(delivered: &Delivered) {
    let Delivered {
        message,
        attempt,
        delivery,
        recorded,
        ..
    } = delivered;
    if let Recorded::NotYet { error } = recorded {
        tracing::warn!(outbox.id = %message, attempt, error, "an outcome could not be recorded yet");
    }
    let recorded = *recorded == Recorded::Yes;
    match delivery {
        Delivery::Sent { .. } => {
            tracing::info!(outbox.id = %message, attempt, recorded, "delivered");
        }
        // What the mail server said may name an address. The host reads it beside the booking.
        Delivery::Retry { due_at, .. } => {
            tracing::warn!(outbox.id = %message, attempt, recorded, %due_at, "delivery failed, will retry");
        }
        Delivery::Failed { .. } => {
            tracing::error!(outbox.id = %message, attempt, recorded, "delivery failed for good");
        }
    }
}
