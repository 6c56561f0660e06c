use askama::Template;
use astralis_core::model::EventType;
use astralis_core::policy::Refusal;
use astralis_core::ports::StoreError;
use astralis_core::scheduler::{BookError, CancelRequest, Refused, RescheduleRequest};
use astralis_core::time::Interval;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::directory::command_for;
use crate::pages::booking::{Notice, unchanged};
use crate::pages::guest_link::{GuestLink, Standing};
use crate::pages::picker::{Offer, OfferView, Picker, PickerLinks, PickerQuery, parse_start};
use crate::pages::refused::RefusedView;
use crate::pages::wording::instant;
use crate::pages::{PageError, Reader, WhenView, render};
use crate::state::AppState;

/// What a guest sends to change a meeting.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ChangeForm {
    start: String,
    /// Another time, chosen by one of the buttons that a refusal offers.
    instead: String,
    timezone: String,
    hours: String,
    /// The version of the booking that the page showed.
    version: u32,
    key: String,
}

/// Another day and time for a meeting.
#[derive(Template)]
#[template(path = "reschedule.html")]
struct ReschedulePage {
    offer: OfferView,
    picker: Picker,
    now: WhenView,
    path: String,
}

/// The new time, before it counts.
#[derive(Template)]
#[template(path = "reschedule_confirm.html")]
struct ConfirmPage {
    offer: OfferView,
    before: WhenView,
    after: WhenView,
    form: ChangeForm,
    refused: Option<RefusedView>,
    path: String,
    change_time: String,
}

/// Whether to call a meeting off.
#[derive(Template)]
#[template(path = "cancel.html")]
struct CancelPage {
    title: String,
    host: String,
    when: WhenView,
    path: String,
    version: u32,
    key: String,
}

/// `GET /booking/{token}/reschedule`
pub(super) async fn choose_time(
    State(state): State<AppState>,
    Path(token): Path<String>,
    Query(query): Query<PickerQuery>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let link = GuestLink::open(&state, &token).await?;
    link.require_ahead(state.scheduler.now())?;
    let event_type = event_type(&state, &link).await?;
    let offer = moving(&link, &event_type);
    let zones = state.scheduler.zones();
    let (timezone, hours) = (query.timezone.as_deref(), query.hours.as_deref());
    let (reader, unknown) = link.reader_in(zones, timezone, hours, &headers);
    let links = PickerLinks::new(format!("{}/reschedule", link.path), &reader, None);
    let now_on = reader.zone.date_at(link.record.event.when.during().start());
    let mut query = query.opening_on(now_on);
    let mut status = StatusCode::OK;
    if unknown.is_some() {
        status = StatusCode::UNPROCESSABLE_ENTITY;
    } else if let Some(start) = query.start()? {
        if let Some(during) = offer.slot_at(&state, &reader, start).await? {
            let form = ChangeForm {
                start: instant(start),
                timezone: reader.zone.name().to_string(),
                version: link.record.booking.version,
                key: state.scheduler.next_id().to_string(),
                ..ChangeForm::default()
            };
            return Ok(confirm(&link, &offer, during, &reader, &links, form, None));
        }
        status = StatusCode::CONFLICT;
        query.date = Some(reader.zone.date_at(start).to_string());
    }
    let mut picker = Picker::new(&state, &offer, &query, &links, (&reader, unknown)).await?;
    if status == StatusCode::CONFLICT {
        picker = picker.without_the_chosen_time();
    }
    let view = ReschedulePage {
        offer: OfferView::new(&offer),
        picker,
        now: WhenView::new(link.record.event.when.during(), &reader),
        path: link.path.clone(),
    };
    Ok(render(status, &view))
}

/// `POST /booking/{token}/reschedule`
pub(super) async fn reschedule(
    State(state): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(mut form): Form<ChangeForm>,
) -> Result<Response, PageError> {
    let link = GuestLink::open(&state, &token).await?;
    let wanted = if form.instead.is_empty() {
        &form.start
    } else {
        &form.instead
    };
    let start = parse_start(wanted)?;
    form.start = instant(start);
    let booking = &link.record.booking;
    let request = RescheduleRequest {
        command: command_for(booking.id.as_uuid(), &["reschedule"], &form.key),
        org: booking.org,
        booking: booking.id,
        expected_version: form.version,
        start,
    };
    match state.reschedule(request).await {
        Ok(moved) => {
            let path = state.links.path(&moved.record.booking);
            Ok(Redirect::to(&path).into_response())
        }
        Err(BookError::Refused(refused)) if about_time(&refused) => {
            let event_type = event_type(&state, &link).await?;
            let offer = moving(&link, &event_type);
            let zones = state.scheduler.zones();
            let (timezone, hours) = (Some(form.timezone.as_str()), Some(form.hours.as_str()));
            let (reader, _) = link.reader_in(zones, timezone, hours, &headers);
            let links = PickerLinks::new(format!("{}/reschedule", link.path), &reader, None);
            let during = Interval::starting_at(start, link.record.event.when.duration())
                .map_err(|_| PageError::BadAddress("time"))?;
            let refused = RefusedView::new(&refused, &reader);
            Ok(confirm(
                &link,
                &offer,
                during,
                &reader,
                &links,
                form,
                Some(refused),
            ))
        }
        Err(other) => not_changed(&state, &token, &headers, other).await,
    }
}

/// `GET /booking/{token}/cancel`
pub(super) async fn ask_to_cancel(
    State(state): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let link = GuestLink::open(&state, &token).await?;
    link.require_ahead(state.scheduler.now())?;
    let reader = link.reader(state.scheduler.zones(), &headers);
    let view = CancelPage {
        title: link.title(),
        host: link.host.name.clone(),
        when: WhenView::new(link.record.event.when.during(), &reader),
        path: link.path.clone(),
        version: link.record.booking.version,
        key: state.scheduler.next_id().to_string(),
    };
    Ok(render(StatusCode::OK, &view))
}

/// `POST /booking/{token}/cancel`
pub(super) async fn cancel(
    State(state): State<AppState>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ChangeForm>,
) -> Result<Response, PageError> {
    let link = GuestLink::open(&state, &token).await?;
    let booking = &link.record.booking;
    let to_the_booking = Redirect::to(&link.path).into_response();
    if link.standing(state.scheduler.now()) == Standing::Cancelled {
        return Ok(to_the_booking); // What was asked for is so already.
    }
    link.require_ahead(state.scheduler.now())?;
    let request = CancelRequest {
        command: command_for(booking.id.as_uuid(), &["cancel"], &form.key),
        org: booking.org,
        booking: booking.id,
        expected_version: form.version,
    };
    match state.cancel(request).await {
        Ok(_) => Ok(to_the_booking),
        Err(other) => not_changed(&state, &token, &headers, other).await,
    }
}

async fn event_type(state: &AppState, link: &GuestLink) -> Result<EventType, PageError> {
    let booking = &link.record.booking;
    let offering = state
        .store()
        .offering(booking.org, booking.event_type)
        .await?;
    Ok(offering.event_type)
}

/// The booking's own event type, at the length the meeting has.
fn moving<'a>(link: &'a GuestLink, event_type: &'a EventType) -> Offer<'a> {
    Offer {
        event_type,
        host: &link.host,
        duration: Some(link.record.event.when.duration()),
        moving: Some(link.record.booking.id),
    }
}

fn about_time(refused: &Refused) -> bool {
    refused.reasons.iter().all(|reason| reason.is_about_time())
}

/// Why a change was not made, when no other time would help: the meeting as it is now, and words
/// of its own for each reason.
async fn not_changed(
    state: &AppState,
    token: &str,
    headers: &HeaderMap,
    error: BookError,
) -> Result<Response, PageError> {
    let notice = match &error {
        BookError::Refused(refused) => why_not(refused),
        BookError::Store(StoreError::CommandReused(_)) => USED_BEFORE,
        _ => return Err(error.into()),
    };
    let link = GuestLink::open(state, token).await?;
    link.require_ahead(state.scheduler.now())?;
    Ok(unchanged(state, &link, headers, notice))
}

const USED_BEFORE: Notice = Notice {
    title: "This form was already used.",
    text: "Below is the meeting as it is now. To change it again, start from here.",
};

fn why_not(refused: &Refused) -> Notice {
    let weightiest = refused.reasons.iter().find(|why| !why.is_about_time());
    match weightiest {
        Some(Refusal::StaleVersion { .. }) => Notice {
            title: "The meeting was changed meanwhile.",
            text: "Your change was not made. Below is the meeting as it is now.",
        },
        Some(Refusal::Unchanged) => Notice {
            title: "The meeting is already at that time.",
            text: "Nothing had to be changed.",
        },
        Some(Refusal::HostInactive { .. } | Refusal::EventTypeInactive) => Notice {
            title: "This meeting cannot be moved at the moment.",
            text: "Its host takes no bookings of this kind now. It stays as it is, and you can still cancel it.",
        },
        _ => Notice {
            title: "Your change was not made.",
            text: "The meeting stays as it is. Below is how it stands now.",
        },
    }
}

fn confirm(
    link: &GuestLink,
    offer: &Offer<'_>,
    during: Interval,
    reader: &Reader,
    links: &PickerLinks,
    form: ChangeForm,
    refused: Option<RefusedView>,
) -> Response {
    let status = if refused.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    let view = ConfirmPage {
        offer: OfferView::new(offer),
        before: WhenView::new(link.record.event.when.during(), reader),
        after: WhenView::new(during, reader),
        form,
        refused,
        path: link.path.clone(),
        change_time: links.date(reader.zone.date_at(during.start())),
    };
    render(status, &view)
}
