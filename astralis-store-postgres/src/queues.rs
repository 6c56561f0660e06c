//! Where commands about one subject wait for each other before they take a connection.
//!
//! They could wait for the subject's lock in the database alone. But then everybody who wants one
//! busy person would hold a connection meanwhile, and nobody else of the process be booked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use astralis_core::model::{OrgId, SubjectId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// Commands about one subject that have a connection: one that is carried out, and one that waits
/// for the lock already when the first commits.
const AT_ONCE: usize = 2;

/// A subject of an organization.
pub(crate) type Whose = (OrgId, SubjectId);

/// The queues that somebody stands in.
#[derive(Debug, Default)]
pub(crate) struct Queues(Mutex<HashMap<Whose, Arc<Semaphore>>>);

impl Queues {
    /// Waits for a turn.
    ///
    /// # Errors
    ///
    /// [`sqlx::Error::PoolTimedOut`] if none comes in time.
    pub(crate) async fn enter(
        &self,
        whose: Whose,
        until: Instant,
    ) -> Result<Turn<'_>, sqlx::Error> {
        let queue = Arc::clone(self.locked().entry(whose).or_insert_with(new_queue));
        let mut turn = Turn {
            queues: self,
            whose,
            place: None,
        };
        let place = timeout_at(until, queue.acquire_owned()).await;
        let place = place.map_err(|_elapsed| sqlx::Error::PoolTimedOut)?;
        turn.place = Some(place.map_err(|_closed| sqlx::Error::PoolClosed)?);
        Ok(turn)
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Whose, Arc<Semaphore>>> {
        // Nothing that is done under this lock can leave it half-done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn new_queue() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(AT_ONCE))
}

/// A turn, or a place in the queue until it comes.
///
/// It holds its queue through `place` alone, or while it waits for one, which ends before it does:
/// whoever leaves last finds that only the map is left.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    queues: &'a Queues,
    whose: Whose,
    place: Option<OwnedSemaphorePermit>, // None while it waits.
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queues = self.queues.locked();
        drop(self.place.take());
        let queue = queues.get(&self.whose);
        if queue.is_some_and(|queue| Arc::strong_count(queue) == 1) {
            queues.remove(&self.whose);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(1)
    }

    fn somebody() -> Whose {
        (
            OrgId::new(uuid::Uuid::from_u128(1)),
            SubjectId::new(uuid::Uuid::from_u128(2)),
        )
    }

    #[tokio::test]
    async fn two_have_their_turn_at_once_and_a_third_waits_for_one_of_them() {
        let queues = Queues::default();
        let first = queues.enter(somebody(), soon()).await.unwrap();
        let _second = queues.enter(somebody(), soon()).await.unwrap();

        let third = queues.enter(somebody(), soon()).await;
        assert!(matches!(third, Err(sqlx::Error::PoolTimedOut)), "{third:?}");
        drop(first);
        queues.enter(somebody(), soon()).await.unwrap();
    }

    #[tokio::test]
    async fn a_queue_that_nobody_stands_in_is_forgotten() {
        let queues = Queues::default();
        let first = queues.enter(somebody(), soon()).await.unwrap();
        let second = queues.enter(somebody(), soon()).await.unwrap();
        drop(queues.enter(somebody(), soon()).await);
        drop(first);
        assert_eq!(queues.locked().len(), 1);
        drop(second);
        assert_eq!(queues.locked().len(), 0);
    }
}
