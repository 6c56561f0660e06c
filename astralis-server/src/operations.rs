//! For whoever runs the server.

use astralis_core::ports::{StoreError, chain};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::state::{AppState, LARGEST_SKEW};

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

/// The store answers, and its clock agrees with ours, so requests can be served.
async fn readyz(State(state): State<AppState>) -> Response {
    match what_is_missing(&state).await {
        Ok(None) => Json(json!({ "status": "ready" })).into_response(),
        Ok(Some(reason)) => not_ready(reason),
        Err(error) => {
            tracing::warn!(error = chain(&error), "not ready");
            not_ready("the store does not answer")
        }
    }
}

async fn what_is_missing(state: &AppState) -> Result<Option<&'static str>, StoreError> {
    if !state.store().is_set_up().await? {
        return Ok(Some("not set up"));
    }
    let ahead = state.ahead().await?;
    if ahead.abs() > LARGEST_SKEW {
        let skew = ahead.num_milliseconds();
        tracing::warn!(skew_ms = skew, "our clock differs from the database's");
        return Ok(Some("the clock differs from the database's"));
    }
    Ok(None)
}

fn not_ready(reason: &str) -> Response {
    let body = Json(json!({ "status": "not ready", "reason": reason }));
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "2")], body).into_response()
}
