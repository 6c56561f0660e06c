//! One cell at a time, with criterion's statistics: the conflict index and its rivals, each by
//! itself. Ratios come from `cargo xtask bench`, which lets two sides take turns.

use std::hint::black_box;

use astralis_benches::rivals::{
    Coitrees, Iset, LinearScan, OneResource, PrefixMaximum, Rangemap, Rival, RustLapper, StartMap,
    SuperIntervals,
};
use astralis_benches::workloads::{Answer, Kind, Resource, month_of_slots, questions};
use astralis_core::time::Interval;
use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};

const QUESTIONS: usize = 1 << 14;
const SIZES: [usize; 3] = [100, 10_000, 1_000_000];
const LARGEST_TO_SCAN: usize = 1_000;

/// What is asked, and how a structure answers it: how many questions meet something.
struct Paper<'a> {
    group: BenchmarkGroup<'a, WallTime>,
    resource: Resource,
    questions: Vec<Interval>,
    ascending: bool,
}

fn any_overlap(criterion: &mut Criterion) {
    for kind in [Kind::Calendar, Kind::Imported, Kind::Adversarial] {
        for count in SIZES {
            let resource = Resource::taken(kind, count);
            let asked = questions(&resource, Answer::Mixed, QUESTIONS);
            Paper {
                group: criterion.benchmark_group(format!("any overlap, {}", kind.name())),
                questions: asked.expect("whatever the answers are"),
                resource,
                ascending: false,
            }
            .hand_out();
        }
    }
}

fn sorted_sweep(criterion: &mut Criterion) {
    for count in SIZES {
        let resource = Resource::taken(Kind::Calendar, count);
        Paper {
            group: criterion.benchmark_group("sorted sweep over a month, calendar"),
            questions: month_of_slots(&resource, 0),
            resource,
            ascending: true,
        }
        .hand_out();
    }
}

impl Paper<'_> {
    fn hand_out(mut self) {
        self.group
            .throughput(Throughput::Elements(self.questions.len() as u64));
        let taken = self.answered_by::<OneResource>();
        let others = [
            self.answered_by::<Coitrees>(),
            self.answered_by::<SuperIntervals>(),
            self.answered_by::<RustLapper>(),
            self.answered_by::<Iset>(),
            self.answered_by::<StartMap>(),
            self.answered_by::<PrefixMaximum>(),
        ];
        assert_eq!(others, [taken; 6], "everybody answers the same");
        if self.resource.kind.is_disjoint() {
            assert_eq!(self.answered_by::<Rangemap>(), taken);
        }
        if self.resource.entries.len() <= LARGEST_TO_SCAN {
            assert_eq!(self.answered_by::<LinearScan>(), taken);
        }
        self.group.finish();
    }

    fn answered_by<R: Rival>(&mut self) -> usize {
        let ticks = self.resource.ticks();
        let entries = self.resource.entries.iter();
        let entries: Vec<_> = entries
            .map(|(interval, id)| (R::span(interval, ticks), *id))
            .collect();
        let questions = self.questions.iter();
        let questions: Vec<_> = questions.map(|each| R::span(each, ticks)).collect();
        let structure = R::load(&entries);
        let ascending = self.ascending;
        let answer = || {
            let questions = black_box(questions.as_slice());
            let taken = |question: &&R::Span| structure.any_overlap(**question);
            if ascending {
                structure.sweep(questions)
            } else {
                questions.iter().filter(taken).count()
            }
        };
        let name = BenchmarkId::new(R::NAME, entries.len());
        self.group
            .bench_function(name, |bencher| bencher.iter(answer));
        answer()
    }
}

criterion_group!(benches, any_overlap, sorted_sweep);
criterion_main!(benches);
