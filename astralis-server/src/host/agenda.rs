use askama::Template;
use astralis_core::model::{Participant, User};
use astralis_core::scheduler::{CalendarEntry, EventError};
use astralis_core::time::ZoneDatabase;
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
    let row = |entry| MeetingRow::new(entry, &user, &reader, zones);
    let meetings: Result<_, _> = entries.await?.into_iter().map(row).collect();
    let view = AgendaPage {
        notice: Vec::new(),
        zone: reader.zone_at(now),
        days: days.words,
        earlier: days.earlier,
        later: days.later,
        meetings: meetings?,
    };
    Ok(render(StatusCode::OK, &view))
}

impl MeetingRow {
    fn new(
        entry: CalendarEntry,
        user: &User,
        reader: &Reader,
        zones: &ZoneDatabase,
    ) -> Result<Self, EventError> {
        let when = when(&entry, reader, zones)?;
        let event = entry.event;
        let is_other = |participant: &&Participant| participant.user != Some(user.id);
        let others = event.participants.iter().filter(is_other).map(name);
        Ok(Self {
            when,
            repeats: entry.recurrence_id.is_some(),
            conflicts: entry.conflicts.len(),
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
