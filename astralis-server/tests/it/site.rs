//! A site with one host in Paris, on a Sunday in March at nine o'clock there.

use std::sync::Arc;

use astralis_core::memory::{ManualClock, MemoryStore};
use astralis_core::ports::Store;
use astralis_core::time::ZoneDatabase;
use astralis_server::config::RateLimitConfig;
use astralis_server::host::issue_sign_in_link;
use astralis_server::startup::set_up;
use astralis_server::tokens::SecretKey;
use astralis_server::{AppState, app};
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Where the site says it is.
pub(crate) const URL: &str = "https://book.example.org";
/// Now.
pub(crate) const NOW: &str = "2026-03-01T08:00:00Z";
/// The first free time: Monday, nine o'clock in Paris.
pub(crate) const FIRST: &str = "2026-03-02T08:00:00Z";

/// A site and what a test needs to steer it.
pub(crate) struct Site {
    pub(crate) state: AppState,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) token: String,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Site {
    /// A site in memory.
    pub(crate) async fn open() -> Self {
        Self::on(Arc::new(MemoryStore::new())).await
    }

    /// A site on a store that is empty.
    pub(crate) async fn on(store: Arc<dyn Store>) -> Self {
        let clock = Arc::new(ManualClock::at(instant(NOW)));
        let key = SecretKey::from_text("a key that only this test knows");
        let site = URL.parse().unwrap();
        let limit = RateLimitConfig::default();
        let zones = ZoneDatabase::bundled();
        let state = AppState::new(store, zones, clock.clone(), key, site, limit);
        let email = "host@example.org".parse().unwrap();
        let first = set_up(&state, email, "Europe/Paris".parse().unwrap()).await;
        let token = first.unwrap().expect("the store was empty").api_token;
        Self {
            state,
            clock,
            token,
        }
    }

    /// The same site before a store that works differently.
    pub(crate) fn before(&self, store: Arc<dyn Store>) -> Self {
        let key = SecretKey::from_text("a key that only this test knows");
        let site = URL.parse().unwrap();
        let limit = RateLimitConfig::default();
        let zones = ZoneDatabase::bundled();
        Self {
            state: AppState::new(store, zones, self.clock.clone(), key, site, limit),
            clock: self.clock.clone(),
            token: self.token.clone(),
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = app(self.state.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let path = path.strip_prefix(URL).unwrap_or(path);
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Sends a form as a browser does.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_as("", path, fields).await
    }

    /// Sends a form with a session.
    pub(crate) async fn post_as(
        &self,
        cookie: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let path = path.strip_prefix(URL).unwrap_or(path);
        let request = Request::post(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(COOKIE, cookie)
            .body(Body::from(encoded(fields)));
        self.send(request.unwrap()).await
    }

    pub(crate) async fn get_as(&self, cookie: &str, path: &str) -> Answer {
        let request = Request::get(path).header(COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Calls the API as the host.
    pub(crate) async fn api(&self, method: Method, path: &str, body: Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()));
        self.send(request.unwrap()).await
    }

    /// The id of the host's event type with this slug.
    pub(crate) async fn event_type(&self, slug: &str) -> String {
        let all = self
            .api(Method::GET, "/api/event-types", Value::Null)
            .await
            .json();
        let all = all["eventTypes"].as_array().unwrap().iter();
        let found = all.into_iter().find(|each| each["slug"] == slug).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// Books through the API; `key` is the idempotency key.
    pub(crate) async fn book(&self, body: &Value, key: Option<&str>) -> Answer {
        let mut request = Request::post("/api/book").header(CONTENT_TYPE, "application/json");
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// Books a time through the API and answers the path of the guest's page.
    pub(crate) async fn booked(&self, start: &str) -> String {
        let answer = self.book(&wish(start), None).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let url = answer.json()["manageUrl"].as_str().unwrap().to_owned();
        url.strip_prefix(URL).unwrap().to_owned()
    }

    /// Signs in and answers the session's cookie.
    pub(crate) async fn signed_in(&self) -> String {
        let host = self.state.store().first_admin().await.unwrap();
        let link = issue_sign_in_link(&self.state, &host).await.unwrap();
        let answer = self.post(&link, &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        answer.session()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn location(&self) -> &str {
        self.headers[LOCATION].to_str().unwrap()
    }

    /// The cookie that a sign-in set, as a browser sends it back.
    pub(crate) fn session(&self) -> String {
        let cookie = self.headers[SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let from = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
        let (_, rest) = self
            .text
            .split_once(&from)
            .unwrap_or_else(|| panic!("no {name}"));
        rest.split('"').next().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn assert_says(&self, status: u16, words: &str) {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert!(self.text.contains(words), "no {words:?} in {}", self.text);
    }
}

/// A body for `POST /api/book`: half an hour from `start`.
pub(crate) fn wish(start: &str) -> Value {
    let end = instant(start) + chrono::TimeDelta::minutes(30);
    json!({
        "userId": "host",
        "eventType": "30min",
        "title": "Intro",
        "startTime": start,
        "endTime": end,
        "timezone": "Asia/Kathmandu",
        "guestName": "Ada Lovelace",
        "guestEmail": "ada@example.org",
        "meetingType": "VIDEO_CALL",
    })
}

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let encode =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02X}")).collect() };
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}
