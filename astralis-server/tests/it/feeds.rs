//! A host's calendar as other programs read it.

use astralis_core::icalendar::{CalendarOwner, read};
use astralis_core::model::{CalendarEvent, User};
use astralis_core::scheduler::{ChangeEvent, CreateEvent, ImportRequest, OnClash, Scope};
use astralis_core::time::ZoneDatabase;
use astralis_testkit::scenario::an_hour_of;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{Request, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};

use crate::site::{Answer, FIRST, Site, URL};

const PAGE: &str = "/calendar/connections";

/// The addresses on the page: whole, and busy only.
async fn addresses(site: &Site) -> [String; 2] {
    let cookie = site.signed_in().await;
    let page = site.get_as(&cookie, PAGE).await;
    ["feed-full", "feed-busy"].map(|field| {
        let from = format!("id=\"{field}\" value=\"");
        let (_, rest) = page.text.split_once(&from).expect("a feed's address");
        rest.split('"').next().unwrap().to_owned()
    })
}

async fn get_unless(site: &Site, url: &str, tag: &str) -> Answer {
    let path = url.strip_prefix(URL).unwrap();
    let request = Request::get(path).header(IF_NONE_MATCH, tag);
    site.send(request.body(Body::empty()).unwrap()).await
}

/// How many stretches of time a reader of the file is busy.
fn busy_events(answer: &Answer) -> usize {
    let zones = ZoneDatabase::bundled();
    let owner = CalendarOwner {
        zone: &zones.zone(&"Europe/Paris".parse().unwrap()).unwrap(),
        addresses: &[],
        zones: &zones,
    };
    let file = read(answer.text.as_bytes(), &owner).unwrap();
    assert_eq!(file.findings, []);
    file.events.len()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn host(site: &Site) -> User {
    site.state.store().first_admin().await.unwrap()
}

/// A meeting every Monday at nine in Paris, from the first one on.
async fn weekly(site: &Site) -> CalendarEvent {
    let (host, scheduler) = (host(site).await, &site.state.scheduler);
    let request = CreateEvent {
        command: scheduler.next_id().into(),
        org: host.org,
        organizer: host.id,
        draft: an_hour_of(host.id, instant(FIRST), Some("FREQ=WEEKLY")),
        on_clash: OnClash::Refuse,
    };
    scheduler.create_event(&request).await.unwrap().event
}

#[tokio::test]
async fn a_moved_occurrence_is_in_the_feed_however_far_ahead() {
    let site = Site::open().await;
    let [full, _] = addresses(&site).await;
    let (series, scheduler) = (weekly(&site).await, &site.state.scheduler);
    let tuesday = instant("2027-05-04T07:00:00Z");
    let move_to_tuesday = ChangeEvent {
        command: scheduler.next_id().into(),
        org: series.org,
        event: series.id,
        expected_version: series.version,
        scope: Scope::This(tuesday - TimeDelta::days(1)),
        draft: an_hour_of(series.organizer, tuesday, None),
        on_clash: OnClash::Refuse,
    };
    scheduler.change_event(&move_to_tuesday).await.unwrap();

    let feed = site.get(&full).await;

    let moved = "DTSTART;TZID=Europe/Paris:20270504T090000";
    assert!(feed.text.contains(moved), "{}", feed.text);
    assert!(!feed.text.contains("EXDATE"), "{}", feed.text);
}

#[tokio::test]
async fn extra_dates_are_in_the_feed() {
    let site = Site::open().await;
    let [full, busy] = addresses(&site).await;
    let (host, scheduler) = (host(&site).await, &site.state.scheduler);
    let mut draft = an_hour_of(host.id, instant(FIRST), Some("FREQ=WEEKLY;COUNT=2"));
    draft.extra = Some(vec!["2026-03-12T10:30:00".parse().unwrap()]);
    let request = CreateEvent {
        command: scheduler.next_id().into(),
        org: host.org,
        organizer: host.id,
        draft,
        on_clash: OnClash::Refuse,
    };
    scheduler.create_event(&request).await.unwrap();

    let (full, busy) = (site.get(&full).await, site.get(&busy).await);

    let written = "RDATE;TZID=Europe/Paris:20260312T103000\r\n";
    assert!(full.text.contains(written), "{}", full.text);
    assert_eq!(busy_events(&full), 1);
    let taken = "DTSTART:20260312T093000Z\r\n";
    assert!(busy.text.contains(taken), "{}", busy.text);
    assert_eq!(busy_events(&busy), 3);
}

#[tokio::test]
async fn a_series_is_busy_time_beyond_what_is_claimed() {
    let site = Site::open().await;
    let [_, busy] = addresses(&site).await;
    weekly(&site).await;
    // Nobody extends its claims meanwhile.
    site.clock.advance(TimeDelta::days(100));

    let feed = site.get(&busy).await;

    let last = "DTSTART:20270607T070000Z\r\n";
    assert!(feed.text.contains(last), "{}", feed.text);
}

#[tokio::test]
async fn busy_times_begin_today_and_do_not_say_who_is_away() {
    let site = Site::open().await;
    let [_, busy] = addresses(&site).await;
    let host = host(&site).await;
    let away = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260227T080000Z\r\n\
         DTEND:20260227T090000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\n\
         DTSTART:20260302T080000Z\r\nDTEND:20260302T090000Z\r\n\
         X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:3\r\n\
         DTSTART:20260303T080000Z\r\nDTEND:20260303T090000Z\r\nSTATUS:TENTATIVE\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n";
    let request = ImportRequest {
        command: site.state.scheduler.next_id().into(),
        org: host.org,
        user: host.id,
        source: "away.ics".to_owned(),
        bytes: away.as_bytes().to_vec(),
    };
    site.state.scheduler.import(&request).await.unwrap();

    let feed = site.get(&busy).await;

    assert_eq!(busy_events(&feed), 2, "{}", feed.text);
    assert!(!feed.text.contains("20260227"), "{}", feed.text);
    for secret in ["OOF", "TENTATIVE"] {
        assert!(!feed.text.contains(secret), "{}", feed.text);
    }
}

#[tokio::test]
async fn a_feed_shows_the_meetings_and_whoever_is_only_to_know_when_sees_no_more() {
    let site = Site::open().await;
    site.booked(FIRST).await;
    let [full, busy] = addresses(&site).await;

    let full = site.get(&full).await;
    let busy = site.get(&busy).await;

    for feed in [&full, &busy] {
        assert_eq!(feed.status, StatusCode::OK);
        assert_eq!(feed.headers[CONTENT_TYPE], "text/calendar; charset=utf-8");
        assert_eq!(feed.headers[CACHE_CONTROL], "private, max-age=300");
        assert!(
            feed.text.contains("DTSTART:20260302T080000Z\r\n"),
            "{}",
            feed.text
        );
        assert_eq!(busy_events(feed), 1);
    }
    assert!(full.text.contains("SUMMARY:Intro"), "{}", full.text);
    assert!(busy.text.contains("SUMMARY:Busy\r\n"), "{}", busy.text);
    for secret in ["Intro", "Ada", "example.org", "LOCATION", "ORGANIZER"] {
        assert!(!busy.text.contains(secret), "{}", busy.text);
    }
}

#[tokio::test]
async fn a_meeting_that_was_cancelled_is_in_no_feed() {
    let site = Site::open().await;
    let booked = site.booked(FIRST).await;
    let page = site.get(&format!("{booked}/cancel")).await;
    let (version, key) = (page.hidden("version"), page.hidden("key"));
    let fields = [("version", version.as_str()), ("key", &key)];
    let cancelled = site.post(&format!("{booked}/cancel"), &fields).await;
    assert_eq!(
        cancelled.status,
        StatusCode::SEE_OTHER,
        "{}",
        cancelled.text
    );

    for url in addresses(&site).await {
        assert_eq!(busy_events(&site.get(&url).await), 0);
    }
}

#[tokio::test]
async fn a_reader_is_sent_nothing_twice() {
    let site = Site::open().await;
    site.booked(FIRST).await;
    let [full, busy] = addresses(&site).await;
    let mut tags = Vec::new();
    for url in [&full, &busy] {
        let first = site.get(url).await;
        let tag = first.headers[ETAG].to_str().unwrap().to_owned();
        let strong = tag.strip_prefix("W/").unwrap();
        site.clock.advance(TimeDelta::minutes(15));
        for known in [&tag, &format!("\"x\", {tag}"), strong, "*"] {
            let again = get_unless(&site, url, known).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(again.headers[ETAG], tag);
            assert_eq!(again.text, "");
        }
        tags.push(tag);
    }

    site.booked("2026-03-02T13:00:00Z").await;

    for (url, tag) in [&full, &busy].into_iter().zip(tags) {
        assert_eq!(get_unless(&site, url, &tag).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn new_addresses_make_the_old_ones_useless() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let old = addresses(&site).await;

    let renewed = site.post_as(&cookie, &format!("{PAGE}/feeds"), &[]).await;

    assert_eq!(renewed.location(), PAGE);
    for url in old {
        assert_eq!(site.get(&url).await.status, StatusCode::NOT_FOUND);
    }
    for url in addresses(&site).await {
        assert_eq!(site.get(&url).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn an_address_that_was_not_made_here_leads_nowhere() {
    let site = Site::open().await;
    let [full, _] = addresses(&site).await;
    let without_type = full.strip_suffix(".ics").unwrap();
    for url in [
        without_type,
        "/feeds/x.ics",
        "/feeds/.ics",
        "/feeds/%00.ics",
    ] {
        assert_eq!(site.get(url).await.status, StatusCode::NOT_FOUND, "{url}");
    }
}
