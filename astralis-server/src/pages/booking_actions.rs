use askama::Template;
use astralis_core::model::EventType;
use astralis_core::ports::StoreError;
use astralis_core::scheduler::{BookError, CancelRequest, Refused, RescheduleRequest};
use astralis_core::time::Interval;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::directory::command_for;
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
    let reader = link.reader(zones, timezone, hours, &headers);
    let links = PickerLinks::new(format!("{}/reschedule", link.path), &reader, None);
    let (mut query, mut status, mut notice) = (query, StatusCode::OK, None);
    if let Some(start) = query.start()? {
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
        notice = Some("That time is no longer free. Please choose another one.");
        query.date = Some(reader.zone.date_at(start).to_string());
    }
    let mut picker = Picker::new(&state, &offer, &query, &links, (&reader, None)).await?;
    if let Some(notice) = notice {
        picker = picker.with_notice(notice);
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
        command: command_for(booking.id.as_uuid(), &format!("reschedule {}", form.key)),
        org: booking.org,
        booking: booking.id,
        expected_version: form.version,
        start,
    };
    match state.scheduler.reschedule(&request).await {
        Ok(moved) => {
            tracing::info!(booking.id = %booking.id, repeated = moved.repeated, "rescheduled");
            state.mail_is_due.notify_one();
            Ok(Redirect::to(&state.links.path(&moved.record.booking)).into_response())
        }
        Err(BookError::Refused(refused)) if about_time(&refused) => {
            let event_type = event_type(&state, &link).await?;
            let offer = moving(&link, &event_type);
            let zones = state.scheduler.zones();
            let (timezone, hours) = (Some(form.timezone.as_str()), Some(form.hours.as_str()));
            let reader = link.reader(zones, timezone, hours, &headers);
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
        Err(other) => Err(not_changed(&link, other)),
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
    let reader = link.reader(state.scheduler.zones(), None, None, &headers);
    let view = CancelPage {
        title: link.record.event.title.clone(),
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
        command: command_for(booking.id.as_uuid(), &format!("cancel {}", form.key)),
        org: booking.org,
        booking: booking.id,
        expected_version: form.version,
    };
    match state.scheduler.cancel(&request).await {
        Ok(cancelled) => {
            tracing::info!(booking.id = %booking.id, repeated = cancelled.repeated, "cancelled");
            state.mail_is_due.notify_one();
            Ok(to_the_booking)
        }
        Err(other) => Err(not_changed(&link, other)),
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

/// Why a change was not made, when no other time would help.
fn not_changed(link: &GuestLink, error: BookError) -> PageError {
    match error {
        BookError::Refused(_) | BookError::Store(StoreError::CommandReused(_)) => {
            PageError::NotChangeable(link.path.clone())
        }
        other => other.into(),
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
