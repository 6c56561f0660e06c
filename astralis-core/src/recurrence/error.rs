use crate::recurrence::{Bound, RecurrenceRule, RulePart};

/// Why a series cannot be expanded. Never answered with a shorter list instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecurrenceError {
    /// It would pass a bound.
    #[error("the rule {rule} makes {bound}")]
    TooMuch {
        /// The rule.
        rule: String,
        /// Which bound.
        bound: Bound,
    },
    /// It repeats within a day or picks times of one by BYSETPOS, but its DTSTART is a whole day.
    #[error("the rule {rule} repeats within a day, but the series is one of whole days")]
    WithinDays {
        /// The rule.
        rule: String,
    },
    /// It is to name dates, but does not come to the end of its COUNT while anybody lives to see it.
    #[error("the rule {rule} does not reach its COUNT within 100 years")]
    CountedTooFar {
        /// The rule.
        rule: String,
    },
    /// It is to name dates, but one of its parts speaks of times of the day.
    #[error("the rule {rule} is to name dates, but its {part} speaks of times of the day")]
    NotOfDates {
        /// The rule.
        rule: String,
        /// The part.
        part: RulePart,
    },
}

impl RecurrenceError {
    pub(super) fn too_much(rule: &RecurrenceRule, bound: Bound) -> Self {
        Self::TooMuch {
            rule: rule.to_string(),
            bound,
        }
    }
}
