use astralis_core::model::User;
use astralis_core::ports::CredentialKind;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::api::ApiError;
use crate::directory::holder_of;
use crate::state::AppState;

/// The user whom the request's bearer token stands for.
pub(super) struct ApiUser(pub(super) User);

impl FromRequestParts<AppState> for ApiUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = bearer(parts).ok_or(ApiError::Unauthorized)?;
        let holder = holder_of(state, token, CredentialKind::ApiToken).await?;
        holder.map(Self).ok_or(ApiError::Unauthorized)
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
