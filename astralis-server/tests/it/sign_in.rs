//! Signing in and out.

use astralis_server::host::issue_sign_in_link;
use axum::body::Body;
use axum::http::header::SET_COOKIE;
use axum::http::{Request, StatusCode};
use chrono::TimeDelta;

use crate::site::{Site, URL};

async fn link(site: &Site) -> String {
    let host = site.state.store().first_admin().await.unwrap();
    issue_sign_in_link(&site.state, &host).await.unwrap()
}

#[tokio::test]
async fn a_link_signs_in_once() {
    let site = Site::open().await;
    let link = link(&site).await;
    // Opening it, as mail programs do, uses nothing up.
    site.get(&link).await.assert_says(200, "Sign in");
    site.get(&link).await.assert_says(200, "Sign in");

    let first = site.post(&link, &[]).await;
    let second = site.post(&link, &[]).await;

    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let cookie = first.headers[SET_COOKIE].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    second.assert_says(410, "This sign-in link no longer works");
    site.get(&link)
        .await
        .assert_says(410, "This sign-in link no longer works");
    let page = site.get_as(&first.session(), "/calendar").await;
    page.assert_says(200, "Upcoming bookings");
}

#[tokio::test]
async fn another_site_signs_nobody_in() {
    let site = Site::open().await;
    let link = link(&site).await;
    let path = link.strip_prefix(URL).unwrap();
    let forged = Request::post(path).header("sec-fetch-site", "cross-site");

    let answer = site.send(forged.body(Body::empty()).unwrap()).await;

    answer.assert_says(403, "That did not come from our pages");
    let own = site.post(&link, &[]).await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_link_runs_out_after_a_day() {
    let site = Site::open().await;
    let link = link(&site).await;
    site.clock.advance(TimeDelta::hours(24));

    site.post(&link, &[])
        .await
        .assert_says(410, "no longer works");
}

#[tokio::test]
async fn a_session_ends_by_itself_and_by_signing_out() {
    let site = Site::open().await;
    let cookie = site.signed_in().await;
    let other = site.signed_in().await;

    site.post_as(&cookie, "/sign-out", &[]).await;
    let after = site.get_as(&cookie, "/calendar").await;
    assert_eq!(after.status, StatusCode::SEE_OTHER);
    assert_eq!(after.location(), "/sign-in");

    site.clock.advance(TimeDelta::days(30));
    let after = site.get_as(&other, "/calendar").await;
    assert_eq!(after.location(), "/sign-in");
}

#[tokio::test]
async fn without_a_session_every_page_of_the_host_leads_to_sign_in() {
    let site = Site::open().await;
    for path in [
        "/calendar",
        "/calendar/agenda",
        "/calendar/availability",
        "/calendar/event-types",
        "/calendar/connections",
        "/calendar/profile",
    ] {
        for cookie in ["", "astralis_session=forged"] {
            let answer = site.get_as(cookie, path).await;
            assert_eq!(answer.location(), "/sign-in", "{path}");
        }
    }
}
