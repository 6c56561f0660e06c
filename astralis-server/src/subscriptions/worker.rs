use std::sync::Arc;
use std::time::Duration;

use astralis_core::jobs::{Refreshed, Reread, refresh_next};
use astralis_core::ports::{CalendarFetcher, StoreError, chain};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::state::AppState;

/// How many calendars one process reads at the same time: a slow server holds up few others.
const READERS: usize = 4;

/// How long a reader waits when nothing wakes it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads subscribed calendars as they fall due, until `stopping` says true. A reading that is under
/// way then is dropped, and counts as one that did not come to its end. What panics beside a reading
/// is logged.
pub async fn refresh(
    state: AppState,
    fetcher: Arc<dyn CalendarFetcher>,
    stopping: watch::Receiver<bool>,
) {
    let reader = || {
        tokio::spawn(keep_reading(
            state.clone(),
            fetcher.clone(),
            stopping.clone(),
        ))
    };
    let readers: Vec<_> = (0..READERS).map(|_| reader()).collect();
    for reader in readers {
        if let Err(panic) = reader.await {
            tracing::error!(error = chain(&panic), "a reader of calendars ended");
        }
    }
}

async fn keep_reading(
    state: AppState,
    fetcher: Arc<dyn CalendarFetcher>,
    stopping: watch::Receiver<bool>,
) {
    // On a thread of its own: large files take a while to read, and requests are not to wait for it.
    let work = || {
        let (runtime, work) = (
            Handle::current(),
            work(state.clone(), fetcher.clone(), stopping.clone()),
        );
        spawn_blocking(move || runtime.block_on(work))
    };
    while let Err(panic) = work().await {
        let error = chain(&panic);
        tracing::error!(error, "a reader of calendars panicked and starts again");
        rest(&state, &mut stopping.clone()).await;
    }
}

async fn work(
    state: AppState,
    fetcher: Arc<dyn CalendarFetcher>,
    mut stopping: watch::Receiver<bool>,
) {
    while !*stopping.borrow() {
        let more = tokio::select! {
            more = step(&state, &*fetcher) => more,
            _ = stopping.changed() => return,
        };
        if !more {
            rest(&state, &mut stopping).await;
        }
    }
}

/// Waits until there may be something to do.
async fn rest(state: &AppState, stopping: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = state.calendar_is_due.notified() => {}
        () = tokio::time::sleep(PATIENCE) => {}
        _ = stopping.changed() => {}
    }
}

/// Reads one calendar; answers whether there was one to read.
async fn step(state: &AppState, fetcher: &dyn CalendarFetcher) -> bool {
    match read_next(state, fetcher).await {
        Ok(Some(refreshed)) => {
            log(&refreshed);
            if matches!(&refreshed.reread, Reread::Written(report) if !report.clashes.is_empty()) {
                state.mail_is_due.notify_one();
            }
            true
        }
        Ok(None) => false,
        Err(error) => {
            tracing::warn!(error = chain(&error), "the subscriptions could not be read");
            false
        }
    }
}

/// What is due is said by the clock that all workers share.
async fn read_next(
    state: &AppState,
    fetcher: &dyn CalendarFetcher,
) -> Result<Option<Refreshed>, StoreError> {
    let (ahead, own) = (state.ahead().await?, state.clock.clone());
    let clock = move || own.now() - ahead;
    let token = state.scheduler.next_id().into();
    refresh_next(&state.scheduler, fetcher, &clock, token).await
}

/// The address stays out of the log: whoever knows it can mostly read the calendar. Its owner reads
/// what went wrong beside the subscription.
fn log(refreshed: &Refreshed) {
    let Refreshed {
        subscription,
        reread,
        due_at,
        recorded,
    } = refreshed;
    let (id, host) = (subscription.id, subscription.url.host());
    match reread {
        Reread::Written(report) => {
            let (events, findings) = (report.events, report.findings.len());
            tracing::info!(subscription.id = %id, host, events, findings, recorded, %due_at, "calendar read");
        }
        Reread::Unchanged => {
            tracing::debug!(subscription.id = %id, host, recorded, %due_at, "calendar unchanged");
        }
        Reread::Kept { error } => {
            tracing::warn!(subscription.id = %id, host, error, recorded, %due_at, "calendar not read, will retry");
        }
        Reread::Lost => {
            tracing::info!(subscription.id = %id, host, "calendar removed, or read by somebody else");
        }
    }
}
