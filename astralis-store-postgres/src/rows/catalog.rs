use astralis_core::availability::Schedule;
use astralis_core::model::{EventType, User};
use astralis_core::ports::{Credential, CredentialKind, HostProfile, StoreError, TokenHash};
use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::{count, from_document, from_word, parsed};
use crate::error::{corrupt, not_found};

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct UserRow {
    org_id: Uuid,
    id: Uuid,
    slug: String,
    name: String,
    email: String,
    time_zone: String,
    role: String,
    active: bool,
}

impl TryFrom<UserRow> for User {
    type Error = StoreError;

    fn try_from(row: UserRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id.into(),
            org: row.org_id.into(),
            slug: parsed("slug", &row.slug)?,
            name: row.name,
            email: parsed("mail address", &row.email)?,
            time_zone: parsed("time zone", &row.time_zone)?,
            role: from_word("role", row.role)?,
            active: row.active,
        })
    }
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct HostRow {
    #[sqlx(flatten)]
    user: UserRow,
    schedule: String,
    schedule_version: i64,
}

impl TryFrom<HostRow> for HostProfile {
    type Error = StoreError;

    fn try_from(row: HostRow) -> Result<Self, StoreError> {
        let schedule: Schedule = from_document("schedule", &row.schedule)?;
        schedule
            .check()
            .map_err(|error| corrupt("schedule", error))?;
        Ok(Self {
            user: row.user.try_into()?,
            schedule,
            schedule_version: count("schedule version", row.schedule_version)?,
        })
    }
}

/// An event type with one of its hosts.
#[derive(Debug)]
pub(crate) struct OfferingRow {
    pub(crate) document: String,
    host_id: Uuid,
    host: Option<HostRow>, // None if nobody has that id.
}

impl<'r> FromRow<'r, PgRow> for OfferingRow {
    fn from_row(row: &'r PgRow) -> Result<Self, sqlx::Error> {
        let found: Option<Uuid> = row.try_get("id")?;
        Ok(Self {
            document: row.try_get("document")?,
            host_id: row.try_get("host_id")?,
            host: found.map(|_| HostRow::from_row(row)).transpose()?,
        })
    }
}

impl TryFrom<OfferingRow> for HostProfile {
    type Error = StoreError;

    fn try_from(row: OfferingRow) -> Result<Self, StoreError> {
        let host = row.host.ok_or_else(|| not_found("user", row.host_id))?;
        host.try_into()
    }
}

/// An event type from its document, with everything that was checked when it was built.
pub(crate) fn event_type(document: &str) -> Result<EventType, StoreError> {
    let event_type: EventType = from_document("event type", document)?;
    event_type
        .check()
        .map_err(|error| corrupt("event type", error))?;
    Ok(event_type)
}

#[derive(Debug, sqlx::FromRow)]
pub(crate) struct CredentialRow {
    org_id: Uuid,
    user_id: Uuid,
    expires_at: Option<DateTime<Utc>>,
}

impl CredentialRow {
    pub(crate) fn into_credential(self, hash: TokenHash, kind: CredentialKind) -> Credential {
        Credential {
            hash,
            kind,
            org: self.org_id.into(),
            user: self.user_id.into(),
            expires_at: self.expires_at,
        }
    }
}
