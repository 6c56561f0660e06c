//! The conflict index against its naive twin, step by step.
#![no_main]

use arbitrary::Arbitrary;
use astralis_core::conflict::ConflictIndex;
use astralis_core::time::Interval;
use astralis_testkit::twins::{NaiveIndex, minute};
use chrono::TimeDelta;
use libfuzzer_sys::fuzz_target;

/// More than this the twin cannot look at again and again.
const MOST: usize = 1500;

#[derive(Debug, Clone, Copy, Arbitrary)]
struct Span {
    // Bounds are whole numbers of 15, 5 or 1 minutes: what leaves count in.
    unit: Unit,
    minute: u16,
    // Seldom a fraction of a second, which takes another form of storage: only from this on.
    fraction: u8,
    length: u16,
}

const FRACTIONS_FROM: u8 = 240;

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Unit {
    Quarter = 15,
    Five = 5,
    Minute = 1,
}

#[derive(Debug, Arbitrary)]
enum Step {
    Insert {
        subject: bool,
        span: Span,
        id: u8,
    },
    /// The same minute in another century.
    InsertFar {
        subject: bool,
        span: Span,
        years: i16,
        id: u8,
    },
    /// Many at once, so that a subject outgrows its small form.
    Burst {
        subject: bool,
        first: Span,
        apart: u8,
        count: u8,
    },
    Remove {
        which: u16,
    },
    Clear {
        from: u16,
        count: u8,
    },
    Relocate {
        which: u16,
        to: Span,
    },
    Reload,
    Ask {
        subject: bool,
        span: Span,
    },
    Sweep {
        subject: bool,
        first: Span,
        apart: u8,
        count: u8,
    },
}

impl Span {
    fn interval(self) -> Interval {
        let fraction = self.fraction.saturating_sub(FRACTIONS_FROM);
        let fraction = TimeDelta::microseconds(fraction.into());
        let unit = self.unit as i64;
        let start = minute(unit * i64::from(self.minute)) + fraction;
        Interval::starting_at(
            start,
            TimeDelta::minutes(unit * (i64::from(self.length) + 1)),
        )
        .expect("a positive length")
    }

    /// `count` spans, each `apart` minutes after the one before it.
    fn repeated(self, apart: u8, count: u8) -> impl Iterator<Item = Interval> {
        let first = self.interval();
        let later =
            move |k: u8| first.start() + TimeDelta::minutes(i64::from(apart) * i64::from(k));
        (0..count).filter_map(move |k| Interval::starting_at(later(k), first.duration()).ok())
    }
}

#[derive(Default)]
struct Both {
    index: ConflictIndex<bool, u8>,
    twin: NaiveIndex<bool, u8>,
}

impl Both {
    fn apply(&mut self, step: Step) {
        match step {
            Step::Insert { subject, span, id } => self.insert(subject, span.interval(), id),
            Step::InsertFar {
                subject,
                span,
                years,
                id,
            } => {
                let near = span.interval();
                let start = near.start() + TimeDelta::days(365 * i64::from(years));
                let far = Interval::starting_at(start, near.duration());
                self.insert(subject, far.expect("a positive length"), id);
            }
            Step::Burst {
                subject,
                first,
                apart,
                count,
            } => {
                for (interval, id) in first.repeated(apart, count).zip(0..) {
                    self.insert(subject, interval, id);
                }
            }
            Step::Remove { which } => self.remove(which.into(), 1),
            Step::Clear { from, count } => self.remove(from.into(), count.into()),
            Step::Relocate { which, to } => self.relocate(which.into(), to.interval()),
            Step::Reload => self.index = self.twin.sorted().into_iter().collect(),
            Step::Ask { subject, span } => self.ask(subject, span.interval()),
            Step::Sweep {
                subject,
                first,
                apart,
                count,
            } => {
                let mut cursor = self.index.cursor(&subject);
                for question in first.repeated(apart, count) {
                    let free = self.twin.is_free(&subject, &question);
                    assert_eq!(cursor.is_free(&question), free);
                }
            }
        }
    }

    fn insert(&mut self, subject: bool, interval: Interval, id: u8) {
        if self.twin.sorted().len() < MOST {
            let new = self.twin.insert(subject, interval, id);
            assert_eq!(self.index.insert(subject, interval, id), new);
        }
    }

    fn remove(&mut self, from: usize, count: usize) {
        let all = self.twin.sorted();
        let from = from % all.len().max(1);
        for (subject, interval, id) in all.into_iter().skip(from).take(count) {
            assert!(self.twin.remove(&subject, interval, id));
            assert!(self.index.remove(&subject, interval, id));
            assert!(!self.index.remove(&subject, interval, id));
        }
    }

    fn relocate(&mut self, which: usize, to: Interval) {
        let all = self.twin.sorted();
        if let Some((subject, from, id)) = all.get(which % all.len().max(1)).copied() {
            assert!(self.index.relocate(&subject, from, to, id));
            self.twin.remove(&subject, from, id);
            self.twin.insert(subject, to, id);
        }
    }

    fn ask(&self, subject: bool, question: Interval) {
        let free = self.twin.is_free(&subject, &question);
        assert_eq!(self.index.is_free(&subject, &question), free);
        let all_free = free && self.twin.is_free(&!subject, &question);
        assert_eq!(
            self.index.all_free(&[subject, !subject], &question),
            all_free
        );
        let hits: Vec<_> = self.index.overlapping(&subject, question).collect();
        assert_eq!(hits, self.twin.overlapping(&subject, question));
        let mut ids = Vec::new();
        self.index
            .overlapping(&subject, question)
            .ids_into(&mut ids);
        assert!(ids.into_iter().eq(hits.iter().map(|(_, id)| *id)));
        let (from, at_least) = (question.start(), question.duration());
        let gap = self.twin.next_gap(&subject, from, at_least);
        assert_eq!(self.index.next_gap(&subject, from, at_least), gap);
    }
}

fuzz_target!(|steps: Vec<Step>| {
    let mut both = Both::default();
    for step in steps {
        both.apply(step);
    }
    let all = both.index.iter();
    let all: Vec<_> = all
        .map(|(subject, interval, id)| (*subject, interval, id))
        .collect();
    assert_eq!(all, both.twin.sorted());
    assert_eq!(both.index.len(), all.len());
});
