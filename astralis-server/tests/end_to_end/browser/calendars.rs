//! A host's other calendars.

use std::time::Duration;

use super::chromium::{Chromium, Scripts};
use super::inspection::{assert_quiet, inspect};
use super::visit::Visit;
use crate::calendars::CalendarServer;
use crate::waiting::eventually;

/// How long reading a calendar may take: a minute since the try before, and then some, on a machine
/// that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);

const PAGE: &str = "/calendar/connections";

#[tokio::test(flavor = "multi_thread")]
async fn a_host_subscribes_to_a_calendar_and_sees_how_it_stands() {
    let calendar = CalendarServer::start().await;
    let settings = [("ASTRALIS_SUBSCRIPTIONS_ALLOW_PRIVATE", "true")];
    let visit = Visit::begin_with(Scripts::On, &settings).await;
    let chromium = &visit.chromium;
    sign_in(&visit).await;

    chromium.open(&visit.server.url(PAGE)).await;
    inspect(chromium, "host-connections-empty").await;
    chromium.fill("#url", "nonsense").await;
    chromium
        .click("form[action=\"/calendar/connections\"] button")
        .await;
    chromium
        .wait_for_text("#notice", |text| text.contains("Calendar address"))
        .await;
    inspect(chromium, "host-connections-refused").await;
    // The browser says to its console that the answer was 422.
    chromium.console_errors().await;

    chromium.fill("#url", &calendar.url()).await;
    chromium.fill("#name", "Work").await;
    chromium
        .click("form[action=\"/calendar/connections\"] button")
        .await;
    until_it_says(&visit, "1 busy event").await;
    inspect(chromium, "host-connections").await;

    calendar.break_down();
    chromium.click("form[action$=\"/refresh\"] button").await;
    until_it_says(&visit, "What it said before still counts").await;
    inspect(chromium, "host-connections-stale").await;

    remove(chromium).await;
    until_it_is_gone(chromium).await;
    assert_quiet(chromium, &visit.server).await;
}

async fn sign_in(visit: &Visit) {
    let link = visit.server.printed("sign-in link").await;
    visit.chromium.open(&link).await;
    visit.chromium.click("main form button").await;
    visit.chromium.find("nav").await;
}

/// Opens the page again and again: the calendar is read beside it.
async fn until_it_says(visit: &Visit, words: &str) {
    let chromium = &visit.chromium;
    eventually(&format!("`{words}` on the page"), PATIENCE, async || {
        chromium.open(&visit.server.url(PAGE)).await;
        let main = chromium.find("main").await.text().await.ok()?;
        main.contains(words).then_some(())
    })
    .await;
}

async fn until_it_is_gone(chromium: &Chromium) {
    let gone = |text: &str| !text.contains("Remove this calendar");
    chromium.wait_for_text("main", gone).await;
}

async fn remove(chromium: &Chromium) {
    chromium
        .click(".booking-row details:last-of-type summary")
        .await;
    chromium.click("form[action$=\"/remove\"] button").await;
}
