use askama::Template;
use astralis_core::model::User;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::desk::{self, DeskError};
use crate::host::event_type_form::EventTypeForm;
use crate::host::notice::Notice;
use crate::host::session::SignedIn;
use crate::pages::{PageError, durations_in_words, render};
use crate::state::AppState;

const PATH: &str = "/calendar/event-types";

/// What the host offers, paused or not, and a form for more.
#[derive(Template)]
#[template(path = "host_event_types.html")]
struct EventTypesPage {
    notice: Vec<String>,
    event_types: Vec<Row>,
    form: EventTypeForm,
    action: &'static str,
}

struct Row {
    edit: String,
    preview: String,
    title: String,
    durations: String,
    active: bool,
}

/// One event type to edit.
#[derive(Template)]
#[template(path = "host_event_type.html")]
struct EventTypePage {
    notice: Vec<String>,
    form: EventTypeForm,
    action: String,
    preview: String,
}

/// `GET /calendar/event-types`
pub(super) async fn list(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
) -> Result<Response, PageError> {
    list_page(&state, &user, EventTypeForm::fresh(), None).await
}

/// `POST /calendar/event-types`
pub(super) async fn add(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Form(form): Form<EventTypeForm>,
) -> Result<Response, PageError> {
    let added = match form.draft() {
        Ok(draft) => desk::add_event_type(&state, &user, &draft).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(_) => Ok(Redirect::to(PATH).into_response()),
        Err(error) => list_page(&state, &user, form, Some(Notice::of(error)?)).await,
    }
}

/// `GET /calendar/event-types/{id}`
pub(super) async fn show(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let event_type = find(&state, &user, &id).await?;
    let form = EventTypeForm::of(&event_type);
    Ok(edit_page(&user, &id, event_type.slug.as_str(), form, None))
}

/// `POST /calendar/event-types/{id}`
pub(super) async fn edit(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
    Form(mut form): Form<EventTypeForm>,
) -> Result<Response, PageError> {
    let event_type = find(&state, &user, &id).await?;
    let edited = match form.draft() {
        Ok(draft) => desk::edit_event_type(&state, &user, event_type.id, &draft).await,
        Err(error) => Err(error),
    };
    match edited {
        Ok(_) => Ok(Redirect::to(PATH).into_response()),
        Err(error) => {
            if matches!(error, DeskError::Stale) {
                form = EventTypeForm::of(&event_type);
            }
            let notice = Notice::of(error)?;
            Ok(edit_page(
                &user,
                &id,
                event_type.slug.as_str(),
                form,
                Some(notice),
            ))
        }
    }
}

async fn find(
    state: &AppState,
    user: &User,
    id: &str,
) -> Result<astralis_core::model::EventType, PageError> {
    let id = id.parse().map_err(|_| PageError::NoSuchThing("meeting"))?;
    let all = state.store().event_types(user.org, user.id).await?;
    let found = all.into_iter().find(|each| each.id == id);
    found.ok_or(PageError::NoSuchThing("meeting"))
}

async fn list_page(
    state: &AppState,
    user: &User,
    form: EventTypeForm,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let all = state.store().event_types(user.org, user.id).await?;
    let rows = all.into_iter().map(|each| Row {
        edit: format!("{PATH}/{}", each.id),
        preview: format!("/book/{}/{}", user.slug, each.slug),
        durations: durations_in_words(&each.durations),
        title: each.title,
        active: each.active,
    });
    let view = EventTypesPage {
        event_types: rows.collect(),
        form,
        action: PATH,
        notice: Notice::lines(notice.as_ref()),
    };
    Ok(render(notice.map_or(StatusCode::OK, |n| n.status), &view))
}

fn edit_page(
    user: &User,
    id: &str,
    slug: &str,
    form: EventTypeForm,
    notice: Option<Notice>,
) -> Response {
    let view = EventTypePage {
        form,
        action: format!("{PATH}/{id}"),
        preview: format!("/book/{}/{slug}", user.slug),
        notice: Notice::lines(notice.as_ref()),
    };
    render(notice.map_or(StatusCode::OK, |n| n.status), &view)
}
