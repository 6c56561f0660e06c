use chrono::{Datelike, Weekday};

use crate::slots::score::{Candidate, ScoreSheet, Scorer, ScoringContext, Weight, counted};

/// The default scorer: everything starts with 100 points, and free time within everybody's hours
/// keeps them.
///
/// Optional participants are left to [`OptionalAbsences`](crate::slots::score::OptionalAbsences).
///
/// `O(p log n)` for `p` participants of `n` intervals each.
///
/// ```
/// # use astralis_core::slots::score::{BaseRules, Weight};
/// let strict = BaseRules { outside_hours: Weight::each(-40), ..BaseRules::default() };
/// assert_eq!(BaseRules::default().outside_hours, Weight::each(-20));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BaseRules {
    /// What every candidate starts with; 100.
    pub start: i64,
    /// For each needed participant outside their hours, if only for a part of the meeting; −20.
    pub outside_hours: Weight,
    /// For each busy interval of a needed participant that the meeting overlaps; −50.
    pub conflict: Weight,
    /// For a Monday, Tuesday or Wednesday in the requested zone; +5.
    pub early_in_week: Weight,
}

impl Default for BaseRules {
    fn default() -> Self {
        Self {
            start: 100,
            outside_hours: Weight::each(-20),
            conflict: Weight::each(-50),
            early_in_week: Weight::each(5),
        }
    }
}

impl Scorer for BaseRules {
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
        sheet.add("start", self.start, || "to start with".to_owned());

        let meeting = &candidate.slot.during;
        let outside = context.sum_over_needed(candidate, |participant| {
            participant.is_outside_hours(meeting).into()
        });
        sheet.add("outsideHours", self.outside_hours.of(outside), || {
            format!("{} outside their hours", counted(outside, "participant"))
        });

        let conflicts = context.sum_over_needed(candidate, |participant| {
            participant.busy.overlapping(meeting)
        });
        sheet.record_conflicts(conflicts);
        sheet.add("conflict", self.conflict.of(conflicts), || {
            format!("{} with other meetings", counted(conflicts, "conflict"))
        });

        let day = context.zone.date_at(candidate.slot.start()).weekday();
        if let Some(day) = name_if_early_in_week(day) {
            sheet.add("earlyInWeek", self.early_in_week.of(1), || {
                format!("on a {day}")
            });
        }
    }
}

const fn name_if_early_in_week(day: Weekday) -> Option<&'static str> {
    match day {
        Weekday::Mon => Some("Monday"),
        Weekday::Tue => Some("Tuesday"),
        Weekday::Wed => Some("Wednesday"),
        Weekday::Thu | Weekday::Fri | Weekday::Sat | Weekday::Sun => None,
    }
}
