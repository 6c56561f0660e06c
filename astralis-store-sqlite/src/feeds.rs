use astralis_core::model::{OrgId, UserId};
use astralis_core::ports::{Feed, Feeds, StoreError};
use async_trait::async_trait;
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::{not_found, or_not_found, store_error};

#[async_trait]
impl Feeds for SqliteStore {
    async fn feed(&self, user: UserId) -> Result<Feed, StoreError> {
        let row: Option<(Uuid, u32)> = sqlx::query_as(include_str!("../queries/feeds/of_user.sql"))
            .bind(user.as_uuid())
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        let (org, generation) = row.ok_or_else(|| not_found("user", user))?;
        Ok(Feed {
            org: org.into(),
            user,
            generation,
        })
    }

    async fn renew_feed(&self, org: OrgId, user: UserId) -> Result<Feed, StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let generation = sqlx::query_scalar(include_str!("../queries/feeds/renew.sql"))
                        .bind(org.as_uuid())
                        .bind(user.as_uuid())
                        .fetch_one(connection)
                        .await
                        .map_err(|error| or_not_found(error, "user", user))?;
                    Ok(Feed {
                        org,
                        user,
                        generation,
                    })
                })
            })
            .await
    }
}
