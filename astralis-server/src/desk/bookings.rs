use astralis_core::model::{BookingId, BookingRecord, CommandId, User};
use astralis_core::ports::MessageRecord;
use astralis_core::scheduler::{Booked, CancelRequest};
use astralis_core::time::Interval;

use crate::desk::DeskError;
use crate::state::AppState;

/// A booking as its host sees it.
#[derive(Debug, Clone)]
pub struct HostBooking {
    /// The booking and its meeting.
    pub record: BookingRecord,
    /// Every mail about the meeting, sent or not.
    pub messages: Vec<MessageRecord>,
}

/// The host's bookings whose meeting overlaps `window`, by start.
///
/// # Errors
///
/// [`DeskError::Store`].
pub async fn bookings(
    state: &AppState,
    user: &User,
    window: Interval,
) -> Result<Vec<HostBooking>, DeskError> {
    let records = state
        .store()
        .bookings_between(user.org, user.id, window)
        .await?;
    let mut bookings = Vec::with_capacity(records.len());
    for record in records {
        let messages = state.store().messages(user.org, record.event.id).await?;
        bookings.push(HostBooking { record, messages });
    }
    Ok(bookings)
}

/// Calls one of the host's meetings off; the guest gets a mail.
///
/// # Errors
///
/// [`DeskError`].
pub async fn cancel_booking(
    state: &AppState,
    user: &User,
    command: CommandId,
    booking: BookingId,
    expected_version: u32,
) -> Result<Booked, DeskError> {
    let record = state.store().booking(user.org, booking).await?;
    let takes_part = |p: &astralis_core::model::Participant| p.user == Some(user.id);
    if !record.event.participants.iter().any(takes_part) {
        return Err(DeskError::NotFound("booking"));
    }
    let request = CancelRequest {
        command,
        org: user.org,
        booking,
        expected_version,
    };
    Ok(state.cancel(request).await?)
}
