use astralis_core::model::CalendarSubscription;
use astralis_core::ports::StoreError;
use uuid::Uuid;

use super::{from_document, instant, parsed};

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct SubscriptionRow {
    org_id: Uuid,
    id: Uuid,
    user_id: Uuid,
    url: String,
    name: String,
    added_at: i64,
    due_at: i64,
    begun: i64,
    state: String,
}

impl TryFrom<SubscriptionRow> for CalendarSubscription {
    type Error = StoreError;

    fn try_from(row: SubscriptionRow) -> Result<Self, StoreError> {
        const KIND: &str = "subscription";
        Ok(Self {
            id: row.id.into(),
            org: row.org_id.into(),
            user: row.user_id.into(),
            url: parsed(KIND, &row.url)?,
            name: row.name,
            added_at: instant(KIND, row.added_at)?,
            due_at: instant(KIND, row.due_at)?,
            begun: u32::try_from(row.begun).unwrap_or(u32::MAX),
            state: from_document(KIND, &row.state)?,
        })
    }
}
