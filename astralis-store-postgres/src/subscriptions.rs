use astralis_core::model::{
    CalendarSubscription, LeaseToken, OrgId, SubscriptionId, SubscriptionState, UserId,
};
use astralis_core::ports::{
    LeaseSubscription, MAX_SUBSCRIPTIONS, StoreError, SubscriptionChange, Subscriptions,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::postgres::PgConnection;
use sqlx::types::Json;

use crate::PostgresStore;
use crate::error::{Failure, not_found, or_not_found, store_error};
use crate::rows::{SubscriptionRow, stored};

#[async_trait]
impl Subscriptions for PostgresStore {
    async fn add_subscription(
        &self,
        subscription: &CalendarSubscription,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let added = insert(transaction.connection(), subscription);
        let added = self.connections.answer(added).await;
        Ok(transaction.finish(added).await?)
    }

    async fn subscriptions(
        &self,
        org: OrgId,
        user: UserId,
    ) -> Result<Vec<CalendarSubscription>, StoreError> {
        let query = sqlx::query_as(include_str!("../queries/subscriptions/of_user.sql"))
            .bind(org.as_uuid())
            .bind(user.as_uuid());
        let rows = self.connections.rows(query).await;
        let rows: Vec<SubscriptionRow> = rows.map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn expedite_subscription(
        &self,
        org: OrgId,
        user: UserId,
        id: SubscriptionId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let statement = sqlx::query(include_str!("../queries/subscriptions/expedite.sql"))
            .bind(org.as_uuid())
            .bind(user.as_uuid())
            .bind(id.as_uuid())
            .bind(stored(now));
        require_one(self.write_one(statement).await?, id)
    }

    async fn lease_subscription(
        &self,
        lease: &LeaseSubscription<'_>,
    ) -> Result<Option<CalendarSubscription>, StoreError> {
        let beside = lease.beside.iter();
        let users = beside.clone().map(|one| one.user.as_uuid());
        let servers = beside.map(|one| format!("{}/", one.url.server()));
        let query = sqlx::query_as(include_str!("../queries/subscriptions/lease.sql"))
            .bind(stored(lease.now))
            .bind(stored(lease.lease_until))
            .bind(lease.token.as_uuid())
            .bind(users.collect::<Vec<_>>())
            .bind(servers.collect::<Vec<_>>());
        let row = self.connections.row(query).await;
        let row: Option<SubscriptionRow> = row.map_err(store_error)?;
        // Read after its lease was written: what cannot be read holds nobody up.
        row.map(TryInto::try_into).transpose()
    }

    async fn record_subscription(
        &self,
        org: OrgId,
        id: SubscriptionId,
        token: LeaseToken,
        state: &SubscriptionState,
        due_at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query_as(include_str!("../queries/subscriptions/record.sql"))
            .bind(org.as_uuid())
            .bind(id.as_uuid())
            .bind(token.as_uuid())
            .bind(stored(due_at))
            .bind(Json(state));
        self.connections.value(query).await.map_err(store_error)
    }
}

/// What a plan does to a subscription of its tenant.
pub(crate) async fn change(
    connection: &mut PgConnection,
    org: OrgId,
    change: SubscriptionChange,
) -> Result<(), Failure> {
    let (id, done) = match change {
        SubscriptionChange::Read { id, token } => {
            let hold = sqlx::query(include_str!("../queries/subscriptions/hold.sql"))
                .bind(org.as_uuid())
                .bind(id.as_uuid())
                .bind(token.as_uuid());
            (id, hold.execute(connection).await?)
        }
        SubscriptionChange::Remove(id) => {
            let delete = sqlx::query("DELETE FROM subscriptions WHERE org_id = $1 AND id = $2")
                .bind(org.as_uuid())
                .bind(id.as_uuid());
            (id, delete.execute(connection).await?)
        }
    };
    Ok(require_one(done.rows_affected(), id)?)
}

async fn insert(
    connection: &mut PgConnection,
    subscription: &CalendarSubscription,
) -> Result<(), Failure> {
    sqlx::query(include_str!("../queries/subscriptions/hold_user.sql"))
        .bind(subscription.org.as_uuid())
        .bind(subscription.user.as_uuid())
        .execute(&mut *connection)
        .await?;
    let done = sqlx::query(include_str!("../queries/subscriptions/insert.sql"))
        .bind(subscription.org.as_uuid())
        .bind(subscription.id.as_uuid())
        .bind(subscription.user.as_uuid())
        .bind(subscription.url.as_str())
        .bind(&subscription.name)
        .bind(stored(subscription.added_at))
        .bind(stored(subscription.due_at))
        .bind(i32::try_from(subscription.begun).unwrap_or(i32::MAX))
        .bind(Json(&subscription.state))
        .bind(i64::try_from(MAX_SUBSCRIPTIONS).unwrap_or(i64::MAX))
        .execute(connection)
        .await
        .map_err(|error| or_not_found(error, "subscriptions", "user", subscription.user))?;
    match done.rows_affected() {
        0 => Err(StoreError::TooMany {
            most: MAX_SUBSCRIPTIONS,
        }
        .into()),
        _ => Ok(()),
    }
}

fn require_one(found: u64, id: SubscriptionId) -> Result<(), StoreError> {
    match found {
        0 => Err(not_found("subscription", id)),
        _ => Ok(()),
    }
}
