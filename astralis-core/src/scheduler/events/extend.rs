use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::model::{CalendarEvent, Claim, Conflict, EventStatus, SubjectId};
use crate::ports::{Command, Facts, Look, Plan};
use crate::scheduler::Scheduler;
use crate::scheduler::events::occurrences::{claim, occurrences_within, zone_of};
use crate::scheduler::events::settle::with_conflicts;
use crate::scheduler::events::taken::Taken;
use crate::scheduler::events::{EventError, horizon};
use crate::time::Interval;

impl Scheduler {
    /// Claims the occurrences of a series from where its claims end to the horizon, in one
    /// transaction. Those whose time somebody has taken meanwhile are claimed beside them, and
    /// become conflict data on both sides.
    ///
    /// Answers whether it clashes. A series that was changed or extended since it was read is left
    /// alone: whoever did that has claimed it anew.
    pub(crate) async fn extend(&self, series: &CalendarEvent) -> Result<bool, EventError> {
        let now = self.now();
        let recurrence = series.recurrence.as_ref();
        let claimed = recurrence.and_then(|recurrence| recurrence.claimed_until);
        let until = horizon(now);
        let Some(from) = claimed.filter(|from| *from < until) else {
            return Ok(false);
        };
        let due = Due {
            extended: self.extended(series, from, until)?,
            from,
            now,
        };
        let command = due.command(series);
        let clashes = Mutex::new(false);
        let decide = |facts: &Facts| {
            let unchanged = facts
                .event
                .as_ref()
                .filter(|event| due.is_of(event, series));
            let Some(event) = unchanged else {
                return Ok(Plan::default());
            };
            let (plan, clashed) = due.plan(event, facts);
            *clashes.lock().unwrap_or_else(PoisonError::into_inner) = clashed;
            Ok(plan)
        };
        self.transact(&command, &decide).await?;
        Ok(clashes.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn extended(
        &self,
        series: &CalendarEvent,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Extension, EventError> {
        let window = Interval::new(from, until).expect("checked by the caller");
        let found = occurrences_within(series, window, &self.zones)?;
        let zone = zone_of(series, &self.zones)?;
        let is_over = series
            .series(&zone)
            .and_then(|whole| whole.is_over_by(until));
        let is_over = is_over.map_err(|source| EventError::Series {
            event: series.id,
            source,
        })?;
        let ahead = found.iter().map(|one| one.during);
        Ok(Extension {
            occurrences: ahead.filter(|during| during.start() >= from).collect(),
            claimed_until: (!is_over).then_some(until),
        })
    }
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
            subjects: series.subjects(),
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
        let subjects = series.subjects();
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
