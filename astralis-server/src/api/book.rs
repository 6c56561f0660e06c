use astralis_core::model::{CommandId, EventType, FieldError, Guest, MeetingType, User};
use astralis_core::scheduler::BookingRequest;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use crate::api::ApiError;
use crate::api::slots::{instant, known_zone};
use crate::api::wire::{BookBody, BookedBody};
use crate::directory::{command_for, event_type_of, offered_by, page_owner};
use crate::state::AppState;

/// The longest idempotency key.
const LONGEST_KEY: usize = 255;

/// `POST /api/book`
pub(super) async fn book(
    State(state): State<AppState>,
    headers: HeaderMap,
    Json(body): Json<BookBody>,
) -> Result<Response, ApiError> {
    let wish = body.checked(&state)?;
    let owner = page_owner(&state, &wish.page).await?;
    let event_type = wish.event_type(&state, &owner).await?;
    let command = command(&state, &owner, &headers)?;
    let booked = state
        .scheduler
        .book(&wish.request(command, &owner, &event_type))
        .await?;
    state.mail_is_due.notify_one();
    tracing::info!(
        booking.id = %booked.record.booking.id,
        event_type.id = %event_type.id,
        repeated = booked.repeated,
        "booked"
    );
    let answer = BookedBody {
        success: true,
        event: (&booked.record.event).into(),
        manage_url: state.links.url(&booked.record.booking),
    };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

fn command(state: &AppState, owner: &User, headers: &HeaderMap) -> Result<CommandId, ApiError> {
    let Some(key) = headers.get("idempotency-key") else {
        return Ok(state.scheduler.next_id().into());
    };
    let key = key.to_str().ok().map(str::trim);
    match key.filter(|key| (1..=LONGEST_KEY).contains(&key.len())) {
        Some(key) => Ok(command_for(owner.id.as_uuid(), key)),
        None => Err(ApiError::Invalid(vec![FieldError::new(
            "Idempotency-Key",
            "malformed",
            format!("1 to {LONGEST_KEY} printable characters"),
        )])),
    }
}

/// A body whose every field has the shape it needs.
struct Wish {
    page: String,
    event_type: Option<String>,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    guest: Guest,
    title: Option<String>,
    note: Option<String>,
    meeting_type: Option<MeetingType>,
}

impl BookBody {
    fn checked(self, state: &AppState) -> Result<Wish, ApiError> {
        let mut errors = Vec::new();
        let mut present = |field, value: Option<String>| match value {
            Some(text) if !text.trim().is_empty() => Some(text),
            _ => {
                errors.push(FieldError::new(field, "required", "a value"));
                None
            }
        };
        let page = present("userId", self.user_id);
        let start = present("startTime", self.start_time).map(|text| instant("startTime", &text));
        let end = present("endTime", self.end_time).map(|text| instant("endTime", &text));
        let zone = present("timezone", self.timezone).map(|name| known_zone(state, &name));
        let name = present("guestName", self.guest_name);
        let email = present("guestEmail", self.guest_email).map(|text| address(&text));
        let meeting_type = self.meeting_type.as_deref().map(meeting_type).transpose();
        match (page, start, end, zone, name, email, meeting_type) {
            (
                Some(page),
                Some(Ok(start)),
                Some(Ok(end)),
                Some(Ok(time_zone)),
                Some(name),
                Some(Ok(email)),
                Ok(meeting_type),
            ) => Ok(Wish {
                page,
                event_type: self.event_type.filter(|text| !text.is_empty()),
                start,
                end,
                guest: Guest {
                    name,
                    email,
                    phone: self.guest_phone,
                    time_zone,
                },
                title: self.title,
                note: self.description,
                meeting_type,
            }),
            (_, start, end, zone, _, email, meeting_type) => {
                errors.extend(start.and_then(Result::err));
                errors.extend(end.and_then(Result::err));
                errors.extend(zone.and_then(Result::err));
                errors.extend(email.and_then(Result::err));
                errors.extend(meeting_type.err());
                Err(ApiError::Invalid(errors))
            }
        }
    }
}

fn address(text: &str) -> Result<astralis_core::model::EmailAddress, FieldError> {
    let expected = "a mail address such as ada@example.org";
    text.parse()
        .map_err(|_| FieldError::new("guestEmail", "invalidEmail", expected))
}

fn meeting_type(word: &str) -> Result<MeetingType, FieldError> {
    serde_json::from_value(word.into()).map_err(|_| {
        FieldError::new(
            "meetingType",
            "unknown",
            "VIDEO_CALL, PHONE_CALL or IN_PERSON",
        )
    })
}

impl Wish {
    /// The event type that is named, or the first one that offers the length.
    async fn event_type(&self, state: &AppState, owner: &User) -> Result<EventType, ApiError> {
        if let Some(slug_or_id) = &self.event_type {
            return Ok(event_type_of(state, owner, slug_or_id).await?);
        }
        if self.end <= self.start {
            let error = FieldError::new("endTime", "notAfterStart", "an end after the start");
            return Err(ApiError::Invalid(vec![error]));
        }
        let length = self.end - self.start;
        let offered = offered_by(state, owner).await?;
        let fitting = offered
            .into_iter()
            .find(|each| each.durations.contains(&length));
        fitting.ok_or_else(|| {
            let expected = "an end that makes the meeting as long as one that is offered";
            let error = FieldError::new("endTime", "durationNotOffered", expected);
            ApiError::Invalid(vec![error])
        })
    }

    fn request(self, command: CommandId, owner: &User, event_type: &EventType) -> BookingRequest {
        BookingRequest {
            command,
            org: owner.org,
            event_type: event_type.id,
            start: self.start,
            end: self.end,
            guest: self.guest,
            title: self.title,
            note: self.note,
            meeting_type: self.meeting_type,
        }
    }
}
