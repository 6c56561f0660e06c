use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{Blocking, BufferRule, BusyPolicy, Claim, EventId, SubjectId};
use crate::policy::{Blocker, Policy, Refusal, Situation};
use crate::time::{Interval, IntervalSet};

/// Who is taken when, with the gaps that buffers ask for.
///
/// A meeting and a claim need between them the longer of "after the first" and "before the
/// second" (or the sum, if the event type says so). Growing the claim by that gap on each side
/// turns the question into one of plain overlap; growing it once more by the length of the
/// meeting, at its beginning, turns it into one of starts.
#[derive(Debug)]
pub(super) struct Busy<'a> {
    // In any order; fastest if each subject's are in order of start, as stores return them.
    claims: &'a [Claim],
    busy_policy: BusyPolicy,
    gaps: Gaps,
    // The hosts, sorted.
    subjects: Vec<SubjectId>,
    moving: Option<EventId>,
    now: DateTime<Utc>,
    // Of the meetings, in microseconds.
    length: i64,
}

/// What the event type keeps free around its meetings, in microseconds.
#[derive(Debug, Clone, Copy)]
struct Gaps {
    before: i64,
    after: i64,
    rule: BufferRule,
}

impl<'a> Busy<'a> {
    /// For meetings of `length` microseconds with all hosts of the situation.
    pub(super) fn prepare(situation: &Situation<'_>, claims: &'a [Claim], length: i64) -> Self {
        let event_type = situation.event_type;
        let mut subjects: Vec<_> = situation.hosts.iter().map(|host| host.subject).collect();
        subjects.sort_unstable();
        Self {
            claims,
            busy_policy: event_type.busy_policy,
            gaps: Gaps {
                before: micros(event_type.buffer_before),
                after: micros(event_type.buffer_after),
                rule: event_type.buffer_rule,
            },
            subjects,
            moving: situation.moving.map(|record| record.event.id),
            now: situation.now,
            length,
        }
    }

    /// Time that is taken exclusively blocks whatever the event type thinks of its kind: the store
    /// would refuse to take it again.
    fn counts(&self, claim: &Claim) -> bool {
        let hard = || self.busy_policy.blocking(claim.kind) == Blocking::Hard;
        (claim.exclusive || hard())
            && claim.expires_at.is_none_or(|at| at > self.now)
            && self.moving != Some(claim.event)
    }

    fn is_host(&self, subject: SubjectId) -> bool {
        self.subjects.binary_search(&subject).is_ok()
    }
}

impl Gaps {
    /// What must stay free before and after a claim.
    fn around(&self, claim: &Claim) -> (i64, i64) {
        let (before, after) = (micros(claim.buffer_before), micros(claim.buffer_after));
        match self.rule {
            BufferRule::Max => (self.after.max(before), self.before.max(after)),
            BufferRule::Sum => (self.after + before, self.before + after),
        }
    }

    fn grow(&self, claim: &Claim) -> Interval {
        let (before, after) = self.around(claim);
        claim.during.grown(before, after)
    }

    /// Those of the starts within `hull` at which a meeting of `length` would be in the way of
    /// `claim`, from the first up to, but not including, the last bound; none if that is not
    /// later.
    fn blocked_starts(&self, claim: &Claim, length: i64, hull: Interval) -> (i64, i64) {
        let (before, after) = self.around(claim);
        // A meeting that ends as the claim begins is not in its way: hence one microsecond.
        let first = claim.during.start_micros() - before - length + 1;
        let end = claim.during.end_micros() + after;
        (first.max(hull.start_micros()), end.min(hull.end_micros()))
    }
}

/// A buffer, which is a number of whole minutes, in microseconds.
fn micros(buffer: TimeDelta) -> i64 {
    if buffer.is_zero() {
        return 0; // Of most claims: worth not reckoning with, in the innermost loop of all.
    }
    buffer.num_seconds().max(0) * 1_000_000
}

impl Policy for Busy<'_> {
    /// One pass over the claims. They come in runs, a host's each: whenever the runs seen have
    /// become as long as what is left, they are taken away from it, so that the work stays in
    /// proportion to the claims, and ends early when nothing is left.
    fn narrow(&self, mut starts: IntervalSet) -> IntervalSet {
        let Some(hull) = starts.hull() else {
            return starts;
        };
        let a_run = self.claims.len() / self.subjects.len().max(1);
        let mut blocked: Vec<Interval> = Vec::with_capacity(a_run);
        let mut known_host: Option<SubjectId> = None;
        for claim in self.claims {
            let (start, end) = self.gaps.blocked_starts(claim, self.length, hull);
            if end <= start || !self.counts(claim) {
                continue;
            }
            let last = blocked.last_mut();
            let joins =
                last.filter(|last| last.start_micros() <= start && start <= last.end_micros());
            if joins.as_ref().is_some_and(|last| end <= last.end_micros()) {
                continue;
            }
            if known_host != Some(claim.subject) {
                if !self.is_host(claim.subject) {
                    continue;
                }
                known_host = Some(claim.subject);
            }
            if let Some(last) = joins {
                *last = Interval::between(last.start_micros(), end);
                continue;
            }
            let run_ends = blocked
                .last()
                .is_some_and(|last| start < last.start_micros());
            if run_ends && blocked.len() >= starts.as_slice().len() {
                starts = starts.subtract(&blocked.drain(..).collect());
                if starts.is_empty() {
                    return starts;
                }
            }
            blocked.push(Interval::between(start, end));
        }
        starts.subtract(&IntervalSet::from(blocked))
    }

    /// Names every claim that is in the way: by start and end with its gaps, then subject and id.
    fn objections(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal)) {
        let mut in_the_way: Vec<_> = self
            .claims
            .iter()
            .map(|claim| (self.gaps.grow(claim), claim))
            .filter(|(grown, claim)| {
                grown.overlaps(meeting) && self.counts(claim) && self.is_host(claim.subject)
            })
            .collect();
        in_the_way.sort_unstable_by_key(|(grown, claim)| (*grown, claim.subject, claim.id));
        for (grown, claim) in in_the_way {
            object(Refusal::Taken {
                subject: claim.subject,
                during: claim.during,
                by: Some(Blocker {
                    event: claim.event,
                    kind: claim.kind,
                    kept_free: grown,
                    expires_at: claim.expires_at,
                }),
                buffer_only: !claim.during.overlaps(meeting),
            });
        }
    }
}
