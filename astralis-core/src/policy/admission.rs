use chrono::{DateTime, TimeDelta, Utc};

use crate::policy::booking_window::BookableDays;
use crate::policy::busy::Busy;
use crate::policy::hours::Hours;
use crate::policy::limits::Limits;
use crate::policy::notice::Notice;
use crate::policy::offered::Offered;
use crate::policy::{Policy, Refusal, Situation, SituationError};
use crate::time::Interval;

/// A [`Situation`] prepared for deciding about meetings of one duration that start within some
/// range.
///
/// ```
/// # use astralis_core::{availability::*, model::*, policy::*, time::*};
/// # use chrono::TimeDelta;
/// # let (org, host) = (OrgId::new(uuid::Uuid::nil()), UserId::new(uuid::Uuid::nil()));
/// # let id = EventTypeId::new(uuid::Uuid::nil());
/// let zones = ZoneDatabase::bundled();
/// let mut schedule = Schedule::closed("Europe/Paris".parse()?);
/// schedule.rules.push(AvailabilityRule {
///     id: RuleId::new(uuid::Uuid::nil()),
///     day: chrono::Weekday::Mon,
///     window: LocalWindow::new("09:00".parse()?, "17:00".parse()?)?,
///     active: true,
///     valid: None,
/// });
/// let half_hour = TimeDelta::minutes(30);
/// let event_type = EventType::builder(id, org, host, "intro".parse()?, half_hour).build()?;
/// let situation = Situation {
///     event_type: &event_type,
///     hosts: &[HostHours { subject: host.into(), schedule: &schedule }],
///     claims: &[],
///     tallies: &[],
///     inactive: &[],
///     now: "2026-03-01T00:00:00Z".parse()?,
///     moving: None,
///     zones: &zones,
/// };
/// let monday: Interval = "2026-03-02T00:00Z/2026-03-03T00:00Z".parse()?;
/// let admission = Admission::prepare(&situation, monday, half_hour)?;
/// assert_eq!(admission.starts().count(), 16);
/// assert!(admission.admits("2026-03-02T08:30:00Z".parse()?)); // 09:30 in Paris.
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Admission {
    range: Interval,
    duration: TimeDelta,
    offered: Offered,
    notice: Notice,
    days: BookableDays,
    hours: Hours,
    busy: Busy,
    limits: Limits,
}

impl Admission {
    /// Prepares for meetings of `duration` that start within `range`.
    ///
    /// The situation's claims and tallies must cover the range; see [`Situation`].
    ///
    /// # Errors
    ///
    /// [`SituationError`] if a schedule's zone is not in the zone data, or the event type is not
    /// well-formed.
    pub fn prepare(
        situation: &Situation<'_>,
        range: Interval,
        duration: TimeDelta,
    ) -> Result<Self, SituationError> {
        situation.check()?;
        Ok(Self {
            range,
            duration,
            offered: Offered::prepare(situation, duration),
            notice: Notice::prepare(situation),
            days: BookableDays::prepare(situation)?,
            hours: Hours::prepare(situation, range, duration)?,
            busy: Busy::prepare(situation),
            limits: Limits::prepare(situation, range)?,
        })
    }

    /// Everything that speaks against a meeting that starts at `start`; empty means that it can
    /// be booked. About a start outside the prepared range nothing is known: it is
    /// [outside the hours](Refusal::OutsideHours) that were read.
    #[must_use]
    pub fn reasons(&self, start: DateTime<Utc>) -> Vec<Refusal> {
        if !self.range.contains(start) {
            return vec![Refusal::OutsideHours];
        }
        let Ok(meeting) = Interval::starting_at(start, self.duration) else {
            // An empty meeting, or one beyond the end of representable time.
            let not_offered = self.offered.objections().iter().cloned();
            return not_offered.chain([Refusal::OutsideHours]).collect();
        };
        let mut reasons = Vec::new();
        self.examine(&meeting, &mut |refusal| reasons.push(refusal));
        reasons
    }

    /// Whether a meeting that starts at `start` can be booked.
    #[must_use]
    pub fn admits(&self, start: DateTime<Utc>) -> bool {
        self.reasons(start).is_empty()
    }

    /// The starts within the prepared range that can be booked, ascending.
    ///
    /// Only starts on the grid of the opening hours are looked at, each once, as they are asked
    /// for.
    pub fn starts(&self) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        // What is not offered at all has no grid worth walking.
        let range = self.offered.objections().is_empty().then_some(self.range);
        range
            .into_iter()
            .flat_map(|range| self.hours.starts(range))
            .filter(|meeting| {
                self.beside_hours()
                    .iter()
                    .all(|policy| policy.allows(meeting))
            })
            .map(|meeting| meeting.start())
    }

    /// How long the meetings are.
    #[must_use]
    pub const fn duration(&self) -> TimeDelta {
        self.duration
    }

    fn beside_hours(&self) -> [&dyn Policy; 5] {
        [
            &self.offered,
            &self.notice,
            &self.days,
            &self.busy,
            &self.limits,
        ]
    }
}

impl Policy for Admission {
    fn examine(&self, meeting: &Interval, object: &mut dyn FnMut(Refusal)) {
        let [offered, notice, days, busy, limits] = self.beside_hours();
        for policy in [offered, notice, days, &self.hours, busy, limits] {
            policy.examine(meeting, object);
        }
    }
}

/// Decides about one meeting: the predicate behind every list and every booking.
///
/// # Errors
///
/// [`SituationError`] as for [`Admission::prepare`]. Otherwise the list of reasons against the
/// meeting, empty if it can be booked.
pub fn admit(
    situation: &Situation<'_>,
    meeting: &Interval,
) -> Result<Vec<Refusal>, SituationError> {
    let start = meeting.start();
    let only_start = Interval::from_micros(meeting.start_micros(), meeting.start_micros() + 1);
    let Some(range) = only_start else {
        return Ok(vec![Refusal::OutsideHours]);
    };
    Ok(Admission::prepare(situation, range, meeting.duration())?.reasons(start))
}
