use astralis_core::availability::{AvailabilityRule, LocalTime, LocalWindow, RuleDays};
use astralis_core::model::{FieldError, RuleId};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::Weekday;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::api::auth::ApiUser;
use crate::api::json::ApiJson;
use crate::api::version::{IfMatch, etag};
use crate::desk::{self, DeskError, RuleDraft};
use crate::state::AppState;

/// Hours as they are sent: a rule, or one window of a date override.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WindowBody {
    start_time: String,
    end_time: String,
    #[serde(default)]
    until_next_day: bool,
}

/// A rule as it is sent: hours on a day of the week, or on the dates that a recurrence rule names
/// from a first one on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleBody {
    day: Option<String>,
    rule: Option<String>,
    first_date: Option<String>,
    #[serde(flatten)]
    window: WindowBody,
    active: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TimeZoneBody {
    timezone: String,
}

/// `GET /api/availability`
pub(super) async fn list(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
) -> Result<Response, ApiError> {
    let profile = desk::hours(&state, &user).await?;
    let body = json!({
        "timezone": profile.schedule.time_zone,
        "version": profile.schedule_version,
        "rules": profile.schedule.rules,
        "overrides": profile.schedule.overrides,
    });
    Ok((etag(profile.schedule_version), Json(body)).into_response())
}

/// `POST /api/availability`
pub(super) async fn add(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    IfMatch(version): IfMatch,
    ApiJson(body): ApiJson<RuleBody>,
) -> Result<(StatusCode, Json<AvailabilityRule>), ApiError> {
    let rule = desk::add_rule(&state, &user, version, body.checked()?).await?;
    Ok((StatusCode::CREATED, Json(rule)))
}

/// `PUT /api/availability/{id}`
pub(super) async fn replace(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    IfMatch(version): IfMatch,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<RuleBody>,
) -> Result<Json<AvailabilityRule>, ApiError> {
    let draft = body.checked()?;
    Ok(Json(
        desk::replace_rule(&state, &user, version, rule_id(&id)?, draft).await?,
    ))
}

/// `DELETE /api/availability/{id}`
pub(super) async fn remove(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    IfMatch(version): IfMatch,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    desk::remove_rule(&state, &user, version, rule_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PUT /api/availability`
pub(super) async fn set_time_zone(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    IfMatch(version): IfMatch,
    ApiJson(body): ApiJson<TimeZoneBody>,
) -> Result<Json<Value>, ApiError> {
    let zone = desk::set_time_zone(&state, &user, version, &body.timezone).await?;
    Ok(Json(json!({ "timezone": zone })))
}

fn rule_id(text: &str) -> Result<RuleId, ApiError> {
    text.parse()
        .map_err(|_| ApiError::NotFound("availability rule"))
}

impl RuleBody {
    fn checked(&self) -> Result<RuleDraft, ApiError> {
        Ok(RuleDraft {
            days: self.days()?,
            window: self.window.checked()?,
            active: self.active.unwrap_or(true),
        })
    }

    fn days(&self) -> Result<RuleDays, ApiError> {
        let wrong = |field, code, expected| {
            Err(ApiError::Invalid(vec![FieldError::new(
                field, code, expected,
            )]))
        };
        match (&self.day, &self.rule, &self.first_date) {
            (Some(day), None, None) => Ok(weekday(day)?.into()),
            (None, Some(rule), Some(first)) => Ok(desk::recurring_days(rule, first)?),
            (None, Some(_), None) => {
                wrong("firstDate", "required", "the date the rule begins with")
            }
            (None, None, _) => wrong("day", "required", "a day, or a rule and its firstDate"),
            (Some(_), ..) => wrong("day", "notBoth", "no day beside a rule and its firstDate"),
        }
    }
}

impl WindowBody {
    pub(super) fn checked(&self) -> Result<LocalWindow, ApiError> {
        let start = time("startTime", &self.start_time)?;
        let end = time("endTime", &self.end_time)?;
        let window = if self.until_next_day {
            LocalWindow::until_next_day(start, end)
        } else {
            LocalWindow::new(start, end)
        };
        Ok(window.map_err(DeskError::from)?)
    }
}

fn time(field: &'static str, text: &str) -> Result<LocalTime, ApiError> {
    let expected = "a time from 00:00 to 24:00 as HH:MM";
    text.parse()
        .map_err(|_| ApiError::Invalid(vec![FieldError::new(field, "malformed", expected)]))
}

fn weekday(name: &str) -> Result<Weekday, ApiError> {
    let expected = "a day from MONDAY to SUNDAY";
    // `chrono` reads short forms and any case too; the wire knows one spelling.
    let spelled = name.chars().all(|c| c.is_ascii_uppercase()) && name.ends_with("DAY");
    let day = name.parse().ok().filter(|_| spelled);
    day.ok_or_else(|| ApiError::Invalid(vec![FieldError::new("day", "unknown", expected)]))
}
