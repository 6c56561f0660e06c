//! Meetings of signed-in users, once or again and again: `/api/calendar/events`.

mod draft;
mod wire;

use astralis_core::model::{CalendarEvent, EventId, FieldError};
use astralis_core::scheduler::{
    CancelEvent, ChangeEvent, CreateEvent, EventSaved, Invited, Invitee, MAX_CALENDAR_DAYS,
};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::api::auth::ApiUser;
use crate::api::events::draft::{DraftBody, ReadDraft, ScopeParams};
use crate::api::events::wire::{MeetingBody, WarningBody, WrittenBody};
use crate::api::idempotency::IdempotencyKey;
use crate::api::json::ApiJson;
use crate::api::range::RangeParams;
use crate::api::version::{IfMatch, etag};
use crate::desk;
use crate::state::AppState;

/// What a caller's idempotency key is for.
const PURPOSE: [&str; 1] = ["events"];

/// `GET /api/calendar/events`
pub(super) async fn list(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Query(range): Query<RangeParams>,
) -> Result<Json<Value>, ApiError> {
    let window = range.window(state.scheduler.now(), TimeDelta::days(MAX_CALENDAR_DAYS))?;
    let entries = state.scheduler.event_occurrences(user.org, user.id, window);
    let bodies: Result<Vec<_>, _> = entries
        .await?
        .into_iter()
        .map(|entry| MeetingBody::of(entry, state.scheduler.zones()))
        .collect();
    Ok(Json(json!({ "events": bodies? })))
}

/// `POST /api/calendar/events`
pub(super) async fn add(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<DraftBody>,
) -> Result<Response, ApiError> {
    let alone = Invited {
        who: Invitee::User(user.id),
        optional: false,
    };
    let ReadDraft {
        draft,
        on_clash,
        unreadable,
    } = body.read(&state, vec![alone]);
    let request = CreateEvent {
        command: key.command(&state, user.id.as_uuid(), &PURPOSE),
        org: user.org,
        organizer: user.id,
        draft,
        on_clash,
    };
    if !unreadable.is_empty() {
        let flaws = state.scheduler.flaws_of_new_event(&request).await?;
        return Err(unreadable.and(flaws));
    }
    let saved = state.create_event(request).await?;
    written(&state, StatusCode::CREATED, saved).await
}

/// `GET /api/calendar/events/{id}`
pub(super) async fn show(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let event = desk::meeting(&state, &user, event_id(&id)?).await?;
    shown(&state, StatusCode::OK, event).await
}

/// `PUT /api/calendar/events/{id}`
pub(super) async fn replace(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(id): Path<String>,
    version: IfMatch,
    key: IdempotencyKey,
    Query(scope): Query<ScopeParams>,
    ApiJson(body): ApiJson<DraftBody>,
) -> Result<Response, ApiError> {
    let scope = scope.checked()?;
    let version = version.or_in_body(body.version)?;
    check_repeatable(&key, version)?;
    let seen = desk::changeable_meeting(&state, &user, event_id(&id)?).await?;
    let ReadDraft {
        draft,
        on_clash,
        unreadable,
    } = body.read(&state, invited(&seen));
    let request = ChangeEvent {
        command: key.command(&state, user.id.as_uuid(), &PURPOSE),
        org: user.org,
        event: seen.id,
        expected_version: version.unwrap_or(seen.version),
        scope,
        draft,
        on_clash,
    };
    if !unreadable.is_empty() {
        let flaws = state.scheduler.flaws_of_change(&request).await?;
        return Err(unreadable.and(flaws));
    }
    let saved = state.change_event(request).await?;
    written(&state, StatusCode::OK, saved).await
}

/// `DELETE /api/calendar/events/{id}`
pub(super) async fn cancel(
    State(state): State<AppState>,
    ApiUser(user): ApiUser,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    key: IdempotencyKey,
    Query(scope): Query<ScopeParams>,
) -> Result<Response, ApiError> {
    let scope = scope.checked()?;
    check_repeatable(&key, version)?;
    let seen = desk::changeable_meeting(&state, &user, event_id(&id)?).await?;
    let request = CancelEvent {
        command: key.command(&state, user.id.as_uuid(), &PURPOSE),
        org: user.org,
        event: seen.id,
        expected_version: version.unwrap_or(seen.version),
        scope,
    };
    let saved = state.cancel_event(request).await?;
    shown(&state, StatusCode::OK, saved.event).await
}

/// A change that can be repeated must say which version it is made to: without, its repetition
/// would be about another one.
fn check_repeatable(key: &IdempotencyKey, version: Option<u32>) -> Result<(), ApiError> {
    if key.is_given() && version.is_none() {
        let expected = "the version that was read, beside an Idempotency-Key";
        let error = FieldError::new("If-Match", "required", expected);
        return Err(ApiError::Invalid(vec![error]));
    }
    Ok(())
}

/// Everybody a meeting invites already.
fn invited(event: &CalendarEvent) -> Vec<Invited> {
    let participants = event.participants.iter().map(|participant| Invited {
        who: match participant.user {
            Some(user) => Invitee::User(user),
            None => Invitee::Guest {
                email: participant.email.clone(),
                name: participant.name.clone(),
            },
        },
        optional: participant.optional,
    });
    participants.collect()
}

async fn shown(
    state: &AppState,
    status: StatusCode,
    event: CalendarEvent,
) -> Result<Response, ApiError> {
    let version = event.version;
    let body = meeting_body(state, event).await?;
    Ok((status, etag(version), Json(body)).into_response())
}

/// A meeting that was just written, with what its writer should know of it.
async fn written(
    state: &AppState,
    status: StatusCode,
    saved: EventSaved,
) -> Result<Response, ApiError> {
    let version = saved.event.version;
    let body = WrittenBody {
        meeting: meeting_body(state, saved.event).await?,
        warnings: saved.warnings.iter().map(WarningBody::from).collect(),
    };
    Ok((status, etag(version), Json(body)).into_response())
}

async fn meeting_body(state: &AppState, event: CalendarEvent) -> Result<MeetingBody, ApiError> {
    let entry = desk::calendar_entry(state, event).await?;
    Ok(MeetingBody::of(entry, state.scheduler.zones())?)
}

fn event_id(text: &str) -> Result<EventId, ApiError> {
    text.parse().map_err(|_| ApiError::NotFound("event"))
}
