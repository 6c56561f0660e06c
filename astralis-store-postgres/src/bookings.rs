use std::fmt::Write;

use astralis_core::model::{BookingId, BookingRecord, OrgId, UserId};
use astralis_core::ports::{Bookings, Command, Decide, Facts, Plan, StoreError, Transacted};
use astralis_core::time::Interval;
use async_trait::async_trait;
use sqlx::AssertSqlSafe;

use crate::PostgresStore;
use crate::error::{Failure, corrupt, not_found, store_error};
use crate::facts::{self, Earlier, Told, subjects_in_order};
use crate::plan;
use crate::retry::{Reason, Tries};
use crate::rows::BookingRow;
use crate::transaction::{Transaction, VIEW, WRITE};

#[async_trait]
impl Bookings for PostgresStore {
    async fn transact(
        &self,
        command: &Command,
        decide: &Decide<'_>,
    ) -> Result<Transacted, StoreError> {
        let mut tries = Tries::within(self.patience);
        loop {
            let (failure, reason) = match self.try_once(command, decide).await {
                Ok(transacted) => return Ok(transacted),
                Err(failed) => failed,
            };
            let Some(reason) = reason else {
                return Err(failure.into());
            };
            self.repeated.count(reason);
            if !tries.again(reason) {
                return Err(match failure.into() {
                    unavailable @ StoreError::Unavailable(_) => unavailable,
                    other => StoreError::Unavailable(other.into()),
                });
            }
            tries.pause().await;
        }
    }

    async fn facts(&self, command: &Command) -> Result<Facts, StoreError> {
        let mut held = self.connections.acquire().await.map_err(store_error)?;
        let told = if facts::takes_one_statement(command) {
            let told = facts::load(held.connection(), command, Earlier::DoesNot);
            let told = self.connections.answer(told).await;
            let failure = told.as_ref().err();
            held.give_back_after(failure.and_then(Failure::of_database));
            told
        } else {
            let view = Transaction::begin(held, VIEW).await;
            let mut view = view.map_err(store_error)?;
            let told = facts::load(view.connection(), command, Earlier::DoesNot);
            let told = self.connections.answer(told).await;
            view.finish(told).await
        };
        match told? {
            Told::Facts(facts) => Ok(facts),
            Told::AlreadyDone(_) => unreachable!("no earlier effect was asked for"),
        }
    }

    async fn booking(&self, org: OrgId, id: BookingId) -> Result<BookingRecord, StoreError> {
        let row = self.connections.row(facts::booking(org, id)).await;
        let row = row.map_err(store_error)?;
        row.ok_or_else(|| not_found("booking", id))?.try_into()
    }

    async fn booking_of_guest(&self, id: BookingId) -> Result<BookingRecord, StoreError> {
        const SQL: &str = concat!(
            include_str!("../queries/bookings/record.sql"),
            include_str!("../queries/bookings/of_guest.sql")
        );
        let query = sqlx::query_as(SQL).bind(id.as_uuid());
        let rows = self.connections.rows(query).await;
        let mut rows: Vec<BookingRow> = rows.map_err(store_error)?;
        let row = rows.pop().ok_or_else(|| not_found("booking", id))?;
        if !rows.is_empty() {
            return Err(corrupt("booking", "two organizations have one of this id"));
        }
        row.try_into()
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
        let query = sqlx::query_as(SQL)
            .bind(org.as_uuid())
            .bind(host.as_uuid())
            .bind(window.start())
            .bind(window.end());
        let rows = self.connections.rows(query).await;
        let rows: Vec<BookingRow> = rows.map_err(store_error)?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

impl PostgresStore {
    /// One transaction, in five round trips at most for a booking without limits: begin and lock,
    /// look, take the time, write the rest, commit.
    ///
    /// What failed comes with the reason to try again, if there is one.
    async fn try_once(
        &self,
        command: &Command,
        decide: &Decide<'_>,
    ) -> Result<Transacted, (Failure, Option<Reason>)> {
        let with_reason = |failure: Failure| {
            let reason = Reason::of(&failure);
            (failure, reason)
        };
        let failed = |error: sqlx::Error| with_reason(error.into());
        let first = subjects_in_order(command).first().copied();
        let first = first.map(|subject| (command.org, subject));
        let held = self.connections.acquire_for_command(first).await;
        let statements = AssertSqlSafe(begin_and_lock(command));
        let transaction = Transaction::begin(held.map_err(failed)?, statements).await;
        let mut transaction = transaction.map_err(failed)?;
        let decided = decide_and_write(&mut transaction, command, decide);
        match self.connections.answer(decided).await {
            // What was found may be waiting for its standby still: a commit that was cut off while
            // it waited can be read here. Only our own commit, behind it, says that it is kept.
            Ok(Decided::Before(receipt)) => match transaction.commit().await {
                Ok(()) => Ok(Transacted::AlreadyDone(receipt.map(|receipt| *receipt))),
                Err(error) => {
                    let reason = Reason::of_commit(&error);
                    Err((error.into(), reason))
                }
            },
            Ok(Decided::Now(plan)) => match transaction.commit().await {
                Ok(()) => Ok(Transacted::Done(plan.receipt)),
                Err(error) => {
                    let reason = Reason::of_commit(&error);
                    Err((plan::explain(error, &plan), reason))
                }
            },
            Err(failure) => {
                transaction.abandon(&failure).await;
                Err(with_reason(failure))
            }
        }
    }
}

/// What became of a command inside its transaction.
enum Decided {
    Before(Option<Box<BookingRecord>>),
    Now(Box<Plan>),
}

async fn decide_and_write(
    transaction: &mut Transaction<'_>,
    command: &Command,
    decide: &Decide<'_>,
) -> Result<Decided, Failure> {
    let connection = transaction.connection();
    let facts = match facts::load(connection, command, Earlier::Counts).await? {
        Told::AlreadyDone(receipt) => return Ok(Decided::Before(receipt.map(Box::new))),
        Told::Facts(facts) => facts,
    };
    let plan = decide(&facts).map_err(StoreError::Refused)?;
    match plan::carry_out(connection, command, &plan).await {
        Ok(()) => Ok(Decided::Now(Box::new(plan))),
        Err(Failure::Database(error)) => Err(plan::explain(error, &plan)),
        Err(answer) => Err(answer),
    }
}

/// Begins, and locks the command's scopes: its subjects by id, then the event type whose limits it
/// is decided on. Every writer takes them in this order, so that nobody waits in a circle.
///
/// The locks are statements of their own before anything is read: what shares a statement with its
/// lock is read as it was before the wait.
fn begin_and_lock(command: &Command) -> String {
    // A simple query takes no parameters, and ids are nothing but hexadecimal digits and hyphens.
    let mut sql = WRITE.to_owned();
    let org = command.org.as_uuid();
    let subjects = subjects_in_order(command);
    if !subjects.is_empty() {
        let ids: Vec<_> = subjects
            .iter()
            .map(|subject| format!("'{}'", subject.as_uuid()))
            .collect();
        let ids = ids.join(", ");
        let _ = write!(
            sql,
            "; SELECT FROM subjects WHERE org_id = '{org}' AND id IN ({ids}) \
             ORDER BY id FOR NO KEY UPDATE"
        );
    }
    if let Some(event_type) = command.event_type {
        let _ = write!(
            sql,
            "; SELECT FROM event_types WHERE org_id = '{org}' AND id = '{}' FOR NO KEY UPDATE",
            event_type.as_uuid()
        );
    }
    sql
}
