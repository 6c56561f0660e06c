use std::sync::Arc;

use astralis_core::ports::{Clock, Store, StoreError};
use astralis_core::scheduler::Scheduler;
use astralis_core::time::ZoneDatabase;
use astralis_store_postgres::PostgresStore;
use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::config::RateLimitConfig;
use crate::http::RateLimiter;
use crate::site::PublicUrl;
use crate::tokens::{BookingLinks, FeedLinks, SecretKey};

/// What every handler can reach. Cloning is cheap.
#[derive(Clone)]
pub struct AppState {
    /// Books, moves, cancels and lists.
    pub scheduler: Scheduler,
    /// The same clock that the scheduler has, for the worker.
    pub clock: Arc<dyn Clock>,
    /// Guests' links.
    pub links: BookingLinks,
    /// Links to feeds.
    pub feed_links: FeedLinks,
    /// Where the site is found from outside.
    pub site: PublicUrl,
    /// Woken after each commit that planned mail, so that it leaves at once.
    pub mail_is_due: Arc<Notify>,
    /// Woken when a calendar was subscribed to, or is to be read now.
    pub calendar_is_due: Arc<Notify>,
    /// Counts public requests per address.
    pub rate_limiter: Arc<RateLimiter>,
    /// The clock of a database that other servers read too; `None` for one of our own.
    pub shared_clock: Option<Arc<dyn SharedClock>>,
}

/// How far our clock may differ from the one of a database that other servers share.
pub(crate) const LARGEST_SKEW: TimeDelta = TimeDelta::seconds(5);

/// A clock that several servers must agree with: they judge by their own which holds have expired
/// and which mail is due.
#[async_trait]
pub trait SharedClock: Send + Sync {
    /// How far `clock` is ahead of this one; negative if it is behind.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn lead_of(&self, clock: &dyn Clock) -> Result<TimeDelta, StoreError>;
}

#[async_trait]
impl SharedClock for PostgresStore {
    async fn lead_of(&self, clock: &dyn Clock) -> Result<TimeDelta, StoreError> {
        self.ahead_of_database(clock).await
    }
}

impl AppState {
    /// A state on these adapters. Ids are UUIDv7 from the system's clock and randomness.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        zones: ZoneDatabase,
        clock: Arc<dyn Clock>,
        key: SecretKey,
        site: PublicUrl,
        rate_limit: RateLimitConfig,
    ) -> Self {
        Self {
            scheduler: Scheduler::new(store, zones, clock.clone(), Arc::new(Uuid::now_v7)),
            clock,
            links: BookingLinks::new(key.clone(), site.clone()),
            feed_links: FeedLinks::new(key, site.clone()),
            site,
            mail_is_due: Arc::default(),
            calendar_is_due: Arc::default(),
            rate_limiter: Arc::new(RateLimiter::new(rate_limit)),
            shared_clock: None,
        }
    }

    /// The same state, not ready while its clock differs from this one.
    #[must_use]
    pub fn with_shared_clock(mut self, clock: Arc<dyn SharedClock>) -> Self {
        self.shared_clock = Some(clock);
        self
    }

    /// How far our own clock is ahead of the one that all servers share; nothing if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    pub async fn ahead(&self) -> Result<TimeDelta, StoreError> {
        match &self.shared_clock {
            Some(shared) => shared.lead_of(&*self.clock).await,
            None => Ok(TimeDelta::zero()),
        }
    }

    /// Where everything is kept.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &**self.scheduler.store()
    }
}
