//! A guest's own page: seen, moved, cancelled, and kept from others.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

use crate::site::{FIRST, Site, instant};

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

    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    site.get(&path)
        .await
        .assert_says(200, "Your meeting is booked");
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
