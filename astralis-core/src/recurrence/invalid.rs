use std::fmt;

use crate::recurrence::Frequency;

/// Why a text is no rule, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{flaw} (at byte {at})")]
pub struct InvalidRule {
    /// Where in the text, in bytes from 0.
    pub at: usize,
    /// What is wrong there.
    pub flaw: RuleFlaw,
}

/// What RFC 5545 §3.3.10 does not allow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleFlaw {
    /// There is no FREQ: every rule MUST have one.
    #[error("the rule has no FREQ")]
    NoFrequency,
    /// Something without a name or a value.
    #[error("expected NAME=VALUE, found {0:?}")]
    NotAPart(String),
    /// A part that the RFC does not know.
    #[error("the part {0} is not known")]
    UnknownPart(String),
    /// A part that stands in the rule twice.
    #[error("the part {0} appears twice")]
    Repeated(RulePart),
    /// A value that the part cannot have.
    #[error("{part} is {value:?}, expected {expected}")]
    Value {
        /// The part.
        part: RulePart,
        /// The value, or the one of its list that is wrong.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
    /// COUNT and UNTIL MUST NOT occur in the same rule.
    #[error("COUNT and UNTIL exclude each other")]
    CountAndUntil,
    /// A part that rules of this frequency MUST NOT have.
    #[error("{part} cannot stand in a {frequency} rule")]
    NotWith {
        /// The part.
        part: RulePart,
        /// The rule's frequency.
        frequency: Frequency,
    },
    /// BYDAY with a number MUST NOT stand in a rule that is neither MONTHLY nor YEARLY.
    #[error("{day} counts weekdays, which a {frequency} rule cannot")]
    Ordinal {
        /// The day, with its number.
        day: String,
        /// The rule's frequency.
        frequency: Frequency,
    },
    /// BYDAY with a number MUST NOT stand in a YEARLY rule beside BYWEEKNO.
    #[error("{day} counts weekdays, which a rule with BYWEEKNO cannot")]
    OrdinalInWeek {
        /// The day, with its number.
        day: String,
    },
    /// BYSETPOS MUST only be used beside another part that begins with BY.
    #[error("BYSETPOS stands alone, expected another BY… that it picks from")]
    SetPositionAlone,
}

/// A part of a rule, by the name it is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of RFC 5545 §3.3.10")]
#[non_exhaustive]
pub enum RulePart {
    Freq,
    Interval,
    Count,
    Until,
    ByMonth,
    ByWeekNo,
    ByYearDay,
    ByMonthDay,
    ByDay,
    ByHour,
    ByMinute,
    BySecond,
    BySetPos,
    Wkst,
    /// RFC 7529; only GREGORIAN, which changes nothing.
    Rscale,
    /// RFC 7529; only OMIT, which changes nothing.
    Skip,
}

impl RulePart {
    pub(super) const ALL: [Self; 16] = [
        Self::Freq,
        Self::Interval,
        Self::Count,
        Self::Until,
        Self::ByMonth,
        Self::ByWeekNo,
        Self::ByYearDay,
        Self::ByMonthDay,
        Self::ByDay,
        Self::ByHour,
        Self::ByMinute,
        Self::BySecond,
        Self::BySetPos,
        Self::Wkst,
        Self::Rscale,
        Self::Skip,
    ];

    /// Its name, in upper case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Freq => "FREQ",
            Self::Interval => "INTERVAL",
            Self::Count => "COUNT",
            Self::Until => "UNTIL",
            Self::ByMonth => "BYMONTH",
            Self::ByWeekNo => "BYWEEKNO",
            Self::ByYearDay => "BYYEARDAY",
            Self::ByMonthDay => "BYMONTHDAY",
            Self::ByDay => "BYDAY",
            Self::ByHour => "BYHOUR",
            Self::ByMinute => "BYMINUTE",
            Self::BySecond => "BYSECOND",
            Self::BySetPos => "BYSETPOS",
            Self::Wkst => "WKST",
            Self::Rscale => "RSCALE",
            Self::Skip => "SKIP",
        }
    }
}

impl fmt::Display for RulePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
