use astralis_core::model::User;
use astralis_core::ports::CredentialKind;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::HeaderValue;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;

use crate::directory::holder_of;
use crate::pages::{PageError, cookie};
use crate::state::AppState;

/// How long a browser stays signed in.
pub(super) const SESSION_LASTS: TimeDelta = TimeDelta::days(30);

const COOKIE: &str = "astralis_session";

/// The user whom the browser's session stands for.
pub(super) struct SignedIn(pub(super) User);

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        match find(state, &parts.headers).await {
            Ok(Some(user)) => Ok(Self(user)),
            Ok(None) => Err(Redirect::to("/sign-in").into_response()),
            Err(error) => Err(error.into_response()),
        }
    }
}

/// Who is signed in, if anybody.
pub(super) async fn find(state: &AppState, headers: &HeaderMap) -> Result<Option<User>, PageError> {
    let Some(token) = token(headers) else {
        return Ok(None);
    };
    Ok(holder_of(state, &token, CredentialKind::Session).await?)
}

pub(super) fn token(headers: &HeaderMap) -> Option<String> {
    cookie(headers, COOKIE)
}

/// The cookie that keeps a browser signed in: scripts cannot read it, other sites cannot send it
/// along with a form, and it crosses no plain connection if the site has a safe one.
pub(super) fn set_cookie(state: &AppState, token: &str, lasts: TimeDelta) -> HeaderValue {
    let secure = if state.site.is_secure() {
        "; Secure"
    } else {
        ""
    };
    let age = lasts.num_seconds();
    format!("{COOKIE}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
        .parse()
        .expect("a token has only letters that headers can hold")
}
