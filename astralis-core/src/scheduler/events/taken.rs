use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Blocking, BusyPolicy, Claim, Conflict, EventId, SubjectId};
use crate::scheduler::events::timeline::Timeline;
use crate::time::Interval;

/// Whose time is taken by whom, while a command is decided, and what clashes.
#[derive(Debug, Default)]
pub(in crate::scheduler) struct Taken {
    claims: BTreeMap<SubjectId, Timeline>,
    // By meeting: when, and with which other.
    clashes: BTreeMap<EventId, BTreeSet<(Interval, EventId)>>,
}

impl Taken {
    pub(in crate::scheduler) fn by(claims: impl Iterator<Item = Claim>) -> Self {
        let mut taken = Self::default();
        for claim in claims {
            taken.claims.entry(claim.subject).or_default().add(claim);
        }
        taken
    }

    fn overlapping(&self, subject: SubjectId, during: Interval) -> impl Iterator<Item = &Claim> {
        let of_subject = self.claims.get(&subject).into_iter();
        of_subject.flat_map(move |timeline| timeline.overlapping(during))
    }

    /// Whether one claim on a subject covers all of that time.
    pub(super) fn covers(&self, subject: SubjectId, during: Interval) -> bool {
        self.overlapping(subject, during)
            .any(|claim| claim.during.encloses(&during))
    }

    /// The claim that keeps another one from being exclusive, if there is one.
    pub(in crate::scheduler) fn guarding(&self, wanted: &Claim) -> Option<&Claim> {
        self.overlapping(wanted.subject, wanted.during)
            .find(|claim| claim.exclusive && claim.id != wanted.id)
    }

    /// The claim of another meeting that a new series does not take place beside: one that keeps
    /// its time for itself, or of one in our books that waits for it.
    pub(super) fn in_the_way(&self, wanted: &Claim, books: &BTreeSet<EventId>) -> Option<&Claim> {
        self.overlapping(wanted.subject, wanted.during)
            .filter(|claim| claim.event != wanted.event)
            .find(|claim| claim.exclusive || books.contains(&claim.event))
    }

    /// Takes the time of a claim, exclusively if nobody else has, and notes with both sides what
    /// clashes.
    pub(in crate::scheduler) fn take(&mut self, mut claim: Claim) -> Claim {
        let others: Vec<_> = self
            .overlapping(claim.subject, claim.during)
            .filter(|other| other.event != claim.event && counts(other))
            .filter_map(|other| Some((other.event, other.during.intersection(&claim.during)?)))
            .collect();
        claim.exclusive = self.guarding(&claim).is_none();
        for (other, both) in others {
            self.note(claim.event, other, both);
            self.note(other, claim.event, both);
        }
        let of_subject = self.claims.entry(claim.subject).or_default();
        of_subject.add(claim.clone());
        claim
    }

    /// Makes a claim exclusive that nothing guards against any more.
    pub(super) fn free(&mut self, claim: &mut Claim) {
        if claim.exclusive || self.guarding(claim).is_some() {
            return;
        }
        claim.exclusive = true;
        let of_subject = self.claims.entry(claim.subject).or_default();
        if let Some(known) = of_subject.same(claim) {
            known.exclusive = true;
        }
    }

    /// What was found to clash with a meeting; by time, then meeting.
    pub(in crate::scheduler) fn conflicts_of(&self, event: EventId) -> Vec<Conflict> {
        let found = self.clashes.get(&event).into_iter().flatten();
        found
            .map(|(during, event)| Conflict {
                event: *event,
                during: *during,
            })
            .collect()
    }

    fn note(&mut self, of: EventId, with: EventId, during: Interval) {
        self.clashes.entry(of).or_default().insert((during, with));
    }
}

/// Whether a claim is one that others clash with.
fn counts(claim: &Claim) -> bool {
    claim.exclusive || BusyPolicy::default().blocking(claim.kind) == Blocking::Hard
}
