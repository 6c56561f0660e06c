use std::collections::BTreeSet;

use astralis_core::model::{
    Booking, BookingRecord, BookingState, BusyKind, CalendarEvent, ChangedOccurrence, Claim,
    EventStatus, Guest, Message, MessageKind, Origin, Participant, ParticipationStatus, Recipient,
    RecipientRole, Recurrence, SubjectId, Transparency, When,
};
use astralis_core::policy::Refusal;
use astralis_core::ports::{
    Command, Facts, ImportedCalendar, Look, Plan, Store, StoreError, Transacted,
};
use astralis_core::time::{Interval, ZoneDatabase};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::Scenario;

/// Everything that is written when a meeting is booked, before it is written.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// The intent to book it: looks at the claims around it.
    pub command: Command,
    /// The meeting.
    pub event: CalendarEvent,
    /// The guest's place in it.
    pub booking: Booking,
    /// One claim for each host.
    pub claims: Vec<Claim>,
    /// What is to be sent; empty at first.
    pub messages: Vec<Message>,
    scenario: Scenario,
}

impl Meeting {
    pub(super) fn new(scenario: &Scenario, during: Interval) -> Self {
        let event = event(scenario, during);
        let booking = booking(scenario, &event);
        let claims = scenario.hosts.iter();
        let claims = claims.map(|host| claim(scenario, &event, host.user.id.into()));
        let look = Look {
            claims: Some(during),
            ..Look::default()
        };
        Self {
            command: Command {
                look,
                ..scenario.command()
            },
            claims: claims.collect(),
            messages: Vec::new(),
            event,
            booking,
            scenario: scenario.clone(),
        }
    }

    /// Lets other claims overlap its claims.
    #[must_use]
    pub fn not_exclusive(mut self) -> Self {
        for claim in &mut self.claims {
            claim.exclusive = false;
        }
        self
    }

    /// Keeps the time only until `expires_at`.
    #[must_use]
    pub fn held_until(mut self, expires_at: DateTime<Utc>) -> Self {
        self.booking.state = BookingState::Held;
        for claim in &mut self.claims {
            claim.expires_at = Some(expires_at);
        }
        self
    }

    /// Makes it an event of another calendar, whose claims are not exclusive.
    #[must_use]
    pub fn imported_from(mut self, source: &str) -> Self {
        self.event.origin = Origin::Imported {
            source: source.to_owned(),
            remote_id: self.event.uid.clone(),
        };
        self.not_exclusive()
    }

    /// Makes it a meeting that repeats by `rule`, written by a signed-in user, and claimed so far.
    ///
    /// # Panics
    ///
    /// If the text is no rule.
    #[must_use]
    pub fn repeating(mut self, rule: &str, claimed_until: Option<DateTime<Utc>>) -> Self {
        self.event.origin = Origin::Internal;
        self.event.recurrence = Some(Recurrence {
            rule: rule.parse().expect("a rule"),
            extra: BTreeSet::new(),
            excluded: BTreeSet::new(),
            changed: BTreeSet::new(),
            claimed_until,
        });
        self
    }

    /// Makes it stand in for one occurrence of `series`.
    #[must_use]
    pub fn instead_of(mut self, series: &CalendarEvent, recurrence_id: NaiveDateTime) -> Self {
        self.event.origin = series.origin.clone();
        self.event.uid.clone_from(&series.uid);
        self.event.occurrence_of = Some(ChangedOccurrence {
            series: series.id,
            recurrence_id,
        });
        self
    }

    /// Sets how far the booking has come.
    #[must_use]
    pub fn in_state(mut self, state: BookingState) -> Self {
        self.booking.state = state;
        self
    }

    /// Adds a mail to the guest that is due at `due_at`.
    #[must_use]
    pub fn with_message(mut self, kind: MessageKind, due_at: DateTime<Utc>) -> Self {
        let message = self.message(kind, due_at);
        self.messages.push(message);
        self
    }

    /// Adds a reminder to the guest, `minutes` before the start.
    #[must_use]
    pub fn with_reminder(self, minutes: i64) -> Self {
        let before = TimeDelta::minutes(minutes);
        let due_at = self.event.when.during().start() - before;
        self.with_message(MessageKind::Reminder { before }, due_at)
    }

    /// A mail to the guest about it.
    #[must_use]
    pub fn message(&self, kind: MessageKind, due_at: DateTime<Utc>) -> Message {
        let host = self.scenario.host();
        let guest = &self.booking.guest;
        Message {
            id: self.scenario.next_id().into(),
            org: self.event.org,
            event: self.event.id,
            booking: self.booking.id,
            kind,
            to: Recipient {
                role: RecipientRole::Guest,
                name: guest.name.clone(),
                email: guest.email.clone(),
                time_zone: guest.time_zone.clone(),
            },
            host: Recipient {
                role: RecipientRole::Host,
                name: host.name.clone(),
                email: host.email.clone(),
                time_zone: host.time_zone.clone(),
            },
            sequence: self.event.sequence,
            subject_matter: self.record(),
            previous: None,
            due_at,
        }
    }

    /// Booking and meeting.
    #[must_use]
    pub fn record(&self) -> BookingRecord {
        BookingRecord {
            booking: self.booking.clone(),
            event: self.event.clone(),
        }
    }

    /// What writes it: event, claims, messages, and if a guest booked it the booking, which is the
    /// receipt.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let is_booked = self.event.origin == Origin::Booked;
        Plan {
            claims: self.claims.clone(),
            events: vec![self.event.clone()],
            bookings: is_booked
                .then(|| self.booking.clone())
                .into_iter()
                .collect(),
            messages: self.messages.clone(),
            receipt: is_booked.then(|| self.record()),
            ..Plan::default()
        }
    }

    /// The same meeting at another time under a command of its own: the plan that moves it.
    ///
    /// # Panics
    ///
    /// If the text is no interval.
    #[must_use]
    pub fn moved_to(&self, during: &str) -> (Command, Plan) {
        let moved = self.scenario.meeting(during);
        let mut event = self.event.clone();
        event.when = moved.event.when.clone();
        event.sequence += 1;
        event.version += 1;
        let mut booking = self.booking.clone();
        booking.version += 1;
        let mut claims = moved.claims;
        for claim in &mut claims {
            claim.event = event.id;
        }
        let plan = Plan {
            release: vec![event.id],
            drop_reminders: vec![event.id],
            claims,
            receipt: Some(BookingRecord {
                booking: booking.clone(),
                event: event.clone(),
            }),
            events: vec![event],
            bookings: vec![booking],
            ..Plan::default()
        };
        (moved.command, plan)
    }

    /// A plan that only takes away what was imported from `source` for the first host.
    #[must_use]
    pub fn replacing(&self, source: &str) -> Plan {
        Plan {
            replace_import: Some(ImportedCalendar {
                owner: self.event.organizer,
                source: source.to_owned(),
            }),
            ..self.plan()
        }
    }

    /// Books it if none of the claims found overlaps it, as the simplest policy would.
    ///
    /// # Errors
    ///
    /// What the store said; [`StoreError::Refused`] with [`Refusal::Taken`].
    pub async fn book(&self, store: &dyn Store) -> Result<Transacted, StoreError> {
        store
            .transact(&self.command, &|facts| self.decide(facts))
            .await
    }

    /// Writes it whatever the facts are.
    ///
    /// # Errors
    ///
    /// What the store said.
    pub async fn write(&self, store: &dyn Store) -> Result<Transacted, StoreError> {
        store.transact(&self.command, &|_| Ok(self.plan())).await
    }

    /// Yes if the time is free of the claims found.
    ///
    /// # Errors
    ///
    /// [`Refusal::Taken`] for each claim in the way.
    pub fn decide(&self, facts: &Facts) -> Result<Plan, Vec<Refusal>> {
        let during = self.event.when.during();
        let in_the_way = facts.claims.iter().filter(|c| c.during.overlaps(&during));
        let reasons: Vec<_> = in_the_way
            .map(|claim| Refusal::Taken {
                subject: claim.subject,
                during: claim.during,
                by: None,
                buffer_only: false,
            })
            .collect();
        if reasons.is_empty() {
            Ok(self.plan())
        } else {
            Err(reasons)
        }
    }
}

fn event(scenario: &Scenario, during: Interval) -> CalendarEvent {
    let id = scenario.next_id();
    let zones = ZoneDatabase::bundled();
    let zone = zones
        .zone(&scenario.host().time_zone)
        .expect("the bundled data know the host's zone");
    let invited = scenario.hosts.iter().map(|host| Participant {
        user: Some(host.user.id),
        email: host.user.email.clone(),
        name: host.user.name.clone(),
        status: ParticipationStatus::Accepted,
        optional: false,
    });
    CalendarEvent {
        id: id.into(),
        org: scenario.org(),
        title: "Intro".to_owned(),
        description: None,
        when: When::Timed {
            local_start: zone.to_civil(during.start()),
            time_zone: zone.name().clone(),
            during,
            zone_data: zones.version().to_owned(),
        },
        recurrence: None,
        occurrence_of: None,
        organizer: scenario.host().id,
        participants: invited.collect(),
        location: None,
        meeting_type: scenario.event_type().meeting_types.first().copied(),
        meeting_link: None,
        status: EventStatus::Confirmed,
        conflicts: Vec::new(),
        transparency: Transparency::Opaque,
        uid: format!("{id}@example.org"),
        sequence: 0,
        version: 1,
        origin: Origin::Booked,
        created_at: scenario.now,
        updated_at: scenario.now,
    }
}

fn booking(scenario: &Scenario, event: &CalendarEvent) -> Booking {
    Booking {
        id: scenario.next_id().into(),
        org: event.org,
        event: event.id,
        event_type: scenario.event_type().id,
        event_type_version: scenario.event_type().version,
        guest: Guest {
            name: "Grace".to_owned(),
            email: "grace@example.com".parse().expect("an address"),
            phone: None,
            time_zone: "America/New_York".parse().expect("a zone name"),
        },
        note: None,
        state: BookingState::Confirmed,
        link_generation: 1,
        version: 1,
        created_at: scenario.now,
    }
}

fn claim(scenario: &Scenario, event: &CalendarEvent, subject: SubjectId) -> Claim {
    let event_type = scenario.event_type();
    Claim {
        id: scenario.next_id().into(),
        org: event.org,
        subject,
        during: event.when.during(),
        buffer_before: event_type.buffer_before,
        buffer_after: event_type.buffer_after,
        event: event.id,
        kind: BusyKind::Busy,
        exclusive: true,
        expires_at: None,
    }
}
