//! `GET /feeds/{token}.ics`: a user's calendar for other programs to read, whole or as busy time.

use astralis_core::icalendar::{BusyCalendar, Calendar};
use astralis_core::model::{BusyKind, User};
use astralis_core::ports::{Feed, StoreError};
use astralis_core::time::Interval;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, Days, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use crate::pages::PageError;
use crate::state::AppState;
use crate::tokens::FeedDetail;

/// How far back a whole feed reaches. Busy times begin today: nobody plans in the past.
const DAYS_BACK: u32 = 30;

/// How far ahead a feed reaches.
const DAYS_AHEAD: u32 = 365;

/// How often a reader is asked to look again.
const REFRESH: TimeDelta = TimeDelta::minutes(15);

/// How long a reader may show what it has.
const KEPT: &str = "private, max-age=300";

/// `GET /feeds/{token}.ics`
pub(super) async fn show(
    State(state): State<AppState>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let token = file.strip_suffix(".ics").ok_or(PageError::LinkNotValid)?;
    let (feed, detail) = open(&state, token).await?;
    let text = match detail {
        FeedDetail::Full => whole(&state, &feed).await?,
        FeedDetail::BusyOnly => busy_only(&state, &feed).await?,
    };
    Ok(answer(text, &headers))
}

/// The feed behind a genuine token of the present generation.
async fn open(state: &AppState, token: &str) -> Result<(Feed, FeedDetail), PageError> {
    let target = state.feed_links.read(token);
    let target = target.map_err(|_| PageError::LinkNotValid)?;
    match state.store().feed(target.user).await {
        Ok(feed) if feed.generation == target.generation => Ok((feed, target.detail)),
        Ok(_) | Err(StoreError::NotFound { .. }) => Err(PageError::LinkNotValid),
        Err(error) => Err(error.into()),
    }
}

async fn whole(state: &AppState, feed: &Feed) -> Result<String, PageError> {
    let user = owner(state, feed).await?;
    let window = window(state, &user, DAYS_BACK);
    let found = state
        .scheduler
        .published_events(feed.org, feed.user, window);
    let events = found.await?;
    let calendar = Calendar {
        refresh: Some(REFRESH),
        ..Calendar::new(&user.name, &events, state.scheduler.zones())
    };
    Ok(calendar.to_string())
}

/// When its owner is busy from today on. That they are away, or may be, is theirs to tell: it is all
/// one here. What others' busy times are is for those others to tell.
async fn busy_only(state: &AppState, feed: &Feed) -> Result<String, PageError> {
    let user = owner(state, feed).await?;
    let window = window(state, &user, 0);
    let found = state
        .scheduler
        .published_busy_time(feed.org, feed.user, window);
    let taken = found.await?.into_iter();
    let busy: Vec<_> = taken
        .filter(|(_, kind)| *kind != BusyKind::Free)
        .map(|(during, _)| (during, BusyKind::Busy))
        .collect();
    let calendar = BusyCalendar {
        name: &user.name,
        owner: user.id,
        id: state.feed_links.uid_space(feed.user),
        busy: &busy,
        // Not the present: what did not change is to be the same file.
        as_of: window.start(),
        refresh: Some(REFRESH),
    };
    Ok(calendar.to_string())
}

async fn owner(state: &AppState, feed: &Feed) -> Result<User, PageError> {
    Ok(state.store().host(feed.org, feed.user).await?.user)
}

/// The days that are shown, from a midnight: the same all day long, so that what did not change is
/// the same file.
fn window(state: &AppState, user: &User, days_back: u32) -> Interval {
    let now = state.scheduler.now();
    let zone = state.scheduler.zones().zone(&user.time_zone);
    let midnight = zone.ok().and_then(|zone| {
        let first = zone
            .date_at(now)
            .checked_sub_days(Days::new(days_back.into()))?;
        zone.start_of(first)
    });
    let start: DateTime<Utc> = midnight.unwrap_or(now - TimeDelta::days(days_back.into()));
    let length = TimeDelta::days((days_back + DAYS_AHEAD).into());
    Interval::starting_at(start, length).expect("the clock is centuries away from the end of time")
}

/// The file, unless the reader has it already. What it is called is weak: it may be sent packed.
fn answer(text: String, headers: &HeaderMap) -> Response {
    let digest = Sha256::digest(text.as_bytes());
    let tag = format!("W/\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(&digest[..16]));
    let same = is_known(headers, &tag);
    let about = [(ETAG, tag), (CACHE_CONTROL, KEPT.to_owned())];
    if same {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let kind = [(CONTENT_TYPE, "text/calendar; charset=utf-8")];
    (about, kind, text).into_response()
}

/// Whether If-None-Match names this version (RFC 9110 §13.1.2).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let named = headers.get_all(IF_NONE_MATCH).iter();
    let mut tags = named
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','));
    tags.any(|known| known.trim() == "*" || opaque(known) == opaque(tag))
}
