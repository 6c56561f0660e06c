//! Calendars that a host subscribes to, on the page and in the API, with the worker that reads them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use astralis_core::model::{CalendarUrl, Validators};
use astralis_core::ports::{CalendarFetcher, Feed, FetchError, Fetched, LeaseSubscription};
use astralis_server::desk::{ProfileDraft, edit_profile};
use astralis_server::subscriptions;
use astralis_server::tokens::FeedDetail;
use async_trait::async_trait;
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::site::{FIRST, NOW, Site, URL, wish};

const API: &str = "/api/calendar/subscriptions";
const PAGE: &str = "/calendar/connections";
const WORK: &str = "https://example.org/secret/work.ics";

/// A calendar that takes Monday morning in Paris.
const MONDAY: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n\
     DTSTART:20260302T080000Z\r\nDTEND:20260302T100000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\n\
     DTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// A network that answers as it was told, says so each time it was asked, and fails from then on.
struct Network {
    answers: Mutex<VecDeque<&'static str>>,
    told: UnboundedSender<String>,
}

#[async_trait]
impl CalendarFetcher for Network {
    async fn fetch(&self, url: &CalendarUrl, _: &Validators) -> Result<Fetched, FetchError> {
        self.told.send(url.as_str().to_owned()).unwrap();
        let answer = self.answers.lock().unwrap().pop_front();
        answer.map_or_else(
            || Err(FetchError::Transient("the server answers 503".into())),
            |file| {
                Ok(Fetched::File {
                    bytes: file.as_bytes().to_vec(),
                    validators: Validators::default(),
                })
            },
        )
    }
}

/// A running worker, and the addresses it asked for.
struct Reader {
    asked: UnboundedReceiver<String>,
    stop: watch::Sender<bool>,
    working: JoinHandle<()>,
}

impl Reader {
    fn start(site: &Site, answers: &[&'static str]) -> Self {
        let (told, asked) = unbounded_channel();
        let (stop, stopping) = watch::channel(false);
        let network = Network {
            answers: Mutex::new(answers.iter().copied().collect()),
            told,
        };
        let work = subscriptions::refresh(site.state.clone(), Arc::new(network), stopping);
        Self {
            asked,
            stop,
            working: tokio::spawn(work),
        }
    }

    async fn asked(&mut self) -> String {
        self.asked.recv().await.expect("the worker works")
    }

    async fn stop(self) {
        self.stop.send(true).unwrap();
        self.working.await.unwrap();
    }
}

async fn subscribe(site: &Site, url: &str) -> Value {
    let body = json!({ "url": url, "name": "Work" });
    let answer = site.api(Method::POST, API, body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json()
}

async fn listed(site: &Site) -> Vec<Value> {
    let answer = site.api(Method::GET, API, Value::Null).await.json();
    answer["subscriptions"].as_array().unwrap().clone()
}

/// Waits until the only subscription is as `is_so` says.
async fn until(site: &Site, is_so: fn(&Value) -> bool) -> Value {
    loop {
        let found = listed(site).await.remove(0);
        if is_so(&found) {
            return found;
        }
        tokio::task::yield_now().await;
    }
}

async fn first_slot(site: &Site) -> Value {
    let slots = site.get("/api/book/host/slots?eventType=30min").await;
    slots.json()["slots"][0]["startTime"].clone()
}

#[tokio::test]
async fn what_a_subscribed_calendar_blocks_is_not_offered() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let mut reader = Reader::start(&site, &[MONDAY]);
    assert_eq!(first_slot(&site).await, FIRST);

    subscribe(&site, "webcal://example.org/secret/work.ics#x").await;
    let asked = reader.asked().await;
    let read = until(&site, |found| !found["reading"].is_null()).await;

    assert_eq!((asked.as_str(), &read["url"]), (WORK, &json!(WORK)));
    assert_eq!(read["reading"]["events"], 1);
    assert_eq!(first_slot(&site).await, "2026-03-02T10:00:00Z");
    let page = site.get_as(&cookie, PAGE).await;
    page.assert_says(
        200,
        "1 busy event, the last until Monday 2 March 2026, 11:00",
    );
    page.assert_says(200, "Not understood (1)");
    assert!(!page.text.contains("/secret/"), "{}", page.text);
    reader.stop().await;
}

#[tokio::test]
async fn a_calendar_that_cannot_be_read_counts_as_it_was() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let mut reader = Reader::start(&site, &[MONDAY, "<!DOCTYPE html>"]);
    let added = subscribe(&site, WORK).await;
    reader.asked().await;
    until(&site, |found| !found["reading"].is_null()).await;

    site.clock.advance(TimeDelta::minutes(1));
    let now = format!("{API}/{}/refresh", added["id"].as_str().unwrap());
    let expedited = site.api(Method::POST, &now, Value::Null).await;
    reader.asked().await;
    let failed = until(&site, |found| found["failures"] == 1).await;

    assert_eq!(expedited.status, StatusCode::ACCEPTED);
    assert_eq!(failed["staleSince"], failed["reading"]["checkedAt"]);
    let error = failed["lastError"].as_str().unwrap();
    assert!(error.contains("no BEGIN:VCALENDAR"), "{error}");
    assert_eq!(first_slot(&site).await, "2026-03-02T10:00:00Z");
    let page = site.get_as(&cookie, PAGE).await;
    page.assert_says(200, "out of date");
    page.assert_says(200, "What it said before still counts");
    reader.stop().await;
}

#[tokio::test]
async fn a_calendar_is_read_again_when_it_is_due() {
    let site = Site::open().await;
    subscribe(&site, WORK).await;
    site.clock.advance(TimeDelta::minutes(1));
    let mut reader = Reader::start(&site, &[]);

    assert_eq!(reader.asked().await, WORK);
    let failed = until(&site, |found| found["failures"] == 1).await;

    assert_eq!(failed["reading"], Value::Null);
    assert_eq!(failed["staleSince"], Value::Null);
    reader.stop().await;
}

#[tokio::test]
async fn a_calendar_that_is_removed_frees_what_it_blocked() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let mut reader = Reader::start(&site, &[MONDAY]);
    let added = subscribe(&site, WORK).await;
    reader.asked().await;
    until(&site, |found| !found["reading"].is_null()).await;

    let remove = format!("{PAGE}/{}/remove", added["id"].as_str().unwrap());
    let removed = site.post_as(&cookie, &remove, &[]).await;
    let twice = site.post_as(&cookie, &remove, &[]).await;

    assert_eq!(removed.location(), PAGE);
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
    assert_eq!(listed(&site).await, [] as [Value; 0]);
    assert_eq!(first_slot(&site).await, FIRST);
    reader.stop().await;
}

#[tokio::test]
async fn a_booking_that_a_calendar_overlaps_is_told_to_the_host() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    assert_eq!(
        site.book(&wish(FIRST), None).await.status,
        StatusCode::CREATED
    );
    let mut reader = Reader::start(&site, &[MONDAY]);
    subscribe(&site, WORK).await;
    reader.asked().await;
    until(&site, |found| !found["reading"].is_null()).await;

    let page = site.get_as(&cookie, "/calendar").await;

    page.assert_says(200, "overlaps another event");
    reader.stop().await;
}

#[tokio::test]
async fn an_address_that_cannot_be_is_refused_with_the_form_filled_in() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    subscribe(&site, WORK).await;
    for (url, words) in [
        ("nonsense", "Calendar address: expected an address such as"),
        ("file:///etc/passwd", "expected an address such as"),
        (WORK, "you have not subscribed to yet"),
    ] {
        let fields = [("url", url), ("name", "My \"work\"")];
        let refused = site.post_as(&cookie, PAGE, &fields).await;
        refused.assert_says(422, words);
        refused.assert_says(422, url);
        refused.assert_says(422, "My &#34;work&#34;");

        let refused = site.api(Method::POST, API, json!({ "url": url })).await;
        refused.assert_says(400, "\"url\"");
    }
    assert_eq!(listed(&site).await.len(), 1);
}

#[tokio::test]
async fn nobody_subscribes_to_their_own_feed_by_any_name_of_the_server() {
    let site = Site::open().await;
    let host = site.state.store().first_admin().await.unwrap();
    let feed = site.state.store().feed(host.id).await.unwrap();
    let own = site.state.feed_links.token(&feed, FeedDetail::BusyOnly);
    let colleagues = Feed {
        user: site.state.scheduler.next_id().into(),
        ..feed
    };
    let colleagues = site
        .state
        .feed_links
        .token(&colleagues, FeedDetail::BusyOnly);
    for server in [
        "https://book.example.org",
        "HTTPS://BOOK.example.org:443/.",
        "http://ada:secret@localhost:3001/a/..",
        "webcal://127.0.0.1",
    ] {
        let body = json!({ "url": format!("{server}/feeds/{own}.ics") });
        let refused = site.api(Method::POST, API, body).await;
        refused.assert_says(400, "other than your own feed");
    }
    subscribe(&site, &format!("{URL}/feeds/{colleagues}.ics")).await;
}

#[tokio::test]
async fn a_calendar_is_not_read_more_than_once_a_minute() {
    let site = Site::open().await;
    let mut reader = Reader::start(&site, &[MONDAY]);
    let added = subscribe(&site, WORK).await;
    reader.asked().await;
    until(&site, |found| !found["reading"].is_null()).await;
    reader.stop().await;

    let now = format!("{API}/{}/refresh", added["id"].as_str().unwrap());
    site.api(Method::POST, &now, Value::Null).await;

    assert_eq!(listed(&site).await[0]["dueAt"], "2026-03-01T08:01:00Z");
}

#[tokio::test]
async fn another_zone_of_its_owner_makes_a_calendar_due() {
    let site = Site::open().await;
    let mut reader = Reader::start(&site, &[MONDAY]);
    subscribe(&site, WORK).await;
    reader.asked().await;
    until(&site, |found| !found["reading"].is_null()).await;
    reader.stop().await;

    let host = site.state.store().first_admin().await.unwrap();
    let draft = ProfileDraft {
        timezone: Some("Asia/Tokyo".to_owned()),
        ..ProfileDraft::default()
    };
    edit_profile(&site.state, &host, &draft).await.unwrap();

    assert_eq!(listed(&site).await[0]["dueAt"], NOW);
}

#[tokio::test]
async fn the_page_says_which_calendar_is_being_read_and_which_field_is_wrong() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    subscribe(&site, WORK).await;
    let page = site.get_as(&cookie, PAGE).await;
    page.assert_says(200, "about to be read for the first time");
    let lease = LeaseSubscription {
        now: site.state.scheduler.now(),
        lease_until: site.state.scheduler.now() + TimeDelta::minutes(5),
        token: site.state.scheduler.next_id().into(),
        beside: &[],
    };
    let leased = site.state.store().lease_subscription(&lease).await;
    assert!(leased.unwrap().is_some());

    let page = site.get_as(&cookie, PAGE).await;
    page.assert_says(200, "It is being read.");
    page.assert_says(200, "a year ahead");
    let long = "x".repeat(201);
    let fields = [("url", "https://example.org/2"), ("name", &long)];
    let refused = site.post_as(&cookie, PAGE, &fields).await;
    refused.assert_says(422, "aria-describedby=\"notice name-hint\"");
    assert!(!refused.text.contains("notice url-hint"));
}

#[tokio::test]
async fn nobody_subscribes_to_calendars_without_end() {
    let site = Site::open().await;
    for n in 0..20 {
        subscribe(&site, &format!("https://example.org/{n}")).await;
    }
    let body = json!({ "url": WORK });
    let refused = site.api(Method::POST, API, body).await;
    refused.assert_says(400, "at most 20 calendars");
}

#[tokio::test]
async fn subscriptions_need_a_host_and_an_own_id() {
    let site = Site::open().await;
    let unknown = format!("{API}/019c8f3a-0000-7000-8000-000000000001");
    for (method, path) in [
        (Method::DELETE, unknown.clone()),
        (Method::POST, format!("{unknown}/refresh")),
        (Method::DELETE, format!("{API}/nonsense")),
    ] {
        let answer = site.api(method, &path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(site.get(API).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.get(PAGE).await.location(), "/sign-in");
}
