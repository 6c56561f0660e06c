use chrono::{NaiveTime, Timelike};

use crate::slots::score::{Candidate, ScoreSheet, Scorer, ScoringContext, Weight};

/// A part of the day on a wall clock.
///
/// ```
/// # use astralis_core::slots::score::PartOfDay;
/// let at = |text: &str| text.parse::<chrono::NaiveTime>().unwrap();
/// assert!(PartOfDay::Morning.contains(at("09:00:00")));
/// assert!(!PartOfDay::Morning.contains(at("12:00:00")));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "SCREAMING_SNAKE_CASE"))]
#[non_exhaustive]
pub enum PartOfDay {
    /// From 9:00 up to 12:00.
    Morning,
    /// From 13:00 up to 17:00.
    Afternoon,
    /// From 17:00 up to 20:00.
    Evening,
}

impl PartOfDay {
    /// Whether a wall clock that shows `time` is in it.
    #[must_use]
    pub fn contains(self, time: NaiveTime) -> bool {
        let hours = match self {
            Self::Morning => 9..12,
            Self::Afternoon => 13..17,
            Self::Evening => 17..20,
        };
        hours.contains(&time.hour())
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Morning => "in the morning, as preferred",
            Self::Afternoon => "in the afternoon, as preferred",
            Self::Evening => "in the evening, as preferred",
        }
    }
}

/// Prefers meetings that begin in the [preferred](ScoringContext::preferred) part of the day, on
/// the clock of the requested zone.
///
/// ```
/// # use astralis_core::slots::score::{PreferredPartOfDay, Weight};
/// let insistent = PreferredPartOfDay { begins_there: Weight::each(15) };
/// assert_eq!(PreferredPartOfDay::default().begins_there, Weight::each(4));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreferredPartOfDay {
    /// For a start in it; +4.
    pub begins_there: Weight,
}

impl Default for PreferredPartOfDay {
    fn default() -> Self {
        Self {
            begins_there: Weight::each(4),
        }
    }
}

impl Scorer for PreferredPartOfDay {
    fn score(&self, candidate: &Candidate, context: &ScoringContext, sheet: &mut ScoreSheet) {
        let Some(preferred) = context.preferred else {
            return;
        };
        let civil = context.zone.to_civil(candidate.slot.start());
        if preferred.contains(civil.time()) {
            sheet.prefer("preferredPartOfDay", self.begins_there.of(1), || {
                preferred.words().to_owned()
            });
        }
    }
}
