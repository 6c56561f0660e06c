use astralis_core::model::{DeliveryState, LeaseToken, MessageId};
use astralis_core::ports::{DueMessage, MessageRecord, StoreError};
use uuid::Uuid;

use super::{from_document, instant};
use crate::error::corrupt;

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct DueRow {
    id: Uuid,
    state: String,
    document: String,
    attempts: u32,
}

impl DueRow {
    pub(crate) fn id(&self) -> MessageId {
        self.id.into()
    }

    /// Whether it is still to be sent.
    pub(crate) fn is_pending(&self) -> bool {
        self.state == "PENDING"
    }

    /// The message as the next try sends it.
    pub(crate) fn leased(self, token: LeaseToken) -> Result<DueMessage, StoreError> {
        Ok(DueMessage {
            message: from_document("message", &self.document)?,
            attempt: self.attempts + 1,
            token,
        })
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct MessageRow {
    document: String,
    state: String,
    attempts: u32,
    error: Option<String>,
    settled_at: Option<i64>,
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
        let settled_at = || {
            let micros = self.settled_at.ok_or_else(|| missing("a time"))?;
            instant("delivery state", micros)
        };
        match self.state.as_str() {
            "PENDING" => Ok(DeliveryState::Pending {
                attempts: self.attempts,
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
