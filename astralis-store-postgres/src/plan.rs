//! Writing what was decided.

use astralis_core::model::{Claim, EventId};
use astralis_core::ports::{Command, ImportedCalendar, Plan, StoreError};
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::error::{Failure, is_dangling, not_found};
use crate::facts::subject_ids;
use crate::rows::{NewAttendance, NewBooking, NewClaims, NewEvent, NewMessage, stored};
use crate::subscriptions;

/// Writes the plan and remembers the command: what makes room first, then what is new. The claims
/// come before the rest, so that a foreign writer who was faster is met early.
pub(crate) async fn carry_out(
    connection: &mut PgConnection,
    command: &Command,
    plan: &Plan,
) -> Result<(), Failure> {
    if let Some(change) = plan.subscription {
        subscriptions::change(connection, command.org, change).await?;
    }
    if let Some(calendar) = &plan.replace_import {
        forget_import(connection, command, calendar).await?;
    }
    if !plan.drop_reminders.is_empty() {
        drop_reminders(connection, command, &plan.drop_reminders).await?;
    }
    if !plan.claims.is_empty() || !plan.release.is_empty() {
        take_time(connection, command, plan).await?;
    }
    record(connection, command, plan).await
}

/// What a failed statement or commit means that wrote `plan`: a row that it names may be missing.
pub(crate) fn explain(error: sqlx::Error, plan: &Plan) -> Failure {
    if is_dangling(&error, "claims") {
        let is_brought = |claim: &&Claim| plan.events.iter().any(|event| event.id == claim.event);
        let mut named = plan.claims.iter().filter(|claim| !is_brought(claim));
        if let Some(claim) = named.next() {
            return not_found("event", claim.event).into();
        }
    }
    match plan.events.first() {
        Some(event) if is_dangling(&error, "events") => not_found("organization", event.org).into(),
        _ => error.into(),
    }
}

async fn forget_import(
    connection: &mut PgConnection,
    command: &Command,
    calendar: &ImportedCalendar,
) -> Result<(), Failure> {
    // The claims go with their events.
    sqlx::query(include_str!("../queries/events/delete_imported.sql"))
        .bind(command.org.as_uuid())
        .bind(calendar.owner.as_uuid())
        .bind(&calendar.source)
        .execute(connection)
        .await?;
    Ok(())
}

/// Jobs before messages, as everywhere.
async fn drop_reminders(
    connection: &mut PgConnection,
    command: &Command,
    events: &[EventId],
) -> Result<(), Failure> {
    let events: Vec<Uuid> = events.iter().map(|event| event.as_uuid()).collect();
    for statement in [
        include_str!("../queries/outbox/forget_reminders.sql"),
        include_str!("../queries/outbox/drop_reminders.sql"),
    ] {
        sqlx::query(statement)
            .bind(command.org.as_uuid())
            .bind(&events)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Releases what the plan releases, removes holds that have ended, and takes all the plan's time,
/// or fails.
async fn take_time(
    connection: &mut PgConnection,
    command: &Command,
    plan: &Plan,
) -> Result<(), Failure> {
    let released: Vec<Uuid> = plan.release.iter().map(|event| event.as_uuid()).collect();
    let claims = NewClaims::of(&plan.claims);
    let taken: Vec<Uuid> = sqlx::query_scalar(include_str!("../queries/claims/take.sql"))
        .bind(command.org.as_uuid())
        .bind(released)
        .bind(subject_ids(command))
        .bind(stored(command.now))
        .bind(&claims.orgs)
        .bind(&claims.ids)
        .bind(&claims.subjects)
        .bind(&claims.starts)
        .bind(&claims.ends)
        .bind(&claims.buffers_before)
        .bind(&claims.buffers_after)
        .bind(&claims.events)
        .bind(&claims.kinds)
        .bind(&claims.exclusive)
        .bind(&claims.expiries)
        .fetch_all(&mut *connection)
        .await?;
    if taken.len() == plan.claims.len() {
        return Ok(());
    }
    Err(why_not_taken(connection, &claims, &taken).await?.into())
}

/// A claim that was not taken found its time taken, unless its id was.
async fn why_not_taken(
    connection: &mut PgConnection,
    wanted: &NewClaims,
    taken: &[Uuid],
) -> Result<StoreError, Failure> {
    let mut taken = taken.to_vec();
    let mut refused = (Vec::new(), Vec::new());
    for (org, id) in wanted.orgs.iter().zip(&wanted.ids) {
        match taken.iter().position(|other| other == id) {
            Some(position) => drop(taken.swap_remove(position)),
            None => {
                refused.0.push(*org);
                refused.1.push(*id);
            }
        }
    }
    let known: bool = sqlx::query_scalar(include_str!("../queries/claims/known.sql"))
        .bind(refused.0)
        .bind(refused.1)
        .fetch_one(connection)
        .await?;
    Ok(if known {
        StoreError::NotUnique { field: "id" }
    } else {
        StoreError::TimeTaken
    })
}

/// Everything but the claims, in one statement.
async fn record(
    connection: &mut PgConnection,
    command: &Command,
    plan: &Plan,
) -> Result<(), Failure> {
    let events = NewEvent::all_of(&plan.events);
    let attendances: Vec<_> = plan.events.iter().flat_map(NewAttendance::all_of).collect();
    let bookings: Vec<NewBooking<'_>> = plan.bookings.iter().map(Into::into).collect();
    let messages: Vec<NewMessage<'_>> = plan.messages.iter().map(Into::into).collect();
    let booked: i64 = sqlx::query_scalar(include_str!("../queries/commands/record.sql"))
        .bind(Json(events))
        .bind(Json(attendances))
        .bind(Json(bookings))
        .bind(Json(messages))
        .bind(command.org.as_uuid())
        .bind(subject_ids(command))
        .bind(command.id.as_uuid())
        .bind(command.fingerprint)
        .bind(plan.receipt.as_ref().map(Json))
        .bind(stored(command.now))
        .fetch_one(connection)
        .await?;
    if usize::try_from(booked) == Ok(plan.bookings.len()) {
        return Ok(());
    }
    let is_brought = |id| plan.events.iter().any(|event| event.id == id);
    let missing = plan.bookings.iter().find(|each| !is_brought(each.event));
    let booking = missing.or(plan.bookings.first());
    let booking = booking.expect("fewer bookings were written than the plan has");
    Err(not_found("event", booking.event).into())
}
