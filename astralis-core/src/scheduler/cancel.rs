use crate::model::{BookingState, EventStatus, MessageKind};
use crate::policy::Refusal;
use crate::ports::{Facts, Look, Plan};
use crate::scheduler::events::{OnClash, Settling, settle_others};
use crate::scheduler::intent::Intent;
use crate::scheduler::reschedule::{changeable, next_version};
use crate::scheduler::{BookError, Booked, CancelRequest, Scheduler};

impl Scheduler {
    /// Calls a booked meeting off, in one transaction: its time is free again, also for meetings that
    /// clashed with it, its reminders are dropped, and everybody is told.
    ///
    /// # Errors
    ///
    /// [`BookError::Refused`] with [`Refusal::StaleVersion`] if the booking changed meanwhile,
    /// with [`Refusal::NotChangeable`] if it is over; [`BookError::Store`] as for
    /// [`book`](Self::book).
    pub async fn cancel(&self, request: &CancelRequest) -> Result<Booked, BookError> {
        let intent = Intent::new(request.org, request.command, request.fingerprint());
        let cancelled = self.cancel_anew(request, intent).await;
        self.or_earlier_effect(intent, cancelled).await
    }

    async fn cancel_anew(
        &self,
        request: &CancelRequest,
        intent: Intent,
    ) -> Result<Booked, BookError> {
        let seen = self.store.booking(request.org, request.booking).await?;
        // Whether more can be booked on these terms makes no difference.
        let terms = self.unchecked_terms_of(&seen).await?;
        let look = Look {
            booking: Some(request.booking),
            ..Look::default()
        };
        let neighbours = self.neighbours(&[&seen.event], terms.now).await?;
        let command = neighbours.added_to(terms.command(intent, look));
        let decide = |facts: &Facts| {
            let record = changeable(facts, request.expected_version)?;
            if record.event.when.during().end() <= terms.now {
                return Err(vec![Refusal::NotChangeable]);
            }
            let mut cancelled = next_version(record.clone(), &terms);
            cancelled.event.status = EventStatus::Cancelled;
            cancelled.event.conflicts.clear();
            cancelled.booking.state = BookingState::Cancelled;
            let mut plan = Plan {
                release: vec![cancelled.event.id],
                drop_reminders: vec![cancelled.event.id],
                messages: terms.tell(&cancelled, MessageKind::Cancellation, None, terms.now),
                events: vec![cancelled.event.clone()],
                bookings: vec![cancelled.booking.clone()],
                receipt: Some(cancelled.clone()),
                ..Plan::default()
            };
            let settling = Settling::of(&command, OnClash::Refuse);
            settle_others(&cancelled.event, facts, &settling, &mut plan);
            Ok(plan)
        };
        self.carry_out(&command, seen.event.when.during(), &decide)
            .await
    }
}
