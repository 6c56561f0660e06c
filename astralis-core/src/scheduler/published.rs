use crate::model::{
    BusyKind, CalendarEvent, EventStatus, OrgId, Participant, ParticipationStatus, UserId,
};
use crate::ports::{Command, Look, StoreError};
use crate::scheduler::Scheduler;
use crate::scheduler::hearsay::is_hearsay;
use crate::scheduler::intent::Intent;
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

    /// When somebody's time is taken within a window, and how, as a busy calendar tells others:
    /// meetings, held bookings, imported calendars, and series however far ahead; by start and end.
    /// Buffers around meetings are not part of it, and what reaches over the window's edges is not
    /// cut.
    ///
    /// What other busy calendars told ([`is_busy_time`](crate::icalendar::is_busy_time)) is left out,
    /// though nobody can book it here: passed on, it would come back to whom it came from, and stay
    /// for good.
    ///
    /// # Errors
    ///
    /// [`StoreError`] if the store cannot answer; never a shorter list.
    pub async fn published_busy_time(
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
        let told = facts.claims.into_iter().filter(|claim| !is_hearsay(claim));
        Ok(told.map(|claim| (claim.during, claim.kind)).collect())
    }
}

fn is_declined(event: &CalendarEvent, user: UserId) -> bool {
    let declines =
        |one: &Participant| one.user == Some(user) && one.status == ParticipationStatus::Declined;
    event.participants.iter().any(declines)
}
