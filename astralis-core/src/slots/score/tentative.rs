use crate::slots::score::{Candidate, ScoreSheet, Scorer, ScoringContext, Weight, counted};

/// Avoids time that is taken softly: it can be had, and somebody may have to give something up.
///
/// `O(p log n)` for `p` participants of `n` intervals each.
///
/// ```
/// # use astralis_core::slots::score::{TentativeTime, Weight};
/// assert_eq!(TentativeTime::default().overlap, Weight::each(-5).at_most(3));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TentativeTime {
    /// For each [tentative](crate::slots::score::Participant::tentative) interval of a needed
    /// participant that the meeting overlaps; −5, for three at most.
    pub overlap: Weight,
}

impl Default for TentativeTime {
    fn default() -> Self {
        Self {
            overlap: Weight::each(-5).at_most(3),
        }
    }
}

impl Scorer for TentativeTime {
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
        let overlaps = context.sum_over_needed(candidate, |participant| {
            participant.tentative.overlapping(&candidate.slot.during)
        });
        sheet.prefer("tentative", self.overlap.of(overlaps), || {
            format!("overlaps {}", counted(overlaps, "tentative meeting"))
        });
    }
}
