//! Where a start is the last that can be had, and the next microsecond is not.

use astralis_core::availability::{AvailabilityRule, LocalWindow, Schedule};
use astralis_core::model::{BusyKind, Claim, EventType, EventTypeBuilder};
use astralis_core::policy::{Admission, HostHours, Refusal, Situation};
use astralis_core::time::{Interval, ZoneDatabase};
use astralis_testkit::generators::{host, org};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

const MICROSECOND: TimeDelta = TimeDelta::microseconds(1);

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn minutes(count: i64) -> TimeDelta {
    TimeDelta::minutes(count)
}

fn half_hour() -> EventTypeBuilder {
    let slug = "intro".parse().unwrap();
    EventType::builder(Uuid::nil().into(), org(), host(), slug, minutes(30))
}

fn claim(start: DateTime<Utc>, end: DateTime<Utc>) -> Claim {
    Claim {
        id: Uuid::from_u128(1).into(),
        org: org(),
        subject: host().into(),
        during: Interval::new(start, end).unwrap(),
        buffer_before: TimeDelta::zero(),
        buffer_after: TimeDelta::zero(),
        event: Uuid::from_u128(1).into(),
        kind: BusyKind::Busy,
        exclusive: true,
        expires_at: None,
    }
}

/// What speaks against each of `starts` on Monday 2 March 2026, open from nine to five, UTC.
fn reasons<const N: usize>(
    event_type: &EventType,
    claims: &[Claim],
    now: DateTime<Utc>,
    starts: [DateTime<Utc>; N],
) -> [Vec<Refusal>; N] {
    let mut schedule = Schedule::closed("UTC".parse().unwrap());
    schedule.rules.push(AvailabilityRule {
        id: Uuid::nil().into(),
        days: chrono::Weekday::Mon.into(),
        window: LocalWindow::new("09:00".parse().unwrap(), "17:00".parse().unwrap()).unwrap(),
        active: true,
        valid: None,
    });
    let zones = ZoneDatabase::bundled();
    let situation = Situation {
        event_type,
        hosts: &[HostHours {
            subject: host().into(),
            schedule: &schedule,
        }],
        claims,
        tallies: &[],
        inactive: &[],
        now,
        moving: None,
        zones: &zones,
    };
    let day = "2026-03-02T00:00Z/2026-03-03T00:00Z".parse().unwrap();
    let admission = Admission::prepare(&situation, day, minutes(30)).unwrap();
    starts.map(|start| admission.reasons(start))
}

fn codes<const N: usize>(reasons: &[Vec<Refusal>; N]) -> [Vec<&'static str>; N] {
    reasons
        .each_ref()
        .map(|reasons| reasons.iter().map(Refusal::code).collect())
}

#[test]
fn a_meeting_may_end_where_a_claims_buffer_begins_and_no_later() {
    let (event_type, now) = (half_hour().build().unwrap(), at("2026-03-01T00:00:00Z"));
    let start = at("2026-03-02T10:00:00Z");
    for (late, expected) in [
        (TimeDelta::zero(), vec![]),
        (-MICROSECOND, vec!["taken"]),
        (MICROSECOND, vec![]),
    ] {
        let mut claim = claim(start + minutes(45) + late, start + minutes(60));
        claim.buffer_before = minutes(15);
        let [found] = codes(&reasons(&event_type, &[claim], now, [start]));
        assert_eq!(found, expected, "{late}");
    }
}

#[test]
fn a_meeting_may_begin_where_a_claims_buffer_ends_and_no_earlier() {
    let (event_type, now) = (half_hour().build().unwrap(), at("2026-03-01T00:00:00Z"));
    let start = at("2026-03-02T10:00:00Z");
    for (late, expected) in [
        (TimeDelta::zero(), vec![]),
        (-MICROSECOND, vec![]),
        (MICROSECOND, vec!["taken"]),
    ] {
        let mut claim = claim(start - minutes(45), start - minutes(15) + late);
        claim.buffer_after = minutes(15);
        let [found] = codes(&reasons(&event_type, &[claim], now, [start]));
        assert_eq!(found, expected, "{late}");
    }
}

#[test]
fn the_last_start_that_fits_is_the_last_one_in_the_hours() {
    let (event_type, now) = (half_hour().build().unwrap(), at("2026-03-01T00:00:00Z"));
    let last = at("2026-03-02T16:30:00Z");
    let starts = [last - MICROSECOND, last, last + MICROSECOND];
    assert_eq!(
        codes(&reasons(&event_type, &[], now, starts)),
        [vec!["offGrid"], vec![], vec!["outsideHours"]]
    );
}

#[test]
fn a_claim_of_a_microsecond_takes_the_one_meeting_it_lies_in() {
    let (event_type, now) = (half_hour().build().unwrap(), at("2026-03-01T00:00:00Z"));
    let ten = at("2026-03-02T10:00:00Z");
    let starts = [ten - minutes(30), ten, ten + minutes(30)];
    for (from, expected) in [
        (ten - MICROSECOND, [vec!["taken"], vec![], vec![]]),
        (ten, [vec![], vec!["taken"], vec![]]),
        (
            ten + minutes(30) - MICROSECOND,
            [vec![], vec!["taken"], vec![]],
        ),
        (ten + minutes(30), [vec![], vec![], vec!["taken"]]),
    ] {
        let claims = [claim(from, from + MICROSECOND)];
        let found = codes(&reasons(&event_type, &claims, now, starts));
        assert_eq!(found, expected, "{from}");
    }
}

#[test]
fn the_earliest_start_that_a_refusal_for_notice_names_can_be_had() {
    let event_type = half_hour().minimum_notice(minutes(60)).build().unwrap();
    // The starts that are offered are whole microseconds; the clock is finer.
    let ten = at("2026-03-02T10:00:00Z");
    let nanosecond = TimeDelta::nanoseconds(1);
    for (now, earliest) in [
        (ten - minutes(60) - nanosecond, ten),
        (ten - minutes(60), ten),
        (ten - minutes(60) + nanosecond, ten + MICROSECOND),
        (ten - minutes(60) + MICROSECOND, ten + MICROSECOND),
    ] {
        let half_past_nine = ten - minutes(30);
        let starts = [half_past_nine, ten, earliest];
        let [early, at_ten, at_earliest] = reasons(&event_type, &[], now, starts);
        assert_eq!(early, [Refusal::MinimumNotice { earliest }], "{now}");
        assert_eq!(at_ten.is_empty(), earliest == ten, "{now}");
        let is_too_soon = |refusal: &Refusal| refusal.code() == "minimumNotice";
        assert!(!at_earliest.iter().any(is_too_soon), "{now}");
    }
}
