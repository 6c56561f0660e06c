//! The description of the API is held to what the API does.

use std::collections::BTreeSet;

use astralis_server::api::{OPENAPI, paths};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::office::{EVENTS, Office, path_of, weekly};
use crate::site::{Answer, FIRST, Site, wish};

fn document() -> Value {
    serde_json::from_str(OPENAPI).unwrap()
}

#[tokio::test]
async fn every_route_and_method_is_described_and_nothing_else() {
    let site = Site::open().await;
    let document = document();
    let described: BTreeSet<_> = document["paths"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    let routed: BTreeSet<_> = paths().into_iter().map(str::to_owned).collect();
    assert_eq!(described, routed);

    for path in routed {
        // No route takes TRACE, so each says which methods it takes.
        let concrete = path.replace(['{', '}'], "x");
        let answer = site.api(Method::TRACE, &concrete, Value::Null).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let allowed = answer.headers["allow"].to_str().unwrap();
        let allowed: BTreeSet<_> = allowed
            .split(',')
            .map(|method| method.trim().to_lowercase())
            .filter(|method| method != "head")
            .collect();
        let operations = document["paths"][&path].as_object().unwrap();
        let described: BTreeSet<_> = operations.keys().cloned().collect();
        assert_eq!(allowed, described, "{path}");
    }
}

/// What the document gives as an example of an answer.
fn example(method: &str, path: &str, status: u16) -> Value {
    let document = document();
    let response = &document["paths"][path][method]["responses"][status.to_string()];
    let response = match response["$ref"].as_str() {
        Some(reference) => document.pointer(&reference[1..]).unwrap().clone(),
        None => response.clone(),
    };
    response["content"]["application/json"]["example"].clone()
}

/// Asserts that both have the same fields, all the way down. What an example shows as null may be
/// there; of a list the first entries are compared.
#[track_caller]
fn assert_same_shape(at: &str, real: &Value, example: &Value) {
    match (real, example) {
        (Value::Object(real), Value::Object(example)) => {
            let names = |object: &serde_json::Map<_, _>| -> BTreeSet<String> {
                object.keys().cloned().collect()
            };
            assert_eq!(names(real), names(example), "{at}");
            for (name, value) in real {
                assert_same_shape(&format!("{at}.{name}"), value, &example[name]);
            }
        }
        (Value::Array(real), Value::Array(example)) => {
            if let (Some(real), Some(example)) = (real.first(), example.first()) {
                assert_same_shape(&format!("{at}[0]"), real, example);
            }
        }
        (Value::Null, _) | (_, Value::Null) => {}
        (real, example) => assert_eq!(
            std::mem::discriminant(real),
            std::mem::discriminant(example),
            "{at}: {real} {example}"
        ),
    }
}

#[track_caller]
fn check(answer: &Answer, method: &str, path: &str, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    let example = example(method, path, status);
    assert!(
        example.is_object(),
        "no example of {method} {path} {status}"
    );
    assert_same_shape(&format!("{method} {path}"), &answer.json(), &example);
}

#[tokio::test]
async fn examples_of_public_answers_have_the_shape_of_real_ones() {
    let site = Site::open().await;
    let slots = "/api/book/{page}/slots";
    check(
        &site.get("/api/book/host/slots?eventType=30min").await,
        "get",
        slots,
        200,
    );
    check(&site.get("/api/book/nobody/slots").await, "get", slots, 404);
    let booked = site.book(&wish(FIRST), None).await;
    check(&booked, "post", "/api/book", 201);
    let refused = site.book(&wish(FIRST), None).await;
    check(&refused, "post", "/api/book", 409);
    let mut invalid = wish(FIRST);
    invalid["timezone"] = "Mars".into();
    check(&site.book(&invalid, None).await, "post", "/api/book", 400);
    check(&site.get("/api/profile").await, "get", "/api/profile", 401);
}

#[tokio::test]
async fn examples_of_the_hosts_answers_have_the_shape_of_real_ones() {
    let site = Site::open().await;
    site.booked(FIRST).await;
    for path in [
        "/api/availability",
        "/api/profile",
        "/api/event-types",
        "/api/bookings",
        "/api/calendar/subscriptions",
    ] {
        check(
            &site.api(Method::GET, path, Value::Null).await,
            "get",
            path,
            200,
        );
    }
    let rule = json!({ "day": "SATURDAY", "startTime": "10:00", "endTime": "11:00" });
    let added = site.api(Method::POST, "/api/availability", rule).await;
    check(&added, "post", "/api/availability", 201);
    let date = json!({ "windows": [{ "startTime": "10:00", "endTime": "12:00" }] });
    let set = site
        .api(Method::PUT, "/api/availability/overrides/2026-03-04", date)
        .await;
    check(&set, "put", "/api/availability/overrides/{date}", 200);
    let event_type = json!({ "slug": "intro", "durationMinutes": [30] });
    let added = site.api(Method::POST, "/api/event-types", event_type).await;
    check(&added, "post", "/api/event-types", 201);
    let calendar = json!({ "url": "https://example.org/work.ics" });
    let path = "/api/calendar/subscriptions";
    let added = site.api(Method::POST, path, calendar).await;
    check(&added, "post", path, 201);
}

#[tokio::test]
async fn the_document_is_served() {
    let site = Site::open().await;
    let answer = site.get("/api/openapi.json").await;
    assert_eq!(answer.json(), document());
}

#[tokio::test]
async fn examples_of_meetings_have_the_shape_of_real_ones() {
    let office = Office::open().await;
    let grace = &office.grace;
    let (all, one) = (EVENTS, "/api/calendar/events/{id}");
    let call = async |method, path: &str, body: &Value| office.api(grace, method, path, body).await;
    assert_eq!(
        office.book("grace", FIRST).await.status,
        StatusCode::CREATED
    );
    check(&call(Method::POST, all, &weekly()).await, "post", all, 409);
    let mut draft = weekly();
    draft["onClash"] = "LEAVE_OUT".into();
    draft["startTime"] = "2026-03-02T09:00:00Z".into();
    draft["endTime"] = "2026-03-02T09:30:00Z".into();
    draft["participants"] = json!([{ "userId": office.joan.user.id }]);
    let written = call(Method::POST, all, &draft).await;
    check(&written, "post", all, 201);
    draft["recurrence"] = Value::Null;
    office.created(&draft).await;
    check(&call(Method::GET, all, &Value::Null).await, "get", all, 200);
    let path = path_of(&written.json());
    let mut latest = written.json();
    latest["version"] = Value::Null;
    let joans = office.api(&office.joan, Method::DELETE, &path, &Value::Null);
    check(&joans.await, "delete", one, 403);
    for (method, name) in [
        (Method::GET, "get"),
        (Method::PUT, "put"),
        (Method::DELETE, "delete"),
    ] {
        check(&call(method, &path, &latest).await, name, one, 200);
    }
}
