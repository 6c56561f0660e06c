use astralis_core::model::{DeliveryState, LeaseToken, MessageId, OrgId};
use astralis_core::ports::{DueMessage, MessageRecord, StoreError};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{count, from_document};
use crate::error::corrupt;

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct DueRow {
    org_id: Uuid,
    id: Uuid,
    state: String,
    document: String,
    attempts: i64,
}

impl DueRow {
    pub(crate) fn org(&self) -> OrgId {
        self.org_id.into()
    }

    pub(crate) fn id(&self) -> MessageId {
        self.id.into()
    }

    /// Whether it is still to be sent.
    pub(crate) fn is_pending(&self) -> bool {
        self.state == "PENDING"
    }

    /// The message as this try sends it.
    pub(crate) fn leased(self, token: LeaseToken) -> Result<DueMessage, StoreError> {
        Ok(DueMessage {
            message: from_document("message", &self.document)?,
            attempt: count("number of attempts", self.attempts)?,
            token,
        })
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct MessageRow {
    document: String,
    state: String,
    attempts: i64,
    error: Option<String>,
    settled_at: Option<DateTime<Utc>>,
}

impl TryFrom<MessageRow> for MessageRecord {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self, StoreError> {
        Ok(Self {
            message: from_document("message", &row.document)?,
            state: row.state()?,
        })
    }
}

impl MessageRow {
    fn state(self) -> Result<DeliveryState, StoreError> {
        let missing = |what| corrupt("delivery state", format!("{} without {what}", self.state));
        let settled_at = || self.settled_at.ok_or_else(|| missing("a time"));
        match self.state.as_str() {
            "PENDING" => Ok(DeliveryState::Pending {
                attempts: count("number of attempts", self.attempts)?,
                last_error: self.error.clone(),
            }),
            "SENT" => Ok(DeliveryState::Sent { at: settled_at()? }),
            "FAILED" => Ok(DeliveryState::Failed {
                at: settled_at()?,
                error: self.error.clone().ok_or_else(|| missing("a cause"))?,
            }),
            "DROPPED" => Ok(DeliveryState::Dropped),
            other => Err(corrupt("delivery state", format!("unknown state {other}"))),
        }
    }
}
