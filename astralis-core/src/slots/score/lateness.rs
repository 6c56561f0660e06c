use crate::slots::score::{Candidate, ScoreSheet, Scorer, ScoringContext, Weight, counted};

/// Likes what is soon: counts the dates between the [earliest](ScoringContext::earliest) that is
/// wanted and the start, on the calendar of the requested zone.
///
/// ```
/// # use astralis_core::slots::score::{Lateness, Weight};
/// let patient = Lateness { day: Weight::NONE };
/// assert_eq!(Lateness::default().day, Weight::each(-1).at_most(10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness {
    /// For each day later than the earliest date; −1, for ten days at most.
    pub day: Weight,
}

impl Default for Lateness {
    fn default() -> Self {
        Self {
            day: Weight::each(-1).at_most(10),
        }
    }
}

impl Scorer for Lateness {
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
        let date = context.zone.date_at(candidate.slot.start());
        let later = date - context.zone.date_at(context.earliest);
        // What starts before the earliest wanted is not late.
        let days = u32::try_from(later.num_days()).unwrap_or(0);
        sheet.prefer("later", self.day.of(days), || {
            format!("{} later than the earliest", counted(days, "day"))
        });
    }
}
