use astralis_core::availability::DateOverride;
use astralis_core::model::FieldError;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::api::auth::ApiUser;
use crate::api::availability::WindowBody;
use crate::api::json::ApiJson;
use crate::api::version::IfMatch;
use crate::desk;
use crate::state::AppState;

/// The hours of one date; none means closed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OverrideBody {
    windows: Vec<WindowBody>,
}

/// `GET /api/availability/overrides`
pub(super) async fn list(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
) -> Result<Json<Value>, ApiError> {
    let profile = desk::hours(&state, &user).await?;
    Ok(Json(json!({ "overrides": profile.schedule.overrides })))
}

/// `PUT /api/availability/overrides/{date}`
pub(super) async fn set(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    IfMatch(version): IfMatch,
    Path(date): Path<String>,
    ApiJson(body): ApiJson<OverrideBody>,
) -> Result<Json<DateOverride>, ApiError> {
    let windows = body.windows.iter().map(WindowBody::checked);
    let windows = windows.collect::<Result<_, _>>()?;
    let entry = desk::set_override(&state, &user, version, parse(&date)?, windows).await?;
    Ok(Json(entry))
}

/// `DELETE /api/availability/overrides/{date}`
pub(super) async fn remove(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    IfMatch(version): IfMatch,
    Path(date): Path<String>,
) -> Result<StatusCode, ApiError> {
    desk::remove_override(&state, &user, version, parse(&date)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn parse(date: &str) -> Result<NaiveDate, ApiError> {
    date.parse().map_err(|_| {
        let expected = "a date such as 2026-03-29";
        ApiError::Invalid(vec![FieldError::new("date", "malformed", expected)])
    })
}
