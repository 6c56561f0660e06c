//! Sends what is due, beside the requests.

use std::sync::Arc;
use std::time::Duration;

use astralis_core::jobs::{Delivered, Recorded, Step, deliver_next, record_again};
use astralis_core::ports::{Clock, Delivery, Mailer, StoreError, chain};
use chrono::TimeDelta;
use tokio::sync::watch;

use crate::state::{AppState, LARGEST_SKEW};

/// How long it waits when nothing wakes it: for reminders that become due, retries, and mail that
/// another process planned.
const PATIENCE: Duration = Duration::from_secs(1);

/// Delivers until `stopping` says true, or nobody is left who could; then ends the step it is in and
/// returns. A panic is logged and the work taken up again: mails must not cease while requests are
/// answered.
pub async fn deliver(state: AppState, mailer: Arc<dyn Mailer>, stopping: watch::Receiver<bool>) {
    let work = || work(state.clone(), mailer.clone(), stopping.clone());
    while let Err(panic) = tokio::spawn(work()).await {
        let error = chain(&panic);
        tracing::error!(error, "the worker panicked and starts again");
        rest(&state, &mut stopping.clone()).await;
    }
}

async fn work(state: AppState, mailer: Arc<dyn Mailer>, mut stopping: watch::Receiver<bool>) {
    let mut worker = Worker {
        state,
        mailer,
        unrecorded: Vec::new(),
        ahead: TimeDelta::zero(),
    };
    while stopping.has_changed().is_ok() && !*stopping.borrow() {
        let more = worker.step().await;
        if !more {
            rest(&worker.state, &mut stopping).await;
        }
    }
    worker.settle().await;
}

/// Waits until there may be something to do.
async fn rest(state: &AppState, stopping: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = state.mail_is_due.notified() => {}
        () = tokio::time::sleep(PATIENCE) => {}
        _ = stopping.changed() => {}
    }
}

struct Worker {
    state: AppState,
    mailer: Arc<dyn Mailer>,
    /// What was tried and could not be recorded.
    unrecorded: Vec<Delivered>,
    /// How far our own clock is ahead of the one that workers share, as far as we know.
    ahead: TimeDelta,
}

impl Worker {
    /// Delivers one batch; answers whether more is due already.
    ///
    /// While the outbox cannot be written nothing more is sent: it would be sent twice.
    async fn step(&mut self) -> bool {
        self.settle().await;
        if !self.unrecorded.is_empty() {
            return false;
        }
        match self.deliver_next().await {
            Ok(step) => {
                step.delivered.iter().for_each(log);
                let is_open = |each: &Delivered| matches!(each.recorded, Recorded::NotYet { .. });
                let open = step.delivered.into_iter().filter(is_open);
                self.unrecorded.extend(open);
                step.more
            }
            Err(error) => {
                tracing::warn!(error = chain(&error), "the outbox could not be read");
                false
            }
        }
    }

    /// What is due, and until when it is ours, is said by the clock that all workers share. One whose
    /// own is hours ahead would send reminders early, and again what others are sending.
    async fn deliver_next(&mut self) -> Result<Step, StoreError> {
        let ahead = self.state.ahead().await?;
        let agreed = |skew: TimeDelta| skew.abs() <= LARGEST_SKEW;
        if !agreed(ahead) && agreed(self.ahead) {
            let skew = ahead.num_milliseconds();
            tracing::error!(
                skew_ms = skew,
                "our clock differs from the database's, whose is used"
            );
        }
        self.ahead = ahead;
        let token = self.state.scheduler.next_id().into();
        let clock = self.shared_clock();
        deliver_next(self.state.store(), &*self.mailer, &clock, token).await
    }

    fn shared_clock(&self) -> impl Clock + use<> {
        let (own, ahead) = (self.state.clock.clone(), self.ahead);
        move || own.now() - ahead
    }

    /// Records what could not be recorded before, and gives up what others may try by now.
    async fn settle(&mut self) {
        for delivered in &mut self.unrecorded {
            record_again(self.state.store(), delivered).await;
        }
        let now = self.shared_clock().now();
        self.unrecorded.retain(|delivered| {
            let Recorded::NotYet { error } = &delivered.recorded else {
                return false;
            };
            let gives_up = delivered.lease_until <= now;
            if gives_up {
                let message = delivered.message;
                tracing::error!(outbox.id = %message, error, "an outcome was never recorded");
            }
            !gives_up
        });
    }
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
