//! Writing what was decided.

mod events;

use astralis_core::model::{Booking, Claim, EventId, Message, MessageKind, OrgId};
use astralis_core::ports::{Command, ImportedCalendar, Plan, StoreError};
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use crate::error::{not_found, or_not_found, store_error};
use crate::facts::subjects_in_order;
use crate::rows::{document, word};

/// Removes the holds of the command's subjects that have ended; `now` is the command's.
pub(crate) async fn remove_expired_holds(
    connection: &mut SqliteConnection,
    command: &Command,
) -> Result<(), StoreError> {
    for subject in subjects_in_order(command) {
        sqlx::query(include_str!("../queries/claims/delete_expired.sql"))
            .bind(command.org.as_uuid())
            .bind(subject.as_uuid())
            .bind(command.now.timestamp_micros())
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}

/// Writes the plan and remembers the command: what makes room first, then what is new.
pub(crate) async fn carry_out(
    connection: &mut SqliteConnection,
    command: &Command,
    plan: &Plan,
) -> Result<(), StoreError> {
    if let Some(calendar) = &plan.replace_import {
        forget_import(connection, command.org, calendar).await?;
    }
    for event in &plan.release {
        release(connection, command.org, *event).await?;
    }
    for event in &plan.drop_reminders {
        drop_reminders(connection, command.org, *event).await?;
    }
    for event in &plan.events {
        events::save(connection, event).await?;
    }
    for claim in &plan.claims {
        add_claim(connection, claim).await?;
    }
    for booking in &plan.bookings {
        save_booking(connection, booking).await?;
    }
    for message in &plan.messages {
        enqueue(connection, message).await?;
    }
    remember(connection, command, plan).await
}

async fn forget_import(
    connection: &mut SqliteConnection,
    org: OrgId,
    calendar: &ImportedCalendar,
) -> Result<(), StoreError> {
    // The claims go with their events.
    sqlx::query(include_str!("../queries/events/delete_imported.sql"))
        .bind(org.as_uuid())
        .bind(calendar.owner.as_uuid())
        .bind(&calendar.source)
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

async fn release(
    connection: &mut SqliteConnection,
    org: OrgId,
    event: EventId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM claims WHERE org_id = ?1 AND event_id = ?2")
        .bind(org.as_uuid())
        .bind(event.as_uuid())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

/// A reminder that a worker is sending right now keeps its job, so that its end can still be
/// recorded.
async fn drop_reminders(
    connection: &mut SqliteConnection,
    org: OrgId,
    event: EventId,
) -> Result<(), StoreError> {
    let dropped: Vec<Uuid> =
        sqlx::query_scalar(include_str!("../queries/outbox/drop_reminders.sql"))
            .bind(org.as_uuid())
            .bind(event.as_uuid())
            .fetch_all(&mut *connection)
            .await
            .map_err(store_error)?;
    for message in dropped {
        sqlx::query("DELETE FROM jobs WHERE message_id = ?1 AND lease_token IS NULL")
            .bind(message)
            .execute(&mut *connection)
            .await
            .map_err(store_error)?;
    }
    Ok(())
}

async fn add_claim(connection: &mut SqliteConnection, claim: &Claim) -> Result<(), StoreError> {
    sqlx::query(include_str!("../queries/claims/insert.sql"))
        .bind(claim.id.as_uuid())
        .bind(claim.org.as_uuid())
        .bind(claim.subject.as_uuid())
        .bind(claim.during.start_micros())
        .bind(claim.during.end_micros())
        .bind(claim.buffer_before.num_minutes())
        .bind(claim.buffer_after.num_minutes())
        .bind(claim.event.as_uuid())
        .bind(word(&claim.kind))
        .bind(claim.exclusive)
        .bind(claim.expires_at.map(|at| at.timestamp_micros()))
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| or_not_found(error, "event", claim.event))
}

async fn save_booking(
    connection: &mut SqliteConnection,
    booking: &Booking,
) -> Result<(), StoreError> {
    let saved = sqlx::query(include_str!("../queries/bookings/upsert.sql"))
        .bind(booking.id.as_uuid())
        .bind(booking.org.as_uuid())
        .bind(booking.event.as_uuid())
        .bind(booking.event_type.as_uuid())
        .bind(booking.event_type_version)
        .bind(&booking.guest.name)
        .bind(booking.guest.email.as_str())
        .bind(&booking.guest.phone)
        .bind(booking.guest.time_zone.as_str())
        .bind(&booking.note)
        .bind(word(&booking.state))
        .bind(booking.link_generation)
        .bind(booking.version)
        .bind(booking.created_at.timestamp_micros())
        .execute(connection)
        .await
        .map_err(store_error)?;
    if saved.rows_affected() == 0 {
        return Err(not_found("event", booking.event));
    }
    Ok(())
}

/// Adds a message with its job, unless its key is known.
async fn enqueue(connection: &mut SqliteConnection, message: &Message) -> Result<(), StoreError> {
    let due_at = message.due_at.timestamp_micros();
    let added = sqlx::query(include_str!("../queries/outbox/insert_message.sql"))
        .bind(message.org.as_uuid())
        .bind(message.id.as_uuid())
        .bind(message.event.as_uuid())
        .bind(message.key())
        .bind(matches!(message.kind, MessageKind::Reminder { .. }))
        .bind(due_at)
        .bind(document(message))
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    if added.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query(include_str!("../queries/outbox/insert_job.sql"))
        .bind(message.id.as_uuid())
        .bind(due_at)
        .bind(message.org.as_uuid())
        .bind(message.event.as_uuid())
        .bind(message.to.email.as_str().to_lowercase())
        .bind(message.sequence)
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

async fn remember(
    connection: &mut SqliteConnection,
    command: &Command,
    plan: &Plan,
) -> Result<(), StoreError> {
    sqlx::query(include_str!("../queries/bookings/insert_command.sql"))
        .bind(command.org.as_uuid())
        .bind(command.id.as_uuid())
        .bind(command.fingerprint)
        .bind(plan.receipt.as_ref().map(document))
        .bind(command.now.timestamp_micros())
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}
