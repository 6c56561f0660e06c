//! Two colleagues whose calendars are open all week, a memory store and a clock that stands still.

use std::sync::Arc;

use astralis_core::memory::{ManualClock, MemoryStore};
use astralis_core::model::{
    BookingWindow, CalendarEvent, Claim, EventId, Guest, MeetingType, SubjectId, Transparency,
    UserId,
};
use astralis_core::policy::Refusal;
use astralis_core::ports::{Command, Ids, Look, Store};
use astralis_core::scheduler::{
    BookError, Booked, BookingRequest, CancelEvent, CancelRequest, ChangeEvent, CreateEvent,
    EventDraft, EventError, EventSaved, EventTime, Invited, Invitee, OnClash, RescheduleRequest,
    Scheduler, Scope,
};
use astralis_core::time::{Interval, ZoneDatabase};
use astralis_testkit::scenario::{Scenario, scenario};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Saturday 28 March 2026, noon in UTC: the scenario's present.
pub(crate) struct Office {
    pub(crate) scheduler: Scheduler,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) world: Scenario,
}

struct WorldIds(Scenario);

impl Ids for WorldIds {
    fn next(&self) -> Uuid {
        self.0.next_id()
    }
}

impl Office {
    /// Ada is in Paris and can be booked for an hour at a time, Grace is in New York.
    pub(crate) async fn open() -> Self {
        Self::open_on(Arc::new(MemoryStore::new())).await
    }

    pub(crate) async fn open_on(store: Arc<dyn Store>) -> Self {
        use chrono::Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};

        let mut world = scenario().host_in("Europe/Paris");
        for day in [Mon, Tue, Wed, Thu, Fri, Sat, Sun] {
            world = world.open_on(day, "00:00-24:00");
        }
        let world = world
            .offering_with(60, |it| it.booking_window(BookingWindow::Unbounded))
            .host_in("America/New_York");
        let world = world.set_up(&*store).await;
        let clock = Arc::new(ManualClock::at(world.now()));
        let ids = Arc::new(WorldIds(world.clone()));
        let zones = ZoneDatabase::bundled();
        Self {
            scheduler: Scheduler::new(store, zones, clock.clone(), ids),
            clock,
            world,
        }
    }

    /// Another process at the same time, on this store.
    pub(crate) fn another_on(&self, store: Arc<dyn Store>) -> Scheduler {
        let ids = Arc::new(WorldIds(self.world.clone()));
        Scheduler::new(store, ZoneDatabase::bundled(), self.clock.clone(), ids)
    }

    pub(crate) fn ada(&self) -> UserId {
        self.world.hosts()[0].user.id
    }

    pub(crate) fn grace(&self) -> UserId {
        self.world.hosts()[1].user.id
    }

    /// An hour of Ada's, in Paris.
    pub(crate) fn draft(&self, start: &str, rule: Option<&str>) -> EventDraft {
        let start = at(start);
        EventDraft {
            title: "Weekly".to_owned(),
            description: None,
            location: None,
            meeting_type: Some(MeetingType::InPerson),
            meeting_link: None,
            time: EventTime::Timed {
                start,
                end: start + TimeDelta::hours(1),
                time_zone: "Europe/Paris".parse().unwrap(),
            },
            rule: rule.map(str::to_owned),
            extra: None,
            participants: vec![user(self.ada())],
            transparency: Transparency::Opaque,
        }
    }

    pub(crate) fn request(&self, draft: EventDraft, on_clash: OnClash) -> CreateEvent {
        CreateEvent {
            command: self.world.next_id().into(),
            org: self.world.org(),
            organizer: self.ada(),
            draft,
            on_clash,
        }
    }

    pub(crate) async fn create(&self, draft: EventDraft) -> Result<CalendarEvent, EventError> {
        let request = self.request(draft, OnClash::Refuse);
        let saved = self.scheduler.create_event(&request).await;
        saved.map(|saved| saved.event)
    }

    pub(crate) fn change_request(
        &self,
        event: &CalendarEvent,
        scope: Scope,
        draft: EventDraft,
    ) -> ChangeEvent {
        ChangeEvent {
            command: self.world.next_id().into(),
            org: self.world.org(),
            event: event.id,
            expected_version: event.version,
            scope,
            draft,
            on_clash: OnClash::Refuse,
        }
    }

    pub(crate) async fn change(
        &self,
        event: &CalendarEvent,
        scope: Scope,
        draft: EventDraft,
    ) -> Result<CalendarEvent, EventError> {
        let request = self.change_request(event, scope, draft);
        let saved = self.scheduler.change_event(&request).await;
        saved.map(|saved| saved.event)
    }

    pub(crate) async fn cancel(&self, event: &CalendarEvent, scope: Scope) -> EventSaved {
        self.try_cancel(event, scope).await.unwrap()
    }

    pub(crate) async fn try_cancel(
        &self,
        event: &CalendarEvent,
        scope: Scope,
    ) -> Result<EventSaved, EventError> {
        let request = CancelEvent {
            command: self.world.next_id().into(),
            org: self.world.org(),
            event: event.id,
            expected_version: event.version,
            scope,
        };
        self.scheduler.cancel_event(&request).await
    }

    pub(crate) async fn event(&self, id: EventId) -> CalendarEvent {
        let event = self.scheduler.store().event(self.world.org(), id).await;
        event.unwrap()
    }

    /// An hour with Ada.
    pub(crate) async fn book(&self, start: &str) -> Result<Booked, BookError> {
        let start = at(start);
        let request = BookingRequest {
            command: self.world.next_id().into(),
            org: self.world.org(),
            event_type: self.world.event_type().id,
            start,
            end: start + TimeDelta::hours(1),
            guest: Guest {
                name: "Katherine Johnson".to_owned(),
                email: "katherine@example.com".parse().unwrap(),
                phone: None,
                time_zone: "UTC".parse().unwrap(),
            },
            title: None,
            note: None,
            meeting_type: None,
        };
        self.scheduler.book(&request).await
    }

    pub(crate) async fn cancel_booking(&self, booked: &Booked) -> Result<Booked, BookError> {
        let request = CancelRequest {
            command: self.world.next_id().into(),
            org: self.world.org(),
            booking: booked.record.booking.id,
            expected_version: booked.record.booking.version,
        };
        self.scheduler.cancel(&request).await
    }

    pub(crate) async fn move_booking(
        &self,
        booked: &Booked,
        start: &str,
    ) -> Result<Booked, BookError> {
        let request = RescheduleRequest {
            command: self.world.next_id().into(),
            org: self.world.org(),
            booking: booked.record.booking.id,
            expected_version: booked.record.booking.version,
            start: at(start),
        };
        self.scheduler.reschedule(&request).await
    }

    /// What is written of somebody's time, in order.
    pub(crate) async fn claims(&self, user: UserId, range: &str) -> Vec<Claim> {
        let subject: SubjectId = user.into();
        let command = Command {
            subjects: vec![subject],
            look: Look {
                claims: Some(during(range)),
                ..Look::default()
            },
            ..self.world.command()
        };
        let facts = self.scheduler.store().facts(&command).await.unwrap();
        facts.claims
    }

    /// When Ada's calendar has something.
    pub(crate) async fn listed(&self, range: &str) -> Vec<String> {
        let entries = self
            .scheduler
            .event_occurrences(self.world.org(), self.ada(), during(range))
            .await
            .unwrap();
        let start = |at: DateTime<Utc>| at.format("%m-%d %H:%M").to_string();
        let starts = entries.iter().map(|entry| start(entry.during.start()));
        starts.collect()
    }
}

pub(crate) fn user(id: UserId) -> Invited {
    Invited {
        who: Invitee::User(id),
        optional: false,
    }
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn during(text: &str) -> Interval {
    text.parse().unwrap()
}

/// Which occurrences were refused, and for whose sake.
pub(crate) fn refused<T: std::fmt::Debug>(
    result: Result<T, EventError>,
) -> Vec<(String, Option<EventId>)> {
    let Err(EventError::Refused(reasons)) = result else {
        panic!("expected a refusal, got {result:?}");
    };
    let taken = reasons.iter().map(|reason| match reason {
        Refusal::OccurrenceTaken {
            recurrence_id, by, ..
        } => (
            recurrence_id.format("%Y-%m-%d").to_string(),
            by.map(|by| by.event),
        ),
        other => panic!("expected a clash, got {other:?}"),
    });
    taken.collect()
}
