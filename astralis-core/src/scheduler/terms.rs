use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::model::{
    BookingRecord, BusyKind, CalendarEvent, Claim, EventType, MAX_GAP, SubjectId, When,
};
use crate::policy::{self, HostHours, Refusal, Situation, SituationError, tally_range};
use crate::ports::{Command, Facts, HostProfile, Look};
use crate::scheduler::intent::Intent;
use crate::time::{Interval, TimeZoneName, Zone, ZoneDatabase};

/// What a meeting is decided on apart from the facts: what can be booked, with whom, and now.
/// Checked when made, so that deciding cannot fail; unchecked ones serve to tell people only.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) event_type: EventType,
    pub(super) hosts: Vec<HostProfile>,
    pub(super) now: DateTime<Utc>,
    pub(super) zones: ZoneDatabase,
}

impl Terms {
    pub(super) fn subjects(&self) -> Vec<SubjectId> {
        self.hosts.iter().map(|host| host.user.id.into()).collect()
    }

    pub(super) fn organizer(&self) -> &HostProfile {
        self.hosts
            .first()
            .expect("an offering has at least one host")
    }

    /// The facts that decide about meetings starting within `range`.
    pub(super) fn look(&self, range: Interval, longest: TimeDelta) -> Result<Look, SituationError> {
        let zone = self.zones.zone(&self.organizer().schedule.time_zone)?;
        Ok(Look {
            claims: Some(range.padded(MAX_GAP, MAX_GAP + longest)),
            tallies: tally_range(&self.event_type, range, &zone),
            ..Look::default()
        })
    }

    /// A command that locks these hosts, and the event type if its limits are decided about.
    pub(super) fn command(&self, intent: Intent, look: Look) -> Command {
        let limited = look.tallies.is_some();
        Command {
            id: intent.command,
            fingerprint: intent.fingerprint,
            org: intent.org,
            now: self.now,
            subjects: self.subjects(),
            event_type: limited.then_some(self.event_type.id),
            look,
        }
    }

    /// Asks `question` about the situation that these terms and `facts` make.
    pub(super) fn with_situation<T>(
        &self,
        facts: &Facts,
        moving: Option<&BookingRecord>,
        question: impl FnOnce(&Situation<'_>) -> T,
    ) -> T {
        let hosts: Vec<_> = self
            .hosts
            .iter()
            .map(|host| HostHours {
                subject: host.user.id.into(),
                schedule: &host.schedule,
            })
            .collect();
        question(&Situation {
            event_type: &self.event_type,
            hosts: &hosts,
            claims: &facts.claims,
            tallies: &facts.tallies,
            inactive: &facts.inactive,
            now: self.now,
            moving,
            zones: &self.zones,
        })
    }

    /// Everything that speaks against `meeting`; empty if it can be booked.
    pub(super) fn reasons(
        &self,
        facts: &Facts,
        moving: Option<&BookingRecord>,
        meeting: &Interval,
    ) -> Vec<Refusal> {
        self.with_situation(facts, moving, |situation| policy::admit(situation, meeting))
            .expect("terms are checked when they are made")
    }

    /// Whether `meeting` can be booked: the same, as a yes or no.
    pub(super) fn admit(
        &self,
        facts: &Facts,
        moving: Option<&BookingRecord>,
        meeting: &Interval,
    ) -> Result<(), Vec<Refusal>> {
        let reasons = self.reasons(facts, moving, meeting);
        if reasons.is_empty() {
            Ok(())
        } else {
            Err(reasons)
        }
    }

    /// When a meeting takes place, on the clock of the organizer's hours: while they travel, that
    /// of the place they are in.
    pub(super) fn when(&self, during: Interval) -> Result<When, SituationError> {
        let schedule = &self.organizer().schedule;
        let mut clocks = Vec::new();
        for name in schedule.time_zones() {
            clocks.push((name, self.zones.zone(name)?));
        }
        let is_read_there = |(name, zone): &&(&TimeZoneName, Zone)| {
            schedule.time_zone_on(zone.date_at(during.start())) == *name
        };
        let (name, zone) = clocks
            .iter()
            .find(is_read_there)
            .or(clocks.first())
            .expect("a schedule has a zone of its own");
        Ok(When::Timed {
            local_start: zone.to_civil(during.start()),
            time_zone: (*name).clone(),
            during,
            zone_data: self.zones.version().to_owned(),
        })
    }

    /// The claims that `event` makes on its hosts. Their ids follow from the event, its sequence
    /// and the subject, so that deciding stays free of side effects.
    pub(super) fn claims(&self, event: &CalendarEvent) -> Vec<Claim> {
        let claim = |subject: SubjectId| Claim {
            id: Uuid::new_v5(
                &event.id.as_uuid(),
                format!("{}/{subject}", event.sequence).as_bytes(),
            )
            .into(),
            org: event.org,
            subject,
            during: event.when.during(),
            buffer_before: self.event_type.buffer_before,
            buffer_after: self.event_type.buffer_after,
            event: event.id,
            kind: BusyKind::Busy,
            exclusive: true,
            expires_at: None,
        };
        self.subjects().into_iter().map(claim).collect()
    }
}
