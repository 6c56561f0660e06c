use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{Blocking, BufferRule, Claim, EventId, EventType, SubjectId};
use crate::policy::{Policy, Refusal, Situation};
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
    event_type: &'a EventType,
    // The hosts, sorted.
    subjects: Vec<SubjectId>,
    moving: Option<EventId>,
    now: DateTime<Utc>,
    duration: TimeDelta,
}

impl<'a> Busy<'a> {
    pub(super) fn prepare(situation: &Situation<'a>, duration: TimeDelta) -> Self {
        let mut subjects: Vec<_> = situation.hosts.iter().map(|host| host.subject).collect();
        subjects.sort_unstable();
        Self {
            claims: situation.claims,
            event_type: situation.event_type,
            subjects,
            moving: situation.moving.map(|record| record.event.id),
            now: situation.now,
            duration,
        }
    }

    /// The starts of the meetings that `claim` would be in the way of, if it counts.
    fn blocked_starts(&self, claim: &Claim) -> Interval {
        // A meeting that ends as the claim begins is not in its way: one microsecond less.
        let length = self.duration - TimeDelta::microseconds(1);
        grow(claim, self.event_type).padded(length, TimeDelta::zero())
    }

    /// Time that is taken exclusively blocks whatever the event type thinks of its kind: the store
    /// would refuse to take it again.
    fn counts(&self, claim: &Claim) -> bool {
        let hard = || self.event_type.busy_policy.blocking(claim.kind) == Blocking::Hard;
        (claim.exclusive || hard())
            && claim.expires_at.is_none_or(|at| at > self.now)
            && self.moving != Some(claim.event)
    }

    fn is_host(&self, subject: SubjectId) -> bool {
        self.subjects.binary_search(&subject).is_ok()
    }
}

fn grow(claim: &Claim, event_type: &EventType) -> Interval {
    let gap = |of_first: TimeDelta, of_second: TimeDelta| match event_type.buffer_rule {
        BufferRule::Max => of_first.max(of_second),
        BufferRule::Sum => of_first + of_second,
    };
    let before = gap(event_type.buffer_after, claim.buffer_before);
    let after = gap(claim.buffer_after, event_type.buffer_before);
    claim.during.padded(before, after)
}

impl Policy for Busy<'_> {
    /// One pass over the claims. They come in runs, a host's each: whenever the runs seen have
    /// become as long as what is left, they are taken away from it, so that the work stays in
    /// proportion to the claims, and ends early when nothing is left.
    fn narrow(&self, mut starts: IntervalSet) -> IntervalSet {
        let Some(hull) = starts.hull() else {
            return starts;
        };
        let mut blocked: Vec<Interval> = Vec::new();
        let mut last_host: Option<SubjectId> = None;
        for claim in self.claims {
            let cut = self.blocked_starts(claim);
            let last = blocked.last();
            let adds_nothing = last.is_some_and(|last| last.encloses(&cut));
            if adds_nothing || !cut.overlaps(&hull) || !self.counts(claim) {
                continue;
            }
            if last_host != Some(claim.subject) {
                if !self.is_host(claim.subject) {
                    continue;
                }
                last_host = Some(claim.subject);
            }
            let run_ends = last.is_some_and(|last| cut.start_micros() < last.start_micros());
            if run_ends && blocked.len() >= starts.as_slice().len() {
                starts = starts.subtract(&IntervalSet::from(std::mem::take(&mut blocked)));
                if starts.is_empty() {
                    return starts;
                }
            }
            blocked.push(cut);
        }
        starts.subtract(&IntervalSet::from(blocked))
    }

    /// Names every claim that is in the way: by start and end with its gaps, then subject and id.
    fn objections(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal)) {
        let mut in_the_way: Vec<_> = self
            .claims
            .iter()
            .map(|claim| (grow(claim, self.event_type), claim))
            .filter(|(grown, claim)| {
                grown.overlaps(meeting) && self.counts(claim) && self.is_host(claim.subject)
            })
            .collect();
        in_the_way.sort_unstable_by_key(|(grown, claim)| (*grown, claim.subject, claim.id));
        for (_, claim) in in_the_way {
            object(Refusal::Taken {
                subject: claim.subject,
                during: claim.during,
                event: Some(claim.event),
                buffer_only: !claim.during.overlaps(meeting),
            });
        }
    }
}
