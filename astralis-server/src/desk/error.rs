use astralis_core::availability::ScheduleError;
use astralis_core::model::{EventTypeError, FieldError};
use astralis_core::policy::Refusal;
use astralis_core::ports::StoreError;
use astralis_core::scheduler::{BookError, ImportError, Refused};

/// Why a change by a host was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// What was asked for cannot be.
    #[error("the request is not valid")]
    Invalid(Vec<FieldError>),
    /// The host has nothing of that id.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Somebody changed it in between.
    #[error("it has changed since it was read")]
    Stale,
    /// A booking could not be changed.
    #[error("the booking cannot be changed")]
    Book(#[source] Box<BookError>),
    /// A calendar could not be taken away.
    #[error("the calendar cannot be taken away")]
    Calendar(#[source] Box<ImportError>),
    /// The store could not answer.
    #[error("the store did not answer")]
    Store(#[source] StoreError),
}

impl DeskError {
    /// One thing that is wrong.
    pub fn invalid(field: &'static str, code: &'static str, expected: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, expected)])
    }
}

/// Whether a change was refused because it was made to a version that is no longer the latest.
#[must_use]
pub fn is_stale(refused: &Refused) -> bool {
    let stale = |reason: &Refusal| matches!(reason, Refusal::StaleVersion { .. });
    refused.reasons.iter().any(stale)
}

impl From<BookError> for DeskError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Refused(refused) if is_stale(&refused) => Self::Stale,
            BookError::Store(error @ StoreError::NotFound { .. }) => error.into(),
            other => Self::Book(Box::new(other)),
        }
    }
}

impl From<StoreError> for DeskError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::StaleVersion { .. } => Self::Stale,
            StoreError::NotFound { kind, .. } => Self::NotFound(kind),
            StoreError::NotUnique { field } => {
                Self::invalid(field, "notUnique", "one that nobody else uses")
            }
            other => Self::Store(other),
        }
    }
}

impl From<ScheduleError> for DeskError {
    fn from(error: ScheduleError) -> Self {
        let (field, code) = match error {
            ScheduleError::EndNotAfterStart { .. } => ("endTime", "notAfterStart"),
            ScheduleError::LongerThanADay { .. } => ("endTime", "longerThanADay"),
            ScheduleError::OverrideTwice(_) => ("date", "overrideTwice"),
            _ => ("availability", "invalid"),
        };
        let expected = match code {
            "notAfterStart" => "an end after the start, or hours that run into the next day",
            "longerThanADay" => "at most 24 hours",
            _ => "hours that fit together",
        };
        Self::invalid(field, code, expected)
    }
}

impl From<EventTypeError> for DeskError {
    fn from(error: EventTypeError) -> Self {
        let field = match &error {
            EventTypeError::Text(field) => return Self::Invalid(vec![field.clone()]),
            EventTypeError::Hosts => "hosts",
            EventTypeError::Durations => "durationMinutes",
            EventTypeError::Step => "stepMinutes",
            EventTypeError::Buffers => "bufferBeforeMinutes",
            EventTypeError::MinimumNotice => "minimumNoticeMinutes",
            EventTypeError::BookingWindow => "bookingWindow",
            EventTypeError::Limits => "limits",
            EventTypeError::Reminders => "reminderMinutes",
            _ => "eventType",
        };
        let text = error.to_string();
        let expected = text.strip_prefix("expected ").unwrap_or(&text);
        Self::invalid(field, "outOfRange", expected)
    }
}
