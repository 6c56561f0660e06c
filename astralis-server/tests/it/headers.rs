//! What every answer carries.

use astralis_server::config::RateLimitConfig;
use astralis_server::http::RateLimiter;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode};
use std::net::SocketAddr;
use std::sync::Arc;

use crate::site::{FIRST, Site};

#[tokio::test]
async fn every_answer_makes_browsers_careful() {
    let site = Site::open().await;
    let booking = site.booked(FIRST).await;
    for path in [
        "/book/host",
        "/book/host/30min",
        "/nothing",
        "/api/nothing",
        "/healthz",
        booking.as_str(),
    ] {
        let answer = site.get(path).await;
        let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.starts_with("default-src 'self'"), "{path}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("x-robots-tag"), "noindex, nofollow", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn pages_need_no_inline_script_or_style_and_nobody_else() {
    let site = Site::open().await;
    let booking = site.booked("2026-03-02T10:00:00Z").await;
    let form = format!("/book/host/30min?start={FIRST}");
    for path in [
        "/",
        "/book/host",
        "/book/host/30min",
        &form,
        &booking,
        "/sign-in",
    ] {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for inline in [
            "<style",
            "style=\"",
            "onclick",
            "onload",
            "<script>",
            "src=\"http",
        ] {
            assert!(!page.text.contains(inline), "{inline} in {path}");
        }
        page.assert_says(200, "<html lang=\"en\">");
        page.assert_says(200, "<meta name=\"robots\" content=\"noindex, nofollow\">");
        assert!(!page.text.contains("<title> "), "{path}");
    }
}

#[tokio::test]
async fn assets_may_be_kept_for_good_at_the_address_that_pages_name() {
    let site = Site::open().await;
    let page = site.get("/book/host").await;
    let (_, rest) = page.text.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let url = rest.split('"').next().unwrap();

    let current = site.get(url).await;
    let other = site.get("/static/000000000000/style.css").await;

    assert!(
        current.headers["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(other.headers["cache-control"], "no-cache");
    assert_eq!(
        site.get("/static/x/nothing.css").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_told_to_wait() {
    let mut site = Site::open().await;
    site.state.rate_limiter = Arc::new(RateLimiter::new(RateLimitConfig {
        per_minute: 60,
        burst: 2,
        proxy_header: None,
    }));
    let ask = |path: &str| {
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        let address: SocketAddr = "192.0.2.1:5000".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        request
    };
    for _ in 0..2 {
        assert_eq!(site.send(ask("/book/host")).await.status, StatusCode::OK);
    }

    let page = site.send(ask("/book/host")).await;
    let api = site.send(ask("/api/book/host/slots?eventType=30min")).await;

    page.assert_says(429, "A little too fast");
    assert_eq!(page.headers["retry-after"], "1");
    assert_eq!(api.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(api.json()["code"], "rateLimited");
    // The operator's probes are not counted.
    assert_eq!(site.send(ask("/healthz")).await.status, StatusCode::OK);
}
