use astralis_core::model::{
    CalendarSubscription, LeaseToken, OrgId, SubscriptionId, SubscriptionState, UserId,
};
use astralis_core::ports::{
    LeaseSubscription, MAX_SUBSCRIPTIONS, StoreError, SubscriptionChange, Subscriptions,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;

use crate::SqliteStore;
use crate::error::{not_found, or_not_found, store_error};
use crate::rows::{SubscriptionRow, document};

/// Whether [`LEASE`] would find something.
const IS_ANY_DUE: &str = concat!(
    include_str!("../queries/subscriptions/first_due.sql"),
    include_str!("../queries/subscriptions/is_any_due.sql")
);

const LEASE: &str = concat!(
    include_str!("../queries/subscriptions/first_due.sql"),
    include_str!("../queries/subscriptions/lease.sql")
);

#[async_trait]
impl Subscriptions for SqliteStore {
    async fn add_subscription(
        &self,
        subscription: &CalendarSubscription,
    ) -> Result<(), StoreError> {
        let subscription = subscription.clone();
        self.writer
            .run(move |connection| Box::pin(async move { insert(connection, &subscription).await }))
            .await
    }

    async fn subscriptions(
        &self,
        org: OrgId,
        user: UserId,
    ) -> Result<Vec<CalendarSubscription>, StoreError> {
        let rows: Vec<SubscriptionRow> =
            sqlx::query_as(include_str!("../queries/subscriptions/of_user.sql"))
                .bind(org.as_uuid())
                .bind(user.as_uuid())
                .fetch_all(&self.readers)
                .await
                .map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    async fn expedite_subscription(
        &self,
        org: OrgId,
        user: UserId,
        id: SubscriptionId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let done = sqlx::query(include_str!("../queries/subscriptions/expedite.sql"))
                        .bind(org.as_uuid())
                        .bind(user.as_uuid())
                        .bind(id.as_uuid())
                        .bind(now.timestamp_micros())
                        .execute(connection)
                        .await
                        .map_err(store_error)?;
                    require_one(done.rows_affected(), id)
                })
            })
            .await
    }

    async fn lease_subscription(
        &self,
        lease: &LeaseSubscription<'_>,
    ) -> Result<Option<CalendarSubscription>, StoreError> {
        let beside = document(&beside(lease));
        // Workers ask every few seconds; a look without the write lock is enough to say "nothing".
        if !self.is_any_subscription_due(lease.now, &beside).await? {
            return Ok(None);
        }
        let (now, until) = (lease.now, lease.lease_until);
        let token = lease.token;
        let row: Option<SubscriptionRow> = self
            .writer
            .run(move |connection| {
                Box::pin(async move {
                    sqlx::query_as(LEASE)
                        .bind(now.timestamp_micros())
                        .bind(beside)
                        .bind(until.timestamp_micros())
                        .bind(token.as_uuid())
                        .fetch_optional(connection)
                        .await
                        .map_err(store_error)
                })
            })
            .await?;
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
        let state = document(state);
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let done = sqlx::query(include_str!("../queries/subscriptions/record.sql"))
                        .bind(org.as_uuid())
                        .bind(id.as_uuid())
                        .bind(token.as_uuid())
                        .bind(due_at.timestamp_micros())
                        .bind(state)
                        .execute(connection)
                        .await
                        .map_err(store_error)?;
                    Ok(done.rows_affected() == 1)
                })
            })
            .await
    }
}

/// Users and servers of what is being read meanwhile, as the query wants them: ids as `hex` writes
/// them.
fn beside(lease: &LeaseSubscription<'_>) -> Vec<[String; 2]> {
    let each = |one: &CalendarSubscription| {
        let user = format!("{:X}", one.user.as_uuid().as_simple());
        [user, format!("{}/", one.url.server())]
    };
    lease.beside.iter().map(each).collect()
}

impl SqliteStore {
    async fn is_any_subscription_due(
        &self,
        now: DateTime<Utc>,
        beside: &str,
    ) -> Result<bool, StoreError> {
        sqlx::query_scalar(IS_ANY_DUE)
            .bind(now.timestamp_micros())
            .bind(beside)
            .fetch_one(&self.readers)
            .await
            .map_err(store_error)
    }
}

/// What a plan does to a subscription of its tenant.
pub(crate) async fn change(
    connection: &mut SqliteConnection,
    org: OrgId,
    change: SubscriptionChange,
) -> Result<(), StoreError> {
    match change {
        SubscriptionChange::Read { id, token } => {
            let holds: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM subscriptions \
                 WHERE org_id = ?1 AND id = ?2 AND lease_token = ?3)",
            )
            .bind(org.as_uuid())
            .bind(id.as_uuid())
            .bind(token.as_uuid())
            .fetch_one(connection)
            .await
            .map_err(store_error)?;
            require_one(holds.into(), id)
        }
        SubscriptionChange::Remove(id) => {
            let done = sqlx::query("DELETE FROM subscriptions WHERE org_id = ?1 AND id = ?2")
                .bind(org.as_uuid())
                .bind(id.as_uuid())
                .execute(connection)
                .await
                .map_err(store_error)?;
            require_one(done.rows_affected(), id)
        }
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    subscription: &CalendarSubscription,
) -> Result<(), StoreError> {
    let done = sqlx::query(include_str!("../queries/subscriptions/insert.sql"))
        .bind(subscription.org.as_uuid())
        .bind(subscription.id.as_uuid())
        .bind(subscription.user.as_uuid())
        .bind(subscription.url.as_str())
        .bind(&subscription.name)
        .bind(subscription.added_at.timestamp_micros())
        .bind(subscription.due_at.timestamp_micros())
        .bind(subscription.begun)
        .bind(document(&subscription.state))
        .bind(i64::try_from(MAX_SUBSCRIPTIONS).unwrap_or(i64::MAX))
        .execute(connection)
        .await
        .map_err(|error| or_not_found(error, "user", subscription.user))?;
    match done.rows_affected() {
        0 => Err(StoreError::TooMany {
            most: MAX_SUBSCRIPTIONS,
        }),
        _ => Ok(()),
    }
}

fn require_one(found: u64, id: SubscriptionId) -> Result<(), StoreError> {
    match found {
        0 => Err(not_found("subscription", id)),
        _ => Ok(()),
    }
}
