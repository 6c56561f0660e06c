//! What is true at the moment of deciding.

use astralis_core::model::{
    BookingId, BookingRecord, CalendarEvent, Claim, EventId, OrgId, SubjectId,
};
use astralis_core::ports::{Command, Facts, StoreError, Tally};
use astralis_core::time::Interval;
use sqlx::sqlite::SqliteConnection;

use crate::error::store_error;
use crate::events::own_event;
use crate::rows::{BookingRow, ClaimRow, EventRow, TallyRow};

/// Loads what `command` looks at. One statement after the other: the connection must be inside a
/// transaction for them to see the same moment.
pub(crate) async fn load(
    connection: &mut SqliteConnection,
    command: &Command,
) -> Result<Facts, StoreError> {
    let look = &command.look;
    let mut facts = Facts::default();
    if let Some(id) = look.booking {
        facts.booking = booking(connection, command.org, id).await?;
    }
    for subject in subjects_in_order(command) {
        if !can_be_booked(connection, command.org, subject).await? {
            facts.inactive.push(subject);
        }
        if let Some(range) = look.claims {
            let found = claims(connection, command, subject, range).await?;
            facts.claims.extend(found);
            let found = series(connection, command.org, subject, range).await?;
            facts.series.extend(found);
        }
    }
    // Found once for each of the subjects who are in it.
    facts.series.sort_unstable_by_key(|event| event.id);
    facts.series.dedup_by_key(|event| event.id);
    if let Some(id) = look.event {
        (facts.event, facts.changed) = with_changed(connection, command.org, id).await?;
    }
    if let Some(range) = look.tallies {
        facts.tallies = tallies(connection, command, range).await?;
    }
    if look.events {
        facts.events = own_events(connection, command.org, &facts.claims).await?;
    }
    Ok(facts)
}

/// Each subject of a command once, by id.
pub(crate) fn subjects_in_order(command: &Command) -> Vec<SubjectId> {
    let mut subjects = command.subjects.clone();
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}

/// A booking with its meeting, if there is one.
pub(crate) async fn booking(
    connection: &mut SqliteConnection,
    org: OrgId,
    id: BookingId,
) -> Result<Option<BookingRecord>, StoreError> {
    const SQL: &str = concat!(
        include_str!("../queries/bookings/record.sql"),
        include_str!("../queries/bookings/by_id.sql")
    );
    let row: Option<BookingRow> = sqlx::query_as(SQL)
        .bind(org.as_uuid())
        .bind(id.as_uuid())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    row.map(TryInto::try_into).transpose()
}

async fn can_be_booked(
    connection: &mut SqliteConnection,
    org: OrgId,
    subject: SubjectId,
) -> Result<bool, StoreError> {
    let active: Option<bool> =
        sqlx::query_scalar("SELECT active FROM users WHERE org_id = ?1 AND id = ?2")
            .bind(org.as_uuid())
            .bind(subject.as_uuid())
            .fetch_optional(connection)
            .await
            .map_err(store_error)?;
    Ok(active.unwrap_or(false))
}

async fn claims(
    connection: &mut SqliteConnection,
    command: &Command,
    subject: SubjectId,
    range: Interval,
) -> Result<Vec<Claim>, StoreError> {
    let rows: Vec<ClaimRow> = sqlx::query_as(include_str!("../queries/claims/overlapping.sql"))
        .bind(command.org.as_uuid())
        .bind(subject.as_uuid())
        .bind(range.start_micros())
        .bind(range.end_micros())
        .bind(command.now.timestamp_micros())
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Series that take the subject's time and are not claimed to the end of the range.
async fn series(
    connection: &mut SqliteConnection,
    org: OrgId,
    subject: SubjectId,
    range: Interval,
) -> Result<Vec<CalendarEvent>, StoreError> {
    const SQL: &str = concat!(
        include_str!("../queries/events/meeting.sql"),
        include_str!("../queries/events/beyond_claims.sql")
    );
    let rows: Vec<EventRow> = sqlx::query_as(SQL)
        .bind(org.as_uuid())
        .bind(subject.as_uuid())
        .bind(range.end_micros())
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A meeting that was not imported, and what stands in for changed occurrences of it; by recurrence
/// id.
async fn with_changed(
    connection: &mut SqliteConnection,
    org: OrgId,
    id: EventId,
) -> Result<(Option<CalendarEvent>, Vec<CalendarEvent>), StoreError> {
    const SQL: &str = concat!(
        include_str!("../queries/events/meeting.sql"),
        include_str!("../queries/events/own_with_changed.sql")
    );
    let rows: Vec<EventRow> = sqlx::query_as(SQL)
        .bind(org.as_uuid())
        .bind(id.as_uuid())
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    let (mut itself, mut changed) = (None, Vec::new());
    for row in rows {
        let event = CalendarEvent::try_from(row)?;
        if event.id == id {
            itself = Some(event);
        } else {
            changed.push(event);
        }
    }
    Ok((itself, changed))
}

async fn tallies(
    connection: &mut SqliteConnection,
    command: &Command,
    range: Interval,
) -> Result<Vec<Tally>, StoreError> {
    let Some(event_type) = command.event_type else {
        return Ok(Vec::new());
    };
    let rows: Vec<TallyRow> = sqlx::query_as(include_str!("../queries/bookings/tallies.sql"))
        .bind(command.org.as_uuid())
        .bind(event_type.as_uuid())
        .bind(range.start_micros())
        .bind(range.end_micros())
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    let counted = rows.into_iter().map(TallyRow::counted);
    counted.filter_map(Result::transpose).collect()
}

async fn own_events(
    connection: &mut SqliteConnection,
    org: OrgId,
    claims: &[Claim],
) -> Result<Vec<CalendarEvent>, StoreError> {
    let mut ids: Vec<EventId> = claims.iter().map(|claim| claim.event).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut events = Vec::new();
    for id in ids {
        events.extend(own_event(connection, org, id).await?);
    }
    Ok(events)
}
