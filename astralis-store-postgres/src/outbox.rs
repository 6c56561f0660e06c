use astralis_core::model::{EventId, LeaseToken, MessageId, OrgId};
use astralis_core::ports::{
    ClaimDue, Delivery, DueMessage, MessageRecord, Outbox, StoreError, chain,
};
use async_trait::async_trait;
use sqlx::postgres::PgConnection;

use crate::PostgresStore;
use crate::error::{Failure, store_error};
use crate::rows::{DueRow, MessageRow, stored};
use crate::transaction::Transaction;

/// A lease that is lost with the database's process means one more delivery with the same
/// `Message-ID`, so claiming does not wait for the disk.
const LEASE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off";

#[async_trait]
impl Outbox for PostgresStore {
    async fn claim_due(&self, claim: &ClaimDue) -> Result<Vec<DueMessage>, StoreError> {
        let transaction = Transaction::begin(&self.pool, LEASE).await;
        let mut transaction = transaction.map_err(store_error)?;
        let leased = lease_due(transaction.connection(), claim).await;
        Ok(transaction.finish(leased).await?)
    }

    async fn record_delivery(
        &self,
        message: MessageId,
        token: LeaseToken,
        delivery: &Delivery,
    ) -> Result<bool, StoreError> {
        let query = match delivery {
            Delivery::Sent { at } => sqlx::query_scalar(SETTLE)
                .bind(message.as_uuid())
                .bind(token.as_uuid())
                .bind("SENT")
                .bind(stored(*at))
                .bind(None::<&str>),
            Delivery::Failed { at, error } => sqlx::query_scalar(SETTLE)
                .bind(message.as_uuid())
                .bind(token.as_uuid())
                .bind("FAILED")
                .bind(stored(*at))
                .bind(error),
            Delivery::Retry { due_at, error } => {
                sqlx::query_scalar(include_str!("../queries/outbox/postpone.sql"))
                    .bind(message.as_uuid())
                    .bind(token.as_uuid())
                    .bind(stored(*due_at))
                    .bind(error)
            }
        };
        query.fetch_one(&self.pool).await.map_err(store_error)
    }

    async fn messages(&self, org: OrgId, event: EventId) -> Result<Vec<MessageRecord>, StoreError> {
        let rows: Vec<MessageRow> = sqlx::query_as(include_str!("../queries/outbox/of_event.sql"))
            .bind(org.as_uuid())
            .bind(event.as_uuid())
            .fetch_all(&self.pool)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

const SETTLE: &str = include_str!("../queries/outbox/settle.sql");

/// Leases what is due until the claim is full. Each round takes what it finds out of the way, and
/// so ends: what cannot be sent is settled, or forgotten if it is a reminder that was dropped while
/// it was sent and whose worker died.
async fn lease_due(
    connection: &mut PgConnection,
    claim: &ClaimDue,
) -> Result<Vec<DueMessage>, Failure> {
    let limit = usize::try_from(claim.limit).unwrap_or(usize::MAX);
    let mut leased = Vec::new();
    while leased.len() < limit {
        let found = lease(connection, claim, limit - leased.len()).await?;
        if found.is_empty() {
            break;
        }
        for row in found {
            let (org, id) = (row.org(), row.id());
            if !row.is_pending() {
                finish(connection, org, id).await?;
                continue;
            }
            match row.leased(claim.token) {
                Ok(message) => leased.push(message),
                Err(error) => fail(connection, claim, id, &error).await?,
            }
        }
    }
    Ok(leased)
}

async fn lease(
    connection: &mut PgConnection,
    claim: &ClaimDue,
    limit: usize,
) -> Result<Vec<DueRow>, Failure> {
    let rows = sqlx::query_as(include_str!("../queries/outbox/lease_due.sql"))
        .bind(stored(claim.now))
        .bind(stored(claim.lease_until))
        .bind(claim.token.as_uuid())
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    Ok(rows)
}

/// Settles a message that cannot be read.
async fn fail(
    connection: &mut PgConnection,
    claim: &ClaimDue,
    message: MessageId,
    error: &StoreError,
) -> Result<(), Failure> {
    sqlx::query(SETTLE)
        .bind(message.as_uuid())
        .bind(claim.token.as_uuid())
        .bind("FAILED")
        .bind(stored(claim.now))
        .bind(chain(error))
        .execute(connection)
        .await?;
    Ok(())
}

async fn finish(
    connection: &mut PgConnection,
    org: OrgId,
    message: MessageId,
) -> Result<(), Failure> {
    sqlx::query(include_str!("../queries/outbox/finish.sql"))
        .bind(org.as_uuid())
        .bind(message.as_uuid())
        .execute(connection)
        .await?;
    Ok(())
}
