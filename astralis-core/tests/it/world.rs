//! One host, one event type, a memory store and a clock that stands still.

use std::sync::Arc;

use astralis_core::availability::Schedule;
use astralis_core::memory::{ManualClock, MemoryStore, SequentialIds};
use astralis_core::model::{EventType, Guest, Organization, Role, User};
use astralis_core::policy::Refusal;
use astralis_core::ports::{Catalog, HostProfile, Ids, Store};
use astralis_core::scheduler::{
    BookError, Booked, BookingRequest, CancelRequest, ExplainQuery, RescheduleRequest, Scheduler,
    SlotsQuery,
};
use astralis_core::slots::Slot;
use astralis_core::time::{Interval, ZoneDatabase};
use astralis_testkit::generators::{host, org};
use chrono::{DateTime, Utc};

pub(crate) struct World {
    pub(crate) scheduler: Scheduler,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) event_type: EventType,
    ids: Arc<SequentialIds>,
}

impl World {
    pub(crate) async fn new(event_type: EventType, schedule: Schedule, now: DateTime<Utc>) -> Self {
        let store = MemoryStore::new();
        let organization = Organization {
            id: org(),
            name: "Analytical Engines".to_owned(),
        };
        let user = User {
            id: host(),
            org: org(),
            slug: "ada".parse().unwrap(),
            name: "Ada Lovelace".to_owned(),
            email: "ada@example.org".parse().unwrap(),
            time_zone: schedule.time_zone.clone(),
            role: Role::Admin,
            active: true,
        };
        let profile = HostProfile {
            user,
            schedule,
            schedule_version: 1,
        };
        store
            .set_up(&organization, &[profile], std::slice::from_ref(&event_type))
            .await
            .unwrap();
        let clock = Arc::new(ManualClock::at(now));
        let ids = Arc::new(SequentialIds::new());
        let store: Arc<dyn Store> = Arc::new(store);
        let scheduler = Scheduler::new(store, ZoneDatabase::bundled(), clock.clone(), ids.clone());
        Self {
            scheduler,
            clock,
            event_type,
            ids,
        }
    }

    pub(crate) fn request(&self, start: DateTime<Utc>) -> BookingRequest {
        BookingRequest {
            command: self.ids.next().into(),
            org: org(),
            event_type: self.event_type.id,
            start,
            end: start + self.event_type.default_duration(),
            guest: Guest {
                name: "Grace Hopper".to_owned(),
                email: "grace@example.com".parse().unwrap(),
                phone: None,
                time_zone: "America/New_York".parse().unwrap(),
            },
            title: None,
            note: None,
            meeting_type: None,
        }
    }

    pub(crate) async fn book(&self, start: DateTime<Utc>) -> Result<Booked, BookError> {
        self.scheduler.book(&self.request(start)).await
    }

    pub(crate) async fn reschedule(
        &self,
        booked: &Booked,
        start: DateTime<Utc>,
    ) -> Result<Booked, BookError> {
        let request = RescheduleRequest {
            command: self.ids.next().into(),
            org: org(),
            booking: booked.record.booking.id,
            expected_version: booked.record.booking.version,
            start,
        };
        self.scheduler.reschedule(&request).await
    }

    pub(crate) async fn cancel(&self, booked: &Booked) -> Result<Booked, BookError> {
        let request = CancelRequest {
            command: self.ids.next().into(),
            org: org(),
            booking: booked.record.booking.id,
            expected_version: booked.record.booking.version,
        };
        self.scheduler.cancel(&request).await
    }

    /// Why the default length cannot be booked at `start`, or why a booking cannot be moved there.
    pub(crate) async fn explain(
        &self,
        start: DateTime<Utc>,
        moving: Option<&Booked>,
    ) -> Vec<Refusal> {
        let query = ExplainQuery {
            org: org(),
            event_type: self.event_type.id,
            start,
            duration: None,
            moving: moving.map(|booked| booked.record.booking.id),
        };
        self.scheduler.explain(&query).await.unwrap()
    }

    pub(crate) async fn slots(&self, range: Interval) -> Vec<Slot> {
        let query = SlotsQuery {
            org: org(),
            event_type: self.event_type.id,
            from: range.start(),
            to: range.end(),
            duration: None,
            moving: None,
        };
        self.scheduler.slots(&query).await.unwrap()
    }
}
