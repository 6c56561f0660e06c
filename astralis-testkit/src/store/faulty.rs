use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

use astralis_core::availability::Schedule;
use astralis_core::model::{
    BookingId, BookingRecord, CalendarEvent, CalendarSubscription, EventId, EventType, EventTypeId,
    LeaseToken, MessageId, OrgId, Organization, SubscriptionId, SubscriptionState, User, UserId,
};
use astralis_core::ports::{
    Bookings, Catalog, ClaimDue, Command, Credential, CredentialKind, Credentials, Decide,
    Delivery, DueMessage, Events, Facts, Feed, Feeds, HostProfile, LeaseSubscription,
    MessageRecord, Offering, Outbox, Page, Store, StoreError, Subscriptions, TokenHash, Transacted,
};
use astralis_core::time::Interval;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;

use super::wrapping::hand_through;

/// A kind of call that can be made to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Call {
    /// Deciding and writing.
    Transact,
    /// Looking at facts.
    Facts,
    /// Looking at bookings.
    Bookings,
    /// Looking at meetings.
    Events,
    /// Anything about hosts and event types.
    Catalog,
    /// Anything about credentials.
    Credentials,
    /// A worker asking for work.
    ClaimDue,
    /// A worker saying how it went.
    RecordDelivery,
    /// Looking at messages.
    Messages,
    /// A host adding, looking at or hurrying subscriptions.
    Subscriptions,
    /// A worker asking for a subscription to read.
    LeaseSubscription,
    /// A worker saying what became of reading one.
    RecordSubscription,
    /// Anything about feeds.
    Feeds,
}

/// When a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It had no effect: the connection was lost on the way there.
    Before,
    /// It took effect, and the answer was lost.
    After,
}

/// Any store, some of whose calls fail with [`StoreError::Unavailable`].
///
/// ```
/// # use std::sync::Arc;
/// # use astralis_core::{memory::MemoryStore, ports::{StoreError, Transacted}};
/// # use astralis_testkit::{scenario::scenario, store::{Call, FaultyStore, Moment}};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), StoreError> {
/// let store = FaultyStore::around_store(Arc::new(MemoryStore::new()));
/// let world = scenario().host_in("UTC").offering(60).set_up(&store).await;
/// let meeting = world.meeting("2026-03-30T09:00Z/2026-03-30T10:00Z");
///
/// store.fail_next(Call::Transact, Moment::After);
///
/// let lost = meeting.book(&store).await;
/// assert!(matches!(lost, Err(StoreError::Unavailable(_))));
/// let repeated = meeting.book(&store).await?;
/// assert_eq!(repeated, Transacted::AlreadyDone(Some(meeting.record())));
/// # Ok(())
/// # }
/// ```
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    faults: Mutex<VecDeque<(Call, Moment)>>,
    meanwhile: Mutex<Option<BoxFuture<'static, ()>>>,
    last: Mutex<Option<Command>>,
}

impl FaultyStore {
    /// A store that fails only when told to.
    #[must_use]
    pub fn around_store(inner: Arc<dyn Store>) -> Self {
        Self {
            inner,
            faults: Mutex::default(),
            meanwhile: Mutex::default(),
            last: Mutex::default(),
        }
    }

    /// The last command that was to be decided: whom it locked, and what it looked at.
    pub fn last_command(&self) -> Option<Command> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }

    /// Has something happen after everything was looked at and just before the next decision.
    pub fn before_next_transact(&self, happens: impl Future<Output = ()> + Send + 'static) {
        let mut meanwhile = self
            .meanwhile
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *meanwhile = Some(Box::pin(happens));
    }

    fn meanwhile(&self) -> Option<BoxFuture<'static, ()>> {
        let mut meanwhile = self
            .meanwhile
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        meanwhile.take()
    }

    /// Makes the next call of this kind fail that is not bound to fail already.
    pub fn fail_next(&self, call: Call, moment: Moment) {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.push_back((call, moment));
    }

    async fn around<T>(
        &self,
        call: Call,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        match self.next_fault(call) {
            None => answer.await,
            Some(Moment::Before) => Err(lost()),
            Some(Moment::After) => answer.await.and_then(|_| Err(lost())),
        }
    }

    fn next_fault(&self, call: Call) -> Option<Moment> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let position = faults.iter().position(|fault| fault.0 == call)?;
        faults.remove(position).map(|fault| fault.1)
    }
}

fn lost() -> StoreError {
    StoreError::Unavailable("the connection was lost on purpose".into())
}

#[async_trait]
impl Bookings for FaultyStore {
    async fn transact(
        &self,
        command: &Command,
        decide: &Decide<'_>,
    ) -> Result<Transacted, StoreError> {
        if let Some(happens) = self.meanwhile() {
            happens.await;
        }
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(command.clone());
        let done = self.inner.transact(command, decide);
        self.around(Call::Transact, done).await
    }

    async fn facts(&self, command: &Command) -> Result<Facts, StoreError> {
        self.around(Call::Facts, self.inner.facts(command)).await
    }

    async fn booking(&self, org: OrgId, id: BookingId) -> Result<BookingRecord, StoreError> {
        self.around(Call::Bookings, self.inner.booking(org, id))
            .await
    }

    async fn booking_of_guest(&self, id: BookingId) -> Result<BookingRecord, StoreError> {
        let found = self.inner.booking_of_guest(id);
        self.around(Call::Bookings, found).await
    }

    async fn bookings_between(
        &self,
        org: OrgId,
        host: UserId,
        window: Interval,
    ) -> Result<Vec<BookingRecord>, StoreError> {
        let found = self.inner.bookings_between(org, host, window);
        self.around(Call::Bookings, found).await
    }
}

hand_through!(FaultyStore);

impl std::fmt::Debug for FaultyStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultyStore").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use astralis_core::memory::MemoryStore;

    use super::*;
    use crate::scenario::scenario;

    const NINE: &str = "2026-03-30T09:00Z/2026-03-30T10:00Z";

    #[tokio::test]
    async fn a_call_that_fails_before_has_no_effect() {
        let store = FaultyStore::around_store(Arc::new(MemoryStore::new()));
        let world = scenario().host_in("UTC").offering(60).set_up(&store).await;
        let meeting = world.meeting(NINE);
        store.fail_next(Call::Transact, Moment::Before);

        let failed = meeting.book(&store).await;
        let again = meeting.book(&store).await;

        assert!(matches!(failed, Err(StoreError::Unavailable(_))));
        assert!(matches!(again, Ok(Transacted::Done(_))));
    }

    #[tokio::test]
    async fn other_calls_go_on_working() {
        let store = FaultyStore::around_store(Arc::new(MemoryStore::new()));
        store.fail_next(Call::Transact, Moment::Before);

        assert!(!store.is_set_up().await.unwrap());
    }
}
