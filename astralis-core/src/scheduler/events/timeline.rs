use std::collections::BTreeMap;

use uuid::Uuid;

use crate::model::{Claim, ClaimId};
use crate::time::Interval;

/// Claims of one subject, found by what they overlap: `O(log n)` and those that start less than the
/// longest one before it.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    by_start: BTreeMap<(i64, ClaimId), Claim>,
    longest: i64,
}

impl Timeline {
    pub(super) fn add(&mut self, claim: Claim) {
        let during = claim.during;
        self.longest = self.longest.max(during.length());
        self.by_start
            .insert((during.start_micros(), claim.id), claim);
    }

    /// By start, then id.
    pub(super) fn overlapping(&self, during: Interval) -> impl Iterator<Item = &Claim> {
        let first = during.start_micros().saturating_sub(self.longest);
        let least = ClaimId::new(Uuid::nil());
        let starts = (first, least)..(during.end_micros(), least);
        let near = self.by_start.range(starts).map(|(_, claim)| claim);
        near.filter(move |claim| claim.during.overlaps(&during))
    }

    /// The claim as it is here, to be changed in all but its time.
    pub(super) fn same(&mut self, claim: &Claim) -> Option<&mut Claim> {
        let key = (claim.during.start_micros(), claim.id);
        self.by_start.get_mut(&key)
    }
}
