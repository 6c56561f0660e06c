use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use serde::Deserialize;

use crate::directory::{active_event_type_of, active_page_owner, offered_by};
use crate::pages::{PageError, durations_in_words, meeting_types_in_words, render};
use crate::state::AppState;

#[derive(Debug, Deserialize)]
pub(super) struct Params {
    date: Option<NaiveDate>,
    r#type: Option<String>,
}

/// What one host offers.
#[derive(Template)]
#[template(path = "event_types.html")]
struct EventTypesPage {
    host: String,
    offers: Vec<Offer>,
}

struct Offer {
    url: String,
    title: String,
    description: Option<String>,
    durations: String,
    ways: String,
}

/// `GET /book/{page}`
pub(super) async fn show(
    State(state): State<AppState>,
    Path(page): Path<String>,
    Query(params): Query<Params>,
) -> Result<Response, PageError> {
    let owner = active_page_owner(&state, &page).await?;
    let date = params.date.map(|date| format!("?date={date}"));
    let date = date.unwrap_or_default();
    if let Some(wanted) = params.r#type.filter(|wanted| !wanted.is_empty()) {
        let event_type = active_event_type_of(&state, &owner, &wanted).await?;
        let url = format!("/book/{}/{}{date}", owner.slug, event_type.slug);
        return Ok(Redirect::to(&url).into_response());
    }
    let offered = offered_by(&state, &owner).await?;
    let offers = offered.into_iter().map(|each| Offer {
        url: format!("/book/{}/{}{date}", owner.slug, each.slug),
        durations: durations_in_words(&each.durations),
        ways: meeting_types_in_words(&each.meeting_types),
        title: each.title,
        description: each.description,
    });
    let view = EventTypesPage {
        offers: offers.collect(),
        host: owner.name,
    };
    Ok(render(StatusCode::OK, &view))
}
