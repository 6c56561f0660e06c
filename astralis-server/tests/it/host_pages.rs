//! What a host sees and changes on the pages.

use astralis_core::availability::Schedule;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE};
use axum::http::{Method, Request, StatusCode};
use serde_json::json;

use crate::office::{EVENTS, weekly};
use crate::site::{FIRST, Site};

const HOURS: &str = "/calendar/availability";

#[tokio::test]
async fn an_empty_calendar_says_what_to_do_next() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;

    let page = site.get_as(&cookie, "/calendar").await;

    page.assert_says(200, "Nothing booked in these days");
    page.assert_says(200, "https://book.example.org/book/host");
}

#[tokio::test]
async fn a_booking_is_shown_with_its_mails_and_cancelled() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    site.booked(FIRST).await;
    let page = site.get_as(&cookie, "/calendar").await;
    page.assert_says(200, "Ada Lovelace");
    page.assert_says(200, "Confirmation to the guest: <strong>waiting</strong>");
    let (_, rest) = page
        .text
        .split_once("action=\"/calendar/bookings/")
        .unwrap();
    let path = format!("/calendar/bookings/{}", rest.split('"').next().unwrap());

    let (version, key) = (page.hidden("version"), page.hidden("key"));
    let fields = [("version", version.as_str()), ("key", &key)];
    let answer = site.post_as(&cookie, &path, &fields).await;

    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    site.get_as(&cookie, "/calendar")
        .await
        .assert_says(200, "Nothing booked");
}

#[tokio::test]
async fn bookings_are_shown_thirty_days_at_a_time() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    site.booked(FIRST).await;
    site.booked("2026-04-07T08:00:00Z").await;

    let first = site.get_as(&cookie, "/calendar").await;
    first.assert_says(200, "Monday 2 March 2026");
    assert!(!first.text.contains("Tuesday 7 April 2026"));
    let later = site.get_as(&cookie, "/calendar?page=1").await;
    later.assert_says(200, "Tuesday 7 April 2026");
    later.assert_says(200, "href=\"/calendar?page=0\"");
    assert!(!later.text.contains("Monday 2 March 2026"));
    let far = site.get_as(&cookie, "/calendar?page=4294967295").await;
    far.assert_says(200, "Nothing booked in these days");
}

#[tokio::test]
async fn the_agenda_shows_what_takes_place_booked_or_not() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    site.get_as(&cookie, "/calendar/agenda")
        .await
        .assert_says(200, "Nothing takes place in these days");
    site.booked(FIRST).await;
    let mut weekly = weekly();
    weekly["startTime"] = "2026-03-02T09:00:00Z".into();
    weekly["endTime"] = "2026-03-02T09:30:00Z".into();
    weekly["participants"] = json!([{ "email": "grace@example.org" }]);
    let fair = json!({
        "title": "Fair",
        "allDay": { "first": "2026-03-14", "end": "2026-03-16" },
        "timezone": "Asia/Tokyo",
    });
    for draft in [weekly, fair] {
        let written = site.api(Method::POST, EVENTS, draft).await;
        assert_eq!(written.status, StatusCode::CREATED, "{}", written.text);
    }

    let page = site.get_as(&cookie, "/calendar/agenda").await;

    for words in [
        "With Ada Lovelace",
        "With grace@example.org",
        "<span class=\"tag\">repeats</span>",
        "Monday 23 March 2026",
        "10:00–10:30",
        ">Saturday 14 March 2026</time> <span class=\"when-time\">to Sunday 15 March 2026<",
    ] {
        page.assert_says(200, words);
    }
    assert_eq!(page.text.matches("Jour fixe").count(), 5);
    assert!(
        !page.text.contains("outside of your hours<"),
        "{}",
        page.text
    );
    let later = site.get_as(&cookie, "/calendar/agenda?page=20").await;
    later.assert_says(200, "Jour fixe");
}

#[tokio::test]
async fn the_agenda_shows_extra_dates_and_what_lies_outside_of_ones_hours() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let mut weekly = weekly();
    weekly["recurrence"] = "FREQ=WEEKLY;COUNT=2".into();
    // One at ten o'clock in Paris, and one on a Saturday.
    weekly["extra"] = json!(["2026-03-12T10:00:00", "2026-03-14T10:00:00"]);
    let written = site.api(Method::POST, EVENTS, weekly).await;
    assert_eq!(written.status, StatusCode::CREATED, "{}", written.text);

    let page = site.get_as(&cookie, "/calendar/agenda").await;

    assert_eq!(page.text.matches("Jour fixe").count(), 4);
    page.assert_says(200, "Thursday 12 March 2026");
    assert_eq!(page.text.matches("⚠ outside of your hours<").count(), 1);
    let (_, saturday) = page.text.split_once("outside of your hours<").unwrap();
    let (day, _) = saturday.split_once("</time>").unwrap();
    assert!(day.ends_with(">Saturday 14 March 2026"), "{day}");
}

#[tokio::test]
async fn the_agenda_says_if_ones_hours_cannot_be_told() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let written = site.api(Method::POST, EVENTS, weekly()).await;
    assert_eq!(written.status, StatusCode::CREATED, "{}", written.text);
    let store = site.state.store();
    let host = store.first_admin().await.unwrap();
    let nowhere = Schedule::closed("Mars/Olympus".parse().unwrap());
    let saved = store.save_schedule(host.org, host.id, &nowhere, 1).await;
    saved.unwrap();

    let page = site.get_as(&cookie, "/calendar/agenda").await;

    page.assert_says(200, "Jour fixe");
    page.assert_says(200, "What of this lies outside of your hours is not known.");
    assert!(
        !page.text.contains("outside of your hours<"),
        "{}",
        page.text
    );
}

#[tokio::test]
async fn hours_are_added_by_a_form() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let fields = [
        ("version", "1"),
        ("day", "Saturday"),
        ("from", "10:00"),
        ("to", "12:00"),
    ];

    let added = site.post_as(&cookie, HOURS, &fields).await;

    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    site.get("/book/host/30min?date=2026-03-07")
        .await
        .assert_says(200, "10:00, Saturday 7 March 2026");
    let stale = site.post_as(&cookie, HOURS, &fields).await;
    stale.assert_says(409, "changed somewhere else meanwhile");
    let wrong = [
        ("version", "2"),
        ("day", "Saturday"),
        ("from", "12:00"),
        ("to", "10:00"),
    ];
    let wrong = site.post_as(&cookie, HOURS, &wrong).await;
    wrong.assert_says(422, "To: expected an end after the start");
}

#[tokio::test]
async fn hours_of_dates_that_repeat_are_added_shown_kept_and_removed() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let fields = |version, rule| {
        [
            ("version", version),
            ("rule", rule),
            ("first_date", "2026-03-07"),
            ("from", "22:00"),
            ("to", "02:00"),
            ("next_day", "yes"),
        ]
    };
    let recurring = format!("{HOURS}/recurring");

    let wrong = fields("1", "FREQ=WEEKLY;BYDAY=XX");
    let wrong = site.post_as(&cookie, &recurring, &wrong).await;
    wrong.assert_says(422, "value=\"FREQ=WEEKLY;BYDAY=XX\"");
    wrong.assert_says(
        422,
        "id=\"error-recurring\">Repeat rule: expected a recurrence rule",
    );
    wrong.assert_says(422, "(at byte 18)");

    let rule = fields("1", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA");
    let added = site.post_as(&cookie, &recurring, &rule).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    let page = site.get_as(&cookie, HOURS).await;
    let words = "<strong>every 2 weeks on Saturday</strong> from Saturday 7 March 2026";
    page.assert_says(200, words);
    page.assert_says(200, "<code>FREQ=WEEKLY;INTERVAL=2;BYDAY=SA</code>");
    page.assert_says(200, "22:00–02:00 of the next day");

    // Saving weekly hours leaves the others alone.
    let (_, rest) = page.text.split_once(&format!("action=\"{HOURS}/")).unwrap();
    let weekly = format!("{HOURS}/{}", rest.split('"').next().unwrap());
    let monday = [
        ("version", "2"),
        ("day", "Monday"),
        ("from", "10:00"),
        ("to", "12:00"),
        ("active", "yes"),
    ];
    let saved = site.post_as(&cookie, &weekly, &monday).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let page = site.get_as(&cookie, HOURS).await;
    page.assert_says(200, "every 2 weeks on Saturday");

    let (_, rest) = page.text.split_once("every 2 weeks on Saturday").unwrap();
    let (_, rest) = rest.split_once("action=\"").unwrap();
    let remove = rest.split('"').next().unwrap();
    let removed = site.post_as(&cookie, remove, &[("version", "3")]).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.text);
    let page = site.get_as(&cookie, HOURS).await;
    assert!(!page.text.contains("every 2 weeks on Saturday"));
}

#[tokio::test]
async fn hours_that_cannot_be_read_are_kept_as_they_were_typed() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let page = site.get_as(&cookie, HOURS).await;
    let (_, rest) = page.text.split_once(&format!("action=\"{HOURS}/")).unwrap();
    let rule = rest.split('"').next().unwrap();

    for (path, id, day) in [
        (HOURS.to_owned(), "added", "Saturday"),
        (format!("{HOURS}/{rule}"), rule, "Monday"),
        (format!("{HOURS}/overrides"), "dated", ""),
    ] {
        let fields = [
            ("version", "1"),
            ("day", day),
            ("date", "2026-03-02"),
            ("from", "9:00"),
            ("to", "12:34"),
        ];
        let answer = site.post_as(&cookie, &path, &fields).await;

        answer.assert_says(422, "value=\"9:00\"");
        answer.assert_says(422, "value=\"12:34\"");
        answer.assert_says(422, &format!("aria-describedby=\"error-{id}\""));
        answer.assert_says(422, &format!("id=\"error-{id}\">From: expected a time"));
    }
}

#[tokio::test]
async fn a_date_is_closed_by_a_form() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let fields = [("version", "1"), ("date", "2026-03-02"), ("closed", "yes")];

    site.post_as(&cookie, &format!("{HOURS}/overrides"), &fields)
        .await;

    site.get_as(&cookie, HOURS)
        .await
        .assert_says(200, "Monday 2 March 2026</strong>: closed");
    let picker = site.get("/book/host/30min?date=2026-03-02").await;
    picker.assert_says(200, "No times are free on this day.");
}

#[tokio::test]
async fn an_event_type_is_edited_by_a_form_that_keeps_what_was_typed() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let list = site.get_as(&cookie, "/calendar/event-types").await;
    let (_, rest) = list
        .text
        .split_once("href=\"/calendar/event-types/")
        .unwrap();
    let path = format!("/calendar/event-types/{}", rest.split('"').next().unwrap());
    let form = |durations: &'static str| {
        [
            ("version", "1"),
            ("title", "Coffee"),
            ("slug", "coffee"),
            ("durations", durations),
            ("days_ahead", "30"),
            ("video", "yes"),
            ("active", "yes"),
        ]
    };

    let wrong = site.post_as(&cookie, &path, &form("soon")).await;
    wrong.assert_says(422, "Durations: expected whole numbers");
    wrong.assert_says(422, "value=\"soon\"");
    let edited = site.post_as(&cookie, &path, &form("20, 40")).await;

    assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.text);
    site.get("/book/host")
        .await
        .assert_says(200, "20 minutes or 40 minutes");
}

#[tokio::test]
async fn the_profile_is_edited_by_a_form() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let mut fields = vec![
        ("name", "Grace Hopper"),
        ("email", "grace@example.org"),
        ("slug", "grace"),
        ("timezone", "America/New_York"),
        ("active", "yes"),
    ];

    let saved = site.post_as(&cookie, "/calendar/profile", &fields).await;

    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    site.get("/book/grace")
        .await
        .assert_says(200, "Grace Hopper");
    fields[1] = ("email", "nobody");
    let wrong = site.post_as(&cookie, "/calendar/profile", &fields).await;
    wrong.assert_says(422, "Mail address: expected");
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let forged = Request::post(HOURS)
        .header(COOKIE, &cookie)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("origin", "https://evil.example.org")
        .body(Body::from("version=1&day=Saturday&from=10:00&to=12:00"));

    let answer = site.send(forged.unwrap()).await;

    answer.assert_says(403, "That did not come from our pages");
    site.get_as(&cookie, HOURS)
        .await
        .assert_says(200, "name=\"version\" value=\"1\"");
}
