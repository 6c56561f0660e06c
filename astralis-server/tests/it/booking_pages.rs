//! The form: filled in, sent, refused, corrected.

use axum::http::{Method, StatusCode};

use crate::site::{Answer, FIRST, Site};

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
        ("leaveEmpty", ""),
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
    *form.last_mut().unwrap() = ("leaveEmpty", "https://spam.example.org");

    let answer = site.post(PAGE, &form).await;

    answer.assert_says(422, "Something filled in a field that must stay empty");
    // A person whose browser did it sees the field, empty again, and sends the form once more.
    assert!(!answer.text.contains("spam.example.org"));
    assert!(!answer.text.contains("trap-field"));
    answer.assert_says(422, "aria-describedby=\"leaveEmpty-error\"");
}

#[tokio::test]
async fn a_length_that_is_gone_keeps_the_form_and_leads_to_the_others() {
    let site = Site::open().await;
    let path = format!("/api/event-types/{}", site.event_type("30min").await);
    let shorter = serde_json::json!({ "durationMinutes": [20] });
    site.api(Method::PUT, &path, shorter).await;

    let answer = site
        .post(PAGE, &form(FIRST, "Ada", "ada@example.org", "a-key"))
        .await;

    answer.assert_says(422, "Meetings of this length are no longer offered");
    answer.assert_says(422, "value=\"ada@example.org\"");
    let (_, rest) = answer.text.split_once("<li><a href=\"").unwrap();
    let other = rest.split('"').next().unwrap().replace("&#38;", "&");
    site.get(other.split('#').next().unwrap())
        .await
        .assert_says(200, "20 minutes");
}

#[tokio::test]
async fn a_form_sent_again_after_a_pause_leads_to_its_booking() {
    let site = Site::open().await;
    let form = form(FIRST, "Ada", "ada@example.org", "a-key");
    let first = site.post(PAGE, &form).await;
    let path = format!("/api/event-types/{}", site.event_type("30min").await);
    let paused = serde_json::json!({ "active": false });
    site.api(Method::PUT, &path, paused).await;

    let again = site.post(PAGE, &form).await;

    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
    assert_eq!(again.location(), first.location());
}

#[tokio::test]
async fn a_form_for_a_paused_meeting_is_kept_and_says_so() {
    let site = Site::open().await;
    let path = format!("/api/event-types/{}", site.event_type("30min").await);
    let paused = serde_json::json!({ "active": false });
    site.api(Method::PUT, &path, paused).await;

    let answer = site
        .post(PAGE, &form(FIRST, "Ada", "ada@example.org", "a-key"))
        .await;

    answer.assert_says(409, "This meeting cannot be booked at the moment");
    answer.assert_says(409, "value=\"ada@example.org\"");
    answer.assert_says(409, "See what Your host offers");
}

#[tokio::test]
async fn an_unknown_zone_in_a_form_is_refused() {
    let site = Site::open().await;
    let mut form = form(FIRST, "Ada", "ada@example.org", "a-key");
    form[3] = ("timezone", "Mars/Olympus");

    site.post(PAGE, &form)
        .await
        .assert_says(422, "We do not know this time zone");
}

#[tokio::test]
async fn no_address_ever_holds_what_a_guest_typed() {
    let site = Site::open().await;

    let sent = site
        .post(PAGE, &form(FIRST, "Ada", "ada@example.org", "a-key"))
        .await;
    let invalid = site.post(PAGE, &form(FIRST, "", "ada@", "b-key")).await;
    let refused = site
        .post(PAGE, &form(FIRST, "Ada", "ada@example.org", "c-key"))
        .await;
    let booking = site.get(sent.location()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    assert_eq!(invalid.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.status, StatusCode::CONFLICT);

    let addresses = |page: &Answer| -> Vec<String> {
        let attributes = page.text.split([' ', '<', '>']).filter_map(|part| {
            let (name, value) = part.split_once("=\"")?;
            matches!(name, "href" | "action" | "formaction" | "src").then(|| value.to_owned())
        });
        attributes.collect()
    };
    let mut all = vec![sent.location().to_owned()];
    all.extend([invalid, refused].iter().flat_map(addresses));
    // The links to foreign calendars carry the meeting, which is what they are for.
    let own = addresses(&booking).into_iter();
    all.extend(own.filter(|address| address.starts_with('/')));
    assert!(all.len() > 10, "{all:?}");
    for address in all {
        for secret in ["Ada", "ada%40", "ada@", "engines"] {
            assert!(!address.contains(secret), "{address}");
        }
    }
}
