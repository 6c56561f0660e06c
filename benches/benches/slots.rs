//! Which starts can be offered? The slot search against a bare two-pointer sweep that is given
//! all candidates and knows no rules, and against holding every slot against every event.

use std::hint::black_box;

use astralis_benches::rivals::{bare_sweep, every_slot_every_event};
use astralis_benches::workloads::{DURATION, Hosts};
use astralis_core::slots;
use astralis_core::time::Interval;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

fn slots_of_all_hosts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("slots");
    for hosts in Hosts::all() {
        let hours = hosts.hours();
        let situation = hosts.situation(&hours);
        let candidates = hosts.candidates();
        let (candidates, busy) = (candidates.as_slice(), hosts.busy.as_slice());
        let search = || slots::search(black_box(&situation), hosts.range, DURATION);

        let found = search().expect("the zones are known");
        let found: Vec<Interval> = found.iter().map(|slot| slot.during).collect();
        assert_eq!(found, bare_sweep(candidates, busy));
        assert_eq!(found, every_slot_every_event(candidates, busy));

        let name = format!("{}, {}", hosts.name, hosts.opening);
        group.bench_function(BenchmarkId::new("search", &name), |b| b.iter(search));
        group.bench_function(BenchmarkId::new("bare sweep", &name), |b| {
            b.iter(|| bare_sweep(black_box(candidates), black_box(busy)));
        });
        group.bench_function(BenchmarkId::new("every slot × every event", &name), |b| {
            b.iter(|| every_slot_every_event(black_box(candidates), black_box(busy)));
        });
    }
    group.finish();
}

criterion_group!(benches, slots_of_all_hosts);
criterion_main!(benches);
