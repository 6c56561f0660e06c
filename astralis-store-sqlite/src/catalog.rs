use astralis_core::availability::Schedule;
use astralis_core::model::{EventType, EventTypeId, OrgId, Organization, SubjectId, User, UserId};
use astralis_core::ports::{Catalog, HostProfile, Offering, Page, StoreError};
use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;
use uuid::Uuid;

use crate::SqliteStore;
use crate::error::{not_found, or_not_found, store_error};
use crate::rows::{HostRow, UserRow, document, event_type, word};

#[async_trait]
impl Catalog for SqliteStore {
    async fn is_set_up(&self) -> Result<bool, StoreError> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM organizations)")
            .fetch_one(&self.readers)
            .await
            .map_err(store_error)
    }

    async fn set_up(
        &self,
        organization: &Organization,
        hosts: &[HostProfile],
        event_types: &[EventType],
    ) -> Result<(), StoreError> {
        let organization = organization.clone();
        let (hosts, event_types) = (hosts.to_vec(), event_types.to_vec());
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    insert_organization(connection, &organization).await?;
                    for host in &hosts {
                        StoreError::require_org(organization.id, host.user.org)?;
                        insert_host(connection, host).await?;
                    }
                    for event_type in &event_types {
                        StoreError::require_org(organization.id, event_type.org)?;
                        insert_event_type(connection, event_type).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn first_admin(&self) -> Result<User, StoreError> {
        let query = include_str!("../queries/catalog/first_admin.sql");
        let row: Option<UserRow> = sqlx::query_as(query)
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        row.ok_or_else(|| not_found("user", "administrator"))?
            .try_into()
    }

    async fn page(&self, slug_or_id: &str) -> Result<Page, StoreError> {
        let row: Option<UserRow> = sqlx::query_as(include_str!("../queries/catalog/page.sql"))
            .bind(slug_or_id)
            .bind(slug_or_id.parse::<Uuid>().ok())
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        let row = row.ok_or_else(|| not_found("page", slug_or_id))?;
        Ok(Page::User(row.try_into()?))
    }

    async fn host(&self, org: OrgId, user: UserId) -> Result<HostProfile, StoreError> {
        let mut reader = self.readers.acquire().await.map_err(store_error)?;
        host(&mut reader, org, user).await
    }

    async fn event_types(&self, org: OrgId, owner: UserId) -> Result<Vec<EventType>, StoreError> {
        let documents: Vec<String> =
            sqlx::query_scalar(include_str!("../queries/catalog/event_types_of.sql"))
                .bind(org.as_uuid())
                .bind(owner.as_uuid())
                .fetch_all(&self.readers)
                .await
                .map_err(store_error)?;
        documents.iter().map(|text| event_type(text)).collect()
    }

    async fn offering(&self, org: OrgId, id: EventTypeId) -> Result<Offering, StoreError> {
        let mut view = self.view().await?;
        let found: Option<String> =
            sqlx::query_scalar("SELECT document FROM event_types WHERE org_id = ?1 AND id = ?2")
                .bind(org.as_uuid())
                .bind(id.as_uuid())
                .fetch_optional(&mut *view)
                .await
                .map_err(store_error)?;
        let event_type = event_type(&found.ok_or_else(|| not_found("event type", id))?)?;
        let mut hosts = Vec::new();
        for subject in event_type.hosts.subjects() {
            hosts.push(host(&mut view, org, UserId::new(subject.as_uuid())).await?);
        }
        Ok(Offering { event_type, hosts })
    }

    async fn save_user(&self, user: &User) -> Result<(), StoreError> {
        let user = user.clone();
        self.writer
            .run(move |connection| Box::pin(async move { update_user(connection, &user).await }))
            .await
    }

    async fn save_schedule(
        &self,
        org: OrgId,
        user: UserId,
        schedule: &Schedule,
        expected_version: u32,
    ) -> Result<u32, StoreError> {
        let schedule = document(schedule);
        self.writer
            .run(move |connection| {
                Box::pin(async move {
                    let found = host(connection, org, user).await?.schedule_version;
                    StoreError::require_version(expected_version, found)?;
                    sqlx::query(include_str!("../queries/catalog/update_schedule.sql"))
                        .bind(org.as_uuid())
                        .bind(user.as_uuid())
                        .bind(schedule)
                        .bind(expected_version)
                        .execute(connection)
                        .await
                        .map_err(store_error)?;
                    Ok(expected_version + 1)
                })
            })
            .await
    }

    async fn save_event_type(&self, event_type: &EventType) -> Result<(), StoreError> {
        let event_type = event_type.clone();
        self.writer
            .run(move |connection| {
                Box::pin(async move { upsert_event_type(connection, &event_type).await })
            })
            .await
    }
}

async fn insert_organization(
    connection: &mut SqliteConnection,
    organization: &Organization,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO organizations (id, name) VALUES (?1, ?2)")
        .bind(organization.id.as_uuid())
        .bind(&organization.name)
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

async fn insert_host(
    connection: &mut SqliteConnection,
    host: &HostProfile,
) -> Result<(), StoreError> {
    let user = &host.user;
    sqlx::query("INSERT INTO subjects (org_id, id) VALUES (?1, ?2)")
        .bind(user.org.as_uuid())
        .bind(SubjectId::from(user.id).as_uuid())
        .execute(&mut *connection)
        .await
        .map_err(store_error)?;
    sqlx::query(include_str!("../queries/catalog/insert_user.sql"))
        .bind(user.org.as_uuid())
        .bind(user.id.as_uuid())
        .bind(user.slug.as_str())
        .bind(&user.name)
        .bind(user.email.as_str())
        .bind(user.time_zone.as_str())
        .bind(word(&user.role))
        .bind(user.active)
        .bind(email_key(user))
        .bind(document(&host.schedule))
        .bind(host.schedule_version)
        .execute(connection)
        .await
        .map(drop)
        .map_err(store_error)
}

async fn update_user(connection: &mut SqliteConnection, user: &User) -> Result<(), StoreError> {
    let updated = sqlx::query(include_str!("../queries/catalog/update_user.sql"))
        .bind(user.org.as_uuid())
        .bind(user.id.as_uuid())
        .bind(user.slug.as_str())
        .bind(&user.name)
        .bind(user.email.as_str())
        .bind(user.time_zone.as_str())
        .bind(word(&user.role))
        .bind(user.active)
        .bind(email_key(user))
        .execute(connection)
        .await
        .map_err(store_error)?;
    if updated.rows_affected() == 0 {
        return Err(not_found("user", user.id));
    }
    Ok(())
}

/// Addresses are compared as [`EmailAddress`](astralis_core::model::EmailAddress) compares them;
/// SQLite's own lower case knows ASCII only.
fn email_key(user: &User) -> String {
    user.email.as_str().to_lowercase()
}

async fn host(
    connection: &mut SqliteConnection,
    org: OrgId,
    user: UserId,
) -> Result<HostProfile, StoreError> {
    let row: Option<HostRow> = sqlx::query_as(include_str!("../queries/catalog/host.sql"))
        .bind(org.as_uuid())
        .bind(user.as_uuid())
        .fetch_optional(connection)
        .await
        .map_err(store_error)?;
    row.ok_or_else(|| not_found("user", user))?.try_into()
}

async fn upsert_event_type(
    connection: &mut SqliteConnection,
    event_type: &EventType,
) -> Result<(), StoreError> {
    let found: Option<u32> =
        sqlx::query_scalar("SELECT version FROM event_types WHERE org_id = ?1 AND id = ?2")
            .bind(event_type.org.as_uuid())
            .bind(event_type.id.as_uuid())
            .fetch_optional(&mut *connection)
            .await
            .map_err(store_error)?;
    // One that does not exist has version 0, so that a new one is version 1.
    StoreError::require_version(event_type.version.saturating_sub(1), found.unwrap_or(0))?;
    if found.is_some() {
        let update = include_str!("../queries/catalog/update_event_type.sql");
        write_event_type(connection, update, event_type).await
    } else {
        insert_event_type(connection, event_type).await
    }
}

async fn insert_event_type(
    connection: &mut SqliteConnection,
    event_type: &EventType,
) -> Result<(), StoreError> {
    let insert = include_str!("../queries/catalog/insert_event_type.sql");
    write_event_type(connection, insert, event_type).await
}

async fn write_event_type(
    connection: &mut SqliteConnection,
    statement: &'static str,
    event_type: &EventType,
) -> Result<(), StoreError> {
    sqlx::query(statement)
        .bind(event_type.org.as_uuid())
        .bind(event_type.id.as_uuid())
        .bind(event_type.owner.as_uuid())
        .bind(event_type.slug.as_str())
        .bind(event_type.version)
        .bind(document(event_type))
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| or_not_found(error, "user", event_type.owner))
}
