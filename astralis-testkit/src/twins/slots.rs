use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use astralis_core::model::{
    Blocking, BookingWindow, BufferRule, Claim, EventType, LimitAmount, LimitPeriod,
};
use astralis_core::policy::Situation;
use astralis_core::time::{Interval, Zone};
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};

use crate::twins::availability::begun_date;
use crate::twins::{is_local_midnight, is_open};

const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// Decides about meetings minute by minute and claim by claim. Remembers which minutes it found
/// open, and nothing else.
#[derive(Debug)]
pub struct NaivePolicy<'a> {
    situation: Situation<'a>,
    open: RefCell<BTreeMap<DateTime<Utc>, bool>>,
}

impl<'a> NaivePolicy<'a> {
    /// A policy for one situation.
    #[must_use]
    pub const fn new(situation: Situation<'a>) -> Self {
        Self {
            situation,
            open: RefCell::new(BTreeMap::new()),
        }
    }

    /// Every whole minute within `range` at which a meeting of `duration` can be booked, found
    /// by trying each.
    ///
    /// # Panics
    ///
    /// If a zone of the situation is unknown.
    #[must_use]
    pub fn offered_starts(&self, range: Interval, duration: TimeDelta) -> Vec<DateTime<Utc>> {
        let minutes = std::iter::successors(Some(range.start()), |at| Some(*at + MINUTE));
        minutes
            .take_while(|at| *at < range.end())
            .filter(|at| self.objections(*at, duration).is_empty())
            .collect()
    }

    /// The codes of everything that speaks against a meeting.
    ///
    /// # Panics
    ///
    /// If a zone of the situation is unknown.
    #[must_use]
    pub fn objections(&self, start: DateTime<Utc>, duration: TimeDelta) -> BTreeSet<&'static str> {
        let situation = &self.situation;
        let event_type = situation.event_type;
        let mut objections = BTreeSet::new();
        let mut object = |holds: bool, code| {
            if holds {
                objections.insert(code);
            }
        };
        let keeps_length = situation
            .moving
            .is_some_and(|moving| moving.event.when.duration() == duration);
        object(
            !event_type.durations.contains(&duration) && !keeps_length,
            "durationNotOffered",
        );
        object(!event_type.active, "eventTypeInactive");
        let gone = situation
            .hosts
            .iter()
            .any(|host| situation.inactive.contains(&host.subject));
        object(gone, "hostInactive");
        object(start < situation.now, "inThePast");
        let too_soon = start >= situation.now && start - situation.now < event_type.minimum_notice;
        object(too_soon, "minimumNotice");
        object(!on_a_bookable_day(situation, start), "outsideBookingWindow");
        let open = minutes_of(start, duration).all(|at| self.is_open_for_all(at));
        object(!open, "outsideHours");
        object(open && !self.is_on_grid(start, duration), "offGrid");
        let taken = situation
            .claims
            .iter()
            .any(|claim| blocks(situation, claim, start, start + duration));
        object(taken, "taken");
        object(!within_limits(situation, start, duration), "limitReached");
        objections
    }

    fn is_open_for_all(&self, at: DateTime<Utc>) -> bool {
        *self.open.borrow_mut().entry(at).or_insert_with(|| {
            let own = self.situation.event_type.hours.as_ref();
            let hosts = self.situation.hosts.iter().map(|host| host.schedule);
            hosts
                .chain(own)
                .all(|schedule| is_open(schedule, at, self.situation.zones))
        })
    }

    /// Walks back to where the opening, or the local day, begins, and counts the steps.
    fn is_on_grid(&self, start: DateTime<Utc>, duration: TimeDelta) -> bool {
        let Situation {
            event_type,
            hosts,
            zones,
            ..
        } = self.situation;
        let grid = event_type.hours.as_ref().unwrap_or(hosts[0].schedule);
        let mut anchor = start;
        while self.is_open_for_all(anchor - MINUTE) && !is_local_midnight(grid, anchor, zones) {
            anchor -= MINUTE;
        }
        let step = event_type.step.unwrap_or(duration);
        (start - anchor).num_minutes() % step.num_minutes() == 0
    }
}

fn minutes_of(start: DateTime<Utc>, duration: TimeDelta) -> impl Iterator<Item = DateTime<Utc>> {
    (0..duration.num_minutes()).map(move |minute| start + TimeDelta::minutes(minute))
}

fn blocks(
    situation: &Situation<'_>,
    claim: &Claim,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> bool {
    let counts = situation
        .hosts
        .iter()
        .any(|host| host.subject == claim.subject)
        && (claim.exclusive
            || situation.event_type.busy_policy.blocking(claim.kind) == Blocking::Hard)
        && claim.expires_at.is_none_or(|at| situation.now < at)
        && situation
            .moving
            .is_none_or(|moving| moving.event.id != claim.event);
    counts && !far_enough(situation.event_type, claim, start, end)
}

fn far_enough(
    event_type: &EventType,
    claim: &Claim,
    start: DateTime<Utc>,
    end: DateTime<Utc>,
) -> bool {
    let gap = |after: TimeDelta, before: TimeDelta| match event_type.buffer_rule {
        BufferRule::Sum => after + before,
        _ => after.max(before),
    };
    let claim_is_first = claim.during.end() <= start
        && start - claim.during.end() >= gap(claim.buffer_after, event_type.buffer_before);
    let meeting_is_first = end <= claim.during.start()
        && claim.during.start() - end >= gap(event_type.buffer_after, claim.buffer_before);
    claim_is_first || meeting_is_first
}

fn organizer_zone(situation: &Situation<'_>) -> Zone {
    situation
        .zones
        .zone(&situation.hosts[0].schedule.time_zone)
        .expect("a known zone")
}

fn on_a_bookable_day(situation: &Situation<'_>, start: DateTime<Utc>) -> bool {
    let zone = organizer_zone(situation);
    let (today, date) = (begun_date(&zone, situation.now), begun_date(&zone, start));
    match situation.event_type.booking_window {
        BookingWindow::Rolling { days } => today <= date && date <= today + Days::new(days.into()),
        BookingWindow::Dates { first, last } => first <= date && date <= last,
        _ => true,
    }
}

fn within_limits(situation: &Situation<'_>, start: DateTime<Utc>, duration: TimeDelta) -> bool {
    let zone = organizer_zone(situation);
    situation.event_type.limits.iter().all(|limit| {
        let period = |at| period_of(limit.period, begun_date(&zone, at));
        let same = situation.tallies.iter().filter(|tally| {
            situation
                .moving
                .is_none_or(|moving| moving.booking.id != tally.booking)
                && period(tally.start) == period(start)
        });
        match limit.amount {
            LimitAmount::Bookings(most) => same.count() < most as usize,
            LimitAmount::Minutes(most) => {
                let used: i64 = same.map(|tally| tally.duration.num_minutes()).sum();
                used + duration.num_minutes() <= i64::from(most)
            }
            _ => unreachable!("the twin knows every kind of limit"),
        }
    })
}

fn period_of(period: LimitPeriod, date: NaiveDate) -> (i32, u32) {
    match period {
        LimitPeriod::Day => (date.year(), date.ordinal()),
        LimitPeriod::Week => (date.iso_week().year(), date.iso_week().week()),
        LimitPeriod::Month => (date.year(), date.month()),
        _ => (date.year(), 0),
    }
}
