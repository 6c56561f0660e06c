use astralis_core::model::{CalendarReading, CalendarSubscription, SubscriptionId};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::api::auth::ApiUser;
use crate::api::json::ApiJson;
use crate::desk::{self, SubscriptionDraft};
use crate::state::AppState;

/// A subscription as its owner sees it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SubscriptionBody {
    id: SubscriptionId,
    url: String,
    name: String,
    added_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    last_attempt: Option<DateTime<Utc>>,
    last_error: Option<String>,
    failures: u32,
    stale_since: Option<DateTime<Utc>>,
    reading: Option<ReadingBody>,
}

/// What was last read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadingBody {
    checked_at: DateTime<Utc>,
    interval_minutes: i64,
    events: usize,
    busy_until: Option<DateTime<Utc>>,
    findings: Vec<String>,
    more_findings: usize,
}

/// `GET /api/calendar/subscriptions`
pub(super) async fn list(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
) -> Result<Json<Value>, ApiError> {
    let found = desk::subscriptions(&state, &user).await?;
    let bodies: Vec<SubscriptionBody> = found.into_iter().map(Into::into).collect();
    Ok(Json(json!({ "subscriptions": bodies })))
}

/// `POST /api/calendar/subscriptions`
pub(super) async fn add(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    ApiJson(draft): ApiJson<SubscriptionDraft>,
) -> Result<(StatusCode, Json<SubscriptionBody>), ApiError> {
    let added = desk::subscribe(&state, &user, &draft).await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}

/// `DELETE /api/calendar/subscriptions/{id}`
pub(super) async fn remove(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    desk::unsubscribe(&state, &user, subscription_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/calendar/subscriptions/{id}/refresh`
pub(super) async fn refresh(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    desk::expedite_subscription(&state, &user, subscription_id(&id)?).await?;
    Ok(StatusCode::ACCEPTED)
}

fn subscription_id(text: &str) -> Result<SubscriptionId, ApiError> {
    text.parse().map_err(|_| ApiError::NotFound("subscription"))
}

impl From<CalendarSubscription> for SubscriptionBody {
    fn from(subscription: CalendarSubscription) -> Self {
        let state = subscription.state;
        Self {
            id: subscription.id,
            url: subscription.url.as_str().to_owned(),
            name: subscription.name,
            added_at: subscription.added_at,
            due_at: subscription.due_at,
            last_attempt: state.last_attempt,
            stale_since: state.stale_since(),
            last_error: state.last_error,
            failures: state.failures,
            reading: state.reading.map(Into::into),
        }
    }
}

impl From<CalendarReading> for ReadingBody {
    fn from(reading: CalendarReading) -> Self {
        Self {
            checked_at: reading.checked_at,
            interval_minutes: reading.interval.num_minutes(),
            events: reading.events,
            busy_until: reading.busy_until,
            findings: reading.findings,
            more_findings: reading.more_findings,
        }
    }
}
