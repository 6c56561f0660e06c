use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::model::{CalendarEvent, EventId, OrgId, UserId};
use crate::ports::StoreError;
use crate::time::Interval;

/// The meetings in our books, as the people in them see their calendar. They are written by
/// [`Bookings::transact`](crate::ports::Bookings::transact).
#[async_trait]
pub trait Events: Send + Sync {
    /// A meeting that was not imported.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if the organization has no such meeting.
    async fn event(&self, org: OrgId, id: EventId) -> Result<CalendarEvent, StoreError>;

    /// Meetings that `user` organizes or is invited to and that overlap `window`, and every one of
    /// theirs that repeats and first takes place before the window ends, with its changed
    /// occurrences that are theirs, whenever those take place now; by start, then id. Cancelled ones
    /// are included, imported ones are not.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`]; never a shorter list.
    async fn events_between(
        &self,
        org: OrgId,
        user: UserId,
        window: Interval,
    ) -> Result<Vec<CalendarEvent>, StoreError>;

    /// Meetings of all organizations that repeat, are not cancelled, and whose
    /// [`claimed_until`](crate::model::Recurrence::claimed_until) lies before `before`: the least
    /// far ones first, then by organization and id, `limit` at most.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn series_to_extend(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<CalendarEvent>, StoreError>;
}
