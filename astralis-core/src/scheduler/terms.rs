use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::model::{BookingRecord, CalendarEvent, Claim, EventType, MAX_BUFFER, SubjectId, When};
use crate::policy::{self, HostHours, Refusal, Situation, SituationError, tally_range};
use crate::ports::{Command, Facts, HostProfile, Look};
use crate::time::{Interval, ZoneDatabase};

/// What a meeting is decided on apart from the facts: what can be booked, with whom, and now.
/// Checked when made: every zone is known, the event type well-formed.
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
    pub(super) fn look(
        &self,
        range: Interval,
        longest: chrono::TimeDelta,
    ) -> Result<Look, SituationError> {
        let zone = self.zones.zone(&self.organizer().schedule.time_zone)?;
        Ok(Look {
            claims: Some(range.padded(MAX_BUFFER, MAX_BUFFER + longest)),
            tallies: tally_range(&self.event_type, range, &zone),
            ..Look::default()
        })
    }

    /// A command that locks these hosts, and the event type if its limits are decided about.
    pub(super) fn command(
        &self,
        id: crate::model::CommandId,
        fingerprint: Uuid,
        look: Look,
    ) -> Command {
        let limited = look.tallies.is_some();
        Command {
            id,
            fingerprint,
            org: self.event_type.org,
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

    /// What speaks against `meeting`.
    pub(super) fn admit(
        &self,
        facts: &Facts,
        moving: Option<&BookingRecord>,
        meeting: &Interval,
    ) -> Result<(), Vec<Refusal>> {
        let reasons = self
            .with_situation(facts, moving, |situation| policy::admit(situation, meeting))
            .expect("terms are checked when they are made");
        if reasons.is_empty() {
            Ok(())
        } else {
            Err(reasons)
        }
    }

    /// When a meeting takes place, in the zone of the hours it was offered from.
    pub(super) fn when(&self, during: Interval) -> Result<When, SituationError> {
        let time_zone = &self.organizer().schedule.time_zone;
        let zone = self.zones.zone(time_zone)?;
        Ok(When::Timed {
            local_start: zone.to_civil(during.start()),
            time_zone: time_zone.clone(),
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
            kind: crate::model::BusyKind::Busy,
            exclusive: true,
            expires_at: None,
        };
        self.subjects().into_iter().map(claim).collect()
    }
}
