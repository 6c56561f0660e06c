use astralis_core::availability::{AvailabilityRule, LocalTime, LocalWindow, Schedule, expand};
use astralis_core::model::{BookingWindow, BusyKind, Claim, EventType, OrgId, SubjectId, UserId};
use astralis_core::policy::{HostHours, Situation};
use astralis_core::time::{Interval, ZoneDatabase};
use chrono::{TimeDelta, Weekday};
use uuid::Uuid;

use crate::random::Random;
use crate::workloads::monday;

/// How long the meetings are that slots are searched for.
pub const DURATION: TimeDelta = TimeDelta::minutes(30);
/// How far apart their starts lie.
pub const STEP: TimeDelta = TimeDelta::minutes(15);

const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// Hosts who are only free together, their hours, and what takes their time.
#[derive(Debug)]
pub struct Hosts {
    /// What to call it in a table.
    pub name: &'static str,
    /// When all of them offer time.
    pub opening: Opening,
    /// The starts in question lie within it.
    pub range: Interval,
    /// What takes each host's time, in order of start; disjoint.
    pub busy: Vec<Vec<Interval>>,
    event_type: EventType,
    schedules: Vec<(SubjectId, Schedule)>,
    // Of all hosts, in order of start, as a store hands them over.
    claims: Vec<Claim>,
    zones: ZoneDatabase,
}

impl Hosts {
    /// Every workload that slots are searched in.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let with = |opening| {
            [
                Self::new("1 host, 60 days, 200 busy", opening, 1, 60, 200),
                Self::new("1 host, 365 days, 5000 busy", opening, 1, 365, 5000),
                Self::new("10 hosts, 60 days, 200 busy each", opening, 10, 60, 200),
                Self::new("100 hosts, 60 days, 200 busy each", opening, 100, 60, 200),
            ]
        };
        let openings = [Opening::AroundTheClock, Opening::OfficeHours];
        openings.into_iter().flat_map(with).collect()
    }

    fn new(name: &'static str, opening: Opening, hosts: u32, days: i64, busy: usize) -> Self {
        let range = Interval::starting_at(monday(), TimeDelta::days(days)).expect("some days");
        let numbers = 0..hosts;
        let busy: Vec<_> = numbers
            .clone()
            .map(|number| meetings(days, busy, &mut Random::seeded(number.into())))
            .collect();
        let schedules = numbers.map(|number| (subject(number), opening.schedule(number)));
        Self {
            name,
            opening,
            range,
            claims: claims(&busy),
            busy,
            event_type: half_hours(),
            schedules: schedules.collect(),
            zones: ZoneDatabase::bundled(),
        }
    }

    /// Everybody's hours, as [`situation`](Self::situation) borrows them.
    #[must_use]
    pub fn hours(&self) -> Vec<HostHours<'_>> {
        let schedules = self.schedules.iter();
        let hours = schedules.map(|(subject, schedule)| HostHours {
            subject: *subject,
            schedule,
        });
        hours.collect()
    }

    /// What the search is given.
    #[must_use]
    pub fn situation<'a>(&'a self, hours: &'a [HostHours<'a>]) -> Situation<'a> {
        Situation {
            event_type: &self.event_type,
            hosts: hours,
            claims: &self.claims,
            tallies: &[],
            inactive: &[],
            now: monday(),
            moving: None,
            zones: &self.zones,
        }
    }

    /// Every meeting on the grid of the hours that all hosts share, ascending. The rivals are
    /// given them; the search has to find them.
    #[must_use]
    pub fn candidates(&self) -> Vec<Interval> {
        let reach = self.range.padded(TimeDelta::zero(), DURATION);
        let open = |(_, schedule): &(_, Schedule)| {
            expand(schedule, reach, &self.zones).expect("the zones are known")
        };
        let together = self.schedules.iter().map(open);
        let together = together.reduce(|all, one| all.intersect(&one));
        let together = together.expect("there are hosts");
        let within = |window: Interval| {
            std::iter::successors(Some(window.start()), |start| Some(*start + STEP))
                .map_while(move |start| {
                    let candidate = Interval::starting_at(start, DURATION).ok()?;
                    window.encloses(&candidate).then_some(candidate)
                })
                .filter(|candidate| candidate.start() < self.range.end())
        };
        together.iter().flat_map(within).collect()
    }
}

/// Meetings between 7:00 and 13:00 UTC on weekdays, so that afternoons stay free even where a
/// hundred hosts must meet.
fn meetings(days: i64, count: usize, random: &mut Random) -> Vec<Interval> {
    let mornings: Vec<i64> = (0..days)
        .filter(|day| day % 7 < 5)
        .map(|day| (24 * day + 7) * 60)
        .collect();
    let minutes = [60, 30, 15]
        .into_iter()
        .find(|minutes| cells(&mornings, *minutes).count() >= count)
        .expect("the period has room for that many");
    let mut left = i64::try_from(cells(&mornings, minutes).count()).expect("a count of cells");
    let mut wanted = i64::try_from(count).expect("a count of meetings");
    let mut meetings = Vec::with_capacity(count);
    for cell in cells(&mornings, minutes) {
        if random.chance(wanted, left) {
            let length = 15 * (1 + random.below(minutes / 15));
            let start = monday() + TimeDelta::minutes(cell);
            let meeting = Interval::starting_at(start, TimeDelta::minutes(length));
            meetings.push(meeting.expect("a positive length"));
            wanted -= 1;
        }
        left -= 1;
    }
    meetings
}

/// Where cells of so many minutes begin, in minutes since the first Monday.
fn cells(mornings: &[i64], minutes: i64) -> impl Iterator<Item = i64> + '_ {
    let of_a_day = 6 * 60 / minutes;
    mornings
        .iter()
        .flat_map(move |morning| (0..of_a_day).map(move |cell| morning + cell * minutes))
}

fn subject(number: u32) -> SubjectId {
    UserId::new(Uuid::from_u128(2 + u128::from(number))).into()
}

/// When hosts offer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Every day, all day, as rooms and machines do.
    AroundTheClock,
    /// Eight hours on weekdays, not the same for all: from nine, eight or ten o'clock, in Paris,
    /// Berlin or Madrid.
    OfficeHours,
}

impl Opening {
    fn schedule(self, number: u32) -> Schedule {
        let zone = ["Europe/Paris", "Europe/Berlin", "Europe/Madrid"][number as usize / 3 % 3];
        let mut schedule = Schedule::closed(zone.parse().expect("a zone name"));
        let opens = [9, 8, 10][number as usize % 3];
        let (days, from, to) = match self {
            Self::AroundTheClock => (&WEEK[..], 0, 24),
            Self::OfficeHours => (&WEEK[..5], opens, opens + 8),
        };
        let hour = |hour: u16| LocalTime::from_minutes(hour * 60).expect("an hour of the day");
        schedule
            .rules
            .extend(days.iter().map(|day| AvailabilityRule {
                id: Uuid::nil().into(),
                days: (*day).into(),
                window: LocalWindow::new(hour(from), hour(to)).expect("it opens, then closes"),
                active: true,
                valid: None,
            }));
        schedule
    }
}

impl std::fmt::Display for Opening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AroundTheClock => "around the clock",
            Self::OfficeHours => "office hours",
        })
    }
}

fn half_hours() -> EventType {
    let slug = "half-hour".parse().expect("a slug");
    let (id, org) = (Uuid::from_u128(1).into(), OrgId::new(Uuid::from_u128(1)));
    EventType::builder(id, org, UserId::new(Uuid::from_u128(2)), slug, DURATION)
        .step(STEP)
        .booking_window(BookingWindow::Unbounded)
        .build()
        .expect("well-formed terms")
}

fn claims(busy: &[Vec<Interval>]) -> Vec<Claim> {
    let mut taken: Vec<(Interval, SubjectId)> = Vec::new();
    for (number, meetings) in (0..).zip(busy) {
        taken.extend(meetings.iter().map(|during| (*during, subject(number))));
    }
    taken.sort_unstable();
    let claim = |(number, (during, subject))| Claim {
        id: Uuid::from_u128(number).into(),
        org: OrgId::new(Uuid::from_u128(1)),
        subject,
        during,
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        event: Uuid::from_u128(number).into(),
        kind: BusyKind::Busy,
        exclusive: true,
        expires_at: None,
    };
    (0..).zip(taken).map(claim).collect()
}
