use askama::Template;
use astralis_core::model::User;
use astralis_core::ports::{Credential, CredentialKind, StoreError};
use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;

use crate::host::session::{self, SESSION_LASTS};
use crate::pages::{PageError, render};
use crate::state::AppState;
use crate::tokens::{hash_of, random_token};

/// How long a sign-in link works.
const SIGN_IN_LASTS: TimeDelta = TimeDelta::hours(24);

/// What the site is, for somebody who found its front door.
#[derive(Template)]
#[template(path = "home.html")]
struct HomePage;

/// How to sign in.
#[derive(Template)]
#[template(path = "sign_in_needed.html")]
struct SignInNeededPage;

/// One button. Opening the link does nothing yet, since mail programs open links too.
#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    action: String,
}

/// A link that signs `user` in once.
///
/// # Errors
///
/// [`StoreError`].
pub async fn issue_sign_in_link(state: &AppState, user: &User) -> Result<String, StoreError> {
    let token = random_token();
    save(state, user, &token, CredentialKind::SignIn, SIGN_IN_LASTS).await?;
    Ok(state.site.to(&format!("/sign-in/{token}")))
}

/// `GET /`
pub(super) async fn home(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    match session::find(&state, &headers).await? {
        Some(_) => Ok(Redirect::to("/calendar").into_response()),
        None => Ok(render(StatusCode::OK, &HomePage)),
    }
}

/// `GET /sign-in`
pub(super) async fn explain() -> Response {
    render(StatusCode::OK, &SignInNeededPage)
}

/// `GET /sign-in/{token}`
pub(super) async fn ask(
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let now = state.scheduler.now();
    let known = state
        .store()
        .credential(hash_of(&token), CredentialKind::SignIn, now)
        .await?;
    if known.is_none() {
        return Err(PageError::SignInLinkSpent);
    }
    let view = SignInPage {
        action: format!("/sign-in/{token}"),
    };
    Ok(render(StatusCode::OK, &view))
}

/// `POST /sign-in/{token}`
pub(super) async fn sign_in(
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    let now = state.scheduler.now();
    let credential = state
        .store()
        .take_credential(hash_of(&token), CredentialKind::SignIn, now)
        .await?
        .ok_or(PageError::SignInLinkSpent)?;
    let profile = state.store().host(credential.org, credential.user).await?;
    let session = random_token();
    save(
        &state,
        &profile.user,
        &session,
        CredentialKind::Session,
        SESSION_LASTS,
    )
    .await?;
    tracing::info!(host.id = %profile.user.id, "signed in");
    let cookie = session::set_cookie(&state, &session, SESSION_LASTS);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/calendar")).into_response())
}

/// `POST /sign-out`
pub(super) async fn sign_out(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if let Some(token) = session::token(&headers) {
        let now = state.scheduler.now();
        state
            .store()
            .take_credential(hash_of(&token), CredentialKind::Session, now)
            .await?;
    }
    let gone = session::set_cookie(&state, "", TimeDelta::zero());
    Ok(([(SET_COOKIE, gone)], Redirect::to("/sign-in")).into_response())
}

async fn save(
    state: &AppState,
    user: &User,
    token: &str,
    kind: CredentialKind,
    lasts: TimeDelta,
) -> Result<(), StoreError> {
    let now = state.scheduler.now();
    let credential = Credential {
        hash: hash_of(token),
        kind,
        org: user.org,
        user: user.id,
        expires_at: Some(now + lasts),
    };
    state.store().save_credential(&credential, now).await
}
