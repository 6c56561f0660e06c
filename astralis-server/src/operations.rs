//! For whoever runs the server.

use astralis_core::ports::chain;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::state::AppState;

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
}

/// The process lives. Asks nobody.
async fn healthz(State(state): State<AppState>) -> Response {
    Json(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "zoneData": state.scheduler.zones().version(),
    }))
    .into_response()
}

/// The store answers, so requests can be served.
async fn readyz(State(state): State<AppState>) -> Response {
    match state.store().is_set_up().await {
        Ok(true) => Json(json!({ "status": "ready" })).into_response(),
        Ok(false) => not_ready("not set up"),
        Err(error) => {
            tracing::warn!(error = chain(&error), "not ready");
            not_ready("the store does not answer")
        }
    }
}

fn not_ready(reason: &str) -> Response {
    let body = Json(json!({ "status": "not ready", "reason": reason }));
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "2")], body).into_response()
}
