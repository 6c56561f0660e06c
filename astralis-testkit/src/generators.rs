//! Random schedules, event types and claims for property tests: ordinary and odd, but always
//! well-formed.

mod recurrence;

pub use recurrence::{recurrence_rule, recurring_dates, rule_text};

use astralis_core::availability::{
    AvailabilityRule, DateOverride, DateRange, LocalTime, LocalWindow, RuleDays, Schedule,
    TravelSegment,
};
use astralis_core::model::{
    Blocking, BookingWindow, BufferRule, BusyKind, BusyPolicy, Claim, EventType, Limit,
    LimitAmount, LimitPeriod, OrgId, SubjectId, UserId,
};
use astralis_core::time::{Interval, TimeZoneName};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc, Weekday};
use proptest::prelude::*;
use uuid::Uuid;

/// A zone with a day on which its clock does something worth testing.
pub const ODD_DAYS: [(&str, &str); 13] = [
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Pacific/Apia", "2011-12-30"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("America/Goose_Bay", "2003-10-26"),
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

fn rule(
    days: impl Strategy<Value = RuleDays>,
    date: NaiveDate,
) -> impl Strategy<Value = AvailabilityRule> {
    let validity = prop::option::weighted(0.1, dates_around(date));
    let parts = (days, local_window(), prop::bool::weighted(0.9), validity);
    parts.prop_map(|(days, window, active, valid)| AvailabilityRule {
        id: Uuid::nil().into(),
        days,
        window,
        active,
        valid,
    })
}

/// A schedule in `zone` with rules on all days, and some that recur otherwise, overrides and travel
/// around `date`.
pub fn schedule(zone: TimeZoneName, date: NaiveDate) -> impl Strategy<Value = Schedule> {
    let weekly = rule(weekday().prop_map(RuleDays::Weekly), date);
    let recurring = rule(recurring_dates(date).prop_map(RuleDays::Recurring), date);
    let rules = (
        prop::collection::vec(weekly, 0..16),
        prop::option::of(prop::collection::vec(recurring, 1..4)),
    );
    let rules = rules.prop_map(|(weekly, recurring)| {
        let recurring = recurring.unwrap_or_default();
        recurring.into_iter().chain(weekly).collect::<Vec<_>>()
    });
    let overridden = prop::collection::vec(local_window(), 0..3);
    let overrides = prop::collection::btree_map(0_u64..6, overridden, 0..2).prop_map(move |days| {
        days.into_iter()
            .map(|(day, windows)| DateOverride {
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
    let valid = prop::option::weighted(0.1, dates_around(date));
    (rules, overrides, travel, valid).prop_map(move |(rules, overrides, travel, valid)| Schedule {
        time_zone: zone.clone(),
        rules,
        overrides,
        valid,
        travel: travel.into_iter().collect(),
    })
}

/// A few dates from shortly before `date` on.
fn dates_around(date: NaiveDate) -> impl Strategy<Value = DateRange> {
    (0_u64..3, 0_u64..4).prop_map(move |(first, days)| {
        let first = date - Days::new(1) + Days::new(first);
        DateRange {
            first: Some(first),
            last: Some(first + Days::new(days)),
        }
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

/// An event type of [`host`] with random terms, sometimes with hours of its own.
pub fn event_type(zone: TimeZoneName, date: NaiveDate) -> impl Strategy<Value = EventType> {
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
        (0_u64..2, 0_u64..3).prop_map(move |(first, days)| {
            let first = date - Days::new(1) + Days::new(first);
            BookingWindow::Dates {
                first,
                last: first + Days::new(days),
            }
        }),
    ];
    let hours = prop::option::weighted(0.2, schedule(zone, date));
    let policy = (blocking(), blocking()).prop_map(|(tentative, all_day)| BusyPolicy {
        tentative,
        all_day,
        ..BusyPolicy::default()
    });
    let state = (prop::bool::weighted(0.3), prop::bool::weighted(0.97));
    (terms, window, limits(), hours, policy, state).prop_map(
        |((duration, step, before, after, rule, notice), window, limits, hours, policy, state)| {
            let (two_lengths, active) = state;
            let slug = "generated".parse().expect("a slug");
            let id = Uuid::from_u128(3).into();
            let other = duration + TimeDelta::minutes(10);
            let mut event_type = EventType::builder(id, org(), host(), slug, duration)
                .durations(if two_lengths {
                    vec![duration, other]
                } else {
                    vec![duration]
                })
                .buffer_before(before)
                .buffer_after(after)
                .buffer_rule(rule)
                .minimum_notice(notice)
                .booking_window(window)
                .limits(limits)
                .busy_policy(policy)
                .build()
                .expect("generated terms are well-formed");
            event_type.step = step;
            event_type.hours = hours;
            event_type.active = active;
            event_type
        },
    )
}

fn blocking() -> impl Strategy<Value = Blocking> {
    use Blocking::{Hard, Ignored, Soft};

    prop::sample::select([Hard, Soft, Ignored].as_slice())
}

/// Claims on `subject` that begin within three days from `from`.
pub fn claims(subject: SubjectId, from: DateTime<Utc>) -> impl Strategy<Value = Vec<Claim>> {
    use BusyKind::{AllDay, Busy, Free, OutOfOffice, Tentative};

    let kind =
        prop::sample::select([Busy, Busy, Busy, Tentative, OutOfOffice, AllDay, Free].as_slice());
    let buffer = || prop::sample::select([0_i64, 0, 5, 20].as_slice()).prop_map(TimeDelta::minutes);
    let expiry = prop::option::weighted(0.2, 0_i64..72);
    let claim = (
        0_i64..3 * 288,
        1_i64..24,
        (buffer(), buffer()),
        kind,
        expiry,
        any::<bool>(),
    );
    prop::collection::vec(claim, 0..12).prop_map(move |claims| {
        claims
            .into_iter()
            .enumerate()
            .map(
                |(number, (start, length, buffers, kind, expiry, exclusive))| {
                    let start = from + TimeDelta::minutes(5 * start);
                    Claim {
                        id: Uuid::from_u128(1000 + number as u128).into(),
                        org: org(),
                        subject,
                        during: Interval::starting_at(start, TimeDelta::minutes(5 * length))
                            .expect("a positive length"),
                        buffer_before: buffers.0,
                        buffer_after: buffers.1,
                        event: Uuid::from_u128(2000 + number as u128).into(),
                        kind,
                        exclusive,
                        expires_at: expiry.map(|hours| from + TimeDelta::hours(hours)),
                    }
                },
            )
            .collect()
    })
}
