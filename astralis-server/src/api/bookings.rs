use axum::Json;
use axum::extract::{Path, Query, State};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::api::auth::ApiUser;
use crate::api::range::RangeParams;
use crate::api::version::IfMatch;
use crate::api::wire::BookingBody;
use crate::desk;
use crate::state::AppState;

/// The most that can be asked for.
const LONGEST_RANGE: TimeDelta = TimeDelta::days(366);

/// `GET /api/bookings`
pub(super) async fn list(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Query(range): Query<RangeParams>,
) -> Result<Json<Value>, ApiError> {
    let window = range.window(state.scheduler.now(), LONGEST_RANGE)?;
    let bookings = desk::bookings(&state, &user, window).await?;
    let bookings: Vec<_> = bookings.iter().map(BookingBody::from).collect();
    Ok(Json(json!({ "bookings": bookings })))
}

/// `DELETE /api/bookings/{id}`
pub(super) async fn cancel(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    IfMatch(version): IfMatch,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let id = id.parse().map_err(|_| ApiError::NotFound("booking"))?;
    let version = match version {
        Some(version) => version,
        None => state.store().booking(user.org, id).await?.booking.version,
    };
    let command = state.scheduler.next_id().into();
    let cancelled = desk::cancel_booking(&state, &user, command, id, version).await?;
    Ok(Json(
        json!({ "booking": BookingBody::of(&cancelled.record) }),
    ))
}
