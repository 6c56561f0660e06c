//! What the leaves, their links and the directory promise each other, after any changes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

type Entry = (Interval, u32);

#[derive(Debug, Clone)]
enum Step {
    Insert(Entry),
    /// Of what is there, counted round.
    Remove(usize),
    /// Everything that starts within a stretch.
    Clear(usize, usize),
}

fn interval(start: i64, length: i64) -> Interval {
    Interval::from_micros(start, start + length).unwrap()
}

/// Starts as calendars have them, and as nobody would wish them: on a grid, crowded at a few
/// instants, in a burst of microseconds, at exponential distances, beyond 2106.
fn start() -> impl Strategy<Value = i64> {
    const MINUTE: i64 = 60_000_000;
    prop_oneof![
        6 => (0_i64..20_000).prop_map(|quarter| quarter * 15 * MINUTE),
        4 => (0_i64..3).prop_map(|minute| 1_700_000_000_000_000 + minute * MINUTE),
        2 => 1_700_000_000_000_000_i64..1_700_000_000_000_200,
        1 => (0_u32..62).prop_map(|bit| 1 << bit),
        1 => (0_u32..62).prop_map(|bit| -(1_i64 << bit)),
        1 => (0_i64..500).prop_map(|day| 4_500_000_000_000_000 + day * 1440 * MINUTE),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let length = prop_oneof![
        8 => (1_i64..16).prop_map(|quarter| quarter * 900_000_000),
        1 => 1_i64..1000,
        1 => (0_u32..61).prop_map(|bit| 1_i64 << bit),
    ];
    (start(), length, 0_u32..3).prop_map(|(start, length, id)| (interval(start, length), id))
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => entry().prop_map(Step::Insert),
        4 => any::<usize>().prop_map(Step::Remove),
        1 => (any::<usize>(), 0_usize..200).prop_map(|(from, count)| Step::Clear(from, count)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_leaves_keep_their_promises(
        loaded in prop::collection::btree_set(entry(), 1..400),
        steps in prop::collection::vec(step(), 0..600),
    ) {
        let mut chain = Chain::load(&loaded.iter().copied().collect::<Vec<_>>());
        let mut twin = loaded;
        check(&chain, &twin);
        for (number, step) in steps.into_iter().enumerate() {
            for (entry, inserted) in changes(step, &twin) {
                if inserted {
                    prop_assert_eq!(chain.insert(entry.0, entry.1), twin.insert(entry));
                } else if twin.len() > 1 {
                    prop_assert_eq!(chain.remove(entry.0, entry.1), twin.remove(&entry));
                }
            }
            if number % 64 == 0 {
                check(&chain, &twin);
            }
        }
        check(&chain, &twin);
    }
}

/// What a step inserts (`true`) or removes.
fn changes(step: Step, twin: &BTreeSet<Entry>) -> Vec<(Entry, bool)> {
    let nth = |which: usize| twin.iter().nth(which % twin.len()).copied();
    match step {
        Step::Insert(entry) => vec![(entry, true)],
        Step::Remove(which) => nth(which).map(|entry| (entry, false)).into_iter().collect(),
        Step::Clear(from, count) => {
            let from = twin.iter().skip(from % twin.len());
            from.take(count).map(|entry| (*entry, false)).collect()
        }
    }
}

#[track_caller]
fn check(chain: &Chain<u32>, twin: &BTreeSet<Entry>) {
    assert!(chain.entries().eq(twin.iter().copied()));
    assert_eq!(chain.len(), twin.len());
    let leaves: Vec<u32> =
        std::iter::successors(Some(chain.first), |leaf| chain.next(*leaf)).collect();
    let mut earlier: Vec<u32> = Vec::new();
    for leaf in leaves.iter().copied() {
        check_leaf(chain, leaf, &earlier);
        earlier.push(leaf);
    }
    for leaf in leaves.iter().copied() {
        let floor = chain.leaf(leaf).floor;
        for instant in [floor.saturating_sub(1), floor, floor.saturating_add(1)] {
            check_address(chain, instant, &leaves);
        }
    }
}

/// What a leaf knows about itself and about those before it.
#[track_caller]
fn check_leaf(chain: &Chain<u32>, leaf: u32, earlier: &[u32]) {
    let intervals: Vec<_> = chain.leaf(leaf).intervals().collect();
    assert!(!intervals.is_empty());
    assert_eq!(intervals.len(), chain.ids(leaf).len());
    let floor = chain.leaf(leaf).floor;
    assert!(
        intervals
            .iter()
            .all(|interval| floor <= interval.start_micros())
    );
    let reach = |leaf: u32| {
        chain
            .leaf(leaf)
            .intervals()
            .map(|each| each.end_micros())
            .max()
    };
    assert_eq!(Some(chain.link(leaf).reach), reach(leaf));
    let before = earlier.iter().copied().filter_map(reach).max();
    assert_eq!(chain.leaf(leaf).before, before.unwrap_or(i64::MIN));
    let mut taller = earlier.iter().rev().copied();
    assert_eq!(
        some(chain.link(leaf).taller),
        taller.find(|each| reach(*each) > reach(leaf))
    );
    assert_eq!(some(chain.link(leaf).previous), earlier.last().copied());
}

/// That the leaf of an instant is found, and with few steps.
#[track_caller]
fn check_address(chain: &Chain<u32>, instant: i64, leaves: &[u32]) {
    let mut at_or_before = leaves.iter().rev();
    let right = at_or_before.find(|leaf| chain.leaf(**leaf).floor <= instant);
    assert_eq!(Some(&chain.leaf_at(instant)), right);
    let place = |leaf| leaves.iter().position(|each| *each == leaf);
    let steps = place(chain.directory.leaf_near(instant)).zip(place(chain.leaf_at(instant)));
    assert!(
        steps.is_some_and(|(near, right)| near - right <= 8),
        "{steps:?}"
    );
}

#[test]
fn what_was_emptied_gives_its_memory_back() {
    let entries: Vec<Entry> = (0..20_000)
        .map(|k| (interval(k * 1_000_000, 500_000), 0))
        .collect();
    let mut chain = Chain::load(&entries);
    let before = chain.leaves.len();
    for (interval, id) in &entries[100..] {
        assert!(chain.remove(*interval, *id));
    }
    assert!(before > 300 && chain.leaves.len() < 10 && chain.leaves.capacity() < 20);
}

#[test]
fn calendars_filled_in_order_of_time_have_full_leaves() {
    let mut chain = Chain::load(&[(interval(0, 1_000_000), 0)]);
    for k in 1..10_000 {
        chain.insert(interval(k * 1_000_000, 500_000), 0);
    }
    assert!(chain.leaves.len() <= 10_000_usize.div_ceil(CAPACITY) + 1);
}

#[test]
fn crowds_inside_crowds_are_found_in_few_steps() {
    // Around each power of two, 300 intervals within as many microseconds: every bucket of every
    // grid would hold almost everything. In an order that is neither rising nor falling.
    let bits = 10..60;
    let starts = bits.flat_map(|bit| (0..300).map(move |k| (1_i64 << bit) + k));
    let entries: BTreeSet<Entry> = starts.map(|start| (interval(start, 1), 0)).collect();
    let mut mixed: Vec<Entry> = entries.iter().copied().collect();
    mixed.sort_unstable_by_key(|(interval, _)| interval.start_micros().wrapping_mul(0x9e37_79b9));
    let mut chain = Chain::load(&mixed[..1]);
    for (interval, id) in &mixed[1..] {
        assert!(chain.insert(*interval, *id));
    }
    check(&chain, &entries);
    check(
        &Chain::load(&entries.iter().copied().collect::<Vec<_>>()),
        &entries,
    );
}
