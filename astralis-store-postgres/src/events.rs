use astralis_core::model::{CalendarEvent, EventId, OrgId, UserId};
use astralis_core::ports::{Events, StoreError};
use astralis_core::time::Interval;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::postgres::{PgArguments, Postgres};
use sqlx::query::QueryAs;

use crate::PostgresStore;
use crate::error::{not_found, store_error};
use crate::rows::{EventRow, stored};

#[async_trait]
impl Events for PostgresStore {
    async fn event(&self, org: OrgId, id: EventId) -> Result<CalendarEvent, StoreError> {
        const SQL: &str = concat!(
            include_str!("../queries/events/meeting.sql"),
            include_str!("../queries/events/own_by_id.sql")
        );
        let query = sqlx::query_as(SQL).bind(org.as_uuid()).bind(id.as_uuid());
        let event = self.meetings(query).await?.pop();
        event.ok_or_else(|| not_found("event", id))
    }

    async fn events_between(
        &self,
        org: OrgId,
        user: UserId,
        window: Interval,
    ) -> Result<Vec<CalendarEvent>, StoreError> {
        const SQL: &str = concat!(
            include_str!("../queries/events/meeting.sql"),
            include_str!("../queries/events/between.sql")
        );
        let query = sqlx::query_as(SQL)
            .bind(org.as_uuid())
            .bind(user.as_uuid())
            .bind(window.start())
            .bind(window.end());
        self.meetings(query).await
    }

    async fn series_to_extend(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<CalendarEvent>, StoreError> {
        const SQL: &str = concat!(
            include_str!("../queries/events/meeting.sql"),
            include_str!("../queries/events/to_extend.sql")
        );
        let query = sqlx::query_as(SQL)
            .bind(stored(before))
            .bind(i64::from(limit));
        self.meetings(query).await
    }
}

impl PostgresStore {
    async fn meetings(
        &self,
        query: QueryAs<'_, Postgres, EventRow, PgArguments>,
    ) -> Result<Vec<CalendarEvent>, StoreError> {
        let rows = self.connections.rows(query).await.map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
