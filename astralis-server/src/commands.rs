//! Bookings are made, moved and cancelled to the end: a caller who hangs up, or whose request is
//! cut off, leaves nothing half done and nothing that its mail does not tell.

use astralis_core::scheduler::{
    BookError, Booked, BookingRequest, CancelRequest, RescheduleRequest,
};
use tracing::Instrument;

use crate::state::AppState;

impl AppState {
    /// [`Scheduler::book`](astralis_core::scheduler::Scheduler::book), to the end.
    pub(crate) async fn book(&self, request: BookingRequest) -> Result<Booked, BookError> {
        let scheduler = self.scheduler.clone();
        self.to_the_end("booked", async move { scheduler.book(&request).await })
            .await
    }

    /// [`Scheduler::reschedule`](astralis_core::scheduler::Scheduler::reschedule), to the end.
    pub(crate) async fn reschedule(&self, request: RescheduleRequest) -> Result<Booked, BookError> {
        let scheduler = self.scheduler.clone();
        let work = async move { scheduler.reschedule(&request).await };
        self.to_the_end("rescheduled", work).await
    }

    /// [`Scheduler::cancel`](astralis_core::scheduler::Scheduler::cancel), to the end.
    pub(crate) async fn cancel(&self, request: CancelRequest) -> Result<Booked, BookError> {
        let scheduler = self.scheduler.clone();
        self.to_the_end("cancelled", async move { scheduler.cancel(&request).await })
            .await
    }

    /// Does `work` in a task of its own, which goes on when nobody waits for it any more.
    async fn to_the_end(
        &self,
        done: &'static str,
        work: impl Future<Output = Result<Booked, BookError>> + Send + 'static,
    ) -> Result<Booked, BookError> {
        let mail_is_due = self.mail_is_due.clone();
        let task = async move {
            let outcome = work.await;
            if let Ok(Booked { record, repeated }) = &outcome {
                let booking = &record.booking;
                tracing::info!(
                    booking.id = %booking.id,
                    event_type.id = %booking.event_type,
                    repeated,
                    "{done}"
                );
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
