//! The fetcher against a real server on the loopback interface, which misbehaves as it is asked to.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use astralis_core::model::Validators;
use astralis_core::ports::{CalendarFetcher, FetchError, Fetched, RetryAfter, chain};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
    RETRY_AFTER, USER_AGENT,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::serve::Listener;
use chrono::TimeDelta;
use rustls::RootCertStore;
use serde::Deserialize;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

use super::{FetchLimits, HttpFetcher};

mod tls;

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n";
const ETAG_1: &str = "\"1\"";
const MODIFIED: &str = "Sat, 28 Mar 2026 12:00:00 GMT";

/// A server, and how often it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Server {
    async fn start() -> Self {
        Self::start_on("127.0.0.1:0").await
    }

    async fn start_on(address: &str) -> Self {
        Self::behind(TcpListener::bind(address).await.unwrap())
    }

    fn behind(listener: impl Listener<Addr = SocketAddr>) -> Self {
        let asked = Arc::new(AtomicUsize::default());
        let address = listener.local_addr().unwrap();
        let site = site(asked.clone());
        tokio::spawn(async move { axum::serve(listener, site).await });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[derive(Deserialize)]
struct To {
    to: String,
}

fn site(asked: Arc<AtomicUsize>) -> Router {
    let redirect = async |Query(To { to }): Query<To>| (StatusCode::FOUND, [(LOCATION, to)]);
    let status = async |Query(To { to }): Query<To>| status_of(to.parse().unwrap());
    Router::new()
        .route("/calendar.ics", get(calendar))
        .route("/redirect", get(redirect))
        .route("/circle", get(async || Redirect::to("/circle")))
        .route("/status", get(status))
        .route("/later", get(later))
        .route("/endless", get(async || ([UNPACKED], zeros(usize::MAX))))
        .route("/bomb", get(async || zeros(1024)))
        .route("/silent", get(std::future::pending::<()>))
        .route("/cut", get(cut))
        .layer(CompressionLayer::new())
        .layer(axum::middleware::from_fn_with_state(asked, count))
}

/// Says that it is to be asked again in an hour, whatever the status.
async fn later(Query(To { to }): Query<To>) -> Response {
    ([(RETRY_AFTER, "3600")], status_of(to.parse().unwrap())).into_response()
}

fn status_of(status: u16) -> Response {
    StatusCode::from_u16(status).unwrap().into_response()
}

async fn count(
    State(asked): State<Arc<AtomicUsize>>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Response {
    asked.fetch_add(1, Ordering::Relaxed);
    next.run(request).await
}

/// A calendar with validators, for whoever says who they are and gives the password in the address.
async fn calendar(headers: HeaderMap) -> Response {
    let agent = headers.get(USER_AGENT).unwrap().to_str().unwrap();
    assert!(agent.starts_with("astralis/"), "{agent}");
    if let Some(password) = headers.get(AUTHORIZATION) {
        assert_eq!(password, "Basic YWRhOnNlY3JldA==");
    }
    if headers.get(IF_NONE_MATCH).is_some_and(|tag| tag == ETAG_1) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let kind = (CONTENT_TYPE, "text/calendar");
    let validators = [(ETAG, ETAG_1), (LAST_MODIFIED, MODIFIED), kind];
    (validators, CALENDAR).into_response()
}

/// An answer that promises more than it sends.
async fn cut() -> Response {
    ([(CONTENT_LENGTH, "1000000"), UNPACKED], zeros(1)).into_response()
}

/// A type that is sent as it is.
const UNPACKED: (HeaderName, &str) = (CONTENT_TYPE, "image/png");

/// So many kilobytes of zeros.
fn zeros(kilobytes: usize) -> Body {
    let kilobyte = Bytes::from_static(&[0; 1024]);
    let all = std::iter::repeat_n(kilobyte, kilobytes);
    Body::from_stream(futures_util::stream::iter(all.map(Ok::<_, std::io::Error>)))
}

fn limits() -> FetchLimits {
    FetchLimits {
        whole: Duration::from_secs(20),
        bytes: 512 * 1024,
        ..FetchLimits::default()
    }
}

async fn fetch(url: &str) -> Result<Fetched, FetchError> {
    let fetcher = HttpFetcher::new(true, limits()).unwrap();
    let url = url.parse().unwrap();
    fetcher.fetch(&url, &Validators::default()).await
}

async fn fetch_of(server: &Server, path: &str) -> Result<Fetched, FetchError> {
    fetch(&server.url(path)).await
}

#[track_caller]
fn assert_permanent(fetched: Result<Fetched, FetchError>, words: &str) {
    match fetched {
        Err(error @ FetchError::Permanent(_)) => {
            let said = chain(&error);
            assert!(said.contains(words), "{said}");
        }
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn assert_transient(fetched: Result<Fetched, FetchError>) -> String {
    match fetched {
        Err(error @ FetchError::Transient(_)) => chain(&error),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_calendar_comes_with_its_validators_and_once() {
    let server = Server::start().await;
    let url = server.url("/calendar.ics").parse().unwrap();
    let fetcher = HttpFetcher::new(true, limits()).unwrap();

    let first = fetcher.fetch(&url, &Validators::default()).await.unwrap();
    let Fetched::File { bytes, validators } = first else {
        panic!("{first:?}");
    };
    let second = fetcher.fetch(&url, &validators).await.unwrap();

    assert_eq!(bytes, CALENDAR.as_bytes());
    assert_eq!(validators.etag.as_deref(), Some(ETAG_1));
    assert_eq!(validators.last_modified.as_deref(), Some(MODIFIED));
    assert_eq!(second, Fetched::NotModified);
}

#[tokio::test]
async fn a_password_in_the_address_is_used_and_shown_nowhere() {
    let server = Server::start().await;
    let with_password = |path| format!("http://ada:secret@{}{path}", server.address);

    let fetched = fetch(&with_password("/calendar.ics")).await;
    let refused = fetch(&with_password("/status?to=404&key=private")).await;
    let cut = fetch(&with_password("/cut?key=private")).await;

    assert!(fetched.is_ok());
    for error in [refused.unwrap_err(), cut.unwrap_err()] {
        let shown = format!("{} {error:?}", chain(&error));
        assert!(
            !shown.contains("secret") && !shown.contains("private"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_no_file_says_whether_it_may_pass() {
    let server = Server::start().await;
    for status in [401, 403, 404, 410, 204, 206, 300] {
        let fetched = fetch_of(&server, &format!("/status?to={status}")).await;
        assert_permanent(fetched, &format!("the server answers {status}"));
    }
    for status in [408, 429, 500, 502, 503] {
        let said = assert_transient(fetch_of(&server, &format!("/status?to={status}")).await);
        assert!(said.contains(&status.to_string()), "{said}");
    }
}

#[tokio::test]
async fn a_server_in_trouble_may_say_when_to_come_back() {
    let server = Server::start().await;
    for status in [429, 503] {
        let fetched = fetch_of(&server, &format!("/later?to={status}")).await;
        let Err(error @ FetchError::NotBefore { when, .. }) = fetched else {
            panic!("{fetched:?}");
        };
        assert_eq!(when, RetryAfter::Pause(TimeDelta::hours(1)));
        assert!(chain(&error).contains(&status.to_string()), "{error:?}");
    }
    // What is not there is not there, whatever else the answer says.
    assert_permanent(fetch_of(&server, "/later?to=404").await, "404");
}

#[tokio::test]
async fn nobody_listening_may_pass() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let said = assert_transient(fetch(&format!("http://{address}/")).await);
    assert!(
        said.ends_with("no safe connection to the server could be made"),
        "{said}"
    );
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for_without_end() {
    let server = Server::start().await;
    let limits = FetchLimits {
        whole: Duration::from_millis(50),
        ..limits()
    };
    let fetcher = HttpFetcher::new(true, limits).unwrap();
    let url = server.url("/silent").parse().unwrap();
    assert_transient(fetcher.fetch(&url, &Validators::default()).await);
}

#[test]
fn no_calendar_is_larger_than_four_readers_can_hold() {
    assert_eq!(FetchLimits::default().bytes, 10 * 1024 * 1024);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_taken_packed_or_not() {
    let server = Server::start().await;
    for path in ["/endless", "/bomb"] {
        assert_permanent(fetch_of(&server, path).await, "larger than");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_taken() {
    let server = Server::start().await;
    let said = assert_transient(fetch_of(&server, "/cut").await);
    assert!(said.contains("broke off"), "{said}");
}

#[tokio::test]
async fn a_few_redirects_are_followed() {
    let server = Server::start().await;
    let absolute = server.url("/redirect?to=calendar.ics");

    let fetched = fetch_of(&server, &format!("/redirect?to={absolute}")).await;

    assert!(matches!(fetched, Ok(Fetched::File { .. })));
    assert_eq!(server.asked(), 3);
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_refused() {
    let server = Server::start().await;
    let fetched = fetch_of(&server, "/status?to=302").await;
    assert_permanent(fetched, "redirects to an address that cannot be read");
}

#[tokio::test]
async fn redirects_in_a_circle_end() {
    let server = Server::start().await;
    assert_permanent(fetch_of(&server, "/circle").await, "more than 5 times");
    assert_eq!(server.asked(), 6);
}

#[tokio::test]
async fn a_redirect_leads_to_no_other_scheme() {
    let server = Server::start().await;
    for to in [
        "file:///etc/passwd",
        "ftp://example.org/",
        "data:text/calendar,x",
    ] {
        let fetched = fetch_of(&server, &format!("/redirect?to={to}")).await;
        assert_permanent(fetched, "not one of the web");
    }
}

#[tokio::test]
async fn only_public_addresses_are_connected_to() {
    let server = Server::start().await;
    let port = server.address.port();
    let fetcher = HttpFetcher::new(false, limits()).unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0.0.0.0",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "10.0.0.1",
        "[fe80::1]",
    ] {
        let url = format!("http://{host}:{port}/calendar.ics")
            .parse()
            .unwrap();
        let fetched = fetcher.fetch(&url, &Validators::default()).await;
        assert_permanent(fetched, "does not lead into the public internet");
    }
    assert_eq!(server.asked(), 0);
}

/// 127.0.0.1 stands for the public internet, and every other address for our own network.
fn only_the_first(address: IpAddr) -> bool {
    address.to_string() == "127.0.0.1"
}

#[tokio::test]
async fn a_public_server_leads_to_no_private_address() {
    let public = Server::start().await;
    let private = Server::start_on("127.0.0.2:0").await;
    let nobody = RootCertStore::empty();
    let fetcher = HttpFetcher::trusting(nobody, only_the_first, limits()).unwrap();
    let get = async |url: String| {
        let url = url.parse().unwrap();
        fetcher.fetch(&url, &Validators::default()).await
    };

    let direct = get(public.url("/calendar.ics")).await;
    let named = get(format!(
        "http://localhost:{}/calendar.ics",
        public.address.port()
    ))
    .await;
    let inside = private.url("/calendar.ics");
    for to in [
        inside.as_str(),
        "http://169.254.169.254/latest/meta-data/",
        "//[::1]/",
    ] {
        let led = get(public.url(&format!("/redirect?to={to}"))).await;
        assert_permanent(led, "does not lead into the public internet");
    }

    assert!(direct.is_ok() && named.is_ok());
    assert_eq!(private.asked(), 0);
}

#[test]
fn a_redirect_never_leaves_https() {
    let from = "https://example.org/a/work.ics".parse().unwrap();
    let to = |location| {
        super::fetcher::target(&from, location)
            .map(String::from)
            .ok()
    };
    assert_eq!(to("../b.ics").unwrap(), "https://example.org/b.ics");
    assert_eq!(to("//example.com/c").unwrap(), "https://example.com/c");
    assert_eq!(to("http://example.org/a/work.ics"), None);
    assert_eq!(to("http://["), None);
    assert_eq!(to(""), None);
}
