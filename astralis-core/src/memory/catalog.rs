use async_trait::async_trait;

use super::{MemoryStore, State, not_found};
use crate::availability::Schedule;
use crate::model::{EventType, EventTypeId, OrgId, Organization, Role, User, UserId};
use crate::ports::{Catalog, HostProfile, Offering, Page, StoreError};

#[async_trait]
impl Catalog for MemoryStore {
    async fn is_set_up(&self) -> Result<bool, StoreError> {
        Ok(!self.read().organizations.is_empty())
    }

    async fn set_up(
        &self,
        organization: &Organization,
        hosts: &[HostProfile],
        event_types: &[EventType],
    ) -> Result<(), StoreError> {
        self.write(|state| {
            let known = state
                .organizations
                .insert(organization.id, organization.clone());
            refuse_if(known.is_some(), "id")?;
            for host in hosts {
                StoreError::require_org(organization.id, host.user.org)?;
                refuse_if(state.hosts.contains_key(&host.user.id), "id")?;
                state.require_unique(&host.user)?;
                state.hosts.insert(host.user.id, host.clone());
            }
            for event_type in event_types {
                StoreError::require_org(organization.id, event_type.org)?;
                let key = (event_type.org, event_type.id);
                refuse_if(state.event_types.contains_key(&key), "id")?;
                state.put_event_type(event_type)?;
            }
            Ok(())
        })
    }

    async fn first_admin(&self) -> Result<User, StoreError> {
        let state = self.read();
        let users = state.hosts.values().map(|host| &host.user);
        users
            .filter(|user| user.role == Role::Admin)
            .min_by_key(|user| user.id)
            .cloned()
            .ok_or_else(|| not_found("user", "administrator"))
    }

    async fn page(&self, slug_or_id: &str) -> Result<Page, StoreError> {
        let state = self.read();
        let users = || state.hosts.values().map(|host| &host.user);
        let id = slug_or_id.parse().ok();
        users()
            .find(|user| user.slug.as_str() == slug_or_id)
            .or_else(|| users().find(|user| Some(user.id) == id))
            .map(|user| Page::User(user.clone()))
            .ok_or_else(|| not_found("page", slug_or_id))
    }

    async fn host(&self, org: OrgId, user: UserId) -> Result<HostProfile, StoreError> {
        self.read().host(org, user).cloned()
    }

    async fn event_types(&self, org: OrgId, owner: UserId) -> Result<Vec<EventType>, StoreError> {
        let state = self.read();
        let of_org = state.event_types.values().filter(|found| found.org == org);
        Ok(of_org
            .filter(|found| found.owner == owner)
            .cloned()
            .collect())
    }

    async fn offering(&self, org: OrgId, id: EventTypeId) -> Result<Offering, StoreError> {
        let state = self.read();
        let event_type = state
            .event_types
            .get(&(org, id))
            .ok_or_else(|| not_found("event type", id))?;
        let subjects = event_type.hosts.subjects().iter();
        let hosts = subjects
            .map(|subject| state.host(org, UserId::new(subject.as_uuid())).cloned())
            .collect::<Result<_, _>>()?;
        Ok(Offering {
            event_type: event_type.clone(),
            hosts,
        })
    }

    async fn save_user(&self, user: &User) -> Result<(), StoreError> {
        self.write(|state| {
            state.host(user.org, user.id)?;
            state.require_unique(user)?;
            if let Some(host) = state.hosts.get_mut(&user.id) {
                host.user = user.clone();
            }
            Ok(())
        })
    }

    async fn save_schedule(
        &self,
        org: OrgId,
        user: UserId,
        schedule: &Schedule,
        expected_version: u32,
    ) -> Result<u32, StoreError> {
        self.write(|state| {
            let mut host = state.host(org, user)?.clone();
            StoreError::require_version(expected_version, host.schedule_version)?;
            host.schedule = schedule.clone();
            host.schedule_version += 1;
            let version = host.schedule_version;
            state.hosts.insert(user, host);
            Ok(version)
        })
    }

    async fn save_event_type(&self, event_type: &EventType) -> Result<(), StoreError> {
        self.write(|state| {
            let known = state.event_types.get(&(event_type.org, event_type.id));
            // One that does not exist has version 0, so that a new one is version 1.
            let found = known.map_or(0, |known| known.version);
            StoreError::require_version(event_type.version.saturating_sub(1), found)?;
            state.put_event_type(event_type)
        })
    }
}

impl State {
    fn require_unique(&self, user: &User) -> Result<(), StoreError> {
        let others = || {
            let users = self.hosts.values().map(|host| &host.user);
            users.filter(|other| other.id != user.id)
        };
        refuse_if(others().any(|other| other.slug == user.slug), "slug")?;
        refuse_if(others().any(|other| other.email == user.email), "email")
    }

    fn put_event_type(&mut self, event_type: &EventType) -> Result<(), StoreError> {
        self.host(event_type.org, event_type.owner)?;
        let slug_is_taken = self.event_types.values().any(|other| {
            other.org == event_type.org
                && other.owner == event_type.owner
                && other.id != event_type.id
                && other.slug == event_type.slug
        });
        refuse_if(slug_is_taken, "slug")?;
        let key = (event_type.org, event_type.id);
        self.event_types.insert(key, event_type.clone());
        Ok(())
    }
}

fn refuse_if(taken: bool, field: &'static str) -> Result<(), StoreError> {
    if taken {
        Err(StoreError::NotUnique { field })
    } else {
        Ok(())
    }
}
