//! The form: filled in, sent, refused, corrected.

use axum::http::StatusCode;

use crate::site::{FIRST, Site};

const PAGE: &str = "/book/host/30min";

fn form<'a>(
    start: &'a str,
    name: &'a str,
    email: &'a str,
    key: &'a str,
) -> Vec<(&'a str, &'a str)> {
    vec![
        ("start", start),
        ("instead", ""),
        ("duration", "30"),
        ("timezone", "Asia/Kathmandu"),
        ("hours", "24"),
        ("key", key),
        ("guestName", name),
        ("guestEmail", email),
        ("description", "About <engines> & more"),
        ("meetingType", "PHONE_CALL"),
        ("website", ""),
    ]
}

#[tokio::test]
async fn a_chosen_time_leads_to_a_form_and_the_form_to_the_booking() {
    let site = Site::open().await;
    let page = site
        .get(&format!("{PAGE}?start={FIRST}&timezone=Asia/Kathmandu"))
        .await;
    page.assert_says(200, "13:45–14:15");
    let key = page.hidden("key");

    let sent = site
        .post(PAGE, &form(FIRST, "Ada", "ada@example.org", &key))
        .await;

    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert!(sent.location().starts_with("/booking/"));
    let booking = site.get(sent.location()).await;
    booking.assert_says(200, "Your meeting is booked");
    booking.assert_says(200, "13:45–14:15");
    booking.assert_says(200, "For Your host: Monday 2 March 2026, 09:00–09:30");
    booking.assert_says(200, "About &#60;engines&#62; &#38; more");
}

#[tokio::test]
async fn sending_a_form_twice_books_once() {
    let site = Site::open().await;
    let form = form(FIRST, "Ada", "ada@example.org", "a-key");

    let first = site.post(PAGE, &form).await;
    let second = site.post(PAGE, &form).await;

    assert_eq!(second.status, StatusCode::SEE_OTHER);
    assert_eq!(first.location(), second.location());
}

#[tokio::test]
async fn a_form_used_for_another_wish_says_so() {
    let site = Site::open().await;
    site.post(PAGE, &form(FIRST, "Ada", "ada@example.org", "a-key"))
        .await;

    let another = form("2026-03-02T10:00:00Z", "Ada", "ada@example.org", "a-key");
    let answer = site.post(PAGE, &another).await;

    answer.assert_says(409, "This form was already used");
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept() {
    let site = Site::open().await;

    let answer = site
        .post(PAGE, &form(FIRST, "", "not \"an\" address", "a-key"))
        .await;

    answer.assert_says(422, "id=\"guestName-error\"");
    answer.assert_says(422, "aria-describedby=\"guestName-error\"");
    answer.assert_says(422, "guestEmail-hint guestEmail-error");
    answer.assert_says(422, "value=\"not &#34;an&#34; address\"");
    answer.assert_says(422, "About &#60;engines&#62; &#38; more</textarea>");
    answer.assert_says(422, "value=\"PHONE_CALL\" checked");
    assert_eq!(answer.hidden("key"), "a-key");
    assert_eq!(answer.hidden("start"), FIRST);
}

#[tokio::test]
async fn a_taken_time_offers_three_others_and_keeps_the_form() {
    let site = Site::open().await;
    site.booked(FIRST).await;

    let answer = site
        .post(PAGE, &form(FIRST, "Ada", "ada@example.org", "a-key"))
        .await;

    answer.assert_says(409, "Somebody was faster");
    answer.assert_says(409, "value=\"ada@example.org\"");
    let offered = answer
        .text
        .matches("<button class=\"button secondary\" name=\"instead\"");
    assert_eq!(offered.count(), 3);
}

#[tokio::test]
async fn one_click_takes_an_alternative() {
    let site = Site::open().await;
    site.booked(FIRST).await;
    let mut form = form(FIRST, "Ada", "ada@example.org", "a-key");
    form[1] = ("instead", "2026-03-02T08:30:00Z");

    let answer = site.post(PAGE, &form).await;

    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let booking = site.get(answer.location()).await;
    booking.assert_says(200, "datetime=\"2026-03-02T08:30:00Z\"");
}

#[tokio::test]
async fn a_program_that_fills_in_everything_books_nothing() {
    let site = Site::open().await;
    let mut form = form(FIRST, "Bot", "bot@example.org", "a-key");
    *form.last_mut().unwrap() = ("website", "https://spam.example.org");

    site.post(PAGE, &form)
        .await
        .assert_says(422, "Please leave this field empty");
}

#[tokio::test]
async fn an_unknown_zone_in_a_form_is_refused() {
    let site = Site::open().await;
    let mut form = form(FIRST, "Ada", "ada@example.org", "a-key");
    form[3] = ("timezone", "Mars/Olympus");

    site.post(PAGE, &form)
        .await
        .assert_says(422, "the name of a time zone");
}

#[tokio::test]
async fn no_address_ever_holds_what_a_guest_typed() {
    let site = Site::open().await;

    let sent = site
        .post(PAGE, &form(FIRST, "Ada", "ada@example.org", "a-key"))
        .await;

    for secret in ["Ada", "ada%40", "ada@", "engines"] {
        assert!(!sent.location().contains(secret));
    }
}
