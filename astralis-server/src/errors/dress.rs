use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::ErrorBody;
use crate::errors::Incident;
use crate::pages::ErrorPage;

/// The longest explanation that is taken over, in characters.
const LONGEST: usize = 500;

/// Makes bare errors — what axum says of a malformed request, an unknown route, an
/// [`Incident`] — speak like everything around them: JSON under `/api`, a page elsewhere.
pub async fn dress(request: Request, next: Next) -> Response {
    let in_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let status = plain_status(response.status());
    if !(status.is_client_error() || status.is_server_error()) || !is_bare(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let reference = parts
        .extensions
        .get::<Incident>()
        .map(|i| i.reference.clone());
    // Made by us, of a request whose size is limited.
    let text = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let text = text.chars().take(LONGEST).collect();
    let mut dressed = if in_api {
        (status, ErrorBody::bare(status, text, reference)).into_response()
    } else {
        (status, ErrorPage::bare(status, reference)).into_response()
    };
    keep(&parts.headers, &mut dressed);
    dressed
}

fn is_bare(response: &Response) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// What axum could not even read is malformed; 422 is kept for forms that can be corrected.
fn plain_status(status: StatusCode) -> StatusCode {
    match status {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        other => other,
    }
}

fn keep(headers: &HeaderMap, response: &mut Response) {
    for name in [ALLOW, RETRY_AFTER] {
        if let Some(value) = headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
}
