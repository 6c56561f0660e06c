//! Choosing a day and a time.

use axum::http::StatusCode;
use serde_json::json;

use crate::site::{FIRST, Site, instant};

#[tokio::test]
async fn a_page_lists_what_can_be_booked() {
    let site = Site::open().await;

    let answer = site.get("/book/host").await;

    answer.assert_says(200, "/book/host/15min");
    answer.assert_says(200, "/book/host/30min");
}

#[tokio::test]
async fn a_preselected_type_and_day_lead_to_the_picker() {
    let site = Site::open().await;

    let answer = site.get("/book/host?type=30min&date=2026-03-04").await;

    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.location(), "/book/host/30min?date=2026-03-04");
}

#[tokio::test]
async fn the_first_free_day_is_shown_without_being_asked_for() {
    let site = Site::open().await;

    let answer = site.get("/book/host/30min").await;

    answer.assert_says(200, "Monday 2 March 2026, 16 free times");
    answer.assert_says(200, "Sunday 1 March 2026, no free times, today");
    answer.assert_says(200, "09:00, Monday 2 March 2026, Europe/Paris");
    answer.assert_says(200, &format!("start={FIRST}&#38;timezone=Europe/Paris"));
}

#[tokio::test]
async fn times_follow_the_zone_of_the_guest_and_name_it() {
    let site = Site::open().await;

    let answer = site
        .get("/book/host/30min?timezone=Asia/Kathmandu&date=2026-03-02")
        .await;

    answer.assert_says(200, "13:45, Monday 2 March 2026, Asia/Kathmandu");
    answer.assert_says(200, "Asia/Kathmandu (UTC+05:45)");
}

#[tokio::test]
async fn an_unknown_zone_is_told_beside_the_field() {
    let site = Site::open().await;

    let answer = site.get("/book/host/30min?timezone=Mars/Olympus").await;

    answer.assert_says(422, "aria-describedby=\"timezone-error\"");
    answer.assert_says(422, "We do not know the time zone “Mars/Olympus”");
}

#[tokio::test]
async fn a_change_of_clocks_between_now_and_then_is_told() {
    let site = Site::open().await;

    let before = site.get("/book/host/30min?date=2026-03-27").await;
    let on_the_day = site.get("/book/host/30min?date=2026-03-29").await;
    let after = site.get("/book/host/30min?date=2026-03-30").await;

    assert!(!before.text.contains("Clocks change"));
    on_the_day.assert_says(200, "Clocks change on that day");
    after.assert_says(200, "Clocks change before that day");
}

#[tokio::test]
async fn a_date_decides_which_month_is_shown() {
    let site = Site::open().await;

    let answer = site
        .get("/book/host/30min?month=2026-04&date=2026-03-03")
        .await;

    answer.assert_says(200, "March 2026</h2>");
    answer.assert_says(200, "09:00, Tuesday 3 March 2026");
}

#[tokio::test]
async fn a_day_without_times_leads_to_the_next_one_that_has_some() {
    let site = Site::open().await;

    let answer = site.get("/book/host/30min?date=2026-03-07").await;

    answer.assert_says(200, "No times are free on this day.");
    answer.assert_says(200, "Next free day: Monday 9 March 2026");
}

#[tokio::test]
async fn nothing_free_at_all_says_what_to_do() {
    let site = Site::open().await;

    let answer = site.get("/book/host/30min?month=2026-08").await;

    answer.assert_says(200, "No free times in August 2026");
    answer.assert_says(200, "ask Your host directly");
}

#[tokio::test]
async fn a_time_that_is_gone_shows_its_day_again() {
    let site = Site::open().await;
    site.booked(FIRST).await;

    let answer = site.get(&format!("/book/host/30min?start={FIRST}")).await;

    answer.assert_says(409, "That time is no longer free");
    answer.assert_says(409, "09:30, Monday 2 March 2026");
}

#[tokio::test]
async fn several_lengths_can_be_chosen_from() {
    let site = Site::open().await;
    let draft = json!({ "slug": "long", "durationMinutes": [60, 90], "stepMinutes": 30 });
    site.api(axum::http::Method::POST, "/api/event-types", draft)
        .await;

    let answer = site
        .get("/book/host/long?date=2026-03-02&duration=90")
        .await;

    answer.assert_says(200, "1 hour 30 minutes");
    answer.assert_says(200, "15:30, Monday 2 March 2026");
    assert!(!answer.text.contains("16:00, Monday 2 March 2026"));
}

#[tokio::test]
async fn the_repeated_hour_is_told_apart() {
    let site = Site::open().await;
    site.clock.set(instant("2026-10-20T08:00:00Z"));
    let rule = json!({ "day": "SUNDAY", "startTime": "02:00", "endTime": "03:00" });
    site.api(axum::http::Method::POST, "/api/availability", rule)
        .await;

    let answer = site.get("/book/host/30min?date=2026-10-25").await;

    answer.assert_says(200, "02:30 (UTC+02:00)");
    answer.assert_says(200, "02:30 (UTC+01:00)");
}

#[tokio::test]
async fn a_paused_meeting_or_host_has_a_page_of_its_own() {
    let site = Site::open().await;
    let all = site
        .api(axum::http::Method::GET, "/api/event-types", json!(null))
        .await
        .json();
    let id = all["eventTypes"][1]["id"].as_str().unwrap();
    let path = format!("/api/event-types/{id}");
    site.api(axum::http::Method::PUT, &path, json!({ "active": false }))
        .await;
    site.get("/book/host/30min")
        .await
        .assert_says(404, "This meeting cannot be booked at the moment");

    site.api(
        axum::http::Method::PUT,
        "/api/profile",
        json!({ "active": false }),
    )
    .await;
    site.get("/book/host")
        .await
        .assert_says(404, "Your host takes no bookings at the moment");
}
