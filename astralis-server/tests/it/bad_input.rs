//! Requests that cannot be answered as they are: each with its status, code and field.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::site::{FIRST, Site, wish};

#[tokio::test]
async fn a_field_that_is_wrong_is_named_with_what_was_expected() {
    let site = Site::open().await;
    for (field, value, code) in [
        ("timezone", json!("Mars/Olympus"), "unknownTimeZone"),
        ("timezone", json!("+02:00"), "unknownTimeZone"),
        ("startTime", json!("tomorrow"), "malformed"),
        ("endTime", json!("2026-03-02T08:30:00"), "malformed"),
        ("endTime", json!("2026-03-02T07:00:00Z"), "notAfterStart"),
        ("endTime", json!(FIRST), "notAfterStart"),
        (
            "endTime",
            json!("2026-03-02T08:20:00Z"),
            "durationNotOffered",
        ),
        ("guestName", json!("  "), "required"),
        ("guestName", json!("a".repeat(201)), "tooLong"),
        ("guestEmail", json!("ada"), "invalidEmail"),
        (
            "guestEmail",
            json!("ada@example.org\r\nBcc: eve@example.org"),
            "invalidEmail",
        ),
        ("guestPhone", json!("1".repeat(51)), "tooLong"),
        ("title", json!("a".repeat(201)), "tooLong"),
        ("description", json!("a".repeat(2001)), "tooLong"),
        ("meetingType", json!("SEANCE"), "unknown"),
        ("meetingType", json!("IN_PERSON"), "notOffered"),
        ("userId", Value::Null, "required"),
    ] {
        let mut body = wish(FIRST);
        body[field] = value.clone();

        let answer = site.book(&body, None).await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{field} {value}");
        let body = answer.json();
        assert_eq!(body["code"], code, "{field} {value}: {body}");
        assert!(body["error"].is_string());
        let said = body["details"][field][0].as_str().unwrap_or_default();
        assert!(said.starts_with("expected "), "{field} {value}: {body}");
    }
}

#[tokio::test]
async fn an_end_that_fits_no_event_type_at_all_is_invalid() {
    let site = Site::open().await;
    for (end, code) in [
        ("2026-03-02T08:20:00Z", "durationNotOffered"),
        ("2026-03-02T07:00:00Z", "notAfterStart"),
    ] {
        let mut body = wish(FIRST);
        body["eventType"] = Value::Null;
        body["endTime"] = end.into();

        let answer = site.book(&body, None).await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["code"], code);
    }
}

#[tokio::test]
async fn everything_that_is_missing_is_named_at_once() {
    let site = Site::open().await;

    let answer = site.book(&json!({}), None).await;

    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let details = answer.json()["details"].clone();
    for field in [
        "userId",
        "startTime",
        "endTime",
        "timezone",
        "guestName",
        "guestEmail",
    ] {
        assert!(details[field].is_array(), "{field}: {details}");
    }
}

#[tokio::test]
async fn malformed_json_has_the_shape_of_every_error() {
    let site = Site::open().await;
    for text in ["", "{", "[]", "null", r#"{"userId": 7}"#, "\u{0}"] {
        let request = Request::post("/api/book")
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(text))
            .unwrap();

        let answer = site.send(request).await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{text:?}");
        assert_eq!(answer.json()["code"], "malformed", "{text:?}");
    }
}

#[tokio::test]
async fn a_place_in_json_that_is_wrong_is_named() {
    let site = Site::open().await;
    let answer = site.book(&json!({ "userId": 7 }), None).await;
    let said = answer.json()["details"]["userId"][0].clone();
    assert!(said.as_str().unwrap().contains("expected a string"));

    let path = "/api/availability/overrides/2026-03-02";
    let windows = json!({ "windows": [{ "startTime": "09:00", "endTime": [] }] });
    let answer = site.api(Method::PUT, path, windows).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let details = answer.json()["details"].clone();
    assert!(details["windows[0].endTime"].is_array(), "{details}");
}

#[tokio::test]
async fn a_body_that_is_no_json_or_too_large_is_refused() {
    let site = Site::open().await;
    let form = Request::post("/api/book").body(Body::from("a=b")).unwrap();
    let answer = site.send(form).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(answer.json()["code"], "malformed");

    let mut body = wish(FIRST);
    body["description"] = "a".repeat(70 * 1024).into();
    let answer = site.book(&body, None).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["code"], "tooLarge");
}

#[tokio::test]
async fn unknown_pages_and_event_types_are_not_found() {
    let site = Site::open().await;
    for path in [
        "/api/book/nobody/slots?eventType=30min",
        "/api/book/host/slots?eventType=nothing",
        "/api/nothing",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.json()["code"], "notFound", "{path}");
    }
    for (field, value) in [("userId", "nobody"), ("eventType", "nothing")] {
        let mut body = wish(FIRST);
        body[field] = value.into();
        let answer = site.book(&body, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{field}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_in_json_with_those_that_work() {
    let site = Site::open().await;

    let answer = site.api(Method::PUT, "/api/book", json!({})).await;

    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.json()["code"], "methodNotAllowed");
    assert_eq!(answer.headers["allow"], "POST");
}

#[tokio::test]
async fn a_range_of_slots_must_be_one() {
    let site = Site::open().await;
    let range = "from=2026-03-02T00:00:00Z&to=";
    for (query, field) in [
        ("from=yesterday".to_owned(), "from"),
        ("to=2026".to_owned(), "to"),
        ("timezone=Nowhere".to_owned(), "timezone"),
        ("durationMinutes=soon".to_owned(), "durationMinutes"),
        (format!("{range}2026-03-01T00:00:00Z"), "to"),
        (format!("{range}2026-06-01T00:00:00Z"), "to"),
    ] {
        let answer = site
            .get(&format!("/api/book/host/slots?eventType=30min&{query}"))
            .await;

        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        let details = answer.json()["details"].clone();
        assert!(details[field].is_array(), "{query}: {details}");
    }
}

#[tokio::test]
async fn an_idempotency_key_must_be_printable_and_short() {
    let site = Site::open().await;
    for key in ["", " ", &"k".repeat(256)] {
        let answer = site.book(&wish(FIRST), Some(key)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{key:?}");
    }
}

#[tokio::test]
async fn pages_answer_in_pages() {
    let site = Site::open().await;
    for (path, status, words) in [
        ("/nothing", 404, "There is no such page"),
        ("/book/nobody", 404, "There is no such booking page"),
        ("/book/host/nothing", 404, "There is no such meeting"),
        (
            "/book/host/30min?date=soon",
            400,
            "This address is not complete",
        ),
        (
            "/book/host/30min?month=2026-13",
            400,
            "This address is not complete",
        ),
        (
            "/book/host/30min?month=9999-01",
            400,
            "This address is not complete",
        ),
        (
            "/book/host/30min?month=2026-11&date=%2B262142-12-31",
            400,
            "This address is not complete",
        ),
        (
            "/book/host/30min?date=-0044-03-15",
            400,
            "This address is not complete",
        ),
        (
            "/book/host/30min?start=noon",
            400,
            "This address is not complete",
        ),
        (
            "/book/host/30min?duration=17",
            400,
            "This address is not complete",
        ),
        (
            "/book/host/30min?timezone=Mars",
            422,
            "We do not know the time zone",
        ),
        ("/book/%FF", 400, "That did not work"),
        ("/booking/forged", 404, "This link is not valid"),
    ] {
        site.get(path).await.assert_says(status, words);
    }
}
