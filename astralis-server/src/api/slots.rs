use astralis_core::model::{EventType, FieldError, User};
use astralis_core::scheduler::SlotsQuery;
use astralis_core::time::TimeZoneName;
use axum::Json;
use axum::extract::{Path, Query, State};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::api::ApiError;
use crate::api::wire::{SlotBody, SlotsBody};
use crate::directory::{active_event_type_of, active_page_owner, offered_by};
use crate::state::AppState;

/// What is listed when the caller does not say.
const USUAL_RANGE: TimeDelta = TimeDelta::days(14);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Params {
    event_type: Option<String>,
    from: Option<String>,
    to: Option<String>,
    timezone: Option<String>,
    duration_minutes: Option<String>,
}

/// `GET /api/book/{page}/slots`
pub(super) async fn slots(
    State(state): State<AppState>,
    Path(page): Path<String>,
    Query(params): Query<Params>,
) -> Result<Json<SlotsBody>, ApiError> {
    let owner = active_page_owner(&state, &page).await?;
    let event_type = wanted(&state, &owner, params.event_type.as_deref()).await?;
    let (query, timezone) = params.checked(&state, &owner, &event_type)?;
    let slots = state.scheduler.slots(&query).await?;
    Ok(Json(SlotsBody {
        slots: slots.iter().map(SlotBody::from).collect(),
        timezone,
    }))
}

async fn wanted(
    state: &AppState,
    owner: &User,
    event_type: Option<&str>,
) -> Result<EventType, ApiError> {
    match event_type.filter(|text| !text.is_empty()) {
        Some(slug_or_id) => Ok(active_event_type_of(state, owner, slug_or_id).await?),
        None => {
            let offered = offered_by(state, owner).await?;
            offered
                .into_iter()
                .next()
                .ok_or(ApiError::NotFound("event type"))
        }
    }
}

impl Params {
    fn checked(
        &self,
        state: &AppState,
        owner: &User,
        event_type: &EventType,
    ) -> Result<(SlotsQuery, TimeZoneName), ApiError> {
        let mut errors = Vec::new();
        let mut at = |field, text: &Option<String>, usual| match text.as_deref() {
            None | Some("") => usual,
            Some(text) => instant(field, text).unwrap_or_else(|error| {
                errors.push(error);
                usual
            }),
        };
        let from = at("from", &self.from, state.scheduler.now());
        let to = at("to", &self.to, from + USUAL_RANGE);
        let zone = self.timezone.as_deref().filter(|name| !name.is_empty());
        let zone = zone.map_or(Ok(owner.time_zone.clone()), |name| known_zone(state, name));
        let duration = self.duration();
        match (zone, duration) {
            (Ok(zone), Ok(duration)) if errors.is_empty() => {
                let query = SlotsQuery {
                    org: owner.org,
                    event_type: event_type.id,
                    from,
                    to,
                    duration,
                    moving: None,
                };
                Ok((query, zone))
            }
            (zone, duration) => {
                errors.extend(zone.err());
                errors.extend(duration.err());
                Err(ApiError::Invalid(errors))
            }
        }
    }

    fn duration(&self) -> Result<Option<TimeDelta>, FieldError> {
        let text = self
            .duration_minutes
            .as_deref()
            .filter(|text| !text.is_empty());
        text.map(|text| text.parse::<u16>().map(|m| TimeDelta::minutes(m.into())))
            .transpose()
            .map_err(|_| FieldError::new("durationMinutes", "malformed", "a number of minutes"))
    }
}

pub(super) fn instant(field: &'static str, text: &str) -> Result<DateTime<Utc>, FieldError> {
    let expected =
        "an instant such as 2026-03-29T08:00:00Z (RFC 3339; write + as %2B in an address)";
    DateTime::parse_from_rfc3339(text)
        .map(DateTime::<Utc>::from)
        .map_err(|_| FieldError::new(field, "malformed", expected))
}

pub(super) fn known_zone(state: &AppState, name: &str) -> Result<TimeZoneName, FieldError> {
    let found = name
        .parse()
        .and_then(|name: TimeZoneName| state.scheduler.zones().zone(&name));
    found.map(|zone| zone.name().clone()).map_err(|_| {
        FieldError::new(
            "timezone",
            "unknownTimeZone",
            "the name of a time zone such as Europe/Paris",
        )
    })
}
