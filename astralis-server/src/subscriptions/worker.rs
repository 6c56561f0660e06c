use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use astralis_core::jobs::{self, Leased, Refreshed, Reread, lease_next};
use astralis_core::model::CalendarSubscription;
use astralis_core::ports::{CalendarFetcher, Clock, StoreError, chain};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet};
use tokio::time::sleep;

use crate::state::AppState;

/// How many calendars one process reads at the same time, each of another user and of another server:
/// a slow server holds up whoever subscribed to it, and one reader.
const READERS: usize = 4;

/// How long to wait when nothing says that there is something to do.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads subscribed calendars as they fall due, until `stopping` says true. A reading that is under
/// way then is dropped, and counts as one that did not come to its end. When nobody is left who could
/// say so, it ends with what it is reading. What panics beside a reading is logged.
pub async fn refresh(
    state: AppState,
    fetcher: Arc<dyn CalendarFetcher>,
    stopping: watch::Receiver<bool>,
) {
    let work = || {
        let readers = Readers {
            state: state.clone(),
            fetcher: fetcher.clone(),
            stopping: stopping.clone(),
            working: JoinSet::new(),
            reading: HashMap::new(),
        };
        tokio::spawn(readers.work())
    };
    let mut stopped = stopping.clone();
    while let Err(panic) = work().await {
        let error = chain(&panic);
        tracing::error!(error, "the readers of calendars panicked and start again");
        tokio::select! {
            () = sleep(PATIENCE) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Those who read, and what.
struct Readers {
    state: AppState,
    fetcher: Arc<dyn CalendarFetcher>,
    stopping: watch::Receiver<bool>,
    working: JoinSet<()>,
    /// As they were leased: each is due when its lease ends.
    reading: HashMap<Id, CalendarSubscription>,
}

impl Readers {
    async fn work(mut self) {
        let (is_due, mut stopping) = (self.state.calendar_is_due.clone(), self.stopping.clone());
        while stopping.has_changed().is_ok() && !*stopping.borrow() {
            if self.begin_next().await {
                continue;
            }
            tokio::select! {
                true = self.one_ends() => {}
                () = is_due.notified() => {}
                () = sleep(PATIENCE) => {}
                _ = stopping.changed() => {}
            }
        }
        while self.one_ends().await {}
    }

    /// Begins to read what is due first, beside the others; answers whether it did.
    async fn begin_next(&mut self) -> bool {
        if self.working.len() >= READERS {
            return false;
        }
        match self.lease().await {
            Ok(Some((leased, clock))) => {
                self.begin(leased, clock);
                true
            }
            Ok(None) => false,
            Err(error) => {
                let error = chain(&error);
                tracing::warn!(error, "the subscriptions could not be read");
                false
            }
        }
    }

    /// What is due is said by the clock that all workers share. A reading holds up others as long as
    /// its lease: one that never ends is leased anew, and known by it.
    async fn lease(&self) -> Result<Option<(Leased, impl Clock + use<>)>, StoreError> {
        let (ahead, own) = (self.state.ahead().await?, self.state.clock.clone());
        let clock = move || own.now() - ahead;
        let scheduler = &self.state.scheduler;
        let token = scheduler.next_id().into();
        let now = clock.now();
        let others = self.reading.values().filter(|one| one.is_being_read(now));
        let others: Vec<_> = others.cloned().collect();
        let leased = lease_next(scheduler, &clock, token, &others).await?;
        Ok(leased.map(|leased| (leased, clock)))
    }

    /// On a thread of its own: large files take a while to read, and requests are not to wait for it.
    fn begin(&mut self, leased: Leased, clock: impl Clock + 'static) {
        let subscription = leased.subscription.clone();
        let (state, fetcher) = (self.state.clone(), self.fetcher.clone());
        let (runtime, mut stopping) = (Handle::current(), self.stopping.clone());
        let work = async move {
            tokio::select! {
                () = read(&state, &*fetcher, &clock, leased) => {}
                Ok(_) = stopping.wait_for(|stopping| *stopping) => {}
            }
        };
        let reader = self.working.spawn_blocking(move || runtime.block_on(work));
        self.reading.insert(reader.id(), subscription);
    }

    /// Waits until a reading ends; answers whether there was one.
    async fn one_ends(&mut self) -> bool {
        let reader = match self.working.join_next_with_id().await {
            None => return false,
            Some(Ok((reader, ()))) => reader,
            Some(Err(panic)) => {
                tracing::error!(error = chain(&panic), "a reader of calendars panicked");
                panic.id()
            }
        };
        self.reading.remove(&reader);
        true
    }
}

/// Reads one calendar.
async fn read(state: &AppState, fetcher: &dyn CalendarFetcher, clock: &dyn Clock, leased: Leased) {
    match jobs::refresh(&state.scheduler, fetcher, clock, leased).await {
        Ok(refreshed) => {
            log(&refreshed);
            if matches!(&refreshed.reread, Reread::Written(report) if !report.clashes.is_empty()) {
                state.mail_is_due.notify_one();
            }
        }
        Err(error) => {
            tracing::warn!(error = chain(&error), "a subscription could not be read");
        }
    }
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
