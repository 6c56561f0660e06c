use astralis_core::model::{EventType, EventTypeId};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::api::auth::ApiUser;
use crate::api::json::ApiJson;
use crate::api::version::{IfMatch, etag};
use crate::desk::{self, EventTypeDraft};
use crate::state::AppState;

/// `GET /api/event-types`
pub(super) async fn list(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
) -> Result<Json<Value>, ApiError> {
    let all = state.store().event_types(user.org, user.id).await?;
    Ok(Json(json!({ "eventTypes": all })))
}

/// `POST /api/event-types`
pub(super) async fn add(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    ApiJson(draft): ApiJson<EventTypeDraft>,
) -> Result<(StatusCode, Json<EventType>), ApiError> {
    let added = desk::add_event_type(&state, &user, &draft).await?;
    Ok((StatusCode::CREATED, Json(added)))
}

/// `GET /api/event-types/{id}`
pub(super) async fn show(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let event_type = desk::event_type(&state, &user, parse(&id)?).await?;
    Ok((etag(event_type.version), Json(event_type)).into_response())
}

/// `PUT /api/event-types/{id}`
pub(super) async fn edit(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    version: IfMatch,
    Path(id): Path<String>,
    ApiJson(mut draft): ApiJson<EventTypeDraft>,
) -> Result<Json<EventType>, ApiError> {
    draft.version = version.or_in_body(draft.version)?;
    let edited = desk::edit_event_type(&state, &user, parse(&id)?, &draft).await?;
    Ok(Json(edited))
}

fn parse(id: &str) -> Result<EventTypeId, ApiError> {
    id.parse().map_err(|_| ApiError::NotFound("event type"))
}
