use astralis_core::model::{OrgId, UserId};
use astralis_core::ports::{Feed, Feeds, StoreError};
use async_trait::async_trait;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use crate::PostgresStore;
use crate::error::{Failure, not_found, or_not_found, store_error};
use crate::rows::count;

#[async_trait]
impl Feeds for PostgresStore {
    async fn feed(&self, user: UserId) -> Result<Feed, StoreError> {
        let query =
            sqlx::query_as(include_str!("../queries/feeds/of_user.sql")).bind(user.as_uuid());
        let row = self.connections.row(query).await;
        let row: Option<(Uuid, i64)> = row.map_err(store_error)?;
        let (org, generation) = row.ok_or_else(|| not_found("user", user))?;
        feed(org.into(), user, generation)
    }

    async fn renew_feed(&self, org: OrgId, user: UserId) -> Result<Feed, StoreError> {
        let mut transaction = self.write().await?;
        let renewed = renew(transaction.connection(), org, user);
        let renewed = self.connections.answer(renewed).await;
        feed(org, user, transaction.finish(renewed).await?)
    }
}

async fn renew(connection: &mut PgConnection, org: OrgId, user: UserId) -> Result<i64, Failure> {
    let generation = sqlx::query_scalar(include_str!("../queries/feeds/renew.sql"))
        .bind(org.as_uuid())
        .bind(user.as_uuid())
        .fetch_one(connection)
        .await
        .map_err(|error| or_not_found(error, "feeds", "user", user))?;
    Ok(generation)
}

fn feed(org: OrgId, user: UserId, generation: i64) -> Result<Feed, StoreError> {
    Ok(Feed {
        org,
        user,
        generation: count("feed generation", generation)?,
    })
}
