use astralis_core::model::{EventId, LeaseToken, MessageId, OrgId};
use astralis_core::ports::{
    ClaimDue, Delivery, DueMessage, MessageRecord, Outbox, StoreError, chain,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::query::QueryAs;

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
        let held = self.connections.acquire().await.map_err(store_error)?;
        let transaction = Transaction::begin(held, LEASE).await;
        let mut transaction = transaction.map_err(store_error)?;
        let leased = lease_due(transaction.connection(), claim);
        let leased = self.connections.answer(leased).await;
        Ok(transaction.finish(leased).await?)
    }

    async fn record_delivery(
        &self,
        message: MessageId,
        token: LeaseToken,
        delivery: &Delivery,
    ) -> Result<bool, StoreError> {
        let query = match delivery {
            Delivery::Sent { at } => settle(message, token, "SENT", *at, None),
            Delivery::Failed { at, error } => settle(message, token, "FAILED", *at, Some(error)),
            Delivery::Retry { due_at, error } => {
                sqlx::query_as(include_str!("../queries/outbox/postpone.sql"))
                    .bind(message.as_uuid())
                    .bind(token.as_uuid())
                    .bind(stored(*due_at))
                    .bind(without_nul(error))
            }
        };
        self.connections.value(query).await.map_err(store_error)
    }

    async fn messages(&self, org: OrgId, event: EventId) -> Result<Vec<MessageRecord>, StoreError> {
        let query = sqlx::query_as(include_str!("../queries/outbox/of_event.sql"))
            .bind(org.as_uuid())
            .bind(event.as_uuid());
        let rows = self.connections.rows(query).await;
        let rows: Vec<MessageRow> = rows.map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

/// Ends a message's job; answers whether the lease held.
fn settle<'q>(
    message: MessageId,
    token: LeaseToken,
    state: &'static str,
    at: DateTime<Utc>,
    error: Option<&str>,
) -> QueryAs<'q, Postgres, (bool,), PgArguments> {
    sqlx::query_as(include_str!("../queries/outbox/settle.sql"))
        .bind(message.as_uuid())
        .bind(token.as_uuid())
        .bind(state)
        .bind(stored(at))
        .bind(error.map(without_nul))
}

/// What a mail server said may hold anything, and PostgreSQL keeps no NUL character.
fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

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
                Err(error) => {
                    let (token, why) = (claim.token, chain(&error));
                    let settled = settle(id, token, "FAILED", claim.now, Some(&why));
                    settled.fetch_one(&mut *connection).await?;
                }
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
