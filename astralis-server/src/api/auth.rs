use astralis_core::model::User;
use astralis_core::ports::CredentialKind;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use crate::api::ApiError;
use crate::state::AppState;
use crate::tokens::hash_of;

/// The active user whom the request's bearer token stands for.
pub(super) struct ApiUser(pub(super) User);

impl FromRequestParts<AppState> for ApiUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = bearer(parts).ok_or(ApiError::Unauthorized)?;
        let credential = state
            .store()
            .credential(
                hash_of(token),
                CredentialKind::ApiToken,
                state.scheduler.now(),
            )
            .await?
            .ok_or(ApiError::Unauthorized)?;
        let profile = state.store().host(credential.org, credential.user).await?;
        if profile.user.active {
            Ok(Self(profile.user))
        } else {
            Err(ApiError::Forbidden)
        }
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
