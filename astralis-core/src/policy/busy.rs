use chrono::TimeDelta;

use crate::model::{Blocking, BufferRule, Claim, EventType};
use crate::policy::{Policy, Refusal, Situation};
use crate::time::{Interval, IntervalSet};

/// Who is taken when, with the gaps that buffers ask for.
///
/// A meeting and a claim need between them the longer of "after the first" and "before the
/// second" (or the sum, if the event type says so). Growing the claim by that gap on each side
/// turns the question into one of plain overlap.
#[derive(Debug)]
pub(super) struct Busy {
    // Every claim that blocks, grown, by start.
    grown: Vec<(Interval, Claim)>,
    // The union of the grown claims: the quick answer.
    blocked: IntervalSet,
}

impl Busy {
    pub(super) fn prepare(situation: &Situation<'_>) -> Self {
        let event_type = situation.event_type;
        let moving = situation.moving.map(|record| record.event.id);
        let mut grown: Vec<_> = situation
            .claims
            .iter()
            .filter(|claim| {
                situation
                    .hosts
                    .iter()
                    .any(|host| host.subject == claim.subject)
            })
            .filter(|claim| blocks(claim, event_type))
            .filter(|claim| claim.expires_at.is_none_or(|at| at > situation.now))
            .filter(|claim| moving != Some(claim.event))
            .map(|claim| (grow(claim, event_type), claim.clone()))
            .collect();
        grown.sort_by_key(|(interval, claim)| (*interval, claim.subject, claim.id));
        let blocked = IntervalSet::from_sorted(grown.iter().map(|(interval, _)| *interval));
        Self { grown, blocked }
    }
}

/// Time that is taken exclusively blocks whatever the event type thinks of its kind: the store
/// would refuse to take it again.
fn blocks(claim: &Claim, event_type: &EventType) -> bool {
    claim.exclusive || event_type.busy_policy.blocking(claim.kind) == Blocking::Hard
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

impl Policy for Busy {
    fn allows(&self, meeting: &Interval) -> bool {
        !self.blocked.overlaps(meeting)
    }

    fn examine(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal)) {
        if self.allows(meeting) {
            return;
        }
        let starting_before_its_end = self
            .grown
            .partition_point(|(grown, _)| grown.start_micros() < meeting.end_micros());
        let in_the_way = self.grown[..starting_before_its_end]
            .iter()
            .filter(|(grown, _)| grown.overlaps(meeting));
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
