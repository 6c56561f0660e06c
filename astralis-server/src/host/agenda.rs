use askama::Template;
use astralis_core::model::{CalendarEvent, Origin, Participant, User};
use astralis_core::ports::chain;
use astralis_core::scheduler::{CalendarEntry, EventError};
use astralis_core::time::{Interval, IntervalSet, ZoneDatabase};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::Days;

use crate::desk;
use crate::host::leaf::Leaf;
use crate::host::session::SignedIn;
use crate::pages::{PageError, Reader, WhenView, meeting_type_in_words, render};
use crate::state::AppState;

/// Everything that takes place, booked or not.
#[derive(Template)]
#[template(path = "host_agenda.html")]
struct AgendaPage {
    notice: Vec<String>,
    zone: String,
    days: String,
    earlier: Option<String>,
    later: Option<String>,
    meetings: Vec<MeetingRow>,
}

struct MeetingRow {
    title: String,
    when: WhenView,
    repeats: bool,
    conflicts: usize,
    /// Whether the reader is not available then, and made it themselves.
    is_outside: bool,
    /// Everybody else who was invited, such as `Joan, guest@example.com`.
    others: String,
    way: Option<&'static str>,
    location: Option<String>,
    link: Option<String>,
}

/// `GET /calendar/agenda`
pub(super) async fn show(
    State(state): State<AppState>,
    SignedIn(user): SignedIn,
    Query(leaf): Query<Leaf>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let zones = state.scheduler.zones();
    let own_zone = Some(user.time_zone.as_str());
    let (reader, _) = Reader::new(zones, &user.time_zone, own_zone, None, &headers);
    let now = state.scheduler.now();
    let days = leaf.days("/calendar/agenda", now, &reader)?;
    let entries = state
        .scheduler
        .event_occurrences(user.org, user.id, days.window);
    let entries = entries.await?;
    let hours = open_hours(&state, &user, &entries).await?;
    let mut notice = Vec::new();
    if hours.is_none() {
        notice.push("What of this lies outside of your hours is not known.".to_owned());
    }
    let hours = hours.unwrap_or_else(IntervalSet::always);
    let row = |entry| MeetingRow::new(entry, &user, &hours, &reader, zones);
    let meetings: Result<_, _> = entries.into_iter().map(row).collect();
    let view = AgendaPage {
        notice,
        zone: reader.zone_at(now),
        days: days.words,
        earlier: days.earlier,
        later: days.later,
        meetings: meetings?,
    };
    Ok(render(StatusCode::OK, &view))
}

/// Whether the user made the meeting here.
fn is_own(event: &CalendarEvent, user: &User) -> bool {
    event.organizer == user.id && event.origin == Origin::Internal
}

/// When the user is available as long as anything of their own lasts; `None` if that cannot be told.
async fn open_hours(
    state: &AppState,
    user: &User,
    entries: &[CalendarEntry],
) -> Result<Option<IntervalSet>, EventError> {
    let own = || entries.iter().filter(|entry| is_own(&entry.event, user));
    let first = own().map(|entry| entry.during.start()).min();
    let last = own().map(|entry| entry.during.end()).max();
    let whole = first.zip(last);
    let Some(whole) = whole.and_then(|(start, end)| Interval::new(start, end).ok()) else {
        return Ok(Some(IntervalSet::new()));
    };
    match state.scheduler.open_hours(user.org, user.id, whole).await {
        Err(error @ EventError::Zone(_)) => {
            tracing::warn!(error = chain(&error), "a host's availability is not known");
            Ok(None)
        }
        hours => hours.map(Some),
    }
}

impl MeetingRow {
    fn new(
        entry: CalendarEntry,
        user: &User,
        hours: &IntervalSet,
        reader: &Reader,
        zones: &ZoneDatabase,
    ) -> Result<Self, EventError> {
        let when = when(&entry, reader, zones)?;
        let is_outside = is_own(&entry.event, user) && entry.is_outside(hours);
        let event = entry.event;
        let is_other = |participant: &&Participant| participant.user != Some(user.id);
        let others = event.participants.iter().filter(is_other).map(name);
        Ok(Self {
            when,
            repeats: entry.recurrence_id.is_some(),
            conflicts: entry.conflicts.len(),
            is_outside,
            others: others.collect::<Vec<_>>().join(", "),
            way: event.meeting_type.map(meeting_type_in_words),
            title: event.title.clone(),
            location: event.location.clone(),
            link: event.meeting_link.clone(),
        })
    }
}

/// Whole days are shown as they were meant, whatever zone the reader is in.
fn when(
    entry: &CalendarEntry,
    reader: &Reader,
    zones: &ZoneDatabase,
) -> Result<WhenView, EventError> {
    let zone = zones.zone(entry.event.when.time_zone())?;
    let Some((first, end)) = desk::whole_days(entry, &zone) else {
        return Ok(WhenView::new(entry.during, reader));
    };
    let last = end.checked_sub_days(Days::new(1)).unwrap_or(end);
    let time = if first == last {
        "all day".to_owned()
    } else {
        format!("to {}", reader.date(last))
    };
    Ok(WhenView {
        date: reader.date(first),
        time,
        ..WhenView::new(entry.during, &reader.in_zone(zone))
    })
}

fn name(participant: &Participant) -> &str {
    if participant.name.is_empty() {
        participant.email.as_str()
    } else {
        &participant.name
    }
}
