use crate::model::{BusyKind, OrgId, UserId};
use crate::ports::{Command, Look, StoreError};
use crate::scheduler::Scheduler;
use crate::scheduler::intent::Intent;
use crate::time::Interval;

impl Scheduler {
    /// When somebody's time is taken within a window, and how: meetings, held bookings, imported
    /// calendars, and series however far ahead; by start and end. Buffers around meetings are not
    /// part of it, and what reaches over the window's edges is not cut.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot answer; never a shorter list.
    pub async fn busy_time(
        &self,
        org: OrgId,
        user: UserId,
        window: Interval,
    ) -> Result<Vec<(Interval, BusyKind)>, StoreError> {
        let intent = Intent::question(org);
        let command = Command {
            id: intent.command,
            fingerprint: intent.fingerprint,
            org,
            now: self.now(),
            subjects: vec![user.into()],
            event_type: None,
            look: Look {
                claims: Some(window),
                ..Look::default()
            },
        };
        let facts = self.facts(&command).await?;
        let claims = facts.claims.into_iter();
        Ok(claims.map(|claim| (claim.during, claim.kind)).collect())
    }
}
