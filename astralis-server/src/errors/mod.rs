//! What callers see when something is not as it should be, where no page or route speaks for
//! itself: unknown addresses, malformed requests, failures of our own.

mod dress;
mod incident;

use std::any::Any;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

pub use dress::dress;
pub use incident::Incident;

/// Nothing has this address.
pub async fn unknown_page() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// The address exists, but cannot be used like that.
pub async fn wrong_method() -> StatusCode {
    StatusCode::METHOD_NOT_ALLOWED
}

/// A handler panicked: an incident like any other failure of ours.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that the panic layer calls"
)]
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Incident::of_panic(message).into_response()
}
