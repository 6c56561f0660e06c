//! The conflict index against one that looks at everything every time.

use astralis_core::conflict::ConflictIndex;
use astralis_core::time::Interval;
use astralis_testkit::twins::{NaiveIndex, minute};
use chrono::TimeDelta;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Insert(u8, Interval, u32),
    Remove(usize),
    Relocate(usize, Interval),
    Ask(u8, Interval),
}

fn interval() -> impl Strategy<Value = Interval> {
    // Mostly short, sometimes longer than everything else together.
    let length = prop_oneof![9 => 1_i64..12, 1 => 50_i64..400];
    // Mostly whole minutes, sometimes with a fraction of a second.
    let fraction = prop_oneof![30 => Just(0_i64), 1 => 1_i64..1_000_000];
    (0_i64..300, length, fraction).prop_map(|(start, length, fraction)| {
        let start = minute(start) + TimeDelta::microseconds(fraction);
        Interval::starting_at(start, TimeDelta::minutes(length)).unwrap()
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u8..3, interval(), 0_u32..4).prop_map(|(s, i, id)| Step::Insert(s, i, id)),
        2 => any::<usize>().prop_map(Step::Remove),
        1 => (any::<usize>(), interval()).prop_map(|(which, to)| Step::Relocate(which, to)),
        3 => (0_u8..3, interval()).prop_map(|(s, i)| Step::Ask(s, i)),
    ]
}

proptest! {
    #[test]
    fn the_index_answers_like_its_naive_twin(
        // For one subject more than for the others, so that all sizes are met.
        loaded in prop::collection::vec((0_u8..2, interval(), 0_u32..4), 0..300),
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let mut index: ConflictIndex<_, _> = loaded.iter().copied().collect();
        let mut twin = NaiveIndex::default();
        for (subject, interval, id) in loaded {
            twin.insert(subject, interval, id);
        }
        for step in steps {
            let recorded = twin.sorted();
            let pick = |which: usize| recorded.get(which % recorded.len().max(1)).copied();
            match step {
                Step::Insert(subject, interval, id) => {
                    prop_assert_eq!(
                        index.insert(subject, interval, id),
                        twin.insert(subject, interval, id)
                    );
                }
                Step::Remove(which) => if let Some((subject, interval, id)) = pick(which) {
                    prop_assert!(index.remove(&subject, interval, id));
                    prop_assert!(!index.remove(&subject, interval, id));
                    twin.remove(&subject, interval, id);
                },
                Step::Relocate(which, to) => if let Some((subject, from, id)) = pick(which) {
                    prop_assert!(index.relocate(&subject, from, to, id));
                    twin.remove(&subject, from, id);
                    twin.insert(subject, to, id);
                },
                Step::Ask(subject, question) => ask(&index, &twin, subject, question)?,
            }
        }
        let all: Vec<_> = index.iter().map(|(subject, interval, id)| (*subject, interval, id)).collect();
        prop_assert_eq!(&all, &twin.sorted());
        prop_assert_eq!(index.len(), all.len());
        let loaded: ConflictIndex<_, _> = all.iter().rev().copied().collect();
        prop_assert!(loaded.iter().eq(index.iter()));
        sweep(&index, &twin)?;
    }
}

fn ask(
    index: &ConflictIndex<u8, u32>,
    twin: &NaiveIndex<u8, u32>,
    subject: u8,
    question: Interval,
) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        index.is_free(&subject, &question),
        twin.is_free(&subject, &question)
    );
    let all_free = (0..3).all(|each| twin.is_free(&each, &question));
    prop_assert_eq!(index.all_free(&[0, 1, 2], &question), all_free);
    let hits: Vec<_> = index.overlapping(&subject, question).collect();
    let mut ids = Vec::new();
    index.overlapping(&subject, question).ids_into(&mut ids);
    prop_assert!(ids.iter().eq(hits.iter().map(|(_, id)| id)));
    prop_assert_eq!(hits, twin.overlapping(&subject, question));
    let gap = |length| (question.start(), TimeDelta::minutes(length));
    for (from, length) in [gap(1), gap(7), gap(60)] {
        prop_assert_eq!(
            index.next_gap(&subject, from, length),
            twin.next_gap(&subject, from, length)
        );
    }
    Ok(())
}

fn sweep(index: &ConflictIndex<u8, u32>, twin: &NaiveIndex<u8, u32>) -> Result<(), TestCaseError> {
    let mut cursor = index.cursor(&1);
    for start in 0..320 {
        let question = Interval::new(minute(start), minute(start + 5)).unwrap();
        prop_assert_eq!(cursor.is_free(&question), twin.is_free(&1, &question));
    }
    Ok(())
}
