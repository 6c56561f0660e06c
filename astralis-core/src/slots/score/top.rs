use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::slots::score::{Candidate, Score, ScoreSheet, Scorer, ScoringContext};

/// A candidate and its score.
///
/// ```
/// # use astralis_core::slots::{Slot, score::*};
/// # use astralis_core::time::ZoneDatabase;
/// # let utc = ZoneDatabase::bundled().zone(&"UTC".parse()?)?;
/// # let context = ScoringContext::new(utc, "2026-03-05T08:00:00Z".parse()?);
/// # let slot = Slot { during: "2026-03-05T09:00Z/2026-03-05T10:00Z".parse()? };
/// # let thursday = Candidate { slot, subject: uuid::Uuid::nil().into() };
/// for Ranked { candidate, score } in top(5, [thursday], &BaseRules::default(), &context) {
///     assert_eq!((candidate, score.shown()), (thursday, 100));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// The meeting that could take place.
    pub candidate: Candidate,
    /// What it got.
    pub score: Score,
}

/// The `count` best of `candidates`, the best first. Of equal totals the earlier slot is better,
/// and of equal slots the one with the lower subject.
///
/// `candidates` are taken one by one and not kept: `O(n log k)` for the `k` best of `n`, in
/// memory for `k`. Words are made for those alone.
#[must_use]
pub fn top(
    count: usize,
    candidates: impl IntoIterator<Item = Candidate>,
    scorer: &dyn Scorer,
    context: &ScoringContext,
) -> Vec<Ranked> {
    // The lesser, the better: the worst of the best stands on top, ready to be replaced.
    let mut best: BinaryHeap<(Reverse<i64>, Candidate)> = BinaryHeap::new();
    for candidate in candidates {
        let mut sheet = ScoreSheet::sum_only();
        scorer.score(&candidate, context, &mut sheet);
        let place = (Reverse(sheet.total()), candidate);
        if best.len() < count {
            best.push(place);
        } else if let Some(mut worst) = best.peek_mut()
            && place < *worst
        {
            *worst = place;
        }
    }
    let ranked = best.into_sorted_vec().into_iter();
    ranked
        .map(|(_, candidate)| Ranked {
            candidate,
            score: Score::of(&candidate, scorer, context),
        })
        .collect()
}
