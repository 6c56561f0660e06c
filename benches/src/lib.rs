//! Workloads that the benchmarks share: the same data for every rival.

use astralis_core::availability::{AvailabilityRule, LocalTime, LocalWindow, Schedule};
use astralis_core::model::{BusyKind, Claim, EventType, OrgId, SubjectId, UserId};
use astralis_core::time::Interval;
use chrono::{DateTime, TimeDelta, Utc, Weekday};
use uuid::Uuid;

/// Where every workload begins: Monday 2 March 2026, midnight UTC.
#[must_use]
pub fn monday() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_409_600, 0).expect("an ordinary year")
}

/// Meetings of a quarter of an hour to two hours, one after the other with gaps, as a calendar
/// holds them; deterministic, ascending.
#[must_use]
pub fn calendar(count: usize) -> Vec<Interval> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut at = monday();
    let mut meetings = Vec::with_capacity(count);
    for _ in 0..count {
        at += TimeDelta::minutes(15 * random.below(20));
        let length = TimeDelta::minutes(15 * (1 + random.below(8)));
        meetings.push(Interval::starting_at(at, length).expect("a positive length"));
        at += length;
    }
    meetings
}

/// Questions of half an hour spread over `meetings`.
#[must_use]
pub fn questions(meetings: &[Interval], count: usize) -> Vec<Interval> {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let end = meetings.last().map_or_else(monday, Interval::end);
    let minutes = (end - monday()).num_minutes().max(1);
    let start = |_| monday() + TimeDelta::minutes(random.below(minutes));
    let half_hour = |start| Interval::starting_at(start, TimeDelta::minutes(30));
    (0..count)
        .map(start)
        .filter_map(|start| half_hour(start).ok())
        .collect()
}

/// A host open on weekdays from nine to five in Paris.
#[must_use]
pub fn office_hours() -> Schedule {
    let hour = |hour: u16| LocalTime::from_minutes(hour * 60).expect("an hour of the day");
    let window = LocalWindow::new(hour(9), hour(17)).expect("nine is before five");
    let mut schedule = Schedule::closed("Europe/Paris".parse().expect("a zone name"));
    for day in [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
    ] {
        let id = Uuid::nil().into();
        schedule.rules.push(AvailabilityRule {
            id,
            day,
            window,
            active: true,
            valid: None,
        });
    }
    schedule
}

/// Whom the workloads are about.
#[must_use]
pub fn host() -> UserId {
    UserId::new(Uuid::from_u128(2))
}

/// A meeting of half an hour that may start every quarter of an hour.
#[must_use]
pub fn half_hours() -> EventType {
    let slug = "half-hour".parse().expect("a slug");
    let org = OrgId::new(Uuid::from_u128(1));
    let id = Uuid::from_u128(3).into();
    EventType::builder(id, org, host(), slug, TimeDelta::minutes(30))
        .step(TimeDelta::minutes(15))
        .booking_window(astralis_core::model::BookingWindow::Unbounded)
        .build()
        .expect("well-formed terms")
}

/// `meetings` as claims on the host.
#[must_use]
pub fn claims(meetings: &[Interval]) -> Vec<Claim> {
    let subject: SubjectId = host().into();
    let claim = |(number, during): (usize, &Interval)| Claim {
        id: Uuid::from_u128(number as u128).into(),
        org: OrgId::new(Uuid::from_u128(1)),
        subject,
        during: *during,
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        event: Uuid::from_u128(number as u128).into(),
        kind: BusyKind::Busy,
        exclusive: true,
        expires_at: None,
    };
    meetings.iter().enumerate().map(claim).collect()
}

/// SplitMix64: the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) >> 1).expect("63 bits") % bound
    }
}
