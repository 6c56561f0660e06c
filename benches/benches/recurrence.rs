//! When does a meeting take place that repeats? Ours finds the window by division, the crate
//! `rrule` walks there.

use std::hint::black_box;

use astralis_benches::rivals::Rrule;
use astralis_benches::workloads::RepeatedMeeting;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

fn windows_of_all_meetings(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("recurrence");
    for meeting in RepeatedMeeting::all() {
        let rrule = Rrule::read(&meeting);
        let find = || black_box(&meeting.series).occurrences(meeting.window);
        let found = find().expect("within the bounds");
        let starts: Vec<_> = found.iter().map(|one| one.during.start()).collect();
        assert_eq!(starts, rrule.starts(meeting.window));

        let name = format!("{}, {}", meeting.name, meeting.asked);
        group.bench_function(BenchmarkId::new("occurrences", &name), |b| b.iter(find));
        group.bench_function(BenchmarkId::new("rrule", &name), |b| {
            b.iter(|| black_box(&rrule).starts(meeting.window));
        });
    }
    group.finish();
}

criterion_group!(benches, windows_of_all_meetings);
criterion_main!(benches);
