//! What the leaves, their links and the directory promise each other, after any changes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::conflict::Timeline;
use crate::conflict::directory::DEEPEST;

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

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;

/// What all bounds of a calendar are whole numbers of, so that its leaves are of one kind.
fn unit() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(15 * MINUTE),
        Just(5 * MINUTE),
        Just(MINUTE),
        Just(SECOND),
        Just(1),
    ]
}

/// Starts as calendars have them, and as nobody would wish them: on a grid, crowded at a few
/// instants, in a burst, at exponential distances, in another century.
fn start(unit: i64) -> impl Strategy<Value = i64> {
    let whole = move |start: i64| start.div_euclid(unit) * unit;
    prop_oneof![
        8 => (0_i64..3000).prop_map(move |number| number * unit),
        4 => (0_i64..3).prop_map(move |number| whole(1_700_000_000 * SECOND) + number * unit),
        2 => (0_i64..200).prop_map(move |number| whole(1_700_000_000 * SECOND) + number * unit),
        1 => (0_u32..62).prop_map(move |bit| whole(1 << bit)),
        1 => (0_u32..62).prop_map(move |bit| whole(-(1_i64 << bit))),
        1 => (0_i64..500).prop_map(move |day| whole((4_500_000_000 + day * 86_400) * SECOND)),
    ]
}

fn entry(unit: i64) -> impl Strategy<Value = Entry> {
    let length = prop_oneof![
        30 => (1_i64..16).prop_map(move |number| number * unit),
        1 => (0_u32..61).prop_map(move |bit| ((1_i64 << bit) / unit).max(1) * unit),
    ];
    (start(unit), length, 0_u32..3).prop_map(|(start, length, id)| (interval(start, length), id))
}

/// Now and then an entry of any kind.
fn step(unit: i64) -> impl Strategy<Value = Step> {
    prop_oneof![
        120 => entry(unit).prop_map(Step::Insert),
        1 => entry(1).prop_map(Step::Insert),
        40 => any::<usize>().prop_map(Step::Remove),
        8 => (any::<usize>(), 0_usize..200).prop_map(|(from, count)| Step::Clear(from, count)),
    ]
}

fn history() -> impl Strategy<Value = (BTreeSet<Entry>, Vec<Step>)> {
    unit().prop_flat_map(|unit| {
        let loaded = prop::collection::btree_set(entry(unit), 1..400);
        (loaded, prop::collection::vec(step(unit), 0..600))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_leaves_keep_their_promises((loaded, steps) in history()) {
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
        ask(&chain, &twin);
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
    assert!(chain.directory.depth() <= DEEPEST);
    for leaf in leaves.iter().copied() {
        let floor = chain.leaf(leaf).floor();
        for instant in [floor.saturating_sub(1), floor, floor.saturating_add(1)] {
            check_address(chain, instant, &leaves);
        }
    }
}

/// That questions around every so many starts and ends, short and long, are answered as by looking
/// at everything.
#[track_caller]
fn ask(chain: &Chain<u32>, twin: &BTreeSet<Entry>) {
    let timeline = Timeline::large(chain);
    let mut cursor = timeline.cursor();
    let bounds = twin
        .iter()
        .flat_map(|(each, _)| [each.start_micros(), each.end_micros()]);
    let bounds = bounds.step_by(twin.len() / 32 + 1);
    let around = bounds.flat_map(|bound| [bound - 1, bound, bound + 1]);
    for start in around.chain([-8_000_000_000_000_000_000]) {
        for length in [
            1,
            1_800_000_000,
            1_000_000_000_000_000,
            8_000_000_000_000_000_000,
        ] {
            let Some(question) = Interval::from_micros(start, start.saturating_add(length)) else {
                continue;
            };
            let overlaps = |(each, _): &&Entry| each.overlaps(&question);
            let hits: Vec<Entry> = twin.iter().filter(overlaps).copied().collect();
            assert_eq!(timeline.is_free(&question), hits.is_empty(), "{question}");
            assert_eq!(cursor.is_free(&question), hits.is_empty(), "{question}");
            assert!(
                timeline.overlapping(question).eq(hits.iter().copied()),
                "{question}"
            );
            let mut ids = Vec::new();
            let mut listing = timeline.overlapping(question);
            ids.extend(listing.next().map(|(_, id)| id));
            listing.ids_into(&mut ids);
            assert!(
                ids.into_iter().eq(hits.iter().map(|(_, id)| *id)),
                "{question}"
            );
        }
    }
}

/// What a leaf knows about itself and about those before it.
#[track_caller]
fn check_leaf(chain: &Chain<u32>, leaf: u32, earlier: &[u32]) {
    chain.leaf(leaf).check();
    let intervals = chain.leaf(leaf).intervals();
    assert!(!intervals.is_empty());
    assert_eq!(intervals.len(), chain.ids(leaf).len());
    let floor = chain.leaf(leaf).floor();
    assert!(
        intervals
            .iter()
            .all(|interval| floor <= interval.start_micros())
    );
    let reach = |leaf: u32| {
        chain
            .leaf(leaf)
            .intervals()
            .iter()
            .map(|each| each.end_micros())
            .max()
    };
    assert_eq!(Some(chain.link(leaf).reach), reach(leaf));
    let before = earlier.iter().copied().filter_map(reach).max();
    assert_eq!(chain.leaf(leaf).before(), before.unwrap_or(i64::MIN));
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
    let right = at_or_before.find(|leaf| chain.leaf(**leaf).floor() <= instant);
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
        .map(|k| (interval(k * SECOND, SECOND / 2), 0))
        .collect();
    let mut chain = Chain::load(&entries);
    let before = chain.leaves.len();
    for (interval, id) in &entries[100..] {
        assert!(chain.remove(*interval, *id));
    }
    // Some five are in use, and no more vacant than that.
    let live = chain.leaves.len() - chain.vacant.len();
    assert!(before > 300 && live < 7, "{live} of {before}");
    assert!(chain.leaves.len() <= 2 * live && chain.leaves.capacity() <= 3 * live);
}

#[test]
fn churn_leaves_no_leaf_half_empty() {
    // In minutes, in seconds, and in microseconds.
    for unit in [15 * MINUTE, SECOND, 1] {
        let entries: Vec<Entry> = (0..20_000)
            .map(|k| (interval(3 * k * unit, 2 * unit), 0))
            .collect();
        let (old, new): (Vec<Entry>, Vec<Entry>) = entries
            .iter()
            .partition(|(each, _)| each.start_micros() / unit % 2 == 0);
        let mut chain = Chain::load(&old);
        let room = |chain: &Chain<u32>| chain.leaves.len() * chain.leaf(chain.first).capacity();
        // In an order without pattern: 7919 is prime.
        for k in 0..old.len() {
            let (interval, id) = new[k * 7919 % new.len()];
            assert!(chain.insert(interval, id));
        }
        for k in 0..old.len() {
            let (interval, id) = old[k * 7919 % old.len()];
            assert!(chain.remove(interval, id));
            assert!(room(&chain) <= 5 * chain.len() / 2);
        }
        check(&chain, &new.into_iter().collect());
    }
}

#[test]
fn what_comes_and_goes_again_and_again_seldom_moves_leaves() {
    // So many neighbours, one apart from the next by so much, grow and shrink to and fro.
    for unit in [15 * MINUTE, SECOND, 1] {
        let entry = |k: i64| (interval(2 * k * unit, unit), 0);
        let mut chain = Chain::load(&(0..600).map(entry).collect::<Vec<_>>());
        let (mut steps, mut moves) = (0, 0);
        let live = |chain: &Chain<u32>| chain.leaves.len() - chain.vacant.len();
        for k in (1..599).rev() {
            for comes in [false, true, false, true, false] {
                let (before, (interval, id)) = (live(&chain), entry(k));
                let changed = if comes {
                    chain.insert(interval, id)
                } else {
                    chain.remove(interval, id)
                };
                assert!(changed);
                steps += 1;
                moves += usize::from(live(&chain) != before);
            }
        }
        assert!(moves > 1 && 16 * moves < steps, "{moves} of {steps}");
    }
}

/// A minute taken in every hour, from a second since 1970 on.
fn hours(from: i64, count: i64) -> impl DoubleEndedIterator<Item = Entry> {
    (0..count).map(move |hour| (interval((from + 3600 * hour) * SECOND, 60 * SECOND), 0))
}

#[test]
fn calendars_filled_in_order_of_time_have_full_leaves() {
    let (today, in_2040, in_2500) = (1_780_000_000, 2_208_988_800, 16_725_225_600);
    for from in [today, in_2040, in_2500, -in_2500].map(|from| from / 60 * 60) {
        let mut chain = Chain::load(&hours(from, 1).collect::<Vec<_>>());
        for (interval, id) in hours(from, 10_000).skip(1) {
            chain.insert(interval, id);
        }
        assert!(chain.leaves.len() <= 10_000_usize.div_ceil(MOST) + 1);
    }
}

#[test]
fn a_bound_that_needs_more_bits_takes_room_only_from_its_neighbours() {
    let from = 1_780_000_020;
    let entries: Vec<_> = hours(from, 2000).collect();
    for odd in [
        interval(from * SECOND + 1, 60 * SECOND),
        interval((from + 7) * SECOND, 60 * SECOND),
        interval(from * SECOND, 100_000_000 * SECOND),
    ] {
        let mut chain = Chain::load(&entries);
        let leaves = chain.leaves.len();
        let roomy = |chain: &Chain<u32>| {
            let leaves = chain.leaves.iter();
            leaves.filter(|leaf| leaf.capacity() == MOST).count()
        };
        chain.insert(odd, 1);
        assert!(roomy(&chain) >= leaves - 1);
        assert!(chain.leaves.len() <= leaves + 3);
        for (interval, id) in &entries[..100] {
            chain.remove(*interval, *id);
        }
        chain.remove(odd, 1);
        for (interval, id) in &entries[100..120] {
            chain.remove(*interval, *id);
        }
        let live = chain.leaves.len() - chain.vacant.len();
        assert_eq!(roomy(&chain), chain.leaves.len());
        assert!(live <= leaves);
    }
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
    ask(&chain, &entries);
    let sorted: Vec<_> = entries.iter().copied().collect();
    check(&Chain::load(&sorted), &entries);
}

#[test]
fn a_crowd_that_grows_backward_nests_no_deeper_than_any_other() {
    let calendar = hours(1_700_000_000, 5_000);
    let crowd = (0..8_000).map(|k| interval(1_705_000_000 * SECOND + k * SECOND, SECOND));
    let mut entries: BTreeSet<Entry> = calendar.collect();
    let mut chain = Chain::load(&entries.iter().copied().collect::<Vec<_>>());
    for interval in crowd.rev() {
        chain.insert(interval, 1);
        entries.insert((interval, 1));
        assert!(chain.directory.depth() <= DEEPEST);
    }
    check(&chain, &entries);
}

#[test]
fn one_long_interval_is_listed_in_one_step() {
    let mut entries: Vec<Entry> = hours(1_700_000_000, 20_000).collect();
    entries.push((interval(0, 10_000_000_000 * SECOND), 1));
    entries.sort_unstable();
    let chain = Chain::load(&entries);
    let late = interval((1_700_000_000 + 3600 * 19_990) * SECOND, SECOND);
    let last = chain.leaf_at(late.end_micros() - 1);
    assert_eq!(
        chain.reaching_before(last, late.start_micros()),
        Some(chain.first)
    );
    assert_eq!(Timeline::large(&chain).overlapping(late).count(), 2);
}
