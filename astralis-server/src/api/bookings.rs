use astralis_core::model::FieldError;
use astralis_core::time::Interval;
use axum::Json;
use axum::extract::{Path, Query, State};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::api::auth::ApiUser;
use crate::api::slots::instant;
use crate::api::version::IfMatch;
use crate::api::wire::BookingBody;
use crate::desk;
use crate::state::AppState;

/// What is listed when the caller does not say, and the most that can be asked for.
const USUAL_RANGE: TimeDelta = TimeDelta::days(30);
const LONGEST_RANGE: TimeDelta = TimeDelta::days(366);

#[derive(Debug, Deserialize)]
pub(super) struct Params {
    from: Option<String>,
    to: Option<String>,
}

/// `GET /api/bookings`
pub(super) async fn list(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Query(params): Query<Params>,
) -> Result<Json<Value>, ApiError> {
    let window = params.window(state.scheduler.now())?;
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

impl Params {
    fn window(&self, now: DateTime<Utc>) -> Result<Interval, ApiError> {
        let at = |field, text: &Option<String>, usual| match text.as_deref() {
            None | Some("") => Ok(usual),
            Some(text) => instant(field, text).map_err(|error| ApiError::Invalid(vec![error])),
        };
        let from = at("from", &self.from, now)?;
        let to = at("to", &self.to, from + USUAL_RANGE)?;
        Interval::new(from, to)
            .ok()
            .filter(|window| window.duration() <= LONGEST_RANGE)
            .ok_or_else(|| {
                let expected = "an instant after from, at most 366 days later";
                ApiError::Invalid(vec![FieldError::new("to", "outOfRange", expected)])
            })
    }
}
