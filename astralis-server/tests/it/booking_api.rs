//! Booking through the JSON API.

use std::future::poll_fn;
use std::task::Poll;

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::site::{FIRST, Site, URL, instant, wish};

#[tokio::test]
async fn slots_of_the_next_two_weeks_are_listed_without_a_range() {
    let site = Site::open().await;

    let answer = site.get("/api/book/host/slots?eventType=30min").await;

    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert_eq!(body["timezone"], "Europe/Paris");
    let slots = body["slots"].as_array().unwrap();
    assert_eq!(slots.len(), 10 * 16);
    assert_eq!(
        slots[0],
        json!({ "startTime": FIRST, "endTime": "2026-03-02T08:30:00Z" })
    );
}

#[tokio::test]
async fn a_listed_slot_is_booked_and_no_longer_listed() {
    let site = Site::open().await;

    let answer = site.book(&wish(FIRST), None).await;

    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let body = answer.json();
    assert_eq!(body["success"], true);
    assert_eq!(body["event"]["title"], "Intro");
    assert_eq!(body["event"]["startTime"], FIRST);
    let manage = body["manageUrl"].as_str().unwrap();
    assert!(manage.starts_with(&format!("{URL}/booking/")));
    let slots = site
        .get("/api/book/host/slots?eventType=30min")
        .await
        .json();
    assert_eq!(slots["slots"][0]["startTime"], "2026-03-02T08:30:00Z");
}

#[tokio::test]
async fn without_an_event_type_the_first_one_of_that_length_is_booked() {
    let site = Site::open().await;
    let mut body = wish(FIRST);
    body.as_object_mut().unwrap().remove("eventType");

    let answer = site.book(&body, None).await;

    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
}

#[tokio::test]
async fn the_same_key_answers_the_same_and_books_once() {
    let site = Site::open().await;

    let first = site.book(&wish(FIRST), Some("one")).await;
    let second = site.book(&wish(FIRST), Some("one")).await;

    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(second.status, StatusCode::CREATED);
    assert_eq!(first.json(), second.json());
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let site = Site::open().await;
    site.book(&wish(FIRST), Some("one")).await;

    let other = site.book(&wish("2026-03-02T09:00:00Z"), Some("one")).await;

    assert_eq!(other.status, StatusCode::CONFLICT);
    assert_eq!(other.json()["code"], "idempotencyKeyReused");
}

#[tokio::test]
async fn a_repeated_wish_is_answered_the_same_whatever_became_of_the_event_type() {
    for change in [
        json!({ "active": false }),
        json!({ "durationMinutes": [45] }),
        json!({ "minimumNoticeMinutes": 60 * 24 * 30 }),
    ] {
        let site = Site::open().await;
        let first = site.book(&wish(FIRST), Some("one")).await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
        let id = site.event_type("30min").await;
        let path = format!("/api/event-types/{id}");
        let changed = site.api(Method::PUT, &path, change.clone()).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);

        let again = site.book(&wish(FIRST), Some("one")).await;

        assert_eq!(
            again.status,
            StatusCode::CREATED,
            "{change}: {}",
            again.text
        );
        assert_eq!(again.json(), first.json(), "{change}");
    }
}

#[tokio::test]
async fn a_repeated_wish_finds_its_event_type_again_though_another_fits_better_now() {
    let site = Site::open().await;
    let draft = json!({ "slug": "other", "durationMinutes": [30] });
    site.api(Method::POST, "/api/event-types", draft).await;
    let mut body = wish(FIRST);
    body["eventType"] = json!(null);
    let first = site.book(&body, Some("one")).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let path = format!("/api/event-types/{}", site.event_type("30min").await);
    site.api(Method::PUT, &path, json!({ "active": false }))
        .await;

    let again = site.book(&body, Some("one")).await;

    assert_eq!(again.json(), first.json());
}

#[tokio::test]
async fn a_key_counts_for_one_guest_only() {
    let site = Site::open().await;
    let mut other = wish("2026-03-02T09:00:00Z");
    other["guestEmail"] = "grace@example.org".into();

    let first = site.book(&wish(FIRST), Some("1")).await;
    let second = site.book(&other, Some("1")).await;

    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(second.status, StatusCode::CREATED, "{}", second.text);
}

#[tokio::test]
async fn a_caller_who_hangs_up_is_booked_all_the_same() {
    let site = Site::open().await;

    let wish = wish(FIRST);
    let mut request = Box::pin(site.book(&wish, None));

    let waits = poll_fn(|context| Poll::Ready(request.as_mut().poll(context).is_pending())).await;
    drop(request);

    assert!(waits, "answered too early to be cut off");
    let other = site.book(&wish, None).await;
    assert_eq!(other.json()["code"], "taken", "{}", other.text);
}

#[tokio::test]
async fn a_taken_time_is_refused_with_reasons_and_three_alternatives() {
    let site = Site::open().await;
    site.booked("2026-03-02T10:00:00Z").await;

    let answer = site.book(&wish("2026-03-02T10:00:00Z"), None).await;

    assert_eq!(answer.status, StatusCode::CONFLICT);
    let body = answer.json();
    assert_eq!(body["code"], "taken");
    assert_eq!(body["reasons"][0]["code"], "taken");
    assert_eq!(
        body["conflicts"],
        json!([{ "startTime": "2026-03-02T10:00:00Z", "endTime": "2026-03-02T10:30:00Z" }])
    );
    assert_eq!(body["suggestion"].as_array().unwrap().len(), 3);
    for secret in ["Ada", "Intro", "subject", "\"event\""] {
        assert!(!answer.text.contains(secret), "{secret} in {}", answer.text);
    }
    // Nor which meeting is in the way, or of which kind.
    assert_eq!(
        keys(&body["reasons"][0]),
        ["bufferOnly", "code", "during", "message"]
    );
}

fn keys(object: &serde_json::Value) -> Vec<&str> {
    let mut keys: Vec<_> = object.as_object().unwrap().keys().collect();
    keys.sort_unstable();
    keys.into_iter().map(String::as_str).collect()
}

#[tokio::test]
async fn each_alternative_can_be_booked() {
    let site = Site::open().await;
    site.booked(FIRST).await;
    let refused = site.book(&wish(FIRST), None).await.json();

    for slot in refused["suggestion"].as_array().unwrap() {
        let start = slot["startTime"].as_str().unwrap();
        let answer = site.book(&wish(start), None).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{start}");
    }
}

#[tokio::test]
async fn a_time_that_cannot_be_had_says_why() {
    let site = Site::open().await;
    for (start, code) in [
        ("2026-02-27T08:00:00Z", "inThePast"),
        ("2026-03-02T05:00:00Z", "outsideHours"),
        ("2026-03-02T08:10:00Z", "offGrid"),
        ("2026-06-01T08:00:00Z", "outsideBookingWindow"),
    ] {
        let answer = site.book(&wish(start), None).await;

        assert_eq!(answer.status, StatusCode::CONFLICT, "{start}");
        let reasons = answer.json()["reasons"].clone();
        let codes = reasons.as_array().unwrap().iter();
        let codes: Vec<_> = codes
            .map(|reason| reason["code"].as_str().unwrap())
            .collect();
        assert!(codes.contains(&code), "{start}: {codes:?}");
    }
}

#[tokio::test]
async fn too_soon_and_over_the_limit_are_refused() {
    let site = Site::open().await;
    let draft = json!({
        "slug": "scarce",
        "durationMinutes": [30],
        "minimumNoticeMinutes": 24 * 60 + 30,
        "limits": [{ "period": "DAY", "amount": { "bookings": 1 } }],
    });
    let added = site.api(Method::POST, "/api/event-types", draft).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let scarce = |start: &str| {
        let mut body = wish(start);
        body["eventType"] = "scarce".into();
        body
    };

    let too_soon = site.book(&scarce(FIRST), None).await;
    assert_eq!(
        too_soon.json()["code"],
        "minimumNotice",
        "{}",
        too_soon.text
    );
    // Exactly at the notice is soon enough.
    let in_time = site.book(&scarce("2026-03-02T08:30:00Z"), None).await;
    assert_eq!(in_time.status, StatusCode::CREATED, "{}", in_time.text);
    let too_many = site.book(&scarce("2026-03-02T10:00:00Z"), None).await;
    assert_eq!(too_many.status, StatusCode::CONFLICT);
    assert_eq!(too_many.json()["code"], "limitReached", "{}", too_many.text);
}

#[tokio::test]
async fn the_answer_says_instants_in_utc_wherever_the_guest_is() {
    let site = Site::open().await;
    let mut body = wish(FIRST);
    body["startTime"] = "2026-03-02T13:45:00+05:45".into();
    body["endTime"] = "2026-03-02T14:15:00+05:45".into();

    let answer = site.book(&body, None).await;

    let start = answer.json()["event"]["startTime"].clone();
    assert_eq!(instant(start.as_str().unwrap()), instant(FIRST));
    assert_eq!(start, FIRST);
}
