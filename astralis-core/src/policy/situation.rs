use chrono::{DateTime, Utc};

use crate::availability::{Schedule, ScheduleError};
use crate::model::{BookingRecord, Claim, EventType, EventTypeError, SubjectId, Tally};
use crate::policy::HostsError;
use crate::time::{UnknownTimeZone, Zone, ZoneDatabase};

/// Why nothing can be decided about a situation. Unknown is not free, and not taken either.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SituationError {
    /// A schedule names a zone that the zone data do not have: its hours are unknown.
    #[error(transparent)]
    Zone(#[from] UnknownTimeZone),
    /// The event type was put together without [its check](EventType::check).
    #[error("the event type is not well-formed")]
    EventType(#[from] EventTypeError),
    /// A host's schedule contradicts itself.
    #[error("the hours of a host are not well-formed")]
    Schedule(#[from] ScheduleError),
    /// The rule that says who has to be there is not well-formed.
    #[error("the rule of who has to be there is not well-formed")]
    Hosts(#[from] HostsError),
    /// There is no host.
    #[error("expected at least one host")]
    NoHost,
}

/// When one host offers time.
#[derive(Debug, Clone, Copy)]
pub struct HostHours<'a> {
    /// Who.
    pub subject: SubjectId,
    /// Their hours.
    pub schedule: &'a Schedule,
}

/// Everything a decision about one event type looks at, as plain values.
///
/// The same situation always gets the same decision, whatever the order of claims and tallies.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// What is to be booked.
    pub event_type: &'a EventType,
    /// Everybody whose time it takes, in the order of the host rule. Never empty: the first is
    /// the organizer, in whose zone days are counted.
    pub hosts: &'a [HostHours<'a>],
    /// What takes their time, at least around the meetings in question: from
    /// [`MAX_GAP`](crate::model::MAX_GAP) before to as much after.
    pub claims: &'a [Claim],
    /// What counts towards the event type's limits, at least within [`tally_range`].
    ///
    /// [`tally_range`]: crate::policy::tally_range
    pub tallies: &'a [Tally],
    /// Those of the hosts that cannot be booked any more.
    pub inactive: &'a [SubjectId],
    /// The present instant.
    pub now: DateTime<Utc>,
    /// The booking that is being moved: it stands in nobody's way, and keeps its length even if
    /// that is no longer offered.
    pub moving: Option<&'a BookingRecord>,
    /// The zone data to read wall clocks with.
    pub zones: &'a ZoneDatabase,
}

impl Situation<'_> {
    /// Whether it is one that can be decided about: afterwards nothing in it is unknown.
    ///
    /// # Errors
    ///
    /// The [`SituationError`] that any decision about it would meet.
    pub fn check(&self) -> Result<(), SituationError> {
        self.check_but_for_zones()?;
        for name in self.schedules().flat_map(Schedule::time_zones) {
            self.zones.zone(name)?;
        }
        Ok(())
    }

    /// The part of the check that needs no zone data.
    pub(super) fn check_but_for_zones(&self) -> Result<(), SituationError> {
        self.event_type.check()?;
        if self.hosts.is_empty() {
            return Err(SituationError::NoHost);
        }
        for schedule in self.schedules() {
            schedule.check()?;
        }
        Ok(())
    }

    /// Everything that says when it is open: all of them must be.
    pub(super) fn schedules(&self) -> impl Iterator<Item = &Schedule> {
        let hosts = self.hosts.iter().map(|host| host.schedule);
        hosts.chain(self.event_type.hours.as_ref())
    }

    /// The zone in which days, weeks and months are counted: the organizer's.
    pub(super) fn calendar_zone(&self) -> Result<Zone, UnknownTimeZone> {
        self.zones.zone(&self.organizer_hours().time_zone)
    }

    /// The schedule whose local midnights begin the grid anew: the event type's own hours, by
    /// default the organizer's.
    pub(super) fn grid_schedule(&self) -> &Schedule {
        self.event_type
            .hours
            .as_ref()
            .unwrap_or_else(|| self.organizer_hours())
    }

    fn organizer_hours(&self) -> &Schedule {
        self.hosts
            .first()
            .expect("a situation has at least one host")
            .schedule
    }
}
