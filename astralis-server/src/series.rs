//! Claims the time of meetings that repeat farther ahead as time goes on, beside the requests.

use std::time::Duration;

use astralis_core::jobs::{Extended, extend_series};
use astralis_core::ports::chain;
use tokio::sync::watch;

use crate::state::AppState;

/// How many series one step extends at most: so many must end before the process does.
const BATCH: u32 = 20;

/// How long it waits when nothing is due. There are 30 days for it, and beyond its claims a series
/// takes its time all the same.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// How long it waits when the store cannot answer.
const PATIENCE_IN_TROUBLE: Duration = Duration::from_secs(60);

/// Extends series until `stopping` says true, or nobody is left who could; then ends the step it is
/// in and returns. A panic is logged and the work taken up again.
pub async fn extend(state: AppState, stopping: watch::Receiver<bool>) {
    let work = || work(state.clone(), stopping.clone());
    while let Err(panic) = tokio::spawn(work()).await {
        let error = chain(&panic);
        tracing::error!(error, "extending series panicked and starts again");
        rest(PATIENCE_IN_TROUBLE, &mut stopping.clone()).await;
    }
}

async fn work(state: AppState, mut stopping: watch::Receiver<bool>) {
    while stopping.has_changed().is_ok() && !*stopping.borrow() {
        let patience = step(&state).await;
        rest(patience, &mut stopping).await;
    }
}

/// Extends one batch; answers how long to wait for the next one.
async fn step(state: &AppState) -> Duration {
    match extend_series(&state.scheduler, BATCH).await {
        Ok(step) => {
            log(&step);
            if step.more { Duration::ZERO } else { PATIENCE }
        }
        Err(error) => {
            let error = chain(&error);
            tracing::warn!(error, "series could not be extended, will retry");
            PATIENCE_IN_TROUBLE
        }
    }
}

async fn rest(patience: Duration, stopping: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(patience) => {}
        _ = stopping.changed() => {}
    }
}

fn log(step: &Extended) {
    for event in &step.extended {
        let clashes = step.clashing.contains(event);
        tracing::info!(event.id = %event, clashes, "series extended");
    }
    for (event, error) in &step.failed {
        tracing::error!(event.id = %event, error, "a series cannot be extended");
    }
}
