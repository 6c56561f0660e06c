use crate::model::{CalendarEvent, EventStatus, OrgId, Participant, ParticipationStatus, UserId};
use crate::ports::StoreError;
use crate::scheduler::Scheduler;
use crate::time::Interval;

impl Scheduler {
    /// Somebody's meetings as a calendar for other programs shows them: those that overlap `window`,
    /// and series whole with their changed occurrences; by start, then id. What was called off, and
    /// what its owner declined, does not take place there, and is left out.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot answer; never a shorter list.
    pub async fn published_events(
        &self,
        org: OrgId,
        user: UserId,
        window: Interval,
    ) -> Result<Vec<CalendarEvent>, StoreError> {
        let mut events = self.store().events_between(org, user, window).await?;
        events.retain(|event| event.status != EventStatus::Cancelled && !is_declined(event, user));
        Ok(events)
    }
}

fn is_declined(event: &CalendarEvent, user: UserId) -> bool {
    let declines =
        |one: &Participant| one.user == Some(user) && one.status == ParticipationStatus::Declined;
    event.participants.iter().any(declines)
}
