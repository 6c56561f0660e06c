use astralis_core::model::{EventId, LeaseToken, MessageId, OrgId};
use astralis_core::ports::{ClaimDue, Delivery, DueMessage, MessageRecord, Outbox, StoreError};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;

use crate::SqliteStore;
use crate::error::store_error;
use crate::rows::{DueRow, MessageRow};

#[async_trait]
impl Outbox for SqliteStore {
    async fn claim_due(&self, claim: &ClaimDue) -> Result<Vec<DueMessage>, StoreError> {
        // Workers ask every second; a look without the write lock is enough to say "nothing".
        if !self.is_anything_due(claim).await? {
            return Ok(Vec::new());
        }
        let claim = *claim;
        self.writer
            .run(move |connection| Box::pin(async move { lease_due(connection, &claim).await }))
            .await
    }

    async fn record_delivery(
        &self,
        message: MessageId,
        token: LeaseToken,
        delivery: &Delivery,
    ) -> Result<bool, StoreError> {
        let delivery = delivery.clone();
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let holds = holds_lease(connection, message, token).await?;
                    if holds {
                        record(connection, message, &delivery).await?;
                    }
                    Ok(holds)
                })
            })
            .await
    }

    async fn messages(&self, org: OrgId, event: EventId) -> Result<Vec<MessageRecord>, StoreError> {
        let rows: Vec<MessageRow> = sqlx::query_as(include_str!("../queries/outbox/of_event.sql"))
            .bind(org.as_uuid())
            .bind(event.as_uuid())
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl SqliteStore {
    async fn is_anything_due(&self, claim: &ClaimDue) -> Result<bool, StoreError> {
        let mut reader = self.readers.acquire().await.map_err(store_error)?;
        let first = due(&mut reader, claim, 1).await?;
        Ok(!first.is_empty())
    }
}

/// Leases what is due until the claim is full. Each round takes what it finds out of the way, and
/// so ends: it leases it, or settles it if it cannot be read, or forgets a reminder that was
/// dropped while it was sent and whose worker died.
async fn lease_due(
    connection: &mut SqliteConnection,
    claim: &ClaimDue,
) -> Result<Vec<DueMessage>, StoreError> {
    let limit = usize::try_from(claim.limit).unwrap_or(usize::MAX);
    let mut leased = Vec::new();
    while leased.len() < limit {
        let found = due(connection, claim, limit - leased.len()).await?;
        if found.is_empty() {
            break;
        }
        for row in found {
            let id = row.id();
            if !row.is_pending() {
                finish(connection, id).await?;
                continue;
            }
            match row.leased(claim.token) {
                Ok(message) => {
                    lease(connection, id, claim).await?;
                    leased.push(message);
                }
                Err(error) => {
                    let error = chain(&error);
                    settle(connection, id, "FAILED", claim.now, Some(&error)).await?;
                }
            }
        }
    }
    Ok(leased)
}

async fn due(
    connection: &mut SqliteConnection,
    claim: &ClaimDue,
    limit: usize,
) -> Result<Vec<DueRow>, StoreError> {
    sqlx::query_as(include_str!("../queries/outbox/due.sql"))
        .bind(claim.now.timestamp_micros())
        .bind(claim.token.as_uuid())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await
        .map_err(store_error)
}

async fn lease(
    connection: &mut SqliteConnection,
    message: MessageId,
    claim: &ClaimDue,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../queries/outbox/lease.sql"))
        .bind(message.as_uuid())
        .bind(claim.lease_until.timestamp_micros())
        .bind(claim.token.as_uuid())
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    sqlx::query("UPDATE messages SET attempts = attempts + 1 WHERE id = ?1")
        .bind(message.as_uuid())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

/// An error with its causes, on one line.
fn chain(error: &StoreError) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}

async fn holds_lease(
    connection: &mut SqliteConnection,
    message: MessageId,
    token: LeaseToken,
) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM jobs WHERE message_id = ?1 AND lease_token = ?2)",
    )
    .bind(message.as_uuid())
    .bind(token.as_uuid())
    .fetch_one(connection)
    .await
    .map_err(store_error)
}

/// Writes down how the try of the lease's holder ended. A message that was dropped meanwhile can
/// only still become sent.
async fn record(
    connection: &mut SqliteConnection,
    message: MessageId,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    match delivery {
        Delivery::Sent { at } => settle(connection, message, "SENT", *at, None).await,
        Delivery::Failed { at, error } => {
            settle(connection, message, "FAILED", *at, Some(error)).await
        }
        Delivery::Retry { due_at, error } => {
            let noted = sqlx::query(include_str!("../queries/outbox/note_failure.sql"))
                .bind(message.as_uuid())
                .bind(error)
                .execute(&mut *connection)
                .await
                .map_err(store_error)?;
            if noted.rows_affected() == 0 {
                return finish(connection, message).await; // Dropped.
            }
            postpone(connection, message, *due_at).await
        }
    }
}

async fn settle(
    connection: &mut SqliteConnection,
    message: MessageId,
    state: &'static str,
    at: DateTime<Utc>,
    error: Option<&String>,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../queries/outbox/settle.sql"))
        .bind(message.as_uuid())
        .bind(state)
        .bind(at.timestamp_micros())
        .bind(error)
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    finish(connection, message).await
}

async fn finish(connection: &mut SqliteConnection, message: MessageId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM jobs WHERE message_id = ?1")
        .bind(message.as_uuid())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

async fn postpone(
    connection: &mut SqliteConnection,
    message: MessageId,
    due_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE jobs SET due_at = ?2, lease_token = NULL WHERE message_id = ?1")
        .bind(message.as_uuid())
        .bind(due_at.timestamp_micros())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}
