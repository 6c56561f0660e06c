use std::sync::Arc;

use astralis_core::ports::{Clock, Store};
use astralis_core::scheduler::Scheduler;
use astralis_core::time::ZoneDatabase;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::config::RateLimitConfig;
use crate::http::RateLimiter;
use crate::site::PublicUrl;
use crate::tokens::{BookingLinks, SecretKey};

/// What every handler can reach. Cloning is cheap.
#[derive(Clone)]
pub struct AppState {
    /// Books, moves, cancels and lists.
    pub scheduler: Scheduler,
    /// The same clock that the scheduler has, for the worker.
    pub clock: Arc<dyn Clock>,
    /// Guests' links.
    pub links: BookingLinks,
    /// Where the site is found from outside.
    pub site: PublicUrl,
    /// Woken after each commit that planned mail, so that it leaves at once.
    pub mail_is_due: Arc<Notify>,
    /// Counts public requests per address.
    pub rate_limiter: Arc<RateLimiter>,
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
            links: BookingLinks::new(key, site.clone()),
            site,
            mail_is_due: Arc::default(),
            rate_limiter: Arc::new(RateLimiter::new(rate_limit)),
        }
    }

    /// Where everything is kept.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &**self.scheduler.store()
    }
}
