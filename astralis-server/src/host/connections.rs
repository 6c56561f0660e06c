use askama::Template;
use astralis_core::model::{CalendarReading, CalendarSubscription, SubscriptionId, User};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::desk::{self, DeskError, FeedAddresses, SubscriptionDraft};
use crate::host::notice::Notice;
use crate::host::session::SignedIn;
use crate::pages::{PageError, Reader, duration_in_words, render};
use crate::state::AppState;

const PATH: &str = "/calendar/connections";

/// Calendars that make the host busy, and where others read the host's own.
#[derive(Template)]
#[template(path = "host_connections.html")]
struct ConnectionsPage {
    notice: Vec<String>,
    subscriptions: Vec<SubscriptionRow>,
    form: SubscriptionForm,
    /// Whether the form was sent, and refused for its address.
    bad_url: bool,
    /// The same for its name.
    bad_name: bool,
    zone: String,
    feeds: FeedAddresses,
}

struct SubscriptionRow {
    id: SubscriptionId,
    name: String,
    host: String,
    /// Whether somebody is reading it.
    is_being_read: bool,
    /// What was last read, and when; `None` before the first time.
    read: Option<ReadingView>,
    /// Why the last try brought nothing, and when there is another one.
    trouble: Option<Trouble>,
}

struct ReadingView {
    at: String,
    brought: String,
    every: String,
    findings: Vec<String>,
    more_findings: usize,
}

struct Trouble {
    error: String,
    again: String,
}

/// The form as it is sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct SubscriptionForm {
    url: String,
    name: String,
}

/// `GET /calendar/connections`
pub(super) async fn show(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    page(&state, &user, &headers, SubscriptionForm::default(), None).await
}

/// `POST /calendar/connections`
pub(super) async fn subscribe(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    headers: HeaderMap,
    Form(form): Form<SubscriptionForm>,
) -> Result<Response, PageError> {
    let draft = SubscriptionDraft {
        url: form.url.clone(),
        name: Some(form.name.clone()),
    };
    match desk::subscribe(&state, &user, &draft).await {
        Ok(_) => Ok(back()),
        Err(error) => {
            let notice = FormNotice::of(error)?;
            page(&state, &user, &headers, form, Some(notice)).await
        }
    }
}

/// `POST /calendar/connections/{id}/refresh`
pub(super) async fn refresh(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    done(desk::expedite_subscription(&state, &user, subscription_id(&id)?).await)
}

/// `POST /calendar/connections/{id}/remove`
pub(super) async fn remove(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    done(desk::unsubscribe(&state, &user, subscription_id(&id)?).await)
}

/// `POST /calendar/connections/feeds`
pub(super) async fn renew_feeds(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
) -> Result<Response, PageError> {
    done(desk::renew_feed(&state, &user).await.map(drop))
}

fn subscription_id(text: &str) -> Result<SubscriptionId, PageError> {
    text.parse()
        .map_err(|_| PageError::NoSuchThing("subscription"))
}

fn back() -> Response {
    Redirect::to(PATH).into_response()
}

/// Back to the page, unless it cannot say what went wrong.
fn done(done: Result<(), DeskError>) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(back()),
        Err(error) => Err(unsaid(error)),
    }
}

fn unsaid(error: DeskError) -> PageError {
    match Notice::of(error) {
        Ok(_) => PageError::Unavailable,
        Err(error) => error,
    }
}

async fn page(
    state: &AppState,
    user: &User,
    headers: &HeaderMap,
    form: SubscriptionForm,
    refused: Option<FormNotice>,
) -> Result<Response, PageError> {
    let found = desk::subscriptions(state, user).await.map_err(unsaid)?;
    let feeds = desk::feed_addresses(state, user).await.map_err(unsaid)?;
    let own_zone = Some(user.time_zone.as_str());
    let zones = state.scheduler.zones();
    let (reader, _) = Reader::new(zones, &user.time_zone, own_zone, None, headers);
    let rows = found.into_iter();
    let now = state.scheduler.now();
    let is_bad = |field| refused.as_ref().is_some_and(|found| found.is_about(field));
    let (bad_url, bad_name) = (is_bad("url"), is_bad("name"));
    let notice = refused.map(|refused| refused.notice);
    let view = ConnectionsPage {
        subscriptions: rows
            .map(|row| SubscriptionRow::of(row, &reader, now))
            .collect(),
        zone: reader.zone_at(now),
        feeds,
        form,
        bad_url,
        bad_name,
        notice: Notice::lines(notice.as_ref()),
    };
    Ok(render(
        notice.map_or(StatusCode::OK, |notice| notice.status),
        &view,
    ))
}

/// Why the form was refused, and for which of its fields.
struct FormNotice {
    notice: Notice,
    fields: Vec<&'static str>,
}

impl FormNotice {
    fn of(error: DeskError) -> Result<Self, PageError> {
        let fields = match &error {
            DeskError::Invalid(errors) => errors.iter().map(|error| error.field).collect(),
            _ => Vec::new(),
        };
        let notice = Notice::of(error)?;
        Ok(Self { notice, fields })
    }

    fn is_about(&self, field: &str) -> bool {
        self.fields.contains(&field)
    }
}

impl SubscriptionRow {
    fn of(subscription: CalendarSubscription, reader: &Reader, now: DateTime<Utc>) -> Self {
        let again = moment(reader, subscription.due_at);
        let is_being_read = subscription.is_being_read(now);
        let state = subscription.state;
        Self {
            id: subscription.id,
            is_being_read,
            host: subscription.url.host().to_owned(),
            name: subscription.name,
            trouble: state.last_error.map(|error| Trouble { error, again }),
            read: state
                .reading
                .map(|reading| ReadingView::of(reading, reader)),
        }
    }
}

impl ReadingView {
    fn of(reading: CalendarReading, reader: &Reader) -> Self {
        let events = match reading.events {
            0 => "no busy events".to_owned(),
            1 => "1 busy event".to_owned(),
            many => format!("{many} busy events"),
        };
        let until = reading.busy_until.map(|until| moment(reader, until));
        Self {
            at: moment(reader, reading.checked_at),
            brought: match until {
                Some(until) => format!("{events}, the last until {until}"),
                None => events,
            },
            every: duration_in_words(reading.interval),
            findings: reading.findings,
            more_findings: reading.more_findings,
        }
    }
}

/// `Tuesday 24 November 2026, 14:00`.
fn moment(reader: &Reader, at: DateTime<Utc>) -> String {
    let date = reader.date(reader.zone.date_at(at));
    format!("{date}, {}", reader.exact_time(at))
}
