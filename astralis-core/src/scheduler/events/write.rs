use chrono::{DateTime, Utc};

use crate::model::{CalendarEvent, EventId, EventStatus, FieldError, SubjectId};
use crate::policy::Refusal;
use crate::ports::{Command, Facts, Look, StoreError, Transacted};
use crate::recurrence::Occurrence;
use crate::scheduler::Scheduler;
use crate::scheduler::events::check::too_much;
use crate::scheduler::events::edit::Whole;
use crate::scheduler::events::neighbours::hull;
use crate::scheduler::events::occurrences::{occurrences_within, zone_of};
use crate::scheduler::events::settle::{Row, Settling, settle};
use crate::scheduler::events::{EventError, MAX_CLAIMS, OnClash, horizon};
use crate::scheduler::intent::Intent;
use crate::time::{Interval, ZoneDatabase};

/// What a command is about, and how what it makes of that is written.
pub(super) struct Writing {
    pub(super) intent: Intent,
    pub(super) on_clash: OnClash,
    pub(super) now: DateTime<Utc>,
    /// The meeting it changes, as it was seen; `None` for a new one.
    pub(super) seen: Option<Seen>,
}

/// A meeting as it was when the request was read.
pub(super) struct Seen {
    pub(super) whole: Whole,
    /// Which of its rows was asked about, and the version of that.
    pub(super) row: EventId,
    pub(super) expected_version: u32,
}

/// Makes of a meeting the rows that it consists of afterwards.
pub(super) type Edit<'a> =
    dyn Fn(Option<&Whole>) -> Result<Vec<CalendarEvent>, EventError> + Send + Sync + 'a;

impl Scheduler {
    /// Has an edit decided beside everybody's time and written; tells whether it had been before.
    ///
    /// The edit is made twice: to learn whose time it is about, and, under their locks, of the
    /// meeting as it then is.
    pub(super) async fn write_rows(
        &self,
        writing: &Writing,
        edit: &Edit<'_>,
    ) -> Result<bool, EventError> {
        let whole = writing.seen.as_ref().map(|seen| &seen.whole);
        if let Some(seen) = &writing.seen {
            seen.require_current(&seen.whole)
                .map_err(EventError::Refused)?;
        }
        let rows = self.rows(edit(whole)?, whole, writing)?;
        let command = self.command_about(&rows, whole, writing).await?;
        let settling = Settling::of(&command, writing.on_clash);
        let decide = |facts: &Facts| {
            let whole = writing.whole_now(facts)?;
            // The meeting is the one that was seen, so that what could be edited still can.
            let edited = edit(whole.as_ref());
            let rows = edited.and_then(|events| self.rows(events, whole.as_ref(), writing));
            settle(
                rows.map_err(|_| vec![Refusal::NotChangeable])?,
                facts,
                &settling,
            )
        };
        let transacted = match self.transact(&command, &decide).await {
            // Somebody wrote without the locks; see `carry_out`.
            Err(StoreError::TimeTaken) => self.transact(&command, &decide).await,
            once => once,
        };
        Ok(matches!(transacted?, Transacted::AlreadyDone(_)))
    }

    /// The rows that are to be written, each with when it takes place.
    fn rows(
        &self,
        events: Vec<CalendarEvent>,
        stored: Option<&Whole>,
        writing: &Writing,
    ) -> Result<Vec<Row>, EventError> {
        let mut rows = Vec::new();
        let mut claims = 0;
        let events = with_versions(events, stored, writing.now);
        let window = claimed_window(stored, writing.now);
        for event in events {
            let row = row(event, window, writing.now, &self.zones)?;
            claims += row.occurrences.len() * row.event.subjects().len();
            rows.push(row);
        }
        if claims > MAX_CLAIMS {
            let expected = format!("at most {MAX_CLAIMS} occurrences, times the users invited");
            return Err(EventError::invalid("recurrence", "tooMuch", expected));
        }
        Ok(rows)
    }

    /// Locks everybody whose time the rows take or took, and those who share the time of what
    /// they clashed with, so that all of that can be looked at again.
    async fn command_about(
        &self,
        rows: &[Row],
        stored: Option<&Whole>,
        writing: &Writing,
    ) -> Result<Command, EventError> {
        let stored: Vec<_> = stored.map_or_else(Vec::new, |whole| whole.rows().collect());
        let mut subjects: Vec<SubjectId> = stored.iter().flat_map(|row| row.subjects()).collect();
        let mut span = None;
        for row in rows {
            let takes = row.event.subjects();
            if !takes.is_empty() {
                span = row
                    .occurrences
                    .iter()
                    .map(|one| Some(one.during))
                    .fold(span, hull);
            }
            subjects.extend(takes);
        }
        let look = Look {
            event: writing.seen.as_ref().map(|seen| seen.whole.master.id),
            claims: span,
            events: true,
            ..Look::default()
        };
        let command = writing.command(subjects, look);
        let neighbours = self.neighbours(&stored, writing.now).await?;
        Ok(neighbours.added_to(command))
    }
}

impl Writing {
    fn command(&self, subjects: Vec<SubjectId>, look: Look) -> Command {
        Command {
            id: self.intent.command,
            fingerprint: self.intent.fingerprint,
            org: self.intent.org,
            now: self.now,
            subjects,
            event_type: None,
            look,
        }
    }

    /// The meeting as it is under the locks.
    fn whole_now(&self, facts: &Facts) -> Result<Option<Whole>, Vec<Refusal>> {
        let Some(seen) = &self.seen else {
            return Ok(None);
        };
        let master = facts.event.clone().ok_or_else(not_changeable)?;
        let whole = Whole {
            master,
            changed: facts.changed.clone(),
        };
        seen.require_current(&whole)?;
        // Its changed occurrences may have been changed, but not without the series.
        if whole.master.version != seen.whole.master.version {
            return Err(stale(seen.whole.master.version, whole.master.version));
        }
        Ok(Some(whole))
    }
}

impl Seen {
    /// Refuses another version than the one that the request is about, and what is over.
    fn require_current(&self, whole: &Whole) -> Result<(), Vec<Refusal>> {
        let mut rows = whole.rows();
        let row = rows
            .find(|row| row.id == self.row)
            .ok_or_else(not_changeable)?;
        if row.version != self.expected_version {
            return Err(stale(self.expected_version, row.version));
        }
        let is_over = |event: &CalendarEvent| event.status == EventStatus::Cancelled;
        if is_over(&whole.master) || is_over(row) {
            return Err(not_changeable());
        }
        Ok(())
    }
}

fn stale(expected: u32, found: u32) -> Vec<Refusal> {
    vec![Refusal::StaleVersion { expected, found }]
}

fn not_changeable() -> Vec<Refusal> {
    vec![Refusal::NotChangeable]
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

/// When a row takes place, and how far that is claimed.
fn row(
    mut event: CalendarEvent,
    window: Interval,
    now: DateTime<Utc>,
    zones: &ZoneDatabase,
) -> Result<Row, EventError> {
    let zone = zone_of(&event, zones)?;
    if event.recurrence.is_none() || event.status == EventStatus::Cancelled {
        let occurrences = match event.status {
            EventStatus::Cancelled => Vec::new(),
            _ => occurrences_within(&event, event.when.during(), zones)?,
        };
        return Ok(Row {
            event,
            zone,
            occurrences,
        });
    }
    let until = horizon(now);
    let series = event
        .series(&zone)
        .map_err(|error| invalid(too_much(&error)))?;
    let is_over = series.is_over_by(until);
    let is_over = is_over.map_err(|error| invalid(too_much(&error)))?;
    let found = series.occurrences(window);
    let occurrences = found.map_err(|error| invalid(too_much(&error)))?;
    if let Some([one, _]) = overlapping(&occurrences) {
        let expected = format!(
            "occurrences that end before the next begins, unlike that of {}",
            one.recurrence_id
        );
        return Err(EventError::invalid(
            "recurrence",
            "overlapsItself",
            expected,
        ));
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

fn invalid(error: FieldError) -> EventError {
    EventError::Invalid(vec![error])
}

fn overlapping(occurrences: &[Occurrence]) -> Option<[&Occurrence; 2]> {
    let mut pairs = occurrences.array_windows();
    let found = pairs.find(|[one, next]| one.during.overlaps(&next.during));
    found.map(|[one, next]| [one, next])
}

impl Whole {
    /// The meeting itself, and then its changed occurrences.
    pub(super) fn rows(&self) -> impl Iterator<Item = &CalendarEvent> {
        std::iter::once(&self.master).chain(&self.changed)
    }
}
