use crate::model::{BookingRecord, MessageKind};
use crate::policy::Refusal;
use crate::ports::{Facts, Look, Plan};
use crate::scheduler::book::only_start;
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
        let seen = self.store.booking(request.org, request.booking).await?;
        let terms = self.terms_of(&seen).await?;
        let meeting =
            Interval::starting_at(request.start, seen.event.when.duration()).map_err(|_| {
                BookError::Invalid(vec![crate::model::FieldError::new(
                    "startTime",
                    "outOfRange",
                    "an instant of this age",
                )])
            })?;
        let when = terms.when(meeting)?;
        let look = Look {
            booking: Some(request.booking),
            ..terms.look(only_start(meeting), meeting.duration())?
        };
        let command = terms.command(request.command, request.fingerprint(), look);
        let decide = |facts: &Facts| {
            let record = changeable(facts, request.expected_version)?;
            let before = record.event.when.during();
            if before.start() <= terms.now {
                return Err(vec![Refusal::NotChangeable]);
            }
            if before == meeting {
                return Err(vec![Refusal::Unchanged]);
            }
            terms.admit(facts, Some(record), &meeting)?;
            let mut moved = record.clone();
            moved.event.when = when.clone();
            moved.event.conflicts.clear();
            let moved = next_version(moved, &terms);
            Ok(Plan {
                release: vec![moved.event.id],
                drop_reminders: vec![moved.event.id],
                claims: terms.claims(&moved.event),
                messages: terms.invite(&moved, MessageKind::Reschedule, Some(before)),
                events: vec![moved.event.clone()],
                bookings: vec![moved.booking.clone()],
                receipt: Some(moved),
                ..Plan::default()
            })
        };
        match self.carry_out(&command, &decide).await {
            Ok(booked) => Ok(booked),
            Err(error) => {
                let moving = Some(request.booking);
                Err(self.with_alternatives(error, &terms, meeting, moving).await)
            }
        }
    }
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
