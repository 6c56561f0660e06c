use chrono::{DateTime, Utc};

use crate::model::{BookingRecord, FieldError, MessageKind};
use crate::policy::Refusal;
use crate::ports::{Facts, Look, Plan};
use crate::scheduler::book::only_start;
use crate::scheduler::events::{OnClash, Settling, settle_others};
use crate::scheduler::intent::Intent;
use crate::scheduler::terms::Terms;
use crate::scheduler::{BookError, Booked, RescheduleRequest, Scheduler};
use crate::time::Interval;

impl Scheduler {
    /// Moves a booked meeting to another start, in one transaction: the old time is released and
    /// the new one claimed, the reminders are planned anew, and everybody is told.
    ///
    /// It stays the same meeting: same iCalendar UID, a higher SEQUENCE.
    ///
    /// # Errors
    ///
    /// As for [`book`](Self::book); a booking that changed meanwhile is refused with
    /// [`Refusal::StaleVersion`], one that is over with [`Refusal::NotChangeable`].
    pub async fn reschedule(&self, request: &RescheduleRequest) -> Result<Booked, BookError> {
        let intent = Intent::new(request.org, request.command, request.fingerprint());
        let moved = self.reschedule_anew(request, intent).await;
        self.or_earlier_effect(intent, moved).await
    }

    async fn reschedule_anew(
        &self,
        request: &RescheduleRequest,
        intent: Intent,
    ) -> Result<Booked, BookError> {
        let seen = self.store.booking(request.org, request.booking).await?;
        let terms = self.terms_of(&seen).await?;
        let meeting =
            Interval::starting_at(request.start, seen.event.when.duration()).map_err(|_| {
                let expected = "an instant of this age";
                BookError::Invalid(vec![FieldError::new("startTime", "outOfRange", expected)])
            })?;
        let when = terms.when(meeting)?;
        let look = Look {
            booking: Some(request.booking),
            ..terms.look(only_start(meeting), meeting.duration())?
        };
        let neighbours = self.neighbours(&[&seen.event], terms.now).await?;
        let command = neighbours.added_to(terms.command(intent, look));
        let decide = |facts: &Facts| {
            let record = changeable(facts, request.expected_version)?;
            let before = record.event.when.during();
            if !is_movable(record, terms.now) {
                return Err(vec![Refusal::NotChangeable]);
            }
            if before == meeting {
                return Err(vec![Refusal::Unchanged]);
            }
            terms.admit(facts, Some(record), &meeting)?;
            let mut moved = record.clone();
            moved.event.when = when.clone();
            moved.event.conflicts.clear();
            moved.booking.event_type_version = terms.event_type.version;
            let moved = next_version(moved, &terms);
            let mut plan = Plan {
                release: vec![moved.event.id],
                drop_reminders: vec![moved.event.id],
                claims: terms.claims(&moved.event),
                messages: terms.invite(&moved, MessageKind::Reschedule, Some(before)),
                events: vec![moved.event.clone()],
                bookings: vec![moved.booking.clone()],
                receipt: Some(moved.clone()),
                ..Plan::default()
            };
            let settling = Settling::of(&command, OnClash::Refuse);
            settle_others(&moved.event, facts, &settling, &mut plan);
            Ok(plan)
        };
        match self.carry_out(&command, meeting, &decide).await {
            Ok(booked) => Ok(booked),
            Err(error) => {
                let moving = Some(request.booking);
                Err(self.with_alternatives(error, &terms, meeting, moving).await)
            }
        }
    }
}

/// Whether a booking's meeting is still ahead.
pub(super) fn is_movable(record: &BookingRecord, now: DateTime<Utc>) -> bool {
    record.booking.state.is_live() && record.event.when.during().start() > now
}

/// The booking that the facts hold, if it is live and as the caller saw it.
pub(super) fn changeable(facts: &Facts, expected: u32) -> Result<&BookingRecord, Vec<Refusal>> {
    let record = facts
        .booking
        .as_ref()
        .ok_or_else(|| vec![Refusal::NotChangeable])?;
    if !record.booking.state.is_live() {
        return Err(vec![Refusal::NotChangeable]);
    }
    let found = record.booking.version;
    if found != expected {
        return Err(vec![Refusal::StaleVersion { expected, found }]);
    }
    Ok(record)
}

/// The record with every version raised: one more change has been made to it.
pub(super) fn next_version(mut record: BookingRecord, terms: &Terms) -> BookingRecord {
    record.booking.version += 1;
    record.event.version += 1;
    record.event.sequence += 1;
    record.event.updated_at = terms.now;
    record
}
