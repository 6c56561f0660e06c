use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use crate::directory::{active_event_type_of, active_page_owner};
use crate::pages::book;
use crate::pages::picker::{Offer, OfferView, Picker, PickerLinks, PickerQuery};
use crate::pages::{PageError, Reader, render};
use crate::state::AppState;

/// A month, a day, its times.
#[derive(Template)]
#[template(path = "picker.html")]
struct PickerPage {
    offer: OfferView,
    picker: Picker,
}

/// `GET /book/{page}/{eventType}`: the picker, or the form once a time is chosen.
pub(crate) async fn show(
    State(state): State<AppState>,
    Path((page, event_type)): Path<(String, String)>,
    Query(query): Query<PickerQuery>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let host = active_page_owner(&state, &page).await?;
    let event_type = active_event_type_of(&state, &host, &event_type).await?;
    let offer = Offer::of_length(&event_type, &host, query.duration.as_deref())?;
    if !offer.is_offered() {
        return Err(PageError::BadAddress("length"));
    }
    let zones = state.scheduler.zones();
    let (timezone, hours) = (query.timezone.as_deref(), query.hours.as_deref());
    let (reader, unknown) = Reader::new(zones, &host.time_zone, timezone, hours, &headers);
    let path = format!("/book/{}/{}", host.slug, event_type.slug);
    let links = PickerLinks::new(path, &reader, offer.asked_minutes());

    let mut query = query;
    let mut status = StatusCode::OK;
    if unknown.is_some() {
        status = StatusCode::UNPROCESSABLE_ENTITY;
    } else if let Some(start) = query.start()? {
        match offer.slot_at(&state, &reader, start).await? {
            Some(during) => return Ok(book::empty_form(&state, &offer, during, &reader, &links)),
            None => {
                status = StatusCode::CONFLICT;
                query.date = Some(reader.zone.date_at(start).to_string());
            }
        }
    }
    let mut picker = Picker::new(&state, &offer, &query, &links, (&reader, unknown)).await?;
    if status == StatusCode::CONFLICT {
        picker = picker.without_the_chosen_time();
    }
    let view = PickerPage {
        offer: OfferView::new(&offer),
        picker,
    };
    Ok(render(status, &view))
}
