//! What callers see when something fails on our side.

use std::sync::Arc;

use astralis_core::ports::{Clock, StoreError};
use astralis_server::{SharedClock, errors};
use astralis_testkit::store::{Call, FaultyStore, Moment};
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::middleware::from_fn;
use axum::routing::get;
use chrono::TimeDelta;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;

use crate::site::{FIRST, Site, wish};

/// A site whose store can be made to fail.
async fn fragile() -> (Site, Arc<FaultyStore>) {
    let site = Site::open().await;
    let store = FaultyStore::around_store(site.state.scheduler.store().clone());
    let store = Arc::new(store);
    (site.before(store.clone()), store)
}

#[tokio::test]
async fn a_store_that_is_away_is_no_empty_month() {
    let (site, store) = fragile().await;

    store.fail_next(Call::Facts, Moment::Before);
    let page = site.get("/book/host/30min").await;
    store.fail_next(Call::Facts, Moment::Before);
    let api = site.get("/api/book/host/slots?eventType=30min").await;

    page.assert_says(503, "Not possible right now");
    assert!(page.headers.contains_key("retry-after"));
    assert_eq!(api.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(api.json()["code"], "unavailable");
}

#[tokio::test]
async fn a_booking_whose_answer_was_lost_is_found_again_by_its_key() {
    let (site, store) = fragile().await;

    store.fail_next(Call::Transact, Moment::After);
    let lost = site.book(&wish(FIRST), Some("one")).await;
    let found = site.book(&wish(FIRST), Some("one")).await;

    assert_eq!(lost.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(found.status, StatusCode::CREATED, "{}", found.text);
}

#[tokio::test]
async fn a_server_whose_store_is_away_lives_but_is_not_ready() {
    let (site, store) = fragile().await;
    assert_eq!(site.get("/readyz").await.status, StatusCode::OK);

    store.fail_next(Call::Catalog, Moment::Before);
    let ready = site.get("/readyz").await;
    store.fail_next(Call::Catalog, Moment::Before);
    let healthy = site.get("/healthz").await;

    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(ready.headers.contains_key("retry-after"));
    assert_eq!(healthy.status, StatusCode::OK);
    assert_eq!(
        healthy.json()["zoneData"],
        site.state.scheduler.zones().version()
    );
}

/// A database whose clock differs from ours by this much.
struct Skewed(TimeDelta);

#[async_trait]
impl SharedClock for Skewed {
    async fn lead_of(&self, _: &dyn Clock) -> Result<TimeDelta, StoreError> {
        Ok(self.0)
    }
}

#[tokio::test]
async fn a_server_whose_clock_differs_from_a_shared_databases_is_not_ready() {
    for (seconds, status) in [(5, 200), (6, 503), (-5, 200), (-3600, 503)] {
        let mut site = Site::open().await;
        let skewed = Arc::new(Skewed(TimeDelta::seconds(seconds)));
        site.state = site.state.with_shared_clock(skewed);

        let ready = site.get("/readyz").await;

        assert_eq!(ready.status.as_u16(), status, "{seconds} s");
    }
}

#[tokio::test]
async fn a_panic_becomes_a_reference_and_says_nothing_else() {
    async fn broken() {
        panic!("the secret is 42");
    }
    let app = Router::new()
        .route("/page", get(broken))
        .route("/api/broken", get(broken))
        .layer(CatchPanicLayer::custom(errors::panicked))
        .layer(from_fn(errors::dress));
    for (path, words) in [
        ("/page", "<code class=\"reference\">"),
        ("/api/broken", "\"reference\":\""),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();

        let response = app.clone().oneshot(request).await.unwrap();

        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let text = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        assert!(text.contains(words), "{text}");
        assert!(!text.contains("42"), "{text}");
    }
}

#[tokio::test]
async fn a_long_explanation_is_cut_and_not_dropped() {
    async fn talkative() -> (StatusCode, String) {
        (StatusCode::BAD_REQUEST, "é".repeat(3000))
    }
    let app = Router::new()
        .route("/api/talkative", get(talkative))
        .layer(from_fn(errors::dress));
    let request = Request::get("/api/talkative").body(Body::empty()).unwrap();

    let response = app.oneshot(request).await.unwrap();

    let text = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(body["error"], "é".repeat(500));
}

#[tokio::test]
async fn a_request_that_was_cut_off_says_that_it_may_have_been_done() {
    async fn slow() -> StatusCode {
        StatusCode::REQUEST_TIMEOUT
    }
    let app = Router::new()
        .route("/page", get(slow))
        .route("/api/slow", get(slow))
        .layer(from_fn(errors::dress));
    for (path, words) in [
        (
            "/page",
            "It may have been done all the same; then a mail tells you.",
        ),
        ("/page", "send the same form again: that cannot book twice"),
        ("/api/slow", "repeat it with the same Idempotency-Key"),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();

        let response = app.clone().oneshot(request).await.unwrap();

        let text = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        assert!(text.contains(words), "{text}");
    }
}
