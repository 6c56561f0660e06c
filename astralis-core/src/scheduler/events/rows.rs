use chrono::{DateTime, Utc};

use crate::model::{CalendarEvent, EventStatus, FieldError};
use crate::recurrence::{Occurrence, RecurrenceError};
use crate::scheduler::events::check::too_much;
use crate::scheduler::events::edit::Whole;
use crate::scheduler::events::occurrences::{occurrences_within, zone_of};
use crate::scheduler::events::settle::Row;
use crate::scheduler::events::{EventError, MAX_CLAIMS, horizon};
use crate::time::{Interval, Zone, ZoneDatabase};

/// The rows that an edit makes of what is stored, as a new version: each with when it takes place.
pub(super) fn placed(
    events: Vec<CalendarEvent>,
    stored: Option<&Whole>,
    zones: &ZoneDatabase,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, EventError> {
    let window = claimed_window(stored, now);
    let mut rows = Vec::new();
    let mut claims = 0;
    for event in with_versions(events, stored, now) {
        let zone = zone_of(&event, zones)?;
        let takes_place_again =
            event.recurrence.is_some() && event.status != EventStatus::Cancelled;
        let row = if takes_place_again {
            series_row(event, zone, window, now)
                .map_err(|error| EventError::Invalid(vec![error]))?
        } else {
            single_row(event, zone, zones)?
        };
        claims += row.occurrences.len() * row.event.subjects().len();
        rows.push(row);
    }
    if claims > MAX_CLAIMS {
        let expected = format!("at most {MAX_CLAIMS} occurrences, times the users invited");
        return Err(EventError::invalid("recurrence", "tooMuch", expected));
    }
    Ok(rows)
}

/// What of the events differs from what is stored, with its version raised, and its SEQUENCE if it
/// takes place at another time or no more. A series gets a new version with any of its rows.
fn with_versions(
    events: Vec<CalendarEvent>,
    stored: Option<&Whole>,
    now: DateTime<Utc>,
) -> Vec<CalendarEvent> {
    let stored: Vec<_> = stored.map_or_else(Vec::new, |whole| whole.rows().collect());
    let is_series = |event: &CalendarEvent| event.occurrence_of.is_none();
    let versioned = |mut event: CalendarEvent| {
        let Some(old) = stored.iter().find(|old| old.id == event.id) else {
            event.version = 1;
            event.created_at = now;
            event.updated_at = now;
            return Some(event);
        };
        if event == **old && !is_series(&event) {
            return None;
        }
        let moved = |event: &CalendarEvent| {
            let recurrence = event.recurrence.clone().map(|mut recurrence| {
                recurrence.claimed_until = None;
                recurrence
            });
            (event.when.clone(), event.status, recurrence)
        };
        event.version = old.version + 1;
        event.sequence = old.sequence + u32::from(moved(&event) != moved(old));
        event.updated_at = now;
        Some(event)
    };
    events.into_iter().filter_map(versioned).collect()
}

/// Which occurrences of series are looked at: those still ahead that get claims, and farther
/// where the meeting clashes already.
fn claimed_window(stored: Option<&Whole>, now: DateTime<Utc>) -> Interval {
    let rows = stored.into_iter().flat_map(Whole::rows);
    let clashes = rows.flat_map(|row| &row.conflicts);
    let farthest = clashes.map(|conflict| conflict.during.end()).max();
    let end = horizon(now).max(farthest.unwrap_or(now));
    Interval::new(now, end).expect("the horizon lies ahead")
}

/// A meeting that takes place once, or not at all.
fn single_row(event: CalendarEvent, zone: Zone, zones: &ZoneDatabase) -> Result<Row, EventError> {
    let occurrences = match event.status {
        EventStatus::Cancelled => Vec::new(),
        _ => occurrences_within(&event, event.when.during(), zones)?,
    };
    Ok(Row {
        event,
        zone,
        occurrences,
    })
}

/// A meeting that repeats, claimed to the horizon.
fn series_row(
    mut event: CalendarEvent,
    zone: Zone,
    window: Interval,
    now: DateTime<Utc>,
) -> Result<Row, FieldError> {
    let until = horizon(now);
    let found = || -> Result<_, RecurrenceError> {
        let series = event.series(&zone)?;
        Ok((series.is_over_by(until)?, series.occurrences(window)?))
    };
    let (is_over, occurrences) = found().map_err(|error| too_much(&error))?;
    if let Some(one) = overlapping_the_next(&occurrences) {
        let id = one.recurrence_id;
        let expected = format!("occurrences that end before the next begins, unlike that of {id}");
        return Err(FieldError::new("recurrence", "overlapsItself", expected));
    }
    if let Some(recurrence) = &mut event.recurrence {
        recurrence.claimed_until = (!is_over).then_some(until);
    }
    Ok(Row {
        event,
        zone,
        occurrences,
    })
}

fn overlapping_the_next(occurrences: &[Occurrence]) -> Option<&Occurrence> {
    let mut pairs = occurrences.array_windows();
    let found = pairs.find(|[one, next]| one.during.overlaps(&next.during));
    found.map(|[one, _]| one)
}
