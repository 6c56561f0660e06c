use astralis_core::availability::Schedule;
use astralis_core::model::{EventType, EventTypeId, OrgId, Organization, SubjectId, User, UserId};
use astralis_core::ports::{Catalog, HostProfile, Offering, Page, StoreError};
use async_trait::async_trait;
use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::query::Query;
use sqlx::types::Json;
use uuid::Uuid;

use crate::PostgresStore;
use crate::error::{Failure, not_found, or_not_found, store_error};
use crate::rows::{HostRow, OfferingRow, UserRow, event_type, word};
use crate::transaction::{Transaction, WRITE};

#[async_trait]
impl Catalog for PostgresStore {
    async fn is_set_up(&self) -> Result<bool, StoreError> {
        let query = sqlx::query_as("SELECT EXISTS (SELECT 1 FROM organizations)");
        self.connections.value(query).await.map_err(store_error)
    }

    async fn set_up(
        &self,
        organization: &Organization,
        hosts: &[HostProfile],
        event_types: &[EventType],
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let done = set_up(transaction.connection(), organization, hosts, event_types);
        let done = self.connections.answer(done).await;
        Ok(transaction.finish(done).await?)
    }

    async fn first_admin(&self) -> Result<User, StoreError> {
        let query = sqlx::query_as(include_str!("../queries/catalog/first_admin.sql"));
        let row = self.connections.row(query).await;
        let row: Option<UserRow> = row.map_err(store_error)?;
        row.ok_or_else(|| not_found("user", "administrator"))?
            .try_into()
    }

    async fn page(&self, slug_or_id: &str) -> Result<Page, StoreError> {
        if slug_or_id.contains('\0') {
            return Err(not_found("page", slug_or_id)); // No text that is stored holds one.
        }
        let query = sqlx::query_as(include_str!("../queries/catalog/page.sql"))
            .bind(slug_or_id)
            .bind(slug_or_id.parse::<Uuid>().ok());
        let row = self.connections.row(query).await;
        let row: Option<UserRow> = row.map_err(store_error)?;
        let row = row.ok_or_else(|| not_found("page", slug_or_id))?;
        Ok(Page::User(row.try_into()?))
    }

    async fn host(&self, org: OrgId, user: UserId) -> Result<HostProfile, StoreError> {
        let query = sqlx::query_as(include_str!("../queries/catalog/host.sql"))
            .bind(org.as_uuid())
            .bind(user.as_uuid());
        let row = self.connections.row(query).await;
        let row: Option<HostRow> = row.map_err(store_error)?;
        row.ok_or_else(|| not_found("user", user))?.try_into()
    }

    async fn event_types(&self, org: OrgId, owner: UserId) -> Result<Vec<EventType>, StoreError> {
        let query = sqlx::query_as(include_str!("../queries/catalog/event_types_of.sql"))
            .bind(org.as_uuid())
            .bind(owner.as_uuid());
        let documents = self.connections.rows(query).await;
        let documents: Vec<(String,)> = documents.map_err(store_error)?;
        documents.iter().map(|(text,)| event_type(text)).collect()
    }

    async fn offering(&self, org: OrgId, id: EventTypeId) -> Result<Offering, StoreError> {
        let query = sqlx::query_as(include_str!("../queries/catalog/offering.sql"))
            .bind(org.as_uuid())
            .bind(id.as_uuid());
        let rows = self.connections.rows(query).await;
        let rows: Vec<OfferingRow> = rows.map_err(store_error)?;
        let first = rows.first().ok_or_else(|| not_found("event type", id))?;
        let event_type = event_type(&first.document)?;
        let hosts: Result<_, _> = rows.into_iter().map(TryInto::try_into).collect();
        Ok(Offering {
            event_type,
            hosts: hosts?,
        })
    }

    async fn save_user(&self, user: &User) -> Result<(), StoreError> {
        let update = sqlx::query(include_str!("../queries/catalog/update_user.sql"))
            .bind(user.org.as_uuid())
            .bind(user.id.as_uuid())
            .bind(user.slug.as_str())
            .bind(&user.name)
            .bind(user.email.as_str())
            .bind(user.time_zone.as_str())
            .bind(word(&user.role))
            .bind(user.active)
            .bind(email_key(user));
        if self.write_one(update).await? == 0 {
            return Err(not_found("user", user.id));
        }
        Ok(())
    }

    async fn save_schedule(
        &self,
        org: OrgId,
        user: UserId,
        schedule: &Schedule,
        expected_version: u32,
    ) -> Result<u32, StoreError> {
        let update = sqlx::query(include_str!("../queries/catalog/update_schedule.sql"))
            .bind(org.as_uuid())
            .bind(user.as_uuid())
            .bind(Json(schedule))
            .bind(i64::from(expected_version));
        if self.write_one(update).await? == 0 {
            // Nobody has that id, or somebody was faster.
            let found = self.host(org, user).await?.schedule_version;
            StoreError::require_version(expected_version, found)?;
            let changing = "the schedule changed while it was looked at";
            return Err(StoreError::Unavailable(changing.into()));
        }
        Ok(expected_version + 1)
    }

    async fn save_event_type(&self, event_type: &EventType) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        let saved = save_event_type(transaction.connection(), event_type);
        let saved = self.connections.answer(saved).await;
        Ok(transaction.finish(saved).await?)
    }
}

impl PostgresStore {
    /// A transaction that writes something other than anybody's time.
    pub(crate) async fn write(&self) -> Result<Transaction<'_>, StoreError> {
        let held = self.connections.acquire().await.map_err(store_error)?;
        let transaction = Transaction::begin(held, WRITE).await;
        transaction.map_err(store_error)
    }

    /// Such a transaction of one statement; answers how many rows it changed.
    pub(crate) async fn write_one(
        &self,
        statement: Query<'_, Postgres, PgArguments>,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.write().await?;
        let done = statement.execute(transaction.connection());
        let done = self.connections.answer(done).await.map_err(Failure::from);
        Ok(transaction.finish(done).await?.rows_affected())
    }
}

async fn set_up(
    connection: &mut PgConnection,
    organization: &Organization,
    hosts: &[HostProfile],
    event_types: &[EventType],
) -> Result<(), Failure> {
    sqlx::query("INSERT INTO organizations (id, name) VALUES ($1, $2)")
        .bind(organization.id.as_uuid())
        .bind(&organization.name)
        .execute(&mut *connection)
        .await?;
    for host in hosts {
        StoreError::require_org(organization.id, host.user.org)?;
        insert_host(connection, host).await?;
    }
    let insert = include_str!("../queries/catalog/insert_event_type.sql");
    for event_type in event_types {
        StoreError::require_org(organization.id, event_type.org)?;
        write_event_type(connection, insert, event_type).await?;
    }
    Ok(())
}

async fn insert_host(connection: &mut PgConnection, host: &HostProfile) -> Result<(), Failure> {
    let user = &host.user;
    sqlx::query("INSERT INTO subjects (org_id, id) VALUES ($1, $2)")
        .bind(user.org.as_uuid())
        .bind(SubjectId::from(user.id).as_uuid())
        .execute(&mut *connection)
        .await?;
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
        .bind(Json(&host.schedule))
        .bind(i64::from(host.schedule_version))
        .execute(connection)
        .await?;
    Ok(())
}

/// Addresses are compared as [`EmailAddress`](astralis_core::model::EmailAddress) compares them,
/// whatever the database's collation makes of lower case.
fn email_key(user: &User) -> String {
    user.email.as_str().to_lowercase()
}

async fn save_event_type(
    connection: &mut PgConnection,
    event_type: &EventType,
) -> Result<(), Failure> {
    let find = "SELECT version FROM event_types WHERE org_id = $1 AND id = $2 FOR NO KEY UPDATE";
    let found: Option<i64> = sqlx::query_scalar(find)
        .bind(event_type.org.as_uuid())
        .bind(event_type.id.as_uuid())
        .fetch_optional(&mut *connection)
        .await?;
    // One that does not exist has version 0, so that a new one is version 1.
    let version = found.and_then(|version| version.try_into().ok());
    StoreError::require_version(event_type.version.saturating_sub(1), version.unwrap_or(0))?;
    let statement = match found {
        Some(_) => include_str!("../queries/catalog/update_event_type.sql"),
        None => include_str!("../queries/catalog/insert_event_type.sql"),
    };
    write_event_type(connection, statement, event_type).await
}

async fn write_event_type(
    connection: &mut PgConnection,
    statement: &'static str,
    event_type: &EventType,
) -> Result<(), Failure> {
    let hosts = event_type.hosts.subjects().iter();
    let hosts: Vec<Uuid> = hosts.map(|subject| subject.as_uuid()).collect();
    sqlx::query(statement)
        .bind(event_type.org.as_uuid())
        .bind(event_type.id.as_uuid())
        .bind(event_type.owner.as_uuid())
        .bind(hosts)
        .bind(event_type.slug.as_str())
        .bind(i64::from(event_type.version))
        .bind(Json(event_type))
        .execute(connection)
        .await
        .map_err(|error| or_not_found(error, "event_types", "user", event_type.owner))?;
    Ok(())
}
