use crate::model::FieldError;
use crate::policy::{Refusal, SituationError};
use crate::ports::StoreError;
use crate::slots::Slot;

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchedulerError {
    /// The question itself is wrong.
    #[error("the request is not valid")]
    Invalid(Vec<FieldError>),
    /// A stored schedule names a zone that the zone data do not have, or a stored event type is
    /// not well-formed: nothing is known, so nothing is offered.
    #[error("the terms of the event type cannot be read")]
    Terms(#[from] SituationError),
    /// The store could not answer, or has nothing of that id.
    #[error("the store did not answer")]
    Store(#[from] StoreError),
}

/// Why a booking was not made, moved or cancelled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// The request itself is wrong; nothing was looked up.
    #[error("the request is not valid")]
    Invalid(Vec<FieldError>),
    /// The answer is no.
    #[error("the time cannot be booked")]
    Refused(Refused),
    /// As [`SchedulerError::Terms`].
    #[error("the terms of the event type cannot be read")]
    Terms(#[source] SituationError),
    /// The store could not answer, or has nothing of that id. If it was
    /// [unavailable](StoreError::Unavailable), repeat the request with the same command id.
    #[error("the store did not answer")]
    Store(#[source] StoreError),
}

/// A no, with everything that helps to find a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Everything that speaks against the time. Never empty.
    pub reasons: Vec<Refusal>,
    /// Up to three bookable slots nearest to the time that was wanted, in order of start. Empty
    /// if there are none, or if they could not be looked up: the no stands all the same.
    pub alternatives: Vec<Slot>,
}

impl BookError {
    /// Whether the request failed before the store was asked to decide about it.
    pub(super) const fn is_before_the_decision(&self) -> bool {
        matches!(
            self,
            Self::Invalid(_) | Self::Terms(_) | Self::Store(StoreError::NotFound { .. })
        )
    }
}

impl From<SchedulerError> for BookError {
    fn from(error: SchedulerError) -> Self {
        match error {
            SchedulerError::Invalid(fields) => Self::Invalid(fields),
            SchedulerError::Terms(error) => Self::Terms(error),
            SchedulerError::Store(store) => Self::from(store),
        }
    }
}

impl From<StoreError> for BookError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(reasons) => Self::Refused(Refused {
                reasons,
                alternatives: Vec::new(),
            }),
            other => Self::Store(other),
        }
    }
}

impl From<SituationError> for BookError {
    fn from(error: SituationError) -> Self {
        Self::Terms(error)
    }
}
