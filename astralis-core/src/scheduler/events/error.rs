use crate::model::{EventId, FieldError};
use crate::policy::Refusal;
use crate::ports::StoreError;
use crate::recurrence::RecurrenceError;
use crate::time::UnknownTimeZone;

/// Why a meeting was not written, or not listed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// The request itself is wrong.
    #[error("the request is not valid")]
    Invalid(Vec<FieldError>),
    /// The answer is no: [`Refusal::OccurrenceTaken`] for each occurrence whose time is taken,
    /// [`Refusal::StaleVersion`] if the meeting has changed meanwhile, or
    /// [`Refusal::NotChangeable`] if it was called off.
    #[error("the meeting cannot be had like that")]
    Refused(Vec<Refusal>),
    /// A stored meeting names a zone that the zone data do not have.
    #[error("the meeting cannot be read")]
    Zone(#[from] UnknownTimeZone),
    /// A stored series cannot be expanded within bounds: nothing is known of it, so nothing is
    /// listed.
    #[error("the occurrences of the meeting {event} are not known")]
    Series {
        /// Which one.
        event: EventId,
        /// Why.
        #[source]
        source: RecurrenceError,
    },
    /// The store could not answer, or has nothing of that id. If it was
    /// [unavailable](StoreError::Unavailable), repeat the request with the same command id.
    #[error("the store did not answer")]
    Store(#[source] StoreError),
}

impl EventError {
    /// What makes a repeated request fail that was carried out before: what it asked about has
    /// changed since.
    pub(super) const fn may_come_after_its_effect(&self) -> bool {
        !matches!(self, Self::Store(error) if !matches!(error, StoreError::NotFound { .. }))
    }

    pub(super) fn invalid(
        field: &'static str,
        code: &'static str,
        expected: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, expected)])
    }
}

impl From<StoreError> for EventError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(reasons) => Self::Refused(reasons),
            other => Self::Store(other),
        }
    }
}
