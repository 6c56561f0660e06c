use astralis_core::model::{CommandId, EventType, FieldError, Guest, MeetingType, User};
use astralis_core::ports::StoreError;
use astralis_core::scheduler::{BookError, Booked, BookingRequest};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

use crate::api::ApiError;
use crate::api::idempotency::IdempotencyKey;
use crate::api::json::ApiJson;
use crate::api::slots::{instant, known_zone};
use crate::api::wire::{BookBody, BookedBody};
use crate::directory::{event_type_of, page_owner};
use crate::state::AppState;

/// `POST /api/book`
pub(super) async fn book(
    State(state): State<AppState>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<BookBody>,
) -> Result<Response, ApiError> {
    let wish = body.checked(&state)?;
    let owner = page_owner(&state, &wish.page).await?;
    // The key counts for this host, this guest and this way of booking only.
    let purpose = ["api", wish.guest.email.as_str()];
    let command = key.command(&state, owner.id.as_uuid(), &purpose);
    let candidates = wish.event_types(&state, &owner).await?;
    let booked = book_one(&state, &wish, command, &candidates).await?;
    let answer = BookedBody {
        success: true,
        event: (&booked.record.event).into(),
        manage_url: state.links.url(&booked.record.booking),
    };
    Ok((StatusCode::CREATED, Json(answer)).into_response())
}

/// Books the first candidate. If the command was carried out before, it may have been for another
/// one: what fits best can change between a request and its repetition.
async fn book_one(
    state: &AppState,
    wish: &Wish,
    command: CommandId,
    candidates: &[EventType],
) -> Result<Booked, ApiError> {
    let mut answer = Err(ApiError::NotFound("event type"));
    for event_type in candidates {
        match state.book(wish.request(command, event_type)).await {
            Err(BookError::Store(StoreError::CommandReused(_))) => {
                answer = Err(ApiError::KeyReused);
            }
            other => return Ok(other?),
        }
    }
    answer
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

pub(super) fn meeting_type(word: &str) -> Result<MeetingType, FieldError> {
    serde_json::from_value(word.into()).map_err(|_| {
        FieldError::new(
            "meetingType",
            "unknown",
            "VIDEO_CALL, PHONE_CALL or IN_PERSON",
        )
    })
}

impl Wish {
    /// The event type that is named, or all of them: first those that offer the length, then
    /// those that did so once, perhaps.
    async fn event_types(
        &self,
        state: &AppState,
        owner: &User,
    ) -> Result<Vec<EventType>, ApiError> {
        if let Some(slug_or_id) = &self.event_type {
            return Ok(vec![event_type_of(state, owner, slug_or_id).await?]);
        }
        let length = self.end - self.start;
        let mut all = state.store().event_types(owner.org, owner.id).await?;
        let fits = |each: &EventType| each.active && each.durations.contains(&length);
        all.sort_by_key(|each| !fits(each));
        Ok(all)
    }

    fn request(&self, command: CommandId, event_type: &EventType) -> BookingRequest {
        BookingRequest {
            command,
            org: event_type.org,
            event_type: event_type.id,
            start: self.start,
            end: self.end,
            guest: self.guest.clone(),
            title: self.title.clone(),
            note: self.note.clone(),
            meeting_type: self.meeting_type,
        }
    }
}
