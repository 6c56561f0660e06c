//! The host's pages.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, StatusCode};
use serde_json::json;

use super::chromium::{Chromium, Scripts};
use super::inspection::{assert_quiet, inspect};
use super::visit::Visit;
use crate::guest::{Answer, Wish, offered};

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_host_can_be_used_by_everybody() {
    let visit = Visit::begin(Scripts::On).await;
    let chromium = &visit.chromium;

    let slots = offered(&visit.server, "30min").await;
    let wish = Wish::new("30min", slots[0], "ada");
    let booked = wish
        .book(&Client::new(), &visit.server.url("/api/book"))
        .await;
    assert!(matches!(booked, Ok(Answer::Booked(_))), "{booked:?}");
    write_evenings(&visit, slots[0].start).await;

    chromium.open(&visit.server.url("/")).await;
    inspect(chromium, "home").await;
    chromium
        .open(&visit.server.printed("sign-in link").await)
        .await;
    inspect(chromium, "sign-in").await;
    chromium.click("main form button").await;
    chromium.find("nav").await;
    add_hours_of_every_second_tuesday(chromium, &visit.server.url("/calendar/availability")).await;
    for (name, path) in [
        ("host-bookings", "/calendar"),
        ("host-agenda", "/calendar/agenda"),
        ("host-hours", "/calendar/availability"),
        ("host-event-types", "/calendar/event-types"),
        ("host-profile", "/calendar/profile"),
    ] {
        chromium.open(&visit.server.url(path)).await;
        chromium.find("nav").await;
        if name == "host-agenda" {
            let is_marked = |text: &str| text.contains("outside of your hours");
            chromium.wait_for_text("main", is_marked).await;
        }
        inspect(chromium, name).await;
    }
    chromium
        .open(&visit.server.url("/calendar/event-types"))
        .await;
    chromium
        .click("main a[href^='/calendar/event-types/']")
        .await;
    inspect(chromium, "host-event-type").await;
    assert_quiet(chromium, &visit.server).await;
}

/// Two evenings in a row, from the day of an offered start on.
async fn write_evenings(visit: &Visit, offered: DateTime<Utc>) {
    let start = offered + TimeDelta::hours(13);
    let meeting = json!({
        "title": "Evening class on analytical engines and their programs",
        "startTime": start,
        "endTime": start + TimeDelta::hours(1),
        "timezone": "UTC",
        "recurrence": "FREQ=DAILY;COUNT=2",
        "participants": [{ "email": "ada@example.com", "name": "Ada" }],
        "location": "Lecture hall 2",
    });
    let token = visit.server.printed("API token").await;
    let url = visit.server.url("/api/calendar/events");
    let request = Client::new().post(url).bearer_auth(token).json(&meeting);
    let response = request.send().await.expect("the server answers");
    assert_eq!(response.status(), StatusCode::CREATED);
}

async fn add_hours_of_every_second_tuesday(chromium: &Chromium, page: &str) {
    chromium.open(page).await;
    let rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU";
    chromium.fill("input[name='rule']", rule).await;
    // How a date is typed depends on the browser's language.
    let date = "document.querySelector(`input[name='first_date']`).value = '2026-01-06'";
    chromium.run(date).await;
    chromium.click("form[action$='/recurring'] button").await;
    let is_listed = |text: &str| text.contains("every 2 weeks on Tuesday");
    chromium.wait_for_text(".override-list", is_listed).await;
}
