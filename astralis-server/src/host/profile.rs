use askama::Template;
use astralis_core::model::User;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::desk::{self, ProfileDraft};
use crate::host::notice::Notice;
use crate::host::session::SignedIn;
use crate::pages::{PageError, Reader, ZoneChoice, render};
use crate::state::AppState;

/// Who the host is.
#[derive(Template)]
#[template(path = "host_profile.html")]
struct ProfilePage {
    notice: Vec<String>,
    form: ProfileForm,
    zone: ZoneChoice,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct ProfileForm {
    name: String,
    email: String,
    slug: String,
    timezone: String,
    active: Option<String>,
}

/// `GET /calendar/profile`
pub(super) async fn show(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
) -> Response {
    let form = ProfileForm {
        name: user.name.clone(),
        email: user.email.to_string(),
        slug: user.slug.to_string(),
        timezone: user.time_zone.to_string(),
        active: user.active.then(|| "yes".to_owned()),
    };
    page(&state, &user, &headers, form, None)
}

/// `POST /calendar/profile`
pub(super) async fn edit(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
    Form(form): Form<ProfileForm>,
) -> Result<Response, PageError> {
    let draft = ProfileDraft {
        name: Some(form.name.clone()),
        email: Some(form.email.clone()),
        slug: Some(form.slug.clone()),
        timezone: Some(form.timezone.clone()),
        active: Some(form.active.is_some()),
    };
    match desk::edit_profile(&state, &user, &draft).await {
        Ok(_) => Ok(Redirect::to("/calendar/profile").into_response()),
        Err(error) => Ok(page(
            &state,
            &user,
            &headers,
            form,
            Some(Notice::of(error)?),
        )),
    }
}

fn page(
    state: &AppState,
    user: &User,
    headers: &HeaderMap,
    form: ProfileForm,
    notice: Option<Notice>,
) -> Response {
    let zones = state.scheduler.zones();
    let chosen = Some(form.timezone.as_str());
    let (reader, unknown) = Reader::new(zones, &user.time_zone, chosen, None, headers);
    let view = ProfilePage {
        zone: ZoneChoice::new(zones, &reader, state.scheduler.now(), unknown),
        form,
        notice: Notice::lines(notice.as_ref()),
    };
    render(notice.map_or(StatusCode::OK, |n| n.status), &view)
}
