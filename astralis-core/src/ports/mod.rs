//! What the outside must promise: stores, mailers, clocks and ids.
//!
//! A port is a contract, and every implementation passes the conformance suite of the testkit.
//! One method is one whole transaction, so that none leaks through a trait; and no store
//! implements a policy: a writing method takes a command and a pure decision.

mod bookings;
mod catalog;
mod clock;
mod credentials;
mod error;
mod events;
mod feeds;
mod mailer;
mod outbox;
mod subscriptions;

pub use bookings::{Bookings, Command, Decide, Facts, ImportedCalendar, Look, Plan, Transacted};
pub use catalog::{Catalog, HostProfile, Offering, Page};
pub use clock::{Clock, Ids};
pub use credentials::{Credential, CredentialKind, Credentials, TokenHash};
pub use error::{BoxError, StoreError, chain};
pub use events::Events;
pub use feeds::{Feed, Feeds};
pub use mailer::{MailError, Mailer};
pub use outbox::{ClaimDue, Delivery, DueMessage, MessageRecord, Outbox};
pub use subscriptions::{
    CalendarFetcher, FetchError, Fetched, LeaseSubscription, MAX_SUBSCRIPTIONS, RetryAfter,
    SubscriptionChange, Subscriptions,
};

pub use crate::model::Tally;

/// Everything the services need from a store: the sum of its ports.
pub trait Store:
    Bookings + Catalog + Credentials + Events + Feeds + Outbox + Subscriptions
{
}

impl<T> Store for T where
    T: Bookings + Catalog + Credentials + Events + Feeds + Outbox + Subscriptions
{
}
