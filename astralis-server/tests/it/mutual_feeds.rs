//! People who subscribe to each other's busy times, on one server or on two.

use astralis_core::jobs::refresh_next;
use astralis_core::model::{CalendarUrl, Validators};
use astralis_core::ports::{CalendarFetcher, FetchError, Fetched};
use astralis_server::desk::{SubscriptionDraft, feed_addresses, subscribe};
use async_trait::async_trait;
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::Value;

use crate::office::{MONDAY, Office, Person, SECOND, once, path_of};
use crate::site::Site;

/// Reads the feeds of a site.
struct FeedsOf<'a>(&'a Site);

#[async_trait]
impl CalendarFetcher for FeedsOf<'_> {
    async fn fetch(&self, url: &CalendarUrl, _: &Validators) -> Result<Fetched, FetchError> {
        let feed = self.0.get(url.as_str()).await;
        assert_eq!(feed.status, StatusCode::OK, "{}", feed.text);
        Ok(Fetched::File {
            bytes: feed.text.into_bytes(),
            validators: Validators::default(),
        })
    }
}

async fn busy_feed(site: &Site, person: &Person) -> String {
    let addresses = feed_addresses(&site.state, &person.user).await;
    addresses.unwrap().busy_only
}

/// Makes `reader` a reader of `owner`'s busy times on `server`.
async fn reads(office: &Office, reader: &Person, owner: &Person, server: &Site) {
    let draft = SubscriptionDraft {
        url: busy_feed(server, owner).await,
        name: None,
    };
    let done = subscribe(&office.site.state, &reader.user, &draft).await;
    done.unwrap();
}

/// Half an hour later, everybody has read what they subscribed to, which lies on `server`, once.
async fn everybody_reads(office: &Office, server: &Site) {
    let Site { state, clock, .. } = &office.site;
    clock.advance(TimeDelta::minutes(30));
    let feeds = FeedsOf(server);
    let step = async || {
        let token = state.scheduler.next_id().into();
        let step = refresh_next(&state.scheduler, &feeds, &**clock, token);
        step.await.unwrap()
    };
    while let Some(done) = step().await {
        assert!(done.recorded, "{done:?}");
    }
}

async fn grace_meets(office: &Office) -> Value {
    office.created(&once(MONDAY, "2026-03-02T08:30:00Z")).await
}

async fn grace_calls_off(office: &Office, meeting: &Value) {
    let (path, method) = (path_of(meeting), Method::DELETE);
    let gone = office.api(&office.grace, method, &path, &Value::Null).await;
    assert!(gone.status.is_success(), "{}", gone.text);
}

/// Whether Monday at nine is offered by Grace and by Joan.
async fn offers(graces: &Office, joans: &Office) -> [bool; 2] {
    [
        graces.offers("grace", MONDAY).await,
        joans.offers("joan", MONDAY).await,
    ]
}

#[tokio::test]
async fn who_read_each_other_are_free_as_soon_as_the_meeting_is_called_off() {
    let office = Office::open().await;
    let Office {
        site, grace, joan, ..
    } = &office;
    reads(&office, grace, joan, site).await;
    reads(&office, joan, grace, site).await;
    let meeting = grace_meets(&office).await;
    for _ in 0..3 {
        everybody_reads(&office, site).await;
    }
    let meanwhile = offers(&office, &office).await;

    grace_calls_off(&office, &meeting).await;
    everybody_reads(&office, site).await;

    assert_eq!(meanwhile, [false, false]);
    assert_eq!(offers(&office, &office).await, [true, true]);
}

#[tokio::test]
async fn who_read_each_other_in_a_circle_are_free_as_well() {
    let office = Office::open().await;
    let Office {
        site,
        ada,
        grace,
        joan,
        ..
    } = &office;
    for (reader, owner) in [(joan, grace), (ada, joan), (grace, ada), (joan, ada)] {
        reads(&office, reader, owner, site).await;
    }
    let meeting = grace_meets(&office).await;
    for _ in 0..4 {
        everybody_reads(&office, site).await;
    }
    let meanwhile = offers(&office, &office).await;

    grace_calls_off(&office, &meeting).await;
    everybody_reads(&office, site).await;

    assert_eq!(meanwhile, [false, false]);
    assert_eq!(offers(&office, &office).await, [true, true]);
}

#[tokio::test]
async fn who_read_each_other_across_servers_are_free_as_well() {
    let (here, there) = (Office::open().await, Office::open().await);
    reads(&here, &here.grace, &there.joan, &there.site).await;
    reads(&there, &there.joan, &here.grace, &here.site).await;
    let meeting = grace_meets(&here).await;
    let both_read = async || {
        everybody_reads(&there, &here.site).await;
        everybody_reads(&here, &there.site).await;
    };
    for _ in 0..3 {
        both_read().await;
    }
    let meanwhile = offers(&here, &there).await;

    grace_calls_off(&here, &meeting).await;
    both_read().await;

    assert_eq!(meanwhile, [false, false]);
    assert_eq!(offers(&here, &there).await, [true, true]);
}

#[tokio::test]
async fn a_busy_feed_tells_its_owners_time_and_not_what_another_one_told() {
    let office = Office::open().await;
    let Office {
        site, grace, joan, ..
    } = &office;
    grace_meets(&office).await;
    reads(&office, joan, grace, site).await;
    everybody_reads(&office, site).await;
    let booked = office.book("joan", SECOND).await;
    assert_eq!(booked.status, StatusCode::CREATED, "{}", booked.text);

    let feed = site.get(&busy_feed(site, joan).await).await;

    assert!(!office.offers("joan", MONDAY).await);
    assert!(
        feed.text.contains("DTSTART:20260309T080000Z"),
        "{}",
        feed.text
    );
    assert!(!feed.text.contains("20260302"), "{}", feed.text);
}
