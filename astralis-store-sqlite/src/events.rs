use astralis_core::model::{CalendarEvent, EventId, OrgId, UserId};
use astralis_core::ports::{Events, StoreError};
use astralis_core::time::Interval;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;

use crate::SqliteStore;
use crate::error::{not_found, store_error};
use crate::rows::EventRow;

#[async_trait]
impl Events for SqliteStore {
    async fn event(&self, org: OrgId, id: EventId) -> Result<CalendarEvent, StoreError> {
        let mut reader = self.readers.acquire().await.map_err(store_error)?;
        let event = own_event(&mut reader, org, id).await?;
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
        let rows: Vec<EventRow> = sqlx::query_as(SQL)
            .bind(org.as_uuid())
            .bind(user.as_uuid())
            .bind(window.start_micros())
            .bind(window.end_micros())
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
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
        let rows: Vec<EventRow> = sqlx::query_as(SQL)
            .bind(before.timestamp_micros())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

/// A meeting that was not imported, if there is one.
pub(crate) async fn own_event(
    connection: &mut SqliteConnection,
    org: OrgId,
    id: EventId,
) -> Result<Option<CalendarEvent>, StoreError> {
    const SQL: &str = concat!(
        include_str!("../queries/events/meeting.sql"),
        include_str!("../queries/events/own_by_id.sql")
    );
    let row: Option<EventRow> = sqlx::query_as(SQL)
        .bind(org.as_uuid())
        .bind(id.as_uuid())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    row.map(TryInto::try_into).transpose()
}
