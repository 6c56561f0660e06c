//! Is somebody free? The conflict index against a scan of everything.

use std::hint::black_box;

use astralis_benches::workloads::{calendar, questions};
use astralis_core::conflict::ConflictIndex;
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};

fn any_overlap(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("any overlap, 1000 questions");
    for count in [100, 10_000] {
        let meetings = calendar(count);
        let questions = questions(&meetings, 1000);
        let index: ConflictIndex<_, _> = meetings
            .iter()
            .enumerate()
            .map(|(id, meeting)| ((), *meeting, id))
            .collect();
        let indexed = || {
            questions
                .iter()
                .filter(|question| index.is_free(&(), question))
                .count()
        };
        let scanned = || {
            let free = |question| !meetings.iter().any(|meeting| meeting.overlaps(question));
            questions.iter().filter(|question| free(question)).count()
        };
        assert_eq!(indexed(), scanned());
        group.bench_function(BenchmarkId::new("index", count), |b| {
            b.iter(|| black_box(indexed()))
        });
        group.bench_function(BenchmarkId::new("scan", count), |b| {
            b.iter(|| black_box(scanned()))
        });
    }
    group.finish();
}

criterion_group!(benches, any_overlap);
criterion_main!(benches);
