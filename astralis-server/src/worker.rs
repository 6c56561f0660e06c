//! Sends what is due, beside the requests.

use std::sync::Arc;
use std::time::Duration;

use astralis_core::jobs::{Delivered, deliver_next};
use astralis_core::ports::{Delivery, Mailer, chain};
use tokio::sync::watch;

use crate::state::AppState;

/// How long it waits when nothing wakes it: for reminders that become due, retries, and mail that
/// another process planned.
const PATIENCE: Duration = Duration::from_secs(1);

/// Delivers until `stopping` says true, then ends the step it is in and returns.
pub async fn deliver(
    state: AppState,
    mailer: Arc<dyn Mailer>,
    mut stopping: watch::Receiver<bool>,
) {
    while !*stopping.borrow() {
        let more = step(&state, &*mailer).await;
        if more {
            continue;
        }
        tokio::select! {
            () = state.mail_is_due.notified() => {}
            () = tokio::time::sleep(PATIENCE) => {}
            _ = stopping.changed() => {}
        }
    }
}

/// Delivers one batch; answers whether more is due already.
async fn step(state: &AppState, mailer: &dyn Mailer) -> bool {
    let token = state.scheduler.next_id().into();
    match deliver_next(state.store(), mailer, &*state.clock, token).await {
        Ok(step) => {
            step.delivered.iter().for_each(log);
            step.more
        }
        Err(error) => {
            tracing::warn!(
                error = chain(&error),
                "the outbox could not be read or written"
            );
            false
        }
    }
}

fn log(delivered: &Delivered) {
    let Delivered {
        message,
        attempt,
        delivery,
        recorded,
    } = delivered;
    match delivery {
        Delivery::Sent { .. } => {
            tracing::info!(outbox.id = %message, attempt, recorded, "delivered");
        }
        Delivery::Retry { due_at, error } => {
            tracing::warn!(outbox.id = %message, attempt, recorded, %due_at, error, "delivery failed, will retry");
        }
        Delivery::Failed { error, .. } => {
            tracing::error!(outbox.id = %message, attempt, recorded, error, "delivery failed for good");
        }
    }
}
