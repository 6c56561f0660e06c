use chrono::{DateTime, TimeDelta, Utc};

use crate::model::MAX_DURATION;
use crate::policy::booking_window::BookableDays;
use crate::policy::busy::Busy;
use crate::policy::hours::Hours;
use crate::policy::limits::Limits;
use crate::policy::notice::Notice;
use crate::policy::offered::Offered;
use crate::policy::{Policy, Refusal, Situation, SituationError};
use crate::time::{Interval, IntervalSet};

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
///     days: chrono::Weekday::Mon.into(),
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
pub struct Admission<'a> {
    range: Interval,
    duration: TimeDelta,
    // The same in microseconds, within the bounds that event types keep to.
    length: i64,
    offered: Offered,
    notice: Notice,
    days: BookableDays,
    hours: Hours,
    busy: Busy<'a>,
    limits: Limits,
    // What all of them leave of the range.
    allowed: IntervalSet,
}

impl<'a> Admission<'a> {
    /// Prepares for meetings of `duration` that start within `range`.
    ///
    /// The situation's claims and tallies must cover the range; see [`Situation`].
    ///
    /// `O(h × d + c)` for `h` hosts, `d` days in the range and `c` claims, if each host's claims
    /// are in order of start; a factor `log c` more if they are not.
    ///
    /// # Errors
    ///
    /// What [`Situation::check`] refuses.
    pub fn prepare(
        situation: &Situation<'a>,
        range: Interval,
        duration: TimeDelta,
    ) -> Result<Self, SituationError> {
        situation.check_but_for_zones()?; // They are all looked up below.
        // A duration outside these bounds is not offered by any event type.
        let bounded = duration.clamp(TimeDelta::microseconds(1), MAX_DURATION);
        let length = bounded.num_microseconds().expect("it is bounded");
        let mut admission = Self {
            range,
            duration,
            length,
            offered: Offered::prepare(situation, duration),
            notice: Notice::prepare(situation),
            days: BookableDays::prepare(situation)?,
            hours: Hours::prepare(situation, range, bounded)?,
            busy: Busy::prepare(situation, situation.claims, length),
            limits: Limits::prepare(situation, range, bounded)?,
            allowed: IntervalSet::new(),
        };
        let policies = admission.policies().into_iter();
        admission.allowed = policies.fold(IntervalSet::from([range]), |starts, policy| {
            policy.narrow(starts)
        });
        Ok(admission)
    }

    /// Everything that speaks against a meeting that starts at `start`; empty means that it can
    /// be booked. About a start outside the prepared range nothing is known: it is
    /// [outside the hours](Refusal::OutsideHours) that were read.
    #[must_use]
    pub fn reasons(&self, start: DateTime<Utc>) -> Vec<Refusal> {
        let mut reasons = Vec::new();
        if self.admits(start) {
            return reasons;
        }
        if !self.range.contains(start) {
            return vec![Refusal::OutsideHours];
        }
        let mut object = |refusal| reasons.push(refusal);
        let at = start.timestamp_micros();
        let only = IntervalSet::from([Interval::between(at, at + 1)]);
        match Interval::starting_at(start, self.duration) {
            Ok(meeting) => self.object_to(&meeting, &only, &mut object),
            // An empty meeting, or one beyond the end of representable time.
            Err(_) => {
                self.offered.objections(&self.range, &mut object);
                object(Refusal::OutsideHours);
            }
        }
        reasons
    }

    /// Asks every policy that takes the `only` start of a meeting away.
    fn object_to(&self, meeting: &Interval, only: &IntervalSet, object: &mut dyn FnMut(Refusal)) {
        let policies = self.policies();
        let takes_away = |policy: &&&dyn Policy| policy.narrow(only.clone()).is_empty();
        let (before_grid, after_grid) = policies.split_at(4);
        for policy in before_grid.iter().filter(takes_away) {
            policy.objections(meeting, object);
        }
        if let Some(off_grid) = self.hours.off_grid(meeting.start_micros()) {
            object(off_grid);
        }
        for policy in after_grid.iter().filter(takes_away) {
            policy.objections(meeting, object);
        }
    }

    /// Whether a meeting that starts at `start` can be booked.
    ///
    /// `O(log n)` for `n` stretches that can be booked.
    #[must_use]
    pub fn admits(&self, start: DateTime<Utc>) -> bool {
        let at = start.timestamp_micros();
        self.allowed.enclosing(at).is_some() && self.hours.grid().holds(at)
    }

    /// The starts within the prepared range that can be booked, ascending, as they are asked for.
    pub fn starts(&self) -> impl Iterator<Item = DateTime<Utc>> + '_ {
        self.meetings().map(|meeting| meeting.start())
    }

    /// The meetings within the prepared range that can be booked, ascending, as they are asked
    /// for.
    pub(crate) fn meetings(&self) -> impl Iterator<Item = Interval> + '_ {
        let starts = self.hours.grid().walk(&self.allowed);
        starts.map(|start| Interval::between(start, start + self.length))
    }

    /// About how many meetings there are.
    pub(crate) fn estimate(&self) -> usize {
        self.hours.grid().estimate(&self.allowed)
    }

    /// How long the meetings are.
    #[must_use]
    pub const fn duration(&self) -> TimeDelta {
        self.duration
    }

    /// Every policy, the cheapest first; what hours leave comes before what must be walked along
    /// with them.
    fn policies(&self) -> [&dyn Policy; 6] {
        [
            &self.offered,
            &self.notice,
            &self.days,
            &self.hours,
            &self.busy,
            &self.limits,
        ]
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
