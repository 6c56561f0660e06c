use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{CalendarEvent, EventStatus, FieldError};
use crate::recurrence::{Budget, Occurrence, RecurrenceError, Series};
use crate::scheduler::events::check::too_much;
use crate::scheduler::events::claimable::claimable;
use crate::scheduler::events::edit::Whole;
use crate::scheduler::events::occurrences::{occurrences_within, zone_of};
use crate::scheduler::events::settle::Row;
use crate::scheduler::events::write::Writing;
use crate::scheduler::events::{EventError, MAX_CLAIMS, horizon};
use crate::time::{Interval, Zone, ZoneDatabase};

/// The rows that an edit makes of what is stored, as a new version: each with when it takes place.
///
/// What only calls off is not asked whether it names too much: that would keep it from naming less.
pub(super) fn placed(
    events: Vec<CalendarEvent>,
    stored: Option<&Whole>,
    zones: &ZoneDatabase,
    writing: &Writing,
) -> Result<Vec<Row>, EventError> {
    let view = View::of(stored, writing.now);
    let mut rows = Vec::new();
    let mut claims = 0;
    for event in with_versions(events, stored, writing.now) {
        let zone = zone_of(&event, zones)?;
        let subjects = event.subjects().len().max(1);
        let takes_place_again =
            event.recurrence.is_some() && event.status != EventStatus::Cancelled;
        if takes_place_again {
            let invalid = |error| EventError::Invalid(vec![error]);
            if !writing.calls_off {
                claims += subjects * most_occurrences(&event, &zone, &view).map_err(invalid)?;
            }
            let row = series_row(event, zone, &view);
            rows.push(row.map_err(|error| invalid(too_much(&error)))?);
        } else {
            let row = single_row(event, zone, zones)?;
            claims += subjects * row.occurrences.len();
            rows.push(row);
        }
    }
    if claims > MAX_CLAIMS && !writing.calls_off {
        let expected = format!("at most {MAX_CLAIMS} occurrences, times the users invited");
        return Err(EventError::invalid("recurrence", "tooMuch", expected));
    }
    Ok(rows)
}

/// Which occurrences of series are looked at.
struct View {
    /// Those still ahead that get claims.
    claimed: Interval,
    /// Where the meeting clashes farther ahead: those around get up-to-date conflict data.
    beyond: Vec<Interval>,
}

impl View {
    fn of(stored: Option<&Whole>, now: DateTime<Utc>) -> Self {
        let end = horizon(now);
        let rows = stored.into_iter().flat_map(Whole::rows);
        let clashes = rows.flat_map(|row| &row.conflicts);
        let beyond = clashes.filter(|conflict| conflict.during.end() > end);
        let around = |during: Interval| during.padded(TimeDelta::days(1), TimeDelta::days(1));
        Self {
            claimed: Interval::new(now, end).expect("the horizon lies ahead"),
            beyond: beyond.map(|conflict| around(conflict.during)).collect(),
        }
    }
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
fn series_row(mut event: CalendarEvent, zone: Zone, view: &View) -> Result<Row, RecurrenceError> {
    let series = event.series(&zone)?;
    let found = claimable(&event, &zone, view.claimed)?;
    let mut occurrences = found.occurrences;
    for around in &view.beyond {
        let mut later = series.occurrences(*around)?;
        later.retain(|one| one.during.start() >= view.claimed.end());
        occurrences.extend(later);
    }
    occurrences.sort_unstable();
    occurrences.dedup();
    if let Some(recurrence) = &mut event.recurrence {
        recurrence.claimed_until = found.claimed_until;
    }
    Ok(Row {
        event,
        zone,
        occurrences,
    })
}

/// How many occurrences a new series makes, now or in as many days from its start on; those, and
/// all that no rule names, end before the next begins.
fn most_occurrences(event: &CalendarEvent, zone: &Zone, view: &View) -> Result<usize, FieldError> {
    let series = event.series(zone).map_err(|error| too_much(&error))?;
    let start = event.when.during().start();
    let first = Interval::starting_at(start, view.claimed.duration());
    let mut most = 0;
    for window in first.into_iter().chain([view.claimed]) {
        let found = series.occurrences(window);
        let occurrences = found.map_err(|error| too_much(&error))?;
        check_apart(&occurrences)?;
        most = most.max(occurrences.len());
    }
    let length = event.when.during().duration();
    let extra = series.extra().iter();
    let extra = extra.filter_map(|extra| Interval::starting_at(extra.start, length).ok());
    let beyond = extra.filter(|during| !view.claimed.encloses(during));
    check_apart_at(&beyond.collect::<Vec<_>>(), &series)?;
    Ok(most)
}

/// Whether occurrences leave room for each other wherever a date lies that no rule names.
///
/// All windows share one budget, however many there are. A COUNT is counted from the start on for
/// each of them as long as nobody knows where it ends; so that is found out first, with a budget of
/// its own, or else the windows have to do with theirs.
fn check_apart_at(windows: &[Interval], series: &Series) -> Result<(), FieldError> {
    if windows.is_empty() {
        return Ok(());
    }
    // The series keeps what it finds; the answer itself tells nothing here.
    let _ = series.is_over_by(DateTime::<Utc>::MAX_UTC);
    let mut budget = Budget::default();
    for during in windows {
        let found = series.occurrences_within(*during, &mut budget);
        check_apart(&found.map_err(|error| too_much(&error))?)?;
    }
    Ok(())
}

fn check_apart(occurrences: &[Occurrence]) -> Result<(), FieldError> {
    match overlapping_the_next(occurrences) {
        None => Ok(()),
        Some(one) => {
            let id = one.recurrence_id;
            let expected =
                format!("occurrences that end before the next begins, unlike that of {id}");
            Err(FieldError::new("recurrence", "overlapsItself", expected))
        }
    }
}

fn overlapping_the_next(occurrences: &[Occurrence]) -> Option<&Occurrence> {
    let mut pairs = occurrences.array_windows();
    let found = pairs.find(|[one, next]| one.during.overlaps(&next.during));
    found.map(|[one, _]| one)
}
