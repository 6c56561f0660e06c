//! A guest's own page: seen, moved, cancelled, and kept from others.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

use crate::site::{FIRST, Site, instant, wish};

const LATER: &str = "2026-03-02T10:00:00Z";

#[tokio::test]
async fn a_meeting_is_moved_by_its_guest() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;
    let picker = site
        .get(&format!("{path}/reschedule?date=2026-03-02"))
        .await;
    picker.assert_says(200, "Choose a new time");
    let confirm = site.get(&format!("{path}/reschedule?start={LATER}")).await;
    confirm.assert_says(200, "Move the meeting?");

    let (version, key) = (confirm.hidden("version"), confirm.hidden("key"));
    let fields = [("start", LATER), ("version", &version), ("key", &key)];
    let moved = site.post(&format!("{path}/reschedule"), &fields).await;

    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text);
    let booking = site.get(moved.location()).await;
    booking.assert_says(200, &format!("datetime=\"{LATER}\""));
    // Sent twice, moved once.
    let again = site.post(&format!("{path}/reschedule"), &fields).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
}

#[tokio::test]
async fn a_move_to_a_taken_time_offers_others() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;
    site.booked(LATER).await;

    let fields = [("start", LATER), ("version", "1"), ("key", "k")];
    let answer = site.post(&format!("{path}/reschedule"), &fields).await;

    answer.assert_says(409, "Somebody was faster");
    answer.assert_says(409, "name=\"instead\"");
}

#[tokio::test]
async fn a_meeting_is_cancelled_by_a_form_and_never_by_opening_a_link() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;

    let page = site.get(&format!("{path}/cancel")).await;
    page.assert_says(200, "Cancel this meeting?");
    site.get(&path)
        .await
        .assert_says(200, "Your meeting is booked");
    let (version, key) = (page.hidden("version"), page.hidden("key"));
    let fields = [("version", version.as_str()), ("key", &key)];
    let cancelled = site.post(&format!("{path}/cancel"), &fields).await;

    assert_eq!(
        cancelled.status,
        StatusCode::SEE_OTHER,
        "{}",
        cancelled.text
    );
    let page = site.get(&path).await;
    page.assert_says(200, "This meeting was cancelled");
    assert!(!page.text.contains("/reschedule"));
    let again = site.post(&format!("{path}/cancel"), &fields).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let slots = site
        .get("/api/book/host/slots?eventType=30min")
        .await
        .json();
    assert_eq!(slots["slots"][0]["startTime"], FIRST);
}

#[tokio::test]
async fn what_is_past_or_cancelled_can_no_longer_be_changed() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;
    site.clock.set(instant(FIRST));

    for action in ["reschedule", "cancel"] {
        let page = site.get(&format!("{path}/{action}")).await;
        page.assert_says(409, "can no longer be changed");
    }
    let fields = [("start", LATER), ("version", "1"), ("key", "k")];
    for action in ["reschedule", "cancel"] {
        let answer = site.post(&format!("{path}/{action}"), &fields).await;
        answer.assert_says(409, "can no longer be changed");
    }
    site.get(&path).await.assert_says(200, "Past");
}

#[tokio::test]
async fn a_page_that_was_read_before_a_change_changes_nothing() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;
    let fields = [("start", LATER), ("version", "1"), ("key", "first")];
    let moved = site.post(&format!("{path}/reschedule"), &fields).await;
    let path = moved.location().to_owned();

    let stale = [("version", "1"), ("key", "second")];
    let answer = site.post(&format!("{path}/cancel"), &stale).await;

    answer.assert_says(409, "The meeting was changed meanwhile.");
    answer.assert_says(409, "Your change was not made.");
    answer.assert_says(409, &format!("datetime=\"{LATER}\""));
    site.get(&path)
        .await
        .assert_says(200, "Your meeting is booked");
    let stale = [("start", FIRST), ("version", "1"), ("key", "third")];
    let answer = site.post(&format!("{path}/reschedule"), &stale).await;
    answer.assert_says(409, "The meeting was changed meanwhile.");
}

#[tokio::test]
async fn a_move_to_the_time_it_has_says_that_nothing_had_to_change() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;

    let fields = [("start", FIRST), ("version", "1"), ("key", "k")];
    let answer = site.post(&format!("{path}/reschedule"), &fields).await;

    answer.assert_says(409, "The meeting is already at that time.");
    answer.assert_says(409, &format!("datetime=\"{FIRST}\""));
}

#[tokio::test]
async fn a_move_of_a_paused_meeting_says_that_it_stays() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;
    let event_type = format!("/api/event-types/{}", site.event_type("30min").await);
    let paused = serde_json::json!({ "active": false });
    site.api(axum::http::Method::PUT, &event_type, paused).await;

    let fields = [("start", LATER), ("version", "1"), ("key", "k")];
    let answer = site.post(&format!("{path}/reschedule"), &fields).await;

    answer.assert_says(409, "This meeting cannot be moved at the moment.");
}

#[tokio::test]
async fn a_form_used_for_another_change_says_so() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;
    let change = |start| [("start", start), ("version", "1"), ("key", "k")];
    site.post(&format!("{path}/reschedule"), &change(LATER))
        .await;

    let other = change("2026-03-02T11:00:00Z");
    let answer = site.post(&format!("{path}/reschedule"), &other).await;

    answer.assert_says(409, "This form was already used.");
}

#[tokio::test]
async fn the_picker_of_a_move_opens_on_the_month_of_the_meeting() {
    let site = Site::open().await;
    let path = site.booked("2026-04-14T08:00:00Z").await;

    let picker = site.get(&format!("{path}/reschedule")).await;
    picker.assert_says(200, "April 2026</h2>");
    let zone = site.get(&format!("{path}/reschedule?timezone=Mars")).await;
    zone.assert_says(422, "We do not know the time zone “Mars”");
    let far = format!("{path}/reschedule?month=2026-11&date=%2B262142-12-31");
    let far = site.get(&far).await;
    far.assert_says(400, "This address is not complete");
}

#[tokio::test]
async fn a_guest_reads_whom_they_meet_and_one_clock_if_both_are_the_same() {
    let site = Site::open().await;
    let mut body = wish(FIRST);
    body["title"] = serde_json::Value::Null;
    body["timezone"] = "Europe/Berlin".into();
    let booked = site.book(&body, None).await.json();
    let path = booked["manageUrl"].as_str().unwrap().to_owned();

    for path in [path.clone(), format!("{path}/cancel")] {
        let page = site.get(&path).await;
        page.assert_says(200, "Meeting with Your host");
        assert!(!page.text.contains("Meeting with Ada"), "{}", page.text);
        assert!(!page.text.contains("For Your host:"), "{}", page.text);
    }
}

#[tokio::test]
async fn a_changed_token_opens_nothing() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;
    let last = if path.ends_with('A') { 'B' } else { 'A' };
    let forged = format!("{}{last}", &path[..path.len() - 1]);

    for action in ["", "/reschedule", "/cancel", "/invitation.ics"] {
        let answer = site.get(&format!("{forged}{action}")).await;
        answer.assert_says(404, "This link is not valid");
    }
}

#[tokio::test]
async fn the_calendar_file_and_the_links_carry_the_meeting() {
    let site = Site::open().await;
    let path = site.booked(FIRST).await;

    let file = site.get(&format!("{path}/invitation.ics")).await;

    assert_eq!(file.headers[CONTENT_TYPE], "text/calendar; charset=utf-8");
    file.assert_says(200, "DTSTART:20260302T080000Z");
    let page = site.get(&path).await;
    page.assert_says(200, "https://calendar.google.com/");
    page.assert_says(200, "https://outlook.live.com/");
}
