use async_trait::async_trait;

use crate::availability::Schedule;
use crate::model::{EventType, EventTypeId, OrgId, Organization, User, UserId};
use crate::ports::StoreError;

/// What a public page belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Page {
    /// One user's page.
    User(User),
}

/// A host as slots and bookings need them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostProfile {
    /// Who it is.
    pub user: User,
    /// When they offer time.
    pub schedule: Schedule,
    /// The version of the schedule; rises with every edit.
    pub schedule_version: u32,
}

/// An event type with everybody whose time it takes, in one consistent view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offering {
    /// What can be booked.
    pub event_type: EventType,
    /// The hosts, in the order the host rule names them. Never empty.
    pub hosts: Vec<HostProfile>,
}

impl Offering {
    /// The host who owns the VEVENT.
    #[must_use]
    pub fn organizer(&self) -> &User {
        &self
            .hosts
            .first()
            .expect("an offering has at least one host")
            .user
    }
}

/// Who can be booked for what.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// Whether any organization exists: `false` only on the very first start.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn is_set_up(&self) -> Result<bool, StoreError>;

    /// Records an organization with its first host in one transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotUnique`] if a slug, a mail address or an id is in use,
    /// [`StoreError::NotFound`] if a host or an event type names another organization, or an event
    /// type an owner who is not in it; then nothing is written.
    async fn set_up(
        &self,
        organization: &Organization,
        hosts: &[HostProfile],
        event_types: &[EventType],
    ) -> Result<(), StoreError>;

    /// Whose page this is: a slug, or a user's id. The one look-up before the tenant is known.
    /// Inactive users are found too: their page says so.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if nobody has it.
    async fn page(&self, slug_or_id: &str) -> Result<Page, StoreError>;

    /// The administrator who was recorded first (by id), whatever their slug is by now: whom the
    /// one who starts the server may sign in as.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if there is none.
    async fn first_admin(&self) -> Result<User, StoreError>;

    /// A user with their schedule.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if the organization has no such user.
    async fn host(&self, org: OrgId, user: UserId) -> Result<HostProfile, StoreError>;

    /// The event types that the page of `owner` lists, inactive ones included; by creation (id).
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn event_types(&self, org: OrgId, owner: UserId) -> Result<Vec<EventType>, StoreError>;

    /// An event type with its hosts.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`] if the organization has no such event type.
    async fn offering(&self, org: OrgId, id: EventTypeId) -> Result<Offering, StoreError>;

    /// Replaces a user's name, address, slug, zone, role and activity.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], or [`StoreError::NotUnique`] for a slug or mail address in use.
    async fn save_user(&self, user: &User) -> Result<(), StoreError>;

    /// Replaces a user's schedule if it still has the version the caller saw; answers its new
    /// version. Bookings that exist are not touched.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], or [`StoreError::StaleVersion`] if somebody was faster.
    async fn save_schedule(
        &self,
        org: OrgId,
        user: UserId,
        schedule: &Schedule,
        expected_version: u32,
    ) -> Result<u32, StoreError>;

    /// Adds an event type (`version` 1), or replaces the one with its id if that still has the
    /// version before `event_type.version`. Bookings that exist are not touched.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotUnique`] for a slug that the owner already uses,
    /// [`StoreError::StaleVersion`] if somebody was faster, [`StoreError::NotFound`] if the
    /// organization has no such owner.
    async fn save_event_type(&self, event_type: &EventType) -> Result<(), StoreError>;
}
