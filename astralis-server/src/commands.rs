//! Bookings and meetings are made, moved and cancelled to the end: a caller who hangs up, or whose
//! request is cut off, leaves nothing half done and nothing that its mail does not tell.

use astralis_core::scheduler::{
    BookError, Booked, BookingRequest, CancelEvent, CancelRequest, ChangeEvent, CreateEvent,
    EventError, EventSaved, RescheduleRequest, Warning,
};
use tracing::Instrument;

use crate::state::AppState;

impl AppState {
    /// [`Scheduler::book`](astralis_core::scheduler::Scheduler::book), to the end.
    pub(crate) async fn book(&self, request: BookingRequest) -> Result<Booked, BookError> {
        let scheduler = self.scheduler.clone();
        let work = async move { scheduler.book(&request).await };
        self.to_the_end(work, |booked| log_booking("booked", booked))
            .await
    }

    /// [`Scheduler::reschedule`](astralis_core::scheduler::Scheduler::reschedule), to the end.
    pub(crate) async fn reschedule(&self, request: RescheduleRequest) -> Result<Booked, BookError> {
        let scheduler = self.scheduler.clone();
        let work = async move { scheduler.reschedule(&request).await };
        self.to_the_end(work, |booked| log_booking("rescheduled", booked))
            .await
    }

    /// [`Scheduler::cancel`](astralis_core::scheduler::Scheduler::cancel), to the end.
    pub(crate) async fn cancel(&self, request: CancelRequest) -> Result<Booked, BookError> {
        let scheduler = self.scheduler.clone();
        let work = async move { scheduler.cancel(&request).await };
        self.to_the_end(work, |booked| log_booking("cancelled", booked))
            .await
    }

    /// [`Scheduler::create_event`](astralis_core::scheduler::Scheduler::create_event), to the end.
    pub(crate) async fn create_event(
        &self,
        request: CreateEvent,
    ) -> Result<EventSaved, EventError> {
        let scheduler = self.scheduler.clone();
        let work = async move { scheduler.create_event(&request).await };
        self.to_the_end(work, |saved| log_meeting("meeting created", saved))
            .await
    }

    /// [`Scheduler::change_event`](astralis_core::scheduler::Scheduler::change_event), to the end.
    pub(crate) async fn change_event(
        &self,
        request: ChangeEvent,
    ) -> Result<EventSaved, EventError> {
        let scheduler = self.scheduler.clone();
        let work = async move { scheduler.change_event(&request).await };
        self.to_the_end(work, |saved| log_meeting("meeting changed", saved))
            .await
    }

    /// [`Scheduler::cancel_event`](astralis_core::scheduler::Scheduler::cancel_event), to the end.
    pub(crate) async fn cancel_event(
        &self,
        request: CancelEvent,
    ) -> Result<EventSaved, EventError> {
        let scheduler = self.scheduler.clone();
        let work = async move { scheduler.cancel_event(&request).await };
        self.to_the_end(work, |saved| log_meeting("meeting cancelled", saved))
            .await
    }

    /// Does `work` in a task of its own, which goes on when nobody waits for it any more.
    async fn to_the_end<T: Send + 'static, E: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send + 'static,
        log: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T, E> {
        let mail_is_due = self.mail_is_due.clone();
        let task = async move {
            let outcome = work.await;
            if let Ok(done) = &outcome {
                log(done);
                mail_is_due.notify_one();
            }
            outcome
        };
        match tokio::spawn(task.in_current_span()).await {
            Ok(outcome) => outcome,
            // The panic is this request's own, and answered like any other.
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        }
    }
}

fn log_booking(done: &'static str, Booked { record, repeated }: &Booked) {
    let booking = &record.booking;
    tracing::info!(
        booking.id = %booking.id,
        event_type.id = %booking.event_type,
        repeated,
        "{done}"
    );
}

fn log_meeting(done: &'static str, saved: &EventSaved) {
    let (event, repeated) = (&saved.event, saved.repeated);
    tracing::info!(event.id = %event.id, event.version, repeated, "{done}");
    for warning in &saved.warnings {
        if let Warning::AvailabilityUnknown { cause, .. } = warning {
            tracing::warn!(event.id = %event.id, error = cause, "a host's availability is not known");
        }
    }
}
