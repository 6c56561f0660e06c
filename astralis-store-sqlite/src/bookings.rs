use std::time::Duration;

use astralis_core::model::{BookingId, BookingRecord, OrgId, UserId};
use astralis_core::policy::Refusal;
use astralis_core::ports::{Bookings, Command, Decide, Facts, Plan, StoreError, Transacted};
use astralis_core::time::Interval;
use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::{not_found, store_error};
use crate::rows::{BookingRow, from_document};
use crate::{facts, plan};

type Decision = Result<Plan, Vec<Refusal>>;

/// What the writer asks in the middle of a command. It is decided where the decision lives, in the
/// caller's own task: it is borrowed there, and if it panics or the caller goes away, only this
/// command is taken back.
struct Question {
    facts: Facts,
    answer: oneshot::Sender<Decision>,
}

#[async_trait]
impl Bookings for SqliteStore {
    async fn transact(
        &self,
        command: &Command,
        decide: &Decide<'_>,
    ) -> Result<Transacted, StoreError> {
        let (ask, question) = oneshot::channel();
        let (owned, patience) = (command.clone(), self.patience);
        let ticket = self
            .writer
            .queue(move |connection| Box::pin(carry_out(connection, owned, ask, patience)))
            .await?;
        // Without a question the command ended before there was anything to decide.
        if let Ok(Question { facts, answer }) = question.await {
            // Nobody listens any more if the writer has run out of patience; it answers why.
            let _ = answer.send(decide(&facts));
        }
        ticket.outcome().await
    }

    async fn facts(&self, command: &Command) -> Result<Facts, StoreError> {
        let mut view = self.view().await?;
        facts::load(&mut view, command).await
    }

    async fn booking(&self, org: OrgId, id: BookingId) -> Result<BookingRecord, StoreError> {
        let mut reader = self.readers.acquire().await.map_err(store_error)?;
        let record = facts::booking(&mut reader, org, id).await?;
        record.ok_or_else(|| not_found("booking", id))
    }

    async fn booking_of_guest(&self, id: BookingId) -> Result<BookingRecord, StoreError> {
        const SQL: &str = concat!(
            include_str!("../queries/bookings/record.sql"),
            include_str!("../queries/bookings/of_guest.sql")
        );
        let row: Option<BookingRow> = sqlx::query_as(SQL)
            .bind(id.as_uuid())
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        row.ok_or_else(|| not_found("booking", id))?.try_into()
    }

    async fn bookings_between(
        &self,
        org: OrgId,
        host: UserId,
        window: Interval,
    ) -> Result<Vec<BookingRecord>, StoreError> {
        const SQL: &str = concat!(
            include_str!("../queries/bookings/record.sql"),
            include_str!("../queries/bookings/between.sql")
        );
        let rows: Vec<BookingRow> = sqlx::query_as(SQL)
            .bind(org.as_uuid())
            .bind(host.as_uuid())
            .bind(window.start_micros())
            .bind(window.end_micros())
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

/// One command on the write connection. Holding the database's only write lock stands for locking
/// the subjects.
async fn carry_out(
    connection: &mut SqliteConnection,
    command: Command,
    ask: oneshot::Sender<Question>,
    patience: Duration,
) -> Result<Transacted, StoreError> {
    if let Some(receipt) = earlier_effect(connection, &command).await? {
        return Ok(Transacted::AlreadyDone(receipt));
    }
    plan::remove_expired_holds(connection, &command).await?;
    let facts = facts::load(connection, &command).await?;
    let plan = decide_elsewhere(facts, ask, patience).await?;
    plan::carry_out(connection, &command, &plan).await?;
    Ok(Transacted::Done(plan.receipt))
}

/// The receipt of the same command, if it was carried out before.
async fn earlier_effect(
    connection: &mut SqliteConnection,
    command: &Command,
) -> Result<Option<Option<BookingRecord>>, StoreError> {
    let earlier: Option<(Uuid, Option<String>)> =
        sqlx::query_as("SELECT fingerprint, receipt FROM commands WHERE org_id = ?1 AND id = ?2")
            .bind(command.org.as_uuid())
            .bind(command.id.as_uuid())
            .fetch_optional(connection)
            .await
            .map_err(store_error)?;
    match earlier {
        None => Ok(None),
        Some((fingerprint, _)) if fingerprint != command.fingerprint => {
            Err(StoreError::CommandReused(command.id))
        }
        Some((_, receipt)) => receipt
            .map(|text| from_document("receipt", &text))
            .transpose()
            .map(Some),
    }
}

/// Asks the caller. Deciding takes microseconds; one that has stopped running its future must not
/// stop everybody else.
async fn decide_elsewhere(
    facts: Facts,
    ask: oneshot::Sender<Question>,
    patience: Duration,
) -> Result<Plan, StoreError> {
    let abandoned = || StoreError::Unavailable("the caller did not decide".into());
    let (answer, decision) = oneshot::channel();
    ask.send(Question { facts, answer })
        .map_err(|_| abandoned())?;
    match timeout(patience, decision).await {
        Ok(Ok(decision)) => decision.map_err(StoreError::Refused),
        Ok(Err(_)) | Err(_) => Err(abandoned()),
    }
}
