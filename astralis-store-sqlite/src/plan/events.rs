//! Writing meetings, with who attends them and whose time they take beyond their claims.

use astralis_core::model::{CalendarEvent, EventStatus, Origin};
use astralis_core::ports::StoreError;
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;

use crate::error::{or_not_found, store_error};
use crate::rows::{civil_bounds, civil_text, document, word};

/// Adds a meeting, or replaces it if its id is known.
pub(super) async fn save(
    connection: &mut SqliteConnection,
    event: &CalendarEvent,
) -> Result<(), StoreError> {
    upsert(connection, event).await?;
    if imported_from(event).is_some() {
        return Ok(()); // Holds no bookings, so nobody looks for it by who takes part or booked.
    }
    move_bookings(connection, event).await?;
    save_attendances(connection, event).await?;
    save_reach(connection, event).await
}

async fn upsert(
    connection: &mut SqliteConnection,
    event: &CalendarEvent,
) -> Result<(), StoreError> {
    let (local_start, local_end, zone_data) = civil_bounds(&event.when);
    let during = event.when.during();
    let occurrence_of = event.occurrence_of.as_ref();
    sqlx::query(include_str!("../../queries/events/upsert.sql"))
        .bind(event.id.as_uuid())
        .bind(event.org.as_uuid())
        .bind(&event.title)
        .bind(&event.description)
        .bind(local_start)
        .bind(local_end)
        .bind(event.when.time_zone().as_str())
        .bind(zone_data)
        .bind(during.start_micros())
        .bind(during.end_micros())
        .bind(event.organizer.as_uuid())
        .bind(document(&event.participants))
        .bind(&event.location)
        .bind(event.meeting_type.as_ref().map(word))
        .bind(&event.meeting_link)
        .bind(word(&event.status))
        .bind(document(&event.conflicts))
        .bind(word(&event.transparency))
        .bind(&event.uid)
        .bind(event.sequence)
        .bind(event.version)
        .bind(document(&event.origin))
        .bind(event.created_at.timestamp_micros())
        .bind(event.updated_at.timestamp_micros())
        .bind(imported_from(event))
        .bind(event.recurrence.as_ref().map(document))
        .bind(occurrence_of.map(|changed| changed.series.as_uuid()))
        .bind(occurrence_of.map(|changed| civil_text(changed.recurrence_id)))
        .bind(claimed_until(event).map(|at| at.timestamp_micros()))
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| or_not_found(error, "organization", event.org))
}

/// Bookings that exist start and end with their meeting.
async fn move_bookings(
    connection: &mut SqliteConnection,
    event: &CalendarEvent,
) -> Result<(), StoreError> {
    let during = event.when.during();
    sqlx::query(include_str!("../../queries/bookings/follow_event.sql"))
        .bind(event.org.as_uuid())
        .bind(event.id.as_uuid())
        .bind(during.start_micros())
        .bind(during.end_micros())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

fn imported_from(event: &CalendarEvent) -> Option<&str> {
    match &event.origin {
        Origin::Imported { source, .. } => Some(source),
        _ => None,
    }
}

async fn save_attendances(
    connection: &mut SqliteConnection,
    event: &CalendarEvent,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM attendances WHERE org_id = ?1 AND event_id = ?2")
        .bind(event.org.as_uuid())
        .bind(event.id.as_uuid())
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    let invited = event.participants.iter().filter_map(|person| person.user);
    let mut users: Vec<_> = invited.chain([event.organizer]).collect();
    users.sort_unstable();
    users.dedup();
    let during = event.when.during();
    for user in users {
        sqlx::query(include_str!("../../queries/events/attend.sql"))
            .bind(event.org.as_uuid())
            .bind(user.as_uuid())
            .bind(during.start_micros())
            .bind(during.end_micros())
            .bind(event.id.as_uuid())
            .bind(event.recurrence.is_some())
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}

/// Whose time a series takes beyond its claims.
async fn save_reach(
    connection: &mut SqliteConnection,
    event: &CalendarEvent,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM series WHERE org_id = ?1 AND event_id = ?2")
        .bind(event.org.as_uuid())
        .bind(event.id.as_uuid())
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    let Some(until) = claimed_until(event) else {
        return Ok(());
    };
    for subject in event.subjects() {
        sqlx::query(include_str!("../../queries/events/reach.sql"))
            .bind(event.org.as_uuid())
            .bind(subject.as_uuid())
            .bind(until.timestamp_micros())
            .bind(event.id.as_uuid())
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}

/// How far a series is claimed that goes on beyond; `None` for any other meeting.
fn claimed_until(event: &CalendarEvent) -> Option<DateTime<Utc>> {
    if event.status == EventStatus::Cancelled {
        return None;
    }
    event.recurrence.as_ref()?.claimed_until
}
