//! The database, looked at and written to from outside the server.

use std::path::Path;
use std::time::Duration;

use astralis_testkit::postgres::Database;
use chrono::{DateTime, Utc};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use uuid::Uuid;

use crate::guest::Slot;

/// Two exclusive claims of one subject that share time: what must never be there.
const OVERLAPS: &str = "
    SELECT count(*)
    FROM claims AS a
    JOIN claims AS b ON b.org_id = a.org_id AND b.subject_id = a.subject_id AND b.id > a.id
    WHERE a.exclusive
      AND b.exclusive
      AND a.starts_at < b.ends_at
      AND b.starts_at < a.ends_at";

/// Claims that no live booking stands behind, and live bookings without a claim.
const ORPHANS: &str = "
    SELECT
        (SELECT count(*)
         FROM claims
         WHERE NOT EXISTS (
             SELECT 1
             FROM bookings
             WHERE bookings.org_id = claims.org_id
               AND bookings.event_id = claims.event_id
               AND bookings.state = 'CONFIRMED'
         ))
        +
        (SELECT count(*)
         FROM bookings
         WHERE state = 'CONFIRMED'
           AND NOT EXISTS (
               SELECT 1
               FROM claims
               WHERE claims.org_id = bookings.org_id AND claims.event_id = bookings.event_id
           ))";

/// A stretch of time that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) start: DateTime<Utc>,
    pub(crate) end: DateTime<Utc>,
}

impl Taken {
    /// Whether the two share time; touching is not sharing.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

impl From<(DateTime<Utc>, DateTime<Utc>)> for Taken {
    fn from((start, end): (DateTime<Utc>, DateTime<Utc>)) -> Self {
        Self { start, end }
    }
}

impl From<Slot> for Taken {
    fn from(slot: Slot) -> Self {
        Self {
            start: slot.start,
            end: slot.end,
        }
    }
}

/// A connection of its own to the server's database.
pub(crate) enum Books {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs one query on whichever database it is; both understand the same words.
macro_rules! on_either {
    ($books:expr, $query:expr, $method:ident) => {
        match $books {
            Books::Sqlite(connection) => $query.$method(connection).await,
            Books::Postgres(connection) => $query.$method(connection).await,
        }
    };
}

impl Books {
    /// Opens the database file at `path`.
    pub(crate) async fn in_file(path: &Path) -> Self {
        assert!(path.is_file(), "no database at {}", path.display());
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(20));
        let connection = SqliteConnection::connect_with(&options).await;
        Self::Sqlite(connection.expect("the database can be opened"))
    }

    /// Opens a database of a server.
    pub(crate) async fn on_server(database: &Database) -> Self {
        Self::Postgres(database.shell().await)
    }

    /// How many pairs of exclusive claims of one subject overlap.
    pub(crate) async fn overlaps(&mut self) -> i64 {
        self.number(OVERLAPS).await
    }

    /// How many claims and live bookings lack each other.
    pub(crate) async fn orphans(&mut self) -> i64 {
        self.number(ORPHANS).await
    }

    /// How many mails about bookings are still to be sent; reminders wait for their time.
    pub(crate) async fn undelivered(&mut self) -> i64 {
        self.number("SELECT count(*) FROM messages WHERE state <> 'SENT' AND NOT reminder")
            .await
    }

    /// How many reminders are still to be sent.
    pub(crate) async fn unreminded(&mut self) -> i64 {
        self.number("SELECT count(*) FROM messages WHERE state <> 'SENT' AND reminder")
            .await
    }

    /// When the exclusive claims are, in ascending order.
    pub(crate) async fn taken(&mut self) -> Vec<Taken> {
        let all = "SELECT starts_at, ends_at FROM claims WHERE exclusive ORDER BY starts_at";
        let taken: Result<Vec<Taken>, _> = match self {
            Self::Sqlite(connection) => {
                let rows = sqlx::query_as::<_, (i64, i64)>(all).fetch_all(connection);
                let micros = |(start, end)| (instant(start), instant(end));
                rows.await
                    .map(|rows| rows.into_iter().map(micros).map(Taken::from).collect())
            }
            Self::Postgres(connection) => {
                let rows = sqlx::query_as::<_, (DateTime<Utc>, DateTime<Utc>)>(all);
                let rows = rows.fetch_all(connection).await;
                rows.map(|rows| rows.into_iter().map(Taken::from).collect())
            }
        };
        taken.expect("claims can be read")
    }

    /// The event that this guest booked, if any.
    pub(crate) async fn event_of(&mut self, guest: &str) -> Option<Uuid> {
        let booked = "SELECT event_id FROM bookings WHERE guest_email = $1 AND state = 'CONFIRMED'";
        let event = on_either!(self, sqlx::query_scalar(booked).bind(guest), fetch_optional);
        event.expect("bookings can be read")
    }

    /// The mails about each booking's event, without reminders.
    pub(crate) async fn messages(&mut self) -> Vec<Uuid> {
        let all = "SELECT id FROM messages WHERE NOT reminder";
        let messages = on_either!(self, sqlx::query_scalar(all), fetch_all);
        messages.expect("messages can be read")
    }

    /// The reminders of each booking's event.
    pub(crate) async fn reminders(&mut self) -> Vec<Uuid> {
        let all = "SELECT id FROM messages WHERE reminder";
        let messages = on_either!(self, sqlx::query_scalar(all), fetch_all);
        messages.expect("messages can be read")
    }

    /// Takes time for an event that is there already, as somebody with a database tool would.
    /// `false` if the database's own guard refused it.
    pub(crate) async fn claim(&mut self, event: Uuid, time: Taken) -> bool {
        let inserted = match self {
            Self::Sqlite(connection) => sqlx::query(COPY_CLAIM_SQLITE)
                .bind(Uuid::now_v7())
                .bind(time.start.timestamp_micros())
                .bind(time.end.timestamp_micros())
                .bind(event)
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
            Self::Postgres(connection) => sqlx::query(COPY_CLAIM_POSTGRES)
                .bind(Uuid::now_v7())
                .bind(time.start)
                .bind(time.end)
                .bind(event)
                .execute(connection)
                .await
                .map(|done| done.rows_affected()),
        };
        match inserted {
            Ok(rows) => {
                assert_eq!(rows, 1, "the event has a claim to copy");
                true
            }
            Err(sqlx::Error::Database(error))
                if error.message() == "claims_no_overlap"
                    || error.constraint() == Some("claims_no_overlap") =>
            {
                false
            }
            // Two who insert plainly wait for each other, and PostgreSQL ends one of them.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("40P01") => false,
            Err(error) => panic!("neither written nor refused: {error}"),
        }
    }

    /// Ends every lease, as if the minutes that a dead worker had left were over.
    pub(crate) async fn end_leases(&mut self) {
        let ended = match self {
            Self::Sqlite(connection) => {
                sqlx::query("UPDATE jobs SET due_at = 0 WHERE lease_token IS NOT NULL")
                    .execute(connection)
                    .await
                    .map(drop)
            }
            Self::Postgres(connection) => {
                sqlx::query("UPDATE jobs SET due_at = 'epoch' WHERE lease_token IS NOT NULL")
                    .execute(connection)
                    .await
                    .map(drop)
            }
        };
        ended.expect("jobs can be written");
    }

    /// Makes every reminder that nobody is sending due, as if its time had come.
    pub(crate) async fn bring_reminders_forward(&mut self) {
        let due = match self {
            Self::Sqlite(connection) => sqlx::query(REMINDERS_DUE_SQLITE)
                .execute(connection)
                .await
                .map(drop),
            Self::Postgres(connection) => sqlx::query(REMINDERS_DUE_POSTGRES)
                .execute(connection)
                .await
                .map(drop),
        };
        due.expect("jobs can be written");
    }

    async fn number(&mut self, query: &'static str) -> i64 {
        let number = on_either!(self, sqlx::query_scalar(query), fetch_one);
        number.expect("the query is valid")
    }
}

const REMINDERS_DUE_SQLITE: &str = "
    UPDATE jobs SET due_at = 0
    WHERE lease_token IS NULL AND message_id IN (SELECT id FROM messages WHERE reminder)";

const REMINDERS_DUE_POSTGRES: &str = "
    UPDATE jobs SET due_at = 'epoch'
    WHERE lease_token IS NULL AND message_id IN (SELECT id FROM messages WHERE reminder)";

const COPY_CLAIM_SQLITE: &str = "
    INSERT INTO claims (
        org_id, id, subject_id, starts_at, ends_at, buffer_before_minutes,
        buffer_after_minutes, event_id, kind, exclusive, expires_at
    )
    SELECT
        org_id, $1, subject_id, $2, $3, buffer_before_minutes,
        buffer_after_minutes, event_id, kind, exclusive, expires_at
    FROM claims
    WHERE event_id = $4
    LIMIT 1";

const COPY_CLAIM_POSTGRES: &str = "
    INSERT INTO claims (
        org_id, id, subject_id, during, buffer_before_minutes,
        buffer_after_minutes, event_id, kind, exclusive, expires_at
    )
    SELECT
        org_id, $1, subject_id, tstzrange($2, $3), buffer_before_minutes,
        buffer_after_minutes, event_id, kind, exclusive, expires_at
    FROM claims
    WHERE event_id = $4
    LIMIT 1";

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).expect("stored instants are in range")
}
