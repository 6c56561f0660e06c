use std::error::Error;

use astralis_core::ports::chain;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::tokens::random_token;

/// A failure of ours. Its causes are in the log under a reference that the caller is given, and
/// nowhere else.
#[derive(Debug, Clone)]
pub struct Incident {
    /// What the caller quotes and the operator searches for.
    pub reference: String,
}

impl Incident {
    /// Logs `error` with all its causes.
    pub fn of(error: &dyn Error) -> Self {
        let incident = Self::new();
        tracing::error!(
            reference = incident.reference,
            error = chain(error),
            "request failed"
        );
        incident
    }

    /// Logs a panic.
    pub fn of_panic(message: &str) -> Self {
        let incident = Self::new();
        tracing::error!(
            reference = incident.reference,
            error = message,
            "request panicked"
        );
        incident
    }

    fn new() -> Self {
        let mut reference = random_token();
        reference.truncate(12);
        Self { reference }
    }
}

/// A bare 500; [`dress`](super::dress) makes it a page or JSON.
impl IntoResponse for Incident {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
