//! Every port in its plainest form: the contract as code, for doctests, examples and tests.
//!
//! [`MemoryStore`] keeps vectors and maps behind one mutex. A writing call changes a copy and puts
//! it in place only when everything succeeded, so that "all of it, or nothing" needs no thought.
//!
//! ```
//! use astralis_core::memory::{ManualClock, MemoryStore, SequentialIds};
//! use astralis_core::ports::{Clock, Ids};
//! # use chrono::TimeDelta;
//!
//! let store = MemoryStore::new();
//! let clock = ManualClock::at("2026-03-28T12:00:00Z".parse()?);
//! clock.advance(TimeDelta::hours(1));
//! assert_eq!(clock.now().to_rfc3339(), "2026-03-28T13:00:00+00:00");
//! assert_ne!(SequentialIds::new().next(), uuid::Uuid::nil());
//! # drop(store);
//! # Ok::<(), chrono::ParseError>(())
//! ```

mod bookings;
mod catalog;
mod clock;
mod credentials;
mod events;
mod mailer;
mod outbox;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::{
    Booking, BookingId, BookingRecord, CalendarEvent, Claim, CommandId, EventId, EventType,
    EventTypeId, MessageId, OrgId, Organization, UserId,
};
use crate::ports::{Credential, HostProfile, StoreError};

pub use clock::{ManualClock, SequentialIds};
pub use mailer::MemoryMailer;

/// The reference implementation of [`Store`](crate::ports::Store). Nothing outlives it.
///
/// Every call is `O(n)` in what is stored.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

/// Everything that is stored.
#[derive(Debug, Clone, Default)]
struct State {
    organizations: BTreeMap<OrgId, Organization>,
    hosts: BTreeMap<UserId, HostProfile>,
    event_types: BTreeMap<(OrgId, EventTypeId), EventType>,
    credentials: Vec<Credential>,
    commands: BTreeMap<(OrgId, CommandId), bookings::CarriedOut>,
    claims: Vec<Claim>, // Invariant: exclusive claims of one subject never overlap.
    events: BTreeMap<(OrgId, EventId), CalendarEvent>,
    bookings: BTreeMap<(OrgId, BookingId), Booking>,
    messages: BTreeMap<MessageId, outbox::Outgoing>,
}

impl MemoryStore {
    /// A store with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn read(&self) -> MutexGuard<'_, State> {
        // A panic inside `decide` poisons the mutex, but it only ever spoils the copy of `write`.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes a copy, which replaces the state if `change` succeeds.
    fn write<T>(
        &self,
        change: impl FnOnce(&mut State) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut state = self.read();
        let mut next = state.clone();
        let answer = change(&mut next)?;
        *state = next;
        Ok(answer)
    }
}

impl State {
    fn host(&self, org: OrgId, user: UserId) -> Result<&HostProfile, StoreError> {
        self.hosts
            .get(&user)
            .filter(|host| host.user.org == org)
            .ok_or_else(|| not_found("user", user))
    }

    fn booking(&self, org: OrgId, id: BookingId) -> Option<BookingRecord> {
        let booking = self.bookings.get(&(org, id))?;
        Some(self.with_meeting(booking))
    }

    fn with_meeting(&self, booking: &Booking) -> BookingRecord {
        let event = self
            .events
            .get(&(booking.org, booking.event))
            .expect("a booking is written only beside its event");
        BookingRecord {
            booking: booking.clone(),
            event: event.clone(),
        }
    }
}

fn not_found(kind: &'static str, id: impl ToString) -> StoreError {
    StoreError::NotFound {
        kind,
        id: id.to_string(),
    }
}
