//! Set algebra against sets of single minutes.
#![no_main]

use astralis_core::time::{Interval, IntervalSet};
use astralis_testkit::twins::{Minutes, minute};
use libfuzzer_sys::fuzz_target;

fn intervals(bounds: &[(u16, u8)]) -> Vec<Interval> {
    let interval = |&(start, length): &(u16, u8)| {
        let start = i64::from(start % 2048);
        Interval::new(minute(start), minute(start + i64::from(length) + 1)).expect("not empty")
    };
    bounds.iter().map(interval).collect()
}

fuzz_target!(|bounds: (Vec<(u16, u8)>, Vec<(u16, u8)>)| {
    let (a, b) = (intervals(&bounds.0), intervals(&bounds.1));
    let (minutes_a, minutes_b) = (Minutes::of(&a).0, Minutes::of(&b).0);
    let (a, b): (IntervalSet, IntervalSet) = (a.into_iter().collect(), b.into_iter().collect());
    let check = |set: IntervalSet, expected: Vec<i64>| {
        assert_eq!(
            Minutes::of_set(&set).0.into_iter().collect::<Vec<_>>(),
            expected
        );
    };
    check(a.union(&b), minutes_a.union(&minutes_b).copied().collect());
    check(
        a.intersect(&b),
        minutes_a.intersection(&minutes_b).copied().collect(),
    );
    check(
        a.subtract(&b),
        minutes_a.difference(&minutes_b).copied().collect(),
    );
});
