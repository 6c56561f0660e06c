//! A site on the embedded store where several people work together: Ada runs the office, Grace
//! organizes, Joan is invited. The site's first host is a stranger to them.

use std::sync::Arc;

use astralis_core::availability::Schedule;
use astralis_core::model::{OrgId, Organization, Role, User};
use astralis_core::ports::{HostProfile, Store};
use astralis_server::startup::issue_api_token;
use astralis_store_sqlite::SqliteStore;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::site::{Answer, Site, wish};

pub(crate) const EVENTS: &str = "/api/calendar/events";

/// Nine o'clock in Paris on a Monday, after the first 400 days, in summer.
pub(crate) const FAR: &str = "2027-06-07T07:00:00Z";

/// Nine o'clock in Paris, and so are the others.
pub(crate) const MONDAY: &str = "2026-03-02T08:00:00Z";
pub(crate) const SECOND: &str = "2026-03-09T08:00:00Z";
pub(crate) const THIRD: &str = "2026-03-16T08:00:00Z";
/// Summer time has begun.
pub(crate) const FIFTH: &str = "2026-03-30T07:00:00Z";

pub(crate) struct Office {
    pub(crate) site: Site,
    pub(crate) ada: Person,
    pub(crate) grace: Person,
    pub(crate) joan: Person,
    _folder: Option<TempDir>,
}

/// Somebody with a token of their own.
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) token: String,
}

impl Office {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("astralis.db");
        let store = SqliteStore::open(path.to_str().unwrap()).await.unwrap();
        Self {
            _folder: Some(folder),
            ..Self::on(Arc::new(store)).await
        }
    }

    pub(crate) async fn on(store: Arc<dyn Store>) -> Self {
        let site = Site::on(store).await;
        let org = OrgId::from(Uuid::now_v7());
        let first = site.state.store().first_admin().await.unwrap();
        let hours = site.state.store().host(first.org, first.id).await.unwrap();
        let [ada, grace, joan] = [
            person(org, "ada", Role::Admin),
            person(org, "grace", Role::Client),
            person(org, "joan", Role::Client),
        ];
        let hosts = [&ada, &grace, &joan].map(|user| HostProfile {
            user: user.clone(),
            schedule: Schedule::clone(&hours.schedule),
            schedule_version: 1,
        });
        let organization = Organization {
            id: org,
            name: "Office".to_owned(),
        };
        let made = site.state.store().set_up(&organization, &hosts, &[]).await;
        made.unwrap();
        let office = Self {
            ada: with_token(&site, ada).await,
            grace: with_token(&site, grace).await,
            joan: with_token(&site, joan).await,
            site,
            _folder: None,
        };
        let draft = json!({
            "slug": "intro",
            "durationMinutes": [30],
            "bookingWindow": { "kind": "UNBOUNDED" },
        });
        for person in [&office.grace, &office.joan] {
            let path = "/api/event-types";
            let added = office.api(person, Method::POST, path, &draft).await;
            assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
        }
        office
    }

    /// Calls the API as one of them.
    pub(crate) async fn api(
        &self,
        person: &Person,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Answer {
        self.api_with(person, method, path, body, &[]).await
    }

    /// The same, with more headers.
    pub(crate) async fn api_with(
        &self,
        person: &Person,
        method: Method,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(AUTHORIZATION, format!("Bearer {}", person.token))
            .header(CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_string()));
        self.site.send(request.unwrap()).await
    }

    /// Grace writes a meeting; answers it.
    pub(crate) async fn created(&self, draft: &Value) -> Value {
        let answer = self.api(&self.grace, Method::POST, EVENTS, draft).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json()
    }

    /// What a person's calendar says of a stretch of time.
    pub(crate) async fn calendar(&self, person: &Person, from: &str, to: &str) -> Vec<Value> {
        let path = format!("{EVENTS}?from={from}&to={to}");
        let answer = self.api(person, Method::GET, &path, &Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["events"].as_array().unwrap().clone()
    }

    /// Whether a page lists a start.
    pub(crate) async fn offers(&self, page: &str, start: &str) -> bool {
        let path = format!("/api/book/{page}/slots?eventType=intro&from={start}");
        let slots = self.site.get(&path).await.json();
        let slots = slots["slots"].as_array().unwrap().clone();
        slots.iter().any(|slot| slot["startTime"] == start)
    }

    /// A guest's attempt to book a start.
    pub(crate) async fn book(&self, page: &str, start: &str) -> Answer {
        let mut body = wish(start);
        body["userId"] = page.into();
        body["eventType"] = "intro".into();
        self.site.book(&body, None).await
    }
}

/// A meeting of Grace's on Mondays at nine o'clock in Paris, for half an hour.
pub(crate) fn weekly() -> Value {
    json!({
        "title": "Jour fixe",
        "startTime": "2026-03-02T08:00:00Z",
        "endTime": "2026-03-02T08:30:00Z",
        "timezone": "Europe/Paris",
        "recurrence": "FREQ=WEEKLY",
    })
}

/// Grace's weekly meeting, and calls that change it.
pub(crate) struct Weekly {
    pub(crate) office: Office,
    pub(crate) meeting: Value,
}

impl Weekly {
    pub(crate) async fn written() -> Self {
        let office = Office::open().await;
        let meeting = office.created(&weekly()).await;
        Self { office, meeting }
    }

    pub(crate) async fn put(&self, query: &str, draft: &Value) -> Answer {
        let path = format!("{}?{query}", path_of(&self.meeting));
        let grace = &self.office.grace;
        self.office.api(grace, Method::PUT, &path, draft).await
    }

    pub(crate) async fn delete(&self, query: &str) -> Answer {
        let path = format!("{}?{query}", path_of(&self.meeting));
        let grace = &self.office.grace;
        let method = Method::DELETE;
        self.office.api(grace, method, &path, &Value::Null).await
    }

    pub(crate) async fn check_offers(&self, expected: &[(&str, bool)]) {
        for (start, offered) in expected {
            let offers = self.office.offers("grace", start).await;
            assert_eq!(offers, *offered, "{start}");
        }
    }

    pub(crate) async fn march(&self) -> Vec<Value> {
        let grace = &self.office.grace;
        let (from, to) = ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
        self.office.calendar(grace, from, to).await
    }
}

/// The weekly meeting at another time.
pub(crate) fn at(start: &str, end: &str) -> Value {
    let mut draft = weekly();
    draft["startTime"] = start.into();
    draft["endTime"] = end.into();
    draft
}

/// A draft for one occurrence.
pub(crate) fn once(start: &str, end: &str) -> Value {
    let mut draft = at(start, end);
    draft["recurrence"] = Value::Null;
    draft
}

pub(crate) fn path_of(meeting: &Value) -> String {
    format!("{EVENTS}/{}", meeting["id"].as_str().unwrap())
}

/// The starts of what is listed.
pub(crate) fn starts(entries: &[Value]) -> Vec<&str> {
    let starts = entries.iter().map(|entry| entry["startTime"].as_str());
    starts.map(Option::unwrap).collect()
}

fn person(org: OrgId, slug: &str, role: Role) -> User {
    User {
        id: Uuid::now_v7().into(),
        org,
        slug: slug.parse().unwrap(),
        name: slug.to_owned(),
        email: format!("{slug}@example.org").parse().unwrap(),
        time_zone: "Europe/Paris".parse().unwrap(),
        role,
        active: true,
    }
}

async fn with_token(site: &Site, user: User) -> Person {
    let token = issue_api_token(&site.state, &user).await.unwrap();
    Person { user, token }
}
