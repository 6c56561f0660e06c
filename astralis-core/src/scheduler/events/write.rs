use chrono::{DateTime, Utc};

use crate::model::{CalendarEvent, EventId, EventStatus, FieldError, SubjectId};
use crate::policy::Refusal;
use crate::ports::{Command, Facts, Look, StoreError, Transacted};
use crate::scheduler::Scheduler;
use crate::scheduler::events::edit::Whole;
use crate::scheduler::events::neighbours::hull;
use crate::scheduler::events::rows::placed;
use crate::scheduler::events::settle::{Row, Settling, settle};
use crate::scheduler::events::{EventError, OnClash};
use crate::scheduler::intent::Intent;

/// How often a meeting is read while others keep changing rows of it that the request is not about.
const MAX_READINGS: usize = 5;

/// What a command is about, and how what it makes of that is written.
pub(super) struct Writing {
    pub(super) intent: Intent,
    pub(super) on_clash: OnClash,
    pub(super) now: DateTime<Utc>,
    /// Whether it does nothing but call occurrences off.
    pub(super) calls_off: bool,
    /// What is wrong with the wish already, whatever else turns out to be.
    pub(super) flaws: Vec<FieldError>,
    pub(super) means: Means,
    /// The meeting it changes, as it was seen; `None` for a new one.
    pub(super) seen: Option<Seen>,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    Writing,
    /// To learn what is wrong with it, and no more.
    Checking,
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
    /// If another row of the meeting than the one that the request is about has changed since it
    /// was read, it is read again.
    pub(super) async fn write_rows(
        &self,
        mut writing: Writing,
        edit: &Edit<'_>,
    ) -> Result<bool, EventError> {
        let mut readings = 1;
        loop {
            let written = self.write_what_was_seen(&writing, edit).await;
            let Some(seen) = &mut writing.seen else {
                return written;
            };
            if readings == MAX_READINGS || !is_stale(&written) {
                return written;
            }
            let master = &seen.whole.master;
            let whole = self.whole(master.org, master.id).await?;
            if whole == seen.whole {
                return written;
            }
            seen.whole = whole;
            readings += 1;
        }
    }

    /// The edit is made once, of the meeting as it was seen. Under the locks every row of that has
    /// the same version still, or the answer is no: so the rows that the edit makes are the same.
    async fn write_what_was_seen(
        &self,
        writing: &Writing,
        edit: &Edit<'_>,
    ) -> Result<bool, EventError> {
        let whole = writing.seen.as_ref().map(|seen| &seen.whole);
        let rows = edit(whole).and_then(|events| placed(events, whole, &self.zones, writing));
        writing.require_flawless(&rows)?;
        if let Some(seen) = &writing.seen {
            seen.require_current(&seen.whole)
                .map_err(EventError::Refused)?;
        }
        let rows = rows?;
        if writing.means == Means::Checking {
            return Ok(false);
        }
        let command = self.command_about(&rows, whole, writing).await?;
        let settling = Settling::of(&command, writing.on_clash);
        let decide = |facts: &Facts| {
            writing.require_unchanged(facts)?;
            settle(rows.clone(), facts, &settling)
        };
        let transacted = match self.transact(&command, &decide).await {
            // Somebody wrote without the locks; see `carry_out`.
            Err(StoreError::TimeTaken) => self.transact(&command, &decide).await,
            once => once,
        };
        Ok(matches!(transacted?, Transacted::AlreadyDone(_)))
    }

    /// Locks everybody whose time the rows take or took, and those who share the time of what
    /// they clashed with, so that all of that can be looked at again; and the organizer, whose lock
    /// is that of a meeting that takes nobody's time.
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
            subjects.push(row.event.organizer.into());
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

    /// Refuses a wish that something was wrong with before, and says what else is.
    fn require_flawless<T>(&self, made: &Result<T, EventError>) -> Result<(), EventError> {
        if self.flaws.is_empty() {
            return Ok(());
        }
        let mut flaws = self.flaws.clone();
        if let Err(EventError::Invalid(more)) = made {
            flaws.extend_from_slice(more);
        }
        Err(EventError::Invalid(flaws))
    }

    /// Refuses a meeting that is not, under the locks, as it was seen. How far a series has been
    /// claimed meanwhile raises no version, and its rows are claimed anew from the horizon alone.
    fn require_unchanged(&self, facts: &Facts) -> Result<(), Vec<Refusal>> {
        let Some(seen) = &self.seen else {
            return Ok(());
        };
        let master = facts.event.clone().ok_or_else(not_changeable)?;
        let whole = Whole {
            master,
            changed: facts.changed.clone(),
        };
        seen.require_current(&whole)?;
        let versions = |whole: &Whole| -> Vec<_> {
            let rows = whole.rows();
            rows.map(|row| (row.id, row.version)).collect()
        };
        if versions(&whole) != versions(&seen.whole) {
            return Err(stale(seen.whole.master.version, whole.master.version));
        }
        Ok(())
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

/// Whether something was refused only because it was read too early.
fn is_stale(written: &Result<bool, EventError>) -> bool {
    let is_version = |reason: &Refusal| matches!(reason, Refusal::StaleVersion { .. });
    matches!(written, Err(EventError::Refused(reasons)) if reasons.iter().all(is_version))
}

fn stale(expected: u32, found: u32) -> Vec<Refusal> {
    vec![Refusal::StaleVersion { expected, found }]
}

fn not_changeable() -> Vec<Refusal> {
    vec![Refusal::NotChangeable]
}

impl Whole {
    /// The meeting itself, and then its changed occurrences.
    pub(super) fn rows(&self) -> impl Iterator<Item = &CalendarEvent> {
        std::iter::once(&self.master).chain(&self.changed)
    }
}
