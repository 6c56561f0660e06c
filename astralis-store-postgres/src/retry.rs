//! Trying a command again when the database could not carry it out for reasons that pass.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::error::{
    DEADLOCK_DETECTED, Failure, LOCK_NOT_AVAILABLE, SERIALIZATION_FAILURE, code, is_command_known,
    is_connection_lost,
};

/// How often a command is tried at most that the database asks to be repeated. Whatever else fails
/// is tried for as long as patience lasts.
const TRIES: u32 = 10;
/// The longest pause after the first try; each further one may be twice as long, up to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// How often commands had to be repeated, by reason; counted also when patience had ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeats {
    /// Two transactions waited for each other. Locks are taken in one order everywhere, so this
    /// stays zero unless a foreign writer is about.
    pub deadlocks: u64,
    /// The database asked for it; only after a failover, as no isolation is used that needs it.
    pub serialization_failures: u64,
    /// The connection was lost before the commit: nothing had happened.
    pub lost_connections: u64,
    /// The connection was lost during the commit, and the command had to be looked up.
    pub unknown_outcomes: u64,
    /// Others held the subjects' locks for longer than
    /// [`lock_timeout`](crate::PostgresConfig::lock_timeout).
    pub lock_timeouts: u64,
    /// The same command arrived twice at the same time, about nobody's time.
    pub twins: u64,
}

/// Why a command is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    Deadlock,
    SerializationFailure,
    LostConnection,
    UnknownOutcome,
    LockTimeout,
    Twin,
}

impl Reason {
    /// The reason to repeat a command that failed before its commit; `None` if it has its answer.
    pub(crate) fn of(failure: &Failure) -> Option<Self> {
        match failure {
            Failure::Answer(_) => None,
            Failure::Database(error) => Self::of_error(error),
        }
    }

    /// The same for a commit that failed.
    pub(crate) fn of_commit(error: &sqlx::Error) -> Option<Self> {
        match Self::of_error(error) {
            Some(Self::LostConnection) => Some(Self::UnknownOutcome),
            other => other,
        }
    }

    fn of_error(error: &sqlx::Error) -> Option<Self> {
        if is_command_known(error) {
            return Some(Self::Twin);
        }
        if is_connection_lost(error) {
            return Some(Self::LostConnection);
        }
        match code(error.as_database_error()?).as_str() {
            DEADLOCK_DETECTED => Some(Self::Deadlock),
            SERIALIZATION_FAILURE => Some(Self::SerializationFailure),
            LOCK_NOT_AVAILABLE => Some(Self::LockTimeout),
            _ => None,
        }
    }
}

/// Counts repetitions.
#[derive(Debug, Default)]
pub(crate) struct Repeated {
    deadlocks: AtomicU64,
    serialization_failures: AtomicU64,
    lost_connections: AtomicU64,
    unknown_outcomes: AtomicU64,
    lock_timeouts: AtomicU64,
    twins: AtomicU64,
}

impl Repeated {
    pub(crate) fn count(&self, reason: Reason) {
        let counter = match reason {
            Reason::Deadlock => &self.deadlocks,
            Reason::SerializationFailure => &self.serialization_failures,
            Reason::LostConnection => &self.lost_connections,
            Reason::UnknownOutcome => &self.unknown_outcomes,
            Reason::LockTimeout => &self.lock_timeouts,
            Reason::Twin => &self.twins,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn so_far(&self) -> Repeats {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Repeats {
            deadlocks: read(&self.deadlocks),
            serialization_failures: read(&self.serialization_failures),
            lost_connections: read(&self.lost_connections),
            unknown_outcomes: read(&self.unknown_outcomes),
            lock_timeouts: read(&self.lock_timeouts),
            twins: read(&self.twins),
        }
    }
}

/// How much longer one command is tried.
pub(crate) struct Tries {
    left: u32,
    until: Instant,
    pause: Duration,
    patience: Duration,
    looked_up: bool, // After an unknown outcome.
}

impl Tries {
    pub(crate) fn within(patience: Duration) -> Self {
        Self {
            left: TRIES,
            until: Instant::now() + patience,
            pause: FIRST_PAUSE,
            patience,
            looked_up: false,
        }
    }

    /// Whether there is to be another try.
    ///
    /// Waiting for a commit can use up all patience. It begins anew then, once: nobody is to be told
    /// that a command failed that may have been carried out.
    pub(crate) fn again(&mut self, reason: Reason) -> bool {
        match reason {
            Reason::UnknownOutcome if !self.looked_up => {
                self.looked_up = true;
                self.until = Instant::now() + self.patience;
                return true;
            }
            Reason::Deadlock | Reason::SerializationFailure => self.left -= 1,
            _ => {}
        }
        self.left > 0 && Instant::now() < self.until
    }

    /// Pauses before it, for a random time, so that those who met do not meet again.
    pub(crate) async fn pause(&mut self) {
        let left = self.until.saturating_duration_since(Instant::now());
        tokio::time::sleep(self.pause.mul_f64(random_fraction()).min(left)).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

/// From 0 to 1. Spreads callers; nobody relies on it being hard to guess.
fn random_fraction() -> f64 {
    // The standard library seeds every such hasher differently.
    let random = RandomState::new().build_hasher().finish();
    f64::from((random >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_others_are_in_the_way_of_is_tried_ten_times_at_most() {
        let mut tries = Tries::within(Duration::from_secs(600));
        let mut repeated = 0;
        while tries.again(Reason::Deadlock) {
            repeated += 1;
        }
        assert_eq!(repeated, 9);
    }

    #[test]
    fn a_lost_connection_is_made_again_for_as_long_as_patience_lasts() {
        let mut tries = Tries::within(Duration::from_secs(600));
        assert!((0..1000).all(|_| tries.again(Reason::LostConnection)));
    }

    #[test]
    fn an_unknown_outcome_is_looked_up_once_when_patience_has_ended() {
        let mut tries = Tries::within(Duration::ZERO);
        assert!(tries.again(Reason::UnknownOutcome));
        assert!(!tries.again(Reason::UnknownOutcome));
    }

    #[tokio::test]
    async fn without_patience_there_is_no_second_try_and_no_pause() {
        let mut tries = Tries::within(Duration::ZERO);
        let begun = Instant::now();
        tries.pause = Duration::from_secs(600);
        tries.pause().await;
        assert!(begun.elapsed() < Duration::from_secs(60));
        assert!(!tries.again(Reason::LostConnection));
    }
}
