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
mod mailer;
mod outbox;

pub use bookings::{Bookings, Command, Decide, Facts, ImportedCalendar, Look, Plan, Transacted};
pub use catalog::{Catalog, HostProfile, Offering, Page};
pub use clock::{Clock, Ids};
pub use credentials::{Credential, CredentialKind, Credentials, TokenHash};
pub use error::{BoxError, StoreError, chain};
pub use events::Events;
pub use mailer::{MailError, Mailer};
pub use outbox::{ClaimDue, Delivery, DueMessage, MessageRecord, Outbox};

pub use crate::model::Tally;

/// Everything the services need from a store: the sum of its ports.
pub trait Store: Bookings + Catalog + Credentials + Events + Outbox {}

impl<T: Bookings + Catalog + Credentials + Events + Outbox> Store for T {}
