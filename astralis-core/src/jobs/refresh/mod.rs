mod pace;

use std::error::Error;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::jobs::refresh::pace::{after_failure, spread, wanted_interval};
use crate::model::{
    CalendarReading, CalendarSubscription, LeaseToken, SubscriptionState, Validators,
};
use crate::ports::{
    CalendarFetcher, Clock, FetchError, Fetched, LeaseSubscription, StoreError, chain,
};
use crate::scheduler::{ImportError, ImportReport, Scheduler};
use crate::time::TimeZoneName;

pub use pace::{INTERVAL, LONGEST_INTERVAL};

/// How long reading one calendar may take before others try it too.
pub const READING_LEASE: TimeDelta = TimeDelta::minutes(5);

/// How old written busy time may become while the file does not change: it reaches to a horizon that
/// moves on with the days, with booking windows and with the owner's zone.
pub const EXPAND_AGAIN_AFTER: TimeDelta = TimeDelta::days(1);

/// How many findings of a file are kept for its owner to read.
pub const MAX_FINDINGS: usize = 20;

/// The longest error or finding that is kept, in characters.
const LONGEST_WORDS: usize = 300;

/// What became of a subscription whose turn it was.
#[derive(Debug)]
pub struct Refreshed {
    /// The subscription as it was leased.
    pub subscription: CalendarSubscription,
    /// How it went.
    pub reread: Reread,
    /// When it is due again.
    pub due_at: DateTime<Utc>,
    /// Whether that was recorded. It is not if the subscription was removed meanwhile, or if it
    /// took so long that somebody else is reading it.
    pub recorded: bool,
}

/// How reading a calendar again went.
#[derive(Debug)]
pub enum Reread {
    /// It was written in place of what it was before; holds what it brought.
    Written(Box<ImportReport>),
    /// It is what it was.
    Unchanged,
    /// It could not be read: what it was before stays in force.
    Kept {
        /// Why, in words for its owner.
        error: String,
    },
    /// It was removed meanwhile, or somebody else is reading it.
    Lost,
}

/// A subscription whose turn it is.
#[derive(Debug, Clone)]
pub struct Leased {
    /// The subscription.
    pub subscription: CalendarSubscription,
    /// Proves the lease.
    token: LeaseToken,
    /// Since when.
    at: DateTime<Utc>,
}

/// Leases the subscription that is due first, of those that have neither their user nor their server
/// in common with what is being read already. `None` if there is none. `token` proves the lease and
/// is never used twice.
///
/// # Errors
///
/// [`StoreError`] if the store did not answer.
pub async fn lease_next(
    scheduler: &Scheduler,
    clock: &dyn Clock,
    token: LeaseToken,
    beside: &[CalendarSubscription],
) -> Result<Option<Leased>, StoreError> {
    let at = clock.now();
    let lease = LeaseSubscription {
        now: at,
        lease_until: at + READING_LEASE,
        token,
        beside,
    };
    let leased = scheduler.store().lease_subscription(&lease).await?;
    Ok(leased.map(|subscription| Leased {
        subscription,
        token,
        at,
    }))
}

/// Reads the subscription that is due first; see [`refresh`]. `None` if nothing is due. `token`
/// proves the lease and is never used twice.
///
/// # Errors
///
/// [`StoreError`] if the store did not answer; then the lease ends by itself.
pub async fn refresh_next(
    scheduler: &Scheduler,
    fetcher: &dyn CalendarFetcher,
    clock: &dyn Clock,
    token: LeaseToken,
) -> Result<Option<Refreshed>, StoreError> {
    match lease_next(scheduler, clock, token, &[]).await? {
        Some(leased) => refresh(scheduler, fetcher, clock, leased).await.map(Some),
        None => Ok(None),
    }
}

/// Reads a subscription, and makes what it holds its owner's busy time.
///
/// A calendar that cannot be had, that is no calendar, or that breaks off after it was whole leaves
/// everything as it was, and is tried again later and later. So does a reading that panics. One that
/// kills its reader, or is dropped half-way, or outlasts its lease, is a failure too: whoever leases
/// the subscription next records that, and reads it another time. An address whose server says when
/// it wants to be asked again is left alone until then, up to [`LONGEST_INTERVAL`]; other addresses of
/// that server are not.
///
/// # Errors
///
/// [`StoreError`] if the store did not answer; then the lease ends by itself.
pub async fn refresh(
    scheduler: &Scheduler,
    fetcher: &dyn CalendarFetcher,
    clock: &dyn Clock,
    leased: Leased,
) -> Result<Refreshed, StoreError> {
    let Leased {
        subscription,
        token,
        at,
    } = leased;
    let turn = Turn {
        scheduler,
        fetcher,
        token,
        subscription: &subscription,
        now: at,
    };
    let read = if subscription.begun > 1 {
        Err(Failure::NeverEnded)
    } else {
        unless_it_panics(turn.read()).await
    };
    let (reread, state, due_at) = turn.outcome(read, clock.now())?;
    let (org, id) = (subscription.org, subscription.id);
    let store = scheduler.store();
    let recorded = store.record_subscription(org, id, token, &state, due_at);
    Ok(Refreshed {
        recorded: recorded.await?,
        subscription,
        reread,
        due_at,
    })
}

/// One worker's turn at one subscription.
struct Turn<'a> {
    scheduler: &'a Scheduler,
    fetcher: &'a dyn CalendarFetcher,
    token: LeaseToken,
    subscription: &'a CalendarSubscription,
    now: DateTime<Utc>,
}

/// Why a turn brought nothing.
enum Failure {
    Fetch(FetchError),
    /// What the server sent, or had to send, cannot be used.
    Unusable(String),
    /// The owner's meetings changed again and again while it was written.
    Contended,
    /// Reading it panicked.
    Panicked,
    /// An earlier reading did not come to an end within its lease.
    NeverEnded,
    Lost,
    Store(StoreError),
}

impl Turn<'_> {
    async fn read(&self) -> Result<(Reread, CalendarReading), Failure> {
        let (org, user) = (self.subscription.org, self.subscription.user);
        let host = self.scheduler.store().host(org, user).await;
        let zone = host.map_err(Failure::of_store)?.user.time_zone;
        let known = self.still_good(&zone);
        let validators = known.map_or_else(Validators::default, |known| known.validators.clone());
        let fetched = self.fetcher.fetch(&self.subscription.url, &validators);
        match (fetched.await.map_err(Failure::Fetch)?, known) {
            (Fetched::NotModified, Some(known)) => {
                Ok((Reread::Unchanged, self.checked(known, validators)))
            }
            (Fetched::NotModified, None) => {
                let words = "the server says 'not modified' of what it was not asked to compare";
                Err(Failure::Unusable(words.to_owned()))
            }
            (Fetched::File { bytes, validators }, known) => {
                let digest = Uuid::new_v5(&self.subscription.id.as_uuid(), &bytes);
                match known.filter(|known| known.digest == digest) {
                    Some(known) => Ok((Reread::Unchanged, self.checked(known, validators))),
                    None => self.write(bytes, digest, validators, zone).await,
                }
            }
        }
    }

    /// What was read before, unless it is to be expanded anew.
    fn still_good(&self, zone: &TimeZoneName) -> Option<&CalendarReading> {
        let reading = self.subscription.state.reading.as_ref();
        reading.filter(|reading| {
            self.now < reading.imported_at + EXPAND_AGAIN_AFTER && reading.time_zone == *zone
        })
    }

    fn checked(&self, known: &CalendarReading, validators: Validators) -> CalendarReading {
        CalendarReading {
            checked_at: self.now,
            validators,
            ..known.clone()
        }
    }

    async fn write(
        &self,
        bytes: Vec<u8>,
        digest: Uuid,
        validators: Validators,
        time_zone: TimeZoneName,
    ) -> Result<(Reread, CalendarReading), Failure> {
        let interval = wanted_interval(&bytes);
        let (subscription, token) = (self.subscription, self.token);
        let imported = self
            .scheduler
            .import_subscribed(subscription, token, bytes)
            .await;
        let report = imported?;
        let findings = report.findings.iter();
        let words = findings.map(|found| kept_words(&found.finding.to_string()));
        let reading = CalendarReading {
            checked_at: self.now,
            imported_at: self.now,
            validators,
            time_zone,
            digest,
            is_whole: report.is_whole(),
            interval,
            events: report.events,
            held: report.events + report.already_ours + report.outside,
            busy_until: report.busy_until,
            findings: words.take(MAX_FINDINGS).collect(),
            more_findings: report.findings.len().saturating_sub(MAX_FINDINGS),
        };
        Ok((Reread::Written(Box::new(report)), reading))
    }

    /// What to record, and when to come back.
    fn outcome(
        &self,
        read: Result<(Reread, CalendarReading), Failure>,
        now: DateTime<Utc>,
    ) -> Result<(Reread, SubscriptionState, DateTime<Utc>), StoreError> {
        let before = &self.subscription.state;
        let wanted = wanted_pause(&read, now);
        let (error, is_permanent) = match read {
            Ok((reread, reading)) => {
                let due_at = now + spread(reading.interval, self.subscription.id);
                let state = SubscriptionState {
                    last_attempt: Some(self.now),
                    last_error: None,
                    failures: 0,
                    reading: Some(reading),
                };
                return Ok((reread, state, due_at));
            }
            Err(Failure::Store(error)) => return Err(error),
            Err(Failure::Lost) => return Ok((Reread::Lost, before.clone(), now)),
            Err(Failure::Unusable(words)) => (kept_words(&words), true),
            Err(Failure::Contended) => {
                ("your meetings changed while it was read".to_owned(), false)
            }
            Err(Failure::Panicked) => ("reading it failed for a reason of ours".to_owned(), true),
            Err(Failure::NeverEnded) => ("reading it did not come to an end".to_owned(), false),
            Err(Failure::Fetch(error)) => {
                let is_permanent = matches!(error, FetchError::Permanent(_));
                // That it was not fetched goes without saying: why is what its owner wants to know.
                let why = error.source().map_or_else(|| error.to_string(), chain);
                (kept_words(&why), is_permanent)
            }
        };
        let failures = before.failures.saturating_add(1);
        let state = SubscriptionState {
            last_attempt: Some(self.now),
            last_error: Some(error.clone()),
            failures,
            reading: before.reading.clone(),
        };
        let delay = after_failure(failures, is_permanent).max(wanted);
        let due_at = now + spread(delay, self.subscription.id);
        Ok((Reread::Kept { error }, state, due_at))
    }
}

/// How long this address is to be left alone, as its server says that answered with a failure; a day
/// at most. Other addresses of the server do not wait for it.
fn wanted_pause<T>(read: &Result<T, Failure>, now: DateTime<Utc>) -> TimeDelta {
    match read {
        Err(Failure::Fetch(FetchError::NotBefore { when, .. })) => {
            when.pause(now).min(LONGEST_INTERVAL)
        }
        _ => TimeDelta::zero(),
    }
}

/// What a future answers; a panic in it ends it, and nothing else.
async fn unless_it_panics<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let mut work = pin!(work);
    poll_fn(|context| {
        // After a panic it is not asked again, so that nobody sees what it left behind.
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or(Poll::Ready(Err(Failure::Panicked)))
    })
    .await
}

impl Failure {
    fn of_store(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { .. } => Self::Lost,
            StoreError::Refused(_) => Self::Contended,
            error => Self::Store(error),
        }
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Store(error) => Self::of_store(error),
            other => Self::Unusable(chain(&other)),
        }
    }
}

/// Foreign words as they are kept: on one line, and not too long.
fn kept_words(words: &str) -> String {
    let printable = words.chars().filter(|c| !c.is_control());
    printable.take(LONGEST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_file_is_blamed_for_what_is_wrong_with_it() {
        let failure = |error: StoreError| Failure::from(ImportError::Store(error));
        assert!(matches!(
            failure(StoreError::Refused(Vec::new())),
            Failure::Contended
        ));
        for error in [
            StoreError::TimeTaken,
            StoreError::Impossible("full".into()),
            StoreError::Unavailable("gone".into()),
        ] {
            assert!(matches!(failure(error), Failure::Store(_)));
        }
        assert!(matches!(
            Failure::from(ImportError::BreaksOff),
            Failure::Unusable(_)
        ));
    }
}
