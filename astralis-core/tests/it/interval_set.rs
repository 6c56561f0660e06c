//! Set algebra, minute by minute.

use astralis_core::time::{Interval, IntervalSet};
use astralis_testkit::twins::{Minutes, minute};
use proptest::prelude::*;

fn intervals() -> impl Strategy<Value = Vec<Interval>> {
    let interval = (0_i64..200, 1_i64..30)
        .prop_map(|(start, length)| Interval::new(minute(start), minute(start + length)).unwrap());
    prop::collection::vec(interval, 0..20)
}

fn set(intervals: &[Interval]) -> IntervalSet {
    intervals.iter().copied().collect()
}

proptest! {
    #[test]
    fn a_set_holds_exactly_the_minutes_of_its_intervals(a in intervals()) {
        let merged = set(&a);
        prop_assert_eq!(Minutes::of_set(&merged), Minutes::of(&a));
        let apart = merged.as_slice().windows(2).all(|pair| pair[0].end() < pair[1].start());
        prop_assert!(apart, "intervals of a set neither overlap nor touch: {:?}", merged);
    }

    #[test]
    fn the_algebra_is_that_of_sets_of_minutes(a in intervals(), b in intervals()) {
        let (minutes_a, minutes_b) = (Minutes::of(&a), Minutes::of(&b));
        let (a, b) = (set(&a), set(&b));
        for (result, expected) in [
            (a.union(&b), minutes_a.0.union(&minutes_b.0)
                .copied().collect()),
            (a.intersect(&b), minutes_a.0.intersection(&minutes_b.0).copied().collect()),
            (a.subtract(&b), minutes_a.0.difference(&minutes_b.0).copied().collect()),
        ] {
            prop_assert_eq!(Minutes::of_set(&result), Minutes(expected));
            prop_assert_eq!(&result, &set(result.as_slice()), "not merged");
        }
        prop_assert_eq!(a.union(&b), b.union(&a));
        prop_assert_eq!(a.intersect(&b), a.subtract(&a.subtract(&b)));
    }

    #[test]
    fn questions_agree_with_the_minutes(a in intervals(), start in 0_i64..230, length in 1_i64..40) {
        let question = Interval::new(minute(start), minute(start + length)).unwrap();
        let asked = Minutes::of(&[question]);
        let (minutes, a) = (Minutes::of(&a), set(&a));
        prop_assert_eq!(a.encloses(&question), asked.0.is_subset(&minutes.0));
        prop_assert_eq!(a.overlaps(&question), !asked.0.is_disjoint(&minutes.0));
        let enclosing = a.enclosing(question.start_micros());
        prop_assert_eq!(enclosing.is_some(), minutes.0.contains(&start));
    }

    #[test]
    fn many_sets_are_counted_minute_by_minute(
        lists in prop::collection::vec(intervals(), 0..6),
        count in 1_usize..7,
    ) {
        let sets: Vec<_> = lists.iter().map(|list| set(list)).collect();
        let minutes: Vec<_> = lists.iter().map(|list| Minutes::of(list).0).collect();
        let in_at_least = |count: usize| {
            let all = 0..240;
            let enough = |minute: &i64| {
                minutes.iter().filter(|set| set.contains(minute)).count() >= count
            };
            Minutes(all.filter(enough).collect())
        };
        let found = IntervalSet::at_least(count, &sets);
        prop_assert_eq!(Minutes::of_set(&found), in_at_least(count));
        prop_assert_eq!(&found, &set(found.as_slice()), "not merged");
        prop_assert_eq!(Minutes::of_set(&IntervalSet::union_all(&sets)), in_at_least(1));
        let all = IntervalSet::intersect_all(&sets);
        prop_assert_eq!(&all, &IntervalSet::at_least(sets.len(), &sets));
        if !sets.is_empty() {
            prop_assert_eq!(Minutes::of_set(&all), in_at_least(sets.len()));
        }
    }
}
