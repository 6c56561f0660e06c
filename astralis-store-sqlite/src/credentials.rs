use astralis_core::ports::{Credential, CredentialKind, Credentials, StoreError, TokenHash};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;

use crate::SqliteStore;
use crate::error::{or_not_found, store_error};
use crate::rows::{CredentialRow, word};

#[async_trait]
impl Credentials for SqliteStore {
    async fn save_credential(
        &self,
        credential: &Credential,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let credential = credential.clone();
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    delete_expired(connection, &credential, now).await?;
                    save(connection, &credential).await
                })
            })
            .await
    }

    async fn credential(
        &self,
        hash: TokenHash,
        kind: CredentialKind,
        now: DateTime<Utc>,
    ) -> Result<Option<Credential>, StoreError> {
        let row: Option<CredentialRow> =
            sqlx::query_as(include_str!("../queries/credentials/valid.sql"))
                .bind(hash.0.as_slice())
                .bind(word(&kind))
                .bind(now.timestamp_micros())
                .fetch_optional(&self.readers)
                .await
                .map_err(store_error)?;
        row.map(|row| row.into_credential(hash, kind)).transpose()
    }

    async fn take_credential(
        &self,
        hash: TokenHash,
        kind: CredentialKind,
        now: DateTime<Utc>,
    ) -> Result<Option<Credential>, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let row: Option<CredentialRow> =
                        sqlx::query_as(include_str!("../queries/credentials/take.sql"))
                            .bind(hash.0.as_slice())
                            .bind(word(&kind))
                            .bind(now.timestamp_micros())
                            .fetch_optional(connection)
                            .await
                            .map_err(store_error)?;
                    row.map(|row| row.into_credential(hash, kind)).transpose()
                })
            })
            .await
    }
}

/// Forgets what the user of `credential` can no longer use.
async fn delete_expired(
    connection: &mut SqliteConnection,
    credential: &Credential,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../queries/credentials/delete_expired.sql"))
        .bind(credential.org.as_uuid())
        .bind(credential.user.as_uuid())
        .bind(now.timestamp_micros())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

async fn save(
    connection: &mut SqliteConnection,
    credential: &Credential,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../queries/credentials/upsert.sql"))
        .bind(credential.hash.0.as_slice())
        .bind(word(&credential.kind))
        .bind(credential.org.as_uuid())
        .bind(credential.user.as_uuid())
        .bind(credential.expires_at.map(|at| at.timestamp_micros()))
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| or_not_found(error, "user", credential.user))
}
