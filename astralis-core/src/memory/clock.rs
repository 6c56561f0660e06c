use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::ports::{Clock, Ids};

/// A clock that moves only when told to. Clones show the same time.
#[derive(Debug, Clone)]
pub struct ManualClock {
    now: Arc<Mutex<DateTime<Utc>>>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: DateTime<Utc>) -> Self {
        Self {
            now: Arc::new(Mutex::new(now)),
        }
    }

    /// Moves the clock to `now`, backwards too.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Moves the clock by `elapsed`, backwards if that is negative.
    pub fn advance(&self, elapsed: TimeDelta) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) += elapsed;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ids that count upwards: `00000000-0000-0000-0000-000000000001` first. Clones share the count.
#[derive(Debug, Clone, Default)]
pub struct SequentialIds {
    series: u64,
    last: Arc<AtomicU64>,
}

impl SequentialIds {
    /// Ids from 1 on.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ids that no other series returns.
    #[must_use]
    pub fn series(series: u64) -> Self {
        Self {
            series,
            last: Arc::default(),
        }
    }
}

impl Ids for SequentialIds {
    fn next(&self) -> Uuid {
        Uuid::from_u64_pair(self.series, self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_manual_clock_show_the_same_time() {
        let clock = ManualClock::at("2026-03-29T00:59:00Z".parse().unwrap());
        let seen_elsewhere = clock.clone();
        clock.advance(TimeDelta::minutes(1));
        assert_eq!(
            seen_elsewhere.now().to_rfc3339(),
            "2026-03-29T01:00:00+00:00"
        );
        clock.set("2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(
            seen_elsewhere.now().to_rfc3339(),
            "2026-01-01T00:00:00+00:00"
        );
    }

    #[test]
    fn sequential_ids_rise_and_series_never_meet() {
        let (first, second) = (SequentialIds::new(), SequentialIds::series(1));
        let ids = [first.next(), first.clone().next(), second.next()];
        assert_eq!(ids[0].as_u128() + 1, ids[1].as_u128());
        assert!(ids[1] < ids[2]);
    }
}
