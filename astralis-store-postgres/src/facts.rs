//! What is true at the moment of deciding.

use astralis_core::model::{
    BookingId, BookingRecord, CalendarEvent, Claim, EventId, OrgId, SubjectId,
};
use astralis_core::ports::{Command, Facts, StoreError, Tally};
use astralis_core::time::Interval;
use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::query::QueryAs;
use uuid::Uuid;

use crate::error::Failure;
use crate::rows::{BookingRow, EventRow, SubjectRow, TallyRow, from_document, stored};

/// What a command is told.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each command, and it is taken apart at once"
)]
pub(crate) enum Told {
    /// It was carried out before; with the receipt of that time.
    AlreadyDone(Option<BookingRecord>),
    /// What it decides on.
    Facts(Facts),
}

/// Whether the command's earlier effect is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Earlier {
    Counts,
    DoesNot,
}

/// Whether one statement answers the command, so that no transaction is needed for a consistent
/// view.
pub(crate) fn takes_one_statement(command: &Command) -> bool {
    let look = &command.look;
    look.booking.is_none() && look.event.is_none() && look.tallies.is_none() && !look.events
}

/// Loads what `command` looks at. The first statement tells about its subjects and its earlier
/// effect, and is often the only one.
pub(crate) async fn load(
    connection: &mut PgConnection,
    command: &Command,
    earlier: Earlier,
) -> Result<Told, Failure> {
    let look = &command.look;
    let rows = subjects(connection, command, earlier).await?;
    if let Some(receipt) = earlier_effect(command, &rows)? {
        return Ok(Told::AlreadyDone(receipt));
    }
    let mut facts = of_subjects(rows, command.org)?;
    if let Some(id) = look.booking {
        let row = booking(command.org, id);
        let row = row.fetch_optional(&mut *connection).await?;
        facts.booking = row.map(TryInto::try_into).transpose()?;
    }
    if let Some(id) = look.event {
        (facts.event, facts.changed) = with_changed(connection, command.org, id).await?;
    }
    if let Some(range) = look.tallies {
        facts.tallies = tallies(connection, command, range).await?;
    }
    if look.events {
        facts.events = own_events(connection, command.org, &facts.claims).await?;
    }
    Ok(Told::Facts(facts))
}

/// What the first statement tells.
fn of_subjects(rows: Vec<SubjectRow>, org: OrgId) -> Result<Facts, StoreError> {
    let mut facts = Facts::default();
    for row in rows {
        let inactive = row.subject.filter(|_| !row.active);
        facts.inactive.extend(inactive);
        facts.series.extend(row.series()?);
        facts.claims.extend(row.claim(org)?);
    }
    facts.inactive.dedup();
    facts.series.sort_unstable_by_key(|event| event.id);
    Ok(facts)
}

/// Each subject of a command once, by id.
pub(crate) fn subjects_in_order(command: &Command) -> Vec<SubjectId> {
    let mut subjects = command.subjects.clone();
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}

/// The ids of [`subjects_in_order`].
pub(crate) fn subject_ids(command: &Command) -> Vec<Uuid> {
    let subjects = subjects_in_order(command).into_iter();
    subjects.map(|subject| subject.as_uuid()).collect()
}

async fn subjects(
    connection: &mut PgConnection,
    command: &Command,
    earlier: Earlier,
) -> Result<Vec<SubjectRow>, Failure> {
    let range = command.look.claims;
    let rows = sqlx::query_as(include_str!("../queries/facts/subjects.sql"))
        .bind(command.org.as_uuid())
        .bind(subject_ids(command))
        .bind(range.map(|range| range.start()))
        .bind(range.map(|range| range.end()))
        .bind(stored(command.now))
        .bind((earlier == Earlier::Counts).then(|| command.id.as_uuid()))
        .fetch_all(connection)
        .await?;
    Ok(rows)
}

/// The receipt of the same command, if it was carried out before.
fn earlier_effect(
    command: &Command,
    rows: &[SubjectRow],
) -> Result<Option<Option<BookingRecord>>, StoreError> {
    match rows.first().and_then(|row| row.earlier.as_ref()) {
        None => Ok(None),
        Some((fingerprint, _)) if *fingerprint != command.fingerprint => {
            Err(StoreError::CommandReused(command.id))
        }
        Some((_, receipt)) => receipt
            .as_deref()
            .map(|text| from_document("receipt", text))
            .transpose()
            .map(Some),
    }
}

/// Asks for a booking with its meeting.
pub(crate) fn booking<'q>(
    org: OrgId,
    id: BookingId,
) -> QueryAs<'q, Postgres, BookingRow, PgArguments> {
    const SQL: &str = concat!(
        include_str!("../queries/bookings/record.sql"),
        include_str!("../queries/bookings/by_id.sql")
    );
    sqlx::query_as(SQL).bind(org.as_uuid()).bind(id.as_uuid())
}

/// A meeting that was not imported, and what stands in for changed occurrences of it; by recurrence
/// id.
async fn with_changed(
    connection: &mut PgConnection,
    org: OrgId,
    id: EventId,
) -> Result<(Option<CalendarEvent>, Vec<CalendarEvent>), Failure> {
    const SQL: &str = concat!(
        include_str!("../queries/events/meeting.sql"),
        include_str!("../queries/events/own_with_changed.sql")
    );
    let query = sqlx::query_as(SQL).bind(org.as_uuid()).bind(id.as_uuid());
    let rows: Vec<EventRow> = query.fetch_all(connection).await?;
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
    connection: &mut PgConnection,
    command: &Command,
    range: Interval,
) -> Result<Vec<Tally>, Failure> {
    let Some(event_type) = command.event_type else {
        return Ok(Vec::new());
    };
    let rows: Vec<TallyRow> = sqlx::query_as(include_str!("../queries/facts/tallies.sql"))
        .bind(command.org.as_uuid())
        .bind(event_type.as_uuid())
        .bind(range.start())
        .bind(range.end())
        .fetch_all(connection)
        .await?;
    let counted = rows.into_iter().map(TallyRow::counted);
    let counted: Result<_, StoreError> = counted.filter_map(Result::transpose).collect();
    Ok(counted?)
}

async fn own_events(
    connection: &mut PgConnection,
    org: OrgId,
    claims: &[Claim],
) -> Result<Vec<CalendarEvent>, Failure> {
    const SQL: &str = concat!(
        include_str!("../queries/events/meeting.sql"),
        include_str!("../queries/events/own_by_ids.sql")
    );
    let mut ids: Vec<EventId> = claims.iter().map(|claim| claim.event).collect();
    ids.sort_unstable();
    ids.dedup();
    let ids: Vec<Uuid> = ids.into_iter().map(|id| id.as_uuid()).collect();
    let rows: Vec<EventRow> = sqlx::query_as(SQL)
        .bind(org.as_uuid())
        .bind(ids)
        .fetch_all(connection)
        .await?;
    let events: Result<_, StoreError> = rows.into_iter().map(TryInto::try_into).collect();
    Ok(events?)
}
