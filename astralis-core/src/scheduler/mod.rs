//! Book, reschedule, cancel: the thin layer that fetches, asks the policy, and records.
//!
//! There is one way to book: pages, the JSON API and embedding applications all call
//! [`Scheduler::book`]. Nothing is mailed here; what is to be sent is planned in the transaction
//! of the booking, and [`jobs`](crate::jobs) delivers it. Signed-in users write meetings of their own
//! with [`Scheduler::create_event`], which may repeat.

mod book;
mod cancel;
mod error;
mod events;
mod explain;
mod facts;
mod hearsay;
#[cfg(feature = "icalendar")]
mod import;
mod intent;
mod messages;
mod offered;
mod published;
mod requests;
mod reschedule;
mod search;
mod terms;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use error::{BookError, Refused, SchedulerError};
pub(crate) use events::Extending;
pub use events::{
    CLAIMED_DAYS_AHEAD, CalendarEntry, CancelEvent, ChangeEvent, CreateEvent, EventDraft,
    EventError, EventSaved, EventTime, Invited, Invitee, MAX_CALENDAR_DAYS, MAX_CALENDAR_ENTRIES,
    MAX_CLAIMS, MAX_EXTRA_DATES, MAX_PARTICIPANTS, MAX_WARNED, OnClash, Scope, Warning,
};
#[cfg(feature = "icalendar")]
pub use import::{
    DAYS_OF_UNBOUNDED_WINDOWS, Horizon, ImportClash, ImportError, ImportReport, ImportRequest,
    MAX_DAYS_AHEAD, MAX_STEPS_A_FILE, MAX_STRETCHES, ReportedFinding,
};
pub use requests::{
    Booked, BookingRequest, CancelRequest, ExplainQuery, RescheduleRequest, SlotsQuery,
};
pub use search::MAX_QUERY_DAYS;

use crate::ports::{Clock, Ids, Store};
use crate::time::ZoneDatabase;

/// Books people, and never twice for the same time.
///
/// Holds no state of its own: cloning is cheap, and any number of schedulers may share a store.
///
/// ```
/// use std::sync::Arc;
///
/// use astralis_core::memory::{ManualClock, MemoryStore, SequentialIds};
/// use astralis_core::{scheduler::Scheduler, time::ZoneDatabase};
///
/// let clock = ManualClock::at("2026-03-01T08:00:00Z".parse()?);
/// let scheduler = Scheduler::new(
///     Arc::new(MemoryStore::new()),
///     ZoneDatabase::bundled(),
///     Arc::new(clock),
///     Arc::new(SequentialIds::new()),
/// );
/// assert_eq!(scheduler.now().to_rfc3339(), "2026-03-01T08:00:00+00:00");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Scheduler {
    store: Arc<dyn Store>,
    zones: ZoneDatabase,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl Scheduler {
    /// A scheduler on these adapters.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        zones: ZoneDatabase,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        Self {
            store,
            zones,
            clock,
            ids,
        }
    }

    /// Where everything is kept.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// The zone data that decisions are made with.
    #[must_use]
    pub fn zones(&self) -> &ZoneDatabase {
        &self.zones
    }

    /// The present instant, by the clock handed in.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A fresh id, from the source handed in.
    #[must_use]
    pub fn next_id(&self) -> Uuid {
        self.ids.next()
    }
}
