use astralis_core::model::{CommandId, FieldError};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use uuid::Uuid;

use crate::api::ApiError;
use crate::directory::command_for;
use crate::state::AppState;

/// The longest idempotency key.
const LONGEST_KEY: usize = 255;

/// The key by which a caller means the same request again, if they gave one.
pub(super) struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    pub(super) fn is_given(&self) -> bool {
        self.0.is_some()
    }

    /// What the caller means to do once: a key counts within `scope` and for this purpose only.
    pub(super) fn command(&self, state: &AppState, scope: Uuid, purpose: &[&str]) -> CommandId {
        match &self.0 {
            Some(key) => command_for(scope, purpose, key),
            None => state.scheduler.next_id().into(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(key) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = key.to_str().ok().map(str::trim);
        match key.filter(|key| (1..=LONGEST_KEY).contains(&key.len())) {
            Some(key) => Ok(Self(Some(key.to_owned()))),
            None => Err(ApiError::Invalid(vec![FieldError::new(
                "Idempotency-Key",
                "malformed",
                format!("1 to {LONGEST_KEY} printable characters"),
            )])),
        }
    }
}
