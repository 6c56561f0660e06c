use crate::slots::score::{
    Attendance, Candidate, ScoreSheet, Scorer, ScoringContext, Weight, counted,
};

/// Likes times at which those who are welcome can come too.
///
/// `O(p log n)` for `p` participants of `n` intervals each.
///
/// ```
/// # use astralis_core::slots::score::{OptionalAbsences, Weight};
/// assert_eq!(OptionalAbsences::default().absent, Weight::each(-5).at_most(3));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionalAbsences {
    /// For each [optional](Attendance::Optional) participant who is outside their hours or taken;
    /// −5, for three at most.
    pub absent: Weight,
}

impl Default for OptionalAbsences {
    fn default() -> Self {
        Self {
            absent: Weight::each(-5).at_most(3),
        }
    }
}

impl Scorer for OptionalAbsences {
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
        let meeting = &candidate.slot.during;
        let absent = context
            .participants
            .iter()
            .filter(|participant| participant.attendance == Attendance::Optional)
            .filter(|participant| {
                participant.is_outside_hours(meeting) || participant.busy.overlapping(meeting) > 0
            })
            .count();
        let absent = u32::try_from(absent).unwrap_or(u32::MAX);
        sheet.prefer("optionalAbsent", self.absent.of(absent), || {
            format!("without {}", counted(absent, "optional participant"))
        });
    }
}
