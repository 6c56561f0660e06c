use crate::slots::score::{Candidate, ScoreSheet, Scorer, ScoringContext, Weight};

/// Spreads the work: of those who take turns, likes whoever has less to do.
///
/// ```
/// # use astralis_core::slots::score::{Fairness, Weight};
/// let loads_in_minutes = Fairness { above_least: Weight::each(-1).at_most(600) };
/// assert_eq!(Fairness::default().above_least, Weight::each(-1).at_most(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fairness {
    /// For each unit of [load](ScoringContext::loads) by which the host exceeds whoever has
    /// least; −1, for ten units at most.
    pub above_least: Weight,
}

impl Default for Fairness {
    fn default() -> Self {
        Self {
            above_least: Weight::each(-1).at_most(10),
        }
    }
}

impl Scorer for Fairness {
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
        let above = context.loads.above_least(candidate.subject);
        sheet.prefer("load", self.above_least.of(above), || {
            format!("the host has {above} more to do than another")
        });
    }
}
