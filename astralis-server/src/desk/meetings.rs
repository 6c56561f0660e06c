use astralis_core::model::{CalendarEvent, EventId, Role, User, When};
use astralis_core::ports::StoreError;
use astralis_core::scheduler::{CalendarEntry, EventError};
use astralis_core::time::Zone;
use chrono::NaiveDate;

use crate::state::AppState;

/// Why a meeting is not shown, or may not be changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MeetingError {
    /// There is none of that id, or the user has nothing to do with it.
    #[error("there is no such meeting")]
    NotFound,
    /// The user was invited to it, no more.
    #[error("only the organizer or an administrator changes a meeting")]
    NotTheirs,
    /// The scheduler could not answer.
    #[error("the meeting cannot be read")]
    Event(#[source] EventError),
}

/// A meeting that `user` was invited to or organizes; an administrator sees every one of the
/// organization.
///
/// # Errors
///
/// [`MeetingError::NotFound`] or [`MeetingError::Event`].
pub async fn meeting(
    state: &AppState,
    user: &User,
    id: EventId,
) -> Result<CalendarEvent, MeetingError> {
    let event = state.store().event(user.org, id).await?;
    let is_invited = event.participants.iter().any(|p| p.user == Some(user.id));
    if is_invited || changes(user, &event) {
        Ok(event)
    } else {
        Err(MeetingError::NotFound)
    }
}

/// A meeting that `user` may change.
///
/// # Errors
///
/// [`MeetingError`].
pub async fn changeable_meeting(
    state: &AppState,
    user: &User,
    id: EventId,
) -> Result<CalendarEvent, MeetingError> {
    let event = meeting(state, user, id).await?;
    if changes(user, &event) {
        Ok(event)
    } else {
        Err(MeetingError::NotTheirs)
    }
}

/// A meeting as it stands on a calendar: one that repeats when it first takes place, a changed
/// occurrence with the time it stands in for.
///
/// # Errors
///
/// [`MeetingError::Event`].
pub async fn calendar_entry(
    state: &AppState,
    event: CalendarEvent,
) -> Result<CalendarEntry, MeetingError> {
    let recurrence_id = match &event.occurrence_of {
        Some(place) => {
            let series = state.store().event(event.org, place.series).await?;
            let zone = state.scheduler.zones().zone(series.when.time_zone());
            let zone = zone.map_err(|unknown| MeetingError::Event(unknown.into()))?;
            Some(zone.instant_of(place.recurrence_id))
        }
        None => None,
    };
    Ok(CalendarEntry {
        during: event.when.during(),
        recurrence_id,
        conflicts: event.conflicts.clone(),
        event: event.into(),
    })
}

/// The first of the whole days that an entry lasts, and the day after the last one; `None` for a
/// stretch of a day. `zone` is the meeting's own.
#[must_use]
pub fn whole_days(entry: &CalendarEntry, zone: &Zone) -> Option<(NaiveDate, NaiveDate)> {
    let during = entry.during;
    let is_all_day = matches!(entry.event.when, When::AllDay { .. });
    is_all_day.then(|| (zone.date_at(during.start()), zone.date_at(during.end())))
}

fn changes(user: &User, event: &CalendarEvent) -> bool {
    event.organizer == user.id || user.role == Role::Admin
}

impl From<StoreError> for MeetingError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { .. } => Self::NotFound,
            other => Self::Event(other.into()),
        }
    }
}
