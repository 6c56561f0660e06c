use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::model::{Claim, MAX_DURATION, SubjectId};
use crate::policy::booking_window::BookableDays;
use crate::policy::busy::Busy;
use crate::policy::hosts::node::{Availability, Node};
use crate::policy::hosts::{Hosts, HostsError};
use crate::policy::hours::Frame;
use crate::policy::limits::Limits;
use crate::policy::notice::Notice;
use crate::policy::offered::Offered;
use crate::policy::{HostHours, Policy, Refusal, Situation, SituationError};
use crate::time::{Interval, IntervalSet, UnknownTimeZone};

/// A [`Situation`] prepared for deciding about meetings that some of its hosts take, as a rule
/// says.
///
/// Days are counted in the zone of the first host that the rule names. Its local midnights begin
/// the grid anew, unless the event type has hours of its own: then those of their zone do. A grid
/// begins with the windows in which enough are open: for `All` those that all share, for `KOf`
/// those in which that many are open, for `Any` each candidate's own. Who cannot be booked any
/// more is open at no time.
///
/// With a rule of `All`, it decides as [`Admission`](crate::policy::Admission) does. Under any
/// other, grid and days belong to the rule, not to whoever is assigned in the end: a booking has to
/// be decided by it as well, and not by [`admit`](crate::policy::admit) on the assigned hosts.
#[derive(Debug)]
pub struct HostsAdmission<'a> {
    range: Interval,
    duration: TimeDelta,
    offered: Offered,
    notice: Notice,
    days: BookableDays,
    limits: Limits,
    // What the event type itself leaves of the range.
    allowed: IntervalSet,
    // In the order of the rule.
    hosts: Vec<Host<'a>>,
    root: Node,
}

/// Why a time cannot be booked with any hosts that would satisfy the rule.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotHosted {
    /// What speaks against the time, whoever the hosts are.
    pub reasons: Vec<Refusal>,
    /// What speaks against each host, in the order of the rule; those who could come are left out.
    pub hosts: Vec<HostObjections>,
}

/// What keeps one host from taking a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostObjections {
    /// Who.
    pub subject: SubjectId,
    /// Every reason.
    pub reasons: Vec<Refusal>,
}

impl<'a> HostsAdmission<'a> {
    /// Prepares for meetings of `duration` that start within `range`. The situation's hosts are
    /// those that the rule names, in any order.
    ///
    /// `O(h × d + (c + h × d) log (c + h × d))` for `h` hosts, `d` days and `c` claims.
    ///
    /// # Errors
    ///
    /// [`SituationError::Hosts`] for a rule that is not well-formed or names a host whose hours the
    /// situation lacks; otherwise as for [`Admission::prepare`](crate::policy::Admission::prepare).
    pub fn prepare(
        situation: &Situation<'a>,
        rule: &'a Hosts,
        range: Interval,
        duration: TimeDelta,
    ) -> Result<Self, SituationError> {
        rule.check()?;
        let named = in_order(situation, rule)?;
        let whole = Situation {
            hosts: &named,
            inactive: &[], // Who is gone is for the rule to make up for.
            ..*situation
        };
        whole.check_but_for_zones()?;
        let bounded = duration.clamp(TimeDelta::microseconds(1), MAX_DURATION);
        let frame = Frame::prepare(&whole, range, bounded)?;
        let claims = by_subject(situation.claims);
        let mut hosts = Vec::with_capacity(named.len());
        let mut free = BTreeMap::new();
        for host in &named {
            let alone = Situation {
                hosts: std::slice::from_ref(host),
                ..*situation
            };
            let (open, host) = Host::prepare(&alone, situation.claims, &frame)?;
            let starts = host.free(&alone, claims_of(&claims, host.subject), &frame);
            free.insert(host.subject, Availability { open, starts });
            hosts.push(host);
        }
        let mut admission = Self {
            range,
            duration,
            offered: Offered::prepare(&whole, duration),
            notice: Notice::prepare(&whole),
            days: BookableDays::prepare(&whole)?,
            limits: Limits::prepare(&whole, range, bounded)?,
            allowed: IntervalSet::new(),
            hosts,
            root: Node::new(rule, &free, &frame),
        };
        let policies = admission.policies().into_iter();
        admission.allowed = policies.fold(IntervalSet::from([range]), |starts, policy| {
            policy.narrow(starts)
        });
        Ok(admission)
    }

    /// The policies that do not depend on who the hosts are.
    fn policies(&self) -> [&dyn Policy; 4] {
        [&self.offered, &self.notice, &self.days, &self.limits]
    }

    /// The starts within the prepared range that enough hosts can take, ascending, each once.
    #[must_use]
    pub fn starts(&self) -> Vec<DateTime<Utc>> {
        let mut starts = Vec::new();
        self.root.add_starts(&self.allowed, &mut starts);
        starts.sort();
        starts.dedup();
        let instants = starts.into_iter().map(DateTime::from_timestamp_micros);
        instants.flatten().collect()
    }

    /// Who takes a meeting that starts at `start`, in the order of the rule: of several candidates
    /// the first that can. The first of all is the organizer.
    ///
    /// # Errors
    ///
    /// [`NotHosted`] if no hosts that would do can take it: exactly for the instants that
    /// [`starts`](Self::starts) does not list.
    pub fn assign(&self, start: DateTime<Utc>) -> Result<Vec<SubjectId>, NotHosted> {
        let at = start.timestamp_micros();
        let allowed = self.allowed.enclosing(at);
        match allowed.and_then(|_| self.root.assign(at)) {
            Some(subjects) => Ok(subjects),
            None => Err(self.objections(start)),
        }
    }

    fn objections(&self, start: DateTime<Utc>) -> NotHosted {
        let meeting = Interval::starting_at(start, self.duration).ok();
        let Some(meeting) = meeting.filter(|_| self.range.contains(start)) else {
            return NotHosted {
                reasons: vec![Refusal::OutsideHours],
                hosts: Vec::new(),
            };
        };
        let at = meeting.start_micros();
        let only = IntervalSet::from([Interval::between(at, at + 1)]);
        let mut reasons = Vec::new();
        for policy in self.policies() {
            if policy.narrow(only.clone()).is_empty() {
                policy.objections(&meeting, &mut |refusal| reasons.push(refusal));
            }
        }
        reasons.extend(self.root.off_grid(at, &|subject| self.fitting(subject)));
        let hosts = self.hosts.iter().map(|host| HostObjections {
            subject: host.subject,
            reasons: host.objections(&meeting, &only),
        });
        NotHosted {
            reasons,
            hosts: hosts.filter(|host| !host.reasons.is_empty()).collect(),
        }
    }

    /// The starts of meetings that fit into the hours of a host who can be booked.
    fn fitting(&self, subject: SubjectId) -> IntervalSet {
        let host = self.hosts.iter().find(|host| host.subject == subject);
        host.filter(|host| !host.is_inactive)
            .map_or_else(IntervalSet::new, |host| host.fitting.clone())
    }
}

/// What decides about one host alone.
#[derive(Debug)]
struct Host<'a> {
    subject: SubjectId,
    is_inactive: bool,
    // The starts of meetings that fit into their hours, and the event type's.
    fitting: IntervalSet,
    busy: Busy<'a>,
}

impl<'a> Host<'a> {
    /// The only host of a situation, and when they are open: never if they cannot be booked any
    /// more, so that they do not shape a grid either.
    fn prepare(
        alone: &Situation<'_>,
        claims: &'a [Claim],
        frame: &Frame,
    ) -> Result<(IntervalSet, Self), UnknownTimeZone> {
        let open = frame.open_together(alone)?;
        let subject = alone.hosts[0].subject;
        let host = Self {
            subject,
            is_inactive: alone.inactive.contains(&subject),
            fitting: open.clone().starts_of(frame.length()),
            busy: Busy::prepare(alone, claims, frame.length()),
        };
        let open = if host.is_inactive {
            IntervalSet::new()
        } else {
            open
        };
        Ok((open, host))
    }

    /// The starts at which they could take a meeting beside their `claims`.
    fn free(&self, alone: &Situation<'_>, claims: &[Claim], frame: &Frame) -> IntervalSet {
        if self.is_inactive {
            return IntervalSet::new();
        }
        let busy = Busy::prepare(alone, claims, frame.length());
        busy.narrow(self.fitting.clone())
    }

    fn objections(&self, meeting: &Interval, only: &IntervalSet) -> Vec<Refusal> {
        let mut reasons = Vec::new();
        if self.is_inactive {
            let subject = self.subject;
            reasons.push(Refusal::HostInactive { subject });
        }
        if self.fitting.intersect(only).is_empty() {
            reasons.push(Refusal::OutsideHours);
        }
        if self.busy.narrow(only.clone()).is_empty() {
            self.busy
                .objections(meeting, &mut |refusal| reasons.push(refusal));
        }
        reasons
    }
}

/// The hours of everybody the rule names, in its order.
fn in_order<'a>(situation: &Situation<'a>, rule: &Hosts) -> Result<Vec<HostHours<'a>>, HostsError> {
    let known: BTreeMap<_, _> = situation
        .hosts
        .iter()
        .map(|host| (host.subject, *host))
        .collect();
    let hours = |subject| {
        known
            .get(&subject)
            .copied()
            .ok_or(HostsError::Unknown(subject))
    };
    rule.subjects().into_iter().map(hours).collect()
}

/// The claims with each subject's together; as they are if they come so, as from a store.
fn by_subject(claims: &[Claim]) -> Cow<'_, [Claim]> {
    if claims.is_sorted_by_key(|claim| claim.subject) {
        return Cow::Borrowed(claims);
    }
    let mut sorted = claims.to_vec();
    sorted.sort_by_key(|claim| (claim.subject, claim.during));
    Cow::Owned(sorted)
}

fn claims_of(sorted: &[Claim], subject: SubjectId) -> &[Claim] {
    let first = sorted.partition_point(|claim| claim.subject < subject);
    let end = sorted.partition_point(|claim| claim.subject <= subject);
    &sorted[first..end]
}
