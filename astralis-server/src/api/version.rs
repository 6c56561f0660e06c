use astralis_core::model::FieldError;
use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, HeaderName, IF_MATCH};
use axum::http::request::Parts;

use crate::api::ApiError;

/// The version that `If-Match` names, if the caller wants to be told when it is no longer true.
pub(super) struct IfMatch(pub(super) Option<u32>);

impl IfMatch {
    /// The version that the header or the body names; both may, if they name the same.
    pub(super) fn or_in_body(self, in_body: Option<u32>) -> Result<Option<u32>, ApiError> {
        if let (Some(header), Some(body)) = (self.0, in_body)
            && header != body
        {
            let expected = "the version that If-Match names";
            let error = FieldError::new("version", "notIfMatch", expected);
            return Err(ApiError::Invalid(vec![error]));
        }
        Ok(self.0.or(in_body))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(IF_MATCH) else {
            return Ok(Self(None));
        };
        match value.as_bytes() {
            b"*" => Ok(Self(None)),
            _ => {
                let tag = value.to_str().unwrap_or_default().trim_matches('"');
                // A tag that we never gave out matches nothing.
                tag.parse()
                    .map(|version| Self(Some(version)))
                    .map_err(|_| ApiError::Stale)
            }
        }
    }
}

/// The header that says which version an answer shows.
pub(super) fn etag(version: u32) -> [(HeaderName, String); 1] {
    [(ETAG, format!("\"{version}\""))]
}
