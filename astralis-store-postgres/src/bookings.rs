use std::fmt::Write;

use astralis_core::model::{BookingId, BookingRecord, OrgId, UserId};
use astralis_core::ports::{Bookings, Command, Decide, Facts, StoreError, Transacted};
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
            if !tries.pause().await {
                return Err(match failure.into() {
                    unavailable @ StoreError::Unavailable(_) => unavailable,
                    other => StoreError::Unavailable(other.into()),
                });
            }
        }
    }

    async fn facts(&self, command: &Command) -> Result<Facts, StoreError> {
        let told = if facts::takes_one_statement(command) {
            let mut connection = self.pool.acquire().await.map_err(store_error)?;
            facts::load(&mut connection, command, Earlier::DoesNot).await
        } else {
            let view = Transaction::begin(&self.pool, VIEW).await;
            let mut view = view.map_err(store_error)?;
            let told = facts::load(view.connection(), command, Earlier::DoesNot).await;
            view.finish(told).await
        };
        match told? {
            Told::Facts(facts) => Ok(facts),
            Told::AlreadyDone(_) => unreachable!("no earlier effect was asked for"),
        }
    }

    async fn booking(&self, org: OrgId, id: BookingId) -> Result<BookingRecord, StoreError> {
        let mut connection = self.pool.acquire().await.map_err(store_error)?;
        let record = facts::booking(&mut connection, org, id).await?;
        record.ok_or_else(|| not_found("booking", id))
    }

    async fn booking_of_guest(&self, id: BookingId) -> Result<BookingRecord, StoreError> {
        const SQL: &str = concat!(
            include_str!("../queries/bookings/record.sql"),
            include_str!("../queries/bookings/of_guest.sql")
        );
        let mut rows: Vec<BookingRow> = sqlx::query_as(SQL)
            .bind(id.as_uuid())
            .fetch_all(&self.pool)
            .await
            .map_err(store_error)?;
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
        let rows: Vec<BookingRow> = sqlx::query_as(SQL)
            .bind(org.as_uuid())
            .bind(host.as_uuid())
            .bind(window.start())
            .bind(window.end())
            .fetch_all(&self.pool)
            .await
            .map_err(store_error)?;
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
        let statements = AssertSqlSafe(begin_and_lock(command));
        let mut transaction = Transaction::begin(&self.pool, statements)
            .await
            .map_err(|error| with_reason(error.into()))?;
        match decide_and_write(&mut transaction, command, decide).await {
            // What was found may be waiting for its standby still: a commit that was cut off while
            // it waited can be read here. Only our own commit, behind it, says that it is kept.
            Ok(Decided::Before(receipt)) => match transaction.commit().await {
                Ok(()) => Ok(Transacted::AlreadyDone(receipt)),
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
    Before(Option<BookingRecord>),
    Now(astralis_core::ports::Plan),
}

async fn decide_and_write(
    transaction: &mut Transaction,
    command: &Command,
    decide: &Decide<'_>,
) -> Result<Decided, Failure> {
    let connection = transaction.connection();
    let facts = match facts::load(connection, command, Earlier::Counts).await? {
        Told::AlreadyDone(receipt) => return Ok(Decided::Before(receipt)),
        Told::Facts(facts) => facts,
    };
    let plan = decide(&facts).map_err(StoreError::Refused)?;
    match plan::carry_out(connection, command, &plan).await {
        Ok(()) => Ok(Decided::Now(plan)),
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
