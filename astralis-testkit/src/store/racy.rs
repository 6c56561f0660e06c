use std::sync::Arc;

use astralis_core::availability::Schedule;
use astralis_core::model::{
    BookingId, BookingRecord, CalendarEvent, EventId, EventType, EventTypeId, LeaseToken,
    MessageId, OrgId, Organization, User, UserId,
};
use astralis_core::ports::{
    Bookings, Catalog, ClaimDue, Command, Credential, CredentialKind, Credentials, Decide,
    Delivery, DueMessage, Events, Facts, HostProfile, MessageRecord, Offering, Outbox, Page, Store,
    StoreError, TokenHash, Transacted,
};
use astralis_core::time::Interval;
use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::Call;
use super::wrapping::hand_through;

/// A store that is wrong on purpose: it looks, decides, and writes afterwards without looking
/// again or guarding anything. With one caller at a time nobody notices.
pub struct RacyStore {
    inner: Arc<dyn Store>,
}

impl RacyStore {
    /// Takes away what `inner` does right.
    #[must_use]
    pub fn around_store(inner: Arc<dyn Store>) -> Self {
        Self { inner }
    }

    async fn around<T>(
        &self,
        _call: Call,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        answer.await
    }
}

#[async_trait]
impl Bookings for RacyStore {
    async fn transact(
        &self,
        command: &Command,
        decide: &Decide<'_>,
    ) -> Result<Transacted, StoreError> {
        let facts = self.inner.facts(command).await?;
        let mut plan = decide(&facts).map_err(StoreError::Refused)?;
        for claim in &mut plan.claims {
            claim.exclusive = false; // The guard of `inner` would save us.
        }
        tokio::task::yield_now().await; // The gap that the others slip through.
        self.inner.transact(command, &|_| Ok(plan.clone())).await
    }

    async fn facts(&self, command: &Command) -> Result<Facts, StoreError> {
        self.inner.facts(command).await
    }

    async fn booking(&self, org: OrgId, id: BookingId) -> Result<BookingRecord, StoreError> {
        self.inner.booking(org, id).await
    }

    async fn booking_of_guest(&self, id: BookingId) -> Result<BookingRecord, StoreError> {
        self.inner.booking_of_guest(id).await
    }

    async fn bookings_between(
        &self,
        org: OrgId,
        host: UserId,
        window: Interval,
    ) -> Result<Vec<BookingRecord>, StoreError> {
        self.inner.bookings_between(org, host, window).await
    }
}

hand_through!(RacyStore);

impl std::fmt::Debug for RacyStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RacyStore").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;

    use astralis_core::memory::MemoryStore;
    use futures_util::FutureExt;

    use super::*;
    use crate::store::{guard, races, transactions};

    fn racy() -> RacyStore {
        RacyStore::around_store(Arc::new(MemoryStore::new()))
    }

    #[tokio::test]
    async fn a_store_that_checks_and_then_acts_works_for_one_caller() {
        let store = racy();
        let world = crate::store::one_host(&store).await;
        let nine = world.meeting(crate::store::NINE);

        assert!(nine.book(&store).await.is_ok());
        let again = world.meeting(crate::store::NINE).book(&store).await;
        assert!(matches!(again, Err(StoreError::Refused(_))));
    }

    #[tokio::test]
    async fn the_suite_catches_a_store_that_checks_and_then_acts() {
        let store = Arc::new(Arc::new(racy()));
        let race = races::of_overlapping_bookings_at_once_just_enough_win(&store);
        let caught = AssertUnwindSafe(race).catch_unwind().await;
        assert!(caught.is_err(), "the race was not noticed");
    }

    #[tokio::test]
    async fn the_suite_catches_a_store_without_a_guard() {
        let check = guard::overlapping_exclusive_claims_are_refused;
        let caught = AssertUnwindSafe(check(&racy())).catch_unwind().await;
        assert!(caught.is_err(), "the missing guard was not noticed");
    }

    #[tokio::test]
    async fn the_suite_catches_a_store_that_decides_again_when_a_command_is_repeated() {
        let check = transactions::a_repeated_command_is_answered_with_its_receipt;
        let caught = AssertUnwindSafe(check(&racy())).catch_unwind().await;
        assert!(caught.is_err(), "the repetition was not noticed");
    }
}
