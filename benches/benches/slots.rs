//! Which starts can be offered? The slot search against a bare two-pointer sweep over sorted
//! instants that knows no rules, and against trying every slot with every meeting.

use std::hint::black_box;

use astralis_benches::{calendar, claims, half_hours, host, monday, office_hours};
use astralis_core::availability::expand;
use astralis_core::policy::{HostHours, Situation};
use astralis_core::slots;
use astralis_core::time::{Interval, ZoneDatabase};
use chrono::TimeDelta;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

const STEP: i64 = 15 * 60_000_000;
const LENGTH: i64 = 30 * 60_000_000;

fn one_host(criterion: &mut Criterion) {
    let zones = ZoneDatabase::bundled();
    let (schedule, event_type) = (office_hours(), half_hours());
    let mut group = criterion.benchmark_group("slots, one host, step 15 min");
    for (days, busy) in [(60, 200), (365, 5000)] {
        let meetings = calendar(busy);
        let claims = claims(&meetings);
        let range = Interval::starting_at(monday(), TimeDelta::days(days)).expect("some days");
        let situation = Situation {
            event_type: &event_type,
            hosts: &[HostHours {
                subject: host().into(),
                schedule: &schedule,
            }],
            claims: &claims,
            tallies: &[],
            inactive: &[],
            now: monday(),
            moving: None,
            zones: &zones,
        };
        let reach = range.padded(TimeDelta::zero(), TimeDelta::minutes(30));
        let open = expand(&schedule, reach, &zones).expect("known zones");
        let search =
            || slots::search(&situation, range, TimeDelta::minutes(30)).map(|found| found.len());
        let swept = || sweep(open.as_slice(), &meetings, range);
        let naive = || every_slot_with_every_meeting(open.as_slice(), &meetings, range);
        assert_eq!(search(), Ok(swept()));
        assert_eq!(swept(), naive());
        let name = format!("{days} days, {busy} busy");
        group.bench_function(BenchmarkId::new("search", &name), |b| {
            b.iter(|| black_box(search()))
        });
        group.bench_function(BenchmarkId::new("sweep", &name), |b| {
            b.iter(|| black_box(swept()))
        });
        group.bench_function(BenchmarkId::new("naive", &name), |b| {
            b.iter(|| black_box(naive()))
        });
    }
    group.finish();
}

/// The starts of every slot in the open windows.
fn starts(open: &[Interval], range: Interval) -> impl Iterator<Item = i64> + '_ {
    open.iter().flat_map(move |window| {
        let last = (window.end_micros() - LENGTH).min(range.end_micros() - 1);
        (0..)
            .map(move |k| window.start_micros() + k * STEP)
            .take_while(move |start| *start <= last)
    })
}

fn sweep(open: &[Interval], meetings: &[Interval], range: Interval) -> usize {
    let mut next = 0;
    starts(open, range)
        .filter(|start| {
            while meetings
                .get(next)
                .is_some_and(|meeting| meeting.end_micros() <= *start)
            {
                next += 1;
            }
            meetings
                .get(next)
                .is_none_or(|meeting| meeting.start_micros() >= start + LENGTH)
        })
        .count()
}

fn every_slot_with_every_meeting(
    open: &[Interval],
    meetings: &[Interval],
    range: Interval,
) -> usize {
    starts(open, range)
        .filter(|start| {
            meetings.iter().all(|meeting| {
                meeting.end_micros() <= *start || start + LENGTH <= meeting.start_micros()
            })
        })
        .count()
}

criterion_group!(benches, one_host);
criterion_main!(benches);
