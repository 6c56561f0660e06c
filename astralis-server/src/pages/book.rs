use askama::Template;
use astralis_core::model::{EventType, FieldError, User};
use astralis_core::ports::StoreError;
use astralis_core::scheduler::{BookError, BookingRequest, Refused};
use astralis_core::time::Interval;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::directory::{command_for, event_type_of, page_owner};
use crate::pages::form::{BookForm, FormErrors, MeetingChoice};
use crate::pages::picker::{Offer, OfferView, PickerLinks};
use crate::pages::reader::NoSuchZone;
use crate::pages::refused::RefusedView;
use crate::pages::wording::{ClockFace, instant};
use crate::pages::{PageError, Reader, WhenView, render};
use crate::state::AppState;

/// Who books, and what they want to say.
#[derive(Template)]
#[template(path = "book.html")]
struct BookPage {
    offer: OfferView,
    when: WhenView,
    offset_note: Option<String>,
    /// Where the form is sent.
    action: String,
    /// Back to the times of the day.
    change_time: String,
    form: BookForm,
    errors: FormErrors,
    refused: Option<RefusedView>,
    /// The form was used before, and then for something else.
    used_before: bool,
    meeting_choices: Vec<MeetingChoice>,
}

/// Everything around a form, whatever is in it.
struct Around<'a> {
    state: &'a AppState,
    offer: &'a Offer<'a>,
    during: Interval,
    reader: &'a Reader,
    links: &'a PickerLinks,
}

/// How a form came back.
enum Outcome {
    Empty,
    Invalid(Vec<FieldError>),
    Refused(Refused),
    UsedBefore,
}

/// The form for a time that is free.
pub(super) fn empty_form(
    state: &AppState,
    offer: &Offer<'_>,
    during: Interval,
    reader: &Reader,
    links: &PickerLinks,
) -> Response {
    let around = Around {
        state,
        offer,
        during,
        reader,
        links,
    };
    let minutes = |length: chrono::TimeDelta| length.num_minutes().to_string();
    let hours = match reader.clock {
        ClockFace::Twelve => "12",
        ClockFace::TwentyFour => "24",
    };
    let form = BookForm {
        start: instant(during.start()),
        duration: minutes(offer.length()),
        timezone: reader.zone.name().to_string(),
        hours: hours.to_owned(),
        key: state.scheduler.next_id().to_string(),
        ..BookForm::default()
    };
    around.page(form, Outcome::Empty)
}

/// `POST /book/{page}/{eventType}`
pub(super) async fn book(
    State(state): State<AppState>,
    Path((page, event_type)): Path<(String, String)>,
    headers: HeaderMap,
    Form(mut form): Form<BookForm>,
) -> Result<Response, PageError> {
    // Paused or not: a form that was sent before is answered as it was then.
    let host = page_owner(&state, &page).await?;
    let event_type = event_type_of(&state, &host, &event_type).await?;
    let offer = Offer::of_length(&event_type, &host, Some(&form.duration))?;
    let (timezone, hours) = (Some(form.timezone.as_str()), Some(form.hours.as_str()));
    let zones = state.scheduler.zones();
    let (reader, unknown) = Reader::new(zones, &host.time_zone, timezone, hours, &headers);
    let start = super::picker::parse_start(form.wanted_start())?;
    form.start = instant(start);
    form.instead.clear();
    let during =
        Interval::starting_at(start, offer.length()).map_err(|_| PageError::BadAddress("time"))?;
    let path = format!("/book/{}/{}", host.slug, event_type.slug);
    let links = PickerLinks::new(path, &reader, offer.asked_minutes());
    let around = Around {
        state: &state,
        offer: &offer,
        during,
        reader: &reader,
        links: &links,
    };
    match request(
        &state,
        &host,
        &event_type,
        &form,
        during,
        (&reader, unknown),
    ) {
        Ok(request) => match state.book(request).await {
            Ok(booked) => {
                let path = state.links.path(&booked.record.booking);
                Ok(Redirect::to(&path).into_response())
            }
            Err(BookError::Invalid(errors)) => Ok(around.page(form, Outcome::Invalid(errors))),
            Err(BookError::Refused(refused)) => Ok(around.page(form, Outcome::Refused(refused))),
            Err(BookError::Store(StoreError::CommandReused(_))) => {
                Ok(around.page(form, Outcome::UsedBefore))
            }
            Err(other) => Err(other.into()),
        },
        Err(errors) => Ok(around.page(form, Outcome::Invalid(errors))),
    }
}

fn request(
    state: &AppState,
    host: &User,
    event_type: &EventType,
    form: &BookForm,
    during: Interval,
    (reader, unknown): (&Reader, Option<NoSuchZone>),
) -> Result<BookingRequest, Vec<FieldError>> {
    let guest = form.guest(reader.zone.name().clone());
    let meeting_type = form.meeting_type();
    let unknown = unknown.map(|NoSuchZone(_)| {
        let expected = "the name of a time zone such as Europe/Paris";
        FieldError::new("timezone", "unknownTimeZone", expected)
    });
    match (guest, meeting_type, unknown) {
        (Ok(guest), Ok(meeting_type), None) => Ok(BookingRequest {
            command: match form.key.as_str() {
                "" => state.scheduler.next_id().into(),
                key => {
                    let purpose = ["form", guest.email.as_str()];
                    command_for(host.id.as_uuid(), &purpose, key)
                }
            },
            org: host.org,
            event_type: event_type.id,
            start: during.start(),
            end: during.end(),
            guest,
            title: None,
            note: form.note(),
            meeting_type,
        }),
        (guest, meeting_type, unknown) => {
            let mut errors = guest.err().unwrap_or_default();
            errors.extend(meeting_type.err().unwrap_or_default());
            errors.extend(unknown);
            Err(errors)
        }
    }
}

impl Around<'_> {
    fn page(&self, form: BookForm, outcome: Outcome) -> Response {
        let (mut errors, mut refused, mut used_before) = (FormErrors::default(), None, false);
        let status = match outcome {
            Outcome::Empty => StatusCode::OK,
            Outcome::Invalid(found) => {
                errors = FormErrors::new(found);
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Outcome::Refused(found) => {
                refused = Some(RefusedView::new(&found, self.reader));
                StatusCode::CONFLICT
            }
            Outcome::UsedBefore => {
                used_before = true;
                StatusCode::CONFLICT
            }
        };
        let date = self.reader.zone.date_at(self.during.start());
        let view = BookPage {
            offer: OfferView::new(self.offer),
            when: WhenView::new(self.during, self.reader),
            offset_note: self.reader.offset_note(self.state.scheduler.now(), date),
            action: self.links.path.clone(),
            change_time: self.links.date(date),
            meeting_choices: form.meeting_choices(self.offer.event_type),
            form,
            errors,
            refused,
            used_before,
        };
        render(status, &view)
    }
}
