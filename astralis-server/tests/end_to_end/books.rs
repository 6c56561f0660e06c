//! The database, looked at and written to from outside the server.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};
use uuid::Uuid;

use crate::guest::Slot;

/// Two exclusive claims of one subject that share time: what must never be there.
const OVERLAPS: &str = "
    SELECT count(*)
    FROM claims AS a
    JOIN claims AS b ON b.org_id = a.org_id AND b.subject_id = a.subject_id AND b.id > a.id
    WHERE a.exclusive = 1
      AND b.exclusive = 1
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

impl From<Slot> for Taken {
    fn from(slot: Slot) -> Self {
        Self {
            start: slot.start,
            end: slot.end,
        }
    }
}

/// A connection of its own to the server's database.
pub(crate) struct Books(SqliteConnection);

impl Books {
    /// Opens the database that the start-up line names.
    pub(crate) async fn open(path: &str) -> Self {
        assert!(Path::new(path).is_file(), "no database at {path}");
        let options = SqliteConnectOptions::new()
            .filename(path)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(20));
        let connection = SqliteConnection::connect_with(&options).await;
        Self(connection.expect("the database can be opened"))
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
        self.number("SELECT count(*) FROM messages WHERE state <> 'SENT' AND reminder = 0")
            .await
    }

    /// When the exclusive claims are, in ascending order.
    pub(crate) async fn taken(&mut self) -> Vec<Taken> {
        let rows = sqlx::query(
            "SELECT starts_at, ends_at FROM claims WHERE exclusive = 1 ORDER BY starts_at",
        )
        .fetch_all(&mut self.0)
        .await
        .expect("claims can be read");
        rows.iter()
            .map(|row| Taken {
                start: instant(row.get("starts_at")),
                end: instant(row.get("ends_at")),
            })
            .collect()
    }

    /// The event that this guest booked, if any.
    pub(crate) async fn event_of(&mut self, guest: &str) -> Option<Uuid> {
        let row = sqlx::query(
            "SELECT event_id FROM bookings WHERE guest_email = ? AND state = 'CONFIRMED'",
        )
        .bind(guest)
        .fetch_optional(&mut self.0)
        .await
        .expect("bookings can be read");
        row.map(|row| uuid(row.get("event_id")))
    }

    /// The mails about each booking's event, without reminders.
    pub(crate) async fn messages(&mut self) -> Vec<Uuid> {
        let rows = sqlx::query("SELECT id FROM messages WHERE reminder = 0")
            .fetch_all(&mut self.0)
            .await
            .expect("messages can be read");
        rows.iter().map(|row| uuid(row.get("id"))).collect()
    }

    /// Takes time for an event that is there already, as somebody with a database tool would.
    /// `false` if the database's own guard refused it.
    pub(crate) async fn claim(&mut self, event: Uuid, time: Taken) -> bool {
        let copy = "
            INSERT INTO claims (
                org_id, id, subject_id, starts_at, ends_at, buffer_before_minutes,
                buffer_after_minutes, event_id, kind, exclusive, expires_at
            )
            SELECT
                org_id, ?, subject_id, ?, ?, buffer_before_minutes,
                buffer_after_minutes, event_id, kind, exclusive, expires_at
            FROM claims
            WHERE event_id = ?
            LIMIT 1";
        let inserted = sqlx::query(copy)
            .bind(Uuid::now_v7().as_bytes().as_slice())
            .bind(time.start.timestamp_micros())
            .bind(time.end.timestamp_micros())
            .bind(event.as_bytes().as_slice())
            .execute(&mut self.0)
            .await;
        match inserted {
            Ok(done) => {
                assert_eq!(done.rows_affected(), 1, "the event has a claim to copy");
                true
            }
            Err(sqlx::Error::Database(error)) if error.message() == "claims_no_overlap" => false,
            Err(error) => panic!("neither written nor refused: {error}"),
        }
    }

    /// Ends every lease, as if the minutes that a dead worker had left were over.
    pub(crate) async fn end_leases(&mut self) {
        sqlx::query("UPDATE jobs SET due_at = 0 WHERE lease_token IS NOT NULL")
            .execute(&mut self.0)
            .await
            .expect("jobs can be written");
    }

    async fn number(&mut self, query: &'static str) -> i64 {
        let row = sqlx::query(query).fetch_one(&mut self.0).await;
        row.expect("the query is valid").get(0)
    }
}

fn instant(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).expect("stored instants are in range")
}

fn uuid(bytes: Vec<u8>) -> Uuid {
    Uuid::from_slice(&bytes).expect("stored ids are UUIDs")
}
