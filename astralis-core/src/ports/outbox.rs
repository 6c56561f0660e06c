use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::model::{DeliveryState, EventId, LeaseToken, Message, MessageId, OrgId};
use crate::ports::StoreError;

/// A worker's request for work.
#[derive(Debug, Clone, Copy)]
pub struct ClaimDue {
    /// The present instant: what is due at or before it.
    pub now: DateTime<Utc>,
    /// Until when the work is this worker's alone; afterwards others may claim it.
    pub lease_until: DateTime<Utc>,
    /// Proves later that the lease was not lost. Never used twice.
    pub token: LeaseToken,
    /// How many messages at most; positive.
    pub limit: u32,
}

/// A message that is this worker's to deliver until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMessage {
    /// The message.
    pub message: Message,
    /// Which try this is, 1 for the first.
    pub attempt: u32,
    /// The lease it was claimed under.
    pub token: LeaseToken,
}

/// How a try to deliver ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// Accepted; the job is done.
    Sent {
        /// When.
        at: DateTime<Utc>,
    },
    /// Not now; the job is due again later.
    Retry {
        /// When to try again.
        due_at: DateTime<Utc>,
        /// What went wrong, for the operator.
        error: String,
    },
    /// Never; the job is done and the message failed, visibly.
    Failed {
        /// When it was given up.
        at: DateTime<Utc>,
        /// What went wrong, for the operator and the host.
        error: String,
    },
}

/// A message with how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageRecord {
    /// The message.
    pub message: Message,
    /// How far it has come.
    pub state: DeliveryState,
}

/// What is to be sent. Messages enter by [`Bookings::transact`](crate::ports::Bookings::transact)
/// only.
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Claims messages that are due: by due time, then sequence, then id. Each is given to one
    /// worker only until `lease_until`; a worker that dies loses nothing but that time.
    ///
    /// What one address is told about one event goes out in the order of its sequence: while an
    /// older message is pending, be it leased or waiting for its next try, a newer one is not
    /// handed out. So whoever raises an event's sequence
    /// [drops its reminders](crate::ports::Plan::drop_reminders): the rest would wait for them.
    ///
    /// A stored message that cannot be read holds nobody up: it has failed at `now`, its error
    /// says why, and the others are handed out.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn claim_due(&self, claim: &ClaimDue) -> Result<Vec<DueMessage>, StoreError>;

    /// Records how a try ended, if the lease still holds; answers whether it did. A lease that
    /// was lost changes nothing: somebody else is trying. A message that was dropped meanwhile
    /// becomes `Sent` if it was sent, and stays dropped otherwise.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn record_delivery(
        &self,
        message: MessageId,
        token: LeaseToken,
        delivery: &Delivery,
    ) -> Result<bool, StoreError>;

    /// Every message about an event, sent or not; by due time, then id.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn messages(&self, org: OrgId, event: EventId) -> Result<Vec<MessageRecord>, StoreError>;
}
