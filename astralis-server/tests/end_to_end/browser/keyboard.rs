//! Booking without a mouse.

use std::time::Duration;

use thirtyfour::prelude::*;

use super::chromium::{Chromium, Scripts};
use super::inspection::assert_quiet;
use super::visit::Visit;
use crate::waiting::eventually;

/// No page has more stops than that.
const MOST_STOPS: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_books_with_the_keyboard_alone() {
    let visit = Visit::begin(Scripts::On).await;
    let chromium = &visit.chromium;
    chromium.open(&visit.booking_page().await).await;

    tab_to(chromium, "a.offer[href*='30min']").await;
    press(chromium, Key::Enter).await;
    chromium.find(".month-grid").await;
    tab_to(chromium, ".month-grid a.day").await;
    let month = text_of(chromium, "#month-title").await;
    press(chromium, Key::PageDown).await;
    chromium
        .wait_for_text("#month-title", |title| title != month)
        .await;
    wait_for_focus(chromium, ".month-grid a.day").await;
    walk_the_grid(chromium).await;
    press(chromium, Key::Enter).await;
    wait_for_focus(chromium, "#times, #times *").await;

    tab_to(chromium, "a.slot").await;
    press(chromium, Key::Enter).await;
    chromium.find("#guestName").await;
    tab_to(chromium, "#guestName").await;
    press(chromium, "Ada Lovelace").await;
    tab_to(chromium, "#guestEmail").await;
    press(chromium, "ada@example.org").await;
    press(chromium, Key::Enter).await;
    chromium.find(".status-booked").await;
    assert_quiet(chromium, &visit.server).await;
}

/// The grid is one stop for the tab key; within it, arrows go from day to day.
async fn walk_the_grid(chromium: &Chromium) {
    let first = focused_day(chromium).await;
    press(chromium, Key::Right).await;
    let second = focused_day(chromium).await;
    assert_ne!(first, second, "an arrow goes to another day");
    press(chromium, Key::Left).await;
    assert_eq!(focused_day(chromium).await, first, "and back");
    press(chromium, Key::Tab).await;
    assert!(
        !is_focused(chromium, ".month-grid *").await,
        "the grid is one stop"
    );
    let back = chromium.driver().action_chain().key_down(Key::Shift);
    let back = back.send_keys(Key::Tab).key_up(Key::Shift);
    back.perform().await.expect("keys can be pressed");
    assert_eq!(
        focused_day(chromium).await,
        first,
        "the stop is where it was left"
    );
}

async fn press(chromium: &Chromium, keys: impl Into<TypingData>) {
    let chain = chromium.driver().action_chain().send_keys(keys);
    chain.perform().await.expect("keys can be pressed");
}

async fn tab_to(chromium: &Chromium, css: &str) {
    for _ in 0..MOST_STOPS {
        if is_focused(chromium, css).await {
            return;
        }
        press(chromium, Key::Tab).await;
    }
    panic!("the tab key never reaches `{css}`");
}

async fn wait_for_focus(chromium: &Chromium, css: &str) {
    eventually(
        &format!("the focus on `{css}`"),
        Duration::from_secs(10),
        async || is_focused(chromium, css).await.then_some(()),
    )
    .await;
}

async fn is_focused(chromium: &Chromium, css: &str) -> bool {
    let script = format!("return document.activeElement?.matches({css:?}) ?? false");
    chromium.run(&script).await == true
}

/// The name of the day that has the focus, as it is read out.
async fn focused_day(chromium: &Chromium) -> String {
    text_of(chromium, ".month-grid a.day:focus .visually-hidden").await
}

async fn text_of(chromium: &Chromium, css: &str) -> String {
    chromium
        .find(css)
        .await
        .text()
        .await
        .expect("it is still there")
}
