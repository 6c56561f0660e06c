use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{
    CalendarSubscription, CalendarUrl, LeaseToken, OrgId, SubscriptionId, SubscriptionState,
    UserId, Validators,
};
use crate::ports::{BoxError, StoreError};

/// How many calendars one user may subscribe to.
pub const MAX_SUBSCRIPTIONS: usize = 20;

/// A worker's request for one subscription to read.
#[derive(Debug, Clone, Copy)]
pub struct LeaseSubscription<'a> {
    /// The present instant: what is due at or before it.
    pub now: DateTime<Utc>,
    /// Until when reading it is this worker's alone.
    pub lease_until: DateTime<Utc>,
    /// Proves later that the lease was not lost. Never used twice.
    pub token: LeaseToken,
    /// What is being read meanwhile: nothing of the same users, and nothing of the same
    /// [servers](CalendarUrl::server), is leased beside it.
    pub beside: &'a [CalendarSubscription],
}

/// What a plan does to a subscription, beside writing or forgetting what it brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionChange {
    /// It was read under this lease: nothing is written if the lease was lost, or the subscription
    /// removed.
    Read {
        /// Which subscription.
        id: SubscriptionId,
        /// The lease it was read under.
        token: LeaseToken,
    },
    /// It goes.
    Remove(SubscriptionId),
}

/// Calendars outside that are read again and again. What they bring is written, and they are
/// removed with all of it, by [`Bookings::transact`](crate::ports::Bookings::transact); see
/// [`Plan::subscription`](crate::ports::Plan::subscription).
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// Adds a subscription: never more than [`MAX_SUBSCRIPTIONS`] of a user, however many are added
    /// at once.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotUnique`] (`url`) if the user has one of that address,
    /// [`StoreError::TooMany`] if they have as many as they may,
    /// [`StoreError::NotFound`] if the organization has no such user.
    async fn add_subscription(&self, subscription: &CalendarSubscription)
    -> Result<(), StoreError>;

    /// A user's subscriptions; by creation (id).
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn subscriptions(
        &self,
        org: OrgId,
        user: UserId,
    ) -> Result<Vec<CalendarSubscription>, StoreError>;

    /// Makes a subscription due at `now` at the latest. One that somebody is reading stays theirs.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if the user has no such subscription.
    async fn expedite_subscription(
        &self,
        org: OrgId,
        user: UserId,
        id: SubscriptionId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError>;

    /// Leases the subscription that is due first, of those that may be read beside the others: by
    /// due time, then id. Each is one worker's only until `lease_until`; a worker that dies delays it
    /// by no more than that. Each lease counts in [`begun`](CalendarSubscription::begun), before
    /// anything is read.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; [`StoreError::Corrupt`] if what is due cannot be read: it is
    /// leased all the same, so that the next call finds another one.
    async fn lease_subscription(
        &self,
        lease: &LeaseSubscription<'_>,
    ) -> Result<Option<CalendarSubscription>, StoreError>;

    /// Ends a lease with what became of it, if it still holds; answers whether it did. None is begun
    /// any more then.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn record_subscription(
        &self,
        org: OrgId,
        id: SubscriptionId,
        token: LeaseToken,
        state: &SubscriptionState,
        due_at: DateTime<Utc>,
    ) -> Result<bool, StoreError>;
}

/// Reads calendars from the network.
#[async_trait]
pub trait CalendarFetcher: Send + Sync {
    /// The file at `url`, whole, unless the server says that it is still the version that `known`
    /// names. Ends within a minute or so, whatever the server does.
    ///
    /// # Errors
    ///
    /// [`FetchError`]. Its words name neither path nor password of the address.
    async fn fetch(&self, url: &CalendarUrl, known: &Validators) -> Result<Fetched, FetchError>;
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It is still the version that was known.
    NotModified,
    /// The file as it is now, whatever it holds.
    File {
        /// Its bytes.
        bytes: Vec<u8>,
        /// What the server calls this version.
        validators: Validators,
    },
}

/// Why a calendar could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// It may work soon: no connection, no answer in time, a server in trouble.
    #[error("the calendar cannot be fetched now")]
    Transient(#[source] BoxError),
    /// It may work soon, and the server says when (`Retry-After`, RFC 9110 §10.2.3).
    #[error("the calendar cannot be fetched now")]
    NotBefore {
        /// From when on the server wants to be asked again.
        when: RetryAfter,
        /// Why not now.
        source: BoxError,
    },
    /// It will hardly work soon: nothing is there, we may not read it, it is too large.
    #[error("the calendar cannot be fetched")]
    Permanent(#[source] BoxError),
}

/// When a server wants to be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// So long after its answer.
    Pause(TimeDelta),
    /// At this instant, which may have passed.
    At(DateTime<Utc>),
}

impl RetryAfter {
    /// How long that is from `now` on: not negative.
    #[must_use]
    pub fn pause(self, now: DateTime<Utc>) -> TimeDelta {
        let pause = match self {
            Self::Pause(pause) => pause,
            Self::At(at) => at - now,
        };
        pause.max(TimeDelta::zero())
    }
}
