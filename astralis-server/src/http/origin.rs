use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::pages::PageError;
use crate::state::AppState;

/// Refuses what another site made a signed-in browser send: a form post must come from our own
/// pages. Browsers say so in `Sec-Fetch-Site`, or where they do not know it, in `Origin`; what
/// sends neither is no browser. (`SameSite=Lax` on the session keeps it out a second time.)
pub async fn require_same_origin(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if safe || is_from_us(request.headers(), state.site.as_str()) {
        next.run(request).await
    } else {
        PageError::OtherSite.into_response()
    }
}

fn is_from_us(headers: &HeaderMap, site: &str) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        (Some(relation), _) => matches!(relation, "same-origin" | "none"),
        (None, None) => true,
        (None, Some(origin)) => {
            let authority = origin.split_once("://").map(|(_, authority)| authority);
            origin == site || authority.is_some() && authority == text(HOST.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_post() {
        let site = "https://book.example.org";
        for (pairs, allowed) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", site)], true),
            (&[("origin", "https://evil.example.org")], false),
            (&[("origin", "null")], false),
            (
                &[
                    ("origin", "http://127.0.0.1:3001"),
                    ("host", "127.0.0.1:3001"),
                ],
                true,
            ),
        ] {
            let headers = pairs
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect();
            assert_eq!(is_from_us(&headers, site), allowed, "{pairs:?}");
        }
    }
}
