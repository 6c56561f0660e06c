//! Set algebra against a bitset of single minutes, and its laws against itself.
#![no_main]

use astralis_core::time::{Interval, IntervalSet};
use astralis_testkit::twins::minute;
use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;

const MINUTES: usize = 2048;
const WORDS: usize = MINUTES / 64;

/// The twin: one bit per minute.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bits([u64; WORDS]);

impl Bits {
    fn of(intervals: impl IntoIterator<Item = Interval>) -> Self {
        let mut bits = Self([0; WORDS]);
        for interval in intervals {
            for each in number(interval.start())..number(interval.end()) {
                bits.0[each / 64] |= 1 << (each % 64);
            }
        }
        bits
    }

    fn zip(self, other: Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        Self(std::array::from_fn(|word| {
            combine(self.0[word], other.0[word])
        }))
    }

    fn holds(&self, minute: usize) -> bool {
        self.0[minute / 64] >> (minute % 64) & 1 == 1
    }
}

fn number(at: DateTime<Utc>) -> usize {
    usize::try_from((at - minute(0)).num_minutes()).expect("in the window")
}

fn window() -> IntervalSet {
    let end = i64::try_from(MINUTES).expect("small");
    [Interval::new(minute(0), minute(end)).expect("not empty")].into()
}

fn intervals(bounds: &[(u16, u8)]) -> Vec<Interval> {
    let interval = |&(start, length): &(u16, u8)| {
        let start = i64::from(start % 1700);
        Interval::new(minute(start), minute(start + i64::from(length) + 1)).expect("not empty")
    };
    bounds.iter().map(interval).collect()
}

fuzz_target!(|bounds: [Vec<(u16, u8)>; 3]| {
    let lists = bounds.each_ref().map(|bounds| intervals(bounds));
    let bits = lists.each_ref().map(|list| Bits::of(list.iter().copied()));
    let sets = lists.map(|list| list.into_iter().collect::<IntervalSet>());
    let (a, b, c) = (&sets[0], &sets[1], &sets[2]);

    agrees(a, bits[0]);
    agrees(&a.union(b), bits[0].zip(bits[1], |a, b| a | b));
    agrees(&a.intersect(b), bits[0].zip(bits[1], |a, b| a & b));
    agrees(&a.subtract(b), bits[0].zip(bits[1], |a, b| a & !b));
    questions_agree(a, bits[0], b);
    laws_hold(a, b, c);
});

/// The set holds exactly the minutes of the twin, as disjoint intervals that do not touch.
fn agrees(set: &IntervalSet, expected: Bits) {
    assert_eq!(Bits::of(set.iter()), expected);
    assert!(
        set.as_slice()
            .windows(2)
            .all(|pair| pair[0].end() < pair[1].start()),
        "{set:?}"
    );
}

fn questions_agree(set: &IntervalSet, bits: Bits, asked: &IntervalSet) {
    for question in asked.iter() {
        let mut minutes = number(question.start())..number(question.end());
        assert_eq!(
            set.encloses(&question),
            minutes.clone().all(|each| bits.holds(each))
        );
        assert_eq!(
            set.overlaps(&question),
            minutes.any(|each| bits.holds(each))
        );
        let enclosing = set.enclosing(question.start_micros());
        assert_eq!(enclosing.is_some(), bits.holds(number(question.start())));
    }
}

fn laws_hold(a: &IntervalSet, b: &IntervalSet, c: &IntervalSet) {
    let window = window();
    let complement = |set: &IntervalSet| window.subtract(set);

    assert_eq!(a.union(b), b.union(a));
    assert_eq!(a.intersect(b), b.intersect(a));
    assert_eq!(a.union(b).union(c), a.union(&b.union(c)));
    assert_eq!(a.intersect(b).intersect(c), a.intersect(&b.intersect(c)));
    assert_eq!(
        a.intersect(&b.union(c)),
        a.intersect(b).union(&a.intersect(c))
    );
    assert_eq!(a.union(&b.intersect(c)), a.union(b).intersect(&a.union(c)));

    assert_eq!(a.union(a), *a);
    assert_eq!(a.intersect(a), *a);
    assert_eq!(a.union(&a.intersect(b)), *a);
    assert!(a.subtract(a).is_empty());
    assert_eq!(complement(&complement(a)), *a);

    // De Morgan, within the window.
    assert_eq!(
        complement(&a.union(b)),
        complement(a).intersect(&complement(b))
    );
    assert_eq!(
        complement(&a.intersect(b)),
        complement(a).union(&complement(b))
    );
    assert_eq!(a.subtract(b), a.intersect(&complement(b)));
}
