//! What a guest does on the pages.

use thirtyfour::prelude::*;

use super::chromium::Chromium;

/// Opens the host's page and chooses the meeting of half an hour.
pub(crate) async fn choose_meeting(chromium: &Chromium, booking_page: &str) {
    chromium.open(booking_page).await;
    chromium.click("a.offer[href*='30min']").await;
    chromium.find(".month-grid").await;
}

/// Goes to the next month and chooses its first day that is free.
pub(crate) async fn choose_day(chromium: &Chromium) {
    let month = chromium
        .find("#month-title")
        .await
        .text()
        .await
        .expect("the month is named");
    chromium.click("a[rel=next]").await;
    chromium
        .wait_for_text("#month-title", |title| title != month)
        .await;
    chromium.click(".month-grid a.day").await;
    chromium.find(".month-grid a[aria-current=date]").await;
}

/// Chooses the free time at this place in the list, 0 for the first; answers when it is, as the
/// page's `datetime` says.
pub(crate) async fn choose_time(chromium: &Chromium, place: usize) -> String {
    chromium.find("a.slot").await;
    let slots = chromium
        .driver()
        .find_all(By::Css("a.slot"))
        .await
        .expect("times are listed");
    let time = slots[place]
        .find(By::Css("time"))
        .await
        .expect("a slot is a time");
    let start = time
        .attr("datetime")
        .await
        .expect("it is still there")
        .expect("it says when");
    slots[place].click().await.expect("a time can be clicked");
    start
}

/// Says who books.
pub(crate) async fn introduce(chromium: &Chromium, name: &str, email: &str) {
    chromium.fill("#guestName", name).await;
    chromium.fill("#guestEmail", email).await;
}

/// Sends the form of details.
pub(crate) async fn send(chromium: &Chromium) {
    chromium.click(".book-form > .actions button").await;
}

/// Sends a form with the enter key, and waits for the next page.
pub(crate) async fn press_enter(chromium: &Chromium, field: &str) {
    chromium.run("document.body.className = 'old'").await;
    let field = chromium.find(field).await;
    field
        .send_keys(Key::Enter)
        .await
        .expect("a field can be typed into");
    chromium.find("body:not(.old)").await;
}

/// When the meeting on the page is, as its `datetime` says.
pub(crate) async fn shown_start(chromium: &Chromium) -> String {
    let when = chromium.find("time.when-date").await;
    when.attr("datetime")
        .await
        .expect("it is still there")
        .expect("it says when")
}
