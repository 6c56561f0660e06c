//! What a host changes through the API.

use axum::body::Body;
use axum::http::header::AUTHORIZATION;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::site::{FIRST, Site, wish};

async fn get(site: &Site, path: &str) -> Value {
    let answer = site.api(Method::GET, path, Value::Null).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_shown() {
    let mut site = Site::open().await;
    let plain = site.get("/api/availability").await;
    assert_eq!(plain.status, StatusCode::UNAUTHORIZED);
    assert_eq!(plain.headers["www-authenticate"], "Bearer");
    site.token = "astralis_forged".to_owned();
    let forged = site.api(Method::GET, "/api/bookings", Value::Null).await;
    assert_eq!(forged.status, StatusCode::UNAUTHORIZED);
    assert_eq!(forged.json()["code"], "unauthorized");
}

#[tokio::test]
async fn a_host_who_takes_a_break_can_end_it_on_every_way_in() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let paused = site.api(Method::PUT, "/api/profile", json!({ "active": false }));
    assert_eq!(paused.await.status, StatusCode::OK);

    assert_eq!(get(&site, "/api/profile").await["active"], false);
    let page = site.get_as(&cookie, "/calendar/profile").await;
    assert_eq!(page.status, StatusCode::OK);
    let refused = site.book(&wish(FIRST), None).await;
    assert_eq!(refused.json()["code"], "hostInactive", "{}", refused.text);
    let back = site.api(Method::PUT, "/api/profile", json!({ "active": true }));
    assert_eq!(back.await.status, StatusCode::OK);
    let booked = site.book(&wish(FIRST), None).await;
    assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);
}

#[tokio::test]
async fn a_rule_is_added_replaced_and_removed() {
    let site = Site::open().await;
    let rule = json!({ "day": "SATURDAY", "startTime": "10:00", "endTime": "11:00" });
    let added = site.api(Method::POST, "/api/availability", rule).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let path = format!("/api/availability/{}", added.json()["id"].as_str().unwrap());
    let saturday =
        "/api/book/host/slots?eventType=30min&from=2026-03-07T00:00:00Z&to=2026-03-08T00:00:00Z";
    assert_eq!(
        get(&site, saturday).await["slots"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    let longer = json!({ "day": "SATURDAY", "startTime": "10:00", "endTime": "12:00" });
    let replaced = site.api(Method::PUT, &path, longer).await;
    assert_eq!(replaced.status, StatusCode::OK);
    assert_eq!(
        get(&site, saturday).await["slots"]
            .as_array()
            .unwrap()
            .len(),
        4
    );

    let removed = site.api(Method::DELETE, &path, Value::Null).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&site, saturday).await["slots"], json!([]));
    let again = site.api(Method::DELETE, &path, Value::Null).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_rule_that_cannot_be_is_refused() {
    let site = Site::open().await;
    for (day, start, end, field) in [
        ("monday", "09:00", "10:00", "day"),
        ("MON", "09:00", "10:00", "day"),
        ("MONDAY", "9", "10:00", "startTime"),
        ("MONDAY", "09:00", "25:00", "endTime"),
        ("MONDAY", "10:00", "09:00", "endTime"),
        ("MONDAY", "10:00", "10:00", "endTime"),
    ] {
        let rule = json!({ "day": day, "startTime": start, "endTime": end });
        let answer = site.api(Method::POST, "/api/availability", rule).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{day} {start} {end}"
        );
        assert!(
            answer.json()["details"][field].is_array(),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_rule_recurs_on_other_dates_than_one_day_of_the_week() {
    let site = Site::open().await;
    let rule = json!({
        "rule": "freq=weekly;byday=SA;interval=2", "firstDate": "2026-03-07",
        "startTime": "10:00", "endTime": "11:00",
    });
    let added = site.api(Method::POST, "/api/availability", rule).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);

    let rules = get(&site, "/api/availability").await["rules"].clone();
    let listed = rules.as_array().unwrap().last().unwrap();
    assert_eq!(*listed, added.json());
    assert_eq!(listed["rule"], "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA");
    assert_eq!(listed["firstDate"], "2026-03-07");
    assert!(listed.get("day").is_none(), "{listed}");
    for (saturday, starts) in [(7, 2), (14, 0), (21, 2)] {
        let day =
            format!("from=2026-03-{saturday:02}T00:00:00Z&to=2026-03-{saturday:02}T23:00:00Z");
        let slots = get(
            &site,
            &format!("/api/book/host/slots?eventType=30min&{day}"),
        )
        .await;
        assert_eq!(
            slots["slots"].as_array().unwrap().len(),
            starts,
            "{saturday} March"
        );
    }

    let path = format!("/api/availability/{}", added.json()["id"].as_str().unwrap());
    let weekly = json!({ "day": "SATURDAY", "startTime": "10:00", "endTime": "11:00" });
    let replaced = site.api(Method::PUT, &path, weekly).await;
    assert_eq!(replaced.json()["day"], "SATURDAY", "{}", replaced.text);
    assert!(replaced.json().get("rule").is_none(), "{}", replaced.text);
}

#[tokio::test]
async fn a_recurring_rule_that_cannot_be_is_refused_with_the_place_and_the_reason() {
    let site = Site::open().await;
    for (days, field, reason) in [
        (
            json!({ "rule": "FREQ=DAILY;BYDAY=-1MO", "firstDate": "2026-03-07" }),
            "rule",
            "-1MO counts weekdays, which a DAILY rule cannot (at byte 17)",
        ),
        (
            json!({ "rule": "FREQ=DAILY;BYHOUR=9", "firstDate": "2026-03-07" }),
            "rule",
            "its BYHOUR speaks of times of the day",
        ),
        (
            json!({ "rule": "FREQ=HOURLY", "firstDate": "2026-03-07" }),
            "rule",
            "its FREQ speaks of times of the day",
        ),
        (
            json!({ "rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "firstDate": "2026-03-07" }),
            "rule",
            "does not reach its COUNT within 100 years",
        ),
        (
            json!({ "rule": "FREQ=DAILY", "firstDate": "7 March" }),
            "firstDate",
            "a date such as",
        ),
        (
            json!({ "rule": "FREQ=DAILY" }),
            "firstDate",
            "the date the rule begins with",
        ),
        (json!({}), "day", "a day, or a rule and its firstDate"),
        (
            json!({ "day": "MONDAY", "rule": "FREQ=DAILY" }),
            "day",
            "no day beside a rule",
        ),
    ] {
        let mut rule = days.clone();
        rule["startTime"] = "09:00".into();
        rule["endTime"] = "10:00".into();
        let answer = site.api(Method::POST, "/api/availability", rule).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{days}");
        let details = answer.json()["details"][field].to_string();
        assert!(details.contains(reason), "{days}: {}", answer.text);
    }
    assert_eq!(get(&site, "/api/availability").await["version"], 1);
}

#[tokio::test]
async fn a_change_of_what_was_changed_meanwhile_is_refused() {
    let site = Site::open().await;
    let rule = json!({ "day": "SATURDAY", "startTime": "10:00", "endTime": "11:00" });
    site.api(Method::POST, "/api/availability", rule.clone())
        .await;
    let stale = Request::post("/api/availability")
        .header(AUTHORIZATION, format!("Bearer {}", site.token))
        .header("content-type", "application/json")
        .header("if-match", "\"1\"")
        .body(Body::from(rule.to_string()));

    let answer = site.send(stale.unwrap()).await;

    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(answer.json()["code"], "staleVersion");
}

#[tokio::test]
async fn a_date_is_closed_and_opened_again() {
    let site = Site::open().await;
    let path = "/api/availability/overrides/2026-03-02";
    let closed = site.api(Method::PUT, path, json!({ "windows": [] })).await;
    assert_eq!(closed.status, StatusCode::OK, "{}", closed.text);
    let first = get(&site, "/api/book/host/slots?eventType=30min").await;
    assert_eq!(first["slots"][0]["startTime"], "2026-03-03T08:00:00Z");
    let listed = get(&site, "/api/availability/overrides").await;
    assert_eq!(listed["overrides"][0]["date"], "2026-03-02");

    let removed = site.api(Method::DELETE, path, Value::Null).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT);
    let first = get(&site, "/api/book/host/slots?eventType=30min").await;
    assert_eq!(first["slots"][0]["startTime"], FIRST);
}

#[tokio::test]
async fn hours_are_read_on_the_clock_of_their_zone() {
    let site = Site::open().await;

    let answer = site
        .api(
            Method::PUT,
            "/api/availability",
            json!({ "timezone": "America/New_York" }),
        )
        .await;

    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let slots = get(&site, "/api/book/host/slots?eventType=30min").await;
    assert_eq!(slots["slots"][0]["startTime"], "2026-03-02T14:00:00Z");
    let unknown = json!({ "timezone": "Mars" });
    let answer = site.api(Method::PUT, "/api/availability", unknown).await;
    assert_eq!(answer.json()["code"], "unknownTimeZone");
}

#[tokio::test]
async fn the_profile_is_changed_in_part() {
    let site = Site::open().await;

    let answer = site.api(
        Method::PUT,
        "/api/profile",
        json!({ "name": "Grace", "slug": "grace" }),
    );

    let profile = answer.await.json();
    assert_eq!(profile["name"], "Grace");
    assert_eq!(profile["email"], "host@example.org");
    assert_eq!(site.get("/book/grace").await.status, StatusCode::OK);
    let wrong = json!({ "email": "nobody", "slug": "Not A Slug" });
    let answer = site.api(Method::PUT, "/api/profile", wrong).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let details = answer.json()["details"].clone();
    assert!(details["email"].is_array() && details["slug"].is_array());
}

#[tokio::test]
async fn an_event_type_is_added_and_edited_in_part() {
    let site = Site::open().await;
    let draft = json!({ "slug": "intro", "title": "Intro", "durationMinutes": [45] });
    let added = site
        .api(Method::POST, "/api/event-types", draft.clone())
        .await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let path = format!("/api/event-types/{}", added.json()["id"].as_str().unwrap());

    let edited = site
        .api(
            Method::PUT,
            &path,
            json!({ "title": "Hello", "version": 1 }),
        )
        .await;

    assert_eq!(edited.status, StatusCode::OK, "{}", edited.text);
    assert_eq!(edited.json()["title"], "Hello");
    assert_eq!(edited.json()["durationMinutes"], json!([45]));
    let stale = site
        .api(Method::PUT, &path, json!({ "title": "Late", "version": 1 }))
        .await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let torn = Request::put(&path)
        .header(AUTHORIZATION, format!("Bearer {}", site.token))
        .header("content-type", "application/json")
        .header("if-match", "\"1\"")
        .body(Body::from(r#"{"title": "Late", "version": 2}"#));
    let torn = site.send(torn.unwrap()).await;
    assert_eq!(torn.status, StatusCode::BAD_REQUEST);
    assert_eq!(torn.json()["code"], "notIfMatch");
    let twice = site.api(Method::POST, "/api/event-types", draft).await;
    assert_eq!(twice.status, StatusCode::BAD_REQUEST);
    assert_eq!(twice.json()["code"], "notUnique");
    for wrong in [
        json!({ "durationMinutes": [] }),
        json!({ "durationMinutes": [0] }),
        json!({ "bufferAfterMinutes": -1 }),
        json!({ "title": "" }),
    ] {
        let answer = site.api(Method::PUT, &path, wrong.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn bookings_are_listed_with_their_mails_and_can_be_cancelled() {
    let site = Site::open().await;
    site.booked(FIRST).await;

    let listed = get(&site, "/api/bookings").await;
    let booking = &listed["bookings"][0];
    assert_eq!(booking["guest"]["email"], "ada@example.org");
    assert_eq!(booking["messages"][0]["delivery"]["state"], "PENDING");
    let path = format!("/api/bookings/{}", booking["id"].as_str().unwrap());
    let stale = Request::delete(&path)
        .header(AUTHORIZATION, format!("Bearer {}", site.token))
        .header("if-match", "\"7\"")
        .body(Body::empty());
    let stale = site.send(stale.unwrap()).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(stale.json()["code"], "staleVersion");
    let cancelled = site.api(Method::DELETE, &path, Value::Null).await;

    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text);
    assert_eq!(cancelled.json()["booking"]["state"], "CANCELLED");
    let again = site.book(&wish(FIRST), None).await;
    assert_eq!(again.status, StatusCode::CREATED);
}
