//! Random schedules, event types and claims for property tests: ordinary and odd, but always
//! well-formed.

use astralis_core::availability::{
    AvailabilityRule, DateOverride, LocalTime, LocalWindow, Schedule, TravelSegment,
};
use astralis_core::model::{
    BookingWindow, BufferRule, BusyKind, Claim, EventType, Limit, LimitAmount, LimitPeriod, OrgId,
    SubjectId, UserId,
};
use astralis_core::time::{Interval, TimeZoneName};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc, Weekday};
use proptest::prelude::*;
use uuid::Uuid;

/// A zone with a day on which its clock does something worth testing.
pub const ODD_DAYS: [(&str, &str); 12] = [
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Pacific/Apia", "2011-12-30"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Asia/Kathmandu", "2026-05-05"),
    ("Pacific/Chatham", "2026-09-27"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Europe/Paris", "2026-03-29"),
    ("Europe/Paris", "2026-10-25"),
    ("America/Vancouver", "2026-12-05"),
    ("UTC", "2026-12-31"),
];

/// The organization that generated things belong to.
#[must_use]
pub fn org() -> OrgId {
    OrgId::new(Uuid::from_u128(1))
}

/// The host that generated things belong to.
#[must_use]
pub fn host() -> UserId {
    UserId::new(Uuid::from_u128(2))
}

/// A zone and one of its odd days.
pub fn odd_day() -> impl Strategy<Value = (TimeZoneName, NaiveDate)> {
    prop::sample::select(ODD_DAYS.as_slice()).prop_map(|(zone, day)| {
        (
            zone.parse().expect("a zone name"),
            day.parse().expect("a date"),
        )
    })
}

fn local_window() -> impl Strategy<Value = LocalWindow> {
    // Quarter hours, so that windows often touch and overlap.
    (0_u16..=96, 0_u16..=96).prop_filter_map("empty", |(start, end)| {
        let time = |quarter: u16| LocalTime::from_minutes(quarter * 15);
        let (start, end) = (time(start)?, time(end)?);
        LocalWindow::new(start, end)
            .or_else(|_| LocalWindow::until_next_day(start, end))
            .ok()
    })
}

fn weekday() -> impl Strategy<Value = Weekday> {
    (0_u8..7).prop_map(|day| Weekday::try_from(day).expect("a week has seven days"))
}

/// A schedule in `zone` with rules on all days and some overrides and travel around `date`.
pub fn schedule(zone: TimeZoneName, date: NaiveDate) -> impl Strategy<Value = Schedule> {
    let rule = (weekday(), local_window(), prop::bool::weighted(0.9));
    let rules = prop::collection::vec(rule, 4..16).prop_map(|rules| {
        let rule = |(day, window, active)| AvailabilityRule {
            id: Uuid::nil().into(),
            day,
            window,
            active,
            valid: None,
        };
        rules.into_iter().map(rule).collect::<Vec<_>>()
    });
    let overridden = (0_u64..6, prop::collection::vec(local_window(), 0..3));
    let overrides = prop::collection::btree_map(0_u64..6, overridden, 0..2).prop_map(move |days| {
        days.into_iter()
            .map(|(day, (_, windows))| DateOverride {
                id: Uuid::nil().into(),
                date: date - Days::new(2) + Days::new(day),
                windows,
            })
            .collect::<Vec<_>>()
    });
    let travel =
        prop::option::weighted(0.2, (0_u64..4, 0_u64..3, odd_day())).prop_map(move |trip| {
            trip.map(|(first, days, (time_zone, _))| {
                let first = date - Days::new(2) + Days::new(first);
                TravelSegment {
                    first,
                    last: first + Days::new(days),
                    time_zone,
                }
            })
        });
    (rules, overrides, travel).prop_map(move |(rules, overrides, travel)| Schedule {
        time_zone: zone.clone(),
        rules,
        overrides,
        valid: None,
        travel: travel.into_iter().collect(),
    })
}

fn limits() -> impl Strategy<Value = Vec<Limit>> {
    use LimitPeriod::{Day, Month, Week, Year};

    let period = prop::sample::select([Day, Week, Month, Year].as_slice());
    let amount = prop_oneof![
        (1_u32..4).prop_map(LimitAmount::Bookings),
        (30_u32..200).prop_map(LimitAmount::Minutes),
    ];
    prop::collection::vec(
        (period, amount).prop_map(|(period, amount)| Limit { period, amount }),
        0..2,
    )
}

/// An event type of [`host`] with random terms.
pub fn event_type() -> impl Strategy<Value = EventType> {
    let minutes = |list: &'static [i64]| prop::sample::select(list).prop_map(TimeDelta::minutes);
    let terms = (
        minutes(&[5, 15, 20, 30, 45, 60, 90]),
        prop::option::of(minutes(&[5, 10, 15, 25, 30, 60])),
        minutes(&[0, 0, 5, 15, 30]),
        minutes(&[0, 0, 10, 15, 60]),
        prop::sample::select([BufferRule::Max, BufferRule::Sum].as_slice()),
        minutes(&[0, 0, 1, 60, 1440]),
    );
    let window = prop_oneof![
        Just(BookingWindow::Unbounded),
        (0_u32..5).prop_map(|days| BookingWindow::Rolling { days }),
    ];
    (terms, window, limits()).prop_map(
        |((duration, step, before, after, rule, notice), window, limits)| {
            let slug = "generated".parse().expect("a slug");
            let id = Uuid::from_u128(3).into();
            let builder = EventType::builder(id, org(), host(), slug, duration)
                .buffer_before(before)
                .buffer_after(after)
                .buffer_rule(rule)
                .minimum_notice(notice)
                .booking_window(window)
                .limits(limits);
            let builder = match step {
                Some(step) => builder.step(step),
                None => builder,
            };
            builder.build().expect("generated terms are well-formed")
        },
    )
}

/// Claims on `subject` that begin within three days from `from`.
pub fn claims(subject: SubjectId, from: DateTime<Utc>) -> impl Strategy<Value = Vec<Claim>> {
    use BusyKind::{AllDay, Busy, Free, OutOfOffice, Tentative};

    let kind =
        prop::sample::select([Busy, Busy, Busy, Tentative, OutOfOffice, AllDay, Free].as_slice());
    let buffer = || prop::sample::select([0_i64, 0, 5, 20].as_slice()).prop_map(TimeDelta::minutes);
    let claim = (0_i64..3 * 288, 1_i64..24, buffer(), buffer(), kind);
    prop::collection::vec(claim, 0..12).prop_map(move |claims| {
        claims
            .into_iter()
            .enumerate()
            .map(
                |(number, (start, length, buffer_before, buffer_after, kind))| {
                    let start = from + TimeDelta::minutes(5 * start);
                    Claim {
                        id: Uuid::from_u128(1000 + number as u128).into(),
                        org: org(),
                        subject,
                        during: Interval::starting_at(start, TimeDelta::minutes(5 * length))
                            .expect("a positive length"),
                        buffer_before,
                        buffer_after,
                        event: Uuid::from_u128(2000 + number as u128).into(),
                        kind,
                        exclusive: false,
                        expires_at: None,
                    }
                },
            )
            .collect()
    })
}
