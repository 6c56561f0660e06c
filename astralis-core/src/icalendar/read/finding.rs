use std::fmt;

use crate::icalendar::read::ImportedEvent;
use crate::recurrence::InvalidRule;

/// Something in a calendar file that could not be read as it was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The line of the file, counted from 1: of the VEVENT if the finding is about one.
    pub line: usize,
    /// The UID of the event it is about, if there is one and it has one.
    pub uid: Option<String>,
    /// What is wrong, and what was done about it.
    pub problem: Problem,
}

impl Finding {
    /// A finding about an event.
    #[must_use]
    pub fn new(event: &ImportedEvent, problem: Problem) -> Self {
        Self {
            line: event.line,
            uid: Some(event.uid.clone()),
            problem,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.problem)
    }
}

/// What is wrong with a part of a calendar file, and what is done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Bytes that are not UTF-8.
    #[error("the text is not UTF-8 here; what cannot be read was replaced")]
    NotUtf8,
    /// A component that does not end: a truncated file, mostly.
    #[error("the {component} is not closed; it is read as far as it goes")]
    NotClosed {
        /// Which component, such as VEVENT.
        component: String,
    },
    /// An END that nothing began.
    #[error("END:{component} without its BEGIN")]
    NotOpened {
        /// Which component.
        component: String,
    },
    /// Busy time of a kind that is not read, VAVAILABILITY, or a VFREEBUSY that cannot be parsed.
    #[error("the {component} is not read; it blocks nothing")]
    NotRead {
        /// Which component.
        component: String,
    },
    /// A VEVENT without a start that can be read.
    #[error("the event has no start that can be read; it blocks nothing")]
    NoStart,
    /// An end that cannot be read, lies before the start, or is in another, unknown zone.
    #[error("the event's end cannot be used; it blocks a day from its start")]
    UnusableEnd,
    /// A zone name that nobody knows.
    #[error(
        "the time zone {name:?} is not known; the event blocks its days wherever they might be"
    )]
    UnknownZone {
        /// The TZID.
        name: String,
    },
    /// A rule that RFC 5545 does not allow.
    #[error("the event does not repeat as written ({reason}); it blocks its first day")]
    BadRule {
        /// What is wrong with the rule.
        reason: InvalidRule,
    },
    /// A rule that repeats within a day.
    #[error(
        "the event does not repeat as written (rules that repeat more often than daily are not expanded); it blocks its first day"
    )]
    SubDaily,
    /// A rule that is well-formed but cannot be expanded over the time asked for.
    #[error("the event cannot be expanded ({reason}); it blocks its first day")]
    CannotExpand {
        /// What is wrong.
        reason: String,
    },
    /// An RDATE, EXDATE or RECURRENCE-ID that cannot be read, or that hangs in another unknown zone
    /// than the event, so that nobody knows which occurrence it is about.
    #[error("a value of {property} cannot be read; the event blocks as if it were not there")]
    UnreadableDate {
        /// Which property.
        property: &'static str,
    },
    /// An EXRULE: RFC 5545 dropped them.
    #[error("EXRULE is not supported; what it excludes is blocked all the same")]
    ExceptionRule,
    /// A change of all occurrences from one on, but not of exactly one series that is in the file.
    #[error(
        "the series that RANGE=THISANDFUTURE changes is not in the file; only this occurrence is known"
    )]
    ThisAndFuture,
    /// One change too many of all occurrences from one on.
    #[error(
        "the series has too many changes with RANGE=THISANDFUTURE; this one blocks what it says itself, and the series goes on"
    )]
    TooManyChanges,
    /// One series too many of a UID.
    #[error(
        "too many events have this UID; occurrences that were changed one by one are blocked in their old places too"
    )]
    TooManySeries,
}
