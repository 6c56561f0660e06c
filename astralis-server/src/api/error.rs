use std::collections::BTreeMap;

use astralis_core::model::FieldError;
use astralis_core::ports::{StoreError, chain};
use astralis_core::scheduler::{BookError, EventError, Refused, SchedulerError};
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;

use crate::api::wire::{SlotBody, TakenBody, taken_times, why_not};
use crate::desk::{DeskError, MeetingError, is_stale};
use crate::directory::LookupError;
use crate::errors::Incident;

/// Why a call was not answered as it was asked.
#[derive(Debug)]
pub enum ApiError {
    /// 400: what is wrong with which field.
    Invalid(Vec<FieldError>),
    /// 400: JSON that does not say what is expected, with the path of the place.
    Malformed {
        /// Such as `windows[0].startTime`.
        path: String,
        /// What was expected there.
        expected: String,
    },
    /// 401: nobody is signed in.
    Unauthorized,
    /// 403: the caller may see it, and not change it.
    Forbidden,
    /// 404.
    NotFound(&'static str),
    /// 409: the time, or the booking, cannot be had.
    Refused(Refused),
    /// 409: the idempotency key stands for another request.
    KeyReused,
    /// 412: it has changed since it was read.
    Stale,
    /// 503: try again.
    Unavailable,
    /// 500.
    Incident(Incident),
}

/// The one shape of every error.
#[derive(Debug, Default, Serialize)]
pub struct ErrorBody {
    error: String,
    code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<BTreeMap<String, Vec<String>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conflicts: Option<Vec<TakenBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<Vec<SlotBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
}

impl ErrorBody {
    fn new(code: &str, error: impl Into<String>) -> Self {
        Self {
            error: error.into(),
            code: code.to_owned(),
            ..Self::default()
        }
    }

    /// What to say of an answer that is only a status, perhaps with a text.
    #[must_use]
    pub fn bare(status: StatusCode, text: String, reference: Option<String>) -> Self {
        let (code, error) = match status {
            StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => ("malformed", text),
            StatusCode::NOT_FOUND => ("notFound", "there is nothing at this address".into()),
            StatusCode::METHOD_NOT_ALLOWED => (
                "methodNotAllowed",
                "this address does not take that method".into(),
            ),
            StatusCode::REQUEST_TIMEOUT => (
                "timeout",
                "the request took too long; it may have been done all the same: repeat it with the same Idempotency-Key".into(),
            ),
            StatusCode::PAYLOAD_TOO_LARGE => ("tooLarge", "the request is too large".into()),
            StatusCode::TOO_MANY_REQUESTS => {
                ("rateLimited", "too many requests; wait a little".into())
            }
            status if status.is_server_error() => {
                ("internal", "something went wrong on our side".into())
            }
            _ => ("malformed", text),
        };
        Self {
            reference,
            ..Self::new(code, error)
        }
    }

    fn invalid(fields: Vec<FieldError>) -> Self {
        let code = fields.first().map_or("invalid", |first| first.code);
        let mut details: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for FieldError {
            field, expected, ..
        } in fields
        {
            details
                .entry(field.to_owned())
                .or_default()
                .push(format!("expected {expected}"));
        }
        Self {
            details: Some(details),
            ..Self::new(code, "the request is not valid")
        }
    }

    fn refused(refused: &Refused) -> Self {
        let first = refused.reasons.first();
        let code = first.map_or("refused", |reason| reason.code());
        let error = first.map_or_else(
            || "the time cannot be booked".to_owned(),
            ToString::to_string,
        );
        Self {
            reasons: Some(refused.reasons.iter().map(why_not).collect()),
            conflicts: Some(taken_times(&refused.reasons)),
            suggestion: Some(refused.alternatives.iter().map(SlotBody::from).collect()),
            ..Self::new(code, error)
        }
    }
}

impl IntoResponse for ErrorBody {
    fn into_response(self) -> Response {
        Json(self).into_response()
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let answer = |status, body: ErrorBody| (status, body).into_response();
        match self {
            Self::Invalid(fields) => answer(StatusCode::BAD_REQUEST, ErrorBody::invalid(fields)),
            Self::Malformed { path, expected } => {
                let body = ErrorBody {
                    details: Some(BTreeMap::from([(path, vec![expected])])),
                    ..ErrorBody::new("malformed", "the request is not valid")
                };
                answer(StatusCode::BAD_REQUEST, body)
            }
            Self::Unauthorized => {
                let body = ErrorBody::new("unauthorized", "a valid bearer token is needed");
                let how = [(WWW_AUTHENTICATE, "Bearer")];
                (StatusCode::UNAUTHORIZED, how, body).into_response()
            }
            Self::Forbidden => answer(
                StatusCode::FORBIDDEN,
                ErrorBody::new(
                    "forbidden",
                    "only the organizer or an administrator changes a meeting",
                ),
            ),
            Self::NotFound(what) => answer(
                StatusCode::NOT_FOUND,
                ErrorBody::new("notFound", format!("there is no such {what}")),
            ),
            Self::Refused(refused) => answer(StatusCode::CONFLICT, ErrorBody::refused(&refused)),
            Self::KeyReused => answer(
                StatusCode::CONFLICT,
                ErrorBody::new(
                    "idempotencyKeyReused",
                    "this idempotency key was already used for another request",
                ),
            ),
            Self::Stale => answer(
                StatusCode::PRECONDITION_FAILED,
                ErrorBody::new(
                    "staleVersion",
                    "it has changed since it was read; read it again",
                ),
            ),
            Self::Unavailable => {
                let body = ErrorBody::new("unavailable", "not possible right now; try again");
                (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "2")], body).into_response()
            }
            Self::Incident(incident) => incident.into_response(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound { kind, .. } => Self::NotFound(kind),
            StoreError::CommandReused(_) => Self::KeyReused,
            StoreError::StaleVersion { .. } => Self::Stale,
            StoreError::NotUnique { field } => Self::Invalid(vec![FieldError::new(
                field,
                "notUnique",
                "one that nobody else uses",
            )]),
            StoreError::Unavailable(_) => {
                tracing::warn!(error = chain(&error), "the store is unavailable");
                Self::Unavailable
            }
            other => Self::Incident(Incident::of(&other)),
        }
    }
}

impl From<LookupError> for ApiError {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::NoPage | LookupError::PageInactive(_) => Self::NotFound("page"),
            LookupError::NoEventType(_) | LookupError::EventTypeInactive(_) => {
                Self::NotFound("event type")
            }
            LookupError::Store(error) => error.into(),
        }
    }
}

impl From<SchedulerError> for ApiError {
    fn from(error: SchedulerError) -> Self {
        match error {
            SchedulerError::Invalid(fields) => Self::Invalid(fields),
            SchedulerError::Store(error) => error.into(),
            other => Self::Incident(Incident::of(&other)),
        }
    }
}

impl From<BookError> for ApiError {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Invalid(fields) => Self::Invalid(fields),
            BookError::Refused(refused) if is_stale(&refused) => Self::Stale,
            BookError::Refused(refused) => Self::Refused(refused),
            BookError::Store(error) => error.into(),
            other => Self::Incident(Incident::of(&other)),
        }
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Invalid(fields) => Self::Invalid(fields),
            DeskError::NotFound(what) => Self::NotFound(what),
            DeskError::Stale => Self::Stale,
            DeskError::Book(error) => (*error).into(),
            DeskError::Calendar(error) => Self::Incident(Incident::of(&*error)),
            DeskError::Store(error) => error.into(),
        }
    }
}

impl From<EventError> for ApiError {
    fn from(error: EventError) -> Self {
        match error {
            EventError::Invalid(fields) => Self::Invalid(fields),
            EventError::Refused(reasons) => {
                let refused = Refused {
                    reasons,
                    alternatives: Vec::new(),
                };
                if is_stale(&refused) {
                    Self::Stale
                } else {
                    Self::Refused(refused)
                }
            }
            EventError::Store(error) => error.into(),
            other => Self::Incident(Incident::of(&other)),
        }
    }
}

impl From<MeetingError> for ApiError {
    fn from(error: MeetingError) -> Self {
        match error {
            MeetingError::NotFound => Self::NotFound("event"),
            MeetingError::NotTheirs => Self::Forbidden,
            MeetingError::Event(error) => error.into(),
        }
    }
}
