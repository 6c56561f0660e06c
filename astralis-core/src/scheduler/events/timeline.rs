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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::model::BusyKind;

    fn claim(number: u128, during: Interval) -> Claim {
        let id = Uuid::from_u128(number);
        Claim {
            id: id.into(),
            org: id.into(),
            subject: id.into(),
            during,
            buffer_before: TimeDelta::zero(),
            buffer_after: TimeDelta::zero(),
            event: id.into(),
            kind: BusyKind::Busy,
            exclusive: true,
            expires_at: None,
        }
    }

    fn interval() -> impl Strategy<Value = Interval> {
        let parts = (-20_i64..20, prop_oneof![1_i64..4, 1_i64..40]);
        parts.prop_map(|(start, length)| Interval::between(start, start + length))
    }

    proptest! {
        #[test]
        fn finds_what_a_look_at_every_claim_finds(
            added in prop::collection::vec(interval(), 0..20),
            looked_at in interval(),
        ) {
            let claims: Vec<_> = (0..).zip(added).map(|(n, during)| claim(n, during)).collect();
            let mut timeline = Timeline::default();
            claims.iter().for_each(|claim| timeline.add(claim.clone()));

            let found: Vec<_> = timeline.overlapping(looked_at).collect();

            let mut naive: Vec<_> = claims.iter().collect();
            naive.retain(|claim| claim.during.overlaps(&looked_at));
            naive.sort_by_key(|claim| (claim.during.start(), claim.id));
            prop_assert_eq!(found, naive);
        }
    }
}
