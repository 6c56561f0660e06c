//! A guest books, moves and cancels.

use super::chromium::Scripts;
use super::guest::{
    choose_day, choose_meeting, choose_time, introduce, press_enter, send, shown_start,
};
use super::inspection::{assert_quiet, inspect};
use super::visit::Visit;
use crate::guest::{Answer, Slot, Wish};
use crate::mailbox::{Invitation, invitations};
use crate::server::Server;

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_books_moves_and_cancels() {
    book_move_and_cancel(Scripts::On).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_books_moves_and_cancels_with_scripts_off() {
    book_move_and_cancel(Scripts::Off).await;
}

async fn book_move_and_cancel(scripts: Scripts) {
    let visit = Visit::begin(scripts).await;
    let chromium = &visit.chromium;

    choose_meeting(chromium, &visit.booking_page().await).await;
    choose_day(chromium).await;
    let first = choose_time(chromium, 0).await;
    introduce(chromium, "Ada \"Countess\" Lovelace", "ada@example.org").await;
    send(chromium).await;
    chromium.find(".status-booked").await;
    assert_eq!(shown_start(chromium).await, first);

    chromium.click("a[href$='/reschedule']").await;
    choose_day(chromium).await;
    let second = choose_time(chromium, 0).await;
    assert_ne!(second, first, "a meeting is not offered the time it has");
    assert_ne!(second, first, "the meeting's own time is no new one");
    chromium
        .click("form[action$='/reschedule'] .actions button")
        .await;
    chromium.find(".status-booked").await;
    assert_eq!(shown_start(chromium).await, second);

    chromium.click("a[href$='/cancel']").await;
    chromium.click("form[action$='/cancel'] button").await;
    chromium.find(".status-cancelled").await;

    assert_quiet(chromium, &visit.server).await;
    assert_invited(&invitations(&visit.spool().await, 6).await);
}

/// Guest and host each got an invitation, a newer one, and a cancellation of the same meeting.
fn assert_invited(invitations: &[Invitation]) {
    let stories = [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)];
    for (mails, (method, sequence)) in invitations.chunks(2).zip(stories) {
        for mail in mails {
            assert_eq!((mail.method.as_str(), mail.sequence), (method, sequence));
            assert_eq!(mail.uid, invitations[0].uid);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_guest_can_be_used_by_everybody() {
    let visit = Visit::begin(Scripts::On).await;
    let chromium = &visit.chromium;

    chromium.open(&visit.booking_page().await).await;
    inspect(chromium, "meetings").await;
    choose_meeting(chromium, &visit.booking_page().await).await;
    inspect(chromium, "picker").await;
    choose_day(chromium).await;
    inspect(chromium, "picker-next-month").await;
    choose_time(chromium, 1).await;
    inspect(chromium, "details").await;

    introduce(chromium, "", "not an address").await;
    send(chromium).await;
    chromium.find("#notice").await;
    inspect(chromium, "details-wrong").await;

    take(&visit.server, &shown_start(chromium).await).await;
    introduce(chromium, "Ada Lovelace", "ada@example.org").await;
    send(chromium).await;
    chromium.find("#notice .alternatives").await;
    inspect(chromium, "details-taken").await;
    press_enter(chromium, "#guestName").await;
    chromium.find("#notice .alternatives").await;
    chromium.click(".alternatives button").await;
    chromium.find(".status-booked").await;
    inspect(chromium, "booked").await;

    chromium.click("a[href$='/reschedule']").await;
    inspect(chromium, "reschedule").await;
    choose_day(chromium).await;
    choose_time(chromium, 3).await;
    inspect(chromium, "reschedule-confirm").await;
    chromium
        .click("form[action$='/reschedule'] .actions button")
        .await;
    chromium.click("a[href$='/cancel']").await;
    inspect(chromium, "cancel").await;
    chromium.click("form[action$='/cancel'] button").await;
    chromium.find(".status-cancelled").await;
    inspect(chromium, "cancelled").await;

    chromium.open(&visit.server.url("/book/nobody")).await;
    inspect(chromium, "unknown-page").await;
}

/// Somebody else books the half hour from `start` first.
async fn take(server: &Server, start: &str) {
    let start = start.parse().expect("a page's datetime is an instant");
    let end = start + chrono::TimeDelta::minutes(30);
    let rival = Wish::new("30min", Slot { start, end }, "rival");
    let answer = rival
        .book(&reqwest::Client::new(), &server.url("/api/book"))
        .await;
    assert!(matches!(answer, Ok(Answer::Booked(_))), "{answer:?}");
}
