use astralis_core::ports::{Credential, CredentialKind, Credentials, StoreError, TokenHash};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::query::QueryAs;

use crate::PostgresStore;
use crate::error::{Failure, or_not_found, store_error};
use crate::rows::{CredentialRow, stored, word};

#[async_trait]
impl Credentials for PostgresStore {
    async fn save_credential(
        &self,
        credential: &Credential,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let saved = save(transaction.connection(), credential, now);
        let saved = self.connections.answer(saved).await;
        Ok(transaction.finish(saved).await?)
    }

    async fn credential(
        &self,
        hash: TokenHash,
        kind: CredentialKind,
        now: DateTime<Utc>,
    ) -> Result<Option<Credential>, StoreError> {
        let valid = include_str!("../queries/credentials/valid.sql");
        let row = self.connections.row(about(valid, hash, kind, now)).await;
        Ok(row
            .map_err(store_error)?
            .map(|row| row.into_credential(hash, kind)))
    }

    async fn take_credential(
        &self,
        hash: TokenHash,
        kind: CredentialKind,
        now: DateTime<Utc>,
    ) -> Result<Option<Credential>, StoreError> {
        let take = include_str!("../queries/credentials/take.sql");
        let mut transaction = self.write().await?;
        let row = about(take, hash, kind, now).fetch_optional(transaction.connection());
        let row = self.connections.answer(row).await.map_err(Failure::from);
        let row = transaction.finish(row).await?;
        Ok(row.map(|row| row.into_credential(hash, kind)))
    }
}

/// A statement about one credential.
fn about<'q>(
    statement: &'static str,
    hash: TokenHash,
    kind: CredentialKind,
    now: DateTime<Utc>,
) -> QueryAs<'q, Postgres, CredentialRow, PgArguments> {
    sqlx::query_as(statement)
        .bind(hash.0.to_vec())
        .bind(word(&kind))
        .bind(stored(now))
}

/// Saves a credential, and forgets what its user can no longer use.
async fn save(
    connection: &mut PgConnection,
    credential: &Credential,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    sqlx::query(include_str!("../queries/credentials/delete_expired.sql"))
        .bind(credential.org.as_uuid())
        .bind(credential.user.as_uuid())
        .bind(stored(now))
        .execute(&mut *connection)
        .await?;
    sqlx::query(include_str!("../queries/credentials/upsert.sql"))
        .bind(credential.hash.0.as_slice())
        .bind(word(&credential.kind))
        .bind(credential.org.as_uuid())
        .bind(credential.user.as_uuid())
        .bind(credential.expires_at.map(stored))
        .execute(connection)
        .await
        .map_err(|error| or_not_found(error, "credentials", "user", credential.user))?;
    Ok(())
}
