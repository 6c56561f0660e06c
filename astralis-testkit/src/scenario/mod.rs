//! The smallest world a test needs, with ids and names chosen for it.
//!
//! ```
//! # use astralis_core::memory::MemoryStore;
//! # use astralis_testkit::scenario::scenario;
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = MemoryStore::new();
//! let world = scenario()
//!     .host_in("Europe/Paris")
//!     .open_weekdays("09:00-17:00")
//!     .offering(30)
//!     .set_up(&store)
//!     .await;
//! let meeting = world.meeting("2026-03-30T07:00Z/2026-03-30T07:30Z");
//! meeting.book(&store).await?;
//! # Ok(())
//! # }
//! ```

mod draft;
mod meeting;

use astralis_core::availability::{AvailabilityRule, LocalTime, LocalWindow, Schedule};
use astralis_core::memory::SequentialIds;
use astralis_core::model::{
    EventType, EventTypeBuilder, HostRule, OrgId, Organization, Role, SubjectId, User, UserId,
};
use astralis_core::ports::{Command, HostProfile, Ids, Look, Store};
use astralis_core::time::TimeZoneName;
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use uuid::Uuid;

pub use draft::an_hour_of;
pub use meeting::Meeting;

/// When everything in a scenario takes place unless it says otherwise: a Saturday in March, noon.
pub const NOW: &str = "2026-03-28T12:00:00Z";

/// A world of the first tenant: add hosts and what they offer, then set it up.
#[must_use]
pub fn scenario() -> Scenario {
    Scenario::of_tenant(1)
}

/// An organization with hosts and event types. Ids of different tenants never meet.
#[derive(Debug, Clone)]
pub struct Scenario {
    tenant: u64,
    ids: SequentialIds,
    organization: Organization,
    hosts: Vec<HostProfile>,
    event_types: Vec<EventType>,
    now: DateTime<Utc>,
}

impl Scenario {
    /// A world of its own beside [`scenario`]'s, which is tenant 1.
    #[must_use]
    pub fn of_tenant(tenant: u64) -> Self {
        let ids = SequentialIds::series(tenant);
        Self {
            tenant,
            organization: Organization {
                id: ids.next().into(),
                name: format!("Organization {tenant}"),
            },
            hosts: Vec::new(),
            event_types: Vec::new(),
            now: instant(NOW),
            ids,
        }
    }

    /// Adds a host who offers no time yet; its slug is `host-{tenant}-{n}`, counted from 1.
    #[must_use]
    pub fn host_in(mut self, time_zone: &str) -> Self {
        let time_zone: TimeZoneName = time_zone.parse().expect("a zone name");
        let name = format!("host-{}-{}", self.tenant, self.hosts.len() + 1);
        let user = User {
            id: self.ids.next().into(),
            org: self.organization.id,
            slug: name.parse().expect("a slug"),
            email: format!("{name}@example.org").parse().expect("an address"),
            name,
            time_zone: time_zone.clone(),
            role: Role::Admin,
            active: true,
        };
        self.hosts.push(HostProfile {
            user,
            schedule: Schedule::closed(time_zone),
            schedule_version: 1,
        });
        self
    }

    /// Opens the last host from Monday to Friday, hours as `09:00-17:00`.
    #[must_use]
    pub fn open_weekdays(mut self, hours: &str) -> Self {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        for day in [Mon, Tue, Wed, Thu, Fri] {
            self = self.open_on(day, hours);
        }
        self
    }

    /// Opens the last host on one day of the week, hours as `09:00-17:00`.
    #[must_use]
    pub fn open_on(mut self, day: Weekday, hours: &str) -> Self {
        let rule = AvailabilityRule {
            id: self.ids.next().into(),
            days: day.into(),
            window: window(hours),
            active: true,
            valid: None,
        };
        self.last_host().schedule.rules.push(rule);
        self
    }

    /// Deactivates the last host.
    #[must_use]
    pub fn inactive(self) -> Self {
        self.with_host(|user| user.active = false)
    }

    /// Changes the last host.
    #[must_use]
    pub fn with_host(mut self, change: impl FnOnce(&mut User)) -> Self {
        change(&mut self.last_host().user);
        self
    }

    /// Adds an event type of all hosts so far, `{minutes}min`, owned by the first.
    #[must_use]
    pub fn offering(self, minutes: i64) -> Self {
        self.offering_with(minutes, |builder| builder)
    }

    /// Like [`offering`](Self::offering), with more parts.
    #[must_use]
    pub fn offering_with(
        mut self,
        minutes: i64,
        parts: impl FnOnce(EventTypeBuilder) -> EventTypeBuilder,
    ) -> Self {
        let slug = format!("{minutes}min").parse().expect("a slug");
        let hosts = self.hosts.iter().map(|host| host.user.id.into()).collect();
        let (id, owner) = (self.ids.next().into(), self.host().id);
        let duration = TimeDelta::minutes(minutes);
        let builder = EventType::builder(id, self.organization.id, owner, slug, duration)
            .hosts(HostRule::All(hosts));
        let event_type = parts(builder).build().expect("a well-formed event type");
        self.event_types.push(event_type);
        self
    }

    /// Sets the present instant, RFC 3339.
    #[must_use]
    pub fn now_is(mut self, now: &str) -> Self {
        self.now = instant(now);
        self
    }

    /// Records it all.
    ///
    /// # Panics
    ///
    /// If the store does not take it.
    #[must_use]
    pub async fn set_up(self, store: &dyn Store) -> Self {
        store
            .set_up(&self.organization, &self.hosts, &self.event_types)
            .await
            .expect("the scenario is recorded");
        self
    }

    /// A meeting of the first event type with all its hosts during `start/end`, both RFC 3339 in
    /// UTC, not recorded yet.
    ///
    /// # Panics
    ///
    /// If the text is no interval, or nothing is offered.
    #[must_use]
    pub fn meeting(&self, during: &str) -> Meeting {
        Meeting::new(self, during.parse().expect("an interval"))
    }

    /// A command about all hosts and the first event type that looks at nothing yet.
    #[must_use]
    pub fn command(&self) -> Command {
        Command {
            id: self.next_id().into(),
            fingerprint: Uuid::from_u128(1),
            org: self.org(),
            now: self.now,
            subjects: self.hosts.iter().map(|host| host.user.id.into()).collect(),
            event_type: self.event_types.first().map(|event_type| event_type.id),
            look: Look::default(),
        }
    }

    /// The tenant.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        self.organization.id
    }

    /// The tenant with its name.
    #[must_use]
    pub const fn organization(&self) -> &Organization {
        &self.organization
    }

    /// The first host.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn host(&self) -> &User {
        &self.hosts.first().expect("a scenario with a host").user
    }

    /// The first host's subject.
    #[must_use]
    pub fn subject(&self) -> SubjectId {
        self.host().id.into()
    }

    /// All hosts with their schedules, in the order they were added.
    #[must_use]
    pub fn hosts(&self) -> &[HostProfile] {
        &self.hosts
    }

    /// The host with this id.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn profile(&self, user: UserId) -> &HostProfile {
        let found = self.hosts.iter().find(|host| host.user.id == user);
        found.expect("a host of the scenario")
    }

    /// The first event type.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn event_type(&self) -> &EventType {
        let first = self.event_types.first();
        first.expect("a scenario that offers something")
    }

    /// All event types, in the order they were added.
    #[must_use]
    pub fn event_types(&self) -> &[EventType] {
        &self.event_types
    }

    /// The present instant.
    #[must_use]
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// An id that nothing else has.
    #[must_use]
    pub fn next_id(&self) -> Uuid {
        self.ids.next()
    }

    fn last_host(&mut self) -> &mut HostProfile {
        self.hosts.last_mut().expect("a host was added before")
    }
}

/// An instant from RFC 3339.
///
/// # Panics
///
/// If the text is none.
#[must_use]
pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant in RFC 3339")
}

/// Hours of one day from `09:00-17:00`.
fn window(hours: &str) -> LocalWindow {
    let (start, end) = hours.split_once('-').expect("hours as 09:00-17:00");
    let time = |text: &str| -> LocalTime { text.parse().expect("a time as HH:MM") };
    LocalWindow::new(time(start), time(end)).expect("hours that end after they begin")
}
