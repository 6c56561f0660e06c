use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::model::{CalendarEvent, Claim, Conflict, EventId, Origin, SubjectId};
use crate::policy::{Blocker, Refusal};
use crate::ports::{Command, Facts, Plan};
use crate::recurrence::Occurrence;
use crate::scheduler::events::OnClash;
use crate::scheduler::events::occurrences::claim;
use crate::scheduler::events::taken::Taken;
use crate::time::{Interval, Zone};

/// A row as it shall be written, and when it takes place within what is looked at.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) event: CalendarEvent,
    pub(super) zone: Zone,
    pub(super) occurrences: Vec<Occurrence>,
}

impl Row {
    /// Whether an occurrence gets claims now.
    fn is_claimed(&self, occurrence: &Occurrence) -> bool {
        let recurrence = self.event.recurrence.as_ref();
        let until = recurrence.and_then(|recurrence| recurrence.claimed_until);
        until.is_none_or(|until| occurrence.during.start() < until)
    }

    /// Who has taken the time of an occurrence that gets claims now, and had none before.
    fn clash(
        &self,
        occurrence: &Occurrence,
        taken: &Taken,
        standing: &Standing<'_>,
    ) -> Option<Refusal> {
        if !self.is_claimed(occurrence) {
            return None;
        }
        let mut subjects = self.event.subjects();
        subjects.retain(|subject| {
            !standing.had(*subject, occurrence) && !standing.inactive.contains(subject)
        });
        let by = subjects.into_iter().find_map(|subject| {
            taken.in_the_way(
                &claim(&self.event, subject, occurrence.during),
                &standing.books,
            )
        })?;
        Some(occurrence_taken(occurrence, by))
    }

    /// Takes the time of its occurrences; answers the claims that it gets now.
    fn claims(&self, standing: &Standing<'_>, taken: &mut Taken) -> Vec<Claim> {
        let mut claims = Vec::new();
        for occurrence in &self.occurrences {
            for subject in self.event.subjects() {
                let is_gone = standing.inactive.contains(&subject);
                if is_gone && !standing.had(subject, occurrence) {
                    continue;
                }
                let claim = taken.take(claim(&self.event, subject, occurrence.during));
                if self.is_claimed(occurrence) {
                    claims.push(claim);
                }
            }
        }
        claims
    }
}

/// What is in the books before a command is carried out.
struct Standing<'a> {
    /// What the rows had.
    before: Taken,
    /// The meetings that were not imported.
    books: BTreeSet<EventId>,
    /// Whose time is not taken any more.
    inactive: &'a [SubjectId],
}

impl Standing<'_> {
    /// Whether somebody's time was the meeting's already, from an occurrence's start to its end.
    fn had(&self, subject: SubjectId, occurrence: &Occurrence) -> bool {
        self.before.covers(subject, occurrence.during)
    }

    /// Refuses to invite who cannot be any more; whoever was invited before stays so.
    fn require_active(&self, rows: &[Row], facts: &Facts) -> Result<(), Vec<Refusal>> {
        let stored = facts.event.iter().chain(&facts.changed);
        let known: Vec<_> = stored.flat_map(|row| &row.participants).collect();
        let was_invited = |subject: &SubjectId| {
            let users = known.iter().filter_map(|invited| invited.user);
            users.map(SubjectId::from).any(|user| user == *subject)
        };
        let invited: BTreeSet<_> = rows.iter().flat_map(|row| row.event.subjects()).collect();
        let gone = invited
            .into_iter()
            .filter(|subject| self.inactive.contains(subject) && !was_invited(subject));
        let reasons: Vec<_> = gone
            .map(|subject| Refusal::HostInactive { subject })
            .collect();
        if reasons.is_empty() {
            Ok(())
        } else {
            Err(reasons)
        }
    }
}

/// What rows are settled with: who is locked, what was looked at, and what to do about clashes.
#[derive(Debug, Clone, Copy)]
pub(in crate::scheduler) struct Settling<'a> {
    pub(in crate::scheduler) subjects: &'a [SubjectId],
    pub(in crate::scheduler) looked_at: Option<Interval>,
    pub(in crate::scheduler) on_clash: OnClash,
    pub(in crate::scheduler) now: DateTime<Utc>,
}

impl<'a> Settling<'a> {
    /// What a command locks and looks at.
    pub(in crate::scheduler) fn of(command: &'a Command, on_clash: OnClash) -> Self {
        Self {
            subjects: &command.subjects,
            looked_at: command.look.claims,
            on_clash,
            now: command.now,
        }
    }
}

/// The plan that writes rows beside everybody else's: single meetings may overlap others, and both
/// sides get conflict data; a series takes only what it had before and what is free.
///
/// Who was in conflict with what moves away takes its time for itself again, the oldest first.
pub(super) fn settle(
    rows: Vec<Row>,
    facts: &Facts,
    settling: &Settling<'_>,
) -> Result<Plan, Vec<Refusal>> {
    let own: BTreeSet<EventId> = rows.iter().map(|row| row.event.id).collect();
    let (before, others): (Vec<_>, Vec<_>) = facts
        .claims
        .iter()
        .partition(|claim| own.contains(&claim.event));
    let standing = Standing {
        before: Taken::by(before.into_iter().cloned()),
        books: facts.events.iter().map(|event| event.id).collect(),
        inactive: &facts.inactive,
    };
    standing.require_active(&rows, facts)?;
    let mut taken = Taken::by(others.into_iter().cloned());
    let stored = facts.event.iter().chain(&facts.changed).map(|row| row.id);
    let mut plan = Plan {
        release: stored.filter(|id| own.contains(id)).collect(),
        ..Plan::default()
    };
    for mut row in rows {
        without_clashes(&mut row, &taken, &standing, settling.on_clash)?;
        let claims = row.claims(&standing, &mut taken);
        plan.claims.extend(claims);
        plan.events.push(row.event);
    }
    for event in &mut plan.events {
        event.conflicts = taken.conflicts_of(event.id);
    }
    look_at_others(&own, &mut taken, facts, settling, &mut plan);
    Ok(plan)
}

/// Adds to a plan what it means for those that clashed with a meeting which it moves or calls off.
pub(in crate::scheduler) fn settle_others(
    event: &CalendarEvent,
    facts: &Facts,
    settling: &Settling<'_>,
    plan: &mut Plan,
) {
    let others = facts.claims.iter().filter(|claim| claim.event != event.id);
    let mut taken = Taken::by(others.chain(&plan.claims).cloned());
    let own = BTreeSet::from([event.id]);
    look_at_others(&own, &mut taken, facts, settling, plan);
}

/// Brings every other meeting up to date, the oldest first.
fn look_at_others(
    own: &BTreeSet<EventId>,
    taken: &mut Taken,
    facts: &Facts,
    settling: &Settling<'_>,
    plan: &mut Plan,
) {
    let mut others: Vec<_> = facts.events.iter().collect();
    others.retain(|event| !own.contains(&event.id));
    others.sort_by_key(|event| (event.created_at, event.id));
    for other in others {
        look_again(other, own, taken, facts, settling, plan);
    }
}

/// Refuses a series whose new occurrences are not free, or leaves those out.
fn without_clashes(
    row: &mut Row,
    taken: &Taken,
    standing: &Standing<'_>,
    on_clash: OnClash,
) -> Result<(), Vec<Refusal>> {
    if row.event.recurrence.is_none() {
        return Ok(());
    }
    let mut reasons = Vec::new();
    let (mut free, mut left_out) = (Vec::new(), Vec::new());
    for occurrence in &row.occurrences {
        match row.clash(occurrence, taken, standing) {
            None => free.push(*occurrence),
            Some(reason) => {
                left_out.push(row.zone.to_civil(occurrence.recurrence_id));
                reasons.push(reason);
            }
        }
    }
    let is_refused = on_clash == OnClash::Refuse || free.is_empty();
    if is_refused && !reasons.is_empty() {
        return Err(reasons);
    }
    row.occurrences = free;
    if let Some(recurrence) = &mut row.event.recurrence {
        left_out.into_iter().for_each(|id| recurrence.exclude(id));
    }
    Ok(())
}

fn occurrence_taken(occurrence: &Occurrence, by: &Claim) -> Refusal {
    Refusal::OccurrenceTaken {
        recurrence_id: occurrence.recurrence_id,
        during: occurrence.during,
        subject: by.subject,
        by: Some(Blocker {
            event: by.event,
            kind: by.kind,
            kept_free: by.during,
            expires_at: by.expires_at,
        }),
    }
}

/// Brings the conflict data of another meeting up to date; if some of it is gone, the meeting may
/// have time for itself that it had to share.
fn look_again(
    other: &CalendarEvent,
    own: &BTreeSet<EventId>,
    taken: &mut Taken,
    facts: &Facts,
    settling: &Settling<'_>,
    plan: &mut Plan,
) {
    let kept = other
        .conflicts
        .iter()
        .filter(|one| !own.contains(&one.event));
    let mut conflicts: Vec<_> = kept.cloned().collect();
    let is_freed = conflicts.len() < other.conflicts.len();
    let new = taken.conflicts_of(other.id);
    if new.is_empty() && !is_freed {
        return;
    }
    conflicts.extend(new);
    if let Some(changed) = with_conflicts(other, conflicts, settling.now) {
        plan.events.push(changed);
    }
    if is_freed && other.origin == Origin::Internal && is_all_in_view(other, settling) {
        let mut claims = written_claims(other, facts);
        let before = claims.clone();
        claims.iter_mut().for_each(|claim| taken.free(claim));
        if claims != before {
            plan.release.push(other.id);
            plan.claims.extend(claims);
        }
    }
}

/// The meeting with these conflicts, as a new version; `None` if they are those that it has.
pub(in crate::scheduler) fn with_conflicts(
    event: &CalendarEvent,
    mut conflicts: Vec<Conflict>,
    now: DateTime<Utc>,
) -> Option<CalendarEvent> {
    conflicts.sort_by_key(|conflict| (conflict.during, conflict.event));
    conflicts.dedup();
    (conflicts != event.conflicts).then(|| CalendarEvent {
        conflicts,
        version: event.version + 1,
        updated_at: now,
        ..event.clone()
    })
}

/// The claims of a meeting that are in the store, not those that only its rule makes.
fn written_claims(event: &CalendarEvent, facts: &Facts) -> Vec<Claim> {
    let recurrence = event.recurrence.as_ref();
    let until = recurrence.and_then(|recurrence| recurrence.claimed_until);
    let is_written = |claim: &&Claim| {
        claim.event == event.id && until.is_none_or(|until| claim.during.start() < until)
    };
    facts.claims.iter().filter(is_written).cloned().collect()
}

/// Whether all claims of a meeting were looked at, so that they can be written anew.
fn is_all_in_view(event: &CalendarEvent, settling: &Settling<'_>) -> bool {
    let is_locked = |subject: &SubjectId| settling.subjects.contains(subject);
    let seen = settling.looked_at;
    seen.is_some_and(|seen| seen.encloses(&reach(event, settling.now)))
        && event.subjects().iter().all(is_locked)
}

/// Where a meeting can have claims that matter: a series from now on.
pub(super) fn reach(event: &CalendarEvent, now: DateTime<Utc>) -> Interval {
    let during = event.when.during();
    let Some(recurrence) = &event.recurrence else {
        return during;
    };
    let horizon = super::horizon(now);
    let until = recurrence.claimed_until.unwrap_or(horizon).max(horizon);
    let start = during.start().max(now);
    Interval::new(start, until.max(during.end()) + during.duration()).unwrap_or(during)
}
