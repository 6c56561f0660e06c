use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

/// The description of the API, written by hand.
pub const OPENAPI: &str = include_str!("openapi.json");

/// `GET /api/openapi.json`
pub(super) async fn document() -> Response {
    ([(CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}
