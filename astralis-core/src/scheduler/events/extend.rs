use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::model::{CalendarEvent, Claim, Conflict, EventStatus, SubjectId};
use crate::ports::{Command, Facts, Look, Plan};
use crate::scheduler::Scheduler;
use crate::scheduler::events::claimable::claimable;
use crate::scheduler::events::occurrences::{claim, zone_of};
use crate::scheduler::events::settle::with_conflicts;
use crate::scheduler::events::taken::Taken;
use crate::scheduler::events::{EventError, horizon};
use crate::time::Interval;

impl Scheduler {
    /// Claims the occurrences of a series from where its claims end to the horizon, in one
    /// transaction; of a rule that names too much for one command, as many as that may claim. Those
    /// whose time somebody has taken meanwhile are claimed beside them, and become conflict data on
    /// both sides.
    ///
    /// A series that was changed or extended since it was read is left alone: whoever did that has
    /// claimed it anew.
    pub(crate) async fn extend(&self, series: &CalendarEvent) -> Result<Extending, EventError> {
        let now = self.now();
        let recurrence = series.recurrence.as_ref();
        let claimed = recurrence.and_then(|recurrence| recurrence.claimed_until);
        let Some(from) = claimed.filter(|from| *from < horizon(now)) else {
            return Ok(Extending::LeftAlone);
        };
        let window = Interval::new(from, horizon(now)).expect("just compared");
        let due = Due {
            extended: self.extended(series, window)?,
            from,
            now,
        };
        let command = due.command(series);
        let outcome = Mutex::new(Extending::LeftAlone);
        let decide = |facts: &Facts| {
            let unchanged = facts
                .event
                .as_ref()
                .filter(|event| due.is_of(event, series));
            let Some(event) = unchanged else {
                return Ok(Plan::default());
            };
            let (plan, clashes) = due.plan(event, facts);
            *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Extending::Done { clashes };
            Ok(plan)
        };
        self.transact(&command, &decide).await?;
        Ok(outcome.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn extended(&self, series: &CalendarEvent, window: Interval) -> Result<Extension, EventError> {
        let zone = zone_of(series, &self.zones)?;
        let found = claimable(series, &zone, window).map_err(|source| EventError::Series {
            event: series.id,
            source,
        })?;
        let ahead = found.occurrences.iter().map(|one| one.during);
        Ok(Extension {
            occurrences: ahead
                .filter(|during| during.start() >= window.start())
                .collect(),
            claimed_until: found.claimed_until,
        })
    }
}

/// What became of a series that was to be claimed farther.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extending {
    /// Somebody else has seen to it.
    LeftAlone,
    /// It is claimed farther, and clashes with something there or not.
    Done { clashes: bool },
}

/// How far a series is claimed from now on, and when it takes place until there.
struct Extension {
    occurrences: Vec<Interval>,
    claimed_until: Option<DateTime<Utc>>,
}

struct Due {
    extended: Extension,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Due {
    /// The same for whoever extends this version of the series from here: it is done once.
    fn command(&self, series: &CalendarEvent) -> Command {
        let name = format!("extend/{}/{}", series.version, self.from.timestamp_micros());
        let id = Uuid::new_v5(&series.id.as_uuid(), name.as_bytes());
        let first = self.extended.occurrences.first();
        let last = self.extended.occurrences.last();
        let range = first
            .zip(last)
            .map(|(first, last)| Interval::between(first.start_micros(), last.end_micros()));
        Command {
            id: id.into(),
            fingerprint: id,
            org: series.org,
            now: self.now,
            subjects: locked(series),
            event_type: None,
            look: Look {
                event: Some(series.id),
                claims: range,
                events: range.is_some(),
                ..Look::default()
            },
        }
    }

    /// Whether a series is still the one that was read.
    fn is_of(&self, event: &CalendarEvent, series: &CalendarEvent) -> bool {
        event.version == series.version
            && event.status != EventStatus::Cancelled
            && event.recurrence == series.recurrence
    }

    fn plan(&self, series: &CalendarEvent, facts: &Facts) -> (Plan, bool) {
        // What the rule makes of itself, beyond its claims, is what gets claims now.
        let is_claimed =
            |claim: &&Claim| claim.event != series.id || claim.during.start() < self.from;
        let mut taken = Taken::by(facts.claims.iter().filter(is_claimed).cloned());
        let mut subjects = series.subjects();
        subjects.retain(|subject| !facts.inactive.contains(subject));
        let wanted = self.extended.occurrences.iter().flat_map(|during| {
            let claim = |subject: &SubjectId| claim(series, *subject, *during);
            subjects.iter().map(claim)
        });
        let claims: Vec<_> = wanted.map(|claim| taken.take(claim)).collect();
        let found = |event: &CalendarEvent| -> Vec<Conflict> {
            let known = event.conflicts.iter().cloned();
            known.chain(taken.conflicts_of(event.id)).collect()
        };
        let mut extended = series.clone();
        if let Some(recurrence) = &mut extended.recurrence {
            recurrence.claimed_until = self.extended.claimed_until;
        }
        let clashing = with_conflicts(&extended, found(series), self.now);
        let clashed = !taken.conflicts_of(series.id).is_empty();
        let others = facts.events.iter().filter(|event| event.id != series.id);
        let others = others
            .filter(|event| !taken.conflicts_of(event.id).is_empty())
            .filter_map(|event| with_conflicts(event, found(event), self.now));
        let events = std::iter::once(clashing.unwrap_or(extended)).chain(others);
        let plan = Plan {
            events: events.collect(),
            claims,
            ..Plan::default()
        };
        (plan, clashed)
    }
}

/// Whose locks are held while a series is extended: the organizer's even if it takes no time of
/// theirs, so that nobody changes it meanwhile.
fn locked(series: &CalendarEvent) -> Vec<SubjectId> {
    let mut subjects = series.subjects();
    subjects.push(series.organizer.into());
    subjects.sort_unstable();
    subjects.dedup();
    subjects
}
