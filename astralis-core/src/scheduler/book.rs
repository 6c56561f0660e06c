use crate::model::{
    Booking, BookingRecord, BookingState, CalendarEvent, EventId, EventStatus, MessageKind, Origin,
    Participant, ParticipationStatus, Transparency,
};
use crate::policy::SituationError;
use crate::ports::Plan;
use crate::scheduler::intent::Intent;
use crate::scheduler::terms::Terms;
use crate::scheduler::{BookError, Booked, BookingRequest, Scheduler};
use crate::time::Interval;

impl Scheduler {
    /// Books a meeting for a guest: claims the hosts' time, and plans the confirmations and
    /// reminders, all in one transaction.
    ///
    /// Repeating a request with the same command id books once and answers the same.
    ///
    /// # Errors
    ///
    /// - [`BookError::Invalid`]: names every field that is wrong.
    /// - [`BookError::Refused`]: every reason against that time, with the nearest alternatives.
    /// - [`BookError::Store`]: an unknown event type, a command id used for another request, or
    ///   an unreachable store; after the last, repeat the same request.
    pub async fn book(&self, request: &BookingRequest) -> Result<Booked, BookError> {
        let intent = Intent::new(request.org, request.command, request.fingerprint());
        let booked = self.book_anew(request, intent).await;
        self.or_earlier_effect(intent, booked).await
    }

    async fn book_anew(
        &self,
        request: &BookingRequest,
        intent: Intent,
    ) -> Result<Booked, BookError> {
        let terms = self.terms(request.org, request.event_type).await?;
        let request = request
            .checked(&terms.event_type, &self.zones)
            .map_err(BookError::Invalid)?;
        let meeting = Interval::new(request.start, request.end)
            .expect("a checked request ends after its start");
        let record = self.new_record(&terms, &request, meeting)?;
        let plan = Plan {
            claims: terms.claims(&record.event),
            events: vec![record.event.clone()],
            bookings: vec![record.booking.clone()],
            messages: terms.invite(&record, MessageKind::Confirmation, None),
            receipt: Some(record),
            ..Plan::default()
        };

        let look = terms.look(only_start(meeting), meeting.duration())?;
        let command = terms.command(intent, look);
        let decide = |facts: &_| terms.admit(facts, None, &meeting).map(|()| plan.clone());
        match self.carry_out(&command, meeting, &decide).await {
            Ok(booked) => Ok(booked),
            Err(error) => Err(self.with_alternatives(error, &terms, meeting, None).await),
        }
    }

    fn new_record(
        &self,
        terms: &Terms,
        request: &BookingRequest,
        meeting: Interval,
    ) -> Result<BookingRecord, SituationError> {
        let event_type = &terms.event_type;
        let event_id = EventId::from(self.next_id());
        let event = CalendarEvent {
            id: event_id,
            org: event_type.org,
            title: request
                .title
                .clone()
                .unwrap_or_else(|| default_title(terms, request)),
            description: event_type.description.clone(),
            when: terms.when(meeting)?,
            recurrence: None,
            occurrence_of: None,
            organizer: terms.organizer().user.id,
            participants: participants(terms, request),
            location: event_type.location.clone(),
            meeting_type: request
                .meeting_type
                .or(event_type.meeting_types.first().copied()),
            meeting_link: None,
            status: EventStatus::Confirmed,
            conflicts: Vec::new(),
            transparency: Transparency::Opaque,
            uid: format!("{event_id}@astralis"),
            sequence: 0,
            version: 1,
            origin: Origin::Booked,
            created_at: terms.now,
            updated_at: terms.now,
        };
        let booking = Booking {
            id: self.next_id().into(),
            org: event_type.org,
            event: event_id,
            event_type: event_type.id,
            event_type_version: event_type.version,
            guest: request.guest.clone(),
            note: request.note.clone(),
            state: BookingState::Confirmed,
            link_generation: 0,
            version: 1,
            created_at: terms.now,
        };
        Ok(BookingRecord { booking, event })
    }
}

/// The microsecond a meeting starts in: the range of starts that is decided about.
pub(super) fn only_start(meeting: Interval) -> Interval {
    Interval::from_micros(meeting.start_micros(), meeting.start_micros() + 1)
        .expect("a meeting starts before it ends")
}

/// Names both sides: it stands in the calendars of both.
fn default_title(terms: &Terms, request: &BookingRequest) -> String {
    let title = format!(
        "{}: {} and {}",
        terms.event_type.title,
        request.guest.name,
        terms.organizer().user.name
    );
    title.chars().take(200).collect()
}

/// The hosts, who have agreed by offering the time, and the guest, who asked for it.
fn participants(terms: &Terms, request: &BookingRequest) -> Vec<Participant> {
    let hosts = terms.hosts.iter().map(|host| Participant {
        user: Some(host.user.id),
        email: host.user.email.clone(),
        name: host.user.name.clone(),
        status: ParticipationStatus::Accepted,
        optional: false,
    });
    let guest = Participant {
        user: None,
        email: request.guest.email.clone(),
        name: request.guest.name.clone(),
        status: ParticipationStatus::Accepted,
        optional: false,
    };
    hosts.chain(std::iter::once(guest)).collect()
}
