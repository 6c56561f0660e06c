use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::icalendar::{Finding, Problem, UnreadableCalendar, WhyFree};
use crate::model::EventId;
use crate::ports::StoreError;
use crate::scheduler::import::busy_time::BusyTime;
use crate::scheduler::import::clashes::Clashes;
use crate::scheduler::import::{Horizon, MAX_STEPS_A_FILE, MAX_STRETCHES};
use crate::time::{Interval, UnknownTimeZone};

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportReport {
    /// Which days it covers.
    pub horizon: Horizon,
    /// Events that block time within the horizon.
    pub events: usize,
    /// Stretches of busy time they make, overlapping ones counted one by one.
    pub stretches: usize,
    /// When the last of them ends.
    pub busy_until: Option<DateTime<Utc>>,
    /// Events that block nothing, by reason.
    pub not_blocking: BTreeMap<WhyFree, usize>,
    /// Events that do not take place within the horizon.
    pub outside: usize,
    /// Events that our own books sent into that calendar, or into the owner's feed; the books know
    /// better.
    pub already_ours: usize,
    /// What could not be read as it was meant; by line.
    pub findings: Vec<ReportedFinding>,
    /// Meetings in our books that the file's events overlap; by meeting.
    pub clashes: Vec<ImportClash>,
    /// Whether the command had been carried out before: then it changed nothing now, and clashes
    /// are not listed again.
    pub repeated: bool,
}

/// A finding, with what its event blocks all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedFinding {
    /// What was found.
    pub finding: Finding,
    /// What the event blocks within the horizon, by start; empty for a finding about none.
    pub blocks: Vec<Interval>,
}

/// A meeting in our books that an imported event overlaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportClash {
    /// The meeting.
    pub meeting: EventId,
    /// Its title.
    pub title: String,
    /// The time both want.
    pub during: Interval,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The bytes are no calendar, or one without end.
    #[error("the file cannot be read")]
    Unreadable(#[from] UnreadableCalendar),
    /// The file of a subscription ends in the middle, and an earlier one is in force that did not, or
    /// that held more.
    #[error("the file breaks off before its end")]
    BreaksOff,
    /// All it holds is its owner's busy time as we publish it: that would keep itself busy.
    #[error("the file is the owner's own feed")]
    OwnFeed,
    /// It makes more stretches of busy time than can be true.
    #[error("the file holds more than {MAX_STRETCHES} stretches of busy time")]
    TooMuch,
    /// Its rules take more steps to expand than any real calendar does.
    #[error("the file's rules take more than {MAX_STEPS_A_FILE} steps to expand")]
    TooManySteps,
    /// The owner's zone is not in the zone data: whole days cannot be placed.
    #[error("the calendar owner's time zone is not known")]
    Zone(#[from] UnknownTimeZone),
    /// The store could not answer, or has no such user. If it was
    /// [unavailable](StoreError::Unavailable), repeat the request with the same command id.
    #[error("the store did not answer")]
    Store(#[from] StoreError),
}

impl ImportReport {
    /// Whether the file came to its end.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let mut problems = self.findings.iter().map(|found| &found.finding.problem);
        !problems.any(|problem| matches!(problem, Problem::NotClosed { .. }))
    }

    pub(super) fn new(horizon: Horizon, busy: BusyTime, clashes: Clashes, repeated: bool) -> Self {
        let written = busy.imported_beside(&clashes.own_uids);
        let claims = || written.iter().flat_map(|one| &one.claims);
        let (events, stretches) = (written.len(), claims().count());
        let busy_until = claims().map(|claim| claim.during.end()).max();
        Self {
            horizon,
            events,
            stretches,
            busy_until,
            already_ours: busy.imported.len() - events,
            not_blocking: busy.not_blocking,
            outside: busy.outside,
            findings: busy.findings,
            clashes: clashes.found,
            repeated,
        }
    }
}
